/* Status names, and the error that travels up: "PLACE: message". */
#include "tlrun/error.h"

#include <stdio.h>
#include <string.h>

const char *
status_name(enum status code)
{
	switch (code) {
	case OK:
		return "ok";
	case ERR_FAILED:
		return "failed";
	case ERR_USAGE:
		return "usage";
	case ERR_CONFIG:
		return "config";
	case ERR_DATA:
		return "data";
	case ERR_MEMORY:
		return "memory";
	case ERR_IO:
		return "io";
	case ERR_STOPPED:
		return "stopped";
	}
	return "unknown";
}

static size_t
err_place(char *out, size_t size, struct mark at)
{
	int n = 0;
	if (!at.file)
		out[0] = '\0';
	else if (at.line > 0 && at.column > 0)
		n = snprintf(out, size, "%s:%d:%d: ", at.file, at.line, at.column);
	else if (at.line > 0)
		n = snprintf(out, size, "%s:%d: ", at.file, at.line);
	else if (at.offset >= 0)
		n = snprintf(out, size, "%s: byte %lld: ", at.file, at.offset);
	else
		n = snprintf(out, size, "%s: ", at.file);
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* A message that was cut ends in "..." and never in half a character. */
static void
err_mark_cut(char *text, size_t size)
{
	size_t end = size - 1 - 3;
	while (end > 0 && ((unsigned char)text[end] & 0xc0) == 0x80)
		end--;
	memcpy(text + end, "...", 4);
}

__attribute__((format(printf, 5, 0))) static void
err_fill(struct err *e, enum status code, struct mark at, const char *tail, const char *format,
	va_list ap)
{
	const size_t size = sizeof e->message;
	size_t used = err_place(e->message, size, at);
	const int n = vsnprintf(e->message + used, size - used, format, ap);
	used += n < 0 ? 0 : (size_t)n;
	if (tail && used < size) {
		const int t = snprintf(e->message + used, size - used, ": %s", tail);
		used += t < 0 ? 0 : (size_t)t;
	}
	if (used >= size) err_mark_cut(e->message, size);
	e->code = code;
}

enum status
err_set(struct err *e, enum status code, struct mark at, const char *format, ...)
{
	if (e && e->code == OK) {
		va_list ap;
		va_start(ap, format);
		err_fill(e, code, at, NULL, format, ap);
		va_end(ap);
	}
	return code;
}

enum status
err_errno(struct err *e, enum status code, struct mark at, int errnum, const char *format, ...)
{
	if (e && e->code == OK) {
		va_list ap;
		va_start(ap, format);
		err_fill(e, code, at, strerror(errnum), format, ap);
		va_end(ap);
	}
	return code;
}
