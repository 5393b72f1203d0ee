/* What the files of the field tables share. */
#ifndef CONFIG_FIELD_PARTS_H
#define CONFIG_FIELD_PARTS_H

#include "config/document_parts.h"
#include "tlrun/arena.h"
#include "tlrun/field.h"
#include "tlrun/num.h"

enum { FIELD_MAX_TABLES = 2 };

/*
 * One map being read: its tables (a kind's own and its family's common fields) and where they
 * read to.
 */
struct field_scope {
	const struct field *table[FIELD_MAX_TABLES]; /* NULL: none */
	void *opts[FIELD_MAX_TABLES];
	const struct family *family; /* NULL: no kind */
	const struct kind *kind;
	const struct node *map; /* NULL: all presets */
	const struct node
		*place; /* where a missing key is reported; NULL: nowhere, nothing was written */
	const char *what;
	/* The kind is not known: keys of any kind of the family are right, or all keys are. */
	bool any_kind, any_key;
	bool unread; /* nothing of it could be read: all fields are presets, and none is sound */
	bool *own; /* set: whether the first table's fields were all read; may be NULL */
};

/* The field at this place could not be read, or could. */
void field_mark(struct field_reader *r, const void *place, bool unread);

/* What a FIELD_T_MAPS reads to, whatever its items are. */
struct field_maps {
	size_t n;
	char *v;
};
struct field_maps field_maps_of(const void *src);

bool field_read_scope(struct field_reader *r, const struct field_scope *s);
bool field_read_kinds(
	struct field_reader *r, const struct field *f, const struct node *node, struct kind_list *out);

/* A kind with all its presets; kind may be NULL. */
void field_default_kind(struct field_reader *r, const struct family *family,
	const struct kind *kind, struct kind_value *out);

/* The key of a family's tag in this scope, or NULL. */
const char *field_scope_tag(const struct field_scope *s);

/* Read node, which is there, into dst. */
bool field_value(struct field_reader *r, const struct field *f, const struct node *node, void *dst);
/* Set dst to what an absent key means. */
void field_preset(struct field_reader *r, const struct field *f, void *dst);
/* Read YAML text into dst as node would be; false when it does not read (nothing is reported). */
bool field_read_text(struct field_reader *r, const struct field *f, const char *text, void *dst);
/* "KEY must be …, found …" at node. Returns false. */
bool field_refuse(
	struct field_reader *r, const struct field *f, const struct node *node, const char *hint);

/* Append what f takes: "an integer of 1 or more". */
void field_expect(const struct field *f, struct str *out);
const char *field_article(const struct family *family); /* "a" or "an" */
bool field_has_min(const struct field *f);
bool field_has_max(const struct field *f);
bool field_in_range(const struct field *f, double x);

/* One number, or one string, into *out; false when it is none (reported as f's). */
bool field_integer(
	struct field_reader *r, const struct field *f, const struct node *node, long long *out);
bool field_real(
	struct field_reader *r, const struct field *f, const struct node *node, double *out);
bool field_text(
	struct field_reader *r, const struct field *f, const struct node *node, const char **out);
/* Pairs, paddings, lists. */
bool field_several(
	struct field_reader *r, const struct field *f, const struct node *node, void *dst);

/* What others call our words; ends in {NULL, NULL}. */
struct field_other_word {
	const char *other, *ours;
};
extern const struct field_other_word field_words[];

/* Words that are none of ours by another name, though one of ours may be spelt alike: the cure in
 * words, where `beside` is valid. Ends in {NULL, NULL, NULL}. */
struct field_advice {
	const char *word, *beside, *cure;
};
extern const struct field_advice field_advices[];

/* The name that word means or is near to: one of names, or NULL. */
const char *field_nearest(const char *word, const char *const *names, size_t n);
/* As field_hint, but NULL where nothing is near. */
const char *field_hint_near(struct arena *a, const char *word, const char *const *names, size_t n);
/* The same for one of words. */
const char *field_hint_word(struct arena *a, const char *word, const struct field_word *words);

/* The cure for a key that the scope does not know. i: its index in the scope's map. */
const char *field_hint_key(struct field_reader *r, const struct field_scope *s, size_t i);
/* Would the hint for one of the scope's unknown keys be that name? Then it is not missing, too. */
bool field_hint_offers(struct field_reader *r, const struct field_scope *s, const char *name);
/* Is there such a key at all in the scope's tables, or as its tag? */
bool field_scope_knows(const struct field_scope *s, const char *key);

/* Every key of a schema, with where it stands. */
struct field_entry {
	const char *parent; /* "training.optimizer"; "" at the top */
	const struct field *field;
	const struct family *family; /* of the kind whose argument it is; NULL: none */
	const struct kind *kind; /* NULL for common fields */
	int depth;
};
struct field_index {
	size_t n, room;
	struct field_entry *v;
};
void field_index_make(struct arena *a, const struct field *root, struct field_index *index);

#endif
