/* Threads that help with loops (team.h). */
#include "kernels/team.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#include "kernels/denormals.h"

enum {
	TEAM_MOST = 1024,			/* threads */
	TEAM_SPIN = 20000,			/* ns that a waiting thread spins before it sleeps */
	TEAM_LOOKS = 32,			/* at what it waits for, between two looks at the clock */
	TEAM_LINE = 64				/* bytes of a cache line, which two threads should not share */
};

/*
 * The ticket is the number of the loop, and in its lower half how many of the loop's tiles nobody
 * has claimed. A claim takes one away, and fails when the ticket has changed. So a helper that was
 * stopped anywhere in claim() cannot take a tile of a later loop for one of the loop it read: the
 * loop's members are written only while no tile is left of the one before and none is unfinished.
 */
struct team {
	_Alignas(TEAM_LINE) _Atomic uint64_t ticket;
	_Alignas(TEAM_LINE) _Atomic(parallel_tile *) tile;
	_Atomic(void *) ctx;
	_Atomic int tiles;
	_Atomic bool wake;
	_Alignas(TEAM_LINE) _Atomic int finished;	/* tiles of this loop, by helpers */
	_Alignas(TEAM_LINE) _Atomic int asleep;		/* helpers that nobody has woken */
	_Atomic bool waiting;						/* the calling thread sleeps */
	_Atomic bool stop;
	/* Under the lock: */
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	int calls;									/* to helpers that have not woken up yet */
	/* Of the calling thread: */
	int threads, helpers;
	pthread_t helper[TEAM_MOST];
};

static struct team team = { .lock = PTHREAD_MUTEX_INITIALIZER, .work = PTHREAD_COND_INITIALIZER,
	.done = PTHREAD_COND_INITIALIZER };

static _Thread_local int team_self;

int
team_thread(void)
{
	return team_self;
}

int64_t
team_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int
team_asleep(void)
{
	return atomic_load(&team.asleep);
}

int
team_awake(void)
{
	return team.helpers - team_asleep();
}

static uint32_t
team_loop(uint64_t ticket)
{
	return (uint32_t)(ticket >> 32);
}

static void
team_relax(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#elif defined(__aarch64__)
	__asm__ volatile("yield");
#endif
}

/* Spin until ready(to), for some time only; false when that is over. */
static inline bool
team_spin(bool (*ready)(uint32_t to), uint32_t to)
{
	const int64_t end = team_clock() + TEAM_SPIN;
	do {
		for (int i = 0; i < TEAM_LOOKS; i++) {
			if (ready(to)) return true;
			team_relax();
		}
	} while (team_clock() < end);
	return false;
}

static bool
team_loop_is_new(uint32_t seen)
{
	return team_loop(atomic_load_explicit(&team.ticket, memory_order_acquire)) != seen;
}

static bool
team_has_finished(uint32_t tiles)
{
	return (uint32_t)atomic_load_explicit(&team.finished, memory_order_acquire) == tiles;
}

struct team_claim { parallel_tile *tile; void *ctx; int i; uint32_t loop; };

/* The next tile; false when no tile is left, with the number of the loop that has none. */
static bool
team_take(struct team_claim *c)
{
	uint64_t ticket = atomic_load_explicit(&team.ticket, memory_order_acquire);
	for (;;) {
		const int left = (int)(uint32_t)ticket;
		c->loop = team_loop(ticket);
		if (left == 0) return false;
		c->tile = atomic_load_explicit(&team.tile, memory_order_relaxed);
		c->ctx = atomic_load_explicit(&team.ctx, memory_order_relaxed);
		c->i = atomic_load_explicit(&team.tiles, memory_order_relaxed) - left;
		if (atomic_compare_exchange_weak_explicit(&team.ticket, &ticket, ticket - 1,
				memory_order_acq_rel, memory_order_acquire))
			return true;
	}
}

/* Call one sleeper; who comes calls the next. */
static void
team_call(void)
{
	if (atomic_load(&team.asleep) == 0) return;
	pthread_mutex_lock(&team.lock);
	if (atomic_load(&team.asleep) > 0) {
		atomic_fetch_sub(&team.asleep, 1);
		team.calls++;
		pthread_cond_signal(&team.work);
	}
	pthread_mutex_unlock(&team.lock);
}

/* Claim and run tiles until none is left; how many. */
static int
team_work(struct team_claim *c)
{
	int n = 0;
	for (; team_take(c); n++) {
		if (n == 0 && team_self > 0 && atomic_load_explicit(&team.wake, memory_order_relaxed))
			team_call();
		c->tile(c->ctx, c->i, team_self);
	}
	return n;
}

/* Sleep until somebody calls, unless a loop has come since loop number seen. */
static void
team_sleep(uint32_t seen)
{
	pthread_mutex_lock(&team.lock);
	atomic_fetch_add(&team.asleep, 1);
	if (team_loop(atomic_load(&team.ticket)) != seen) atomic_fetch_sub(&team.asleep, 1);
	else {
		while (team.calls == 0) pthread_cond_wait(&team.work, &team.lock);
		team.calls--;
	}
	pthread_mutex_unlock(&team.lock);
}

static void *
team_help(void *thread)
{
	struct team_claim c;
	team_self = (int)(intptr_t)thread;
	denormals_flush();
	while (!atomic_load(&team.stop)) {
		const int n = team_work(&c);
		if (n > 0) {
			atomic_fetch_add(&team.finished, n);
			if (atomic_load(&team.waiting)) {
				pthread_mutex_lock(&team.lock);
				pthread_cond_signal(&team.done);
				pthread_mutex_unlock(&team.lock);
			}
		}
		if (!team_spin(team_loop_is_new, c.loop)) team_sleep(c.loop);
	}
	return NULL;
}

/* Until helpers have finished so many tiles of this loop, all of which they have begun. */
static void
team_wait(int tiles)
{
	if (team_spin(team_has_finished, (uint32_t)tiles)) return;
	pthread_mutex_lock(&team.lock);
	atomic_store(&team.waiting, true);
	while (atomic_load(&team.finished) != tiles) pthread_cond_wait(&team.done, &team.lock);
	atomic_store(&team.waiting, false);
	pthread_mutex_unlock(&team.lock);
}

static void
team_publish(int tiles)
{
	const uint64_t loop = team_loop(atomic_load_explicit(&team.ticket, memory_order_relaxed));
	atomic_store(&team.ticket, (loop + 1) << 32 | (uint32_t)tiles);
}

int64_t
team_run(int tiles, parallel_tile *tile, void *ctx, bool wake)
{
	atomic_store_explicit(&team.tile, tile, memory_order_relaxed);
	atomic_store_explicit(&team.ctx, ctx, memory_order_relaxed);
	atomic_store_explicit(&team.tiles, tiles, memory_order_relaxed);
	atomic_store_explicit(&team.wake, wake, memory_order_relaxed);
	atomic_store_explicit(&team.finished, 0, memory_order_relaxed);
	team_publish(tiles);
	if (wake) team_call();
	const int64_t start = team_clock();
	struct team_claim c;
	const int own = team_work(&c);
	const int64_t spent = team_clock() - start;
	if (own < tiles) team_wait(tiles - own);
	return own > 0 ? (int64_t)((double)spent * tiles / own) : 0;
}

/* A forked child has its own thread alone; what the others held is free. */
static void
team_forget(void)
{
	static const pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	static const pthread_cond_t none = PTHREAD_COND_INITIALIZER;
	team.lock = lock;
	team.work = team.done = none;
	team.threads = team.helpers = team.calls = 0;
	atomic_store(&team.asleep, 0);
}

static void
team_dismiss(void)
{
	atomic_store(&team.stop, true);
	pthread_mutex_lock(&team.lock);
	team_publish(0);
	atomic_store(&team.asleep, 0);
	team.calls = team.helpers;
	pthread_cond_broadcast(&team.work);
	pthread_mutex_unlock(&team.lock);
	for (int i = 0; i < team.helpers; i++) pthread_join(team.helper[i], NULL);
	team.helpers = team.calls = 0;
	atomic_store(&team.asleep, 0);
	atomic_store(&team.stop, false);
}

/* Signals are the program's own threads' business; those of a thread's own faults stay. */
static void
team_block_signals(sigset_t *before)
{
	sigset_t all;
	sigfillset(&all);
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGFPE);
	sigdelset(&all, SIGILL);
	pthread_sigmask(SIG_SETMASK, &all, before);
}

void
team_resize(int threads)
{
	static bool forgets;
	if (team.threads == threads) return;
	if (!forgets) forgets = pthread_atfork(NULL, NULL, team_forget) == 0;
	team_dismiss();
	team.threads = threads;
	sigset_t before;
	team_block_signals(&before);
	for (int i = 1; i < threads && i < TEAM_MOST; i++) {
		if (pthread_create(&team.helper[i - 1], NULL, team_help, (void *)(intptr_t)i) != 0) break;
		team.helpers = i;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}
