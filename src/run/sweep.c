/*
 * Sweeps expanded: which trials a file means, and each of them opened.
 *
 * A grid counts like a clock, its last axis fastest. Random draws are philox numbers of the sweep's
 * seed, the axis and the trial: a larger max_trials adds trials and changes none.
 */
#include <stdio.h>
#include <string.h>

#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/hash.h"
#include "tlrun/num.h"
#include "tlrun/rng.h"

/* ---- values ---- */

/* A number drawn, as a scalar that stands where the distribution does. */
static const struct node *
sweep_number(struct arena *a, const struct node *place, double x)
{
	struct node *n = ARENA_NEW(a, struct node);
	char text[32];
	*n = *place;
	n->type = NODE_SCALAR;
	n->n = 0;
	num_format(x, text, sizeof text);
	n->text = arena_strdup(a, text);
	return n;
}

/* Four digits are as many as a name should have, and more than a search needs. */
static double
sweep_round(double x, double min, double max)
{
	char text[32];
	double rounded = x;
	snprintf(text, sizeof text, "%.3e", x);
	num_parse_double(text, &rounded);
	return rounded < min ? min : rounded > max ? max : rounded;
}

static double
sweep_draw(const struct sweep_key *k, const struct rng *rng, size_t element)
{
	if (k->distribution == SWEEP_INT_UNIFORM)
		return k->min + (double)rng_below(rng, element, (uint64_t)(k->max - k->min) + 1);
	const double u = rng_uniform(rng, element);
	if (k->distribution == SWEEP_UNIFORM)
		return sweep_round(k->min + u * (k->max - k->min), k->min, k->max);
	const double low = num_log(k->min), high = num_log(k->max);
	return sweep_round(num_exp(low + u * (high - low)), k->min, k->max);
}

/* ---- trials ---- */

struct sweep_work {
	struct arena *a;
	const struct sweep_options *o;
	size_t axes;
	const struct sweep_axis *const *axis;
	struct sweep *s;
};

static void
sweep_set(struct sweep_work *w, struct sweep_setting *set, const struct sweep_key *k,
	const struct node *value)
{
	struct str text = STR_INIT;
	document_flow(value, &text);
	*set = (struct sweep_setting){ k->key, k->at, k->span, value,
		arena_strdup(w->a, str_text(&text)) };
	str_free(&text);
}

/* The values of one axis at a point, from setting i; the setting behind them. */
static struct sweep_setting *
sweep_point(struct sweep_work *w, struct sweep_setting *set, const struct sweep_axis *axis,
	size_t point)
{
	for (size_t k = 0; k < axis->keys; k++)
		sweep_set(w, set++, &axis->key[k], axis->key[k].value[point]);
	return set;
}

static void
sweep_grid(struct sweep_work *w, int trial, struct sweep_setting *set)
{
	for (size_t i = 0; i < w->axes; i++) {
		/* Trials of one point of the axis; past the limit none gets so far that it would move. */
		size_t inner = 1;
		for (size_t k = i + 1; k < w->axes && inner <= SWEEP_MAX_TRIALS; k++)
			inner *= w->axis[k]->points;
		set = sweep_point(w, set, w->axis[i], (size_t)trial / inner % w->axis[i]->points);
	}
}

static void
sweep_random(struct sweep_work *w, int trial, struct sweep_setting *set)
{
	for (size_t i = 0; i < w->axes; i++) {
		const struct sweep_axis *const axis = w->axis[i];
		const struct rng rng =
			rng_stream((uint64_t)w->o->seed, RNG_SWEEP, (uint32_t)i, (uint64_t)trial);
		if (axis->points) {
			set = sweep_point(w, set, axis, (size_t)rng_below(&rng, 0, axis->points));
			continue;
		}
		const struct sweep_key *const k = axis->key;
		sweep_set(w, set++, k, sweep_number(w->a, k->node, sweep_draw(k, &rng, 0)));
	}
}

/* Whether an earlier trial has the same settings. */
static bool
sweep_again(const struct sweep *s, const struct sweep_setting *set)
{
	for (int t = 0; t < s->n; t++) {
		int k = 0;
		while (k < s->keys && !strcmp(s->trial[t].setting[k].text, set[k].text)) k++;
		if (k == s->keys) return true;
	}
	return false;
}

/* Keys with fewer parts first: what is put in place of a map comes before what is put into it. */
static const int *
sweep_order(struct arena *a, const struct sweep *s)
{
	int *order = ARENA_ARRAY(a, int, (size_t)s->keys), n = 0;
	for (int depth = 0; n < s->keys; depth++)
		for (int i = 0; i < s->keys; i++) {
			int parts = 0;
			for (const char *c = sweep_key_next(s->key[i]); c; c = sweep_key_next(c))
				parts++;
			if (parts == depth) order[n++] = i;
		}
	return order;
}

static void
sweep_begin(struct sweep_work *w, struct arena *a, const struct experiment *x)
{
	struct sweep *s = ARENA_NEW(a, struct sweep);
	*w = (struct sweep_work){ .a = a, .o = &x->o.sweep, .s = s };
	w->axes = sweep_axes_of(a, w->o, &w->axis);
	for (size_t i = 0; i < w->axes; i++)
		s->keys += (int)w->axis[i]->keys;
	const char **key = ARENA_ARRAY(a, const char *, (size_t)s->keys);
	bool *drawn_log = ARENA_ARRAY(a, bool, (size_t)s->keys);
	s->drawn_log = drawn_log;
	s->name = x->name;
	s->path = x->path;
	s->key = key;
	for (size_t i = 0; i < w->axes; i++)
		for (size_t k = 0; k < w->axis[i]->keys; k++) {
			*key++ = w->axis[i]->key[k].key;
			*drawn_log++ = w->axis[i]->key[k].distribution == SWEEP_LOG_UNIFORM;
		}
	s->order = sweep_order(a, s);
}

struct sweep *
sweep_expand(struct arena *a, const struct experiment *x)
{
	struct sweep_work w;
	sweep_begin(&w, a, x);
	struct sweep *const s = w.s;
	int trials = w.o->max_trials ? w.o->max_trials : SWEEP_MAX_TRIALS;
	if (w.o->method == SWEEP_GRID) {
		double all = 1;
		for (size_t i = 0; i < w.axes; i++)
			all *= (double)w.axis[i]->points;
		if (all < trials) trials = (int)all;
	}
	s->rank = sweep_ranking_of(a, x);
	s->trial = ARENA_ARRAY(a, struct sweep_trial, (size_t)trials);
	for (int t = 0; t < trials; t++) {
		struct sweep_setting *set = ARENA_ARRAY(a, struct sweep_setting, (size_t)s->keys);
		if (w.o->method == SWEEP_GRID) sweep_grid(&w, t, set);
		else sweep_random(&w, t, set);
		if (sweep_again(s, set)) s->same++;
		else s->trial[s->n++] = (struct sweep_trial){ .sweep = s, .setting = set };
	}
	sweep_name(a, s);
	return s;
}

void
sweep_apply(struct arena *a, struct node *root, const struct sweep_trial *t, struct diags *d)
{
	document_override(a, root, "sweep=null", d);
	document_override(a, root, arena_printf(a, "name=%s", t->name), d);
	for (int i = 0; i < t->sweep->keys; i++) {
		const struct sweep_setting *const set = &t->setting[t->sweep->order[i]];
		document_set(a, root, set->key, set->value, set->at, set->span, d);
	}
}

/* ---- values by themselves ---- */

/* Read the file with these settings; what is wrong that d does not say yet is added. */
static void
sweep_try(struct sweep_work *w, struct sweep_setting *set, const struct experiment_request *q,
	struct diags *d)
{
	const struct sweep_trial t = { w->s, w->s->name, set };
	struct experiment_request trial = *q;
	struct experiment *x;
	struct diags *said = diags_new();
	trial.trial = &t;
	experiment_read(w->a, &trial, &x, said);
	diags_merge(d, said, NULL);
	diags_free(said);
}

/* Ends of a distribution at their places; then, of real numbers, one between that is no integer. */
enum { SWEEP_ENDS = 2, SWEEP_PROBES };

static const struct node *
sweep_probe(struct sweep_work *w, const struct sweep_key *k, size_t point)
{
	const double between = k->min + 0.618 * (k->max - k->min);
	if (point == SWEEP_ENDS)
		return sweep_number(w->a, k->node, sweep_round(between, k->min, k->max));
	return sweep_number(w->a, point ? k->max_node : k->min_node, point ? k->max : k->min);
}

static void
sweep_place(struct sweep_work *w, struct sweep_setting *set, const struct sweep_axis *axis,
	size_t point)
{
	if (axis->points) sweep_point(w, set, axis, point);
	else sweep_set(w, set, axis->key, sweep_probe(w, axis->key, point));
}

/* Each value in turn, the others being the first. */
static void
sweep_read_values(struct sweep_work *w, const struct experiment_request *q, struct diags *d)
{
	const size_t keys = (size_t)w->s->keys;
	struct sweep_setting *first = ARENA_ARRAY(w->a, struct sweep_setting, keys);
	for (size_t i = 0, at = 0; i < w->axes; at += w->axis[i++]->keys)
		sweep_place(w, first + at, w->axis[i], 0);
	sweep_try(w, first, q, d);
	for (size_t i = 0, at = 0; i < w->axes; at += w->axis[i++]->keys) {
		const struct sweep_axis *const axis = w->axis[i];
		const bool whole = axis->key->distribution == SWEEP_INT_UNIFORM;
		const size_t points = axis->points ? axis->points : whole ? SWEEP_ENDS : SWEEP_PROBES;
		const int errors = diags_errors(d);
		struct sweep_setting *one = ARENA_ARRAY(w->a, struct sweep_setting, keys);
		memcpy(one, first, keys * sizeof *one);
		for (size_t p = 1; p < points; p++) {
			/* Where the ends are wrong, what is between them says no more. */
			if (!axis->points && p == SWEEP_ENDS && diags_errors(d) > errors) continue;
			sweep_place(w, one + at, axis, p);
			sweep_try(w, one, q, d);
		}
	}
}

/* ---- opening ---- */

/* What the command line sets would be set again by every trial. */
static void
sweep_check_overrides(struct arena *a, const struct experiment_request *q, const struct sweep *s,
	struct diags *d)
{
	for (int i = 0; i < q->n_overrides; i++)
		for (int k = 0; k < s->keys; k++) {
			const size_t n = strlen(s->key[k]);
			if (strncmp(q->overrides[i], s->key[k], n) != 0 || q->overrides[i][n] != '=') continue;
			const struct mark at = MARK_FILE(arena_printf(a, "command line: %s", q->overrides[i]));
			diag_add(d, DIAG_ERROR, at, 1, arena_printf(a, "sweep.parameters.%s=null takes it out "
				"of the sweep", s->key[k]), "the sweep varies %s", s->key[k]);
		}
}

/* What makes the experiment another one, the name apart. */
static void
sweep_identity(const struct experiment *x, char out[HASH_HEX])
{
	struct experiment_options o = x->o;
	struct str text = STR_INIT;
	o.runtime = (struct runtime){ 0 };
	o.name = o.description = o.compare_with = NULL;
	field_print(experiment_fields, &o, NULL, false, &text);
	hash_of(text.data, text.len, out);
	str_free(&text);
}

static void
sweep_overrides(struct arena *a, struct experiment *x)
{
	const struct sweep_trial *const t = x->trial;
	const char **list = ARENA_ARRAY(a, const char *, (size_t)t->sweep->keys + 2);
	int n = 0;
	list[n++] = "sweep=null";
	list[n++] = arena_printf(a, "name=%s", t->name);
	for (int i = 0; i < t->sweep->keys; i++) {
		const struct sweep_setting *const set = &t->setting[t->sweep->order[i]];
		list[n++] = arena_printf(a, "%s=%s", set->key, set->text);
	}
	x->overrides = list;
	x->n_overrides = n;
}

/* Open one trial; NULL in *x where that is not to be kept. */
static enum status
sweep_open_trial(struct arena *a, const struct sweep_trial *t, const struct experiment_request *q,
	struct experiment **x, struct diags *d, struct err *e)
{
	struct experiment_request trial = *q;
	struct diags *said = diags_new();
	trial.trial = t;
	const enum status s = experiment_open(a, &trial, x, said, e);
	diags_merge(d, said, arena_printf(a, " (trial %s)", t->name));
	diags_free(said);
	if (s == OK) {
		sweep_overrides(a, *x);
		return OK;
	}
	experiment_close(*x);
	*x = NULL;
	return s;
}

/* Whether one of n trials is the same experiment under another name. */
static bool
sweep_same(char (*identity)[HASH_HEX], int n)
{
	for (int i = 0; i < n; i++)
		if (!strcmp(identity[i], identity[n])) return true;
	return false;
}

enum status
sweep_open(struct arena *a, const struct experiment *x, const struct experiment_request *q,
	enum status opened, struct experiment ***out, int *n, struct diags *d, struct err *e)
{
	struct sweep_work w;
	enum status worst = OK;
	*n = 0;
	sweep_begin(&w, a, x);
	sweep_check_overrides(a, q, w.s, d);
	sweep_read_values(&w, q, d);
	if (diags_errors(d)) return ERR_CONFIG;
	TRY(opened);
	struct sweep *const s = sweep_expand(a, x);
	*out = ARENA_ARRAY(a, struct experiment *, (size_t)s->n);
	char (*identity)[HASH_HEX] = arena_array(a, (size_t)s->n, HASH_HEX);
	for (int i = 0; i < s->n; i++) {
		struct err one = ERR_INIT;
		const enum status this = sweep_open_trial(a, &s->trial[i], q, &(*out)[*n], d, &one);
		/* A wrong file outweighs missing data. */
		if (this != OK && worst != ERR_CONFIG) worst = this, *e = one;
		if (this != OK) continue;
		sweep_identity((*out)[*n], identity[*n]);
		if (sweep_same(identity, *n)) s->same++, experiment_close((*out)[*n]);
		else ++*n;
	}
	if (worst == OK) return OK;
	for (int i = 0; i < *n; i++)
		experiment_close((*out)[i]);
	*n = 0;
	return worst;
}
