/* UTF-8. Source: RFC 3629, section 4. */
#include "base/utf8.h"

size_t
utf8_length(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	/* The second byte's range keeps out overlong forms, surrogates and what is above U+10FFFF. */
	unsigned low = 0x80, high = 0xbf;
	size_t len;
	if (s[0] < 0x80) return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf) {
		len = 2;
	} else if (s[0] >= 0xe0 && s[0] <= 0xef) {
		len = 3;
		low = s[0] == 0xe0 ? 0xa0 : low;
		high = s[0] == 0xed ? 0x9f : high;
	} else if (s[0] >= 0xf0 && s[0] <= 0xf4) {
		len = 4;
		low = s[0] == 0xf0 ? 0x90 : low;
		high = s[0] == 0xf4 ? 0x8f : high;
	} else {
		return 0;
	}
	if (n < len || s[1] < low || s[1] > high) return 0;
	for (size_t i = 2; i < len; i++)
		if (s[i] < 0x80 || s[i] > 0xbf) return 0;
	return len;
}

size_t
utf8_decode(const char *text, size_t n, uint32_t *c)
{
	const unsigned char *s = (const unsigned char *)text;
	const size_t len = utf8_length(text, n);
	*c = len < 2 ? s[0] : s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++)
		*c = *c << 6 | (s[i] & 0x3fu);
	return len;
}
