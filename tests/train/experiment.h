/* The `training` and `evaluation` maps of an experiment, read from YAML for a test. */
#ifndef TLRUN_TESTS_TRAIN_EXPERIMENT_H
#define TLRUN_TESTS_TRAIN_EXPERIMENT_H

#include "tlrun/arena.h"
#include "tlrun/trainer.h"

struct experiment_text {
	struct arena *arena;
	struct diags *diags;
	struct field_reader reader;
	struct node *root;
	struct training training;
	struct evaluation evaluation;
};

/* Read both maps, with all checks; errors are left in diags. */
void experiment_read(struct experiment_text *x, const char *yaml);
/* The same, and the test fails with the errors when there are any. */
void experiment_open(struct experiment_text *x, const char *yaml);
void experiment_close(struct experiment_text *x);

/* The yaml is refused, and what is said contains words. */
void experiment_refused(const char *yaml, const char *words);

#endif
