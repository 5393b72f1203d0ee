/* Status names, and the error that travels up: "PLACE: message". */
#include "tlrun/error.h"

#include <stdio.h>
#include <string.h>

#include "tlrun/str.h"
#include "tlrun/visible.h"

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

static void
err_place(struct str *out, struct mark at)
{
	if (!at.file) return;
	str_add(out, at.file);
	if (at.line > 0) str_printf(out, ":%d", at.line);
	if (at.line > 0 && at.column > 0) str_printf(out, ":%d", at.column);
	else if (at.line <= 0 && at.offset >= 0) str_printf(out, ": byte %lld", at.offset);
	str_add(out, ": ");
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
	struct str text = STR_INIT, safe = STR_INIT;
	err_place(&text, at);
	str_vprintf(&text, format, ap);
	if (tail) str_printf(&text, ": %s", tail);
	visible_line(str_text(&text), &safe);
	snprintf(e->message, size, "%s", str_text(&safe));
	if (safe.len >= size) err_mark_cut(e->message, size);
	e->code = code;
	str_free(&text);
	str_free(&safe);
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
