/* floor: train */
/*
 * What watches the epochs: early stopping and the plateau rule, as Keras's callbacks
 * (doc/keras-semantics.md section 7). Plain state that a checkpoint can hold.
 */
#ifndef TLRUN_CALLBACK_H
#define TLRUN_CALLBACK_H

#include "tlrun/field.h"

enum monitor_mode { MODE_AUTO, MODE_MIN, MODE_MAX };

struct early_stopping {			/* options */
	bool given;					/* the map stood in the file */
	const char *monitor;
	int mode;
	int patience;
	double min_delta;
	double baseline; bool has_baseline;
	int start_from_epoch;
	bool restore_best_weights;	/* preset true */
};
struct early_stopping_state {
	int wait, best_epoch;		/* best_epoch -1: none yet */
	double best;
	bool stopped;
};
enum early_verdict { EARLY_GO_ON, EARLY_BEST, EARLY_STOP };
/* EARLY_BEST: this epoch's weights are to be kept. lower: the monitor's direction in mode auto. */
enum early_verdict early_stopping_epoch(const struct early_stopping *o,
	struct early_stopping_state *s, int epoch, double value, bool lower);

struct plateau {				/* options of reduce_lr_on_plateau */
	bool given;
	const char *monitor;
	double factor;
	int patience;
	int mode;
	double min_delta;
	int cooldown;
	double min_lr;
};
struct plateau_state { double best; bool has_best; int cooldown, wait; };
/* The rate for the next epoch, given this epoch's value and rate (float32 values, as Keras keeps
 * them). */
double plateau_epoch(const struct plateau *o, struct plateau_state *s, double value, double rate,
	bool lower);

extern const struct field early_stopping_fields[], plateau_fields[];

#endif
