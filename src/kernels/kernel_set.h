/*
 * What is compiled for each instruction set: one table of functions each, chosen by select.c.
 *
 * KERN(name) is the name of a function in the set being compiled (gemm_tile_avx2). A kernel is
 * added by one line in a list below, its definition in a source of KERNEL_SET, and a thin public
 * wrapper that calls kern_active()->name. Scratch sizes do not depend on the instruction set and
 * are compiled once.
 */
#ifndef TLRUN_KERNELS_KERNEL_SET_H
#define TLRUN_KERNELS_KERNEL_SET_H

#include "tlrun/kernels.h"

struct product;

enum { PEAK_TERMS = 48 };	/* multiply-adds of a lane in a round of peak_chain */

/* X(result, name, arguments): matrix products and convolutions (wrapped in select.c). */
#define KERN_LIST_MATMUL(X)                                                                        \
	X(void, product, (const struct product *p, void *pack))                                        \
	X(void, dense_forward, (const struct kern_dense *s, const float *x, const float *w,            \
		const float *b, float *y, void *scratch))                                                  \
	X(void, dense_backward, (const struct kern_dense *s, const float *x, float *w,                 \
		const float *dy, float *dx, bool dx_add, float *dw, float *db,                             \
		const struct kern_update *update, void *scratch))                                          \
	X(void, conv_forward, (const struct kern_conv *c, const float *x, const float *w,              \
		const float *b, float *y, void *scratch))                                                  \
	X(void, conv_backward_data, (const struct kern_conv *c, const float *dy, const float *w,       \
		float *dx, bool add, void *scratch))                                                       \
	X(void, conv_backward_weights, (const struct kern_conv *c, const float *x, const float *dy,    \
		float *dw, float *db, void *scratch))                                                      \
	X(void, conv_backward, (const struct kern_conv *c, const float *x, float *w,                   \
		const float *dy, float *dx, bool dx_add, float *dw, float *db,                             \
		const struct kern_update *update, void *scratch))                                          \
	X(void, conv_pool_forward, (const struct kern_conv_pool *c, const float *x, const float *w,    \
		const float *b, float *y, uint8_t *which, void *scratch))                                  \
	X(void, conv_pool_backward, (const struct kern_conv_pool *c, const float *x, const float *w,   \
		const uint8_t *which, const float *dy, float *dx, bool dx_add, float *dw, float *db,       \
		void *scratch))                                                                            \
	X(void, peak_chain, (long rounds, float *out))

/* Everything else (wrapped in select_elementwise.c). */
#define KERN_LIST_ELEMENTWISE(X)                                                                   \
	X(void, update, (const struct kern_update *u, size_t n, float *w, const float *g))             \
	X(void, update_tile, (const struct kern_update *u, size_t first, size_t n, float *w,           \
		const float *g))                                                                           \
	X(void, act_forward, (const struct kern_act *a, size_t n, const float *x, float *y))           \
	X(void, act_backward, (const struct kern_act *a, size_t n, const float *x,                     \
		const float *y, const float *dy, float *dx, bool add))                                     \
	X(void, softmax_forward, (int rows, int c, const float *x, float *y))                          \
	X(void, softmax_backward, (int rows, int c, const float *y, const float *dy, float *dx,        \
		bool add))                                                                                 \
	X(void, log_softmax_forward, (int rows, int c, const float *x, float *y))                      \
	X(void, log_softmax_backward, (int rows, int c, const float *y, const float *dy,               \
		float *dx, bool add))                                                                      \
	X(void, softmax_xent, (int n, int c, const float *z, const int32_t *labels,                    \
		float smoothing, const float *weights, float scale, float *p, float *loss,                 \
		float *dz))                                                                                \
	X(void, copy, (size_t n, const float *x, float *y, bool add))                                  \
	X(void, zero, (size_t n, float *y))                                                            \
	X(void, sum_inputs, (size_t n, int inputs, const float *const *x, float *y))                   \
	X(void, merge_forward, (enum kern_merge op, size_t n, int inputs, const float *const *x,       \
		float *y))                                                                                 \
	X(void, merge_backward, (enum kern_merge op, size_t n, int inputs, int of,                     \
		const float *const *x, const float *dy, float *dx, bool add))                              \
	X(void, rescale_forward, (size_t m, int c, const float *x, const float *scale,                 \
		const float *offset, float *y))                                                            \
	X(void, rescale_backward, (size_t m, int c, const float *dy, const float *scale,               \
		float *dx, bool add))                                                                      \
	X(void, copy_rows, (size_t rows, int width, const float *x, size_t x_stride, float *y,         \
		size_t y_stride, bool add))                                                                \
	X(void, zero_pad, (int n, int h, int w, int c, int top, int bottom, int left, int right,       \
		const float *x, float *y))                                                                 \
	X(void, crop, (int n, int h, int w, int c, int top, int bottom, int left, int right,           \
		const float *dy, float *dx, bool add))                                                     \
	X(void, dropout, (const struct rng *r, float rate, size_t n, const float *x, float *y,         \
		bool add))                                                                                 \
	X(double, sum_squares, (size_t n, const float *x))                                             \
	X(double, sum_abs, (size_t n, const float *x))                                                 \
	X(bool, all_finite, (size_t n, const float *x))                                                \
	X(void, argmax, (int rows, int c, const float *x, int32_t *out))                               \
	X(void, norm_forward, (const struct kern_norm *s, const float *x, float *mean,                 \
		float *variance, float *y, void *scratch))                                                 \
	X(void, norm_backward, (const struct kern_norm *s, const float *x, const float *mean,          \
		const float *variance, const float *dy, float *dx, bool dx_add, float *dgamma,             \
		float *dbeta, void *scratch))                                                              \
	X(void, max_pool_forward, (const struct kern_pool *p, const float *x, float *y,                \
		int32_t *which))                                                                           \
	X(void, max_pool_backward, (const struct kern_pool *p, const int32_t *which,                   \
		const float *dy, float *dx, bool add))                                                     \
	X(void, average_pool_forward, (const struct kern_pool *p, const float *x, float *y))           \
	X(void, average_pool_backward, (const struct kern_pool *p, const float *dy, float *dx,         \
		bool add))                                                                                 \
	X(void, global_average_forward, (int n, int hw, int c, const float *x, float *y))              \
	X(void, global_average_backward, (int n, int hw, int c, const float *dy, float *dx,            \
		bool add))                                                                                 \
	X(void, global_max_forward, (int n, int hw, int c, const float *x, float *y))                  \
	X(void, global_max_backward, (int n, int hw, int c, const float *x, const float *y,            \
		const float *dy, float *dx, bool add))                                                     \
	X(void, depthwise_forward, (const struct kern_depthwise *c, const float *x,                    \
		const float *w, const float *b, float *y, void *scratch))                                  \
	X(void, depthwise_backward_data, (const struct kern_depthwise *c, const float *dy,             \
		const float *w, float *dx, bool add, void *scratch))                                       \
	X(void, depthwise_backward_weights, (const struct kern_depthwise *c, const float *x,           \
		const float *dy, float *dw, float *db, void *scratch))                                     \
	X(void, resize_tile, (const struct kern_resize *r, const uint8_t *x, float *y))

/* Folded convolutions (wrapped in select_folded.c). */
#define KERN_LIST_FOLDED(X)                                                                        \
	X(void, folded_conv_fold, (const struct kern_conv *c, const struct kern_fold *f,               \
		void *constants))                                                                          \
	X(void, folded_conv_forward, (const struct kern_conv *c, const void *constants,                \
		const struct kern_act *act, const float *x, float *y, void *scratch))                      \
	X(void, folded_depthwise_fold, (const struct kern_depthwise *c, const struct kern_fold *f,     \
		void *constants))                                                                          \
	X(void, folded_depthwise_forward, (const struct kern_depthwise *c, const void *constants,      \
		const struct kern_act *act, const float *x, float *y, void *scratch))                      \
	X(void, inverted_fold, (const struct kern_inverted *b, const struct kern_fold *f,              \
		void *constants))                                                                          \
	X(void, inverted_forward, (const struct kern_inverted *b, const void *constants,               \
		const float *x, float *y, void *scratch))

#define KERN_LIST(X) KERN_LIST_MATMUL(X) KERN_LIST_ELEMENTWISE(X) KERN_LIST_FOLDED(X)

#define KERN_MEMBER(result, name, arguments) result(*name) arguments;
struct kernel_set {
	const char *isa;
	int lanes;	/* floats of a vector */
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
