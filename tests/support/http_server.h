/*
 * An HTTP server on 127.0.0.1 that misbehaves as a test asks: a child process that answers one
 * request a connection, the i-th request by the i-th answer (later ones by the last).
 */
#ifndef TLRUN_TESTS_SUPPORT_HTTP_SERVER_H
#define TLRUN_TESTS_SUPPORT_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct http_answer {
	int status;			/* 0: 200, or 206 to a range */
	const char *head;	/* more lines, each ending in \r\n */
	long long more;		/* Content-Length lies by so much */
	bool no_length;		/* the body ends with the connection */
	size_t cut;			/* close after so many bytes; 0: do not */
	int delay, pause;	/* milliseconds before the head; then in the middle of the body */
	bool no_tag;		/* neither ETag nor date */
	bool whole;			/* ignores Range */
	bool if_range_fails;	/* the file is another one now */
	long long shift;	/* the range begins so much later than asked */
	bool wrong;			/* bytes of another file */
	bool endless;		/* the body never ends */
};

enum { HTTP_REQUESTS = 64, HTTP_TEXT = 128 };

/* What was asked, in memory that the server shares. */
struct http_log {
	int requests;
	struct {
		char path[HTTP_TEXT], range[HTTP_TEXT], if_range[HTTP_TEXT];	/* "" where absent */
	} request[HTTP_REQUESTS];
};

struct http_server {
	pid_t pid;
	int port;
	struct http_log *log;
};

/* false: no loopback socket here; say so and skip. answers and body are copied by the fork. */
bool http_server_start(struct http_server *s, const struct http_answer *answers, int n,
	const void *body, size_t size);
void http_server_stop(struct http_server *s);

/* A listening socket on a free port, or -1. */
int http_listen(int *port);
/* Read the head of a request into log, as its last. false: none came. */
bool http_read_request(int connection, struct http_log *log);
/* Answer the last request of log and close the connection. */
void http_respond(int connection, const struct http_answer *a, const void *body, size_t size,
	const struct http_log *log);

#endif
