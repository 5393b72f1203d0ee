/* An HTTP server on 127.0.0.1 that misbehaves as a test asks. */
#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int
http_listen(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof at;
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) return -1;
	if (bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 16) != 0 ||
		getsockname(fd, (struct sockaddr *)&at, &size) != 0) {
		close(fd);
		return -1;
	}
	*port = ntohs(at.sin_port);
	return fd;
}

static void
http_sleep(int milliseconds)
{
	nanosleep(&(struct timespec){ milliseconds / 1000, milliseconds % 1000 * 1000000L }, NULL);
}

static bool
http_send(int connection, const void *data, size_t n)
{
	const char *p = data;
	while (n > 0) {
		const ssize_t k = send(connection, p, n, MSG_NOSIGNAL);
		if (k <= 0) return false;
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static void
http_field(const char *head, const char *name, char *out)
{
	const size_t len = strlen(name);
	*out = '\0';
	for (const char *s = strstr(head, "\r\n"); s; s = strstr(s + 2, "\r\n"))
		if (strncasecmp(s + 2, name, len) == 0 && s[2 + len] == ':') {
			s += 3 + len;
			s += strspn(s, " ");
			snprintf(out, HTTP_TEXT, "%.*s", (int)strcspn(s, "\r"), s);
			return;
		}
}

bool
http_read_request(int connection, struct http_log *log)
{
	char head[8192];
	size_t n = 0;
	do {
		const ssize_t k = recv(connection, head + n, sizeof head - 1 - n, 0);
		if (k <= 0) return false;
		n += (size_t)k;
		head[n] = '\0';
	} while (!strstr(head, "\r\n\r\n") && n < sizeof head - 1);
	const int i = log->requests < HTTP_REQUESTS ? log->requests : HTTP_REQUESTS - 1;
	sscanf(head, "%*15s %127s", log->request[i].path);
	http_field(head, "range", log->request[i].range);
	http_field(head, "if-range", log->request[i].if_range);
	log->requests++;
	return true;
}

static void
http_endless(int connection)
{
	static char block[65536];
	while (http_send(connection, block, sizeof block)) {}
}

/* The body from `from` on, as far as the answer lets it go. */
static void
http_body(int connection, const struct http_answer *a, const char *body, size_t size, size_t from)
{
	size_t n = size - from;
	char *const copy = malloc(size + 1);
	memcpy(copy, body, size);
	if (a->wrong)
		for (size_t i = 0; i < size; i++) copy[i] ^= 0x55;
	if (a->cut && a->cut < n) n = a->cut;
	if (a->pause) {
		http_send(connection, copy + from, n / 2);
		http_sleep(a->pause);
		http_send(connection, copy + from + n / 2, n - n / 2);
	} else http_send(connection, copy + from, n);
	free(copy);
}

void
http_respond(int connection, const struct http_answer *a, const void *body, size_t size,
	const struct http_log *log)
{
	char head[1024];
	long long first = 0;
	const int i = log->requests <= HTTP_REQUESTS ? log->requests - 1 : HTTP_REQUESTS - 1;
	const bool range = sscanf(log->request[i].range, "bytes=%lld-", &first) == 1 && !a->whole &&
		!(a->if_range_fails && *log->request[i].if_range) && first < (long long)size;
	first = range ? first + a->shift : 0;
	const int status = a->status ? a->status : range ? 206 : 200;
	int n = snprintf(head, sizeof head, "HTTP/1.1 %d Test\r\nConnection: close\r\n", status);
	if (!a->no_tag)
		n += snprintf(head + n, sizeof head - (size_t)n, "ETag: \"%s\"\r\n",
			a->if_range_fails ? "new" : "first");
	if (!a->no_length && !a->endless)
		n += snprintf(head + n, sizeof head - (size_t)n, "Content-Length: %lld\r\n",
			(long long)size - first + a->more);
	if (range)
		n += snprintf(head + n, sizeof head - (size_t)n, "Content-Range: bytes %lld-%zu/%zu\r\n",
			first, size - 1, size);
	n += snprintf(head + n, sizeof head - (size_t)n, "%s\r\n", a->head ? a->head : "");
	http_sleep(a->delay);
	if (http_send(connection, head, (size_t)n)) {
		if (a->endless) http_endless(connection);
		else http_body(connection, a, body, size, (size_t)first);
	}
	/* A close with bytes unread would reset the connection before the last are read. */
	shutdown(connection, SHUT_WR);
	while (recv(connection, head, sizeof head, 0) > 0) {}
	close(connection);
}

bool
http_server_start(struct http_server *s, const struct http_answer *answers, int n,
	const void *body, size_t size)
{
	const int fd = http_listen(&s->port);
	if (fd < 0) return false;
	s->log = mmap(NULL, sizeof *s->log, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	s->pid = s->log == MAP_FAILED ? -1 : fork();
	if (s->pid == 0) {
		for (;;) {
			const int connection = accept(fd, NULL, NULL);
			const int i = s->log->requests < n ? s->log->requests : n - 1;
			if (connection < 0) continue;
			if (http_read_request(connection, s->log))
				http_respond(connection, &answers[i], body, size, s->log);
			else close(connection);
		}
	}
	close(fd);
	return s->pid > 0;
}

void
http_server_stop(struct http_server *s)
{
	if (s->pid > 0 && kill(s->pid, SIGKILL) == 0) waitpid(s->pid, NULL, 0);
	if (s->log && s->log != MAP_FAILED) munmap(s->log, sizeof *s->log);
	*s = (struct http_server){ 0 };
}
