/* floor: config */
/*
 * Field tables: one table says of every key its type, limits, preset and meaning. Reading,
 * checking, printing back, `tlrun explain`, `tlrun schema` and the hints in errors are made from
 * it.
 *
 *	struct dense { int units; bool use_bias; };
 *	static const struct field fields[] = {
 *		FIELD_INT(struct dense, units, .required = true, .min = 1, .doc = "outputs"),
 *		FIELD_BOOL(struct dense, use_bias, .preset = 1, .doc = "add an offset"),
 *		FIELD_END
 *	};
 *
 * A kind is one choice of a family (a layer, an optimizer, a dataset): a name with a field table of
 * its own. How a family is written in YAML is its style.
 */
#ifndef TLRUN_FIELD_H
#define TLRUN_FIELD_H

#include <float.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "tlrun/diag.h"
#include "tlrun/document.h"
#include "tlrun/str.h"

struct arena;
struct field;
struct field_reader;

/* What every kind of every family begins with. */
struct kind {
	const char *name;		/* as in YAML */
	const char *summary;	/* one sentence */
	size_t opts_size;		/* of the option struct, 0 when there is none */
	const struct field *fields;	/* NULL when there are none */
	/* NULL-ended YAML snippets of the options, "{units: 3}"; may be NULL */
	const char *const *examples;
};

enum family_style {
	FAMILY_TAG,		/* {type: adam, learning_rate: 1e-3}, or the bare name; tag names the key */
	FAMILY_ITEM,	/* - dense: {units: 3}, or the bare name: items of a list */
};

struct family {
	const char *name;		/* "layer", "optimizer": for messages */
	const char *key; /* FAMILY_TAG: the key it stands under; NULL: its name */
	enum family_style style;
	const char *tag;		/* FAMILY_TAG: "type" or "name" */
	const struct kind *const *kinds;	/* sorted by name, NULL-ended */
	/* fields that every kind has besides its own (name, from); may be NULL */
	const struct field *common;
	size_t common_size;
	bool bare;				/* FAMILY_TAG: a bare word may stand for the map */
	/* for a FIELD_KIND without a value, and the one item of such a FIELD_KINDS; NULL: none */
	const char *default_kind;
};

/* What a kind field reads to. opts and common are NULL when the kind has none. */
struct kind_value {
	const struct kind *kind;	/* NULL: not given and no default, or not read */
	/* The kind or one of its own options could not be read (reported): no check may believe them.
	 * The family's common fields are asked for one by one, by field_sound. */
	bool unread;
	void *opts, *common;
	/* the YAML it was read from, a list item whole; NULL for a default */
	const struct node *node;
};
struct kind_list { size_t n; struct kind_value *v; };

struct int_pair { int a, b; };						/* [h, w]; one integer is both */
struct padding4 { int top, bottom, left, right; };	/* Keras's three spellings */
struct real_list { size_t n; double *v; };
struct int_list { size_t n; long long *v; };
struct str_list { size_t n; const char **v; const struct node **node; };

/* What `classes: true` integer fields read for the word num_classes; the network puts the
 * number. */
enum { FIELD_NUM_CLASSES = -1 };

enum field_type {
	FIELD_T_INT,		/* int */
	FIELD_T_LONG,		/* long long */
	FIELD_T_REAL,		/* double, finite */
	FIELD_T_BOOL,		/* bool */
	FIELD_T_STR,		/* const char *; NULL when absent */
	FIELD_T_SLUG,		/* const char *; [A-Za-z0-9][A-Za-z0-9._-]{0,63} */
	FIELD_T_WORD,		/* int: value of one of .words */
	FIELD_T_PAIR,		/* struct int_pair */
	FIELD_T_PADDING,	/* struct padding4 */
	FIELD_T_REALS,		/* struct real_list; one number is a list of one */
	FIELD_T_INTS,		/* struct int_list; likewise */
	FIELD_T_STRS,		/* struct str_list; likewise */
	FIELD_T_BYTES,		/* long long: 2G, 512M, 64K or plain bytes */
	FIELD_T_SECONDS,	/* double: 90s, 30m, 2h, 1h30m */
	FIELD_T_MAP,		/* the struct of .fields, in place */
	/* struct {size_t n; T *v;}, T of .size bytes: a list of maps, each read through .fields */
	FIELD_T_MAPS,
	FIELD_T_KIND,		/* struct kind_value of .family */
	FIELD_T_KINDS,		/* struct kind_list of .family (a list) */
	FIELD_T_CUSTOM,		/* .custom */
};

/* a list ends in {NULL, 0}; the first of a value prints */
struct field_word { const char *name; int value; };

/* A type that no entry above covers (seeds, class_weight, normalize). */
struct field_custom {
	const char *expects;	/* "balanced, or a map of class to weight" */
	size_t size;			/* bytes of dst; field_read zeroes them first */
	/* Read node (never NULL) into dst; report with field_error and return false, or true. */
	bool (*read)(struct field_reader *r, const struct field *f, const struct node *node, void *dst);
	/* Append the value as YAML flow text, as read would take it. */
	void (*print)(const void *src, struct str *out);
	const char *schema;		/* its JSON Schema, an object's text */
	const struct family *family;	/* in place of schema: what it reads is one of these kinds */
};

struct field {
	const char *key;
	enum field_type type;
	size_t offset;			/* in the option struct */
	/* offset of a bool set when the key was written; 0: none (no bool at 0) */
	size_t given;
	bool required;
	/* inclusive, numbers (each element of a pair or list); both 0: no limits. max below min: no
	 * upper limit, as for INT_MAX, LLONG_MAX and DBL_MAX ("0 or more" needs one of these) */
	double min, max;
	bool min_open, max_open;	/* then exclusive; .min_open alone: above 0 */
	double preset;			/* number, bool or word when absent (both elements of a pair) */
	/* string types; FIELD_T_CUSTOM: the YAML text that is read when the key is absent (NULL: the
	 * zeroed value stays); for others what explain and config print instead of the preset ("same
	 * as batch_size"), the value being the preset's */
	const char *preset_str;
	bool optional;			/* absent stays absent: null is the default and config prints nothing */
	bool classes;			/* FIELD_T_INT: the word num_classes is allowed */
	bool ranges;			/* FIELD_T_INTS: an item may be a range of integers from 0, as in 1-5 */
	/* FIELD_T_WORD; FIELD_T_STRS: what each may be, NULL: anything */
	const struct field_word *words;
	const struct field *fields;		/* FIELD_T_MAP, FIELD_T_MAPS */
	size_t size;					/* FIELD_T_MAPS: bytes of an item's struct */
	const struct family *family;	/* FIELD_T_KIND, FIELD_T_KINDS */
	const struct field_custom *custom;
	/*
	 * Maps, lists of maps and kinds that were written: a check across fields. It runs even where
	 * some of the fields could not be read, so it asks field_sound about those that it compares.
	 * opts is what offset leads to: the map's struct, the list of a FIELD_T_MAPS, a struct
	 * kind_value or kind_list. May be NULL.
	 */
	void (*check)(struct field_reader *r, const struct node *node, void *opts);
	const char *doc;		/* the meaning, one line */
	const char *unit;		/* "epochs", "images"; may be NULL */
	const char *example;	/* a YAML value; may be NULL */
};

#define FIELD_AS(T, S, member, ...)                                                                \
	{ .key = #member, .type = (T), .offset = offsetof(S, member), __VA_ARGS__ }
#define FIELD_INT(S, m, ...) FIELD_AS(FIELD_T_INT, S, m, __VA_ARGS__)
#define FIELD_LONG(S, m, ...) FIELD_AS(FIELD_T_LONG, S, m, __VA_ARGS__)
#define FIELD_REAL(S, m, ...) FIELD_AS(FIELD_T_REAL, S, m, __VA_ARGS__)
#define FIELD_BOOL(S, m, ...) FIELD_AS(FIELD_T_BOOL, S, m, __VA_ARGS__)
#define FIELD_STR(S, m, ...) FIELD_AS(FIELD_T_STR, S, m, __VA_ARGS__)
#define FIELD_SLUG(S, m, ...) FIELD_AS(FIELD_T_SLUG, S, m, __VA_ARGS__)
#define FIELD_WORD(S, m, ...) FIELD_AS(FIELD_T_WORD, S, m, __VA_ARGS__)
#define FIELD_PAIR(S, m, ...) FIELD_AS(FIELD_T_PAIR, S, m, __VA_ARGS__)
#define FIELD_PADDING(S, m, ...) FIELD_AS(FIELD_T_PADDING, S, m, __VA_ARGS__)
#define FIELD_REALS(S, m, ...) FIELD_AS(FIELD_T_REALS, S, m, __VA_ARGS__)
#define FIELD_INTS(S, m, ...) FIELD_AS(FIELD_T_INTS, S, m, __VA_ARGS__)
#define FIELD_STRS(S, m, ...) FIELD_AS(FIELD_T_STRS, S, m, __VA_ARGS__)
#define FIELD_BYTES(S, m, ...) FIELD_AS(FIELD_T_BYTES, S, m, __VA_ARGS__)
#define FIELD_SECONDS(S, m, ...) FIELD_AS(FIELD_T_SECONDS, S, m, __VA_ARGS__)
#define FIELD_MAP(S, m, ...) FIELD_AS(FIELD_T_MAP, S, m, __VA_ARGS__)
#define FIELD_MAPS(S, m, ...) FIELD_AS(FIELD_T_MAPS, S, m, __VA_ARGS__)
#define FIELD_KIND(S, m, ...) FIELD_AS(FIELD_T_KIND, S, m, __VA_ARGS__)
#define FIELD_KINDS(S, m, ...) FIELD_AS(FIELD_T_KINDS, S, m, __VA_ARGS__)
#define FIELD_CUSTOM(S, m, ...) FIELD_AS(FIELD_T_CUSTOM, S, m, __VA_ARGS__)
#define FIELD_END { .key = NULL }

/* Places in option structs whose values could not be read; a hash table. */
struct field_unread {
	size_t n, room;
	struct field_place { const void *at; bool unread; } *place;
};

/* The reading of one document: where things are allocated and errors go. */
struct field_reader {
	struct arena *arena;
	struct diags *diags;
	struct field_unread unread;	/* for field_sound; the caller leaves it empty */
	/* Of the outermost field_read, for hints that say where a key belongs; the caller leaves
	 * them NULL. */
	const struct field *root;
	struct field_index *index;
};

/*
 * Read map (NULL: all presets) through table into opts (zeroed before by the caller, or garbage:
 * every field is set). what names the map in messages ("conv2d", "training"). Unknown keys, missing
 * required keys, wrong types and limits are reported; everything else is read all the same. true:
 * no new errors.
 */
bool field_read(struct field_reader *r, const struct field *table, const struct node *map,
	const char *what, void *opts);
/* One value of a family, as FIELD_T_KIND does; node NULL takes the family's default kind. */
bool field_read_kind(struct field_reader *r, const struct family *family, const struct node *node,
	const char *what, struct kind_value *out);

/*
 * Report an error at node's value (or at its key, key given, node being the map, or the list item
 * whose arguments hold the key; the place where the map is named when it has no such key). hint may
 * be NULL.
 */
void field_error(struct field_reader *r, const struct node *node, const char *hint,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
void field_error_key(struct field_reader *r, const struct node *map, const char *key,
	const char *hint, const char *format, ...) __attribute__((format(printf, 5, 6)));
/* A scalar as a number, reporting what is wrong with it otherwise (what: "an integer of 1 or
 * more"). */
bool field_number(struct field_reader *r, const struct node *node, const char *what, double *out);

/*
 * Every key of a schema with its path, "training.optimizer.learning_rate", those of kinds under
 * their names in lists ("model.layers.dense.units"), in the order of the tables. whole: it holds a
 * value, no keys. A path may come twice. The path lives in the arena.
 */
void field_paths(struct arena *a, const struct field *root,
	void (*each)(void *ctx, const char *path, const struct field *f, bool whole), void *ctx);

/*
 * Whether the field that was read to this place (&opts->member) holds what the document means.
 * False where its value was refused, where a required key is missing, where a misspelled key was
 * probably meant as it, and where a parent file that may hold it could not be read. A check that
 * compares fields asks this for each of them and is silent otherwise: one mistake is one error. Not
 * for a FIELD_T_MAP, whose members are asked for. A FIELD_T_KIND is unsound when its kind is not
 * known, a list when it is none.
 */
bool field_sound(const struct field_reader *r, const void *place);
/* Say that a check has refused the value at this place: later checks are silent about it. */
void field_refused(struct field_reader *r, const void *place);

/* The kind of that name, or NULL. */
const struct kind *family_find(const struct family *family, const char *name);
/* The cure for a word that is none of the names: 'did you mean "x"?' or 'one of: a, b, c'. */
const char *field_hint(struct arena *a, const char *word, const char *const *names, size_t n);

/*
 * Print what was read as YAML, presets written out, in the table's order, block style with flow
 * leaves; it reads back to the same bytes. origin_of may be NULL; else each line ends in a comment
 * "# origin" that says where the value came from ("default", "file.yaml:3", "command line").
 */
void field_print(const struct field *table, const void *opts, const struct node *map, bool origins,
	struct str *out);

/* JSON Schema (draft 2020-12) of a map read through table, as one canonical JSON document. */
void field_schema(const struct field *table, const char *title, struct str *out);

/*
 * `tlrun explain`: the entry of a dotted key ("training.optimizer.learning_rate") or of a kind's
 * name ("conv2d"), from table down. false when there is none; *near is then the nearest known name
 * or NULL.
 */
bool field_explain(const struct field *table, const char *topic, struct str *out,
	const char **near);

#endif
