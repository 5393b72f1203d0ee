/* The keys of a schema with the places where they stand, for hints and for explain. */
#include <string.h>

#include "config/field_parts.h"

enum { INDEX_MAX_DEPTH = 8 }; /* a schema could hold itself */

struct index_make {
	struct arena *a;
	struct field_index *index;
};

static void index_table(struct index_make *m, const struct field *table, struct field_entry where);

static void
index_add(struct index_make *m, struct field_entry e)
{
	struct field_index *x = m->index;
	if (x->n == x->room) {
		x->room = x->room ? 2 * x->room : 64;
		struct field_entry *v = ARENA_ARRAY(m->a, struct field_entry, x->room);
		if (x->n) memcpy(v, x->v, x->n * sizeof(*v));
		x->v = v;
	}
	x->v[x->n++] = e;
}

/* Arguments of a tagged kind stand beside its tag, those of an item under its name. */
static void
index_family(struct index_make *m, const struct field *f, const char *path, int depth)
{
	const struct family *family = f->family;
	for (const struct kind *const *k = family->kinds; *k; k++) {
		const char *parent =
			family->style == FAMILY_TAG ? path : arena_printf(m->a, "%s.%s", path, (*k)->name);
		index_table(m, (*k)->fields, (struct field_entry){ parent, NULL, family, *k, depth });
	}
	index_table(m, family->common, (struct field_entry){ path, NULL, family, NULL, depth });
}

static void
index_table(struct index_make *m, const struct field *table, struct field_entry where)
{
	if (where.depth > INDEX_MAX_DEPTH) return;
	for (const struct field *f = table; f && f->key; f++) {
		where.field = f;
		index_add(m, where);
		const char *path =
			where.parent[0] ? arena_printf(m->a, "%s.%s", where.parent, f->key) : f->key;
		/* An item is a level below its list: what stands elsewhere too is shown there first. */
		const int below = where.depth + (f->type == FIELD_T_MAPS ? 2 : 1);
		if (f->type == FIELD_T_MAP || f->type == FIELD_T_MAPS)
			index_table(m, f->fields, (struct field_entry){ path, NULL, NULL, NULL, below });
		else if (f->type == FIELD_T_KIND || f->type == FIELD_T_KINDS)
			index_family(m, f, path, where.depth + 1);
	}
}

void
field_index_make(struct arena *a, const struct field *root, struct field_index *index)
{
	struct index_make m = { a, index };
	*index = (struct field_index){ 0, 0, NULL };
	index_table(&m, root, (struct field_entry){ "", NULL, NULL, NULL, 0 });
}

void
field_paths(struct arena *a, const struct field *root,
	void (*each)(void *ctx, const char *path, const struct field *f, bool whole), void *ctx)
{
	struct field_index x;
	field_index_make(a, root, &x);
	for (size_t i = 0; i < x.n; i++) {
		const struct field *const f = x.v[i].field;
		const char *const path =
			x.v[i].parent[0] ? arena_printf(a, "%s.%s", x.v[i].parent, f->key) : f->key;
		const bool keys = f->type == FIELD_T_MAP || f->type == FIELD_T_MAPS ||
			f->type == FIELD_T_KIND || f->type == FIELD_T_KINDS;
		each(ctx, path, f, !keys);
	}
}
