/* Text that is safe to print: what acts on a terminal or hides in it becomes a visible escape. */
#include "tlrun/visible.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

struct range { uint32_t first, last; };

/* Controls, directions, and what nobody can see. */
static const struct range hidden[] = {
	{ 0x00, 0x1f }, { 0x7f, 0x9f }, { 0xad, 0xad }, { 0x61c, 0x61c }, { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200b }, { 0x200e, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff }, { 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

/* Marks that stand on the character before them. */
static const struct range combining[] = {
	{ 0x300, 0x36f }, { 0x483, 0x489 }, { 0x591, 0x5bd }, { 0x610, 0x61a }, { 0x64b, 0x65f },
	{ 0x6d6, 0x6dc }, { 0xe34, 0xe3a }, { 0xe47, 0xe4e }, { 0x1ab0, 0x1aff }, { 0x1dc0, 0x1dff },
	{ 0x200c, 0x200d }, { 0x20d0, 0x20ff }, { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f },
};

/* Characters of two columns. */
static const struct range wide[] = {
	{ 0x1100, 0x115e }, { 0x231a, 0x231b }, { 0x2329, 0x232a }, { 0x23e9, 0x23f3 },
	{ 0x25fd, 0x25fe }, { 0x2614, 0x2615 }, { 0x2648, 0x2653 }, { 0x26a1, 0x26a1 },
	{ 0x2705, 0x2705 }, { 0x274c, 0x274c }, { 0x2753, 0x2757 }, { 0x2795, 0x2797 },
	{ 0x2b1b, 0x2b1c }, { 0x2b50, 0x2b55 }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf },
	{ 0xa960, 0xa97c }, { 0xac00, 0xd7a3 }, { 0xf900, 0xfaff }, { 0xfe10, 0xfe19 },
	{ 0xfe30, 0xfe6f }, { 0xff01, 0xff60 }, { 0xffe0, 0xffe6 }, { 0x16fe0, 0x18cff },
	{ 0x1aff0, 0x1b2ff }, { 0x1f18e, 0x1f19a }, { 0x1f200, 0x1f64f }, { 0x1f680, 0x1f6ff },
	{ 0x1f7e0, 0x1f7f0 }, { 0x1f90c, 0x1f9ff }, { 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

static bool
range_has(const struct range *r, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n && c >= r[i].first; i++)
		if (c <= r[i].last) return true;
	return false;
}

bool
visible_hides(uint32_t c)
{
	return range_has(hidden, sizeof hidden / sizeof *hidden, c);
}

static void
visible_byte(unsigned char c, char out[VISIBLE_ROOM])
{
	static const char letters[] = "\n\t\r", names[] = "ntr";
	const char *const at = c ? strchr(letters, c) : NULL;
	if (at) snprintf(out, VISIBLE_ROOM, "\\%c", names[at - letters]);
	else snprintf(out, VISIBLE_ROOM, "\\x%02x", c);
}

size_t
visible_char(const char *text, size_t n, char out[VISIBLE_ROOM])
{
	uint32_t c;
	const size_t used = utf8_decode(text, n, &c);
	out[0] = '\0';
	if (!used || (c < 0x80 && visible_hides(c))) visible_byte((unsigned char)*text, out);
	else if (c >= 0x80 && visible_hides(c)) snprintf(out, VISIBLE_ROOM, "<U+%04X>", (unsigned)c);
	return used ? used : 1;
}

static void
visible_add(const char *text, size_t n, bool lines, struct str *out)
{
	char escape[VISIBLE_ROOM];
	for (size_t used; n > 0; text += used, n -= used) {
		used = visible_char(text, n, escape);
		if (!escape[0] || (lines && (*text == '\n' || *text == '\t')))
			str_add_len(out, text, used);
		else str_add(out, escape);
	}
}

void
visible_line(const char *text, struct str *out)
{
	visible_add(text, strlen(text), false, out);
}

const char *
visible_text(struct arena *a, const char *text)
{
	struct str line = STR_INIT;
	visible_line(text, &line);
	const char *const safe = arena_strdup(a, str_text(&line));
	str_free(&line);
	return safe;
}

void
visible_lines(const char *text, size_t n, struct str *out)
{
	visible_add(text, n, true, out);
}

int
visible_columns(const char *text, size_t n, size_t *used)
{
	char escape[VISIBLE_ROOM];
	uint32_t c;
	*used = visible_char(text, n, escape);
	if (escape[0]) return (int)strlen(escape);
	utf8_decode(text, n, &c);
	if (range_has(combining, sizeof combining / sizeof *combining, c)) return 0;
	return range_has(wide, sizeof wide / sizeof *wide, c) ? 2 : 1;
}

int
visible_width(const char *text)
{
	int width = 0;
	size_t n = strlen(text);
	for (size_t used; n > 0; text += used, n -= used)
		width += visible_columns(text, n, &used);
	return width;
}

size_t
visible_fit(const char *text, int columns)
{
	const size_t n = strlen(text);
	size_t at = 0;
	for (size_t used; at < n; at += used) {
		columns -= visible_columns(text + at, n - at, &used);
		if (columns < 0) break;
	}
	return at;
}
