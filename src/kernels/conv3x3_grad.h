/* One band of the sparse backward: conv3x3_grad.c walks over bands, conv3x3_sparse.c does one. */
#ifndef TLRUN_KERNELS_CONV3X3_GRAD_H
#define TLRUN_KERNELS_CONV3X3_GRAD_H

#include "kernels/conv3x3.h"

struct pool_band {
	const struct kern_conv_pool *c;
	int rows;				/* pooled rows */
	const uint8_t *which;	/* of the band's first pooled pixel */
	const float *dy;
	ptrdiff_t row, column;	/* strides of t.x */
	struct pool_thread t;
};

/*
 * pool_mask     g and at of the outputs [first, last), a multiple of 16; sums (or NULL): their sums
 *               added.
 * pool_weights  the band's terms of the kernel gradient of those outputs, added to
 *               dw [outputs][kernel]; pool_thin_weights the same when thin.
 * pool_data     the band's terms of dx, added to t.dx; turned: the kernel as pool_turn_kernel
 *               writes it.
 */
void KERN(pool_mask)(const struct pool_band *p, int first, int last, float *sums);
void KERN(pool_weights)(const struct pool_band *p, int first, int last, float *dw);
void KERN(pool_thin_weights)(const struct pool_band *p, int first, int last, float *dw);
void KERN(pool_data)(const struct pool_band *p, const float *turned);
void KERN(pool_turn_kernel)(const struct kern_conv_pool *c, const float *w, float *turned);

#endif
