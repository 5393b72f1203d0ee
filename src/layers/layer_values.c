/*
 * Initializers and regularizers as arguments of layers: a word (he_normal, l2) or a map ({type:
 * he_normal}, {l2: 1e-4}). Names, arguments and presets: doc/keras-semantics.md, 3.2 and 3.4.
 */
#include <string.h>

#include "tlrun/layer.h"
#include "tlrun/num.h"

struct values_initializer {
	struct kind kind;
	enum init_type type;
};

static const struct field_word values_modes[] = {
	{ "fan_in", INIT_FAN_IN },
	{ "fan_out", INIT_FAN_OUT },
	{ "fan_avg", INIT_FAN_AVG },
	{ NULL, 0 },
};
static const struct field_word values_distributions[] = {
	{ "truncated_normal", INIT_DIST_TRUNCATED },
	{ "untruncated_normal", INIT_DIST_UNTRUNCATED },
	{ "uniform", INIT_DIST_UNIFORM },
	{ NULL, 0 },
};

static const struct field values_none[] = { FIELD_END };
static const struct field values_constant[] = {
	FIELD_REAL(struct initializer, value, .preset = 0, .doc = "every element"),
	FIELD_END
};
static const struct field values_normal[] = {
	FIELD_REAL(struct initializer, mean, .preset = 0, .doc = "mean"),
	FIELD_REAL(struct initializer, stddev, .preset = 0.05, .max = FLT_MAX,
		.doc = "standard deviation"),
	FIELD_END
};
static const struct field values_uniform[] = {
	FIELD_REAL(struct initializer, minval, .preset = -0.05, .doc = "lower limit"),
	FIELD_REAL(struct initializer, maxval, .preset = 0.05, .doc = "upper limit"),
	FIELD_END
};
static const struct field values_scaling[] = {
	FIELD_REAL(struct initializer, scale, .preset = 1, .min = 0, .max = FLT_MAX, .min_open = true,
		.doc = "variance times the fan"),
	FIELD_WORD(struct initializer, mode, .words = values_modes, .preset = INIT_FAN_IN,
		.doc = "which fan the variance is divided by"),
	FIELD_WORD(struct initializer, distribution, .words = values_distributions,
		.preset = INIT_DIST_TRUNCATED, .doc = "shape of the distribution"),
	FIELD_END
};
static const struct field values_orthogonal[] = {
	FIELD_REAL(struct initializer, gain, .preset = 1, .doc = "factor of the orthogonal matrix"),
	FIELD_END
};

#define VALUES(word, t, table, text)                                                               \
	{                                                                                              \
		{ .name = word, .summary = text, .opts_size = sizeof(struct initializer),                  \
			.fields = table }, t                                                                   \
	}
static const struct values_initializer values_initializers[] = {
	VALUES("constant", INIT_CONSTANT, values_constant, "One value."),
	VALUES("glorot_normal", INIT_GLOROT_NORMAL, values_none,
		"Variance 2/(fan_in + fan_out), normal."),
	VALUES("glorot_uniform", INIT_GLOROT_UNIFORM, values_none,
		"Variance 2/(fan_in + fan_out), uniform."),
	VALUES("he_normal", INIT_HE_NORMAL, values_none, "Variance 2/fan_in, normal."),
	VALUES("he_uniform", INIT_HE_UNIFORM, values_none, "Variance 2/fan_in, uniform."),
	VALUES("lecun_normal", INIT_LECUN_NORMAL, values_none, "Variance 1/fan_in, normal."),
	VALUES("lecun_uniform", INIT_LECUN_UNIFORM, values_none, "Variance 1/fan_in, uniform."),
	VALUES("normal", INIT_RANDOM_NORMAL, values_normal, "The same as random_normal."),
	VALUES("one", INIT_ONES, values_none, "The same as ones."),
	VALUES("ones", INIT_ONES, values_none, "Ones."),
	VALUES("orthogonal", INIT_ORTHOGONAL, values_orthogonal, "An orthogonal matrix."),
	VALUES("random_normal", INIT_RANDOM_NORMAL, values_normal, "Normal."),
	VALUES("random_uniform", INIT_RANDOM_UNIFORM, values_uniform, "Uniform."),
	VALUES("truncated_normal", INIT_TRUNCATED_NORMAL, values_normal,
		"Normal, drawn again beyond two standard deviations."),
	VALUES("uniform", INIT_RANDOM_UNIFORM, values_uniform, "The same as random_uniform."),
	VALUES("variance_scaling", INIT_VARIANCE_SCALING, values_scaling, "Variance scale/fan."),
	VALUES("zero", INIT_ZEROS, values_none, "The same as zeros."),
	VALUES("zeros", INIT_ZEROS, values_none, "Zeros."),
};
#undef VALUES

enum { VALUES_COUNT = sizeof values_initializers / sizeof *values_initializers };

#define VALUES_KIND(i) &values_initializers[i].kind
static const struct kind *const values_kinds[] = {
	VALUES_KIND(0), VALUES_KIND(1), VALUES_KIND(2), VALUES_KIND(3), VALUES_KIND(4),
	VALUES_KIND(5), VALUES_KIND(6), VALUES_KIND(7), VALUES_KIND(8), VALUES_KIND(9),
	VALUES_KIND(10), VALUES_KIND(11), VALUES_KIND(12), VALUES_KIND(13), VALUES_KIND(14),
	VALUES_KIND(15), VALUES_KIND(16), VALUES_KIND(17), NULL,
};
#undef VALUES_KIND
_Static_assert(sizeof values_kinds / sizeof *values_kinds == VALUES_COUNT + 1,
	"every initializer has its line");

static const struct family values_family = {
	.name = "initializer", .style = FAMILY_TAG, .tag = "type", .kinds = values_kinds, .bare = true,
};

static bool
values_read_initializer(struct field_reader *r, const struct field *f, const struct node *node,
	void *dst)
{
	struct kind_value v = { 0 };
	const int before = diags_errors(r->diags);
	field_read_kind(r, &values_family, node, f->key, &v);
	if (!v.kind || diags_errors(r->diags) > before) return false;
	struct initializer *out = dst;
	*out = *(const struct initializer *)v.opts;
	out->type = ((const struct values_initializer *)v.kind)->type;
	if (out->type == INIT_RANDOM_UNIFORM && out->minval > out->maxval) {
		field_error(r, node, "swap them", "minval is above maxval");
		return false;
	}
	return true;
}

static void
values_print_number(struct str *out, const char *key, double v, double preset)
{
	char text[32];
	if (v == preset) return;
	num_format(v, text, sizeof text);
	str_printf(out, ", %s: %s", key, text);
}

/* The first name of a type that is no alias; aliases are shorter and are listed before or after. */
static const char *
values_type_name(enum init_type type)
{
	const char *name = NULL;
	for (int i = 0; i < VALUES_COUNT; i++) {
		const struct values_initializer *v = &values_initializers[i];
		if (v->type == type && (!name || strlen(v->kind.name) > strlen(name))) name = v->kind.name;
	}
	return name;
}

static void
values_print_initializer(const void *src, struct str *out)
{
	const struct initializer *v = src;
	struct str args = STR_INIT;
	switch (v->type) {
	case INIT_CONSTANT:
		values_print_number(&args, "value", v->value, 0);
		break;
	case INIT_RANDOM_NORMAL:
	case INIT_TRUNCATED_NORMAL:
		values_print_number(&args, "mean", v->mean, 0);
		values_print_number(&args, "stddev", v->stddev, 0.05);
		break;
	case INIT_RANDOM_UNIFORM:
		values_print_number(&args, "minval", v->minval, -0.05);
		values_print_number(&args, "maxval", v->maxval, 0.05);
		break;
	case INIT_VARIANCE_SCALING:
		values_print_number(&args, "scale", v->scale, 1);
		if (v->mode != INIT_FAN_IN) str_printf(&args, ", mode: %s", values_modes[v->mode].name);
		if (v->distribution != INIT_DIST_TRUNCATED)
			str_printf(&args, ", distribution: %s", values_distributions[v->distribution].name);
		break;
	case INIT_ORTHOGONAL:
		values_print_number(&args, "gain", v->gain, 1);
		break;
	default:
		break;
	}
	const char *name = values_type_name(v->type);
	if (args.len) str_printf(out, "{type: %s%s}", name, str_text(&args));
	else str_add(out, name);
	str_free(&args);
}

const struct field_custom layer_initializer_custom = {
	.expects = "an initializer such as glorot_uniform, or {type: random_normal, stddev: 0.1}",
	.size = sizeof(struct initializer),
	.read = values_read_initializer,
	.print = values_print_initializer,
	.family = &values_family,
};

static const struct field values_regularizer[] = {
	FIELD_REAL(struct regularizer, l1, .preset = 0, .min = 0, .max = FLT_MAX,
		.doc = "times the sum of absolute values"),
	FIELD_REAL(struct regularizer, l2, .preset = 0, .min = 0, .max = FLT_MAX,
		.doc = "times the sum of squares"),
	FIELD_END
};

static bool
values_read_regularizer(struct field_reader *r, const struct field *f, const struct node *node,
	void *dst)
{
	struct regularizer *out = dst;
	if (node->type == NODE_MAP) return field_read(r, values_regularizer, node, f->key, out);
	if (node->type == NODE_SCALAR && strcmp(node->text, "l1") == 0) {
		*out = (struct regularizer){ .l1 = 0.01 };
		return true;
	}
	if (node->type == NODE_SCALAR && strcmp(node->text, "l2") == 0) {
		*out = (struct regularizer){ .l2 = 0.01 };
		return true;
	}
	/* Keras takes the word and then adds nothing: its strengths are 0. */
	if (node->type == NODE_SCALAR && strcmp(node->text, "l1_l2") == 0)
		field_error(r, node, "write {l1: 0.01, l2: 0.01}", "l1_l2 alone has no strength");
	else
		field_error(r, node, "l1, l2, or {l1: 0.01, l2: 0.01}", "%s is no regularizer",
			node->type == NODE_SCALAR ? node->text : "this");
	return false;
}

static void
values_print_regularizer(const void *src, struct str *out)
{
	const struct regularizer *v = src;
	struct str args = STR_INIT;
	values_print_number(&args, "l1", v->l1, 0);
	values_print_number(&args, "l2", v->l2, 0);
	if (args.len) str_printf(out, "{%s}", str_text(&args) + 2);
	else str_add(out, "null");
	str_free(&args);
}

const struct field_custom layer_regularizer_custom = {
	.expects = "l1, l2 (both 0.01), or {l1: 1e-5, l2: 1e-4}",
	.size = sizeof(struct regularizer),
	.read = values_read_regularizer,
	.print = values_print_regularizer,
	.schema = "{\"anyOf\": [{\"enum\": [\"l1\", \"l2\"]}, {\"type\": \"null\"}, {\"type\": "
		"\"object\", "
			  "\"additionalProperties\": false, \"properties\": {\"l1\": {\"type\": \"number\", "
			  "\"minimum\": 0}, \"l2\": {\"type\": \"number\", \"minimum\": 0}}}]}",
};
