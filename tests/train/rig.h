/* A whole small training from a YAML text: data drawn from the seed, network, trainer. */
#ifndef TLRUN_TESTS_TRAIN_RIG_H
#define TLRUN_TESTS_TRAIN_RIG_H

#include "tlrun/trainer.h"
#include "train/experiment.h"

enum { RIG_PHASES = 4 };

struct rig {
	struct experiment_text x;
	struct kind_value dataset;
	struct loader *loader;
	struct net *net;				/* of the first phase */
	struct trainer_phase phase[RIG_PHASES];
	struct trainer_setup setup;		/* may be changed before rig_plan */
	struct trainer_events events;
	struct trainer *trainer;
	struct trainer_memory memory;
	struct trainer_result result;
	struct err err;
	int stop_after;					/* steps in this process until it is stopped; -1: never */
	int steps;						/* taken in this process */
	double accuracy;				/* of the epoch, as the last step event said */
	void (*on_step)(struct rig *r);	/* may be NULL */
	/* where to copy the checkpoint that a run killed after so many steps leaves; may be NULL */
	const char *left;
	int left_after;
	void (*on_note)(struct rig *r);
	char stages[512];				/* in their order, a blank behind each */
	char notes[2048];				/* likewise, a line each */
	int passed;						/* images of which features were computed */
	int stop_passed;				/* so many of a part's stop the run; -1: never */
	int phases_seen;				/* bits of those that began */
};

/* Read yaml and the training set, build the network; the setup has seed 1 and no checkpoint. */
void rig_open(struct rig *r, const char *yaml);
/* Freeze in the first phase the layers whose names stand in the list, blanks between, no others. */
void rig_freeze(struct rig *r, const char *frozen);
/* One more phase: `training` from YAML, and the same layers frozen as by rig_freeze. */
struct trainer_phase *rig_phase(struct rig *r, const char *training, const char *frozen);
void rig_plan(struct rig *r);
/* rig_plan and trainer_run. */
enum status rig_run(struct rig *r);
void rig_ran(struct rig *r);		/* the same, and it must end well */
void rig_close(struct rig *r);

/* Everything that must not depend on stops, threads or instruction sets is the same, bit by bit. */
void rig_same(const struct rig *a, const struct rig *b);

#endif
