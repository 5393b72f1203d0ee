/*
 * An arena: chunks in a list, filled from the front, freed together. What does not fit a chunk gets
 * a chunk of its own.
 */
#include "tlrun/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#ifndef __has_feature
#define __has_feature(name) 0
#endif

/* With the address sanitizer each allocation is a chunk, so that it sees what runs over the end. */
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
enum { ARENA_CHUNK = 0 };
#else
enum { ARENA_CHUNK = 16384 };
#endif
enum { ARENA_ALIGN = 16 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t used, size;
	alignas(ARENA_ALIGN) char data[];
};

struct arena {
	struct arena_chunk *chunks; /* the first is the one being filled */
};

struct arena *
arena_new(void)
{
	return alloc_zeroed(sizeof(struct arena));
}

void
arena_free(struct arena *a)
{
	if (!a) return;
	for (struct arena_chunk *c = a->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(a);
}

static struct arena_chunk *
arena_add_chunk(struct arena *a, size_t size)
{
	struct arena_chunk *c = alloc_zeroed(sizeof *c + size);
	c->size = size;
	/* A chunk for one large thing goes behind the one being filled, whose rest stays usable. */
	struct arena_chunk **at = size > ARENA_CHUNK && a->chunks ? &a->chunks->next : &a->chunks;
	c->next = *at;
	*at = c;
	return c;
}

void *
arena_alloc(struct arena *a, size_t bytes)
{
	if (bytes > SIZE_MAX / 2) alloc_fail();
	const size_t exact = bytes ? bytes : 1;
	const size_t need = (exact + ARENA_ALIGN - 1) / ARENA_ALIGN * ARENA_ALIGN;
	struct arena_chunk *c = a->chunks;
	if (!c || c->size - c->used < need)
		c = arena_add_chunk(a, need > ARENA_CHUNK / 4 ? exact : ARENA_CHUNK);
	void *p = c->data + c->used;
	c->used = c->size - c->used < need ? c->size : c->used + need;
	return p;
}

void *
arena_array(struct arena *a, size_t count, size_t size)
{
	if (size > 0 && count > SIZE_MAX / size) alloc_fail();
	return arena_alloc(a, count * size);
}

char *
arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *
arena_strndup(struct arena *a, const char *s, size_t n)
{
	n = strnlen(s, n);
	char *copy = arena_alloc(a, n + 1);
	memcpy(copy, s, n);
	return copy;
}

char *
arena_vprintf(struct arena *a, const char *format, va_list ap)
{
	va_list again;
	va_copy(again, ap);
	const int n = vsnprintf(NULL, 0, format, ap);
	char *text = arena_alloc(a, n < 0 ? 1 : (size_t)n + 1);
	if (n > 0) vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	return text;
}

char *
arena_printf(struct arena *a, const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	char *text = arena_vprintf(a, format, ap);
	va_end(ap);
	return text;
}

void
arena_refused(void)
{
	alloc_fail();
}
