/*
 * loader: what a request means before an image is read, and the reading of the two sets.
 *
 * Errors  in the YAML (diags): a class that is unknown or stands twice, fewer than two classes,
 *         subsets and splits too small for the classes. In the data: err.
 */
#include <string.h>

#include "data/selection.h"
#include "tlrun/arena.h"
#include "tlrun/hash.h"
#include "tlrun/num.h"

/* ---- inspect ---- */

/* The class that word means, a name or an index; -1: none. */
static int
loader_class(const struct dataset_info *d, const char *word)
{
	long long index;
	for (int i = 0; i < d->classes; i++)
		if (strcmp(d->class_names[i], word) == 0) return i;
	return num_parse_int(word, &index) && index >= 0 && index < d->classes ? (int)index : -1;
}

static void
loader_unknown_class(const struct loader *l, const char *word, const struct node *at,
	struct field_reader *r)
{
	const struct dataset_info *const d = &l->data;
	field_error(r, at, field_hint(r->arena, word, d->class_names, (size_t)d->classes),
		"unknown class \"%s\", expected a name of %s or an index from 0 to %d", word,
		l->q.kind->kind.name, d->classes - 1);
}

/* dataset.classes to renumber and the names that are left. */
static void
loader_classes(struct loader *l, struct arena *a, const struct node *dataset,
	struct field_reader *r)
{
	const struct dataset_info *const d = &l->data;
	const struct str_list *const want = l->q.classes;
	int *const renumber = ARENA_ARRAY(a, int, (size_t)d->classes);
	const char **const names = ARENA_ARRAY(a, const char *, (size_t)d->classes);
	const bool all = !want || want->n == 0;
	const int errors = diags_errors(r->diags);
	int n = 0;
	for (int i = 0; i < d->classes; i++) {
		renumber[i] = all ? i : -1;
		if (all) names[n++] = d->class_names[i];
	}
	for (size_t i = 0; !all && i < want->n; i++) {
		const int k = loader_class(d, want->v[i]);
		const struct node *const at = want->node && want->node[i] ? want->node[i] : dataset;
		if (k < 0) {
			loader_unknown_class(l, want->v[i], at, r);
		} else if (renumber[k] >= 0) {
			field_error(r, at, "remove one of the two", "class \"%s\" stands twice in classes",
				d->class_names[k]);
		} else {
			renumber[k] = n;
			names[n++] = d->class_names[k];
		}
	}
	l->renumber = renumber;
	l->info.classes = n;
	l->info.class_names = names;
	if (!all && want->n == 1)
		LOADER_ERROR(r, dataset, "classes", NULL, "found 1 class, expected 2 or more");
	if (diags_errors(r->diags) > errors) field_refused(r, want);
}

/* How many images a set can give at most. */
static int
loader_most(const struct loader *l, enum dataset_split split)
{
	const long long most = split == SPLIT_TRAIN ? l->q.max_train : l->q.max_test;
	const int n = l->data.n[split];
	return most > 0 && most < n ? (int)most : n;
}

static void
loader_counts(struct loader *l, const struct node *dataset, struct field_reader *r)
{
	struct loader_info *const i = &l->info;
	const int n = loader_most(l, SPLIT_TRAIN);
	i->test = loader_most(l, SPLIT_TEST);
	if (l->q.max_train > 0 && n < i->classes)
		LOADER_ERROR(r, dataset, "max_train_samples", NULL,
			"%d training images cannot hold one of each of %d classes", n, i->classes);
	if (l->q.max_test > 0 && i->test < i->classes)
		LOADER_ERROR(r, dataset, "max_test_samples", NULL,
			"%d test images cannot hold one of each of %d classes", i->test, i->classes);
	i->validation = l->q.validation_is_test ? i->test : 0;
	i->train = n;
	if (l->q.validation_is_test || l->q.validation_split <= 0) return;
	i->validation = selection_validation(n, l->q.validation_split);
	i->train = n - i->validation;
	if (n < i->classes || (i->validation >= i->classes && i->train >= i->classes)) return;
	LOADER_ERROR(r, dataset, "validation_split", NULL,
		"a split of %d images in %d for training and %d for validation cannot hold one of each of "
		"%d classes on both sides", n, i->train, i->validation, i->classes);
}

/* Bytes of one set: pixels, labels, and the choice among them. */
static size_t
loader_set_bytes(const struct loader *l, enum dataset_split split)
{
	const struct dataset_info *const d = &l->data;
	const size_t image = (size_t)d->h * (size_t)d->w * (size_t)d->c + sizeof(int32_t);
	return (size_t)d->n[split] * image + selection_bytes(d->n[split]);
}

/* What is known in place of a data set; counts of one, for plans. */
static void
loader_known(struct loader *l, struct arena *a, const struct node *dataset, struct field_reader *r)
{
	const struct loader_request q = l->q;
	l->data = *q.known;
	l->info.classes = l->data.classes;
	l->info.class_names = l->data.class_names;
	l->info.train = l->info.test = 1;
	l->q.channels = CHANNELS_KEEP;
	l->q.crop = 0;
	l->q.resize = (struct int_pair){ 0 };
	loader_input(l, a, dataset, r);
	l->q.channels = q.channels;
	l->q.crop = q.crop;
}

enum status
loader_inspect(struct arena *a, const struct loader_request *q, const struct node *dataset,
	struct field_reader *r, struct loader **out, struct err *e)
{
	struct loader *const l = ARENA_NEW(a, struct loader);
	l->q = *q;
	if (q->known) {
		loader_known(l, a, dataset, r);
		*out = l;
		return OK;
	}
	TRY(q->kind->inspect(q->opts, &q->where, a, &l->data, e));
	loader_classes(l, a, dataset, r);
	loader_counts(l, dataset, r);
	loader_input(l, a, dataset, r);
	l->info.folder = l->data.folder;
	l->info.bytes = loader_set_bytes(l, SPLIT_TRAIN) + loader_set_bytes(l, SPLIT_TEST);
	*out = l;
	return OK;
}

const struct loader_info *
loader_info(const struct loader *l)
{
	return &l->info;
}

/* ---- read ---- */

static enum status
loader_read(struct loader *l, enum dataset_split split, struct loader_part *part,
	struct loader_part *rest, struct err *e)
{
	if (part->set) return OK;
	TRY(l->q.kind->read(l->q.opts, &l->q.where, &l->data, split, &l->set[split], e));
	const enum status s = selection_images(l, split, &l->chosen[split], part, rest, e);
	if (s == OK) return OK;
	image_set_free(&l->set[split]);
	buffer_free(&l->chosen[split]);
	return s;
}

enum status
loader_read_train(struct loader *l, struct err *e)
{
	TRY(loader_read(l, SPLIT_TRAIN, &l->train, l->q.validation_is_test ? NULL : &l->validation, e));
	l->train.digest = &l->digest[0];
	l->validation.digest = &l->digest[1];
	l->info.train = l->train.n;
	l->info.validation = l->validation.n;
	if (!l->q.validation_is_test) return OK;
	TRY(loader_read_test(l, e));
	l->info.validation = l->test.n;
	return OK;
}

enum status
loader_read_test(struct loader *l, struct err *e)
{
	TRY(loader_read(l, SPLIT_TEST, &l->test, NULL, e));
	l->test.digest = &l->digest[2];
	l->info.test = l->test.n;
	return OK;
}

const struct loader_part *
loader_train(const struct loader *l)
{
	return &l->train;
}

const struct loader_part *
loader_validation(const struct loader *l)
{
	return l->q.validation_is_test ? &l->test : &l->validation;
}

const struct loader_part *
loader_test(const struct loader *l)
{
	return &l->test;
}

void
loader_free(struct loader *l)
{
	if (!l) return;
	for (int s = 0; s < SPLIT_COUNT; s++) {
		image_set_free(&l->set[s]);
		buffer_free(&l->chosen[s]);
	}
	l->train = l->validation = l->test = (struct loader_part){ 0 };
	memset(l->digest, 0, sizeof l->digest);
}

/* ---- hash ---- */

static void
loader_hash_word(struct hash *h, uint32_t w)
{
	const unsigned char b[4] = { w & 255, w >> 8 & 255, w >> 16 & 255, w >> 24 };
	hash_add(h, b, sizeof b);
}

static void
loader_digest(const struct loader_part *p, char data[65], char split[65])
{
	const struct image_set *const s = p->set;
	struct hash *const pixels = hash_new(), *const indices = hash_new();
	const int sizes[] = { p->n, s ? s->h : 0, s ? s->w : 0, s ? s->c : 0 };
	const size_t bytes = (size_t)sizes[1] * (size_t)sizes[2] * (size_t)sizes[3];
	for (int i = 0; i < 4; i++)
		loader_hash_word(pixels, (uint32_t)sizes[i]);
	for (int i = 0; i < p->n; i++) {
		hash_add(pixels, (const uint8_t *)s->pixels.data + p->index[i] * bytes, bytes);
		loader_hash_word(pixels, (uint32_t)p->label[i]);
		loader_hash_word(indices, p->index[i]);
	}
	hash_hex(pixels, data);
	hash_hex(indices, split);
}

void
loader_hash(const struct loader_part *p, char data[65], char split[65])
{
	struct loader_digest own = { "", "" }, *d = p->digest ? p->digest : &own;
	if (!d->data[0]) loader_digest(p, d->data, d->split);
	memcpy(data, d->data, sizeof d->data);
	memcpy(split, d->split, sizeof d->split);
}

void
loader_hash_all(const struct loader *l, char data[65], char split[65])
{
	const struct loader_part *const parts[] = { &l->train, &l->validation, &l->test };
	struct hash *const all = hash_new(), *const splits = hash_new();
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		char one[65], two[65];
		loader_hash(parts[i], one, two);
		hash_add(all, one, sizeof one);
		hash_add(splits, two, sizeof two);
	}
	hash_hex(all, data);
	hash_hex(splits, split);
}
