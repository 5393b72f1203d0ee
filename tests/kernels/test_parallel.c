/* The loop over tiles: every tile once, shards that cover the batch, thread numbers in range. */
#include <check.h>
#include <float.h>

#include "kernels/suites.h"
#include "tlrun/parallel.h"

enum { TILES = 1000 };

struct count { int runs[TILES]; int bad_thread; };

static void
count_tile(void *ctx, int i, int thread)
{
	struct count *c = ctx;
	__atomic_add_fetch(&c->runs[i], 1, __ATOMIC_RELAXED);
	if (thread < 0 || thread >= parallel_threads())
		__atomic_add_fetch(&c->bad_thread, 1, __ATOMIC_RELAXED);
}

START_TEST(every_tile_runs_once)
{
	for (int threads = 1; threads <= 4; threads++) {
		struct count c = { { 0 }, 0 };
		parallel_set_threads(threads);
		ck_assert_int_eq(parallel_threads(), threads);
		parallel_for(TILES, count_tile, &c);
		for (int i = 0; i < TILES; i++) ck_assert_int_eq(c.runs[i], 1);
		ck_assert_int_eq(c.bad_thread, 0);
	}
}
END_TEST

START_TEST(no_tiles_run_nothing)
{
	struct count c = { { 0 }, 0 };
	parallel_for(0, count_tile, &c);
	ck_assert_int_eq(c.runs[0], 0);
}
END_TEST

START_TEST(zero_threads_take_the_machine)
{
	parallel_set_threads(7);
	parallel_set_threads(0);
	ck_assert_int_eq(parallel_threads(), parallel_cores());
	ck_assert_int_ge(parallel_cores(), 1);
}
END_TEST

static void
halve_tile(void *ctx, int i, int thread)
{
	volatile float smallest = FLT_MIN, half = 0.5f;
	(void)thread;
	((float *)ctx)[i] = smallest * half;
}

START_TEST(denormals_are_zero_inside_a_tile_and_nowhere_else)
{
	float got[64];
	volatile float smallest = FLT_MIN, half = 0.5f;
	for (int threads = 1; threads <= 4; threads++) {
		parallel_set_threads(threads);
		for (int i = 0; i < 64; i++)
			got[i] = -1;
		parallel_for(64, halve_tile, got);
		for (int i = 0; i < 64; i++)
			ck_assert(got[i] == 0);
		ck_assert(smallest * half > 0);
	}
}
END_TEST

START_TEST(shards_cover_the_batch_in_order)
{
	for (int n = 0; n < 200; n++) {
		int next = 0;
		for (int s = 0; s < PARALLEL_SHARDS; s++) {
			const struct shard r = parallel_shard(n, s);
			ck_assert_int_eq(r.first, next);
			ck_assert_int_ge(r.last, r.first);
			ck_assert_int_le(r.last - r.first, n / PARALLEL_SHARDS + 1);
			next = r.last;
		}
		ck_assert_int_eq(next, n);
	}
}
END_TEST

Suite *
suite_parallel(void)
{
	Suite *s = suite_create("parallel");
	TCase *t = tcase_create("parallel");
	tcase_add_test(t, every_tile_runs_once);
	tcase_add_test(t, no_tiles_run_nothing);
	tcase_add_test(t, zero_threads_take_the_machine);
	tcase_add_test(t, denormals_are_zero_inside_a_tile_and_nowhere_else);
	tcase_add_test(t, shards_cover_the_batch_in_order);
	suite_add_tcase(s, t);
	return s;
}
