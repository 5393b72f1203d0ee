/* Runs of the program that are killed or meet faults, and what they must leave. */
#ifndef TESTS_FAULTS_TRIAL_H
#define TESTS_FAULTS_TRIAL_H

#include <stdbool.h>
#include <sys/resource.h>

/* A run that takes so many seconds hangs, which ends the test. */
enum { TRIAL_KINDS = 3, TRIAL_SKIPPED = 77, TRIAL_HANG = 1800 };

/* The experiments: from scratch, frozen with kept features, fine-tuned in phases from another. */
extern const char *const trial_name[TRIAL_KINDS];

/* How a run of the program ended: exit is -1 where a signal ended it. */
struct trial_end {
	int exit, signal;
	double seconds;
	char text[4096];	/* stderr, from its beginning */
};

/* A folder of its own with the experiments, which the program then is in; false where it cannot
 * be. */
bool trial_begin(void);
void trial_finish(void);

/* Files of the runs to come may grow to so many bytes. */
void trial_limit(rlim_t bytes);

/* Variables of the environment that the runs to come are given: "" and NULL take them away. */
void trial_set(const char *name, const char *value);

/*
 * One run of an experiment into a results folder. after >= 0: send it the signal number after so
 * many seconds. Ends the test where it cannot be started.
 */
struct trial_end trial_run(const char *name, const char *results, int threads, double after,
	int number);

/* The results folder begins anew as another's copy; NULL: as that of the source alone. */
void trial_fresh(const char *results, const char *from);
/* Result files of an experiment and nothing that a run in progress has, byte by byte those of the
 * other. Where not, the difference is printed. */
bool trial_same(const char *name, const char *results, const char *reference);
/* The same of the files of the run alone: the reports may still be missing. */
bool trial_files_same(const char *name, const char *results, const char *reference);
/* Whether there is a record of a finished run. */
bool trial_done(const char *name, const char *results);
/* Whether what only a run in progress has lies beside it. */
bool trial_left(const char *name, const char *results);
/* The path of the checkpoint, "" where there is none. */
const char *trial_checkpoint(const char *name, const char *results);

/* Equally spread in [0,1), the same in every run of the test. */
double trial_random(void);

#endif
