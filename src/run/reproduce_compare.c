/*
 * Files of two runs side by side: the first place where each differs, in the file's own words.
 *
 * Text is compared line by line, a CSV by column. result.json also names the version and the build
 * of tlrun, which are no result: they are told apart.
 */
#include "tlrun/reproduce.h"

#include <stdio.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/num.h"
#include "tlrun/weights.h"

enum { COMPARE_MAX_BYTES = 1 << 30 };

/* One file's text in two versions while lines are taken from both. */
struct compare {
	struct arena *a;
	char *then, *now;			/* what is left */
	const char *head;			/* the first line of a CSV */
	int line;
	struct file_difference *out;
};

/* The next line, cut out of the text; NULL at its end. */
static char *
compare_line(char **text)
{
	char *const line = *text;
	if (!*line) return NULL;
	char *const end = strchr(line, '\n');
	*text = end ? end + 1 : line + strlen(line);
	if (end) *end = '\0';
	return line;
}

static const char *
compare_trimmed(struct arena *a, const char *line)
{
	if (!line) return NULL;
	line += strspn(line, " ");
	size_t n = strlen(line);
	while (n && (line[n - 1] == ',' || line[n - 1] == ' ')) n--;
	return arena_strndup(a, line, n);
}

/* The next field of a line of CSV (RFC 4180); *s moves behind it, to NULL at the end. */
static const char *
compare_field(struct arena *a, const char **s)
{
	const char *const start = *s;
	bool quoted = false;
	const char *p = start;
	for (; *p && (quoted || *p != ','); p++)
		if (*p == '"') quoted = !quoted;
	*s = *p ? p + 1 : NULL;
	return arena_strndup(a, start, (size_t)(p - start));
}

/* The first column that differs, by its name, and what the row's first column says of the row. */
static void
compare_row(struct compare *c, const char *then, const char *now)
{
	const char *head = c->head;
	const char *row = NULL, *first = NULL;
	while (head && then && now) {
		const char *const name = compare_field(c->a, &head);
		const char *const x = compare_field(c->a, &then), *const y = compare_field(c->a, &now);
		if (!row) row = x, first = name;
		if (!strcmp(x, y)) continue;
		c->out->where = arena_printf(c->a, "line %d, %s %s, %s", c->line, first, row, name);
		c->out->then = x;
		c->out->now = y;
		return;
	}
}

static void
compare_differ(struct compare *c, const char *then, const char *now)
{
	c->out->where = arena_printf(c->a, "line %d", c->line);
	c->out->then = compare_trimmed(c->a, then);
	c->out->now = compare_trimmed(c->a, now);
	if (c->head && then && now && c->line > 1) compare_row(c, then, now);
}

/* A line of result.json that names the program. */
static bool
compare_is_build(const char *then, const char *now)
{
	static const char *const keys[] = { "  \"tlrun\": ", "    \"binary\": " };
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const size_t n = strlen(keys[i]);
		if (!strncmp(then, keys[i], n) && !strncmp(now, keys[i], n)) return true;
	}
	return false;
}

static void
compare_lines(struct compare *c, bool csv, const char **builds)
{
	for (;;) {
		const char *const then = compare_line(&c->then), *const now = compare_line(&c->now);
		c->line++;
		if (!then && !now) return;
		if (csv && c->line == 1) c->head = then;
		if (then && now && !strcmp(then, now)) continue;
		if (then && now && builds && compare_is_build(then, now)) {
			*builds = arena_printf(c->a, "%s%s%s there, %s now", *builds ? *builds : "",
				*builds ? "; " : "", compare_trimmed(c->a, then), compare_trimmed(c->a, now));
			continue;
		}
		compare_differ(c, then, now);
		return;
	}
}

static enum status
compare_read(struct arena *a, const char *path, char **out, struct err *e)
{
	struct str text = STR_INIT;
	const enum status s = file_read(path, COMPARE_MAX_BYTES, &text, ERR_IO, e);
	if (s == OK) *out = arena_strndup(a, str_text(&text), text.len);
	str_free(&text);
	return s;
}

static enum status
compare_text(struct arena *a, const char *then, const char *now, const char **builds,
	struct file_difference *out, struct err *e)
{
	struct compare c = { .a = a, .out = out };
	const size_t n = strlen(out->file);
	TRY(compare_read(a, then, &c.then, e));
	TRY(compare_read(a, now, &c.now, e));
	compare_lines(&c, n > 4 && !strcmp(out->file + n - 4, ".csv"), builds);
	return OK;
}

/* ---- tensors ---- */

static bool
compare_shape(const struct tensor *x, const struct tensor *y)
{
	return x->type == y->type && x->rank == y->rank && x->bytes == y->bytes &&
		!memcmp(x->d, y->d, (size_t)x->rank * sizeof *x->d);
}

/* The place of one value: "[3,0,7]". */
static const char *
compare_index(struct arena *a, const struct tensor *t, size_t flat)
{
	long long at[SHAPE_RANK];
	const char *text = "";
	for (int i = t->rank - 1; i >= 0; i--) {
		at[i] = (long long)(flat % (size_t)t->d[i]);
		flat /= (size_t)t->d[i];
	}
	for (int i = 0; i < t->rank; i++)
		text = arena_printf(a, "%s%s%lld", text, i ? "," : "", at[i]);
	return arena_printf(a, "[%s]", text);
}

static void
compare_values(struct arena *a, const struct tensor *x, const struct tensor *y,
	struct file_difference *out)
{
	const size_t size = sizeof(float), n = x->bytes / size;
	const char *const p = x->data, *const q = y->data;
	size_t first = n, differ = 0;
	for (size_t i = 0; i < n; i++) {
		if (!memcmp(p + i * size, q + i * size, size)) continue;
		if (!differ++) first = i;
	}
	float then, now;
	char text[32];
	memcpy(&then, p + first * size, size);
	memcpy(&now, q + first * size, size);
	out->where = arena_printf(a, "%s%s, the first of %zu in it", x->name,
		compare_index(a, x, first), differ);
	num_format_float(then, text, sizeof text);
	out->then = arena_strdup(a, text);
	num_format_float(now, text, sizeof text);
	out->now = arena_strdup(a, text);
}

static void
compare_metadata(struct arena *a, const struct safetensors *x, const struct safetensors *y,
	struct file_difference *out)
{
	static const char *const keys[] = { "format", "classes", "preprocessing", "experiment" };
	for (size_t i = 0; i < sizeof keys / sizeof *keys && !out->where; i++) {
		const char *const then = safetensors_meta(x, keys[i]), *const now =
			safetensors_meta(y, keys[i]);
		if (then && now && !strcmp(then, now)) continue;
		if (!then && !now) continue;
		struct compare c = { .a = a, .out = out, .then = arena_strdup(a, then ? then : ""),
			.now = arena_strdup(a, now ? now : "") };
		compare_lines(&c, false, NULL);
		out->where = arena_printf(a, "metadata \"%s\", %s", keys[i], out->where);
	}
}

static void
compare_tensors(struct arena *a, const struct safetensors *x, const struct safetensors *y,
	struct file_difference *out)
{
	const size_t n = safetensors_count(x), m = safetensors_count(y);
	for (size_t i = 0; (i < n || i < m) && !out->where; i++) {
		const struct tensor *const then = i < n ? safetensors_at(x, i) : NULL;
		const struct tensor *const now = i < m ? safetensors_at(y, i) : NULL;
		if (!then || !now || strcmp(then->name, now->name) != 0) {
			out->where = arena_printf(a, "tensor %zu", i + 1);
			out->then = then ? then->name : NULL;
			out->now = now ? now->name : NULL;
		} else if (!compare_shape(then, now))
			out->where = arena_printf(a, "the shape of %s", then->name);
		else if (memcmp(then->data, now->data, then->bytes) != 0)
			compare_values(a, then, now, out);
	}
}

static enum status
compare_model(struct arena *a, const char *then, const char *now, struct file_difference *out,
	struct err *e)
{
	struct safetensors *x = NULL, *y = NULL;
	struct file_map p = { NULL, 0 }, q = { NULL, 0 };
	enum status s = file_map_open(&p, then, ERR_IO, e);
	if (s == OK) s = file_map_open(&q, now, ERR_IO, e);
	const bool same = s == OK && p.size == q.size && !memcmp(p.data, q.data, p.size);
	if (s == OK && !same) s = safetensors_open(&x, then, e);
	if (s == OK && !same) s = safetensors_open(&y, now, e);
	if (s == OK && !same) {
		compare_tensors(a, x, y, out);
		if (!out->where) compare_metadata(a, x, y, out);
		if (!out->where) out->where = "the header";
	}
	safetensors_close(x);
	safetensors_close(y);
	file_map_close(&p);
	file_map_close(&q);
	return s;
}

/* ---- a seed ---- */

enum status
reproduce_compare(struct arena *a, const char *then, const char *now, uint64_t seed,
	struct seed_differences *out, struct err *e)
{
	static const char *const names[REPRODUCE_FILES] = { "result.json", "history.csv",
		"predictions.csv", "model.safetensors", "experiment.yaml" };
	*out = (struct seed_differences){ .n = 0 };
	for (int i = 0; i < REPRODUCE_FILES; i++) {
		struct file_difference *f = &out->file[i];
		const char *const below = i == REPRODUCE_FILES - 1 ? names[i]
			: arena_printf(a, "seed-%llu/%s", (unsigned long long)seed, names[i]);
		const char *const x = path_join(a, then, below), *const y = path_join(a, now, below);
		f->file = names[i];
		if (!file_exists(x)) f->where = "it is not there";
		else if (!strcmp(names[i], "model.safetensors")) TRY(compare_model(a, x, y, f, e));
		else TRY(compare_text(a, x, y, i ? NULL : &out->builds, f, e));
		out->n += f->where != NULL;
	}
	return OK;
}
