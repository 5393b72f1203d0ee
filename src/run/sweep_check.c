/* What can be wrong across the keys of `sweep`, and what ranks its trials. */
#include <string.h>

#include "experiment_parts.h"
#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/metric.h"
#include "tlrun/name_table.h"

enum { SWEEP_METRICS = 32 };	/* far more than there are kinds */

size_t
sweep_axes_of(struct arena *a, const struct sweep_options *o, const struct sweep_axis *const **out)
{
	const size_t all = o->parameters.n + o->zip.n;
	const struct sweep_axis **axis = ARENA_ARRAY(a, const struct sweep_axis *, all);
	size_t n = 0;
	for (size_t i = 0; i < all; i++) {
		axis[n] = i < o->parameters.n ? &o->parameters.v[i] : &o->zip.v[i - o->parameters.n];
		n += !axis[n]->unread;
	}
	*out = axis;
	return n;
}

/* Keys that are the trial's own, or that change no result: whether it is one (reported). */
static bool
check_reserved(struct field_reader *r, const struct sweep_key *k)
{
	static const struct { const char *key, *why, *cure; } none[] = {
		{ "version", "is the file's", NULL },
		{ "extends", "is the file's", NULL },
		{ "description", "changes no result", NULL },
		{ "compare_with", "changes no result", NULL },
		{ "name", "is each trial's own", NULL },
		{ "seed", "is no part of an experiment's configuration",
			"seeds: [1, 2, 3] runs every trial with each" },
		{ "seeds", "is no part of an experiment's configuration",
			"seeds: [1, 2, 3] runs every trial with each" },
		{ "runtime", "changes no result", NULL },
		{ "sweep", "cannot vary itself", NULL },
	};
	const size_t top = strcspn(k->key, ".");
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		if (strlen(none[i].key) != top || strncmp(none[i].key, k->key, top) != 0) continue;
		diag_add(r->diags, DIAG_ERROR, k->at, k->span, none[i].cure,
			"a sweep cannot vary %s: it %s", none[i].key, none[i].why);
		return true;
	}
	return false;
}

/* The keys of all axes, whatever they take; those that cannot be varied are not tried. */
static void
check_keys(struct field_reader *r, struct sweep_axes *axes, struct name_table *keys)
{
	for (size_t i = 0; i < axes->n; i++)
		for (size_t k = 0; k < axes->v[i].keys; k++) {
			const struct sweep_key *const this = &axes->v[i].key[k];
			const bool twice = name_table_add(keys, this->key, (long)i) >= 0;
			if (twice)
				diag_add(r->diags, DIAG_ERROR, this->at, this->span, "keep one of them",
					"%s stands twice in the sweep", this->key);
			axes->v[i].unread |= check_reserved(r, this) || twice;
		}
}

/* How many trials there are is known only where all axes are. */
static void
check_grid(struct field_reader *r, const struct node *node, const struct sweep_options *o,
	const struct sweep_axis *const *axis, size_t n)
{
	double trials = 1;
	for (size_t i = 0; i < n; i++) {
		if (!axis[i]->points)
			field_error_key(r, axis[i]->key->node, "distribution", "method: random, or values",
				"a grid takes values, not a distribution");
		else trials *= (double)axis[i]->points;
	}
	const bool known = field_sound(r, &o->parameters) && field_sound(r, &o->zip) &&
		field_sound(r, &o->max_trials);
	if (known && trials > SWEEP_MAX_TRIALS && !o->max_trials)
		field_error_key(r, node, "parameters", "set max_trials, or method: random",
			"the grid has %.0f trials, more than the limit of %d", trials, SWEEP_MAX_TRIALS);
}

void
sweep_check(struct field_reader *r, const struct node *node, void *opts)
{
	struct sweep_options *o = opts;
	const struct sweep_axis *const *axis;
	struct name_table *const keys = name_table_new(r->arena);
	const bool known = field_sound(r, &o->parameters) && field_sound(r, &o->zip);
	if (!o->parameters.n && !o->zip.n && known)
		field_error_key(r, node, "", "for example parameters: {training.optimizer.learning_rate: "
			"{values: [0.01, 0.001]}}", "the sweep varies nothing: neither parameters nor zip");
	check_keys(r, &o->parameters, keys);
	check_keys(r, &o->zip, keys);
	const size_t n = sweep_axes_of(r->arena, o, &axis);
	o->some = n > 0;
	if (!field_sound(r, &o->method)) return;
	if (o->method == SWEEP_GRID) check_grid(r, node, o, axis, n);
	else if (!o->max_trials && field_sound(r, &o->max_trials))
		field_error_key(r, node, "method", "add max_trials: 20",
			"random needs max_trials, the number of trials to draw");
}

/* ---- the metric ---- */

static bool
sweep_metric_has_split(const char *name)
{
	return !strncmp(name, "val_", 4) || !strncmp(name, "test_", 5);
}

const char *
sweep_metric_bare(const char *name)
{
	return sweep_metric_has_split(name) ? strchr(name, '_') + 1 : name;
}

struct sweep_ranking
sweep_ranking_of(struct arena *a, const struct experiment *x)
{
	const struct sweep_metric *const m = &x->o.sweep.metric;
	const char *const name = m->name ? m->name
		: arena_printf(a, "val_%s", x->o.evaluation.metrics.v[0].kind->name);
	struct sweep_ranking s = { .name = name, .test = !strncmp(name, "test_", 5),
		.training = !sweep_metric_has_split(name) };
	struct monitor found;
	training_monitor(&x->o.evaluation, sweep_metric_bare(name), &found);
	s.lower = m->goal == SWEEP_AS_METRIC ? found.lower : m->goal == SWEEP_MINIMIZE;
	return s;
}

void
sweep_check_metric(struct field_reader *r, const struct experiment *x)
{
	const struct evaluation *const e = &x->o.evaluation;
	const char *const name = x->o.sweep.metric.name;
	const struct node *const map = node_get(node_get(x->root, "sweep"), "metric");
	struct monitor found;
	if (!name) return;
	const bool split = sweep_metric_has_split(name);
	const char *const bare = sweep_metric_bare(name);
	const bool known = training_monitor(e, bare, &found) && !found.validation;
	const struct node *const at = node_get(map, "name");
	if (split && known && name[0] == 't')
		diag_add(r->diags, DIAG_WARNING, at->at, at->span,
			arena_printf(r->arena, "val_%s leaves the test images for the end", bare),
			"the test images choose the best trial, so what it scores on them will be too good");
	if (!split && known && !validation_is_there(x)) {
		diag_add(r->diags, DIAG_WARNING, at->at, at->span,
			"dataset.validation_split: 0.1 leaves images to choose by",
			"the training images choose the best trial: it may be the one that learned them by "
			"heart");
		return;
	}
	if (split && known) return;
	const char *names[2 * SWEEP_METRICS + 2];
	size_t n = 0;
	for (int test = 0; test < 2; test++) {
		const char *const prefix = test ? "test" : "val";
		for (size_t i = 0; i < e->metrics.n && i < SWEEP_METRICS; i++)
			if (e->metrics.v[i].kind && strcmp(e->metrics.v[i].kind->name, "loss") != 0)
				names[n++] = arena_printf(r->arena, "%s_%s", prefix, e->metrics.v[i].kind->name);
		names[n++] = arena_printf(r->arena, "%s_loss", prefix);
	}
	const char *hint = known ? arena_printf(r->arena, "did you mean \"val_%s\"?", bare)
		: family_find(&family_metric, bare)
		? arena_printf(r->arena, "add %s to evaluation.metrics", bare)
		: field_hint(r->arena, name, names, n);
	if (!training_metrics_known(r, e)) return;
	field_error(r, at, hint, "the sweep's metric \"%s\" is not val_ or test_ "
		"and the loss or a metric of evaluation.metrics", name);
}
