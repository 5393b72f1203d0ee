/*
 * `training.phases` of the experiment file: the keys of a phase, the checks across phases, and
 * each phase's own keys put over those of `training`.
 */
#include <string.h>

#include "train/training_parts.h"
#include "tlrun/arena.h"
#include "tlrun/name_table.h"

static const struct field_word norm_words[] = { { "inference", 1 }, { "train", 2 }, { NULL, 0 } };
static const struct field_word state_words[] = {
	{ "reset", OPTIMIZER_STATE_RESET }, { "keep", OPTIMIZER_STATE_KEEP }, { NULL, 0 }
};

const struct field phase_fields[] = {
	FIELD_SLUG(struct phase_options, name, .doc = "of the phase; default: phase_1, phase_2, …",
		.example = "last_20"),
	FIELD_INT(struct phase_options, epochs, .optional = true, .min = 1, .max = 1000000,
		.doc = "passes over the training images; not given: training.epochs"),
	FIELD_CUSTOM(struct phase_options, freeze, .custom = &freeze_custom, .optional = true,
		.doc = "which of the backbone's layers are frozen; not given: as model.backbone.freeze",
		.example = "{all_but_last: 20}"),
	FIELD_REAL(struct phase_options, learning_rate, .optional = true, .min = 0, .min_open = true,
		.max = FLT_MAX, .given = offsetof(struct phase_options, learning_rate_given),
		.doc = "the optimizer's in this phase", .example = "1e-4"),
	FIELD_WORD(struct phase_options, batch_normalization, .optional = true, .words = norm_words,
		.doc = "of the backbone's layers that are not frozen: moving statistics, or the batch's"),
	FIELD_KIND(struct phase_options, optimizer, .family = &family_optimizer, .optional = true,
		.check = training_optimizer_check, .doc = "in place of training.optimizer"),
	FIELD_KIND(struct phase_options, lr_schedule, .family = &family_schedule, .optional = true,
		.check = training_schedule_check, .doc = "in place of training.lr_schedule"),
	FIELD_MAP(struct phase_options, early_stopping, .fields = early_stopping_fields,
		.optional = true, .given = offsetof(struct phase_options, early_stopping.given),
		.doc = "in place of training.early_stopping"),
	FIELD_WORD(struct phase_options, optimizer_state, .words = state_words,
		.doc = "moments of the phase before: reset, or keep them"),
	FIELD_END
};

void
phases_check(struct field_reader *r, const struct node *node, void *list)
{
	const struct phase_list *l = list;
	struct name_table *names = name_table_new(r->arena);
	for (size_t i = 0; i < l->n; i++) {
		struct phase_options *p = &l->v[i];
		p->node = node->items[i];
		if (!p->name) p->name = arena_printf(r->arena, "phase_%zu", i + 1);
		if (!field_sound(r, &p->name) || name_table_add(names, p->name, (long)i) < 0) continue;
		const struct node *name = node_get(p->node, "name");
		field_error(r, name ? name : p->node, "give each a name of its own",
			"two phases are called \"%s\"", p->name);
	}
}

/* What a phase's own keys say against each other and against `training`. */
static void
phase_check_rate(struct field_reader *r, const struct training *t, const struct phase_options *p)
{
	if (p->learning_rate_given && node_get(p->optimizer.node, "learning_rate"))
		field_error_key(r, p->node, "learning_rate", "keep one of them",
			"learning_rate stands in the phase and in its optimizer");
	if (p->lr_schedule.kind && t->reduce_lr_on_plateau.given &&
		training_schedule_sets(&p->lr_schedule))
		field_error_key(r, p->node, "lr_schedule", "keep one of them", "lr_schedule and "
			"training.reduce_lr_on_plateau together: only one can set the learning rate");
}

/* What the phases leave to `training` alike is one error, at the first of them. */
static void
phase_check_warmup(struct field_reader *r, const struct training *t, const struct phase_options *p,
	bool *reported)
{
	const bool own = p->lr_schedule.kind != NULL;
	const struct kind_value *schedule = own ? &p->lr_schedule : &t->lr_schedule;
	const int epochs = p->epochs ? p->epochs : t->epochs;
	if (!field_sound(r, &p->lr_schedule) || !field_sound(r, &p->epochs)) return;
	if (!p->epochs && !field_sound(r, &t->epochs)) return;
	if (!training_warms_up_too_long(schedule, epochs)) return;
	if (!own && !p->epochs && *reported) return;
	*reported |= !own && !p->epochs;
	training_report_warmup(r, schedule, own ? NULL : node_get(p->node, "epochs"),
		arena_printf(r->arena, "the phase \"%s\"", p->name), epochs);
}

static void
phase_check_state(struct field_reader *r, const struct training *t, const struct phase_options *p,
	const struct phase_options *before)
{
	if (p->optimizer_state != OPTIMIZER_STATE_KEEP) return;
	const struct node *place = node_get(p->node, "optimizer_state");
	if (!before) {
		field_error(r, place, "remove it", "optimizer_state: nothing comes before the first phase "
			"that could be kept");
		return;
	}
	const struct kind *kind = p->optimizer.kind ? p->optimizer.kind : t->optimizer.kind;
	const struct kind *old = before->optimizer.kind ? before->optimizer.kind : t->optimizer.kind;
	const bool known = field_sound(r, &p->optimizer) && field_sound(r, &before->optimizer);
	if (known && kind && old && kind != old)
		field_error(r, place, "remove it", "optimizer_state: the state of %s in the phase \"%s\" "
			"is none for %s", old->name, before->name, kind->name);
}

void
phases_check_training(struct field_reader *r, const struct training *t, const struct evaluation *e)
{
	bool reported = false;
	for (size_t i = 0; i < t->phases.n; i++) {
		const struct phase_options *p = &t->phases.v[i];
		if (p->early_stopping.given)
			training_check_monitor(r, node_get(p->node, "early_stopping"),
				p->early_stopping.monitor, e);
		phase_check_rate(r, t, p);
		phase_check_warmup(r, t, p, &reported);
		phase_check_state(r, t, p, i ? p - 1 : NULL);
	}
}

/* The optimizer at another rate: its options are a copy, and learning_rate stands first in all. */
static void
phase_rate(struct arena *a, struct kind_value *optimizer, double rate)
{
	const size_t size = optimizer->kind->opts_size;
	struct optimizer_options *o = arena_alloc(a, size);
	memcpy(o, optimizer->opts, size);
	o->learning_rate = rate;
	optimizer->opts = o;
}

void
training_phases(struct arena *a, const struct training *t, struct trainer_phase **out, int *n)
{
	*n = t->phases.n ? (int)t->phases.n : 1;
	*out = ARENA_ARRAY(a, struct trainer_phase, (size_t)*n);
	for (int i = 0; i < *n; i++) {
		struct trainer_phase *x = &(*out)[i];
		*x = (struct trainer_phase){ .name = "training", .training = *t };
		x->training.phases = (struct phase_list){ 0, NULL };
		if (!t->phases.n) continue;
		const struct phase_options *p = &t->phases.v[i];
		x->name = p->name;
		if (p->epochs) x->training.epochs = p->epochs;
		if (p->optimizer.kind) x->training.optimizer = p->optimizer;
		if (p->learning_rate_given) phase_rate(a, &x->training.optimizer, p->learning_rate);
		if (p->lr_schedule.kind) x->training.lr_schedule = p->lr_schedule;
		if (p->early_stopping.given) x->training.early_stopping = p->early_stopping;
		x->keep_optimizer_state = p->optimizer_state == OPTIMIZER_STATE_KEEP;
	}
}
