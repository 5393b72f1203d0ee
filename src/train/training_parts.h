/* What the map `training` and the items of `training.phases` share. */
#ifndef TRAIN_TRAINING_PARTS_H
#define TRAIN_TRAINING_PARTS_H

#include "tlrun/trainer.h"

/* Checks of an optimizer and of a schedule, wherever they stand. */
void training_optimizer_check(struct field_reader *r, const struct node *node, void *value);
void training_schedule_check(struct field_reader *r, const struct node *node, void *value);
/* The monitor of a map that was given (early_stopping) is the loss or a metric. */
void training_check_monitor(struct field_reader *r, const struct node *map, const char *monitor,
	const struct evaluation *e);
/* Does it set a rate of its own? A constant one without warm-up is what there is without it. */
bool training_schedule_sets(const struct kind_value *schedule);

/* The warm-up ends before what it runs in ("the training"). place NULL: where it is written. */
bool training_warms_up_too_long(const struct kind_value *schedule, int epochs);
void training_report_warmup(struct field_reader *r, const struct kind_value *schedule,
	const struct node *place, const char *what, int epochs);

extern const struct field phase_fields[];
/* Names of the phases: missing ones are given, none stands twice. */
void phases_check(struct field_reader *r, const struct node *node, void *list);
/* What holds between a phase, the one before it and `training`. */
void phases_check_training(struct field_reader *r, const struct training *t,
	const struct evaluation *e);

#endif
