/*
 * Naive layers in double, straight from the formulas of doc/keras-semantics.md, reading their
 * arguments from the YAML themselves: what the layers floor is compared with.
 */
#ifndef SUPPORT_ORACLE_H
#define SUPPORT_ORACLE_H

#include <stdbool.h>

#include "tlrun/document.h"
#include "tlrun/layer.h"

enum { ORACLE_MAX_INPUTS = 4 };

/* One layer on one batch. Parameters are indexed as the layer's. */
struct oracle {
	const char *kind;
	const struct node *opts;	/* its arguments, NULL for none */
	int num_classes, n, inputs;
	bool training, trainable;
	struct shape in[ORACLE_MAX_INPUTS];
	const double *x[ORACLE_MAX_INPUTS];
	const double *p[LAYER_MAX_PARAMS];
	struct rng rng;
	/* set by oracle_shape */
	struct shape out, param[LAYER_MAX_PARAMS];
};

/*
 * Output and parameter shapes; false when the layer must refuse. Fails the test for a kind it
 * does not know.
 */
bool oracle_shape(struct oracle *o);
/*
 * y of n images. Batch normalization in training also gives the batch's mean and variance
 * (NULL: not wanted).
 */
void oracle_forward(const struct oracle *o, double *y, double *mean, double *variance);
/* The elementwise or row-wise activation of that word. */
void oracle_activation(const char *word, int rows, int c, const double *x, double *y);

/* oracle_merge.c: layers that join several inputs. */
bool oracle_is_merge(const struct oracle *o);
bool oracle_merge_shape(struct oracle *o);
void oracle_merge(const struct oracle *o, double *y);

#endif
