/* floor: base */
/* Growing strings. data is always NUL-terminated once something was added; str_text is never
 * NULL. */
#ifndef TLRUN_STR_H
#define TLRUN_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *data;
	size_t len, cap;
};

#define STR_INIT ((struct str){ 0, 0, 0 })

void str_free(struct str *s);
void str_clear(struct str *s);	/* keeps the memory */
void str_add(struct str *s, const char *text);
void str_add_len(struct str *s, const char *text, size_t n);
void str_add_char(struct str *s, char c);
void str_add_base64(struct str *s, const void *data, size_t n);	/* RFC 4648, padded */
void str_cut(struct str *s, size_t len);	/* back to len, which is at most what there is */
void str_pad(struct str *s, char c, int n);	/* adds c n times; nothing for n <= 0 */
void str_printf(struct str *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
void str_vprintf(struct str *s, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));
/* Whether two texts are the same, or both NULL. */
bool str_same(const char *a, const char *b);
const char *str_text(const struct str *s);	/* "" when empty */

#endif
