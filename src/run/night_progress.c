/* How far a batch has come, and when it will end. */
#include "tlrun/night_progress.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/record.h"
#include "tlrun/rundir.h"

/* How many done runs' times are read: of a configuration, and of a whole batch. */
enum { LOOK_OF_ONE = 3, LOOK_OF_ALL = 192 };

const char *const night_state_name[NIGHT_STATES] = { "done", "running", "failed", "interrupted",
	"waiting" };

/* A batch while it is looked at. */
struct look {
	struct arena *a;
	const char *results;
	const struct night *night;
	struct timespec began;		/* of the batch, by the clock of the results folder */
	struct night_progress *p;
	const struct night_run *config_of;	/* the last run looked at, and its configuration's folder */
	const char *config;
	int times;					/* read */
	double taken, thought;		/* seconds of those whose estimate was known */
};

static bool
look_since(const struct look *l, const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0) return false;
	if (st.st_mtim.tv_sec != l->began.tv_sec) return st.st_mtim.tv_sec > l->began.tv_sec;
	return st.st_mtim.tv_nsec >= l->began.tv_nsec;
}

/* As rundir_new's, the configuration's part made once for all its seeds: there are thousands. */
static const char *
look_folder(struct look *l, const struct night_run *r)
{
	char seed[32];
	const struct night_run *last = l->config_of;
	if (!last || strcmp(last->config_hash, r->config_hash) != 0 || strcmp(last->name, r->name) != 0)
		l->config = rundir_new(l->a, l->results, r->name, r->config_hash, r->seed)->config;
	l->config_of = r;
	snprintf(seed, sizeof seed, "seed-%llu", (unsigned long long)r->seed);
	return path_join(l->a, l->config, seed);
}

/* What stands in a run's folder from before the batch began is what the batch is to do again. */
static void
look_run(struct look *l, const struct night_run *r, struct night_run_progress *p)
{
	char result[PATH_MAX];
	p->folder = look_folder(l, r);
	p->state = NIGHT_DONE;
	const int n = snprintf(result, sizeof result, "%s/result.json", p->folder);
	if (r->done || (n < (int)sizeof result && look_since(l, result))) return;
	p->state = NIGHT_WAITING;
	if (!run_state_read(l->a, p->folder, &p->told)) return;
	if (!strcmp(p->told.state, "running")) p->state = NIGHT_RUNNING;
	else if (!look_since(l, path_join(l->a, p->folder, "state.json"))) return;
	else p->state = !strcmp(p->told.state, "failed") ? NIGHT_FAILED : NIGHT_INTERRUPTED;
}

/* Seconds that a done run took; NaN: unknown. */
static double
look_time(struct look *l, size_t i)
{
	struct timing t;
	struct err none = ERR_INIT;
	if (l->times >= LOOK_OF_ALL) return NAN;
	l->times++;
	if (timing_read(path_join(l->a, l->p->run[i].folder, "timing.json"), l->a, &t, &none) != OK)
		return NAN;
	return t.seconds_total;
}

/* Seconds that a whole run takes at the pace of one that is, or was, under way; NaN: unknown. */
static double
look_pace(const struct night_run_progress *p)
{
	const double did = p->told.share - p->told.share_before;
	return did > 0 && p->told.seconds > 0 ? p->told.seconds / did : NAN;
}

/* Seconds of a whole run as this one shows them; NaN: it does not. */
static double
look_whole(struct look *l, size_t i)
{
	const struct night_run_progress *p = &l->p->run[i];
	return p->state == NIGHT_DONE ? look_time(l, i) : look_pace(p);
}

/*
 * The mean over some runs of the configuration that begins at run i and ends before end: of done
 * ones; where there are none, of those under way.
 */
static double
look_mean(struct look *l, size_t i, size_t end)
{
	double sum = 0;
	int found = 0;
	for (int pass = 0; pass < 2 && !found; pass++)
		for (size_t k = i; k < end && found < LOOK_OF_ONE; k++) {
			if ((l->p->run[k].state == NIGHT_DONE) != (pass == 0)) continue;
			const double s = look_whole(l, k);
			if (!isfinite(s)) continue;
			sum += s;
			found++;
			if (l->night->run[k].seconds > 0)
				l->taken += s, l->thought += l->night->run[k].seconds;
		}
	return found ? sum / found : NAN;
}

/* What one run has left, where a whole one takes so long. */
static double
look_left(const struct night_run_progress *p, double whole)
{
	const double pace = look_pace(p);
	switch (p->state) {
	case NIGHT_DONE:
	case NIGHT_FAILED:
	case NIGHT_STATES: return 0;
	case NIGHT_RUNNING:
		if (isfinite(pace)) return pace * (1 - p->told.share);
		return isfinite(whole) ? fmax(whole - p->told.seconds, 0) : NAN;
	case NIGHT_INTERRUPTED: return (isfinite(pace) ? pace : whole) * (1 - p->told.share);
	case NIGHT_WAITING: break;
	}
	return whole;
}

/* Runs of one configuration stand together. mean[i]: of a done run of i's configuration. */
static void
look_means(struct look *l, double *mean)
{
	const struct night *n = l->night;
	for (size_t i = 0, end; i < n->n; i = end) {
		for (end = i + 1; end < n->n; end++)
			if (strcmp(n->run[end].config_hash, n->run[i].config_hash) != 0) break;
		mean[i] = look_mean(l, i, end);
		for (size_t k = i + 1; k < end; k++)
			mean[k] = mean[i];
	}
}

static void
look_ahead(struct look *l)
{
	const struct night *n = l->night;
	double *mean = ARENA_ARRAY(l->a, double, n->n);
	double *seconds = ARENA_ARRAY(l->a, double, n->n);
	size_t busy = 0, rows = 0;
	look_means(l, mean);
	const double off = l->thought > 0 ? l->taken / l->thought : 1;
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < n->n; i++) {
			struct night_run_progress *p = &l->p->run[i];
			if ((p->state == NIGHT_RUNNING) != (pass == 0)) continue;
			p->left = look_left(p, isfinite(mean[i]) ? mean[i] : n->run[i].seconds * off);
			if (p->state == NIGHT_DONE || p->state == NIGHT_FAILED) continue;
			seconds[rows++] = p->left;
			busy += p->state == NIGHT_RUNNING;
		}
	/* Whoever does the runs of a list does as many at a time as are under way now. */
	const int jobs = n->listed ? (busy ? (int)busy : 1) : n->jobs;
	l->p->left = night_schedule(l->a, seconds, rows, busy, jobs);
}

void
night_look(struct arena *a, const char *results, const struct night *n, struct night_progress *out)
{
	struct look l = { .a = a, .results = results, .night = n, .p = out };
	struct stat st;
	*out = (struct night_progress){ .alive = night_alive(a, results, n->id) };
	if (stat(night_file(a, results, n->id), &st) == 0) l.began = st.st_mtim;
	out->run = ARENA_ARRAY(a, struct night_run_progress, n->n);
	for (size_t i = 0; i < n->n; i++) {
		look_run(&l, &n->run[i], &out->run[i]);
		out->count[out->run[i].state]++;
	}
	look_ahead(&l);
}

double
night_schedule(struct arena *a, const double *seconds, size_t n, size_t busy, int jobs)
{
	const size_t slots = busy > (size_t)jobs ? busy : (size_t)jobs;
	double *free_at = ARENA_ARRAY(a, double, slots);
	double last = 0;
	for (size_t i = 0; i < n; i++) {
		size_t slot = i < busy ? i : 0;
		if (i >= busy)
			for (size_t k = 1; k < (size_t)jobs; k++)
				if (free_at[k] < free_at[slot]) slot = k;
		if (!isfinite(seconds[i])) return NAN;
		free_at[slot] += seconds[i];
		if (free_at[slot] > last) last = free_at[slot];
	}
	return last;
}
