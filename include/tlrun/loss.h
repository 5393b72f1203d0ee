/* floor: train */
/* Losses on logits. A kind is src/train/loss_<kind>.c. */
#ifndef TLRUN_LOSS_H
#define TLRUN_LOSS_H

#include <stdint.h>

#include "tlrun/field.h"

struct loss_call {
	int n, classes;
	const float *logits;		/* [n,classes] */
	const int32_t *labels;		/* [n] */
	const float *class_weights;	/* [classes], NULL for none (always NULL in evaluation) */
	float *probabilities;		/* [n,classes]; NULL: not wanted */
	float *losses;				/* [n]: of each sample, weighted */
	float *dlogits;				/* [n,classes]: gradient of the mean; NULL: not wanted */
};

struct loss_kind {
	struct kind kind;
	void (*run)(const void *opts, const struct loss_call *c);
	/* The weights of class_weight: NULL, balanced (n / (classes * count)), or the map. counts
	 * [classes]. */
	bool (*class_weights)(struct field_reader *r, const void *opts, int classes,
		const char *const *class_names, const long long *counts, float *out);
};

extern const struct family family_loss;	/* FAMILY_TAG "type", bare words, default cross_entropy */
const struct loss_kind *loss_kind_of(const struct kind *k);

#endif
