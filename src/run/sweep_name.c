/*
 * Names of trials: the experiment's, then the last part of each key with its value,
 * "grid-learning_rate-0.01-units-64". A name follows from the trial's own settings, so that a sweep
 * that grows runs only what is new.
 */
#include <string.h>

#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/hash.h"

enum { NAME_MOST = 64, NAME_HASH = 8 };

const char *
sweep_key_next(const char *key)
{
	const char *const end = key + document_path_part(key);
	return *end ? end + 1 : NULL;
}

/* The last parts of key, so many of them. */
static const char *
name_tail(const char *key, int parts)
{
	int all = 0;
	for (const char *s = key; s; s = sweep_key_next(s))
		all++;
	for (; all > parts; all--)
		key = sweep_key_next(key);
	return key;
}

/* As few parts of each key as tell it from the others. */
static const char *
name_key(const char *const *key, int keys, int i)
{
	const char *tail = NULL;
	for (int parts = 1; !tail || tail > key[i]; parts++) {
		bool alone = true;
		tail = name_tail(key[i], parts);
		for (int k = 0; k < keys && alone; k++)
			alone = k == i || strcmp(name_tail(key[k], parts), tail) != 0;
		if (alone) break;
	}
	return tail;
}

/* Letters, digits, '.', '_' and '-' stay; what is between becomes one '_'. */
static void
name_slug(const char *text, struct str *out)
{
	const char *const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
	bool begun = false, gap = false;
	for (; *text; text++) {
		if (!strchr(plain, *text)) {
			gap = true;
			continue;
		}
		if (gap && begun) str_add_char(out, '_');
		str_add_char(out, *text);
		begun = true;
		gap = false;
	}
}

/* Short enough, and with the hash of the settings where it had to be cut or is not alone. */
static const char *
name_mark(struct arena *a, const struct sweep *s, const struct sweep_trial *t, const char *name)
{
	struct str all = STR_INIT;
	char hash[HASH_HEX];
	for (int i = 0; i < s->keys; i++)
		str_printf(&all, "%s=%s\n", s->key[i], t->setting[i].text);
	hash_of(all.data, all.len, hash);
	str_free(&all);
	return arena_printf(a, "%.*s-%.*s", NAME_MOST - NAME_HASH - 1, name, NAME_HASH, hash);
}

const char *const *
sweep_labels(struct arena *a, const char *const *key, int keys)
{
	const char **label = ARENA_ARRAY(a, const char *, (size_t)keys);
	for (int i = 0; i < keys; i++)
		label[i] = name_key(key, keys, i);
	return label;
}

void
sweep_name(struct arena *a, struct sweep *s)
{
	const char **plain = ARENA_ARRAY(a, const char *, (size_t)s->n);
	s->label = sweep_labels(a, s->key, s->keys);
	for (int t = 0; t < s->n; t++) {
		struct str name = STR_INIT;
		str_add(&name, s->name);
		for (int i = 0; i < s->keys; i++) {
			str_add_char(&name, '-');
			name_slug(s->label[i], &name);
			str_add_char(&name, '-');
			name_slug(s->trial[t].setting[i].text, &name);
		}
		plain[t] = arena_strdup(a, str_text(&name));
		str_free(&name);
	}
	for (int t = 0; t < s->n; t++) {
		bool alone = strlen(plain[t]) <= NAME_MOST;
		for (int k = 0; k < s->n && alone; k++)
			alone = k == t || strcmp(plain[k], plain[t]) != 0;
		s->trial[t].name = alone ? plain[t] : name_mark(a, s, &s->trial[t], plain[t]);
	}
}
