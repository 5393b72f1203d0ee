/*
 * A run of a batch as a process: this program once more, with the command line of that run.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch_parts.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/host.h"
#include "tlrun/run_state.h"

extern char **environ;

/* batch_command's words, and what only a process of this batch is told. */
static char *const *
worker_argv(struct batch *b, const struct batch_run *r)
{
	const struct batch_options *o = b->o;
	const char *const *word = batch_command(b->a, r->x, r->seed, b->x, b->experiments, o);
	size_t n = 0, k;
	while (word[n]) n++;
	char **argv = ARENA_ARRAY(b->a, char *, n + 7);
	for (k = 0; k < n; k++)
		argv[k] = arena_strdup(b->a, word[k]);
	argv[k++] = arena_strdup(b->a, "--only");
	argv[k++] = arena_strdup(b->a, r->x->name);
	argv[k++] = arena_strdup(b->a, "--worker");
	argv[k++] = arena_strdup(b->a, o->status_line && o->jobs <= 1 ? "status" : "lines");
	if (r->anew) argv[k++] = arena_strdup(b->a, "--rerun");
	if (o->quiet || o->verbose) argv[k++] = arena_strdup(b->a, o->quiet ? "-q" : "-v");
	return argv;
}

/* A process group of its own, so that Ctrl-C reaches it through us alone, and the signals as a
 * shell would leave them. */
static int
worker_spawn(char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none, usual;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTERM);
	sigaddset(&usual, SIGCHLD);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how,
		POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&how, &none);
	posix_spawnattr_setsigdefault(&how, &usual);
	const int bad = posix_spawn(pid, "/proc/self/exe", &files, &how, argv, environ);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return bad;
}

enum status
worker_start(struct batch *b, int i, struct err *e)
{
	struct batch_run *r = &b->run[i];
	pid_t pid;
	const int bad = worker_spawn(worker_argv(b, r), &pid);
	if (bad) return err_errno(e, ERR_FAILED, MARK_NONE, bad, "cannot start a process");
	r->pid = (int)pid;
	r->state = BATCH_RUNNING;
	return OK;
}

bool
worker_ended(struct batch *b, int *i, int *how)
{
	pid_t pid;
	while ((pid = waitpid(-1, how, WNOHANG)) > 0)
		for (*i = 0; *i < b->n; ++*i)
			if (b->run[*i].state == BATCH_RUNNING && b->run[*i].pid == (int)pid) return true;
	return false;
}

int
worker_signal(const struct batch *b, int signal)
{
	int n = 0;
	for (int i = 0; i < b->n; i++)
		if (b->run[i].state == BATCH_RUNNING) n += kill(b->run[i].pid, signal) == 0;
	return n;
}

long long
worker_oom_kills(void)
{
	struct str text = STR_INIT;
	struct err none = ERR_INIT;
	long long n = -1;
	if (file_read("/sys/fs/cgroup/memory.events", 4096, &text, ERR_IO, &none) == OK) {
		const char *const s = strstr(str_text(&text), "oom_kill ");
		if (s) n = strtoll(s + strlen("oom_kill "), NULL, 10);
	}
	str_free(&text);
	return n;
}

static const char *
worker_death(struct batch *b, int signal)
{
	const long long kills = worker_oom_kills();
	const bool starved = signal == SIGKILL && kills > b->oom_kills;
	b->oom_kills = kills;
	if (starved)
		return "killed by the system: no memory was left; fewer --jobs, or a lower "
			"training.batch_size";
	if (signal == SIGKILL)
		return "killed by signal 9 (by somebody, or by the system when no memory was left)";
	return arena_printf(b->a, "died of signal %d (%s)", signal, strsignal(signal));
}

/* The exit codes of doc/command-line.md; what the run itself said last is better. */
static void
worker_failed(struct batch *b, struct batch_run *r, int code)
{
	struct run_state state;
	const bool told = run_state_read(b->a, r->dir->seed, &state) &&
		!strcmp(state.state, "failed") && state.message;
	r->state = BATCH_FAILED;
	r->code = code == 2 ? ERR_CONFIG : code == 3 ? ERR_DATA : code == 5 ? ERR_MEMORY : ERR_FAILED;
	if (code == 128 + SIGINT || code == 128 + SIGTERM)
		r->cause = "stopped by a signal from elsewhere, with a checkpoint; run again to go on";
	else r->cause = told ? state.message : arena_printf(b->a, "ended with exit code %d", code);
}

void
worker_judge(struct batch *b, int i, int how, bool stopping)
{
	struct batch_run *r = &b->run[i];
	const int code = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
	r->pid = 0;
	if (code == 0) r->state = BATCH_DONE;
	else if (code == BATCH_EXIT_HELD) {
		r->state = stopping ? BATCH_INTERRUPTED : BATCH_LEFT;
		r->held = host_seconds() + 1;
	} else if (stopping && (code > 128 || (code < 0 && WTERMSIG(how) == SIGKILL)))
		r->state = BATCH_INTERRUPTED;
	else if (code > 0) worker_failed(b, r, code);
	else {
		struct err lost = ERR_INIT;
		r->state = BATCH_FAILED;
		r->code = ERR_FAILED;
		r->cause = worker_death(b, WTERMSIG(how));
		run_state_died(r->dir->seed, r->cause, &lost);
	}
}
