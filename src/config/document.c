/*
 * Documents from files: read one, follow `extends`, merge.
 *
 * Merging: maps merge key by key, anything else is replaced whole, null removes what is
 * inherited. A null with nothing to inherit stays, so that a misspelt key is still found.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "config/document_parts.h"
#include "tlrun/file.h"

/* A file of an `extends` chain, for finding cycles whatever the path is spelt like. */
struct load {
	const struct load *child;
	const char *path;
	dev_t device;
	ino_t inode;
	int length;
};

bool
document_slurp(struct arena *a, const char *path, struct document_source *s, const char **why)
{
	struct stat st;
	struct str text = STR_INIT;
	s->file = arena_strdup(a, path);
	if (stat(path, &st) != 0) {
		*why = arena_strdup(a, strerror(errno));
		return false;
	}
	if (!S_ISREG(st.st_mode)) {
		*why = S_ISDIR(st.st_mode) ? "it is a folder" : "it is no regular file";
		return false;
	}
	if (st.st_size > DOCUMENT_MAX_BYTES) {
		*why = arena_printf(a, "it has %lld bytes, more than the limit of %d (1 MiB)",
			(long long)st.st_size, DOCUMENT_MAX_BYTES);
		return false;
	}
	struct err e = ERR_INIT;
	if (file_read(path, DOCUMENT_MAX_BYTES, &text, ERR_CONFIG, &e) != OK) {
		*why = arena_strdup(a, strerror(errno));
		str_free(&text);
		return false;
	}
	s->len = text.len;
	s->text = arena_strndup(a, str_text(&text), text.len);
	str_free(&text);
	return true;
}

struct node *
document_root_map(struct node *root, struct diags *d)
{
	if (!root || root->type == NODE_MAP) return root;
	diag_add(d, DIAG_ERROR, root->at, root->span, "write key: value",
		"the file must be a map of keys, found %s",
		root->type == NODE_NULL   ? "nothing"
		: root->type == NODE_LIST ? "a list"
								  : "text");
	return NULL;
}

static struct node *
document_tree(struct arena *a, const struct document_source *s, struct diags *d)
{
	diags_source(d, s->file, s->text, s->len);
	return document_root_map(document_build(a, s, d), d);
}

void
document_parse(struct arena *a, const char *name, const char *text, size_t len, struct node **root,
	struct diags *d)
{
	struct document_source s = { .file = arena_strdup(a, name), .len = len };
	char *copy = arena_alloc(a, len + 1);
	if (len) memcpy(copy, text, len);
	s.text = copy;
	*root = document_tree(a, &s, d);
}

void
document_read(struct arena *a, const char *path, struct node **root, struct diags *d)
{
	struct document_source s = { .file = NULL };
	const char *why;
	*root = NULL;
	if (document_slurp(a, path, &s, &why))
		*root = document_tree(a, &s, d);
	else
		diag_add(d, DIAG_ERROR, MARK_FILE(s.file), 1, NULL, "cannot read the experiment: %s", why);
}

/* ---- extends ---- */

/* Append pair i of from, its value replaced, to a map that has the room. */
static void
document_add(struct node *map, const struct node *from, size_t i, struct node *value)
{
	map->items[map->n] = value;
	map->keys[map->n] = from->keys[i];
	map->key_at[map->n] = from->key_at[i];
	map->key_span[map->n++] = from->key_span[i];
}

/* A parent may hold more of each map of n, and could not be read. Lists are replaced whole. */
static struct node *
document_partial(struct node *n)
{
	if (n->type != NODE_MAP) return n;
	n->partial = true;
	for (size_t i = 0; i < n->n; i++)
		document_partial(n->items[i]);
	return n;
}

/* Put the child's values over the parent's; the result is a new map in the parent's order. */
static struct node *
document_merge(struct arena *a, struct node *parent, struct node *child)
{
	struct node *merged = ARENA_NEW(a, struct node);
	const size_t room = parent->n + child->n;
	*merged = *child;
	merged->n = 0;
	merged->partial |= parent->partial;
	merged->items = ARENA_ARRAY(a, struct node *, room);
	merged->keys = ARENA_ARRAY(a, const char *, room);
	merged->key_at = ARENA_ARRAY(a, struct mark, room);
	merged->key_span = ARENA_ARRAY(a, int, room);
	for (size_t i = 0; i < parent->n; i++) {
		struct node *theirs = parent->items[i];
		const long at = node_index(child, parent->keys[i]);
		if (at < 0) {
			document_add(merged, parent, i, theirs);
			continue;
		}
		struct node *mine = child->items[at];
		if (mine->type == NODE_NULL) continue;
		if (mine->type == NODE_MAP && theirs->type == NODE_MAP)
			mine = document_merge(a, theirs, mine);
		document_add(merged, child, (size_t)at, mine);
	}
	for (size_t i = 0; i < child->n; i++)
		if (node_index(parent, child->keys[i]) < 0)
			document_add(merged, child, i,
				parent->partial ? document_partial(child->items[i]) : child->items[i]);
	return merged;
}

static const char *
document_chain(struct arena *a, const struct load *l)
{
	const char *text = l->path;
	while ((l = l->child))
		text = arena_printf(a, "%s, %s", l->path, text);
	return text;
}

/* Read the parent that value names; NULL when it cannot be (reported at value). */
static struct node *document_load_file(struct arena *a, const char *path, const char *origin,
	struct load *l, const struct node *value, struct diags *d);

static struct node *
document_parent(
	struct arena *a, const struct node *value, const struct load *child, struct diags *d)
{
	if (value->type != NODE_SCALAR || !value->text[0]) {
		diag_add(d, DIAG_ERROR, value->at, value->span,
			value->type == NODE_LIST ? "name one; it may extend another" : NULL,
			"extends must be the path of one parent file, found %s", node_found(a, value));
		return NULL;
	}
	if (child->length >= DOCUMENT_MAX_EXTENDS) {
		diag_add(d, DIAG_ERROR, value->at, value->span, NULL,
			"a chain of extends longer than the limit of %d files", DOCUMENT_MAX_EXTENDS);
		return NULL;
	}
	const char *path = strchr(child->path, '/')
						   ? path_join(a, path_folder(a, child->path), value->text)
						   : value->text;
	struct load l = { child, path, 0, 0, child->length + 1 };
	return document_load_file(a, path, arena_strdup(a, path), &l, value, d);
}

/* true when the file of l is one of its children (reported at value). */
static bool
document_is_cycle(struct arena *a, struct load *l, const struct node *value, struct diags *d)
{
	struct stat st;
	if (stat(l->path, &st) != 0) return false;
	l->device = st.st_dev;
	l->inode = st.st_ino;
	for (const struct load *c = l->child; c; c = c->child) {
		if (c->device != l->device || c->inode != l->inode) continue;
		diag_add(d, DIAG_ERROR, value->at, value->span, "remove one of these extends",
			"extends in a circle: %s", document_chain(a, l));
		return true;
	}
	return false;
}

static struct node *
document_load_file(struct arena *a, const char *path, const char *origin, struct load *l,
	const struct node *value, struct diags *d)
{
	struct document_source s = { .origin = origin };
	const char *why;
	if (document_is_cycle(a, l, value, d)) return NULL;
	if (!document_slurp(a, path, &s, &why)) {
		if (value)
			diag_add(d, DIAG_ERROR, value->at, value->span, NULL, "cannot read the parent %s: %s",
				path, why);
		else
			diag_add(
				d, DIAG_ERROR, MARK_FILE(s.file), 1, NULL, "cannot read the experiment: %s", why);
		return NULL;
	}
	struct node *root = document_tree(a, &s, d);
	const long at = node_index(root, "extends");
	if (at < 0) return root;
	struct node *parent_name = root->items[at];
	node_remove(root, (size_t)at);
	if (parent_name->type == NODE_NULL) return root;
	struct node *parent = document_parent(a, parent_name, l, d);
	return parent ? document_merge(a, parent, root) : document_partial(root);
}

void
document_load(struct arena *a, const char *path, struct node **root, struct diags *d)
{
	struct load l = { NULL, path, 0, 0, 1 };
	*root = document_load_file(a, path, NULL, &l, NULL, d);
}
