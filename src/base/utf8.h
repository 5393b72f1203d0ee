/* UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/* Bytes of the character that text starts with, 1 to 4; 0 when it is not valid. n > 0 bytes are
 * there. */
size_t utf8_length(const char *text, size_t n);
/* The same, and *c the character; where there is none (0), its first byte. */
size_t utf8_decode(const char *text, size_t n, uint32_t *c);

#endif
