/* The fusions, widest first. */
#include <stddef.h>

#include "tlrun/fusion.h"

extern const struct fusion_kind fusion_bn_act;
extern const struct fusion_kind fusion_conv_act_pool;
extern const struct fusion_kind fusion_conv_bn_act;
extern const struct fusion_kind fusion_inverted_residual;

const struct fusion_kind *const fusion_table[] = {
	&fusion_inverted_residual,
	&fusion_conv_bn_act,
	&fusion_conv_act_pool,
	&fusion_bn_act,
	NULL,
};
