/* The self-check of `tlrun doctor`. Used in src/cli/ only. */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include <stdbool.h>

#include "tlrun/error.h"

struct arena;

struct doctor_check {
	/* largest difference from finite differences, relative to the largest gradient */
	double gradient;
	bool gradient_ok;
	bool bits_ok;
	const char *compared;		/* "generic avx2 avx512, 1 to 4 threads" */
};

/* Leaves another instruction set and thread count selected than it found. */
enum status doctor_run(struct arena *a, struct doctor_check *c, struct err *e);

#endif
