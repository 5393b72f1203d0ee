/* The fusions, widest first. */
#include <stddef.h>

#include "tlrun/fusion.h"

extern const struct fusion_kind fusion_bn_act;
extern const struct fusion_kind fusion_conv_act_pool;

const struct fusion_kind *const fusion_table[] = {
	&fusion_conv_act_pool,
	&fusion_bn_act,
	NULL,
};
