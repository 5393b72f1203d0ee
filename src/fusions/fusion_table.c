/* The fusions, widest first. */
#include <stddef.h>

#include "tlrun/fusion.h"

const struct fusion_kind *const fusion_table[] = {
	NULL,
};
