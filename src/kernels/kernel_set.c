/* The table of one instruction set's kernels. */
#include "kernels/kernel_set.h"
#include "kernels/vector.h"

#define KERN_STRING_(x) #x
#define KERN_STRING(x) KERN_STRING_(x)
#define KERN_ENTRY(result, name, arguments) .name = KERN(name),

const struct kernel_set KERN(kernel_set) = { .isa = KERN_STRING(KERN_ISA), .lanes = VL,
	KERN_LIST(KERN_ENTRY) };
