/* floor: kernels */
/*
 * Loops over floats. Everything is float32, row-major, NHWC, weights in Keras's layouts.
 *
 * Bits: one fixed order of accumulation for every output element (the inner index ascending, each
 * term one fused multiply-add), never a sum across vector lanes, so that any thread count and the
 * generic, AVX2 and AVX-512 builds agree to the last bit. Sums over the batch go to PARALLEL_SHARDS
 * shards that are added in a fixed order, or, where the result is large, are cut by the result's
 * elements. No kernel allocates or fails. Scratch is sized by the _scratch functions (bytes, for
 * the current parallel_threads()), 64-byte aligned, content irrelevant before and after.
 *
 * n is the images of this call and may be smaller than the batch that scratch was sized for. Where
 * an output is optional NULL means it is not wanted. `add` adds to the output instead of setting
 * it. Functions enter their own parallel region unless they say "tile": those may be called inside
 * one.
 */
#ifndef TLRUN_KERNELS_H
#define TLRUN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlrun/error.h"
#include "tlrun/rng.h"

/* ---- choice of code, once at start ---- */

enum kern_matmul { MATMUL_NATIVE, MATMUL_OPENBLAS };

/*
 * Choose the instruction set: "auto" (or NULL), "generic", "avx2", "avx512"; a name that is unknown
 * or that this CPU cannot run is ERR_USAGE with the possible ones. The bits do not depend on it.
 */
enum status kern_select(const char *isa, struct err *e);
const char *kern_isa(void);	/* the one chosen */
const char *kern_isa_list(void);	/* "generic avx2 avx512": what this CPU can run */
/* Who multiplies matrices in dense layers and im2col convolutions. Changes bits. */
void kern_set_matmul(enum kern_matmul m);
enum kern_matmul kern_matmul(void);	/* the one set */
/* OpenBLAS's version and chosen core, for the record. */
const char *kern_openblas_info(void);
/* Measured multiply-add peak of all threads, in GF/s, over about `seconds`. */
double kern_peak_gflops(double seconds);

/* ---- the optimizer's step on a range of one flat array ---- */

enum kern_rule {
	RULE_SGD, RULE_MOMENTUM, RULE_NESTEROV, RULE_ADAM, RULE_RMSPROP, RULE_RMSPROP_MOMENTUM,
	RULE_RMSPROP_CENTERED, RULE_RMSPROP_CENTERED_MOMENTUM, RULE_NADAM,
};

/*
 * One step of one rule. Order per element, as Keras (optimizers/base_optimizer.py): g += l1*sign(w)
 * + 2*l2*w; clip to [-clip_value, clip_value] if > 0; g *= grad_scale (norm clipping; 1 otherwise);
 * w -= w*decay (decay = weight_decay*lr); then the rule (doc/keras-semantics.md 5.2). sign(0) is 0.
 * Regularizer gradients are part of the gradient, so norms that grad_scale came from include them.
 */
struct kern_update {
	enum kern_rule rule;
	float lr;			/* of this step */
	float alpha;		/* adam: lr*sqrt(1-b2^t)/(1-b1^t); nadam: unused */
	double beta_1, beta_2, rho, momentum;	/* as configured: 1 - beta is rounded from double */
	float epsilon;
	float nadam_g, nadam_m, nadam_v;	/* (1-u_t)/(1-P), u_{t+1}/(1-P'), 1/(1-b2^t) */
	float decay, clip_value, grad_scale;
	float l1, l2;		/* of this parameter */
	/* state of this parameter, same layout as w; how many the rule needs: below */
	float *slot[3];
};
/*
 * 0 to 3. momentum, nesterov: the velocity. adam, nadam: m, v. rmsprop: the mean square, then the
 * momentum if there is one, then the mean gradient if centered.
 */
int kern_rule_slots(enum kern_rule rule);

/* w[n] and its slots take one step with the gradient g[n]. */
void kern_update(const struct kern_update *u, size_t n, float *w, const float *g);
/*
 * The same for elements [first, first+n) of the parameter; callable inside a tile. w and the slots
 * are the whole parameter's, g[0] is the gradient of element first.
 */
void kern_update_tile(const struct kern_update *u, size_t first, size_t n, float *w,
	const float *g);

/* ---- matrix products ---- */

/*
 * Strided product of one tile's worth or of anything: c[m,n] (=|+=) a[m,k] b[k,n], element (i,p) of
 * a at a[i*a_rs + p*a_cs], of b at b[p*b_rs + j*b_cs], c row-major with row stride c_rs. The
 * provider is the one selected. pack: kern_gemm_pack(...) bytes. Callable inside a tile (never
 * threads by itself).
 */
struct kern_gemm {
	int m, n, k;
	const float *a; ptrdiff_t a_rs, a_cs;
	const float *b; ptrdiff_t b_rs, b_cs;
	float *c; ptrdiff_t c_rs;
	bool add;
};
size_t kern_gemm_pack(int m, int n, int k);
void kern_gemm_tile(const struct kern_gemm *g, void *pack);

/* dense: x[n,d] w[d,u] b[u] y[n,u]; output tiles in parallel. */
struct kern_dense { int n, d, u; };
size_t kern_dense_scratch(const struct kern_dense *s);	/* forward and backward */
void kern_dense_forward(const struct kern_dense *s, const float *x, const float *w, const float *b,
	float *y, void *scratch);
/*
 * dx (or NULL) (=|+=) dy w^T, dw (or NULL) = x^T dy, db (or NULL) = column sums of dy. With update
 * not NULL, w takes the optimizer's step tile by tile, after dx was taken from it, and dw is not
 * written.
 */
void kern_dense_backward(const struct kern_dense *s, const float *x, float *w, const float *dy,
	float *dx, bool dx_add, float *dw, float *db, const struct kern_update *update, void *scratch);

/* ---- convolutions ---- */

struct kern_conv {
	int n, h, w, cin;		/* x [n,h,w,cin] */
	int kh, kw, cout;		/* w [kh,kw,cin/groups,cout] */
	int sh, sw, dh, dw;		/* strides, dilation */
	int pt, pl;				/* zero rows above, columns left */
	int oh, ow;				/* y [n,oh,ow,cout] */
	int groups;
};
size_t kern_conv_scratch(const struct kern_conv *c);	/* all directions */
void kern_conv_forward(const struct kern_conv *c, const float *x, const float *w, const float *b,
	float *y, void *scratch);	/* b may be NULL */
void kern_conv_backward_data(const struct kern_conv *c, const float *dy, const float *w, float *dx,
	bool add, void *scratch);
void kern_conv_backward_weights(const struct kern_conv *c, const float *x, const float *dy,
	float *dw, float *db, void *scratch);	/* dw, db may be NULL */
/*
 * Both, each of dx, dw, db NULL where it is not wanted, in one pass where that spares memory. With
 * update not NULL, w takes the optimizer's step, after dx was taken from it, and dw is not written.
 */
void kern_conv_backward(const struct kern_conv *c, const float *x, float *w, const float *dy,
	float *dx, bool dx_add, float *dw, float *db, const struct kern_update *update,
	void *scratch);

/*
 * 3x3 convolution, stride 1, same padding, bias, relu, 2x2 max pooling with stride 2 (valid) as one
 * step. x [n,h,w,cin], w [3,3,cin,cout], b [cout] or NULL, y [n,h/2,w/2,cout]; which
 * [n,h/2,w/2,cout]: 0 to 3 the window's position of the first maximum, row-major, 4 where relu let
 * nothing through. h, w odd: the last row or column is dropped, as the pooling does.
 */
struct kern_conv_pool { int n, h, w, cin, cout; };
size_t kern_conv_pool_scratch(const struct kern_conv_pool *c);	/* both directions */
void kern_conv_pool_forward(const struct kern_conv_pool *c, const float *x, const float *w,
	const float *b, float *y, uint8_t *which, void *scratch);
void kern_conv_pool_backward(const struct kern_conv_pool *c, const float *x, const float *w,
	const uint8_t *which, const float *dy, float *dx, bool dx_add, float *dw, float *db,
	void *scratch);	/* dx, dw, db may be NULL */

/* Depthwise: w [kh,kw,c,m], output channel i*m + j of input channel i. */
struct kern_depthwise {
	int n, h, w, c, m;
	int kh, kw, sh, sw, dh, dw, pt, pl, oh, ow;
};
size_t kern_depthwise_scratch(const struct kern_depthwise *c);
void kern_depthwise_forward(const struct kern_depthwise *c, const float *x, const float *w,
	const float *b, float *y, void *scratch);
void kern_depthwise_backward_data(const struct kern_depthwise *c, const float *dy, const float *w,
	float *dx, bool add, void *scratch);
void kern_depthwise_backward_weights(const struct kern_depthwise *c, const float *x,
	const float *dy, float *dw, float *db, void *scratch);

/* ---- pooling ---- */

struct kern_pool { int n, h, w, c, ph, pw, sh, sw, pt, pl, oh, ow; };
/* Padding never wins. which [n,oh,ow,c]: input position y*w + x of the first maximum. */
void kern_max_pool_forward(const struct kern_pool *p, const float *x, float *y, int32_t *which);
void kern_max_pool_backward(const struct kern_pool *p, const int32_t *which, const float *dy,
	float *dx, bool add);
/* Padded cells are not counted in the divisor. */
void kern_average_pool_forward(const struct kern_pool *p, const float *x, float *y);
void kern_average_pool_backward(const struct kern_pool *p, const float *dy, float *dx, bool add);
/* x [n,hw,c] to y [n,c] and back. */
void kern_global_average_forward(int n, int hw, int c, const float *x, float *y);
void kern_global_average_backward(int n, int hw, int c, const float *dy, float *dx, bool add);
/* The same with the maximum y; cells that tie share the gradient evenly. */
void kern_global_max_forward(int n, int hw, int c, const float *x, float *y);
void kern_global_max_backward(int n, int hw, int c, const float *x, const float *y,
	const float *dy, float *dx, bool add);

/* ---- activations ---- */

enum kern_activation {
	ACT_LINEAR, ACT_RELU, ACT_RELU6, ACT_LEAKY_RELU, ACT_ELU, ACT_SELU, ACT_SILU, ACT_HARD_SIGMOID,
	ACT_HARD_SILU, ACT_GELU, ACT_GELU_TANH, ACT_SIGMOID, ACT_TANH, ACT_SOFTPLUS, ACT_SOFTSIGN,
	ACT_EXPONENTIAL, ACT_MISH,
	ACT_RE_LU,	/* the re_lu layer's general form: max_value, negative_slope, threshold */
};
struct kern_act {
	enum kern_activation type;
	float alpha;		/* leaky_relu slope, elu alpha; re_lu negative_slope */
	float max_value;	/* re_lu; INFINITY for none */
	float threshold;	/* re_lu */
};
/* Whether backward needs x (true) or only y (then alpha must not be negative). */
bool kern_act_needs_x(enum kern_activation type);
/* Whether it is nothing but a lower and an upper limit: none, relu, relu6, a plain re_lu. */
bool kern_act_clamps(const struct kern_act *a);
/* y may be x */
void kern_act_forward(const struct kern_act *a, size_t n, const float *x, float *y);
/* dx (=|+=) dy * derivative; x may be NULL unless kern_act_needs_x. dx may be dy. */
void kern_act_backward(const struct kern_act *a, size_t n, const float *x, const float *y,
	const float *dy, float *dx, bool add);

/* ---- batch normalization over m rows of c channels, and the relu behind it ---- */

struct kern_norm {
	int m, c;
	bool training;				/* statistics are the batch's, and the gradient goes through them */
	float eps;
	enum kern_activation act;	/* ACT_LINEAR, ACT_RELU, ACT_RELU6 */
	const float *gamma, *beta;	/* NULL: 1, 0 */
};
size_t kern_norm_scratch(int m, int c);
/*
 * y = act((x-mean)*gamma/sqrt(variance+eps) + beta); training: mean and the biased variance are set
 * first. The bits are those of normalization and activation one after the other. y may be x.
 */
void kern_norm_forward(const struct kern_norm *s, const float *x, float *mean, float *variance,
	float *y, void *scratch);
/*
 * dx, dgamma, dbeta may be NULL; dx may be dy. What act let through is computed from x again.
 */
void kern_norm_backward(const struct kern_norm *s, const float *x, const float *mean,
	const float *variance, const float *dy, float *dx, bool dx_add, float *dgamma, float *dbeta,
	void *scratch);
/* moving = moving*momentum + value*(1-momentum), c values each; 1-momentum is rounded from
 * double. */
void kern_norm_moving(int c, double momentum, const float *value, float *moving);

/* ---- softmax ---- */

/* Rows of c: softmax and log_softmax, the row's maximum subtracted first. y may be x. */
void kern_softmax_forward(int rows, int c, const float *x, float *y);
void kern_softmax_backward(int rows, int c, const float *y, const float *dy, float *dx, bool add);
void kern_log_softmax_forward(int rows, int c, const float *x, float *y);
void kern_log_softmax_backward(int rows, int c, const float *y, const float *dy, float *dx,
	bool add);

/*
 * Softmax with cross-entropy on logits z [n,c]: p [n,c] (or NULL) the probabilities, loss [n] (or
 * NULL)
 * -sum t' log_softmax(z) * weight, dz [n,c] (or NULL) = (p - t') * weight * scale, where t' is the
 * one-hot label smoothed to t*(1-smoothing) + smoothing/c and weight = weights[label], 1 when
 * weights is NULL.
 */
void kern_softmax_xent(int n, int c, const float *z, const int32_t *labels, float smoothing,
	const float *weights, float scale, float *p, float *loss, float *dz);

/*
 * ---- folded: forward only, batch normalization by moving statistics and the activation done with
 * the convolution ----
 *
 * Constants are made from the parameters, which stay as they are: the scale
 * gamma/sqrt(variance+epsilon) goes into a packed copy of the kernel, beta - mean*scale (and the
 * bias times the scale) is the new bias, both taken in double and rounded once. They serve the
 * instruction set they were made with. The products are always the native ones. y of an image
 * depends on nothing but that image.
 */
struct kern_fold {
	const float *w, *b;				/* the convolution's; b may be NULL */
	const float *gamma, *beta;		/* may be NULL (1, 0) */
	const float *mean, *variance;
	double epsilon;
};
/* groups must be 1. y must not be x. */
size_t kern_folded_conv_bytes(const struct kern_conv *c);	/* of the constants */
size_t kern_folded_conv_scratch(const struct kern_conv *c);
void kern_folded_conv_fold(const struct kern_conv *c, const struct kern_fold *f, void *constants);
void kern_folded_conv_forward(const struct kern_conv *c, const void *constants,
	const struct kern_act *act, const float *x, float *y, void *scratch);

size_t kern_folded_depthwise_bytes(const struct kern_depthwise *c);
size_t kern_folded_depthwise_scratch(const struct kern_depthwise *c);
void kern_folded_depthwise_fold(const struct kern_depthwise *c, const struct kern_fold *f,
	void *constants);
void kern_folded_depthwise_forward(const struct kern_depthwise *c, const void *constants,
	const struct kern_act *act, const float *x, float *y, void *scratch);

/*
 * An inverted residual block: 1x1 convolution to `expanded` channels, 3x3 depthwise convolution,
 * 1x1 convolution to cout channels, each with its batch normalization, the first two with an
 * activation that kern_act_clamps; then x added. x [n,h,w,cin], y [n,oh,ow,cout], not x.
 */
struct kern_inverted {
	int n, h, w, cin, expanded, cout;
	int stride, pt, pl, oh, ow;		/* of the depthwise convolution; stride 1 or 2 */
	bool expand;					/* false: no first convolution, and expanded is cin */
	bool residual;
	struct kern_act act[2];
};
size_t kern_inverted_bytes(const struct kern_inverted *b);
size_t kern_inverted_scratch(const struct kern_inverted *b);
/* f: expand (not read without it), depthwise, project */
void kern_inverted_fold(const struct kern_inverted *b, const struct kern_fold f[3],
	void *constants);
void kern_inverted_forward(const struct kern_inverted *b, const void *constants, const float *x,
	float *y, void *scratch);

/* ---- elementwise and moving about ---- */

void kern_copy(size_t n, const float *x, float *y, bool add);	/* y (=|+=) x */
void kern_zero(size_t n, float *y);
void kern_sum_inputs(size_t n, int inputs, const float *const *x, float *y);	/* left to right */
enum kern_merge { MERGE_SUBTRACT, MERGE_MULTIPLY, MERGE_AVERAGE, MERGE_MAXIMUM, MERGE_MINIMUM };
/* y = x[0] op x[1] op …, left to right; subtract has two inputs, average divides the sum. y may be
 * x[0]. */
void kern_merge_forward(enum kern_merge op, size_t n, int inputs, const float *const *x, float *y);
/* The gradient of input `of`; the first of equal maxima or minima has it all. x is read by
 * multiply, maximum and minimum. dx may be dy. */
void kern_merge_backward(enum kern_merge op, size_t n, int inputs, int of, const float *const *x,
	const float *dy, float *dx, bool add);
/* y[m,c] = x[m,c]*scale[c] + offset[c], one multiply then one add; backward dx (=|+=)
 * dy*scale[c]. */
void kern_rescale_forward(size_t m, int c, const float *x, const float *scale, const float *offset,
	float *y);
void kern_rescale_backward(size_t m, int c, const float *dy, const float *scale, float *dx,
	bool add);
/* rows: y[r*y_stride + j] (=|+=) x[r*x_stride + j], j < width: concatenate and its gradient. */
void kern_copy_rows(size_t rows, int width, const float *x, size_t x_stride, float *y,
	size_t y_stride, bool add);
/* y [n,h+top+bottom,w+left+right,c] from x [n,h,w,c], zeros around; and the crop of its
 * gradient. */
void kern_zero_pad(int n, int h, int w, int c, int top, int bottom, int left, int right,
	const float *x, float *y);
void kern_crop(int n, int h, int w, int c, int top, int bottom, int left, int right,
	const float *dy, float *dx, bool add);
/*
 * Dropout: element i is kept when rng_u32(r, i) >= rate*2^32 and then scaled by 1/(1-rate), else 0.
 * The mask is computed again in backward from the same r. rate 1 gives zeros.
 */
void kern_dropout(const struct rng *r, float rate, size_t n, const float *x, float *y, bool add);

/* Sums in double, in fixed blocks: the same for any threads and instruction set. */
double kern_sum_squares(size_t n, const float *x);
double kern_sum_abs(size_t n, const float *x);
bool kern_all_finite(size_t n, const float *x);
/* Index of the first maximum of each of rows rows. */
void kern_argmax(int rows, int c, const float *x, int32_t *out);

/*
 * Pixels to floats, callable inside a tile: y[i*c + j] = x[i*c + j]*scale[j] + offset[j] rounded to
 * float from the exact double value of table[j*256 + x]: c tables of 256 floats.
 */
void kern_pixels_tile(size_t pixels, int c, const uint8_t *x, const float *table, float *y);

/*
 * Resizing of one image, callable inside a tile: pixels of bytes to floats of another size, then
 * normalized. An output element is a weighted sum of taps source elements along columns, then of
 * taps such sums along rows, float32, terms in order, each product and sum rounded; with `lerp`
 * (two taps) it is a + (b - a)*t, as TensorFlow's bilinear.
 */
enum { KERN_RESIZE_PERIOD = 48 };	/* whole vectors, and whole pixels of 1, 2 or 3 channels */
struct kern_axis {
	int to, taps;			/* output places, source places of each */
	const int32_t *index;	/* [to*taps] in the whole source image */
	const float *weight;	/* [to*taps]; with lerp t at [2*o + 1]; unused with one tap */
};
struct kern_resize {
	struct kern_axis rows, columns;
	bool lerp;
	int width;				/* of the source image */
	int from, to;			/* channels: equal, 1 to 3 or 3 to 1 */
	const float *gray;		/* 3 to 1: [3*256] weighted levels, summed before resizing */
	/* y = (v/divisor - mean)/std, steps that are 1, 0, 1 left out; by channel i % period */
	float divisor, mean[KERN_RESIZE_PERIOD], std[KERN_RESIZE_PERIOD];
	bool centred, scaled;	/* whether mean and std are applied */
};
/* x uint8 [h,width,from], y [rows.to,columns.to,to]. */
void kern_resize_tile(const struct kern_resize *r, const uint8_t *x, float *y);

#endif
