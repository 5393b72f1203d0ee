/*
 * What the optimizers share: the fields that all have, and a number as Keras stores it.
 *
 * The table of a kind begins with OPTIMIZER_FIELDS; its option struct begins with struct
 * optimizer_options, so that the offsets are the same in all.
 */
#ifndef TRAIN_OPTIMIZER_OPTIONS_H
#define TRAIN_OPTIMIZER_OPTIONS_H

#include <float.h>

#include "tlrun/optimizer.h"

#define OPTIMIZER_FIELDS(rate, decay)                                                              \
	FIELD_REAL(struct optimizer_options, learning_rate, .preset = (rate), .min = 0,                \
		.min_open = true, .max = FLT_MAX, .doc = "size of a step"),                                \
	FIELD_REAL(struct optimizer_options, weight_decay, .preset = (decay), .min = 0,                \
		.max = FLT_MAX, .doc = "decoupled: each step takes weight_decay * rate * w from w"),       \
	FIELD_REAL(struct optimizer_options, clip_norm, .optional = true, .min = 0, .min_open = true,  \
		.max = FLT_MAX, .doc = "largest norm of each parameter's gradient"),                       \
	FIELD_REAL(struct optimizer_options, clip_value, .optional = true, .min = 0,                   \
		.min_open = true, .max = FLT_MAX, .doc = "largest absolute value of a gradient"),          \
	FIELD_REAL(struct optimizer_options, global_clip_norm, .optional = true, .min = 0,             \
		.min_open = true, .max = FLT_MAX, .doc = "largest norm of all gradients together"),        \
	{ .key = "lr_mult", .type = FIELD_T_MAP, .fields = optimizer_lr_mult_fields,                   \
		.given = offsetof(struct optimizer_options, lr_mult_given), .optional = true,              \
		.doc = "rates of the backbone and of the head, as multiples of learning_rate",             \
		.example = "{backbone: 0.1}" }

/* They read to the option struct itself: offsets are those of struct optimizer_options. */
extern const struct field optimizer_lr_mult_fields[];

/* A fraction such as beta_1: from 0 up to, but not, 1. */
#define OPTIMIZER_FRACTION(S, m, value, text)                                                      \
	FIELD_REAL(S, m, .preset = (value), .min = 0, .max = 1, .max_open = true, .doc = (text))
#define OPTIMIZER_EPSILON(S)                                                                       \
	FIELD_REAL(S, epsilon, .preset = 1e-7, .min = 0, .max = FLT_MAX,                               \
		.doc = "keeps the divisor above zero")

/* beta^t as Keras has it: the base and the power are float32. */
float optimizer_power(double beta, unsigned long t);

extern const struct optimizer_kind optimizer_adam, optimizer_adamw, optimizer_nadam,
	optimizer_rmsprop, optimizer_sgd;

/* Options and step of adam, which adamw shares. */
struct adam {
	struct optimizer_options common;
	double beta_1, beta_2, epsilon;
};
enum kern_rule adam_rule(const void *opts);
void adam_prepare(const void *opts, unsigned long t, double lr, struct kern_update *u);

#endif
