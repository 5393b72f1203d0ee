/* A small text table, as Markdown or as aligned columns. */
#include "table.h"

#include <string.h>

void
table_begin(struct table *t, int columns)
{
	*t = (struct table){ .columns = columns };
	t->left[0] = true;
}

void
table_cell(struct table *t, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	str_vprintf(&t->text, format, ap);
	va_end(ap);
	str_add_char(&t->text, '\0');
	t->cells++;
}

int
table_width(const char *s)
{
	int n = 0;
	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* A bar inside a cell would end it. */
static int
table_cell_width(const char *s, bool markdown)
{
	int n = table_width(s);
	for (; markdown && *s; s++)
		n += *s == '|';
	return n;
}

static void
table_put(struct str *out, const char *s, int width, bool left, bool markdown)
{
	const int pad = width - table_cell_width(s, markdown);
	if (!left) str_pad(out, ' ', pad);
	for (; *s; s++) {
		if (markdown && *s == '|') str_add_char(out, '\\');
		str_add_char(out, *s == '\n' ? ' ' : *s);
	}
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
		str_add(out, markdown ? " |\n" : "\n");
		if (markdown && i + 1 == t->columns) table_rule(t, width, out);
	}
	str_free(&t->text);
}
