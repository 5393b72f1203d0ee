/* Small networks from a few lines of YAML, run for a test. */
#ifndef SUPPORT_TINY_H
#define SUPPORT_TINY_H

#include "tlrun/arena.h"
#include "tlrun/diag.h"
#include "tlrun/exec.h"
#include "tlrun/str.h"

struct tiny {
	struct arena *arena;
	struct diags *diags;
	struct field_reader reader;
	struct net *net;	/* NULL: errors are in diags */
};

/*
 * Build a network from `yaml`, the list under `layers:` (lines "- flatten"). Ends the test when
 * it does not parse.
 */
void tiny_build(struct tiny *t, const char *yaml, struct shape input, int classes, int batch);
/* The same, and the test fails with the errors when there are any. */
void tiny_open(struct tiny *t, const char *yaml, struct shape input, int classes, int batch);
void tiny_close(struct tiny *t);

/* A run of a tiny network: plan, memory, parameters. Everything is the arena's. */
struct tiny_run {
	struct plan *plan;
	struct exec *exec;
	float *params, *grads, *workspace;
};
void tiny_start(struct tiny *t, struct tiny_run *r, const struct plan_options *o,
	const float *params);
/* Parameters from the fill below, moving variances around 1. */
float *tiny_params(struct tiny *t);

/* 64-byte aligned floats of the arena, every byte 0xff (a NaN) before they are written. */
float *tiny_floats(struct arena *a, size_t n);
/* n values between -0.5 and 0.5, no two alike nearby; which chooses the sequence. */
void tiny_fill(float *v, size_t n, int which);
double *tiny_doubles(struct arena *a, const float *v, size_t n);

#endif
