/*
 * serve FOLDER: an HTTP server for scripts, on a free port of 127.0.0.1 that it prints. It serves
 * FOLDER/PATH to /WORD/PATH, the word saying how: plain; cut (the first request ends in the
 * middle); wrong (other bytes). It ends with its standard input. Exit 77: no socket.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/http_server.h"

static void
serve_one(int connection, const char *folder, struct http_log *log, int *cuts)
{
	char path[512], *body;
	log->requests = 0;
	if (!http_read_request(connection, log)) {
		close(connection);
		return;
	}
	const char *const word = log->request[0].path + 1, *const slash = strchr(word, '/');
	snprintf(path, sizeof path, "%s%s", folder, slash ? slash : "/");
	FILE *const f = strstr(path, "..") ? NULL : fopen(path, "rb");
	struct http_answer a = { .status = f ? 0 : 404, .wrong = strncmp(word, "wrong", 5) == 0 };
	size_t size = 0;
	if (f && fseek(f, 0, SEEK_END) == 0) size = (size_t)ftell(f);
	body = malloc(size + 1);
	if (f) {
		rewind(f);
		size = fread(body, 1, size, f);
		fclose(f);
	}
	if (strncmp(word, "cut", 3) == 0 && !(*cuts)++) a.cut = size / 2;
	http_respond(connection, &a, body, size, log);
	free(body);
}

int
main(int argc, char **argv)
{
	static struct http_log log;
	int port, cuts = 0;
	const int fd = argc == 2 ? http_listen(&port) : -1;
	if (fd < 0) return 77;
	printf("%d\n", port);
	fflush(stdout);
	for (;;) {
		struct pollfd p[2] = { { fd, POLLIN, 0 }, { STDIN_FILENO, POLLIN, 0 } };
		if (poll(p, 2, -1) < 0 || p[1].revents) return 0;
		const int connection = accept(fd, NULL, NULL);
		if (connection >= 0) serve_one(connection, argv[1], &log, &cuts);
	}
}
