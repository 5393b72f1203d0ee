/* The made-up schema, and reading through it. */
#include "config/schema.h"

#include <string.h>

static const struct field_word paddings[] = { { "valid", 0 }, { "same", 1 }, { NULL, 0 } };
static const struct field_word reports[] = { { "confusion_matrix", 0 }, { "calibration", 1 },
	{ NULL, 0 } };

static const struct field conv_fields[] = { FIELD_INT(struct toy_conv, filters, .required = true,
												.min = 1, .classes = true,
												.doc = "channels of the output"),
	FIELD_PAIR(
		struct toy_conv, kernel_size, .required = true, .min = 1, .doc = "window", .example = "3"),
	FIELD_PAIR(struct toy_conv, strides, .min = 1, .preset = 1, .doc = "steps of the window"),
	FIELD_WORD(struct toy_conv, padding, .words = paddings, .doc = "what is put around"),
	FIELD_BOOL(struct toy_conv, use_bias, .preset = 1, .doc = "add an offset"), FIELD_END };
static const struct field dense_fields[] = { FIELD_INT(struct toy_dense, units, .required = true,
												 .min = 1, .classes = true, .doc = "outputs",
												 .example = "10"),
	FIELD_END };
static const struct field pad_fields[] = {
	FIELD_PADDING(struct toy_pad, padding, .max = INT_MAX, .preset = 1, .doc = "zeros"), FIELD_END
};
static const struct field dropout_fields[] = {
	FIELD_REAL(struct toy_dropout, rate, .required = true, .max = 1, .max_open = true,
		.doc = "share of values dropped", .example = "0.5"),
	FIELD_END
};
static const char *const conv_examples[] = { "{filters: 8, kernel_size: 3}",
	"{filters: 8, kernel_size: [3, 5], padding: same}", NULL };
static const struct kind layer_conv2d = { "conv2d", "Convolution.", sizeof(struct toy_conv),
	conv_fields, conv_examples };
static const struct kind layer_dense = { "dense", "Fully connected.", sizeof(struct toy_dense),
	dense_fields, NULL };
static const struct kind layer_dropout = { "dropout", "Drop at random.", sizeof(struct toy_dropout),
	dropout_fields, NULL };
static const struct kind layer_flatten = { "flatten", "One row an image.", 0, NULL, NULL };
static const struct kind layer_zero_padding2d = { "zero_padding2d", "Zeros around.",
	sizeof(struct toy_pad), pad_fields, NULL };
static const struct kind *const layer_kinds[] = { &layer_conv2d, &layer_dense, &layer_dropout,
	&layer_flatten, &layer_zero_padding2d, NULL };
static const struct field layer_common[] = {
	FIELD_SLUG(struct toy_common, name, .optional = true, .doc = "name of the layer"),
	FIELD_STRS(struct toy_common, from, .optional = true, .doc = "layers that it reads"), FIELD_END
};
const struct family toy_layers = {
	.name = "layer",
	.style = FAMILY_ITEM,
	.kinds = layer_kinds,
	.common = layer_common,
	.common_size = sizeof(struct toy_common),
};

static const struct field sgd_fields[] = { FIELD_REAL(struct toy_sgd, learning_rate, .preset = 0.01,
											   .min_open = true, .doc = "step size"),
	FIELD_REAL(struct toy_sgd, momentum, .max = 1, .max_open = true, .doc = "share kept"),
	FIELD_BOOL(struct toy_sgd, nesterov, .doc = "look ahead"), FIELD_END };
static const struct field adam_fields[] = { FIELD_REAL(struct toy_adam, learning_rate,
												.preset = 0.001, .min_open = true,
												.doc = "step size", .example = "1e-3"),
	FIELD_REAL(struct toy_adam, beta_1, .preset = 0.9, .max = 1, .max_open = true, .doc = "decay"),
	FIELD_END };
static const struct kind optimizer_adam = { "adam", "Adam.", sizeof(struct toy_adam), adam_fields,
	NULL };
static const struct kind optimizer_sgd = { "sgd", "Steps along the gradient.",
	sizeof(struct toy_sgd), sgd_fields, NULL };
static const struct kind *const optimizer_kinds[] = { &optimizer_adam, &optimizer_sgd, NULL };
const struct family toy_optimizers = {
	.name = "optimizer",
	.style = FAMILY_TAG,
	.tag = "type",
	.kinds = optimizer_kinds,
	.bare = true,
	.default_kind = "adam",
};

struct toy_folder {
	const char *path;
};
static const struct field folder_fields[] = {
	FIELD_STR(struct toy_folder, path, .required = true, .doc = "root of the images"), FIELD_END
};
static const struct kind dataset_cifar10 = { "cifar10", "Small pictures.", 0, NULL, NULL };
static const struct kind dataset_folder = { "folder", "One subfolder a class.",
	sizeof(struct toy_folder), folder_fields, NULL };
static const struct kind *const dataset_kinds[] = { &dataset_cifar10, &dataset_folder, NULL };
struct toy_dataset {
	double validation_split;
};
static const struct field dataset_common[] = { FIELD_REAL(struct toy_dataset, validation_split,
												   .preset = 0.1, .max = 1, .min_open = true,
												   .max_open = true, .doc = "part that validates"),
	FIELD_END };
static const struct family toy_datasets = {
	.name = "dataset",
	.style = FAMILY_TAG,
	.tag = "name",
	.kinds = dataset_kinds,
	.common = dataset_common,
	.common_size = sizeof(struct toy_dataset),
};

static bool
odd_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	double x;
	(void)f;
	if (!field_number(r, node, "an odd number", &x)) return false;
	if ((long long)x % 2 == 0) {
		field_error(r, node, "add one", "expected an odd number, found %s", node->text);
		return false;
	}
	((struct toy_odd *)dst)->value = (long long)x;
	return true;
}

static void
odd_print(const void *src, struct str *out)
{
	str_printf(out, "%lld", ((const struct toy_odd *)src)->value);
}

static const struct field_custom odd = { "an odd number", sizeof(struct toy_odd), odd_read,
	odd_print, "{\"type\": \"integer\"}" };

static void
stopping_check(struct field_reader *r, const struct node *node, void *opts)
{
	const struct toy_stopping *s = opts;
	if (s->patience > 100)
		field_error_key(
			r, node, "patience", "train longer instead", "that is no patience, it is hope");
}

static const struct field stopping_fields[] = {
	FIELD_STR(struct toy_stopping, monitor, .preset_str = "val_loss", .doc = "what is watched"),
	FIELD_INT(struct toy_stopping, patience, .max = INT_MAX, .preset = 3, .unit = "epochs",
		.doc = "epochs to wait"),
	FIELD_REAL(struct toy_stopping, min_delta, .max = DBL_MAX, .doc = "least improvement"),
	FIELD_END
};
static const struct field phase_fields[] = {
	FIELD_SLUG(struct toy_phase, name, .doc = "what it is called"),
	FIELD_INT(struct toy_phase, rounds, .required = true, .min = 1, .unit = "rounds",
		.doc = "how long it takes", .example = "4"),
	FIELD_REAL(struct toy_phase, ease, .optional = true, .min_open = true, .preset = 2,
		.given = offsetof(struct toy_phase, ease_given), .doc = "how easy it is"),
	FIELD_KIND(struct toy_phase, stepper, .family = &toy_optimizers, .optional = true,
		.doc = "who steps instead"),
	FIELD_END
};

/* Items without a name are numbered; a name stands once. */
static void
phases_check(struct field_reader *r, const struct node *node, void *opts)
{
	struct toy_phases *l = opts;
	for (size_t i = 0; i < l->n; i++) {
		if (!l->v[i].name) l->v[i].name = arena_printf(r->arena, "phase_%zu", i + 1);
		for (size_t k = 0; k < i; k++)
			if (strcmp(l->v[i].name, l->v[k].name) == 0)
				field_error_key(r, node->items[i], "name", NULL, "%s twice", l->v[i].name);
	}
}

static const struct field training_fields[] = {
	FIELD_INT(struct toy_training, epochs, .min = 1, .preset = 10, .unit = "epochs",
		.doc = "how often the training set is seen", .example = "20"),
	FIELD_INT(struct toy_training, batch_size, .min = 1, .max = 4096, .preset = 32,
		.unit = "images", .doc = "images in a step"),
	FIELD_INT(struct toy_training, eval_batch_size, .min = 1, .preset_str = "same as batch_size",
		.doc = "images in a step of evaluation"),
	FIELD_BOOL(struct toy_training, shuffle, .preset = 1, .doc = "another order each epoch"),
	FIELD_KIND(struct toy_training, optimizer, .family = &toy_optimizers, .doc = "who steps"),
	FIELD_MAP(struct toy_training, early_stopping, .fields = stopping_fields, .optional = true,
		.given = offsetof(struct toy_training, early_stopping_given), .check = stopping_check,
		.doc = "stop when it gets no better"),
	FIELD_SECONDS(struct toy_training, max_time, .optional = true,
		.given = offsetof(struct toy_training, max_time_given), .doc = "longest time of a run"),
	FIELD_MAPS(struct toy_training, phases, .fields = phase_fields,
		.size = sizeof(struct toy_phase), .check = phases_check, .doc = "one after another",
		.example = "[{rounds: 3}]"),
	FIELD_END
};
static const struct field runtime_fields[] = { FIELD_INT(struct toy_runtime, threads, .min = 1,
												   .preset_str = "one per core", .doc = "threads"),
	FIELD_BYTES(struct toy_runtime, memory_limit, .optional = true, .min = 1024,
		.doc = "most memory taken"),
	FIELD_END };
const struct field toy_fields[] = { FIELD_INT(struct toy, version, .required = true, .min = 1,
										.max = 1, .doc = "format version"),
	FIELD_SLUG(struct toy, name, .optional = true, .doc = "folder of the results"),
	FIELD_STR(struct toy, description, .optional = true, .doc = "printed in reports"),
	FIELD_CUSTOM(struct toy, odd, .custom = &odd, .preset_str = "7", .doc = "an odd one"),
	FIELD_KIND(struct toy, dataset, .family = &toy_datasets, .required = true, .doc = "the data"),
	FIELD_KINDS(struct toy, layers, .family = &toy_layers, .doc = "the network"),
	FIELD_MAP(struct toy, training, .fields = training_fields, .doc = "how it is trained"),
	FIELD_MAP(struct toy, runtime, .fields = runtime_fields, .doc = "never changes a result"),
	FIELD_REALS(struct toy, mean, .optional = true, .doc = "one number a channel"),
	FIELD_INTS(
		struct toy, seeds, .max = 9007199254740992.0, .preset_str = "[1]", .doc = "a run each"),
	FIELD_STRS(struct toy, classes, .optional = true, .doc = "names or indices"),
	FIELD_STRS(
		struct toy, reports, .words = reports, .preset_str = "all", .doc = "what is written"),
	FIELD_END };

const char *
toy_errors(struct arena *a, struct diags *d)
{
	struct str out = STR_INIT;
	diags_format(d, false, &out);
	const char *text = arena_strdup(a, str_text(&out));
	str_free(&out);
	return text;
}

struct toy_reading *
toy_read_node(struct arena *a, struct diags *d, struct node *root)
{
	struct toy_reading *t = ARENA_NEW(a, struct toy_reading);
	t->arena = a;
	t->diags = d;
	t->root = root;
	t->reader = (struct field_reader){ .arena = a, .diags = d };
	memset(&t->value, 0x5a, sizeof(t->value)); /* every field is to be set */
	if (root) t->good = field_read(&t->reader, toy_fields, root, "the experiment", &t->value);
	t->errors = toy_errors(a, d);
	return t;
}

struct toy_reading *
toy_read(const char *text)
{
	struct arena *a = arena_new();
	struct diags *d = diags_new();
	struct node *root;
	document_parse(a, "x.yaml", text, strlen(text), &root, d);
	return toy_read_node(a, d, root);
}

void
toy_free(struct toy_reading *t)
{
	diags_free(t->diags);
	arena_free(t->arena);
}

void
toy_expect(const char *text, const char *errors)
{
	struct toy_reading *t = toy_read(text);
	ck_assert_str_eq(t->errors, errors);
	ck_assert(t->good || errors[0]);
	toy_free(t);
}

void
toy_expect_document(const char *text, size_t len, const char *errors)
{
	struct arena *a = arena_new();
	struct diags *d = diags_new();
	struct node *root;
	document_parse(a, "x.yaml", text, len, &root, d);
	ck_assert_str_eq(toy_errors(a, d), errors);
	diags_free(d);
	arena_free(a);
}
