/* Canonical JSON: same values, same bytes. Source: RFC 8259. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"

void
json_begin(struct json *j, struct str *out)
{
	*j = (struct json){ .out = out, .first = true };
}

/* What stands before a value: comma, line break and indent or a space, key. */
static void
json_before(struct json *j, const char *key)
{
	if (!j->first) str_add_char(j->out, ',');
	if (j->row > 0) {
		if (!j->first) str_add_char(j->out, ' ');
	} else if (j->depth > 0) {
		str_add_char(j->out, '\n');
		str_pad(j->out, ' ', 2 * j->depth);
	}
	j->first = false;
	if (key) {
		json_quote(j->out, key);
		str_add(j->out, ": ");
	}
}

static void
json_open_any(struct json *j, const char *key, const char brackets[2], bool row)
{
	assert(j->depth < JSON_DEPTH);
	json_before(j, key);
	str_add_char(j->out, brackets[0]);
	j->closer[j->depth++] = brackets[1];
	if (row || j->row > 0) j->row++;
	j->first = true;
}

void
json_open_object(struct json *j, const char *key)
{
	json_open_any(j, key, "{}", false);
}

void
json_open_array(struct json *j, const char *key)
{
	json_open_any(j, key, "[]", false);
}

void
json_open_row(struct json *j, const char *key)
{
	json_open_any(j, key, "[]", true);
}

void
json_close(struct json *j)
{
	assert(j->depth > 0);
	j->depth--;
	if (j->row > 0) {
		j->row--;
	} else if (!j->first) {
		str_add_char(j->out, '\n');
		str_pad(j->out, ' ', 2 * j->depth);
	}
	str_add_char(j->out, j->closer[j->depth]);
	j->first = false;
}

void
json_put_string(struct json *j, const char *key, const char *value)
{
	json_before(j, key);
	if (value)
		json_quote(j->out, value);
	else
		str_add(j->out, "null");
}

void
json_put_int(struct json *j, const char *key, long long value)
{
	json_before(j, key);
	str_printf(j->out, "%lld", value);
}

void
json_put_double(struct json *j, const char *key, double value)
{
	char text[32] = "null";
	if (isfinite(value)) num_format(value, text, sizeof text);
	json_before(j, key);
	str_add(j->out, text);
}

void
json_put_float(struct json *j, const char *key, float value)
{
	char text[32] = "null";
	if (isfinite(value)) num_format_float(value, text, sizeof text);
	json_before(j, key);
	str_add(j->out, text);
}

void
json_put_bool(struct json *j, const char *key, bool value)
{
	json_before(j, key);
	str_add(j->out, value ? "true" : "false");
}

void
json_finish(struct json *j)
{
	assert(j->depth == 0);
	str_add_char(j->out, '\n');
}

static void
json_quote_ascii(struct str *out, unsigned char c)
{
	static const char escaped[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
	const char *at = c ? strchr(escaped, c) : NULL;
	if (at) {
		str_add_char(out, '\\');
		str_add_char(out, letter[at - escaped]);
	} else if (visible_hides(c)) {
		str_printf(out, "\\u%04x", c);
	} else {
		str_add_char(out, (char)c);
	}
}

/* A character that would hide on a terminal; above U+FFFF it is two surrogates. */
static void
json_quote_hidden(struct str *out, uint32_t c)
{
	if (c > 0xffff) {
		str_printf(out, "\\u%04x", (unsigned)(0xd7c0 + (c >> 10)));
		c = 0xdc00 + (c & 0x3ff);
	}
	str_printf(out, "\\u%04x", (unsigned)c);
}

void
json_quote(struct str *out, const char *text)
{
	const char *end = text + strlen(text);
	str_add_char(out, '"');
	while (text < end) {
		const size_t n = utf8_length(text, (size_t)(end - text));
		uint32_t c;
		utf8_decode(text, (size_t)(end - text), &c);
		if (n == 1)
			json_quote_ascii(out, (unsigned char)*text);
		else if (n > 1 && visible_hides(c))
			json_quote_hidden(out, c);
		else if (n > 1)
			str_add_len(out, text, n);
		else
			str_add(out, "\xef\xbf\xbd"); /* U+FFFD */
		text += n ? n : 1;
	}
	str_add_char(out, '"');
}
