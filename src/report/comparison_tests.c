/*
 * Two experiments tested against each other: the paired sign-flip test over their common seeds,
 * McNemar's between the models of one seed, the bootstrap over seeds and images.
 */
#include <math.h>
#include <string.h>

#include "blocks.h"
#include "comparison_parts.h"
#include "tlrun/arena.h"

static const struct interval unknown = { NAN, NAN };

/* The place of a seed in a set; -1: it is not there. */
static int
tests_seed(const struct record_set *s, uint64_t seed)
{
	for (int i = 0; i < s->n; i++)
		if (s->record[i].seed == seed) return i;
	return -1;
}

/* Why a difference between the two would mean nothing; NULL: it may. */
static const char *
tests_why_not(const struct comparison_row *a, const struct comparison_row *b)
{
	const struct record *x = &a->set->record[0], *y = &b->set->record[0];
	if (strcmp(a->metric.name, b->metric.name) != 0) return "their headline metrics differ";
	bool same = x->classes == y->classes && x->test.n == y->test.n &&
		!strcmp(x->dataset, y->dataset);
	for (int i = 0; same && i < x->classes; i++)
		same = !strcmp(x->class_name[i], y->class_name[i]);
	const struct predictions *p = &a->predictions[0], *q = &b->predictions[0];
	if (same && p->n && q->n)
		same = !memcmp(p->index, q->index, (size_t)p->n * sizeof *p->index) &&
			!memcmp(p->label, q->label, (size_t)p->n * sizeof *p->label);
	return same ? NULL : "they were measured on different test images";
}

static bool
tests_alike(const struct predictions *p, const struct predictions *q)
{
	return p->n && p->n == q->n && !memcmp(p->index, q->index, (size_t)p->n * sizeof *p->index) &&
		!memcmp(p->label, q->label, (size_t)p->n * sizeof *p->label);
}

void
comparison_flip_of(const struct predictions *p, const struct predictions *q,
	struct comparison_flip *f)
{
	f->p = f->p_holm = NAN;
	if (!tests_alike(p, q)) return;
	for (int i = 0; i < p->n; i++) {
		const bool a = p->predicted[i] == p->label[i], b = q->predicted[i] == q->label[i];
		f->only_a += a && !b;
		f->only_b += b && !a;
		f->differ += p->predicted[i] != q->predicted[i];
	}
	f->images = p->n;
	f->p = stats_mcnemar(f->only_a, f->only_b);
}

/* What the model had right, image by image. */
static const unsigned char *
tests_right(struct arena *a, const struct predictions *p)
{
	unsigned char *right = ARENA_ARRAY(a, unsigned char, (size_t)p->n);
	for (int i = 0; i < p->n; i++)
		right[i] = p->predicted[i] == p->label[i];
	return right;
}

/* The samples of one experiment's accuracy over the seeds of the pair. Those over all of its seeds
 * are made once. */
static const double *
tests_share(struct arena *a, const struct comparison_row *x, const struct comparison_pair *p,
	bool second, double **made)
{
	const unsigned char **right = ARENA_ARRAY(a, const unsigned char *, (size_t)p->seeds);
	const struct stats_answers answers = { (size_t)p->seeds, (size_t)p->flip[0].images, right };
	if (*made && p->seeds == x->set->n) return *made;
	double *const share = ARENA_ARRAY(a, double, STATS_BOOTSTRAP);
	for (int i = 0; i < p->seeds; i++) {
		const int at = second ? p->flip[i].seed_b : p->flip[i].seed_a;
		right[i] = tests_right(a, &x->predictions[at]);
	}
	stats_bootstrap(&answers, share);
	if (p->seeds == x->set->n) *made = share;
	return share;
}

/* Of accuracy, whatever the headline is: the share of images that were right. */
static struct interval
tests_bootstrap(struct arena *a, const struct comparison *c, const struct comparison_pair *p,
	double **made)
{
	double difference[STATS_BOOTSTRAP];
	for (int i = 0; i < p->seeds; i++)
		if (!p->flip[i].images || p->flip[i].images != p->flip[0].images) return unknown;
	const double *const x = tests_share(a, &c->row[p->a], p, false, &made[p->a]);
	const double *const y = tests_share(a, &c->row[p->b], p, true, &made[p->b]);
	for (int i = 0; i < STATS_BOOTSTRAP; i++)
		difference[i] = y[i] - x[i];
	return stats_percentile(STATS_BOOTSTRAP, difference);
}

/* The seeds that both have, their models compared; the differences of the headline. */
static void
tests_seeds(struct arena *a, const struct comparison_row *x, const struct comparison_row *y,
	struct comparison_pair *p, double *d)
{
	struct comparison_flip *flip = ARENA_ARRAY(a, struct comparison_flip, (size_t)x->set->n);
	for (int i = 0; i < x->set->n; i++) {
		const uint64_t seed = x->set->record[i].seed;
		const int k = tests_seed(y->set, seed);
		if (k < 0) continue;
		flip[p->seeds] = (struct comparison_flip){ .seed = seed, .seed_a = i, .seed_b = k };
		comparison_flip_of(&x->predictions[i], &y->predictions[k], &flip[p->seeds]);
		d[p->seeds++] = y->value[k] - x->value[i];
	}
	p->flip = flip;
}

void
comparison_test(struct arena *a, const struct comparison *c, int i, int k, double **shares,
	struct comparison_pair *out)
{
	const struct comparison_row *x = &c->row[i], *y = &c->row[k];
	double *d = ARENA_ARRAY(a, double, (size_t)x->set->n);
	*out = (struct comparison_pair){ .a = i, .b = k, .mean = NAN, .sd = NAN, .p = NAN,
		.p_holm = NAN, .p_least = NAN, .t = NAN, .t_holm = NAN, .interval = unknown,
		.bootstrap = unknown };
	out->why_not = tests_why_not(x, y);
	if (out->why_not) return;
	tests_seeds(a, x, y, out, d);
	bool measured = out->seeds > 0;
	for (int s = 0; s < out->seeds; s++)
		measured = measured && isfinite(d[s]);
	if (!measured) {
		out->why_not = out->seeds ? "a value was not measured" : "they have no seed in common";
		return;
	}
	const size_t n = (size_t)out->seeds;
	out->mean = stats_mean(n, d);
	out->sd = n > 1 ? stats_sd(n, d) : NAN;
	out->interval = block_t_difference(&x->metric, out->seeds, d);
	out->p_least = stats_sign_flip_least(n);
	out->t = stats_t_test(n, d);
	if (n > 1) out->p = stats_sign_flip(n, d);
	if (shares) out->bootstrap = tests_bootstrap(a, c, out, shares);
}

/* Among n tests the smallest p is multiplied by n. */
static void
tests_reach(struct comparison *c, struct comparison_pair *pair)
{
	for (int i = 0; i < c->pairs; i++)
		c->tested += !isnan(pair[i].p);
	for (int i = 0; i < c->pairs; i++) {
		pair[i].p_least = fmin(1, c->tested * pair[i].p_least);
		pair[i].needed = stats_sign_flip_needed((size_t)c->tested, COMPARISON_LEVEL);
	}
}

void
comparison_correct(struct comparison *c, struct comparison_pair *pair)
{
	struct arena *a = arena_new();
	size_t flips = 0, at = 0;
	tests_reach(c, pair);
	for (int i = 0; i < c->pairs; i++)
		flips += (size_t)pair[i].seeds;
	double *p = ARENA_ARRAY(a, double, (size_t)c->pairs), *m = ARENA_ARRAY(a, double, flips);
	double *t = ARENA_ARRAY(a, double, (size_t)c->pairs);
	for (int i = 0; i < c->pairs; i++) {
		p[i] = pair[i].p;
		t[i] = pair[i].t;
		for (int s = 0; s < pair[i].seeds; s++)
			m[at++] = pair[i].flip[s].p;
	}
	stats_holm((size_t)c->pairs, p, p);
	stats_holm((size_t)c->pairs, t, t);
	stats_holm(flips, m, m);
	at = 0;
	for (int i = 0; i < c->pairs; i++) {
		struct comparison_pair *const x = &pair[i];
		x->p_holm = p[i];
		x->t_holm = t[i];
		for (int s = 0; s < x->seeds; s++)
			((struct comparison_flip *)x->flip)[s].p_holm = m[at++];
		if (!(x->p_holm < COMPARISON_LEVEL)) continue;
		if (x->interval.low > 0) x->verdict = VERDICT_HIGHER;
		if (x->interval.high < 0) x->verdict = VERDICT_LOWER;
	}
	arena_free(a);
}
