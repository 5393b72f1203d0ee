/* dataset_common: the keys that every dataset takes besides its own. */
#include <math.h>
#include <string.h>

#include "tlrun/dataset.h"
#include "tlrun/num.h"

/* A fraction; below 0 where validation is test, which prints as null. */
static bool
validation_split_read(struct field_reader *r, const struct field *f, const struct node *node,
	void *dst)
{
	double x;
	/* Of a value that is wrong nothing more is said: it does not mean that nothing validates. */
	*(double *)dst = NAN;
	if (!field_number(r, node, f->custom->expects, &x)) return false;
	if (!(x >= 0 && x < 1)) {
		field_error(r, node, NULL, "%s is %s, expected %s", f->key, node->text, f->custom->expects);
		return false;
	}
	*(double *)dst = x;
	return true;
}

static void
validation_split_print(const void *src, struct str *out)
{
	const double x = *(const double *)src;
	char text[32] = "null";
	if (x >= 0) num_format(x, text, sizeof text);
	str_add(out, text);
}

static const struct field_custom validation_split_custom = {
	.expects = "a number of 0 or more and below 1",
	.read = validation_split_read,
	.print = validation_split_print,
	.schema = "{\"type\": \"number\", \"minimum\": 0, "
			  "\"exclusiveMaximum\": 1}",
	.size = sizeof(double),
};

static bool
validation_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	(void)f;
	if (node->type != NODE_SCALAR || strcmp(node->text, "test") != 0) {
		field_error(r, node, "validation_split: 0.1 takes a part of the training set",
			"dataset.validation: expected test, found %s",
			node->type == NODE_SCALAR ? node->text : "a list or a map");
		return false;
	}
	*(const char **)dst = "test";
	return true;
}

static void
validation_print(const void *src, struct str *out)
{
	str_add(out, *(const char *const *)src);
}

static const struct field_custom validation_custom = {
	.expects = "test",
	.read = validation_read,
	.print = validation_print,
	.schema = "{\"const\": \"test\"}",
	.size = sizeof(const char *),
};

const struct field dataset_common_fields[] = {
	FIELD_STR(struct dataset_common, path, .optional = true,
		.doc = "root of the data; default: looked up in the search path",
		.example = "~/data/cifar10"),
	FIELD_STRS(struct dataset_common, classes, .optional = true,
		.doc = "keep only these classes, names or indices, renumbered in this order",
		.example = "[cat, dog]"),
	FIELD_CUSTOM(struct dataset_common, validation_split, .custom = &validation_split_custom,
		.preset_str = "0.1", .given = offsetof(struct dataset_common, validation_split_given),
		.doc = "stratified part of the training set that validates; 0: none does, and all of it "
			"trains", .example = "0.2"),
	FIELD_CUSTOM(struct dataset_common, validation, .optional = true, .custom = &validation_custom,
		.doc = "test: validate on the test set; reports say that model selection saw it"),
	FIELD_LONG(struct dataset_common, split_seed, .max = 9007199254740992.0,
		.doc = "seed of the split alone: the same split for every seed and experiment"),
	FIELD_LONG(struct dataset_common, max_train_samples, .optional = true, .min = 1,
		.max = 2147483647, .unit = "images",
		.doc = "stratified subset of the training set, before validation is split off"),
	FIELD_LONG(struct dataset_common, max_test_samples, .optional = true, .min = 1,
		.max = 2147483647,
		.unit = "images", .doc = "stratified subset of the test set"),
	FIELD_END
};

void
dataset_common_check(struct field_reader *r, const struct node *node, void *value)
{
	const struct kind_value *const v = value;
	struct dataset_common *const c = v->common;
	if (!c) return;
	if (c->path && dataset_kind_of(v->kind)->drawn)
		field_error_key(r, node, "path", NULL, "dataset: %s is drawn and has no path",
			v->kind->name);
	if (!c->validation) return;
	if (c->validation_split_given) {
		field_error_key(r, node, "validation", "keep one of the two",
			"dataset: validation and validation_split exclude each other");
		return;
	}
	const struct node *const at = node_get(node, "validation");
	c->validation_split = -1;
	diag_add(r->diags, DIAG_WARNING, at->at, at->span,
		"validation_split leaves the test images for the end", "model selection sees the test set: "
		"the images that choose the epoch also measure the result");
}
