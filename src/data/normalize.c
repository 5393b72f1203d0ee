/*
 * normalize: preprocessing.normalize, and what it does to a pixel.
 *
 * float32 in the order of Keras's steps (applications/imagenet_utils.py, preprocess_input, modes
 * "tf" and "torch"), so that the inputs of a network are Keras's to the bit: see loader.h.
 */
#include <string.h>

#include "data/normalize.h"
#include "tlrun/num.h"

static const double imagenet_mean[] = { 0.485, 0.456, 0.406 };
static const double imagenet_std[] = { 0.229, 0.224, 0.225 };
static const float gray_weight[] = { 0.2989f, 0.5870f, 0.1140f };

/* ---- the key ---- */

static const struct { const char *name; enum normalize_type type; } words[] = {
	{ "auto", NORMALIZE_AUTO }, { "zero_one", NORMALIZE_ZERO_ONE },
	{ "minus_one_one", NORMALIZE_MINUS_ONE_ONE }, { "imagenet", NORMALIZE_IMAGENET },
	{ "none", NORMALIZE_NONE },
};
enum { NORMALIZE_WORDS = sizeof words / sizeof words[0] };

bool
normalize_word(const char *word, enum normalize_type *out)
{
	for (int i = 0; i < NORMALIZE_WORDS; i++)
		if (strcmp(words[i].name, word) == 0) {
			*out = words[i].type;
			return true;
		}
	return false;
}

struct mean_std { struct real_list mean, std; };

static const struct field mean_std_fields[] = {
	FIELD_REALS(struct mean_std, mean, .required = true, .min = -1e6, .max = 1e6,
		.doc = "subtracted from x/255: one number, or one a channel"),
	FIELD_REALS(struct mean_std, std, .required = true, .min = 0, .max = 1e6, .min_open = true,
		.doc = "then divided by: one number, or one a channel"),
	FIELD_END
};

static bool
normalize_read_map(struct field_reader *r, const struct node *node, struct normalize *out)
{
	struct mean_std m;
	if (!field_read(r, mean_std_fields, node, "normalize", &m)) return false;
	const struct { const char *key; const struct real_list *list; double *to; } side[] = {
		{ "mean", &m.mean, out->mean }, { "std", &m.std, out->std } };
	for (int i = 0; i < 2; i++)
		if (side[i].list->n != 1 && side[i].list->n != NORMALIZE_CHANNELS) {
			field_error(r, node_get(node, side[i].key), NULL,
				"%s has %zu values, expected 1 or 3", side[i].key, side[i].list->n);
			return false;
		}
	out->type = NORMALIZE_MEAN_STD;
	out->n = m.mean.n == 1 && m.std.n == 1 ? 1 : NORMALIZE_CHANNELS;
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < NORMALIZE_CHANNELS; j++)
			side[i].to[j] = side[i].list->v[side[i].list->n == 1 ? 0 : j];
	return true;
}

static bool
normalize_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct normalize *const out = dst;
	const char *names[NORMALIZE_WORDS + 1];
	if (node->type == NODE_MAP) return normalize_read_map(r, node, out);
	if (node->type != NODE_SCALAR) {
		field_error(r, node, NULL, "%s takes %s", f->key, f->custom->expects);
		return false;
	}
	if (normalize_word(node->text, &out->type)) return true;
	for (int i = 0; i < NORMALIZE_WORDS; i++) names[i] = words[i].name;
	names[NORMALIZE_WORDS] = "{mean: [...], std: [...]}";
	field_error(r, node, field_hint(r->arena, node->text, names, NORMALIZE_WORDS + 1),
		"unknown %s \"%s\"", f->key, node->text);
	return false;
}

static void
normalize_list(const double *v, int n, struct str *out)
{
	str_add_char(out, '[');
	for (int i = 0; i < n; i++) {
		char text[32];
		num_format(v[i], text, sizeof text);
		if (i) str_add(out, ", ");
		str_add(out, text);
	}
	str_add_char(out, ']');
}

static void
normalize_print(const void *src, struct str *out)
{
	const struct normalize *const n = src;
	for (int i = 0; i < NORMALIZE_WORDS; i++)
		if (words[i].type == n->type) str_add(out, words[i].name);
	if (n->type != NORMALIZE_MEAN_STD) return;
	str_add(out, "{mean: ");
	normalize_list(n->mean, n->n, out);
	str_add(out, ", std: ");
	normalize_list(n->std, n->n, out);
	str_add_char(out, '}');
}

#define NORMALIZE_SCHEMA_LIST(limit)                                                               \
	"{\"anyOf\": [{\"type\": \"number\"" limit "}, {\"type\": \"array\", \"items\": {\"type\": "   \
	"\"number\"" limit "}, \"anyOf\": [{\"minItems\": 1, \"maxItems\": 1}, {\"minItems\": 3, "     \
	"\"maxItems\": 3}]}]}"

const struct field_custom normalize_custom = {
	.expects = "auto, zero_one, minus_one_one, imagenet, none, or {mean: [...], std: [...]}",
	.size = sizeof(struct normalize), .read = normalize_read, .print = normalize_print,
	.schema = "{\"anyOf\": [{\"enum\": [\"auto\", \"zero_one\", \"minus_one_one\", \"imagenet\", "
			  "\"none\"]}, {\"type\": \"object\", \"required\": [\"mean\", \"std\"], "
			  "\"additionalProperties\": false, \"properties\": {\"mean\": "
			  NORMALIZE_SCHEMA_LIST("") ", \"std\": "
			  NORMALIZE_SCHEMA_LIST(", \"exclusiveMinimum\": 0") "}}]}",
};

/* ---- what it does ---- */

static const double *
normalize_mean(const struct normalize *n)
{
	return n->type == NORMALIZE_IMAGENET ? imagenet_mean : n->mean;
}

static const double *
normalize_std(const struct normalize *n)
{
	return n->type == NORMALIZE_IMAGENET ? imagenet_std : n->std;
}

static float
normalize_value(const struct normalize *n, int channel, float x)
{
	switch (n->type) {
	case NORMALIZE_NONE: return x;
	case NORMALIZE_MINUS_ONE_ONE: return x / 127.5f - 1.0f;
	case NORMALIZE_IMAGENET:
	case NORMALIZE_MEAN_STD:
		return (x / 255.0f - (float)normalize_mean(n)[channel]) / (float)normalize_std(n)[channel];
	default: return x / 255.0f;
	}
}

void
normalize_affine(const struct normalize *n, int channel, float *scale, float *offset)
{
	*scale = 1.0f / 255.0f;
	*offset = 0;
	if (n->type == NORMALIZE_NONE) *scale = 1;
	if (n->type == NORMALIZE_MINUS_ONE_ONE) {
		*scale = 1.0f / 127.5f;
		*offset = -1;
	}
	if (n->type != NORMALIZE_IMAGENET && n->type != NORMALIZE_MEAN_STD) return;
	const double mean = normalize_mean(n)[channel], std = normalize_std(n)[channel];
	*scale = (float)(1 / (255 * std));
	*offset = (float)(-mean / std);
}

void
normalize_formula(const struct normalize *n, struct str *out)
{
	const int values = n->type == NORMALIZE_IMAGENET ? NORMALIZE_CHANNELS : n->n;
	switch (n->type) {
	case NORMALIZE_NONE: str_add(out, "x"); return;
	case NORMALIZE_MINUS_ONE_ONE: str_add(out, "x/127.5 - 1"); return;
	case NORMALIZE_IMAGENET:
	case NORMALIZE_MEAN_STD:
		str_add(out, "(x/255 - ");
		normalize_list(normalize_mean(n), values, out);
		str_add(out, ")/");
		normalize_list(normalize_std(n), values, out);
		return;
	default: str_add(out, "x/255");
	}
}

void
pixels_init(struct pixels *p, const struct normalize *n, int from, int to)
{
	*p = (struct pixels){ .from = from, .to = to, .normalize = *n };
	for (int j = 0; j < NORMALIZE_CHANNELS; j++)
		for (int v = 0; v < NORMALIZE_LEVELS; v++)
			p->table[j][v] = to < from ? gray_weight[j] * (float)v
									   : normalize_value(n, j, (float)v);
}

void
pixels_image(const struct pixels *p, size_t count, const uint8_t *x, float *y)
{
	if (p->from == p->to) {
		kern_pixels_tile(count, p->to, x, &p->table[0][0], y);
	} else if (p->from < p->to) {
		for (size_t i = 0; i < count; i++)
			for (int j = 0; j < NORMALIZE_CHANNELS; j++)
				y[i * NORMALIZE_CHANNELS + (size_t)j] = p->table[j][x[i]];
	} else {
		for (size_t i = 0; i < count; i++) {
			const uint8_t *const v = x + i * NORMALIZE_CHANNELS;
			const float red_green = p->table[0][v[0]] + p->table[1][v[1]];
			y[i] = normalize_value(&p->normalize, 0, red_green + p->table[2][v[2]]);
		}
	}
}

void
pixels_resize(const struct pixels *p, struct kern_resize *r)
{
	const struct normalize *const n = &p->normalize;
	r->from = p->from;
	r->to = p->to;
	r->gray = p->to < p->from ? &p->table[0][0] : NULL;
	r->divisor = n->type == NORMALIZE_NONE ? 1 : n->type == NORMALIZE_MINUS_ONE_ONE ? 127.5f : 255;
	r->scaled = n->type == NORMALIZE_IMAGENET || n->type == NORMALIZE_MEAN_STD;
	r->centred = r->scaled || n->type == NORMALIZE_MINUS_ONE_ONE;
	for (int i = 0; i < KERN_RESIZE_PERIOD; i++) {
		r->mean[i] = r->scaled ? (float)normalize_mean(n)[i % p->to] : 1;
		r->std[i] = r->scaled ? (float)normalize_std(n)[i % p->to] : 1;
	}
}
