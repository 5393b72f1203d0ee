/* The public names of the folded convolutions, and their sizes, the same for every instruction
 * set. */
#include <math.h>

#include "kernels/folded_inverted.h"

bool
folded_limits(const struct kern_act *a, struct folded_limits *limits)
{
	*limits = (struct folded_limits){ -INFINITY, INFINITY };
	const bool plain = a->type == ACT_RE_LU && a->alpha == 0 && a->threshold == 0;
	if (a->type == ACT_LINEAR) return true;
	if (a->type != ACT_RELU && a->type != ACT_RELU6 && !plain) return false;
	limits->low = 0;
	if (a->type == ACT_RELU6) limits->high = 6;
	else if (plain) limits->high = a->max_value;
	return true;
}

bool
kern_act_clamps(const struct kern_act *a)
{
	struct folded_limits limits;
	return folded_limits(a, &limits);
}

size_t
kern_folded_conv_bytes(const struct kern_conv *c)
{
	return folded_product_floats(conv_depth(c), c->cout) * sizeof(float);
}

size_t
kern_folded_conv_scratch(const struct kern_conv *c)
{
	return folded_conv_thread_bytes(c) * parallel_threads();
}

void
kern_folded_conv_fold(const struct kern_conv *c, const struct kern_fold *f, void *constants)
{
	kern_active()->folded_conv_fold(c, f, constants);
}

void
kern_folded_conv_forward(const struct kern_conv *c, const void *constants,
	const struct kern_act *act, const float *x, float *y, void *scratch)
{
	kern_active()->folded_conv_forward(c, constants, act, x, y, scratch);
}

size_t
kern_folded_depthwise_bytes(const struct kern_depthwise *c)
{
	const int channels = c->c * c->m;
	const size_t plain = folded_line(channels) + (size_t)c->kh * c->kw * channels;
	return (folded_is_plane(c) ? folded_plane_floats(c->c) : plain) * sizeof(float);
}

size_t
kern_folded_depthwise_scratch(const struct kern_depthwise *c)
{
	return folded_is_plane(c) ? 0 : kern_depthwise_scratch(c);
}

void
kern_folded_depthwise_fold(const struct kern_depthwise *c, const struct kern_fold *f,
	void *constants)
{
	kern_active()->folded_depthwise_fold(c, f, constants);
}

void
kern_folded_depthwise_forward(const struct kern_depthwise *c, const void *constants,
	const struct kern_act *act, const float *x, float *y, void *scratch)
{
	kern_active()->folded_depthwise_forward(c, constants, act, x, y, scratch);
}

size_t
kern_inverted_bytes(const struct kern_inverted *b)
{
	return inverted_parts(b).end * sizeof(float);
}

/* For any number of images up to n. */
size_t
kern_inverted_scratch(const struct kern_inverted *b)
{
	return inverted_shared_bytes(b) + inverted_thread_bytes(b) * parallel_threads();
}

void
kern_inverted_fold(const struct kern_inverted *b, const struct kern_fold f[3], void *constants)
{
	kern_active()->inverted_fold(b, f, constants);
}

void
kern_inverted_forward(const struct kern_inverted *b, const void *constants, const float *x,
	float *y, void *scratch)
{
	kern_active()->inverted_forward(b, constants, x, y, scratch);
}
