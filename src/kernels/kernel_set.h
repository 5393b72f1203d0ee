/*
 * What is compiled for each instruction set: one table of functions each, chosen by select.c.
 *
 * KERN(name) is the name of a function in the set being compiled (gemm_tile_avx2). A kernel is added by one
 * line in a list below, its definition in a source of KERNEL_SET, and a thin public wrapper that calls
 * kern_active()->name. Scratch sizes do not depend on the instruction set and are compiled once.
 */
#ifndef TLRUN_KERNELS_KERNEL_SET_H
#define TLRUN_KERNELS_KERNEL_SET_H

#include "tlrun/kernels.h"

/* X(result, name, arguments): matrix products and convolutions (wrapped in select.c). */
#define KERN_LIST_MATMUL(X)                                                                        \
	X(void, gemm_tile, (const struct kern_gemm *g, void *pack))

/* Everything else (wrapped in select_elementwise.c). */
#define KERN_LIST_ELEMENTWISE(X)

#define KERN_LIST(X) KERN_LIST_MATMUL(X) KERN_LIST_ELEMENTWISE(X)

#define KERN_MEMBER(result, name, arguments) result(*name) arguments;
struct kernel_set {
	const char *isa;
	KERN_LIST(KERN_MEMBER)
};
#undef KERN_MEMBER

/* The chosen set; the widest that this CPU runs before kern_select was called. */
const struct kernel_set *kern_active(void);

#ifdef KERN_ISA
#define KERN_NAME__(name, isa) name##_##isa
#define KERN_NAME_(name, isa) KERN_NAME__(name, isa)
#define KERN(name) KERN_NAME_(name, KERN_ISA)
#define KERN_DECLARE(result, name, arguments) result KERN(name) arguments;
KERN_LIST(KERN_DECLARE)
#undef KERN_DECLARE
extern const struct kernel_set KERN(kernel_set);
#endif

#endif
