/*
 * Child processes with limits: fork, limit, close, work, tell through a pipe. What the pipe brings
 * is as hostile as what the child read.
 */
#include "tlrun/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build-config.h"

#if defined(__SANITIZE_ADDRESS__)
enum { CHILD_SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { CHILD_SANITIZED = 1 };
#else
enum { CHILD_SANITIZED = 0 };
#endif
#else
enum { CHILD_SANITIZED = 0 };
#endif

enum { CHILD_FILES = 16, CHILD_PATIENCE = 10 };

/* ---- in the child ---- */

static void
child_limit(int what, size_t most)
{
	struct rlimit r;
	if (getrlimit(what, &r) != 0) return;
	if (r.rlim_max == RLIM_INFINITY || most < r.rlim_max) r.rlim_max = most;
	r.rlim_cur = r.rlim_max;
	setrlimit(what, &r);
}

/* Bytes of address space in use. */
static size_t
child_address_space(void)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	if (!f) return 0;
	if (fscanf(f, "%lu", &pages) != 1) pages = 0;
	fclose(f);
	return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void
child_limits(const struct child *c)
{
	const size_t used = child_address_space();
	child_limit(RLIMIT_CORE, 0);
	child_limit(RLIMIT_CPU, (size_t)c->seconds);
	child_limit(RLIMIT_FSIZE, c->file);
	if (!CHILD_SANITIZED && used > 0) child_limit(RLIMIT_AS, used + c->memory);
	alarm((unsigned)(c->seconds * CHILD_PATIENCE));
	signal(SIGXFSZ, SIG_IGN);	/* an error of write, that is told */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);	/* the parent's affair */
	signal(SIGALRM, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* Close all but fds and tell; 0, 1 and 2 lead nowhere. */
static void
child_close(const struct child *c, int tell)
{
	int most = tell;
	const int nowhere = open("/dev/null", O_RDWR);
	for (int fd = 0; fd <= 2 && nowhere >= 0; fd++) dup2(nowhere, fd);
	for (int i = 0; i < c->n_fds; i++)
		if (c->fds[i] > most) most = c->fds[i];
	for (int fd = 3; fd < most; fd++) {
		int i = 0;
		while (i < c->n_fds && c->fds[i] != fd) i++;
		if (i == c->n_fds && fd != tell) close(fd);
	}
#ifdef HAVE_CLOSEFROM
	closefrom(most + 1);
#else
	for (int fd = most + 1; fd < sysconf(_SC_OPEN_MAX); fd++) close(fd);
#endif
	child_limit(RLIMIT_NOFILE, (size_t)most + CHILD_FILES);
}

/* One byte of status, then the message. Shorter than a pipe holds. */
static void
child_tell(int tell, enum status s, const struct err *e)
{
	char text[1 + ERR_TEXT];
	size_t n = strnlen(e->message, ERR_TEXT - 1), done = 0;
	text[0] = (char)s;
	memcpy(text + 1, e->message, n++);
	while (done < n) {
		const ssize_t k = write(tell, text + done, n - done);
		if (k <= 0 && errno != EINTR) return;
		if (k > 0) done += (size_t)k;
	}
}

/* ---- in the parent ---- */

static size_t
child_listen(int from, char *text, size_t size)
{
	size_t n = 0;
	while (n < size) {
		const ssize_t k = read(from, text + n, size - n);
		if (k < 0 && errno == EINTR) continue;
		if (k <= 0) break;
		n += (size_t)k;
	}
	return n;
}

static enum status
child_dead(const struct child *c, int how, struct err *e)
{
	if (!WIFSIGNALED(how))
		return err_set(e, ERR_DATA, c->at, "%s (its reader ended with %d)", c->died,
			WEXITSTATUS(how));
	const int sig = WTERMSIG(how);
	if (sig == SIGXCPU || sig == SIGALRM || sig == SIGKILL)
		return err_set(e, ERR_DATA, c->at, "%s (its reader took more than %d s, or the memory)",
			c->died, c->seconds);
	return err_set(e, ERR_DATA, c->at, "%s (its reader died of signal %d, %s)", c->died, sig,
		strsignal(sig));
}

/* The child's own error; it may hold anything, and err_set makes it safe to print. */
static enum status
child_error(char *text, size_t n, struct err *e)
{
	const enum status s = (enum status)text[0];
	text[n] = '\0';
	return err_set(e, s == ERR_IO || s == ERR_MEMORY ? s : ERR_DATA, MARK_NONE, "%s", text + 1);
}

enum status
child_run(const struct child *c, enum status (*body)(void *arg, struct err *e), void *arg,
	struct err *e)
{
	int ends[2], how = 0;
	char text[2 + ERR_TEXT];
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(e, ERR_FAILED, c->at, errno, "cannot start a process that reads this");
	const pid_t pid = fork();
	if (pid == 0) {
		struct err told = ERR_INIT;
		child_close(c, ends[1]);
		child_limits(c);
		const enum status s = body(arg, &told);
		if (s != OK) child_tell(ends[1], s, &told);
		_exit(s == OK ? 0 : 1);
	}
	const int bad = errno;
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_errno(e, ERR_FAILED, c->at, bad, "cannot start a process that reads this");
	}
	const size_t n = child_listen(ends[0], text, 1 + ERR_TEXT);
	close(ends[0]);
	while (waitpid(pid, &how, 0) < 0 && errno == EINTR) continue;
	if (WIFEXITED(how) && WEXITSTATUS(how) == 0) return OK;
	return n > 1 && WIFEXITED(how) ? child_error(text, n, e) : child_dead(c, how, e);
}
