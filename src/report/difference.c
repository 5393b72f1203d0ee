/* Two experiments or runs taken apart. */
#include "tlrun/difference.h"

#include <math.h>
#include <string.h>

#include "comparison_parts.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"

enum { DIFFERENCE_HASHES = 9 };

static void
difference_item(struct difference_item *list, int *n, const char *what, const char *a,
	const char *b)
{
	if (str_same(a, b)) return;
	list[(*n)++] = (struct difference_item){ what, a, b };
}

static void
difference_hashes(struct arena *a, const struct record *x, const struct record *y,
	struct difference_seed *s)
{
	struct difference_item *list = ARENA_ARRAY(a, struct difference_item, DIFFERENCE_HASHES);
	difference_item(list, &s->hashes, "data", x->hash_data, y->hash_data);
	difference_item(list, &s->hashes, "split", x->hash_split, y->hash_split);
	difference_item(list, &s->hashes, "first weights' file", x->hash_pretrained,
		y->hash_pretrained);
	difference_item(list, &s->hashes, "weights it starts from", x->hash_start, y->hash_start);
	difference_item(list, &s->hashes, "initial weights", x->hash_initial, y->hash_initial);
	difference_item(list, &s->hashes, "weights", x->hash_weights, y->hash_weights);
	difference_item(list, &s->hashes, "binary", x->hash_binary, y->hash_binary);
	difference_item(list, &s->hashes, "tlrun", x->tlrun_version, y->tlrun_version);
	s->hash = list;
}

/* The same number, or both not measured. */
static bool
difference_same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static const char *
difference_number(struct arena *a, double x)
{
	char text[32];
	if (isnan(x)) return NULL;
	num_format_float((float)x, text, sizeof text);
	return arena_strdup(a, text);
}

static void
difference_metrics(struct arena *a, const struct record *x, const struct record *y,
	struct difference_seed *s)
{
	struct difference_item *list =
		ARENA_ARRAY(a, struct difference_item, 1 + (size_t)x->metrics + (size_t)y->metrics);
	difference_item(list, &s->metrics, "loss", difference_number(a, x->test.loss),
		difference_number(a, y->test.loss));
	for (int i = 0; i < x->metrics; i++) {
		int k = 0;
		while (k < y->metrics && strcmp(y->metric[k].name, x->metric[i].name) != 0) k++;
		difference_item(list, &s->metrics, x->metric[i].name,
			difference_number(a, x->test.metric[i]),
			k < y->metrics ? difference_number(a, y->test.metric[k]) : NULL);
	}
	for (int k = 0; k < y->metrics; k++) {
		int i = 0;
		while (i < x->metrics && strcmp(y->metric[k].name, x->metric[i].name) != 0) i++;
		if (i == x->metrics)
			difference_item(list, &s->metrics, y->metric[k].name, NULL,
				difference_number(a, y->test.metric[k]));
	}
	s->metric = list;
}

/* What parts first in an epoch that both have; NULL: nothing. Only metrics of one name are
 * compared. */
static const char *
difference_epoch(struct arena *a, const struct record *x, const struct record *y, int e)
{
	const struct record_epoch *p = &x->history[e], *q = &y->history[e];
	if (strcmp(p->phase, q->phase) != 0) return "phase";
	if (!difference_same(p->learning_rate, q->learning_rate)) return "learning_rate";
	if (!difference_same(p->loss, q->loss)) return "loss";
	if (!difference_same(p->val_loss, q->val_loss)) return "val_loss";
	for (int i = 0; i < x->metrics && i < y->metrics; i++) {
		if (strcmp(x->metric[i].name, y->metric[i].name) != 0) continue;
		if (!difference_same(p->metric[i], q->metric[i])) return x->metric[i].name;
		if (!difference_same(p->val_metric[i], q->val_metric[i]))
			return arena_printf(a, "val_%s", x->metric[i].name);
	}
	return NULL;
}

static void
difference_history(struct arena *a, const struct record *x, const struct record *y,
	struct difference_seed *s)
{
	int e = 0;
	for (; e < x->epochs && e < y->epochs && !s->column; e++)
		s->column = difference_epoch(a, x, y, e);
	if (s->column) s->epoch = e;
	else if (x->epochs != y->epochs) {
		s->epoch = e + 1;
		s->column = x->epochs < y->epochs ? "the first ends before it"
			: "the second ends before it";
	}
}

static void
difference_images(struct arena *a, const struct predictions *p, const struct predictions *q,
	struct difference_seed *s)
{
	struct difference_image *image =
		ARENA_ARRAY(a, struct difference_image, (size_t)s->flip.differ);
	int n = 0;
	for (int i = 0; i < p->n && n < s->flip.differ; i++)
		if (p->predicted[i] != q->predicted[i])
			image[n++] = (struct difference_image){ p->index[i], p->class_name[p->label[i]],
				p->class_name[p->predicted[i]], q->class_name[q->predicted[i]] };
	s->image = image;
	s->predictions = true;
}

static bool
difference_has(const struct record_set *s, uint64_t seed)
{
	for (int i = 0; i < s->n; i++)
		if (s->record[i].seed == seed) return true;
	return false;
}

/* The seeds of x that y has not. */
static const char *
difference_only(struct arena *a, const struct record_set *x, const struct record_set *y)
{
	const char *list = "";
	for (int i = 0; i < x->n; i++)
		if (!difference_has(y, x->record[i].seed))
			list = arena_printf(a, "%s%s%llu", list, *list ? ", " : "",
				(unsigned long long)x->record[i].seed);
	return list;
}

static struct difference_seed
difference_seed_of(struct arena *a, const struct record *x, const struct record *y,
	const struct predictions *p, const struct predictions *q)
{
	struct difference_seed s = { .seed = x->seed };
	difference_hashes(a, x, y, &s);
	difference_history(a, x, y, &s);
	difference_metrics(a, x, y, &s);
	comparison_flip_of(p, q, &s.flip);
	if (s.flip.images) difference_images(a, p, q, &s);
	return s;
}

struct difference *
difference_make(struct arena *a, const struct record_set *x, const struct record_set *y)
{
	const struct record_set *const sets[] = { x, y };
	const struct comparison *c = comparison_make(a, sets, 2, false);
	struct difference *d = ARENA_NEW(a, struct difference);
	struct difference_seed *seed = ARENA_ARRAY(a, struct difference_seed, (size_t)x->n);
	struct predictions *p = ARENA_ARRAY(a, struct predictions, (size_t)x->n);
	struct predictions *q = ARENA_ARRAY(a, struct predictions, (size_t)y->n);
	struct predictions before = { 0 };
	const bool runs = x->n == 1 && y->n == 1;
	comparison_predictions(a, x, p, &before);
	comparison_predictions(a, y, q, &before);
	*d = (struct difference){ .a = x, .b = y, .keys = c->keys, .key = c->key };
	d->only_a = difference_only(a, x, y);
	d->only_b = difference_only(a, y, x);
	d->any = c->keys || *d->only_a || *d->only_b;
	for (int i = 0; i < x->n; i++) {
		int k = 0;
		while (!runs && k < y->n && y->record[k].seed != x->record[i].seed) k++;
		if (k == y->n) continue;
		struct difference_seed *const s = &seed[d->seeds++];
		*s = difference_seed_of(a, &x->record[i], &y->record[k], &p[i], &q[k]);
		d->any = d->any || s->hashes || s->epoch || s->metrics || s->flip.differ;
	}
	d->seed = seed;
	return d;
}
