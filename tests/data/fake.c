/* A dataset without files whose classes and sizes a test sets; loaders on it. */
#include "data/fake.h"

#include <check.h>
#include <string.h>

#include "data/image_set.h"
#include "tlrun/arena.h"

static const char *const names[] = { "ant", "bee", "cat", "dog" };

static const int *
fake_counts(const struct fake *f, enum dataset_split split)
{
	return split == SPLIT_TRAIN ? f->train : f->test;
}

static enum status
fake_inspect(const void *opts, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	const struct fake *const f = opts;
	(void)q, (void)a, (void)e;
	*info = (struct dataset_info){ .h = f->h ? f->h : FAKE_H, .w = f->w ? f->w : FAKE_W,
		.c = f->channels, .classes = FAKE_CLASSES, .class_names = names };
	for (int s = 0; s < SPLIT_COUNT; s++)
		for (int k = 0; k < FAKE_CLASSES; k++)
			info->n[s] += fake_counts(f, s)[k];
	return OK;
}

int
fake_pixel(enum dataset_split split, int i, int e)
{
	return (i * 31 + e * 17 + (int)split * 101) % 256;
}

static enum status
fake_read(const void *opts, const struct dataset_request *q, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e)
{
	struct fake *const f = (struct fake *)(uintptr_t)opts;
	int left[FAKE_CLASSES];
	(void)q;
	TRY(image_set_alloc(set, info, split, e));
	f->reads[split]++;
	memcpy(left, fake_counts(f, split), sizeof left);
	for (int i = 0, k = 0; i < set->n; k = (k + 1) % FAKE_CLASSES) {
		if (!left[k]) continue;
		left[k]--;
		set->labels[i++] = k;
	}
	const int image = info->h * info->w * info->c;
	for (int i = 0; i < set->n; i++)
		for (int j = 0; j < image; j++)
			((uint8_t *)set->pixels.data)[i * image + j] = (uint8_t)fake_pixel(split, i, j);
	return OK;
}

const struct dataset_kind dataset_fake = {
	.kind = { .name = "fake", .summary = "For tests.", .opts_size = sizeof(struct fake) },
	.drawn = true, .inspect = fake_inspect, .read = fake_read,
};

void
fake_open(struct fake_loader *f, struct fake *data, const char *yaml,
	enum loader_channels channels, struct normalize normalize)
{
	struct node *root;
	*f = (struct fake_loader){ .arena = arena_new(), .diags = diags_new(), .err = ERR_INIT };
	struct field_reader r = { f->arena, f->diags };
	document_parse(f->arena, "test.yaml", yaml, strlen(yaml), &root, f->diags);
	ck_assert_ptr_nonnull(root);
	ck_assert(field_read(&r, dataset_common_fields, root, "dataset", &f->common));
	const struct loader_request q = { .kind = &dataset_fake, .opts = data,
		.classes = &f->common.classes,
		.validation_split = f->common.validation ? 0 : f->common.validation_split,
		.validation_is_test = f->common.validation != NULL,
		.split_seed = (uint64_t)f->common.split_seed, .max_train = f->common.max_train_samples,
		.max_test = f->common.max_test_samples, .channels = channels, .crop = data->crop,
		.resize = data->resize,
		.interpolation = data->interpolation, .normalize = normalize };
	f->status = loader_inspect(f->arena, &q, root, &r, &f->loader, &f->err);
}

void
fake_close(struct fake_loader *f)
{
	loader_free(f->loader);
	diags_free(f->diags);
	arena_free(f->arena);
}

void
fake_complains(const struct fake_loader *f, const char *part)
{
	struct str s = STR_INIT;
	diags_format(f->diags, false, &s);
	ck_assert_msg(strstr(str_text(&s), part) != NULL, "\"%s\" is not in:\n%s", part, str_text(&s));
	str_free(&s);
}
