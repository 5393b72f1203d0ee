/*
 * Runs are killed at random moments, at different numbers of threads, and taken up again until they
 * are done: every result file is byte by byte that of a run nobody disturbed. Some are stopped by
 * SIGTERM instead, and some of the checkpoints that they leave are torn or altered.
 */
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults/trial.h"

enum { KILLS = 18, STARTS = 150 };	/* of each kind of experiment */

struct counts { int kills, stops, damaged, runs, bad; };

/* A byte is turned over, or the file is cut. */
static void
damage(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0 || st.st_size == 0) return;
	const off_t where = (off_t)(trial_random() * (double)st.st_size);
	if (trial_random() < 0.5) {
		if (truncate(path, where) != 0) perror(path);
		return;
	}
	FILE *f = fopen(path, "r+");
	if (!f) return;
	fseek(f, where, SEEK_SET);
	const int c = fgetc(f);
	fseek(f, where, SEEK_SET);
	fputc(c ^ 16, f);
	fclose(f);
}

/* One run from its beginning to its end, through all that befalls it. */
static void
disturbed(const char *name, const char *reference, double seconds, struct counts *n)
{
	trial_fresh("results", NULL);
	for (int start = 0; start < STARTS; start++) {
		const int number = trial_random() < 0.2 ? SIGTERM : SIGKILL;
		const int threads = 1 + (int)(trial_random() * 3);
		/* Longer with each start, so that a machine that became slower comes to the end, too. */
		const double after = trial_random() * 0.7 * seconds * (1 + start / 20.0);
		const struct trial_end end = trial_run(name, "results", threads, after, number);
		n->kills += end.signal == SIGKILL;
		n->stops += end.exit == 128 + SIGTERM || end.signal == SIGTERM;
		if (end.exit == 0) {
			n->runs++;
			n->bad += !trial_same(name, "results", reference);
			return;
		}
		if (end.signal != SIGKILL && end.signal != SIGTERM && end.exit != 128 + SIGTERM) {
			printf("%s: exit %d, signal %d: %s\n", name, end.exit, end.signal, end.text);
			n->bad++;
			return;
		}
		const char *const checkpoint = trial_checkpoint(name, "results");
		if (*checkpoint && trial_random() < 0.15) {
			damage(checkpoint);
			n->damaged++;
		}
	}
	printf("%s: not done after %d starts\n", name, STARTS);
	n->bad++;
}

int
main(void)
{
	struct counts all = { 0 };
	if (!trial_begin()) return TRIAL_SKIPPED;
	for (int i = 0; i < TRIAL_KINDS; i++) {
		struct counts n = { 0 };
		char reference[64];
		snprintf(reference, sizeof reference, "whole-%s", trial_name[i]);
		trial_fresh(reference, NULL);
		const struct trial_end end = trial_run(trial_name[i], reference, 2, -1, 0);
		if (end.exit != 0) printf("%s: exit %d: %s\n", trial_name[i], end.exit, end.text);
		n.bad += end.exit != 0;
		while (!n.bad && n.kills < KILLS)
			disturbed(trial_name[i], reference, end.seconds, &n);
		printf("%s: %d runs of %.2f s, killed %d times, stopped %d times, %d checkpoints damaged, "
			"%d wrong\n", trial_name[i], n.runs, end.seconds, n.kills, n.stops, n.damaged, n.bad);
		all.kills += n.kills;
		all.bad += n.bad;
	}
	trial_finish();
	printf("%d kills, %d wrong\n", all.kills, all.bad);
	return all.bad ? 1 : 0;
}
