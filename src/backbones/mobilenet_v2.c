/*
 * mobilenet_v2: inverted residuals: 1x1 up, 3x3 depthwise, 1x1 down, added where the shape stays.
 *
 * Shapes  x [n,h,w,c], h and w at least 32   y [n,ceil(h/32),ceil(w/32),1280 and wider]
 * Source  Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks" (2018), as
 *         Keras builds it (doc/keras-semantics.md 10.1 and 10.2): names, order, padding before
 *         steps of 2, widths in eighths, and the names that its public files have.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/backbone.h"

enum { MOBILENET_BLOCKS = 17, MOBILENET_MIN_SIZE = 32, MOBILENET_EXPANSION = 6 };

struct mobilenet_v2 { double alpha; };

static const struct field fields[] = {
	FIELD_REAL(struct mobilenet_v2, alpha, .preset = 1, .min = 0, .min_open = true, .max = 8,
		.doc = "width: every layer has about alpha times its channels"),
	FIELD_END
};
static const char *const examples[] = {
	"{}", "{alpha: 0.35}", "{alpha: 1.4, weights: imagenet, freeze: {all_but_last: 20}}", NULL
};

static const struct { int filters, stride; } mobilenet_block[MOBILENET_BLOCKS] = {
	{ 16, 1 }, { 24, 2 }, { 24, 1 }, { 32, 2 }, { 32, 1 }, { 32, 1 }, { 64, 2 }, { 64, 1 },
	{ 64, 1 }, { 64, 1 }, { 96, 1 }, { 96, 1 }, { 96, 1 }, { 160, 2 }, { 160, 1 }, { 160, 1 },
	{ 320, 1 },
};

/* What is being written: the channels and the size that the next layer gets. */
struct mobilenet_writer {
	struct str *out;
	int h, w, channels;
	char shortcut[32];		/* the name of the block before's output */
};

/* The nearest multiple of 8, at least 8, that keeps nine tenths of the channels. */
static int
mobilenet_width(double channels)
{
	const int nearest = (int)(channels + 4) / 8 * 8, width = nearest < 8 ? 8 : nearest;
	return width < 0.9 * channels ? width + 8 : width;
}

/* A batch normalization, and a re_lu unless the name is NULL. */
static void
mobilenet_norm(struct mobilenet_writer *m, const char *norm, const char *relu)
{
	str_printf(m->out, "- batch_normalization: {name: %s, momentum: 0.999, epsilon: 1e-3}\n", norm);
	if (relu) str_printf(m->out, "- re_lu: {name: %s, max_value: 6}\n", relu);
}

/* The 1x1 convolution `name` to so many filters. */
static void
mobilenet_pointwise(struct mobilenet_writer *m, const char *name, int filters, const char *padding)
{
	str_printf(m->out,
		"- conv2d: {name: %s, filters: %d, kernel_size: 1, padding: %s, use_bias: false}\n", name,
		filters, padding);
	m->channels = filters;
}

static void
mobilenet_depthwise(struct mobilenet_writer *m, const char *prefix, int stride)
{
	char norm[64], relu[64];
	if (stride == 2) {
		/* Zeros after an even size, on both sides of an odd one: as `same` would. */
		str_printf(m->out, "- zero_padding2d: {name: %s_pad, padding: [[%d, 1], [%d, 1]]}\n",
			prefix, m->h % 2, m->w % 2);
		m->h = (m->h + 1) / 2;
		m->w = (m->w + 1) / 2;
	}
	str_printf(m->out, "- depthwise_conv2d: {name: %s_depthwise, kernel_size: 3, strides: %d, "
		"padding: %s, use_bias: false}\n", prefix, stride, stride == 2 ? "valid" : "same");
	snprintf(norm, sizeof norm, "%s_depthwise_BN", prefix);
	snprintf(relu, sizeof relu, "%s_depthwise_relu", prefix);
	mobilenet_norm(m, norm, relu);
}

static void
mobilenet_write_block(struct mobilenet_writer *m, int b, int filters, int stride)
{
	char prefix[24], name[48], norm[64], relu[64];
	const int before = m->channels;
	snprintf(prefix, sizeof prefix, b ? "block_%d" : "expanded_conv", b);
	if (b) {
		snprintf(name, sizeof name, "%s_expand", prefix);
		snprintf(norm, sizeof norm, "%s_expand_BN", prefix);
		snprintf(relu, sizeof relu, "%s_expand_relu", prefix);
		mobilenet_pointwise(m, name, MOBILENET_EXPANSION * before, "same");
		mobilenet_norm(m, norm, relu);
	}
	mobilenet_depthwise(m, prefix, stride);
	snprintf(name, sizeof name, "%s_project", prefix);
	snprintf(norm, sizeof norm, "%s_project_BN", prefix);
	mobilenet_pointwise(m, name, filters, "same");
	mobilenet_norm(m, norm, NULL);
	if (stride == 1 && before == filters) {
		str_printf(m->out, "- add: {name: %s_add, from: [%s, %s]}\n", prefix, m->shortcut, norm);
		snprintf(norm, sizeof norm, "%s_add", prefix);
	}
	snprintf(m->shortcut, sizeof m->shortcut, "%.31s", norm);
}

static void
mobilenet_write(const void *opts, int h, int w, struct str *out)
{
	const double alpha = ((const struct mobilenet_v2 *)opts)->alpha;
	struct mobilenet_writer m = { .out = out, .h = (h + 1) / 2, .w = (w + 1) / 2,
		.channels = mobilenet_width(32 * alpha), .shortcut = "Conv1_relu" };
	str_printf(out, "- conv2d: {name: Conv1, filters: %d, kernel_size: 3, strides: 2, "
		"padding: same, use_bias: false}\n", m.channels);
	mobilenet_norm(&m, "bn_Conv1", "Conv1_relu");
	for (int b = 0; b < MOBILENET_BLOCKS; b++) {
		const int filters = (int)(mobilenet_block[b].filters * alpha);
		mobilenet_write_block(&m, b, mobilenet_width(filters), mobilenet_block[b].stride);
	}
	mobilenet_pointwise(&m, "Conv_1", alpha > 1 ? mobilenet_width(1280 * alpha) : 1280, "valid");
	mobilenet_norm(&m, "Conv_1_bn", "out_relu");
}

static const char *
mobilenet_imagenet(struct arena *a, const void *opts, int h, int w, const char **why)
{
	static const struct { double alpha; const char *text; } known[] = {
		{ 0.35, "0.35" }, { 0.5, "0.5" }, { 0.75, "0.75" }, { 1, "1.0" }, { 1.3, "1.3" },
		{ 1.4, "1.4" },
	};
	const double alpha = ((const struct mobilenet_v2 *)opts)->alpha;
	const bool sized = h == w && (h == 96 || h == 128 || h == 160 || h == 192);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].alpha == alpha)
			return arena_printf(a, "%s_%s_%d_no_top.h5",
				"mobilenet_v2_weights_tf_dim_ordering_tf_kernels", known[i].text,
				sized ? h : 224);
	*why = "alpha must be 0.35, 0.5, 0.75, 1.0, 1.3 or 1.4";
	return NULL;
}

/* Behind "NUMBER_" at *s, the number no block's: -1. */
static int
mobilenet_number(const char **s)
{
	char *end;
	if (!isdigit((unsigned char)**s)) return -1;
	const unsigned long n = strtoul(*s, &end, 10);
	if (*end != '_' || n >= MOBILENET_BLOCKS) return -1;
	*s = end + 1;
	return (int)n;
}

static bool
mobilenet_skip(const char **s, const char *word)
{
	const size_t n = strlen(word);
	if (strncmp(*s, word, n) != 0) return false;
	*s += n;
	return true;
}

/* mobl1_conv_1_expand, bn1_conv_1_bn_expand, and the latter spelt bn1_conv_bn_expand. */
static const char *
mobilenet_old_name(struct arena *a, const char *name)
{
	static const char *const same[] = { "Conv1", "bn_Conv1", "Conv_1", "Conv_1_bn" };
	for (size_t i = 0; i < sizeof same / sizeof *same; i++)
		if (strcmp(name, same[i]) == 0) return same[i];
	const char *s = name;
	const bool norm = mobilenet_skip(&s, "bn");
	if (!norm && !mobilenet_skip(&s, "mobl")) return NULL;
	const int block = mobilenet_number(&s);
	if (block < 0 || !mobilenet_skip(&s, "conv_")) return NULL;
	const bool numbered = isdigit((unsigned char)*s);
	if (numbered ? mobilenet_number(&s) != block : !norm) return NULL;
	if (norm && !mobilenet_skip(&s, "bn_")) return NULL;
	if (strcmp(s, "depthwise") != 0 && strcmp(s, "project") != 0 &&
		(block == 0 || strcmp(s, "expand") != 0))
		return NULL;
	const char *prefix = block ? arena_printf(a, "block_%d", block) : "expanded_conv";
	return arena_printf(a, "%s_%s%s", prefix, s, norm ? "_BN" : "");
}

const struct backbone_kind backbone_mobilenet_v2 = {
	.kind = {
		.name = "mobilenet_v2", .summary = "MobileNetV2: 154 layers, 2.3 million parameters.",
		.opts_size = sizeof(struct mobilenet_v2), .fields = fields, .examples = examples,
	},
	.url = "https://storage.googleapis.com/tensorflow/keras-applications/mobilenet_v2/",
	.title = "MobileNetV2", .normalize = "minus_one_one", .min_size = MOBILENET_MIN_SIZE,
	.write = mobilenet_write, .imagenet = mobilenet_imagenet, .old_name = mobilenet_old_name,
};
