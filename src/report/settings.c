/*
 * A resolved experiment as paths and values, taken from the parsed file: how it is written, in
 * block or flow style, with quotes or comments, is no difference.
 *
 * Paths   "training.optimizer.learning_rate". What stands in a list is named after its `name` or
 *         its kind, as on the command line, and numbered from the second of a name on. The list
 *         itself has these names in their order as its value, so that another order is a
 *         difference.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/comparison.h"
#include "tlrun/diag.h"
#include "tlrun/document.h"

struct settings {
	struct arena *a;
	int n, room;
	struct setting *out;
};

static void
settings_add(struct settings *s, const char *key, const char *value)
{
	if (s->n == s->room) {
		s->room = 2 * s->room + 64;
		struct setting *const more = ARENA_ARRAY(s->a, struct setting, (size_t)s->room);
		if (s->n) memcpy(more, s->out, (size_t)s->n * sizeof *more);
		s->out = more;
	}
	s->out[s->n++] = (struct setting){ key, value };
}

static const char *
settings_flow(struct settings *s, const struct node *n)
{
	struct str text = STR_INIT;
	document_flow(n, &text);
	const char *const out = arena_strdup(s->a, str_text(&text));
	str_free(&text);
	return out;
}

/* What a list's item is called. args: the map of its settings; NULL: it is its name alone. */
static const char *
settings_item(struct settings *s, const struct node *item, const struct node **args)
{
	const struct node *const name = node_get(item, "name");
	*args = NULL;
	if (item->type != NODE_MAP) return settings_flow(s, item);
	if (!name && item->n == 1) {
		if (item->items[0]->type == NODE_MAP) *args = item->items[0];
		return item->keys[0];
	}
	*args = item;
	return name && name->type == NODE_SCALAR ? name->text : "item";
}

static void settings_node(struct settings *s, const char *path, const struct node *n);

static void
settings_map(struct settings *s, const char *path, const struct node *map, const char *but)
{
	for (size_t i = 0; i < map->n; i++)
		if (!but || strcmp(map->keys[i], but) != 0)
			settings_node(s, *path ? arena_printf(s->a, "%s.%s", path, map->keys[i])
				: map->keys[i], map->items[i]);
}

static void
settings_list(struct settings *s, const char *path, const struct node *list)
{
	const char **name = ARENA_ARRAY(s->a, const char *, list->n);
	const struct node **args = ARENA_ARRAY(s->a, const struct node *, list->n);
	struct str names = STR_INIT;
	for (size_t i = 0; i < list->n; i++) {
		name[i] = settings_item(s, list->items[i], &args[i]);
		str_printf(&names, "%s%s", i ? ", " : "", name[i]);
	}
	settings_add(s, path, arena_printf(s->a, "[%s]", str_text(&names)));
	str_free(&names);
	for (size_t i = 0; i < list->n; i++) {
		int times = 1;
		if (!args[i]) continue;
		for (size_t k = 0; k < i; k++)
			times += !strcmp(name[k], name[i]);
		const char *const at = times == 1 ? arena_printf(s->a, "%s.%s", path, name[i])
			: arena_printf(s->a, "%s.%s[%d]", path, name[i], times);
		settings_map(s, at, args[i], args[i] == list->items[i] ? "name" : NULL);
	}
}

static void
settings_node(struct settings *s, const char *path, const struct node *n)
{
	if (n->type == NODE_MAP && n->n) settings_map(s, path, n, NULL);
	else if (n->type == NODE_LIST) settings_list(s, path, n);
	else settings_add(s, path, settings_flow(s, n));
}

/* Keys that are not what an experiment is, or never change a result. */
static bool
settings_counts(const char *key)
{
	static const char *const not[] = { "version", "name", "description", "compare_with",
		"seeds", "seed", "runtime" };
	for (size_t i = 0; i < sizeof not / sizeof *not; i++)
		if (!strcmp(key, not[i])) return false;
	return true;
}

int
settings_read(struct arena *a, const char *yaml, size_t size, const struct setting **out)
{
	struct settings s = { .a = a };
	struct node *root;
	struct diags *d = diags_new();
	document_parse(a, "experiment.yaml", yaml, size, &root, d);
	for (size_t i = 0; root && i < root->n; i++)
		if (settings_counts(root->keys[i])) settings_node(&s, root->keys[i], root->items[i]);
	diags_free(d);
	*out = s.out;
	return s.n;
}
