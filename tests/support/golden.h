/*
 * Golden numbers: reads tests/golden/AREA.txt (its README.md says what the files hold) and
 * compares.
 *
 * What is missing or malformed fails the running test. Names are full names, "n3_4_x1.y" stands for
 * the line "n3_4_x1.y.values" or "n3_4_x1.y.digest" in golden_check.
 */
#ifndef TLRUN_TESTS_SUPPORT_GOLDEN_H
#define TLRUN_TESTS_SUPPORT_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct golden_line {
	char *name;
	size_t n;
	double *v;
};

struct golden {
	char area[64];
	size_t lines;
	struct golden_line *line;
};

/* The file AREA.txt, whole. Lines of text (those that start with |) are left out. */
struct golden *golden_open(const char *area);
void golden_close(struct golden *g);

/* The line of this name, or NULL. */
const struct golden_line *golden_find(const struct golden *g, const char *name);
/* The values of the line "CASE.what", which must be there and be n (0: any number). */
const double *golden_values(const struct golden *g, const char *of, const char *what, size_t n);
double golden_value(const struct golden *g, const char *of, const char *what);	/* a single one */

/*
 * The i-th case that has a line "CASE.what" and whose name starts with prefix: its CASE, to be used
 * before the next call. NULL behind the last.
 */
const char *golden_case(const struct golden *g, const char *prefix, const char *what, size_t i);

/*
 * got[n] against the tensor "CASE.what": values within tolerance of the largest; a digest's sums
 * within tolerance of its sum of absolute values, its first and last values within tolerance of the
 * largest.
 */
void golden_check(const struct golden *g, const char *of, const char *what, size_t n,
	const float *got, double tolerance);

/* The fills P(shape;a,b,m) and U(k), rounded to float32. */
void golden_fill_p(float *x, size_t n, int a, int b, int m);
void golden_fill_u(float *x, size_t n, int k);

#endif
