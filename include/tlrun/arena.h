/* floor: base */
/*
 * An arena: small memory that is freed together (a document, a network, a run).
 *
 * Allocations are zeroed and 16-byte aligned. They never return NULL: small things are bounded by
 * the limits of the input, so a machine that cannot give them cannot run us either, and arena_alloc
 * aborts.
 */
#ifndef TLRUN_ARENA_H
#define TLRUN_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);	/* accepts NULL; frees everything taken from it */

void *arena_alloc(struct arena *a, size_t bytes);
void *arena_array(struct arena *a, size_t count, size_t size);	/* overflow is refused memory */
/* What an arena does that is refused memory: say so and end the program with exit code 5. For what
 * libraries are refused. */
_Noreturn void arena_refused(void);
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *format, va_list ap)
	__attribute__((format(printf, 2, 0)));

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, type, n) ((type *)arena_array((a), (n), sizeof(type)))

#endif
