/*
 * What the tests of kernels share: numbers, guarded memory, every instruction set and thread count.
 */
#ifndef TLRUN_TESTS_KERNELS_SUPPORT_H
#define TLRUN_TESTS_KERNELS_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* n numbers in [-1, 1], the same for the same seed. */
void fill_random(float *x, size_t n, unsigned seed);
float *new_random(size_t n, unsigned seed);	/* free() it */
double *new_doubles(size_t n);	/* zeros */

/* Fails unless |got - want| <= tolerance * (1 + |want|) everywhere; name says which array. */
void assert_close(const char *name, size_t n, const float *got, const double *want,
	double tolerance);

/* 64-byte aligned memory between two guard zones. */
struct guarded { uint8_t *block; void *data; size_t bytes; };
struct guarded guard_new(size_t bytes);
void guard_check(const char *name, struct guarded *g);	/* fails when written outside */
void guard_free(struct guarded *g);

/*
 * Calls run(ctx), which fills out[bytes] afresh, on every instruction set of this CPU in every
 * schedule, and fails where the bytes differ from "generic" with one thread. Leaves "auto".
 */
void assert_same_everywhere(const char *name, void (*run)(void *ctx), void *ctx, const void *out,
	size_t bytes);

/* The same oracle for every case: c = init + a b in double. */
void naive_gemm(int m, int n, int k, const float *a, ptrdiff_t a_rs, ptrdiff_t a_cs, const float *b,
	ptrdiff_t b_rs, ptrdiff_t b_cs, double *c, ptrdiff_t c_rs);

#endif
