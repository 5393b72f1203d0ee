/*
 * What needs validation images where there are none (validation_split: 0): whatever watches a val_
 * value is refused by name, at its place, before anything runs.
 */
#include <string.h>

#include "experiment_parts.h"
#include "tlrun/arena.h"

bool
validation_is_there(const struct experiment *x)
{
	const struct dataset_common *const c = x->o.dataset.common;
	return !c || c->validation_split != 0;
}

/* A rule of `training` or of a phase: map is what the file says of it, named key. */
static void
validation_monitor(struct field_reader *r, const struct node *map, const char *key,
	const char *const *place)
{
	const char *const monitor = *place;
	if (!map || !field_sound(r, place) || !monitor || strncmp(monitor, "val_", 4) != 0) return;
	const struct node *const value = node_get(map, "monitor");
	const bool said = value && value->type != NODE_NULL;
	field_error(r, said ? value : map,
		arena_printf(r->arena, "write monitor: %s, remove %s, or validate on some images "
			"(dataset.validation_split: 0.1)", monitor + 4, key),
		"%s watches %s%s, and validation_split: 0 leaves no images to validate on", key, monitor,
		said ? "" : " by default");
}

/* What ranks the trials: as the sweep says, or for a trial that sets validation_split as it is. */
static const char *
validation_ranking(struct field_reader *r, const struct experiment *x)
{
	const struct kind_list *const metrics = &x->o.evaluation.metrics;
	if (x->trial) return x->trial->sweep->rank.name;
	if (!x->o.sweep.given) return NULL;
	if (!field_sound(r, &x->o.sweep.metric.name)) return NULL;
	if (x->o.sweep.metric.name) return x->o.sweep.metric.name;
	if (!training_metrics_known(r, &x->o.evaluation) || !metrics->n) return NULL;
	return arena_printf(r->arena, "val_%s", metrics->v[0].kind->name);
}

static void
validation_sweep(struct field_reader *r, const struct experiment *x)
{
	const char *const name = validation_ranking(r, x);
	const struct node *const sweep = node_get(x->root, "sweep");
	const struct node *at = x->trial ? node_get(node_get(x->root, "dataset"), "validation_split")
									 : node_get(node_get(sweep, "metric"), "name");
	if (!name || strncmp(name, "val_", 4) != 0) return;
	field_error(r, at ? at : sweep,
		"rank by the training images, as in metric: {name: loss}, or validate on some images "
		"(dataset.validation_split: 0.1)",
		"the sweep ranks its trials by %s%s, and validation_split: 0 leaves no images to validate "
		"on", name, at || x->trial ? "" : " by default");
}

void
validation_check(struct field_reader *r, const struct experiment *x)
{
	const struct training *const t = &x->o.training;
	const struct node *const map = node_get(x->root, "training");
	if (validation_is_there(x)) return;
	if (t->early_stopping.given)
		validation_monitor(r, node_get(map, "early_stopping"), "early_stopping",
			&t->early_stopping.monitor);
	if (t->reduce_lr_on_plateau.given)
		validation_monitor(r, node_get(map, "reduce_lr_on_plateau"), "reduce_lr_on_plateau",
			&t->reduce_lr_on_plateau.monitor);
	for (size_t i = 0; i < t->phases.n; i++) {
		const struct phase_options *const p = &t->phases.v[i];
		if (p->early_stopping.given)
			validation_monitor(r, node_get(p->node, "early_stopping"), "early_stopping",
				&p->early_stopping.monitor);
	}
	validation_sweep(r, x);
}
