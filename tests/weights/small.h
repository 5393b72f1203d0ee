/* The small network of tests/golden/make_weights.py, and its files. */
#ifndef WEIGHTS_SMALL_H
#define WEIGHTS_SMALL_H

#include "support/tiny.h"
#include "tlrun/weights.h"

struct small {
	struct tiny tiny;
	struct weights_target target;	/* all but pool, drop and pred; no older names */
	int params;						/* of the target */
};

void small_open(struct small *s);
void small_close(struct small *s);

/* The path of a file that make_weights.py wrote. */
const char *small_file(struct small *s, const char *name);
/* Open such a file without a cache; the test fails when it cannot be. */
struct weights_file *small_weights(struct small *s, const char *name);
/* The test fails unless the binding is whole and fills the target with the known numbers. */
void small_same(struct small *s, const struct weights_file *f, const struct weights_binding *b);

#endif
