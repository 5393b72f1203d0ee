/*
 * JSON Schema (draft 2020-12) of what field tables read, for editors and for tests.
 *
 * A file that extends another may leave out what its parent has: it is held to the partial
 * schema, in which nothing is required and a kind's map may stand without its tag. Lists are
 * replaced whole, so their items are whole in both. null is as if the key were not there,
 * wherever a key may be left out.
 */
#include <string.h>

#include "config/field_schema_parts.h"
#include "tlrun/json.h"

enum { SCHEMA_MAX_FAMILIES = 32, SCHEMA_MAX_DEPTH = 8 };

/* The families that a table leads to, each once. */
struct schema_families {
	size_t n;
	const struct family *v[SCHEMA_MAX_FAMILIES];
};

static void
schema_collect(const struct field *table, struct schema_families *s, int depth)
{
	for (const struct field *f = table; f && f->key && depth < SCHEMA_MAX_DEPTH; f++) {
		if (f->fields) schema_collect(f->fields, s, depth + 1);
		const struct family *family = f->type == FIELD_T_CUSTOM ? f->custom->family : f->family;
		if (!family) continue;
		size_t i = 0;
		while (i < s->n && s->v[i] != family)
			i++;
		if (i < s->n || s->n == SCHEMA_MAX_FAMILIES) continue;
		s->v[s->n++] = family;
		schema_collect(family->common, s, depth + 1);
		for (const struct kind *const *k = family->kinds; *k; k++)
			schema_collect((*k)->fields, s, depth + 1);
	}
}

static void
schema_properties(struct json *j, const struct field *table, bool partial)
{
	for (const struct field *f = table; f && f->key; f++)
		schema_field(j, f, partial);
}

static bool
schema_needs(const struct field *table)
{
	for (const struct field *f = table; f && f->key; f++)
		if (f->required) return true;
	return false;
}

static void
schema_required(
	struct json *j, const char *tag, const struct field *own, const struct field *common)
{
	if (!tag && !schema_needs(own) && !schema_needs(common)) return;
	json_open_row(j, "required");
	if (tag) json_put_string(j, NULL, tag);
	for (const struct field *f = own; f && f->key; f++)
		if (f->required) json_put_string(j, NULL, f->key);
	for (const struct field *f = common; f && f->key; f++)
		if (f->required) json_put_string(j, NULL, f->key);
	json_close(j);
}

void
schema_map(struct json *j, const struct field *table, bool partial)
{
	json_put_bool(j, "additionalProperties", false);
	if (!partial) schema_required(j, NULL, table, NULL);
	json_open_object(j, "properties");
	schema_properties(j, table, partial);
	json_close(j);
}

/* One kind with its arguments: of a tag with the tag, of an item without its name. */
static void
schema_kind(struct json *j, const char *key, const struct family *family, const struct kind *kind,
	bool partial)
{
	const char *tag = family->style == FAMILY_TAG ? family->tag : NULL;
	json_open_object(j, key);
	if (kind->summary) json_put_string(j, "description", kind->summary);
	if (tag || partial || schema_needs(kind->fields) || schema_needs(family->common)) {
		json_put_string(j, "type", "object");
	} else {
		json_open_row(j, "type");
		json_put_string(j, NULL, "object");
		json_put_string(j, NULL, "null");
		json_close(j);
	}
	json_put_bool(j, "additionalProperties", false);
	schema_required(j, tag, partial ? NULL : kind->fields, partial ? NULL : family->common);
	json_open_object(j, "properties");
	if (tag) {
		json_open_object(j, tag);
		json_put_string(j, "const", kind->name);
		json_close(j);
	}
	schema_properties(j, kind->fields, partial);
	schema_properties(j, family->common, partial);
	json_close(j);
	json_close(j);
}

/* The names that may stand bare: of items those that need no argument. */
static void
schema_bare(struct json *j, const struct family *family)
{
	json_open_object(j, NULL);
	json_open_row(j, "enum");
	for (const struct kind *const *k = family->kinds; *k; k++)
		if (!schema_needs((*k)->fields) && !schema_needs(family->common))
			json_put_string(j, NULL, (*k)->name);
	json_close(j);
	json_close(j);
}

static bool
schema_has_bare(const struct family *family)
{
	if (family->style == FAMILY_TAG && !family->bare) return false;
	for (const struct kind *const *k = family->kinds; *k; k++)
		if (!schema_needs((*k)->fields) && !schema_needs(family->common)) return true;
	return false;
}

/* The arguments of any kind, without a tag: the parent's is meant. */
static void
schema_untagged(struct json *j, const struct family *family)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", "object");
	json_open_object(j, "properties");
	json_open_object(j, family->tag);
	json_put_string(j, "type", "null");
	json_close(j);
	json_close(j);
	json_open_object(j, "propertyNames");
	json_open_row(j, "enum");
	json_put_string(j, NULL, family->tag);
	for (const struct kind *const *k = family->kinds; *k; k++)
		for (const struct field *f = (*k)->fields; f && f->key; f++)
			json_put_string(j, NULL, f->key);
	for (const struct field *f = family->common; f && f->key; f++)
		json_put_string(j, NULL, f->key);
	json_close(j);
	json_close(j);
	json_close(j);
}

static void
schema_tag_family(struct json *j, const struct family *family, bool partial)
{
	json_open_object(j, schema_family_name(family, partial));
	json_open_array(j, "anyOf");
	if (schema_has_bare(family)) schema_bare(j, family);
	for (const struct kind *const *k = family->kinds; *k; k++)
		schema_kind(j, NULL, family, *k, partial);
	if (partial) schema_untagged(j, family);
	json_close(j);
	json_close(j);
}

static void
schema_item_family(struct json *j, const struct family *family)
{
	json_open_object(j, schema_family_name(family, false));
	json_open_array(j, "anyOf");
	if (schema_has_bare(family)) schema_bare(j, family);
	json_open_object(j, NULL);
	json_put_string(j, "type", "object");
	json_put_int(j, "minProperties", 1);
	json_put_int(j, "maxProperties", 1);
	json_put_bool(j, "additionalProperties", false);
	json_open_object(j, "properties");
	for (const struct kind *const *k = family->kinds; *k; k++)
		schema_kind(j, (*k)->name, family, *k, false);
	json_close(j);
	json_close(j);
	json_close(j);
	json_close(j);
}

static void
schema_root(struct json *j, const char *name, const struct field *table, bool partial)
{
	json_open_object(j, name);
	json_put_string(j, "type", "object");
	json_put_bool(j, "additionalProperties", false);
	if (!partial) schema_required(j, NULL, table, NULL);
	json_open_object(j, "properties");
	json_open_object(j, "extends");
	json_put_string(
		j, "description", "one parent file, whose values hold where this one is silent");
	json_put_string(j, "type", partial ? "string" : "null");
	json_close(j);
	schema_properties(j, table, partial);
	json_close(j);
	json_close(j);
}

static void
schema_ref_to(struct json *j, const char *key, const char *name)
{
	json_open_object(j, key);
	json_put_string(j, "$ref", name);
	json_close(j);
}

void
field_schema(const struct field *table, const char *title, struct str *out)
{
	struct json j;
	struct schema_families families = { .n = 0 };
	schema_collect(table, &families, 0);
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_string(&j, "$schema", "https://json-schema.org/draft/2020-12/schema");
	json_put_string(&j, "title", title);
	json_put_string(&j, "type", "object");
	json_open_object(&j, "if");
	json_open_object(&j, "properties");
	json_open_object(&j, "extends");
	json_put_string(&j, "type", "string");
	json_close(&j);
	json_close(&j);
	json_open_row(&j, "required");
	json_put_string(&j, NULL, "extends");
	json_close(&j);
	json_close(&j);
	schema_ref_to(&j, "then", "#/$defs/child");
	schema_ref_to(&j, "else", "#/$defs/whole");
	json_open_object(&j, "$defs");
	schema_root(&j, "whole", table, false);
	schema_root(&j, "child", table, true);
	for (size_t i = 0; i < families.n; i++) {
		if (families.v[i]->style == FAMILY_ITEM) {
			schema_item_family(&j, families.v[i]);
			continue;
		}
		schema_tag_family(&j, families.v[i], false);
		schema_tag_family(&j, families.v[i], true);
	}
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}
