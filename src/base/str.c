/* Growing strings: the room doubles, so adding n characters one by one costs n. */
#include "tlrun/str.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* Room for n more characters and the NUL. */
static void
str_room(struct str *s, size_t n)
{
	if (n >= SIZE_MAX / 4 || s->len >= SIZE_MAX / 4) alloc_fail();
	const size_t need = s->len + n + 1;
	if (need <= s->cap) return;
	size_t cap = s->cap ? s->cap * 2 : 32;
	if (cap < need) cap = need;
	s->data = alloc_resize(s->data, cap);
	s->cap = cap;
}

void
str_free(struct str *s)
{
	free(s->data);
	*s = STR_INIT;
}

void
str_clear(struct str *s)
{
	s->len = 0;
	if (s->data) s->data[0] = '\0';
}

void
str_add(struct str *s, const char *text)
{
	str_add_len(s, text, strlen(text));
}

void
str_add_len(struct str *s, const char *text, size_t n)
{
	str_room(s, n);
	if (n > 0) memcpy(s->data + s->len, text, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void
str_add_char(struct str *s, char c)
{
	str_add_len(s, &c, 1);
}

void
str_add_base64(struct str *s, const void *data, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = data;
	for (size_t i = 0; i < n; i += 3) {
		const unsigned v = (unsigned)b[i] << 16 | (i + 1 < n ? (unsigned)b[i + 1] << 8 : 0) |
			(i + 2 < n ? b[i + 2] : 0);
		const char four[] = { digit[v >> 18], digit[v >> 12 & 63],
			i + 1 < n ? digit[v >> 6 & 63] : '=', i + 2 < n ? digit[v & 63] : '=' };
		str_add_len(s, four, sizeof four);
	}
}

void
str_cut(struct str *s, size_t len)
{
	s->len = len;
	if (s->data) s->data[len] = '\0';
}

void
str_pad(struct str *s, char c, int n)
{
	if (n <= 0) return;
	str_room(s, (size_t)n);
	memset(s->data + s->len, c, (size_t)n);
	s->len += (size_t)n;
	s->data[s->len] = '\0';
}

void
str_vprintf(struct str *s, const char *format, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	const int n = vsnprintf(NULL, 0, format, ap);
	if (n >= 0) {
		str_room(s, (size_t)n);
		vsnprintf(s->data + s->len, (size_t)n + 1, format, again);
		s->len += (size_t)n;
	}
	va_end(again);
}

void
str_printf(struct str *s, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	str_vprintf(s, format, ap);
	va_end(ap);
}

const char *
str_text(const struct str *s)
{
	return s->data ? s->data : "";
}

bool
str_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}
