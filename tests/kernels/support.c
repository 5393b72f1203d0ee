/* What the tests of kernels share. */
#include "kernels/support.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/schedule.h"
#include "tlrun/kernels.h"
#include "tlrun/parallel.h"

void
fill_random(float *x, size_t n, unsigned seed)
{
	uint64_t s = seed * 0x9e3779b97f4a7c15ull + 0x1234567ull;
	for (size_t i = 0; i < n; i++) {
		s = s * 6364136223846793005ull + 1442695040888963407ull;
		x[i] = (float)((double)(s >> 40) / 8388608.0 - 1.0);
	}
}

float *
new_random(size_t n, unsigned seed)
{
	float *x = malloc((n + 1) * sizeof *x);
	ck_assert_ptr_nonnull(x);
	fill_random(x, n, seed);
	return x;
}

double *
new_doubles(size_t n)
{
	double *x = calloc(n + 1, sizeof *x);
	ck_assert_ptr_nonnull(x);
	return x;
}

void
assert_close(const char *name, size_t n, const float *got, const double *want, double tolerance)
{
	for (size_t i = 0; i < n; i++)
		if (!(fabs(got[i] - want[i]) <= tolerance * (1 + fabs(want[i]))))
			ck_abort_msg("%s: element %zu of %zu is %.9g, expected %.9g", name, i, n, got[i],
				want[i]);
}

enum { GUARD = 4096, GUARD_BYTE = 0xa5 };

struct guarded
guard_new(size_t bytes)
{
	struct guarded g = { .bytes = bytes };
	const size_t all = (bytes + 2 * GUARD + 63) / 64 * 64;
	g.block = aligned_alloc(64, all);
	ck_assert_ptr_nonnull(g.block);
	memset(g.block, GUARD_BYTE, all);
	g.data = g.block + GUARD;
	memset(g.data, 0xff, bytes);	/* not-a-numbers: stale scratch must not matter */
	return g;
}

void
guard_check(const char *name, struct guarded *g)
{
	for (size_t i = 0; i < GUARD; i++) {
		if (g->block[i] != GUARD_BYTE) ck_abort_msg("%s: written before its start", name);
		if (g->block[GUARD + g->bytes + i] != GUARD_BYTE)
			ck_abort_msg("%s: written %zu bytes behind its end", name, i);
	}
}

void
guard_free(struct guarded *g)
{
	free(g->block);
}

void
assert_same_everywhere(const char *name, void (*run)(void *ctx), void *ctx, const void *out,
	size_t bytes)
{
	static const char *const sets[] = { "generic", "avx2", "avx512" };
	void *want = malloc(bytes + 1);
	ck_assert_ptr_nonnull(want);
	bool first = true;
	for (size_t s = 0; s < sizeof sets / sizeof *sets; s++) {
		if (!strstr(kern_isa_list(), sets[s])) continue;
		ck_assert_int_eq(kern_select(sets[s], NULL), OK);
		for (int way = 0; way < SCHEDULES; way++) {
			const int threads = schedule(way);
			run(ctx);
			if (first) memcpy(want, out, bytes);
			else if (memcmp(want, out, bytes) != 0)
				ck_abort_msg("%s: other bits with %s, %d threads", name, sets[s], threads);
			first = false;
		}
	}
	free(want);
	ck_assert_int_eq(kern_select("auto", NULL), OK);
	schedule(0);
	parallel_set_threads(0);
}

void
naive_gemm(int m, int n, int k, const float *a, ptrdiff_t a_rs, ptrdiff_t a_cs, const float *b,
	ptrdiff_t b_rs, ptrdiff_t b_cs, double *c, ptrdiff_t c_rs)
{
	for (int i = 0; i < m; i++)
		for (int j = 0; j < n; j++)
			for (int p = 0; p < k; p++)
				c[i * c_rs + j] += (double)a[i * a_rs + p * a_cs] * b[p * b_rs + j * b_cs];
}
