/*
 * selection: from all images of a split to those of its parts: classes, then the subset, then
 * validation.
 *
 * Errors  ERR_DATA: a class without training images, or with too few for a subset or a validation
 *         split.
 */
#include <string.h>

#include "data/selection.h"
#include "data/split.h"

/* One set on its way to parts. Arrays [n]; those of the parts are at the same places of theirs. */
struct selection {
	const struct loader *l;
	enum dataset_split split;
	int n;
	uint32_t *index, *other;	/* into the set; other: what was split off */
	int32_t *class, *label, *other_label;	/* class: as in the files */
	uint8_t *chosen;
};

size_t
selection_bytes(int n)
{
	return (size_t)n * (5 * sizeof(uint32_t) + 1);
}

int
selection_validation(int n, double split)
{
	return (int)(n * split + 0.5);
}

static struct selection
selection_start(const struct loader *l, enum dataset_split split, void *memory)
{
	const struct image_set *const set = &l->set[split];
	const size_t n = (size_t)set->n;
	uint32_t *const u = memory;
	int32_t *const i = memory;
	struct selection s = { .l = l, .split = split, .index = u, .other = u + n, .class = i + 2 * n,
		.label = i + 3 * n, .other_label = i + 4 * n, .chosen = (uint8_t *)(u + 5 * n) };
	for (int j = 0; j < set->n; j++)
		if (l->renumber[set->labels[j]] >= 0) {
			s.index[s.n] = (uint32_t)j;
			s.class[s.n++] = set->labels[j];
		}
	return s;
}

/* Every class that is kept has at least `least` images. Of a test set that is not asked. */
static enum status
selection_enough(const struct selection *s, int least, const char *why, struct err *e)
{
	const struct loader *const l = s->l;
	const char *const where = l->data.folder ? l->data.folder : l->q.kind->kind.name;
	for (int k = 0; k < l->data.classes; k++) {
		int n = 0;
		if (l->renumber[k] < 0) continue;
		for (int i = 0; i < s->n && n < least; i++)
			n += s->class[i] == k;
		if (n < least)
			return err_set(e, ERR_DATA, MARK_FILE(where),
				"class \"%s\" has %d training images, expected %d or more%s: leave it out through "
				"dataset.classes, or take more images", l->data.class_names[k], n, least, why);
	}
	return OK;
}

static enum status
selection_choose(struct selection *s, struct split_request q, struct err *e)
{
	q.seed = s->l->q.split_seed;
	q.classes = s->l->data.classes;
	return split_choose(&q, s->n, s->class, s->chosen, e);
}

/* Keep the images that are chosen (keep 1) or are not (keep 0). */
static void
selection_compact(struct selection *s, uint8_t keep)
{
	int n = 0;
	for (int i = 0; i < s->n; i++)
		if (s->chosen[i] == keep) {
			s->index[n] = s->index[i];
			s->class[n++] = s->class[i];
		}
	s->n = n;
}

/* What is chosen goes to other; the rest stays. */
static int
selection_split_off(struct selection *s)
{
	int n = 0;
	for (int i = 0; i < s->n; i++)
		if (s->chosen[i]) {
			s->other[n] = s->index[i];
			s->other_label[n++] = s->l->renumber[s->class[i]];
		}
	selection_compact(s, 0);
	return n;
}

/* least: of each class, so that validation can be split off what is left. */
static enum status
selection_subset(struct selection *s, int least, struct err *e)
{
	const long long most = s->split == SPLIT_TRAIN ? s->l->q.max_train : s->l->q.max_test;
	if (most == 0 || most >= s->n) return OK;
	const enum split_use use = s->split == SPLIT_TRAIN ? SPLIT_USE_TRAIN : SPLIT_USE_TEST;
	TRY(selection_choose(s,
		(struct split_request){ .use = use, .total = (int)most, .least = least }, e));
	selection_compact(s, 1);
	return OK;
}

enum status
selection_images(const struct loader *l, enum dataset_split split, struct buffer *memory,
	struct loader_part *part, struct loader_part *rest, struct err *e)
{
	const struct image_set *const set = &l->set[split];
	const double share = l->q.validation_split;
	TRY(buffer_alloc(memory, selection_bytes(set->n), "the choice of images", e));
	struct selection s = selection_start(l, split, memory->data);
	const bool validates = rest && share > 0;
	if (split == SPLIT_TRAIN)
		TRY(selection_enough(&s, validates ? 2 : 1, validates ? " for validation_split" : "", e));
	TRY(selection_subset(&s, validates ? 2 : 1, e));
	if (validates) {
		const struct split_request q = { .use = SPLIT_USE_VALIDATION, .least = 1, .keep = 1,
			.total = selection_validation(s.n, share) };
		TRY(selection_choose(&s, q, e));
		const int n = selection_split_off(&s);
		*rest = (struct loader_part){ set, n, s.other, s.other_label, NULL };
	}
	for (int i = 0; i < s.n; i++)
		s.label[i] = l->renumber[s.class[i]];
	*part = (struct loader_part){ set, s.n, s.index, s.label, NULL };
	return OK;
}
