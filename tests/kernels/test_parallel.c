/*
 * The loop over tiles: every tile once, whoever runs it and however late helpers are; loops inside
 * loops, beside each other and in forked children; shards that cover the batch.
 */
#include <check.h>
#include <float.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kernels/suites.h"
#include "support/schedule.h"
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

static void
doze(long microseconds)
{
	nanosleep(&(struct timespec){ .tv_nsec = microseconds * 1000 }, NULL);
}

/* A loop whose tiles take about as long as its number says, so that all ways of running it come. */
struct work { struct count count; int busy[64]; int shared, naps; long spins; };

static void
work_tile(void *ctx, int i, int thread)
{
	struct work *w = ctx;
	if (__atomic_exchange_n(&w->busy[thread], 1, __ATOMIC_ACQUIRE))
		__atomic_add_fetch(&w->shared, 1, __ATOMIC_RELAXED);
	for (volatile long n = 0; n < w->spins; n++) continue;
	if (w->naps && thread > 0 && (i * 7 + thread) % w->naps == 0) doze(300);
	count_tile(&w->count, i, thread);
	__atomic_store_n(&w->busy[thread], 0, __ATOMIC_RELEASE);
}

static void
work_check(const struct work *w, int tiles)
{
	int wrong = 0;
	for (int i = 0; i < TILES; i++) wrong += w->count.runs[i] != (i < tiles);
	ck_assert_int_eq(wrong + w->count.bad_thread + w->shared, 0);
}

START_TEST(loops_of_any_length_follow_each_other)
{
	static struct work w;
	parallel_set_threads(_i);
	for (int n = 0; n < 3000; n++) {
		const int tiles = n % 7 == 0 ? n % TILES : n % 40;
		w = (struct work){ .spins = (long)(n % 3) * (n % 3) * 100 };
		parallel_for(tiles, work_tile, &w);
		work_check(&w, tiles);
		if (n % 100 == 0) doze(500);	/* helpers fall asleep */
	}
}
END_TEST

START_TEST(late_helpers_change_nothing)
{
	static struct work w;
	parallel_set_threads(_i);
	for (int n = 0; n < 100; n++) {
		w = (struct work){ .spins = 500, .naps = 1 + n % 5 };
		parallel_for(50, work_tile, &w);
		work_check(&w, 50);
	}
}
END_TEST

START_TEST(the_number_of_threads_may_change_between_loops)
{
	static struct work w;
	for (int n = 0; n < 200; n++) {
		parallel_set_threads(1 + n * 5 % 9);
		w = (struct work){ .spins = 1000 };
		parallel_for(60, work_tile, &w);
		work_check(&w, 60);
	}
}
END_TEST

START_TEST(disorder_runs_every_tile_once)
{
	for (int way = 0; way < SCHEDULES; way++) {
		schedule(way);
		for (int tiles = 0; tiles < TILES; tiles += 1 + tiles / 5) {
			struct work w = { .spins = 0 };
			parallel_for(tiles, work_tile, &w);
			work_check(&w, tiles);
		}
	}
	schedule(0);
}
END_TEST

/* ---- loops inside loops and beside each other ---- */

static void
nested_tile(void *ctx, int i, int thread)
{
	struct count *outer = ctx;
	struct work w = { .spins = 0 };
	parallel_for(20, work_tile, &w);
	for (int k = 0; k < 20; k++)
		if (w.count.runs[k] != 1) return;
	count_tile(outer, i, thread);
}

START_TEST(a_tile_may_run_a_loop)
{
	for (int n = 0; n < 20; n++) {
		struct count c = { { 0 }, 0 };
		parallel_set_threads(1 + n % 4);
		parallel_for(TILES, nested_tile, &c);
		for (int i = 0; i < TILES; i++) ck_assert_int_eq(c.runs[i], 1);
		ck_assert_int_eq(c.bad_thread, 0);
	}
}
END_TEST

static void *
beside(void *good)
{
	for (int n = 0; n < 300; n++) {
		struct work w = { .spins = n % 2 * 1000 };
		parallel_for(30, work_tile, &w);
		for (int i = 0; i < 30; i++) *(int *)good &= w.count.runs[i] == 1;
		*(int *)good &= w.shared == 0;
	}
	return NULL;
}

START_TEST(threads_may_run_loops_at_the_same_time)
{
	pthread_t thread[3];
	int good[4] = { 1, 1, 1, 1 };
	parallel_set_threads(3);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&thread[i], NULL, beside, &good[i]), 0);
	beside(&good[3]);
	for (int i = 0; i < 3; i++) pthread_join(thread[i], NULL);
	for (int i = 0; i < 4; i++) ck_assert_int_eq(good[i], 1);
}
END_TEST

/* Exit code 0 when a loop in this forked child is right, and one more with other helpers. */
static int
child_loops(int threads)
{
	for (int n = 0; n < 100; n++) {
		struct work w = { .spins = 1000 };
		parallel_set_threads(n < 50 ? parallel_threads() : threads);
		parallel_for(TILES, work_tile, &w);
		for (int i = 0; i < TILES; i++)
			if (w.count.runs[i] != 1) return 1;
	}
	return 0;
}

static void
child_check(pid_t pid)
{
	int how = -1;
	ck_assert_int_gt(pid, 0);
	ck_assert_int_eq(waitpid(pid, &how, 0), pid);
	ck_assert_int_eq(how, 0);
}

START_TEST(a_forked_child_may_run_loops)
{
	parallel_set_threads(3);
	for (int n = 0; n < 20; n++) {
		struct work w = { .spins = 1000 };
		parallel_for(TILES, work_tile, &w);
		if (n % 2) doze(200);	/* helpers spin, or sleep */
		const pid_t pid = fork();
		if (pid == 0) _exit(child_loops(4));
		child_check(pid);
	}
}
END_TEST

/* A sanitizer's own memory cannot be limited. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
	__has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
enum { MEMORY_CAN_BE_LIMITED = 0 };
#else
enum { MEMORY_CAN_BE_LIMITED = 1 };
#endif

/* There is no memory for the stacks of threads. */
START_TEST(where_no_thread_starts_loops_run_all_the_same)
{
	const pid_t pid = fork();
	if (pid == 0) {
		const struct rlimit none = { 0, 0 };
		if (MEMORY_CAN_BE_LIMITED) setrlimit(RLIMIT_AS, &none);
		_exit(child_loops(60));
	}
	child_check(pid);
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
	tcase_add_loop_test(t, loops_of_any_length_follow_each_other, 1, 8);
	tcase_add_loop_test(t, late_helpers_change_nothing, 2, 6);
	tcase_add_test(t, the_number_of_threads_may_change_between_loops);
	tcase_add_test(t, disorder_runs_every_tile_once);
	tcase_add_test(t, a_tile_may_run_a_loop);
	tcase_add_test(t, threads_may_run_loops_at_the_same_time);
	tcase_add_test(t, a_forked_child_may_run_loops);
	tcase_add_test(t, where_no_thread_starts_loops_run_all_the_same);
	tcase_add_test(t, no_tiles_run_nothing);
	tcase_add_test(t, zero_threads_take_the_machine);
	tcase_add_test(t, denormals_are_zero_inside_a_tile_and_nowhere_else);
	tcase_add_test(t, shards_cover_the_batch_in_order);
	suite_add_tcase(s, t);
	return s;
}
