/* What the learning-rate schedules share. */
#ifndef TRAIN_SCHEDULE_OPTIONS_H
#define TRAIN_SCHEDULE_OPTIONS_H

#include <float.h>

#include "tlrun/schedule.h"

#define SCHEDULE_FIELDS                                                                            \
	FIELD_REAL(struct schedule_options, warmup_epochs, .preset = 0, .min = 0, .max = 1e6,          \
		.unit = "epochs", .doc = "rise from 0 to the rate before the schedule begins")

/* How long it takes; 0 when not given: all that is left after the warm-up. */
#define SCHEDULE_DECAY_EPOCHS(S)                                                                   \
	FIELD_REAL(S, decay_epochs, .optional = true, .min = 0, .min_open = true, .max = 1e6,          \
		.unit = "epochs", .doc = "length of the decay; not given: all after the warm-up")

/*
 * Boundaries fall on steps. Lengths are decimal numbers of epochs, and in doubles 1.1 epochs of 50
 * steps are slightly more than 55 steps. So a boundary that is less than a millionth of a step
 * away from a step is at that step.
 */
#define SCHEDULE_NEAR 1e-6

/* Epochs as steps, whole where they are near a whole number of steps. */
double schedule_length(const struct schedule_context *c, double epochs);
/* How many times `length` steps (> 0) have passed at `step`; a multiple near it has passed. */
double schedule_passed(double step, double length);
/* Steps of decay_epochs, or of what is left after the warm-up when it is 0; at least 1. */
double schedule_steps(const struct schedule_options *o, const struct schedule_context *c,
	double decay_epochs);

extern const struct schedule_kind schedule_constant, schedule_cosine, schedule_cosine_restarts,
	schedule_exponential, schedule_linear, schedule_piecewise, schedule_polynomial, schedule_step;

#endif
