/*
 * idx_set: what mnist and fashion_mnist share.
 *
 * Files   train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte,
 *         t10k-labels-idx1-ubyte, each also as NAME.gz and with a dot before idx, as some unpackers
 *         leave it. A plain file wins.
 * Layout  images [n,h,w] are pixels [n,h,w,1] as they are.
 * Errors  ERR_DATA: a file that is missing, images and labels that differ in number, training and
 *         test images that differ in size, a label out of range.
 */
#include "data/idx_set.h"

#include "data/idx.h"
#include "data/image_set.h"
#include "tlrun/arena.h"

enum { IDX_IMAGES, IDX_LABELS, IDX_FILES, IDX_NAMES = 4 };

const char *const idx_set_marks[] = {
	"train-images-idx3-ubyte", "train-images-idx3-ubyte.gz",
	"train-images.idx3-ubyte", "train-images.idx3-ubyte.gz",
	"train-labels-idx1-ubyte", "train-labels-idx1-ubyte.gz",
	"train-labels.idx1-ubyte", "train-labels.idx1-ubyte.gz",
	"t10k-images-idx3-ubyte", "t10k-images-idx3-ubyte.gz",
	"t10k-images.idx3-ubyte", "t10k-images.idx3-ubyte.gz",
	"t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz",
	"t10k-labels.idx1-ubyte", "t10k-labels.idx1-ubyte.gz",
	NULL,
};

/* Open the images or the labels of a split. */
static enum status
idx_set_open(const struct idx_set *x, const char *folder, struct arena *a,
	enum dataset_split split, int which, struct idx_file *f, struct err *e)
{
	const char *const *const names = idx_set_marks + ((int)split * IDX_FILES + which) * IDX_NAMES;
	const int ndim = which == IDX_IMAGES ? 3 : 1;
	for (int i = 0; i < IDX_NAMES; i++) {
		const char *const path = path_join(a, folder, names[i]);
		if (file_exists(path)) return idx_open(f, &x->lookup, path, ndim, e);
	}
	return err_set(e, ERR_DATA, MARK_FILE(folder), "%s (or %s) of %s is missing: %s", names[0],
		names[1], x->lookup.name, x->lookup.cure);
}

static enum status
idx_set_check_split(const struct idx_set *x, struct arena *a, enum dataset_split split,
	struct dataset_info *info, struct err *e)
{
	struct idx_file images, labels;
	TRY(idx_set_open(x, info->folder, a, split, IDX_IMAGES, &images, e));
	idx_close(&images);
	TRY(idx_set_open(x, info->folder, a, split, IDX_LABELS, &labels, e));
	idx_close(&labels);
	if (labels.dim[0] != images.dim[0])
		return err_set(e, ERR_DATA, MARK_OFFSET(labels.path, 4),
			"found %d labels, expected %d as there are images in %s", labels.dim[0], images.dim[0],
			images.path);
	if (split == SPLIT_TRAIN) {
		info->h = images.dim[1];
		info->w = images.dim[2];
	} else if (images.dim[1] != info->h || images.dim[2] != info->w) {
		return err_set(e, ERR_DATA, MARK_OFFSET(images.path, 8),
			"found images of %dx%d pixels, expected %dx%d as in training", images.dim[1],
			images.dim[2], info->h, info->w);
	}
	info->n[split] = images.dim[0];
	return OK;
}

enum status
idx_set_inspect(const struct idx_set *x, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	*info = (struct dataset_info){ .c = 1, .classes = x->classes, .class_names = x->names };
	TRY(lookup_folder(&x->lookup, q, a, &info->folder, e));
	TRY(idx_set_check_split(x, a, SPLIT_TRAIN, info, e));
	return idx_set_check_split(x, a, SPLIT_TEST, info, e);
}

/* The file must still be the one that was inspected. */
static enum status
idx_set_same(const struct idx_file *f, const struct dataset_info *info, int n, struct err *e)
{
	const bool sides = f->ndim == 1 || (f->dim[1] == info->h && f->dim[2] == info->w);
	if (f->dim[0] == n && sides) return OK;
	return err_set(e, ERR_DATA, MARK_OFFSET(f->path, 4), "the file changed while it was in use");
}

static enum status
idx_set_take_labels(const struct idx_set *x, struct idx_file *f, int n, int32_t *labels,
	struct err *e)
{
	unsigned char part[4096];
	for (int first = 0; first < n; first += (int)sizeof part) {
		const int m = n - first < (int)sizeof part ? n - first : (int)sizeof part;
		const long long at = (long long)f->at;
		TRY(idx_take(f, part, (size_t)m, e));
		for (int i = 0; i < m; i++) {
			if (part[i] >= x->classes)
				return err_set(e, ERR_DATA, MARK_OFFSET(f->path, at + i),
					"item %d has label %d, expected 0 to %d: %s", first + i, part[i],
					x->classes - 1, x->lookup.cure);
			labels[first + i] = part[i];
		}
	}
	return idx_end(f, e);
}

enum status
idx_set_read(const struct idx_set *x, const struct dataset_info *info, enum dataset_split split,
	struct image_set *set, struct err *e)
{
	struct arena *const a = arena_new();
	struct idx_file f;
	enum status s = image_set_alloc(set, info, split, e);
	if (s == OK) s = idx_set_open(x, info->folder, a, split, IDX_LABELS, &f, e);
	if (s == OK) {
		s = idx_set_same(&f, info, set->n, e);
		if (s == OK) s = idx_set_take_labels(x, &f, set->n, set->labels, e);
		idx_close(&f);
	}
	if (s == OK) s = idx_set_open(x, info->folder, a, split, IDX_IMAGES, &f, e);
	if (s == OK) {
		s = idx_set_same(&f, info, set->n, e);
		if (s == OK) s = idx_take(&f, set->pixels.data, f.bytes, e);
		if (s == OK) s = idx_end(&f, e);
		idx_close(&f);
	}
	arena_free(a);
	if (s != OK) image_set_free(set);
	return s;
}
