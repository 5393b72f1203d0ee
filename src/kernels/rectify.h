/*
 * relu and relu6 on vectors, and their slopes from what they give or take: for activate.c, and for
 * kernels that end in one.
 */
#ifndef TLRUN_KERNELS_RECTIFY_H
#define TLRUN_KERNELS_RECTIFY_H

#include "kernels/vector.h"
#include "tlrun/kernels.h"

/* 0 where x <= 0, else x: what is not a number stays so. */
KERN_INLINE vf
rectify_relu(vf x)
{
	return vf_select(vf_le(x, vf_set(0.0f)), vf_set(0.0f), x);
}

KERN_INLINE vf
rectify_relu6(vf x)
{
	return vf_min(vf_set(6.0f), rectify_relu(x));
}

/* 1 for 0 < v < high, else 0. */
KERN_INLINE vf
rectify_inside(vf v, float high)
{
	const vm inside = vm_and(vf_gt(v, vf_set(0.0f)), vf_lt(v, vf_set(high)));
	return vf_select(inside, vf_set(1.0f), vf_set(0.0f));
}

/* ACT_LINEAR, ACT_RELU or ACT_RELU6. */
KERN_INLINE vf
rectify(enum kern_activation act, vf x)
{
	return act == ACT_RELU6 ? rectify_relu6(x) : act == ACT_RELU ? rectify_relu(x) : x;
}

/* Their slope at x; the same at what they made of x. */
KERN_INLINE vf
rectify_slope(enum kern_activation act, vf x)
{
	const vf one = vf_set(1.0f);
	if (act == ACT_RELU6) return rectify_inside(x, 6.0f);
	return act == ACT_RELU ? vf_select(vf_gt(x, vf_set(0.0f)), one, vf_set(0.0f)) : one;
}

#endif
