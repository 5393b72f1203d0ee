/* floor: train */
/*
 * Learning-rate schedules: the rate of a step, counted from 0 (doc/keras-semantics.md section 6),
 * each with warmup_epochs: linear from 0 to the rate over that many epochs, the schedule proper
 * beginning after it.
 */
#ifndef TLRUN_SCHEDULE_H
#define TLRUN_SCHEDULE_H

#include "tlrun/field.h"

struct schedule_context {
	double learning_rate;		/* the optimizer's */
	double steps_per_epoch;
	/* of the training: what decay_epochs defaults to, less the warm-up */
	double epochs;
};

struct schedule_options { double warmup_epochs; };	/* first member of every kind's options */

struct schedule_kind {
	struct kind kind;
	/* The rate at `step` steps after the warm-up (step >= 0). */
	double (*rate)(const void *opts, const struct schedule_context *c, double step);
	/* What the field table cannot say, reported in r; NULL: nothing. */
	void (*check)(struct field_reader *r, const struct node *node, const void *opts);
};

extern const struct family family_schedule;	/* FAMILY_TAG "type", bare words, default constant */
/* The rate of step, warm-up included, rounded to float as Keras stores it. */
double schedule_rate(const struct kind_value *schedule, const struct schedule_context *c,
	unsigned long step);

#endif
