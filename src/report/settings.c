/*
 * A resolved experiment, taken apart into paths and values by indentation alone.
 *
 * Layout  what field_print writes: two spaces a level, "key: value" with flow leaves, "- kind:" or
 *         "- name: x" for what stands in a list. An item is addressed by its name or its kind, as
 *         on the command line, and by a number where that stands more than once.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/comparison.h"

enum { SETTINGS_DEPTH = 64 };

/* How many items of a list are called so. */
struct settings_item { const char *path; int times; };

/* The open maps and list items, outermost first, by their indentation. */
struct settings {
	struct arena *a;
	int depth;
	size_t indent[SETTINGS_DEPTH];
	const char *path[SETTINGS_DEPTH];
	int n, items;
	struct setting *out;		/* [lines] */
	struct settings_item *item;	/* [lines] */
};

static void
settings_add(struct settings *s, const char *key, const char *value)
{
	s->out[s->n++] = (struct setting){ key, value };
}

/* What a line at this indentation belongs to; "" at the top. */
static const char *
settings_parent(struct settings *s, size_t indent)
{
	while (s->depth && s->indent[s->depth - 1] >= indent) s->depth--;
	return s->depth ? s->path[s->depth - 1] : "";
}

static void
settings_open(struct settings *s, size_t indent, const char *path)
{
	if (s->depth == SETTINGS_DEPTH) return;
	s->indent[s->depth] = indent;
	s->path[s->depth++] = path;
}

/* The path of a key, or of an item of a list: numbered from the second of its name on. */
static const char *
settings_path(struct settings *s, const char *parent, const char *name, bool item)
{
	const char *const path = *parent ? arena_printf(s->a, "%s.%s", parent, name) : name;
	int i = 0;
	if (!item) return path;
	while (i < s->items && strcmp(s->item[i].path, path) != 0) i++;
	if (i == s->items) s->item[s->items++].path = path;
	if (++s->item[i].times == 1) return path;
	return arena_printf(s->a, "%s[%d]", path, s->item[i].times);
}

/* A scalar of a list in block style joins those before it. */
static void
settings_scalar(struct settings *s, const char *parent, const char *value)
{
	if (s->n && !strcmp(s->out[s->n - 1].key, parent))
		s->out[s->n - 1].value = arena_printf(s->a, "%s, %s", s->out[s->n - 1].value, value);
	else settings_add(s, parent, value);
}

/* A line without its indentation: "key: value", "key:", "- kind: …", "- scalar". */
static void
settings_line(struct settings *s, size_t indent, char *line)
{
	const char *const parent = settings_parent(s, indent);
	const bool item = !strncmp(line, "- ", 2);
	char *const key = line + (item ? 2 : 0);
	char *const colon = strstr(key, ": "), *const end = key + strlen(key);
	const bool opens = end > key && end[-1] == ':' && !colon;
	if (*key == '{' || *key == '[' || *key == '"' || (!colon && !opens)) {
		settings_scalar(s, parent, key);
		return;
	}
	const char *value = colon ? colon + 2 : "";
	*(colon ? colon : end - 1) = '\0';
	const bool named = item && !strcmp(key, "name");
	const char *const path = settings_path(s, parent, named ? value : key, item);
	if (!opens) settings_add(s, path, item && named ? "" : value);
	else if (item) settings_add(s, path, "");
	/* The keys of an item stand two columns in, those of its kind four. */
	if (item || opens) settings_open(s, indent, path);
}

/* Keys that are not what an experiment is, or never change a result. */
static bool
settings_counts(const char *key)
{
	static const char *const not[] = { "version", "name", "description", "seeds", "seed",
		"runtime" };
	for (size_t i = 0; i < sizeof not / sizeof *not; i++) {
		const size_t len = strlen(not[i]);
		if (!strncmp(key, not[i], len) && (!key[len] || key[len] == '.')) return false;
	}
	return true;
}

int
settings_read(struct arena *a, const char *yaml, size_t size, const struct setting **out)
{
	struct settings s = { .a = a };
	int kept = 0;
	size_t lines = 1;
	for (size_t i = 0; i < size; i++)
		lines += yaml[i] == '\n';
	s.out = ARENA_ARRAY(a, struct setting, lines);
	s.item = ARENA_ARRAY(a, struct settings_item, lines);
	for (size_t i = 0; i < size;) {
		const char *const end = memchr(yaml + i, '\n', size - i);
		const size_t len = end ? (size_t)(end - yaml) - i : size - i;
		char *const line = arena_strndup(a, yaml + i, len);
		const size_t indent = strspn(line, " ");
		if (line[indent] && line[indent] != '#') settings_line(&s, indent, line + indent);
		i += len + 1;
	}
	for (int i = 0; i < s.n; i++)
		if (*s.out[i].key && settings_counts(s.out[i].key)) s.out[kept++] = s.out[i];
	*out = s.out;
	return kept;
}
