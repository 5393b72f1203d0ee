/* floor: config */
/*
 * A YAML document as a tree in which every node knows file, line and column.
 *
 * libyaml's events, YAML 1.2 core scalars (typed later, by the field tables), aliases expanded
 * within bounds, `extends` chains merged, `key=value` overrides applied. Every error is gathered in
 * a struct diags; reading goes on as far as it can. Specification: doc/experiment-file.md.
 */
#ifndef TLRUN_DOCUMENT_H
#define TLRUN_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/diag.h"
#include "tlrun/error.h"

struct arena;

enum {
	DOCUMENT_MAX_BYTES = 1 << 20,
	DOCUMENT_MAX_DEPTH = 64,
	DOCUMENT_MAX_NODES = 100000,	/* after aliases are expanded */
	DOCUMENT_MAX_KEYS = 10000,	/* of one map */
	DOCUMENT_MAX_EXTENDS = 16,
};

enum node_type { NODE_NULL, NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node {
	enum node_type type;
	struct mark at;		/* of the value; of the key for a missing value */
	int span;			/* characters to underline */
	/* where it is named: its key; of list items and the root the value itself */
	struct mark name_at;
	int name_span;
	/* scalar as written, without quotes; of a map that an override made of a bare word ("adam"),
	 * that word; "" else */
	const char *text;
	/* a map that an override made for a key below it: what it does not say is the default */
	bool opened;
	bool quoted;		/* a quoted or block scalar: a string whatever it looks like */
	const char *origin;	/* NULL: the file itself; else "experiments/base.yaml" or "command line" */
	/* of a map: a parent file that may hold more of its keys could not be read (reported) */
	bool partial;
	/* map and list */
	size_t n;
	struct node **items;	/* values */
	const char **keys;		/* map only */
	struct mark *key_at;	/* map only */
	int *key_span;			/* map only */
};

/* The value of key in map (NULL when it is not there, or map is NULL or no map). */
const struct node *node_get(const struct node *map, const char *key);

/*
 * Read one file into *root (a map; NULL when nothing could be read). Errors go to d: syntax, more
 * than one document, duplicate keys, limits, a root that is no map. Never fails otherwise.
 */
void document_read(struct arena *a, const char *path, struct node **root, struct diags *d);
/* The same from memory; name stands for the file in marks. text is copied. */
void document_parse(struct arena *a, const char *name, const char *text, size_t len,
	struct node **root, struct diags *d);

/*
 * Read path and, through its `extends`, its parents (paths relative to the file that names them):
 * maps merge, lists are replaced whole, null removes an inherited value. A missing parent or a
 * cycle is an error at the `extends` value, and the maps that it may have added to are partial.
 * `extends` itself stays out of the result.
 */
void document_load(struct arena *a, const char *path, struct node **root, struct diags *d);

/*
 * Apply "a.b.c=value" (value: one YAML scalar or flow collection; "a.b.c=null" removes). List
 * items are addressed by their `name` or by their kind ("model.layers.dense_1.units=10",
 * "model.layers.dropout.rate=0.3", "training.phases.last_20.epochs=3"); a kind that stands more
 * than once is an error that says to name the layer. A part in double quotes is a key as it is,
 * with "=" and "." and, behind a backslash, a quote or a backslash. The origin of what was set is
 * "command line"; its marks say "command line: a.b.c=value" and have no line. What does not parse,
 * or addresses no item of a list, is an error in d; a key that is not there is made, for the field
 * tables to judge. root may be NULL.
 */
void document_override(struct arena *a, struct node *root, const char *assignment, struct diags *d);

/* Bytes of the first part of such a path as it is written; behind it stands "." or the end. */
size_t document_path_part(const char *path);

/*
 * The same with a value that stands in a document: it is copied, keeps its marks, and its origin is
 * "command line" as if it had been written there. at, span: of the key, for what is wrong with it.
 */
void document_set(struct arena *a, struct node *root, const char *path, const struct node *value,
	struct mark at, int span, struct diags *d);

/* Append a value as YAML flow text, which an override reads back as the same value. */
void document_flow(const struct node *n, struct str *out);

#endif
