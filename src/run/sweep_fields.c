/*
 * The key `sweep` of the experiment file: what varies, how trials are chosen, what ranks them.
 * Keys are those of overrides (document.h); what they take is checked by the trials themselves.
 */
#include <math.h>

#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"

static const struct field_word method_words[] = {
	{ "grid", SWEEP_GRID }, { "random", SWEEP_RANDOM }, { NULL, 0 },
};
static const struct field_word goal_words[] = {
	{ "maximize", SWEEP_MAXIMIZE }, { "minimize", SWEEP_MINIMIZE }, { NULL, 0 },
};
static const struct field_word distribution_words[] = {
	{ "uniform", SWEEP_UNIFORM }, { "log_uniform", SWEEP_LOG_UNIFORM },
	{ "int_uniform", SWEEP_INT_UNIFORM }, { NULL, 0 },
};

/* ---- values ---- */

struct sweep_values { const struct node *list; };

static bool
values_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct sweep_values *v = dst;
	if (node->type == NODE_LIST && node->n) {
		v->list = node;
		return true;
	}
	field_error(r, node, node->type == NODE_LIST ? NULL : "write [a, b]",
		"%s must be %s", f->key, f->custom->expects);
	return false;
}

static void
values_print(const void *src, struct str *out)
{
	const struct sweep_values *v = src;
	if (v->list) document_flow(v->list, out);
}

static const struct field_custom values_custom = {
	.expects = "a list of values of the key, at least one", .size = sizeof(struct sweep_values),
	.read = values_read, .print = values_print,
	.schema = "{\"type\": \"array\", \"minItems\": 1}",
};

/* ---- one of parameters ---- */

struct sweep_space {
	struct sweep_values values;
	int distribution;
	double min, max;
	bool values_given, distribution_given, min_given, max_given;
};

static const struct field space_fields[] = {
	FIELD_CUSTOM(struct sweep_space, values, .custom = &values_custom, .optional = true,
		.given = offsetof(struct sweep_space, values_given), .doc = "each in turn"),
	FIELD_WORD(struct sweep_space, distribution, .words = distribution_words, .optional = true,
		.given = offsetof(struct sweep_space, distribution_given),
		.doc = "of numbers from min to max, in place of values"),
	FIELD_REAL(struct sweep_space, min, .optional = true,
		.given = offsetof(struct sweep_space, min_given), .doc = "smallest number drawn"),
	FIELD_REAL(struct sweep_space, max, .optional = true,
		.given = offsetof(struct sweep_space, max_given), .doc = "largest number drawn"),
	FIELD_END
};

/* Numbers from min to max make sense. */
static bool
space_range(struct field_reader *r, const struct node *node, const struct sweep_space *s)
{
	const struct node *const min = node_get(node, "min"), *const max = node_get(node, "max");
	if (!s->min_given || !s->max_given) {
		field_error_key(r, node, "distribution", "for example {distribution: log_uniform, min: "
			"1e-4, max: 0.1}", "a distribution needs min and max");
		return false;
	}
	if (s->min >= s->max) {
		field_error(r, min, NULL, "min must be below max, found %s and %s", min->text, max->text);
		return false;
	}
	if (s->distribution == SWEEP_LOG_UNIFORM && s->min <= 0) {
		field_error(r, min, "for example 1e-5, or distribution: uniform",
			"log_uniform: min must be above 0, found %s", min->text);
		return false;
	}
	if (s->distribution != SWEEP_INT_UNIFORM) return true;
	const double most = 1e15;	/* exact in a double, and so is their difference */
	bool good = true;
	for (int i = 0; i < 2; i++) {
		const double x = i ? s->max : s->min;
		if (x == floor(x) && fabs(x) <= most) continue;
		field_error(r, i ? max : min, "or distribution: uniform",
			"int_uniform: %s must be an integer, found %s", i ? "max" : "min",
			i ? max->text : min->text);
		good = false;
	}
	return good;
}

/* How to write what stands there as values. */
static const char *
space_cure(struct field_reader *r, const struct node *node)
{
	struct str text = STR_INIT;
	if (node->type == NODE_LIST || node->type == NODE_SCALAR) document_flow(node, &text);
	const bool list = node->type == NODE_LIST;
	const char *const cure = text.len == 0 || text.len > 60 ? "write {values: [a, b]}"
		: arena_printf(r->arena, list ? "write {values: %s}" : "write {values: [%s]}",
			str_text(&text));
	str_free(&text);
	return cure;
}

static bool
space_read(struct field_reader *r, const struct node *node, struct sweep_key *k)
{
	struct sweep_space s = { 0 };
	if (node->type != NODE_MAP) {
		field_error(r, node, space_cure(r, node),
			"%s: expected {values: [...]} or {distribution, min, max}", k->key);
		return false;
	}
	if (!field_read(r, space_fields, node, k->key, &s)) return false;
	if (s.values_given == s.distribution_given) {
		field_error(r, node, s.values_given ? "keep one of them" : "{values: [a, b]}, or "
			"{distribution: uniform, min: 0, max: 0.5}", "%s: expected either values or "
			"distribution, found %s", k->key, s.values_given ? "both" : "neither");
		return false;
	}
	if (s.values_given && (s.min_given || s.max_given)) {
		field_error_key(r, node, s.min_given ? "min" : "max", "remove it, or name a distribution",
			"%s belongs to a distribution, not to values", s.min_given ? "min" : "max");
		return false;
	}
	k->distribution = s.values_given ? SWEEP_VALUES : (enum sweep_distribution)s.distribution;
	if (!s.values_given && !space_range(r, node, &s)) return false;
	k->n = s.values_given ? s.values.list->n : 0;
	k->value = s.values_given ? (const struct node *const *)s.values.list->items : NULL;
	k->min = s.min;
	k->max = s.max;
	k->min_node = node_get(node, "min");
	k->max_node = node_get(node, "max");
	return true;
}

static struct sweep_key
sweep_key_of(const struct node *map, size_t i)
{
	return (struct sweep_key){ .key = map->keys[i], .at = map->key_at[i],
		.span = map->key_span[i], .node = map->items[i] };
}

/* An axis for each item of what must be a map or a list, and not empty; else none, reported. */
static bool
axes_begin(struct field_reader *r, const struct field *f, const struct node *node,
	enum node_type type, struct sweep_axes *axes)
{
	*axes = (struct sweep_axes){ 0 };
	if (node->type != type || !node->n) {
		field_error(r, node, arena_printf(r->arena, "for example %s", f->example),
			"%s must be %s", f->key, f->custom->expects);
		return false;
	}
	axes->n = node->n;
	axes->v = ARENA_ARRAY(r->arena, struct sweep_axis, node->n);
	return true;
}

static bool
parameters_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct sweep_axes *axes = dst;
	bool good = axes_begin(r, f, node, NODE_MAP, axes);
	for (size_t i = 0; i < axes->n; i++) {
		struct sweep_key *k = ARENA_NEW(r->arena, struct sweep_key);
		*k = sweep_key_of(node, i);
		const bool read = space_read(r, node->items[i], k);
		axes->v[i] = (struct sweep_axis){ !read, 1, k->n, k };
		good &= read;
	}
	return good;
}

/* A number as the file would say it. */
static void
space_print(const struct sweep_key *k, struct str *out)
{
	char min[32], max[32];
	int i = 0;
	while (distribution_words[i].value != (int)k->distribution) i++;
	num_format(k->min, min, sizeof min);
	num_format(k->max, max, sizeof max);
	str_printf(out, "{distribution: %s, min: %s, max: %s}", distribution_words[i].name, min, max);
}

static void
values_of(const struct sweep_key *k, struct str *out)
{
	const struct node list = { .type = NODE_LIST, .n = k->n, .items = (struct node **)k->value };
	document_flow(&list, out);
}

/* The key, as the key of a flow map. */
static void
key_print(const char *key, struct str *out)
{
	const struct node n = { .type = NODE_SCALAR, .text = key };
	document_flow(&n, out);
	str_add(out, ": ");
}

static void
parameters_print(const void *src, struct str *out)
{
	const struct sweep_axes *axes = src;
	if (!axes->n) return;
	for (size_t i = 0; i < axes->n; i++) {
		const struct sweep_key *k = axes->v[i].key;
		str_add(out, i ? ", " : "{");
		key_print(k->key, out);
		if (k->distribution == SWEEP_VALUES) {
			str_add(out, "{values: ");
			values_of(k, out);
			str_add_char(out, '}');
		} else space_print(k, out);
	}
	str_add_char(out, '}');
}

static const struct field_custom parameters_custom = {
	.expects = "a map of keys (a.b.c, as on the command line), each {values: [...]} or "
		"{distribution: uniform, log_uniform or int_uniform, min, max}",
	.size = sizeof(struct sweep_axes), .read = parameters_read, .print = parameters_print,
	.schema = "{\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": {\"oneOf\": "
		"[{\"type\": \"object\", \"required\": [\"values\"], \"additionalProperties\": false, "
		"\"properties\": {\"values\": {\"type\": \"array\", \"minItems\": 1}}}, {\"type\": "
		"\"object\", \"required\": [\"distribution\", \"min\", \"max\"], "
		"\"additionalProperties\": false, \"properties\": {\"distribution\": {\"enum\": "
		"[\"uniform\", \"log_uniform\", \"int_uniform\"]}, \"min\": {\"type\": \"number\"}, "
		"\"max\": {\"type\": \"number\"}}}]}}",
};

/* ---- zip ---- */

static bool
zip_map(struct field_reader *r, const struct node *map, struct sweep_axis *axis)
{
	bool good = true;
	axis->keys = map->n;
	axis->key = ARENA_ARRAY(r->arena, struct sweep_key, map->n);
	for (size_t i = 0; i < map->n; i++) {
		struct sweep_key *k = &axis->key[i];
		*k = sweep_key_of(map, i);
		if (k->node->type != NODE_LIST || !k->node->n) {
			field_error(r, k->node, "write [a, b]", "zip: %s must be %s", k->key,
				values_custom.expects);
			good = false;
			continue;
		}
		k->n = k->node->n;
		k->value = (const struct node *const *)k->node->items;
		if (!axis->points) axis->points = k->n;
		if (k->n == axis->points) continue;
		field_error(r, k->node, "the lists of one map are equally long",
			"zip: %s has %zu value%s, %s has %zu", k->key, k->n, k->n == 1 ? "" : "s",
			axis->key[0].key, axis->points);
		good = false;
	}
	axis->unread = !good;
	return good;
}

static bool
zip_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct sweep_axes *axes = dst;
	bool good = axes_begin(r, f, node, NODE_LIST, axes);
	for (size_t i = 0; i < axes->n; i++) {
		if (node->items[i]->type == NODE_MAP && node->items[i]->n) {
			good &= zip_map(r, node->items[i], &axes->v[i]);
			continue;
		}
		axes->v[i].unread = true;
		field_error(r, node->items[i], arena_printf(r->arena, "for example %s", f->example),
			"an item of zip must be a map of keys, each with a list of values");
		good = false;
	}
	return good;
}

static void
zip_print(const void *src, struct str *out)
{
	const struct sweep_axes *axes = src;
	if (!axes->n) return;
	for (size_t i = 0; i < axes->n; i++) {
		str_add(out, i ? ", {" : "[{");
		for (size_t k = 0; k < axes->v[i].keys; k++) {
			if (k) str_add(out, ", ");
			key_print(axes->v[i].key[k].key, out);
			values_of(&axes->v[i].key[k], out);
		}
		str_add_char(out, '}');
	}
	str_add_char(out, ']');
}

static const struct field_custom zip_custom = {
	.expects = "a list of maps, each of keys to equally long lists of values that are taken "
		"together",
	.size = sizeof(struct sweep_axes), .read = zip_read, .print = zip_print,
	.schema = "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"type\": \"object\", "
		"\"minProperties\": 1, \"additionalProperties\": {\"type\": \"array\", \"minItems\": "
		"1}}}",
};

static const struct field metric_fields[] = {
	FIELD_STR(struct sweep_metric, name, .optional = true,
		.doc = "val_ and a metric of evaluation.metrics or loss, of the restored weights; default: "
			"val_ and the headline; without val_: of training, where validation_split is 0",
		.example = "val_accuracy"),
	FIELD_WORD(struct sweep_metric, goal, .words = goal_words, .optional = true,
		.doc = "what is better; default: as the metric has it"),
	FIELD_END
};

const struct field sweep_fields[] = {
	FIELD_WORD(struct sweep_options, method, .words = method_words,
		.doc = "every combination, or max_trials drawn ones"),
	FIELD_MAP(struct sweep_options, metric, .fields = metric_fields, .optional = true,
		.doc = "what ranks the trials", .example = "{name: val_accuracy, goal: maximize}"),
	FIELD_CUSTOM(struct sweep_options, parameters, .custom = &parameters_custom, .optional = true,
		.doc = "keys that vary independently of each other; the last one changes fastest",
		.example = "{training.optimizer.learning_rate: {values: [0.01, 0.001]}}"),
	FIELD_CUSTOM(struct sweep_options, zip, .custom = &zip_custom, .optional = true,
		.doc = "keys that vary together",
		.example = "[{training.batch_size: [32, 64], training.epochs: [5, 10]}]"),
	FIELD_LONG(struct sweep_options, seed, .preset = 1, .max = (double)LLONG_MAX,
		.doc = "of what method random draws"),
	FIELD_INT(struct sweep_options, max_trials, .optional = true, .min = 1,
		.max = SWEEP_MAX_TRIALS, .unit = "trials",
		.doc = "how many are drawn; of a grid, how many of the first"),
	FIELD_END
};
