/* A small text table, as Markdown or as aligned columns. */
#include "table.h"

#include <string.h>

#include "tlrun/visible.h"

void
table_begin(struct table *t, int columns)
{
	*t = (struct table){ .columns = columns };
	t->left[0] = true;
}

void
table_cell(struct table *t, const char *format, ...)
{
	struct str cell = STR_INIT;
	va_list ap;
	va_start(ap, format);
	str_vprintf(&cell, format, ap);
	va_end(ap);
	visible_line(str_text(&cell), &t->text);
	str_add_char(&t->text, '\0');
	str_free(&cell);
	t->cells++;
}

static bool
table_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c < 0;
}

/*
 * Whether Markdown takes the character at s[i] for its own; not an underscore within a word, and a
 * number sign only where it begins a heading or ends one.
 */
static bool
table_escapes(const char *s, size_t i)
{
	if (s[i] == '_') return i == 0 || !table_alnum(s[i - 1]) || !table_alnum(s[i + 1]);
	if (s[i] == '#') return i == 0 || !s[i + 1];
	return s[i] && strchr("\\`*[]<>|~&", s[i]);
}

static int
table_cell_width(const char *s, bool markdown)
{
	int n = visible_width(s);
	for (size_t i = 0; markdown && s[i]; i++)
		n += table_escapes(s, i);
	return n;
}

void
table_markdown(const char *s, struct str *out)
{
	for (size_t i = 0; s[i]; i++) {
		if (table_escapes(s, i)) str_add_char(out, '\\');
		str_add_char(out, s[i]);
	}
}

static void
table_put(struct str *out, const char *s, int width, bool left, bool markdown)
{
	const int pad = width - table_cell_width(s, markdown);
	if (!left) str_pad(out, ' ', pad);
	if (markdown) table_markdown(s, out);
	else str_add(out, s);
	if (left) str_pad(out, ' ', pad);
}

static void
table_rule(const struct table *t, const int *width, struct str *out)
{
	for (int c = 0; c < t->columns; c++) {
		str_add(out, c ? " | " : "| ");
		str_pad(out, '-', width[c] - !t->left[c]);
		if (!t->left[c]) str_add_char(out, ':');
	}
	str_add(out, " |\n");
}

void
table_end(struct table *t, bool markdown, struct str *out)
{
	int width[TABLE_COLUMNS] = { 0 };
	const char *s = str_text(&t->text);
	for (int i = 0; i < t->cells; i++, s += strlen(s) + 1) {
		const int w = table_cell_width(s, markdown);
		if (w > width[i % t->columns]) width[i % t->columns] = w;
	}
	for (int c = 0; c < t->columns && markdown; c++)
		if (width[c] < 3) width[c] = 3;
	s = str_text(&t->text);
	for (int i = 0; i < t->cells; i++, s += strlen(s) + 1) {
		const int c = i % t->columns;
		if (markdown) str_add(out, c ? " | " : "| ");
		else if (c) str_add(out, "  ");
		table_put(out, s, width[c], t->left[c], markdown);
		if (c < t->columns - 1) continue;
		while (!markdown && out->len && out->data[out->len - 1] == ' ')
			str_cut(out, out->len - 1);
		str_add(out, markdown ? " |\n" : "\n");
		if (markdown && i + 1 == t->columns) table_rule(t, width, out);
	}
	str_free(&t->text);
}
