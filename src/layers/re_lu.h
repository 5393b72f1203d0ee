/* The arguments of re_lu, what it does, and which layers are a plain relu or relu6, for fusions. */
#ifndef LAYERS_RE_LU_H
#define LAYERS_RE_LU_H

#include "tlrun/layer.h"

struct re_lu {
	double max_value;	/* -1: none */
	double negative_slope, threshold;
};

extern const struct layer_kind layer_re_lu;

struct kern_act layer_re_lu_kern(const struct layer *l);

/* Whether l, a re_lu or an activation, is max(x, 0) (ACT_RELU) or min(max(x, 0), 6) (ACT_RELU6). */
bool layer_is_rectifier(const struct layer *l, enum kern_activation *act);

#endif
