/*
 * Which fields could not be read: the places of their values in option structs, in a hash table, so
 * that checks across fields are silent about them. Most documents have none, and then the table is
 * empty.
 */
#include <stdint.h>

#include "config/field_parts.h"

enum { UNREAD_LEAST = 64 };

/* Where a place is, or the free slot in which it belongs. The table is never full. */
static struct field_place *
sound_slot(const struct field_unread *u, const void *place)
{
	size_t i = (size_t)((uintptr_t)place * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (u->room - 1);
	while (u->place[i].at && u->place[i].at != place)
		i = (i + 1) & (u->room - 1);
	return &u->place[i];
}

static void
sound_grow(struct field_reader *r)
{
	const struct field_unread old = r->unread;
	struct field_unread *u = &r->unread;
	u->room = old.room ? 2 * old.room : UNREAD_LEAST;
	u->place = ARENA_ARRAY(r->arena, struct field_place, u->room);
	for (size_t i = 0; i < old.room; i++)
		if (old.place[i].at) *sound_slot(u, old.place[i].at) = old.place[i];
}

void
field_mark(struct field_reader *r, const void *place, bool unread)
{
	struct field_unread *u = &r->unread;
	if (!unread && !u->room) return;
	if (2 * (u->n + 1) > u->room) sound_grow(r);
	struct field_place *slot = sound_slot(u, place);
	if (!slot->at && !unread) return;
	u->n += !slot->at;
	*slot = (struct field_place){ place, unread };
}

bool
field_sound(const struct field_reader *r, const void *place)
{
	return !r->unread.room || !sound_slot(&r->unread, place)->unread;
}

void
field_refused(struct field_reader *r, const void *place)
{
	field_mark(r, place, true);
}
