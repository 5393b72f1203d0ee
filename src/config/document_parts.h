/*
 * What the files of the document share: marks, the check of the text, the words for syntax
 * errors, and the building of one tree from libyaml's events.
 */
#ifndef CONFIG_DOCUMENT_PARTS_H
#define CONFIG_DOCUMENT_PARTS_H

#include <yaml.h>

#include "tlrun/arena.h"
#include "tlrun/document.h"

#define DOCUMENT_COMMAND_LINE "command line"

/* Where a text comes from. */
struct document_source {
	const char *file; /* in marks; lives in the arena */
	const char *origin; /* of every node; NULL: the file itself */
	const char *text; /* NUL-terminated, in the arena */
	size_t len;
	bool lineless; /* from the command line: marks have no line */
};

/* A mark of libyaml's as ours. */
struct mark document_mark(const struct document_source *s, yaml_mark_t m);

/* Refuse what is too long, not UTF-8 or holds characters that no experiment needs. true: go on. */
bool document_check_text(const struct document_source *s, struct diags *d);

/* Report the error that parser stopped at, in our words. */
void document_syntax_error(
	const struct document_source *s, const yaml_parser_t *parser, struct arena *a, struct diags *d);

/*
 * The tree of the one document in s: any type of root. NULL when it could not be read (reported).
 */
struct node *document_build(struct arena *a, const struct document_source *s, struct diags *d);

/* Read a file into an arena's source; false when it cannot be read (why: the reason, no place). */
bool document_slurp(struct arena *a, const char *path, struct document_source *s, const char **why);

/* A root must be a map: report otherwise and return NULL. */
struct node *document_root_map(struct node *root, struct diags *d);

/* The index of key in map, or -1. */
long node_index(const struct node *map, const char *key);
/* Append a pair to a map; where is the key's mark. */
void node_put(struct arena *a, struct node *map, const char *key, struct mark where, int span,
	struct node *value);
void node_remove(struct node *collection, size_t i);
/* What a node is, for messages: a list, a map, nothing, "text". In the arena. */
const char *node_found(struct arena *a, const struct node *n);

#endif
