/* Runs of the program that are killed or meet faults, and what they must leave. */
#include "faults/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

const char *const trial_name[TRIAL_KINDS] = { "scratch", "frozen", "fine" };

/* A few dozen drawn images; several checkpoints a run. */
static const struct { const char *file, *text; } files[] = {
	{ "scratch.yaml",
		"version: 1\n"
		"name: scratch\n"
		"dataset: {name: synthetic, num_classes: 3, train_samples: 300, test_samples: 45,\n"
		"  image_size: 12}\n"
		"model:\n"
		"  layers:\n"
		"    - conv2d: {filters: 8, kernel_size: 3, padding: same, activation: relu}\n"
		"    - batch_normalization\n"
		"    - max_pooling2d\n"
		"    - flatten\n"
		"    - dropout: {rate: 0.25}\n"
		"    - dense: {units: num_classes, activation: softmax}\n"
		"training:\n"
		"  epochs: 40\n"
		"  batch_size: 8\n"
		"  reduce_lr_on_plateau: {patience: 1}\n"
		"  early_stopping: {monitor: val_accuracy, patience: 40}\n" },
	{ "source.yaml",
		"version: 1\n"
		"name: source\n"
		"dataset: {name: synthetic, num_classes: 4, train_samples: 60, test_samples: 30,\n"
		"  image_size: 12}\n"
		"model:\n"
		"  backbone_layers: 3\n"
		"  layers:\n"
		"    - conv2d: {filters: 8, kernel_size: 3, use_bias: false, name: stem}\n"
		"    - batch_normalization: {name: stem_bn, inference: true}\n"
		"    - re_lu\n"
		"    - global_average_pooling2d\n"
		"    - dense: {units: num_classes, activation: softmax}\n"
		"training: {epochs: 2, batch_size: 8}\n" },
	{ "frozen.yaml",
		"version: 1\n"
		"extends: source.yaml\n"
		"name: frozen\n"
		"dataset: {num_classes: 3, train_samples: 120}\n"
		"training:\n"
		"  epochs: 200\n"
		"  lr_schedule: {type: cosine, warmup_epochs: 1}\n"
		"  phases: [{name: head, freeze: all}]\n" },
	{ "fine.yaml",
		"version: 1\n"
		"extends: source.yaml\n"
		"name: fine\n"
		"start_from: {experiment: source}\n"
		"dataset: {num_classes: 3, train_samples: 120}\n"
		"training:\n"
		"  epochs: 80\n"
		"  phases:\n"
		"    - {name: head, freeze: all}\n"
		"    - {name: all, freeze: none, learning_rate: 1e-4, optimizer_state: keep}\n" },
};

static char folder[256];
static const char *program;

static void
trial_give_up(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, strerror(errno));
	exit(1);
}

/* A command of the shell that must succeed. */
__attribute__((format(printf, 1, 2))) static void
trial_shell(const char *format, ...)
{
	char command[1024];
	va_list ap;
	va_start(ap, format);
	vsnprintf(command, sizeof command, format, ap);
	va_end(ap);
	if (system(command) != 0) trial_give_up(command);
}

static double
trial_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

bool
trial_begin(void)
{
	const char *const tmp = getenv("TMPDIR");
	program = getenv("TLRUN");
	if (!program) return false;
	snprintf(folder, sizeof folder, "%.200s/tlrun-faults-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(folder) || chdir(folder) != 0) trial_give_up(folder);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		FILE *f = fopen(files[i].file, "w");
		if (!f || fputs(files[i].text, f) < 0 || fclose(f) != 0) trial_give_up(files[i].file);
	}
	const struct trial_end end = trial_run("source", "source", 1, -1, 0);
	if (end.exit != 0) {
		fputs(end.text, stderr);
		trial_give_up("the source");
	}
	return true;
}

void
trial_finish(void)
{
	if (chdir("/") == 0) trial_shell("rm -rf '%s'", folder);
}

void
trial_limit(rlim_t bytes)
{
	struct rlimit limit;
	getrlimit(RLIMIT_FSIZE, &limit);
	limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
	if (setrlimit(RLIMIT_FSIZE, &limit) != 0) trial_give_up("setrlimit");
}

void
trial_set(const char *name, const char *value)
{
	if (value && *value) setenv(name, value, 1);
	else unsetenv(name);
}

static pid_t
trial_start(const char *name, const char *results, int threads)
{
	char yaml[64], count[16], epochs[64];
	posix_spawn_file_actions_t actions;
	pid_t pid;
	snprintf(yaml, sizeof yaml, "%s.yaml", name);
	snprintf(count, sizeof count, "%d", threads);
	const char *argv[] = { program, "run", "-q", "--results", results, "--threads", count, yaml,
		NULL, NULL, NULL, NULL, NULL, NULL };
	int words = 8;
	if (getenv("TRIAL_EPOCHS")) argv[words++] = epochs;
	if (getenv("TRIAL_BATCH")) {
		argv[words++] = "--jobs";
		argv[words++] = "2";
		argv[words++] = "--seeds";
		argv[words] = "1,2";
	}
	snprintf(epochs, sizeof epochs, "training.epochs=%s", getenv("TRIAL_EPOCHS"));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "out",
		O_WRONLY | O_CREAT | O_TRUNC, 0666);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "err",
		O_WRONLY | O_CREAT | O_TRUNC, 0666);
	/* What the runs preload is not for the test itself. */
	const char *const preload = getenv("TRIAL_PRELOAD");
	if (preload) setenv("LD_PRELOAD", preload, 1);
	const int bad = posix_spawn(&pid, program, &actions, NULL,
		(char *const *)(uintptr_t)argv, environ);
	unsetenv("LD_PRELOAD");
	posix_spawn_file_actions_destroy(&actions);
	errno = bad;
	if (bad) trial_give_up(program);
	return pid;
}

struct trial_end
trial_run(const char *name, const char *results, int threads, double after, int number)
{
	static const struct timespec pause = { 0, 500 * 1000 };
	struct trial_end end = { .exit = -1 };
	int status;
	const double start = trial_now();
	const pid_t pid = trial_start(name, results, threads);
	bool sent = after < 0;
	while (waitpid(pid, &status, WNOHANG) == 0) {
		const double now = trial_now() - start;
		if (now >= TRIAL_HANG) {
			fprintf(stderr, "%s: it hangs: still running after %d s\n", name, TRIAL_HANG);
			kill(pid, SIGKILL);
			exit(1);
		}
		if (!sent && now >= after) {
			kill(pid, number);
			sent = true;
		}
		nanosleep(&pause, NULL);
	}
	end.seconds = trial_now() - start;
	if (WIFEXITED(status)) end.exit = WEXITSTATUS(status);
	else end.signal = WTERMSIG(status);
	FILE *f = fopen("err", "r");
	if (!f) trial_give_up("err");
	end.text[fread(end.text, 1, sizeof end.text - 1, f)] = '\0';
	fclose(f);
	return end;
}

void
trial_fresh(const char *results, const char *from)
{
	trial_shell("rm -rf '%s' && cp -R '%s' '%s'", results, from ? from : "source", results);
}

static const char *
trial_find(const char *name, const char *results, const char *file)
{
	static char path[512];
	char pattern[512];
	glob_t found;
	path[0] = '\0';
	snprintf(pattern, sizeof pattern, "%s/%s/[0-9a-f]*/seed-1/%s", results, name, file);
	if (glob(pattern, 0, NULL, &found) != 0) return path;
	snprintf(path, sizeof path, "%s", found.gl_pathv[0]);
	globfree(&found);
	return path;
}

/* Reports and summaries hold times; a lock that could not be removed holds nobody off. */
static bool
trial_diff(const char *one, const char *other)
{
	char command[1024];
	snprintf(command, sizeof command, "diff -r -x timing.json -x log.txt -x 'report.*' "
		"-x summary.json -x lock -x lock.next '%s' '%s'", one, other);
	return system(command) == 0;
}

bool
trial_same(const char *name, const char *results, const char *reference)
{
	char one[256], other[256];
	snprintf(one, sizeof one, "%s/%s", reference, name);
	snprintf(other, sizeof other, "%s/%s", results, name);
	return trial_diff(one, other);
}

bool
trial_files_same(const char *name, const char *results, const char *reference)
{
	static const char *const file[] = { "result.json", "history.csv", "predictions.csv",
		"model.safetensors" };
	char one[512];
	bool same = true;
	for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
		snprintf(one, sizeof one, "%s", trial_find(name, reference, file[i]));
		same = trial_diff(one, trial_find(name, results, file[i])) && same;
	}
	return same;
}

bool
trial_done(const char *name, const char *results)
{
	return *trial_find(name, results, "result.json") != '\0';
}

bool
trial_left(const char *name, const char *results)
{
	return *trial_find(name, results, "checkpoint*") || *trial_find(name, results, "state.json");
}

const char *
trial_checkpoint(const char *name, const char *results)
{
	return trial_find(name, results, "checkpoint");
}

/* splitmix64 (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators"). */
double
trial_random(void)
{
	static uint64_t state = 20240229;
	uint64_t z = state += 0x9e3779b97f4a7c15;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (double)((z ^ z >> 31) >> 11) / 9007199254740992.0;
}
