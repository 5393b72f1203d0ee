/* Diagnostics gathered, sorted and shown. Everything is copied into an arena of their own. */
#include "tlrun/diag.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/visible.h"

enum {
	DIAG_WIDTH = 96, /* characters of a source line that are shown */
	DIAG_BEFORE = 48, /* of a longer one, as many before the caret */
};

struct diag {
	enum diag_level level;
	const char *file, *hint, *message;
	int line, column, span;
	int serial; /* what was found first is shown first when places are equal */
};

struct diag_source {
	struct diag_source *next;
	const char *file, *text;
	size_t len;
};

struct diags {
	struct arena *arena;
	struct diag *list;
	int n, room, errors;
	struct diag_source *sources;
};

struct diags *
diags_new(void)
{
	struct diags *d = alloc_zeroed(sizeof *d);
	d->arena = arena_new();
	return d;
}

void
diags_free(struct diags *d)
{
	if (!d) return;
	arena_free(d->arena);
	free(d->list);
	free(d);
}

void
diags_source(struct diags *d, const char *file, const char *text, size_t len)
{
	struct diag_source *s = ARENA_NEW(d->arena, struct diag_source);
	*s = (struct diag_source){ d->sources, arena_strdup(d->arena, file), text, len };
	d->sources = s;
}

void
diag_add(struct diags *d, enum diag_level level, struct mark at, int span, const char *hint,
	const char *format, ...)
{
	if (d->n == d->room) {
		d->room = d->room ? 2 * d->room : 16;
		d->list = alloc_resize(d->list, (size_t)d->room * sizeof *d->list);
	}
	va_list ap;
	va_start(ap, format);
	d->list[d->n] = (struct diag){
		.level = level,
		.file = arena_strdup(d->arena, at.file ? at.file : ""),
		.hint = hint ? arena_strdup(d->arena, hint) : NULL,
		.message = arena_vprintf(d->arena, format, ap),
		.line = at.line,
		.column = at.column,
		.span = span,
		.serial = d->n,
	};
	va_end(ap);
	d->n++;
	d->errors += level == DIAG_ERROR;
}

/* Whether d says it already, with or without a note behind it. */
static bool
diags_hold(const struct diags *d, const struct diag *x)
{
	for (int i = 0; i < d->n; i++) {
		const struct diag *have = &d->list[i];
		if (have->line == x->line && have->column == x->column && have->level == x->level &&
			strcmp(have->file, x->file) == 0 &&
			strncmp(have->message, x->message, strlen(x->message)) == 0)
			return true;
	}
	return false;
}

void
diags_merge(struct diags *d, const struct diags *from, const char *note)
{
	for (const struct diag_source *s = from->sources; s; s = s->next)
		diags_source(d, s->file, s->text, s->len);
	for (int i = 0; i < from->n; i++) {
		const struct diag *x = &from->list[i];
		const struct mark at = { x->file[0] ? x->file : NULL, x->line, x->column, -1 };
		if (!diags_hold(d, x))
			diag_add(d, x->level, at, x->span, x->hint, "%s%s", x->message, note ? note : "");
	}
}

void
diags_promote(struct diags *d, const char *note)
{
	for (int i = 0; i < d->n; i++) {
		struct diag *g = &d->list[i];
		if (g->level == DIAG_ERROR) continue;
		g->level = DIAG_ERROR;
		g->message = arena_printf(d->arena, "%s%s", g->message, note);
	}
	d->errors = d->n;
}

void
diags_blame(struct diags *d, const char *place)
{
	for (int i = 0; i < d->n; i++) {
		struct diag *g = &d->list[i];
		if (g->level != DIAG_ERROR || g->line < 1) continue;
		g->message = arena_printf(d->arena, "%s (at %s:%d:%d)", g->message, g->file, g->line,
			g->column);
		g->file = arena_strdup(d->arena, place);
		g->line = g->column = 0;
	}
}

int
diags_errors(const struct diags *d)
{
	return d->errors;
}

int
diags_warnings(const struct diags *d)
{
	return d->n - d->errors;
}

static int
diag_compare(const void *va, const void *vb)
{
	const struct diag *a = va, *b = vb;
	const int files = strcmp(a->file, b->file);
	if (files != 0) return files;
	if (a->line != b->line) return a->line < b->line ? -1 : 1;
	if (a->column != b->column) return a->column < b->column ? -1 : 1;
	return a->serial < b->serial ? -1 : a->serial > b->serial;
}

static void
diags_sort(struct diags *d)
{
	if (d->n > 0) qsort(d->list, (size_t)d->n, sizeof *d->list, diag_compare);
}

/* The bytes of a line of a known file. false when it is not known or has no such line. */
static bool
diag_find_line(const struct diags *d, const struct diag *g, const char **line, size_t *len)
{
	const struct diag_source *s = d->sources;
	while (s && strcmp(s->file, g->file) != 0)
		s = s->next;
	if (!s || g->line < 1 || g->column < 1) return false;
	const char *p = s->text, *end = s->text + s->len;
	for (int i = 1; i < g->line && p; i++) {
		p = memchr(p, '\n', (size_t)(end - p));
		if (p) p++;
	}
	if (!p) return false;
	const char *stop = p < end ? memchr(p, '\n', (size_t)(end - p)) : NULL;
	*len = (size_t)((stop ? stop : end) - p);
	if (*len > 0 && p[*len - 1] == '\r') --*len;
	*line = p;
	return true;
}

static const char *
diag_paint(bool color, const char *code)
{
	return color ? code : "";
}

/* The source line and the blank part of the caret line, a tab under each tab. */
static void
diag_add_line(
	const struct diag *g, const char *line, size_t len, struct str *out, struct str *blank)
{
	int total = 0;
	for (size_t i = 0; i < len; total++) {
		const size_t n = utf8_length(line + i, len - i);
		i += n ? n : 1;
	}
	int from = 0, to = total;
	if (total > DIAG_WIDTH) {
		from = g->column - 1 > DIAG_BEFORE ? g->column - 1 - DIAG_BEFORE : 0;
		to = from + DIAG_WIDTH < total ? from + DIAG_WIDTH : total;
		from = to - DIAG_WIDTH;
	}
	if (from > 0) {
		str_add(out, "...");
		str_add(blank, "   ");
	}
	int at = 0;
	for (size_t i = 0; i < len && at < to; at++) {
		const bool tab = line[i] == '\t';
		size_t used;
		const int columns = visible_columns(line + i, len - i, &used);
		if (at >= from) {
			visible_lines(line + i, used, out);
			if (at < g->column - 1) str_pad(blank, tab ? '\t' : ' ', tab ? 1 : columns);
		}
		i += used;
	}
	/* What is missing may be marked behind the end of its line. */
	str_pad(blank, ' ', g->column - 1 - total);
	if (to < total) str_add(out, "...");
}

static void
diag_format(const struct diags *d, const struct diag *g, bool color, struct str *out)
{
	const bool error = g->level == DIAG_ERROR;
	const char *off = diag_paint(color, "\033[0m"), *bold = diag_paint(color, "\033[1m");
	const char *red = diag_paint(color, error ? "\033[1;31m" : "\033[1;35m");
	const char *green = diag_paint(color, "\033[1;32m");
	str_add(out, bold);
	visible_line(g->file, out);
	if (g->line > 0) str_printf(out, ":%d", g->line);
	if (g->line > 0 && g->column > 0) str_printf(out, ":%d", g->column);
	str_printf(
		out, "%s%s%s%s:%s ", g->file[0] ? ": " : "", off, red, error ? "error" : "warning", off);
	visible_line(g->message, out);
	str_add_char(out, '\n');

	const char *line = NULL;
	size_t len;
	struct str blank = STR_INIT;
	if (diag_find_line(d, g, &line, &len)) {
		str_printf(out, "%5d | ", g->line);
		diag_add_line(g, line, len, out, &blank);
		str_printf(out, "\n      | %s%s^", str_text(&blank), green);
		const int room = DIAG_WIDTH - DIAG_BEFORE;
		str_pad(out, '~', (g->span < room ? g->span : room) - 1);
		str_add(out, off);
		if (g->hint) str_add(out, "  ");
	} else if (g->hint) {
		str_add(out, "        ");
	}
	if (g->hint) visible_line(g->hint, out);
	if (g->hint || line) str_add_char(out, '\n');
	str_free(&blank);
}

void
diags_format(struct diags *d, bool color, struct str *out)
{
	diags_sort(d);
	for (int i = 0; i < d->n && i < DIAG_SHOWN; i++)
		diag_format(d, &d->list[i], color, out);
	if (d->n > DIAG_SHOWN) str_printf(out, "and %d more\n", d->n - DIAG_SHOWN);
}

void
diags_json(struct diags *d, struct str *out)
{
	struct json j;
	diags_sort(d);
	json_begin(&j, out);
	json_open_array(&j, NULL);
	for (int i = 0; i < d->n; i++) {
		const struct diag *g = &d->list[i];
		json_open_object(&j, NULL);
		json_put_string(&j, "file", g->file);
		json_put_int(&j, "line", g->line);
		json_put_int(&j, "column", g->column);
		json_put_string(&j, "level", g->level == DIAG_ERROR ? "error" : "warning");
		json_put_string(&j, "message", g->message);
		json_put_string(&j, "hint", g->hint);
		json_close(&j);
	}
	json_close(&j);
	json_finish(&j);
}
