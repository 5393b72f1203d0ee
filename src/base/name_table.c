/* Names with numbers: a hash table with open addressing, at most half full. */
#include "tlrun/name_table.h"

#include <stdint.h>
#include <string.h>

#include "tlrun/arena.h"

enum { NAME_TABLE_LEAST = 64 };

struct name_table_entry {
	const char *name;	/* NULL: free */
	uint64_t hash;
	long number;
};

struct name_table {
	struct arena *a;
	size_t n, room, compared;
	struct name_table_entry *entry;
};

/* FNV-1a (draft-eastlake-fnv), its high half folded into the low one. */
static uint64_t
name_table_hash(const char *name)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	for (; *name; name++)
		h = (h ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return h ^ h >> 32;
}

/* Where a name is, or the free entry in which it belongs. */
static struct name_table_entry *
name_table_slot(const struct name_table *s, const char *name, uint64_t hash, size_t *compared)
{
	size_t i = (size_t)hash & (s->room - 1);
	for (;; i = (i + 1) & (s->room - 1)) {
		struct name_table_entry *e = &s->entry[i];
		if (!e->name) return e;
		++*compared;
		if (e->hash == hash && strcmp(e->name, name) == 0) return e;
	}
}

struct name_table *
name_table_new(struct arena *a)
{
	struct name_table *s = ARENA_NEW(a, struct name_table);
	s->a = a;
	s->room = NAME_TABLE_LEAST;
	s->entry = ARENA_ARRAY(a, struct name_table_entry, s->room);
	return s;
}

static void
name_table_grow(struct name_table *s)
{
	const struct name_table old = *s;
	s->room = 2 * old.room;
	s->entry = ARENA_ARRAY(s->a, struct name_table_entry, s->room);
	for (size_t i = 0; i < old.room; i++) {
		const struct name_table_entry *e = &old.entry[i];
		if (e->name) *name_table_slot(s, e->name, e->hash, &s->compared) = *e;
	}
}

long
name_table_find(const struct name_table *s, const char *name)
{
	size_t compared = 0;
	const struct name_table_entry *e = name_table_slot(s, name, name_table_hash(name), &compared);
	return e->name ? e->number : -1;
}

long
name_table_add(struct name_table *s, const char *name, long number)
{
	if (2 * (s->n + 1) > s->room) name_table_grow(s);
	const uint64_t hash = name_table_hash(name);
	struct name_table_entry *e = name_table_slot(s, name, hash, &s->compared);
	if (e->name) return e->number;
	*e = (struct name_table_entry){ name, hash, number };
	s->n++;
	return -1;
}

size_t
name_table_compared(const struct name_table *s)
{
	return s->compared;
}
