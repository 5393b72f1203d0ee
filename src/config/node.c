/* Nodes of a document: find, put, remove, and say what one is. */
#include <string.h>

#include "config/document_parts.h"
#include "config/scalar.h"

enum { NODE_SHOWN = 40 }; /* bytes of a scalar that a message shows */

long
node_index(const struct node *map, const char *key)
{
	if (!map || map->type != NODE_MAP) return -1;
	for (size_t i = 0; i < map->n; i++)
		if (strcmp(map->keys[i], key) == 0) return (long)i;
	return -1;
}

const struct node *
node_get(const struct node *map, const char *key)
{
	const long i = node_index(map, key);
	return i < 0 ? NULL : map->items[i];
}

/*
 * Arrays in an arena are not resized: they are taken anew, one longer. Only merges and overrides
 * do this.
 */
void
node_put(struct arena *a, struct node *map, const char *key, struct mark where, int span,
	struct node *value)
{
	const size_t n = map->n;
	struct node **items = ARENA_ARRAY(a, struct node *, n + 1);
	const char **keys = ARENA_ARRAY(a, const char *, n + 1);
	struct mark *key_at = ARENA_ARRAY(a, struct mark, n + 1);
	int *key_span = ARENA_ARRAY(a, int, n + 1);
	if (n) {
		memcpy(items, map->items, n * sizeof(*items));
		memcpy(keys, map->keys, n * sizeof(*keys));
		memcpy(key_at, map->key_at, n * sizeof(*key_at));
		memcpy(key_span, map->key_span, n * sizeof(*key_span));
	}
	items[n] = value;
	keys[n] = key;
	key_at[n] = where;
	key_span[n] = span;
	map->items = items;
	map->keys = keys;
	map->key_at = key_at;
	map->key_span = key_span;
	map->n = n + 1;
}

void
node_remove(struct node *c, size_t i)
{
	const size_t after = c->n - i - 1;
	memmove(c->items + i, c->items + i + 1, after * sizeof(*c->items));
	if (c->type == NODE_MAP) {
		memmove(c->keys + i, c->keys + i + 1, after * sizeof(*c->keys));
		memmove(c->key_at + i, c->key_at + i + 1, after * sizeof(*c->key_at));
		memmove(c->key_span + i, c->key_span + i + 1, after * sizeof(*c->key_span));
	}
	c->n--;
}

/* Text on one line, shortened, never cut inside a character. */
static const char *
node_shown(struct arena *a, const char *text)
{
	size_t n = strlen(text);
	const bool cut = n > NODE_SHOWN;
	if (cut) {
		n = NODE_SHOWN;
		while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
			n--;
	}
	char *shown = arena_strndup(a, text, n);
	for (char *p = shown; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f) *p = ' ';
	return cut ? arena_printf(a, "%s…", shown) : shown;
}

const char *
node_found(struct arena *a, const struct node *n)
{
	switch (n->type) {
	case NODE_NULL:
		return "nothing";
	case NODE_LIST:
		return n->n == 0 ? "an empty list" : "a list";
	case NODE_MAP:
		if (!n->text[0]) return "a map";
		break;
	case NODE_SCALAR:
		break;
	}
	const char *shown = node_shown(a, n->text);
	double x;
	bool b;
	if (n->quoted) return arena_printf(a, "the string \"%s\"", shown);
	if (scalar_real(n->text, &x) != SCALAR_NONE || scalar_bool(n->text, &b)) return shown;
	return arena_printf(a, "\"%s\"", shown);
}
