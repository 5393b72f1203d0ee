/*
 * The text of a document before it is parsed: size, encoding, characters.
 *
 * libyaml counts U+0085, U+2028 and U+2029 as ends of a line, editors and we do not: such
 * characters, and control characters, are refused here so that lines and columns mean the same to
 * everyone. Source: The Unicode Standard, 3.9 (well-formed UTF-8); YAML 1.2.2, 5.1 (character
 * set).
 */
#include <stdint.h>
#include <string.h>

#include "config/document_parts.h"

/* Decode one character of at most n bytes into *c; its length, or 0 when it is no UTF-8. */
static size_t
text_decode(const unsigned char *p, size_t n, uint32_t *c)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	if (p[0] < 0x80) {
		*c = p[0];
		return 1;
	}
	if ((p[0] & 0xe0) == 0xc0)
		len = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		len = 3;
	else if ((p[0] & 0xf8) == 0xf0)
		len = 4;
	else
		return 0;
	if (len > n) return 0;
	*c = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80) return 0;
		*c = *c << 6 | (p[i] & 0x3fu);
	}
	if (*c < smallest[len] || *c > 0x10ffff || (*c >= 0xd800 && *c < 0xe000)) return 0;
	return len;
}

static bool
text_is_refused(uint32_t c)
{
	if (c < 0x20) return c != '\t' && c != '\n' && c != '\r';
	return (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff || c == 0xfffe ||
		   c == 0xffff;
}

static void
text_refuse(struct diags *d, struct mark at, uint32_t c)
{
	if (c == 0xfeff)
		diag_add(d, DIAG_ERROR, at, 1, "remove it; it may stand only at the very start",
			"byte-order mark (U+FEFF) inside the file");
	else if (c == '\r')
		diag_add(
			d, DIAG_ERROR, at, 1, "end lines with a newline", "carriage return without a newline");
	else
		diag_add(d, DIAG_ERROR, at, 1, "remove it, or write it as an escape in double quotes",
			"character U+%04X is not allowed", (unsigned)c);
}

static bool
text_check_size(const struct document_source *s, struct diags *d)
{
	if (s->len <= DOCUMENT_MAX_BYTES) return true;
	diag_add(d, DIAG_ERROR, MARK_FILE(s->file), 1, NULL,
		"the file has more bytes than the limit of %d (1 MiB)", DOCUMENT_MAX_BYTES);
	return false;
}

bool
document_check_text(const struct document_source *s, struct diags *d)
{
	const unsigned char *p = (const unsigned char *)s->text;
	struct mark at = { s->file, s->lineless ? 0 : 1, s->lineless ? 0 : 1, -1 };
	if (!text_check_size(s, d)) return false;
	if (s->len >= 2 && ((p[0] == 0xff && p[1] == 0xfe) || (p[0] == 0xfe && p[1] == 0xff))) {
		diag_add(d, DIAG_ERROR, at, 1, "save it as UTF-8", "the file is UTF-16");
		return false;
	}
	size_t i = s->len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	while (i < s->len) {
		uint32_t c;
		const size_t n = text_decode(p + i, s->len - i, &c);
		if (n == 0) {
			diag_add(
				d, DIAG_ERROR, at, 1, "save the file as UTF-8", "byte 0x%02x is not UTF-8", p[i]);
			return false;
		}
		if (text_is_refused(c) || (c == '\r' && (i + 1 >= s->len || p[i + 1] != '\n'))) {
			text_refuse(d, at, c);
			return false;
		}
		i += n;
		if (s->lineless) continue;
		at.column++;
		if (c == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	return true;
}
