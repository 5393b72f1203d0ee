/* What a pass over images counts: the sum of losses, the confusion matrix, the ranks of the
 * labels. */
#ifndef TRAIN_TALLY_H
#define TRAIN_TALLY_H

#include "tlrun/metric.h"

struct arena;

struct tally {
	int classes;
	long long n, hits;		/* images; those whose most probable class is the label */
	double loss;			/* sum over images, regularization included; added in their order */
	long long *confusion;	/* [true][predicted] */
	long long *rank;		/* [classes] */
	struct class_scores *scores;	/* [classes]: room for tally_metrics */
};

void tally_init(struct tally *t, struct arena *a, int classes);
void tally_reset(struct tally *t);

/*
 * One batch: labels [n], probabilities [n,classes], losses [n], and the penalty that each image's
 * loss takes besides. predicted [n] (or NULL) takes the first most probable class of each image.
 */
void tally_batch(struct tally *t, int n, const int32_t *labels, const float *probabilities,
	const float *losses, double penalty, int32_t *predicted);

double tally_loss(const struct tally *t);	/* mean */
/* The metrics of the list, in order, into out. */
void tally_metrics(struct tally *t, const struct kind_list *metrics, double *out);

#endif
