/*
 * Calls of a run that fail, one after the other, whichever they are: the run ends with an error and
 * its exit code or is not harmed, leaves no record of a run that is not whole, and the next run
 * goes on to the bytes of a run nobody disturbed. Where a kind has many calls, they are taken in
 * strides; FAULTS_TIMES=10 takes ten times as many, and small memory too: what a library does when
 * it is refused a few bytes is not ours, and one call in thousands.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "faults/full.h"
#include "faults/trial.h"

/* What is made to fail, and how many places of it are tried in a fresh run and in one that goes on
 * from a checkpoint. */
static const struct fault { const char *kind, *mode; int places; } faults[] = {
	{ "disk", "once", 12 }, { "disk", "on", 8 }, { "close", "once", 4 }, { "read", "once", 8 },
	{ "map", "once", 6 }, { "memory", "once", 6 }, { "memory", "on", 3 }, { "kill", "once", 8 },
};

static int injected, failed, wrong;

static void
fault_set(const struct fault *f, long at)
{
	char n[24];
	snprintf(n, sizeof n, "%ld", at);
	trial_set("FAULTS_KIND", f ? f->kind : NULL);
	trial_set("FAULTS_MODE", f ? f->mode : NULL);
	trial_set("FAULTS_AT", f ? n : NULL);
	trial_set("FAULTS_LEAST", f && !getenv("FAULTS_TIMES") ? "16384" : NULL);
	trial_set("TRIAL_PRELOAD", f ? getenv("FAULTS_LIBRARY") : NULL);
}

/* How many calls of the kind a run makes that nothing befalls. -1: they cannot be counted. */
static long
fault_count(const char *name, const struct fault *f, const char *from)
{
	long calls = -1;
	trial_fresh("results", from);
	fault_set(f, 0);
	trial_set("FAULTS_COUNT", "calls");
	const struct trial_end end = trial_run(name, "results", 2, -1, 0);
	trial_set("FAULTS_COUNT", NULL);
	fault_set(NULL, 0);
	FILE *const file = fopen("calls", "r");
	if (file) {
		if (fscanf(file, "%ld", &calls) != 1) calls = -1;
		fclose(file);
		remove("calls");
	}
	return end.exit == 0 ? calls : -1;
}

/* Whether a run may end so. */
static bool
fault_told(const struct fault *f, const struct trial_end *end)
{
	if (strcmp(f->kind, "kill") == 0) return end->signal == SIGKILL || end->exit == 0;
	if (end->exit == 0) return true;
	return (end->exit == 1 || end->exit == 2 || end->exit == 3 || end->exit == 5) &&
		(strstr(end->text, "tlrun: ") || strstr(end->text, ": error: "));
}

static bool
fault_once(const char *name, const struct fault *f, long at, const char *from,
	const char *reference)
{
	trial_fresh("results", from);
	fault_set(f, at);
	const struct trial_end met = trial_run(name, "results", 2, -1, 0);
	fault_set(NULL, 0);
	injected++;
	failed += met.exit != 0;
	bool good = fault_told(f, &met);
	/* A file that could not be removed is no harm; the next run does that. */
	if (met.exit == 0 && trial_left(name, "results")) trial_run(name, "results", 1, -1, 0);
	if (good && met.exit == 0) good = trial_same(name, "results", reference);
	if (good && met.exit != 0 && trial_done(name, "results"))
		good = trial_files_same(name, "results", reference);
	struct trial_end next = met;
	if (good && met.exit != 0) {
		next = trial_run(name, "results", 1, -1, 0);
		good = next.exit == 0 && trial_same(name, "results", reference);
	}
	if (good) return true;
	printf("%s: %s %s, call %ld: exit %d, signal %d: %s", name, f->kind, f->mode, at, met.exit,
		met.signal, met.text);
	if (next.exit != met.exit) printf("then exit %d: %s", next.exit, next.text);
	printf("\n");
	wrong++;
	return false;
}

static void
fault_walk(const char *name, const struct fault *f, const char *from, const char *reference)
{
	const long calls = fault_count(name, f, from);
	const int before = wrong;
	if (calls < 0) {
		printf("%s: calls of %s cannot be counted\n", name, f->kind);
		wrong++;
		return;
	}
	const char *const times = getenv("FAULTS_TIMES");
	const long places = f->places * (times ? atol(times) : 1);
	const long stride = calls > places ? (calls + places - 1) / places : 1;
	for (long at = 1; at <= calls; at += stride) {
		/* Somewhere in the stride, and once at each end. */
		long within = at + (long)(trial_random() * (double)stride);
		if (at == 1) within = 1;
		if (at + stride > calls) within = calls;
		fault_once(name, f, within, from, reference);
	}
	printf("%s%s: %s %s: %ld calls, every %ld: %d wrong\n", name, from ? " resumed" : "", f->kind,
		f->mode, calls, stride, wrong - before);
}

/* The results of a run that was killed when it had a checkpoint. */
static bool
fault_interrupted(const char *name, double seconds)
{
	for (int i = 0; i < 40; i++) {
		trial_fresh("interrupted", NULL);
		trial_run(name, "interrupted", 2, seconds * (0.3 + 0.01 * i), SIGKILL);
		if (*trial_checkpoint(name, "interrupted") && !trial_done(name, "interrupted")) return true;
	}
	return false;
}

/* Every write beyond a size fails with EFBIG: the message names the file and what it needed. */
static void
fault_large_file(const char *name, const char *reference)
{
	for (rlim_t most = 256; most <= 1 << 15; most *= 2) {
		trial_fresh("results", NULL);
		trial_limit(most);
		const struct trial_end met = trial_run(name, "results", 2, -1, 0);
		trial_limit(RLIM_INFINITY);
		injected++;
		failed += met.exit != 0;
		bool good = met.exit == 0 || (met.exit == 1 && strstr(met.text, "tlrun: ") &&
			strstr(met.text, "results/") && strstr(met.text, " bytes") &&
			strstr(met.text, "File too large"));
		if (good && met.exit != 0) {
			const struct trial_end next = trial_run(name, "results", 1, -1, 0);
			good = next.exit == 0;
		}
		good = good && trial_same(name, "results", reference);
		if (good) continue;
		wrong++;
		printf("%s: files of %ld bytes at most: exit %d: %s\n", name, (long)most, met.exit,
			met.text);
	}
}

static void
fault_experiment(const char *name)
{
	char reference[64];
	snprintf(reference, sizeof reference, "whole-%s", name);
	trial_fresh(reference, NULL);
	const struct trial_end end = trial_run(name, reference, 2, -1, 0);
	if (end.exit != 0) {
		printf("%s: exit %d: %s\n", name, end.exit, end.text);
		wrong++;
		return;
	}
	const bool interrupted = fault_interrupted(name, end.seconds);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		fault_walk(name, &faults[i], NULL, reference);
		if (interrupted) fault_walk(name, &faults[i], "interrupted", reference);
	}
	fault_large_file(name, reference);
	wrong += full_walk(name, reference);
}

/* A batch of two seeds, each a process: faults strike both of them, or what waits for them. */
static void
fault_batch(const char *name, const char *who, int code)
{
	static const struct fault few[] = { { "disk", "once", 0 }, { "disk", "on", 0 },
		{ "memory", "once", 0 }, { "kill", "once", 0 } };
	static const long places[] = { 3, 24, 41, 70, 110 };
	const int before = injected, ended = failed;
	trial_set("TRIAL_BATCH", "1");
	trial_fresh("whole-batch", NULL);
	trial_run(name, "whole-batch", 2, -1, 0);
	for (size_t i = 0; i < 4 * 5; i++) {
		const struct fault *const f = &few[i / 5];
		trial_fresh("results", NULL);
		trial_set("FAULTS_WHO", who);
		fault_set(f, places[i % 5]);
		const struct trial_end met = trial_run(name, "results", 2, -1, 0);
		fault_set(NULL, 0);
		trial_set("FAULTS_WHO", NULL);
		injected++;
		failed += met.exit != 0;
		bool good = met.exit == 0 || (code ? met.exit == code : met.exit > 0 && met.exit <= 5) ||
			(!code && met.signal == SIGKILL);
		good = good && (met.exit <= 0 || strstr(met.text, "tlrun: ") ||
			strstr(met.text, "error: "));
		const struct trial_end next = trial_run(name, "results", 1, -1, 0);
		if (good && next.exit == 0 && trial_same(name, "results", "whole-batch")) continue;
		wrong++;
		printf("%s: %s %s, call %ld of the %s: exit %d, signal %d: %sthen exit %d: %s\n", name,
			f->kind, f->mode, places[i % 5], who, met.exit, met.signal, met.text, next.exit,
			next.text);
	}
	trial_set("TRIAL_BATCH", NULL);
	printf("%s: a batch's %s: %d faults, of which %d ended it\n", name, who, injected - before,
		failed - ended);
}

/* A sanitizer's own memory and calls must not be made to fail. */
#if defined(__SANITIZE_ADDRESS__)
#define FAULTS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FAULTS_SANITIZED true
#endif
#endif
#ifndef FAULTS_SANITIZED
#define FAULTS_SANITIZED false
#endif

int
main(void)
{
	static const struct fault none = { "disk", "once", 0 };
	if (FAULTS_SANITIZED || !trial_begin()) return TRIAL_SKIPPED;
	trial_set("TRIAL_EPOCHS", "4");
	if (fault_count("fine", &none, NULL) <= 0) {
		printf("skipped: this program takes no preloaded library\n");
		trial_finish();
		return TRIAL_SKIPPED;
	}
	fault_experiment("fine");
	fault_experiment("frozen");
	fault_batch("frozen", "worker", 4);
	fault_batch("frozen", "supervisor", 0);
	trial_finish();
	printf("%d faults, of which %d ended a run, %d wrong\n", injected, failed, wrong);
	return wrong ? 1 : 0;
}
