/* The maps `training` and `evaluation` of the experiment file: their keys, and the checks across
 * keys. */
#include "train/training_parts.h"

#include <string.h>

#include "tlrun/arena.h"

enum { MONITOR_METRICS = 32 };	/* far more than there are kinds, and none is listed twice */

void
training_optimizer_check(struct field_reader *r, const struct node *node, void *value)
{
	const struct kind_value *v = value;
	const struct optimizer_options *o = v->opts;
	const struct { const char *key; double set; } clips[] = {
		{ "clip_norm", o->clip_norm }, { "clip_value", o->clip_value },
		{ "global_clip_norm", o->global_clip_norm },
	};
	const char *first = NULL;
	for (size_t i = 0; i < sizeof clips / sizeof clips[0]; i++) {
		if (!(clips[i].set > 0)) continue;
		if (first)
			field_error_key(r, node, clips[i].key, "keep one of them",
			    "%s and %s together: a gradient is clipped in one way", first, clips[i].key);
		else
			first = clips[i].key;
	}
}

void
training_schedule_check(struct field_reader *r, const struct node *node, void *value)
{
	const struct kind_value *v = value;
	const struct schedule_kind *kind = (const struct schedule_kind *)v->kind;
	if (kind->check) kind->check(r, node, v->opts);
}

static const struct field checkpoint_fields[] = {
	FIELD_INT(struct checkpoint_options, every_epochs, .preset = 1, .min = 1, .max = INT_MAX,
		.unit = "epochs", .doc = "how often the state is saved from which a run resumes"),
	FIELD_END
};

const struct field training_fields[] = {
	FIELD_INT(struct training, epochs, .preset = 10, .min = 1, .max = 1000000,
		.doc = "passes over the training images"),
	FIELD_SECONDS(struct training, max_time, .optional = true, .min = 0, .min_open = true,
		.max = 1e9, .doc = "no epoch begins once the epochs of a run took this long; results then "
			"depend on the machine's speed", .example = "2h"),
	FIELD_INT(struct training, batch_size, .preset = 32, .min = 1, .max = 1 << 20,
		.unit = "images", .doc = "images of a step"),
	FIELD_INT(struct training, eval_batch_size, .optional = true, .min = 1, .max = 1 << 20,
		.unit = "images", .doc = "images at once in evaluation; not given: batch_size"),
	FIELD_BOOL(struct training, shuffle, .preset = 1, .doc = "a new order in each epoch"),
	FIELD_KIND(struct training, loss, .family = &family_loss, .doc = "what is minimized"),
	FIELD_KIND(struct training, optimizer, .family = &family_optimizer,
		.check = training_optimizer_check, .doc = "how a step follows from the gradient"),
	FIELD_KIND(struct training, lr_schedule, .family = &family_schedule,
		.check = training_schedule_check, .doc = "how the learning rate changes, step by step"),
	FIELD_MAP(struct training, reduce_lr_on_plateau, .fields = plateau_fields, .optional = true,
		.given = offsetof(struct training, reduce_lr_on_plateau.given),
		.doc = "reduce the learning rate when nothing improves"),
	FIELD_MAP(struct training, early_stopping, .fields = early_stopping_fields, .optional = true,
		.given = offsetof(struct training, early_stopping.given),
		.doc = "stop when nothing improves, and take the best weights"),
	FIELD_MAPS(struct training, phases, .fields = phase_fields,
		.size = sizeof(struct phase_options), .check = phases_check,
		.doc = "run in order, each with keys of its own over the ones above",
		.example = "[{name: head}, {name: last_20, epochs: 5, learning_rate: 1e-4}]"),
	FIELD_MAP(struct training, checkpoint, .fields = checkpoint_fields,
		.doc = "saving what a run resumes from"),
	FIELD_END
};

/* ---- evaluation ---- */

static const char *const report_words[] = {
	"classification_report",
	"confusion_matrix",
	"calibration",
	"learning_curves",
	"misclassified",
};
enum { REPORT_WORDS = sizeof report_words / sizeof report_words[0] };

static bool
reports_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct str_list *list = dst;
	if (node->type != NODE_LIST) {
		const char *hint = NULL;
		for (size_t k = 0; k < REPORT_WORDS; k++)
			if (strcmp(report_words[k], node->text) == 0)
				hint = arena_printf(r->arena, "write [%s]", node->text);
		field_error(r, node, hint, "%s: expected a list of reports", f->key);
		return false;
	}
	bool good = true;
	list->v = ARENA_ARRAY(r->arena, const char *, node->n);
	list->node = ARENA_ARRAY(r->arena, const struct node *, node->n);
	for (size_t i = 0; i < node->n; i++) {
		const struct node *item = node->items[i];
		size_t k = 0;
		while (k < REPORT_WORDS && strcmp(report_words[k], item->text) != 0) k++;
		for (size_t j = 0; j < list->n && k < REPORT_WORDS; j++)
			if (strcmp(list->v[j], item->text) == 0) {
				field_error(r, item, NULL, "%s stands twice", item->text);
				good = false;
			}
		if (item->type != NODE_SCALAR || k == REPORT_WORDS) {
			field_error(r, item, field_hint(r->arena, item->text, report_words, REPORT_WORDS),
			    "unknown report \"%s\"", item->text);
			good = false;
			continue;
		}
		list->node[list->n] = item;
		list->v[list->n++] = report_words[k];
	}
	return good;
}

static void
reports_print(const void *src, struct str *out)
{
	const struct str_list *list = src;
	str_add_char(out, '[');
	for (size_t i = 0; i < list->n; i++) str_printf(out, "%s%s", i ? ", " : "", list->v[i]);
	str_add_char(out, ']');
}

static const struct field_custom reports_custom = {
	.expects = "a list of reports", .size = sizeof(struct str_list), .read = reports_read,
	.print = reports_print,
	.schema = "{\"type\": \"array\", \"uniqueItems\": true, \"items\": {\"enum\": "
		"[\"classification_report\", \"confusion_matrix\", \"calibration\", \"learning_curves\", "
		"\"misclassified\"]}}",
};

const struct field evaluation_fields[] = {
	FIELD_KINDS(struct evaluation, metrics, .family = &family_metric,
		.doc = "what is measured; the first is the headline"),
	FIELD_CUSTOM(struct evaluation, reports, .custom = &reports_custom,
		.preset_str = "[classification_report, confusion_matrix, calibration, learning_curves, "
			"misclassified]",
		.doc = "what the report shows besides"),
	FIELD_END
};

bool
training_monitor(const struct evaluation *e, const char *name, struct monitor *out)
{
	static const char prefix[] = "val_";
	const bool validation = strncmp(name, prefix, sizeof prefix - 1) == 0;
	if (validation) name += sizeof prefix - 1;
	*out = (struct monitor){ .validation = validation, .metric = -1, .lower = true };
	if (strcmp(name, "loss") == 0) return true;
	for (size_t i = 0; i < e->metrics.n; i++) {
		const struct kind *k = e->metrics.v[i].kind;
		if (!k || strcmp(k->name, name) != 0) continue;
		out->metric = (int)i;
		out->lower = metric_kind_of(k)->lower_is_better;
		return true;
	}
	return false;
}

/* ---- across the maps ---- */

bool
training_metrics_known(const struct field_reader *r, const struct evaluation *e)
{
	bool known = field_sound(r, &e->metrics);
	for (size_t i = 0; i < e->metrics.n && known; i++)
		known = e->metrics.v[i].kind != NULL;
	return known;
}

void
training_check_monitor(struct field_reader *r, const struct node *map, const char *monitor,
	const struct evaluation *e)
{
	struct monitor found;
	if (!map || !monitor || training_monitor(e, monitor, &found)) return;
	if (!training_metrics_known(r, e)) return;
	const char *names[2 * MONITOR_METRICS + 2];
	size_t n = 0;
	names[n++] = "loss";
	names[n++] = "val_loss";
	for (size_t i = 0; i < e->metrics.n && i < MONITOR_METRICS; i++) {
		if (!e->metrics.v[i].kind) continue;
		names[n++] = e->metrics.v[i].kind->name;
		names[n++] = arena_printf(r->arena, "val_%s", e->metrics.v[i].kind->name);
	}
	const struct node *value = node_get(map, "monitor");
	const char *const metric = monitor + (strncmp(monitor, "val_", 4) == 0 ? 4 : 0);
	const char *const hint = family_find(&family_metric, metric)
		? arena_printf(r->arena, "add %s to evaluation.metrics", metric)
		: field_hint(r->arena, monitor, names, n);
	field_error(r, value ? value : map, hint,
	    "monitor \"%s\" is neither the loss nor a metric of evaluation.metrics", monitor);
}

static void
training_check_metrics(struct field_reader *r, const struct evaluation *e)
{
	for (size_t i = 0; i < e->metrics.n; i++)
		for (size_t j = 0; j < i; j++)
			if (e->metrics.v[i].kind && e->metrics.v[i].kind == e->metrics.v[j].kind)
				field_error(r, e->metrics.v[i].node, NULL, "metric %s stands twice",
				    e->metrics.v[i].kind->name);
}

bool
training_schedule_sets(const struct kind_value *schedule)
{
	const struct schedule_options *o = schedule->opts;
	return o && (o->warmup_epochs > 0 || strcmp(schedule->kind->name, "constant") != 0);
}

bool
training_warms_up_too_long(const struct kind_value *schedule, int epochs)
{
	const struct schedule_options *o = schedule->opts;
	return schedule->node && o && o->warmup_epochs >= epochs;
}

void
training_report_warmup(struct field_reader *r, const struct kind_value *schedule,
	const struct node *place, const char *what, int epochs)
{
	const struct node *warmup = node_get(schedule->node, "warmup_epochs");
	if (!place) place = warmup ? warmup : schedule->node;
	field_error(r, place, NULL, "warmup_epochs: the warm-up must end before %s, which has %d "
		"epoch%s", what, epochs, epochs == 1 ? "" : "s");
}

void
training_check(struct field_reader *r, const struct node *root, const struct training *t,
	const struct evaluation *e)
{
	const struct node *map = node_get(root, "training");
	const struct node *early = node_get(map, "early_stopping");
	const struct node *plateau = node_get(map, "reduce_lr_on_plateau");
	const struct node *schedule = t->lr_schedule.node;
	if (e->metrics.n == 0 && field_sound(r, &e->metrics))
		field_error(r, node_get(node_get(root, "evaluation"), "metrics"), "for example [accuracy]",
		    "metrics: expected at least one, the headline");
	training_check_metrics(r, e);
	if (t->max_time > 0) {
		const struct node *limit = node_get(map, "max_time");
		diag_add(r->diags, DIAG_WARNING, limit->at, limit->span, "training.epochs does not",
			"max_time: where it ends a run, the result depends on the machine's speed");
	}
	if (t->early_stopping.given) training_check_monitor(r, early, t->early_stopping.monitor, e);
	if (t->reduce_lr_on_plateau.given) {
		training_check_monitor(r, plateau, t->reduce_lr_on_plateau.monitor, e);
		if (schedule && training_schedule_sets(&t->lr_schedule))
			field_error(r, schedule, "keep one of them", "lr_schedule and reduce_lr_on_plateau "
			    "together: only one can set the learning rate");
	}
	if (t->phases.n)
		phases_check_training(r, t, e);
	else if (field_sound(r, &t->phases) && field_sound(r, &t->epochs) &&
		training_warms_up_too_long(&t->lr_schedule, t->epochs))
		training_report_warmup(r, &t->lr_schedule, NULL, "the training", t->epochs);
}
