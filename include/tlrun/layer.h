/* floor: layers */
/*
 * What one layer does. A kind of layer is one file, src/layers/<kind>.c, and one line of
 * layer_table.c.
 *
 * Tensors are float32 NHWC. Only `shape` may refuse; it states the output, the parameters and the
 * memory. After it, forward and backward cannot fail and allocate nothing. Layouts are Keras's. An
 * `activation:` argument is not the layer's affair: the network puts an activation layer behind it
 * (net.h).
 */
#ifndef TLRUN_LAYER_H
#define TLRUN_LAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/error.h"
#include "tlrun/field.h"
#include "tlrun/kernels.h"
#include "tlrun/rng.h"
#include "tlrun/shape.h"

enum { LAYER_MAX_PARAMS = 4 };

enum param_role {
	PARAM_WEIGHT,		/* trained */
	PARAM_OFFSET,		/* trained: a bias */
	PARAM_STATISTIC,	/* never trained by gradients: moving mean and variance */
};

struct param_spec {
	const char *name;		/* "kernel"; in files "layer/kernel" */
	enum param_role role;
	const char *keras;		/* Keras's name of it */
};
#define PARAM_END { .name = NULL }

/* First values, keras-semantics.md section 3. Read by layers through layer_initializer_fields. */
enum init_type {
	INIT_ZEROS, INIT_ONES, INIT_CONSTANT, INIT_GLOROT_UNIFORM, INIT_GLOROT_NORMAL, INIT_HE_UNIFORM,
	INIT_HE_NORMAL, INIT_LECUN_UNIFORM, INIT_LECUN_NORMAL, INIT_RANDOM_NORMAL, INIT_RANDOM_UNIFORM,
	INIT_TRUNCATED_NORMAL, INIT_VARIANCE_SCALING, INIT_ORTHOGONAL,
};
enum init_mode { INIT_FAN_IN, INIT_FAN_OUT, INIT_FAN_AVG };
enum init_distribution { INIT_DIST_TRUNCATED, INIT_DIST_UNTRUNCATED, INIT_DIST_UNIFORM };
struct initializer {
	enum init_type type;
	double value, mean, stddev, minval, maxval, scale, gain;	/* what the type takes */
	enum init_mode mode;
	enum init_distribution distribution;
};
/* l1*sum|w| + l2*sum w^2, added to the loss. */
struct regularizer { double l1, l2; };

/* Families of small kinds that layers' arguments choose from; defined in src/layers/. Words as
 * Keras. */
/* struct initializer: word or {type: …} */
extern const struct field_custom layer_initializer_custom;
/* struct regularizer: l1, l2, {l1: 1e-4, l2: …}, null */
extern const struct field_custom layer_regularizer_custom;
extern const struct field_word layer_activation_words[];	/* enum layer_activation */
extern const struct field_word layer_padding_words[];		/* enum layer_padding */

enum layer_padding { PADDING_VALID, PADDING_SAME };

/* What an `activation:` argument may say: the elementwise ones and the two row-wise ones. */
enum layer_activation {
	ACTIVATION_NONE = -1,			/* linear, or not given */
	/* values of enum kern_activation lie between */
	ACTIVATION_SOFTMAX = 1000,
	ACTIVATION_LOG_SOFTMAX,
};

/* What every layer takes besides its own arguments; family_layer.common. */
struct layer_common {
	const char *name;			/* NULL: Keras's automatic name */
	struct str_list from;		/* empty: the one before */
	bool trainable;				/* preset true */
};

struct layer_io {
	int n;						/* images in this call, at most the batch sized for */
	/* false: inference; dropout passes, batch norm uses moving values */
	bool training;
	const float *const *x;		/* inputs */
	float *y;					/* output */
	const float *dy;			/* backward: gradient of y */
	float *const *dx;			/* backward: of each input, NULL where nobody wants it */
	const bool *dx_add;			/* backward: add instead of set */
	/* parameters by index of params[]; NULL where absent (a statistic that training would update
	 * is NULL when nobody keeps it) */
	float *const *p;
	float *const *dp;			/* backward: their gradients, set; NULL where not wanted */
	/* backward: not NULL at i: take the step in place, dp[i] unused */
	const struct kern_update *const *update;
	void *saved;				/* kept from forward to backward, layer->saved(n) bytes */
	const void *folded;			/* a fusion's constants */
	void *scratch;				/* layer->scratch bytes, content irrelevant */
	struct rng rng;				/* this layer's random numbers of this step */
};

/* One layer of one network, its shapes fixed. */
struct layer {
	const struct layer_kind *kind;
	const char *name;			/* unique in the network */
	const struct node *node;	/* its YAML, for errors; NULL when made by the program */
	void *opts;					/* kind->kind.opts_size bytes, read through the field table */
	bool trainable;
	int num_classes;			/* what num_classes means */
	/* set by the caller before shape(): */
	int batch;					/* the most images a call will bring */
	int inputs;
	const struct shape *in;		/* inputs shapes, d[0] SHAPE_BATCH */
	const char *const *in_name;	/* who makes them, for errors */
	/* set by shape(): */
	struct shape out;
	struct shape param[LAYER_MAX_PARAMS];	/* rank 0: absent */
	struct initializer init[LAYER_MAX_PARAMS];
	struct regularizer regularizer[LAYER_MAX_PARAMS];
	size_t scratch;				/* bytes for any direction */
	size_t saved;				/* bytes from forward to backward, for `batch` images */
	bool keep_x, keep_y;		/* backward reads x, y */
	bool in_place;				/* y may share memory with x[0], and dx[0] with dy */
	bool view;					/* y is x[0] under another shape: nothing is run */
	bool fused_update;			/* backward obeys update[] */
	/* what it gives changes in training without a trainable parameter: random numbers, moving
	 * statistics */
	bool varies;
	long long mult_adds;		/* multiply-adds of one image forward */
};

struct layer_kind {
	struct kind kind;			/* name, summary, opts_size, fields, examples */
	const struct param_spec *params;	/* PARAM_END-ended; NULL: none */
	int min_inputs, max_inputs;	/* INT_MAX: any number */
	const char *keras;			/* Keras's class name, "Conv2D" */
	/* The option that holds an `activation:` (enum layer_activation as int), or NULL when there
	 * is none. */
	int (*activation)(const void *opts);
	/* Fill what is "set by shape()". Refuse with layer_reject: ERR_CONFIG, at the layer's YAML
	 * line. */
	enum status (*shape)(struct layer *l, struct err *e);
	void (*forward)(const struct layer *l, const struct layer_io *io);
	void (*backward)(const struct layer *l, const struct layer_io *io);
};

/* "conv2d_3: message" as an error without a place; the network adds the place. Returns
 * ERR_CONFIG. */
enum status layer_reject(const struct layer *l, struct err *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Output size of one axis and the padding before it; false when the output would be empty.
 * Keras's rules (keras-semantics.md section 1). */
bool layer_axis(int size, int kernel, int stride, int dilation, enum layer_padding padding,
	int *out, int *before);

/* The kinds, for field tables: `FIELD_KINDS(struct model, layers, .family = &family_layer)`. */
extern const struct family family_layer;
const struct layer_kind *layer_kind_of(const struct kind *k);
const struct layer_kind *layer_find(const char *name);	/* NULL: none */

#endif
