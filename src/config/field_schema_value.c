/* The JSON Schema of single fields. */
#include <stdio.h>
#include <string.h>

#include "config/field_schema_parts.h"

enum { SCHEMA_CUSTOM_LIMIT = 65536 };

const char *
schema_family_name(const struct family *family, bool partial)
{
	static char name[64];
	/* Items of lists are whole in any file. */
	snprintf(name, sizeof(name), "%s%s", family->name,
		partial && family->style == FAMILY_TAG ? "_child" : "");
	return name;
}

static void
schema_ref(struct json *j, const char *key, const struct family *family, bool partial)
{
	char ref[96];
	snprintf(ref, sizeof(ref), "#/$defs/%s", schema_family_name(family, partial));
	json_open_object(j, key);
	json_put_string(j, "$ref", ref);
	json_close(j);
}

static void
schema_limit(struct json *j, const char *key, double x)
{
	if (x == (double)(long long)x)
		json_put_int(j, key, (long long)x);
	else
		json_put_double(j, key, x);
}

static void
schema_limits(struct json *j, const struct field *f)
{
	if (field_has_min(f)) schema_limit(j, f->min_open ? "exclusiveMinimum" : "minimum", f->min);
	if (field_has_max(f)) schema_limit(j, f->max_open ? "exclusiveMaximum" : "maximum", f->max);
}

/* {"type": TYPE, limits} as one of a list. */
static void
schema_number(struct json *j, const struct field *f, const char *type)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", type);
	schema_limits(j, f);
	json_close(j);
}

/*
 * A number whose exponent has no sign or no point before it: YAML 1.1, and with it PyYAML, reads
 * 1e-3 and 1.5e5 as strings, and editors validate what such a reader gives them.
 */
static void
schema_exponent(struct json *j, bool negative)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", "string");
	json_put_string(j, "pattern",
		negative ? "^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)[eE][-+]?[0-9]+$"
				 : "^\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)[eE][-+]?[0-9]+$");
	json_close(j);
}

static void
schema_real(struct json *j, const struct field *f)
{
	schema_number(j, f, "number");
	schema_exponent(j, !field_has_min(f) || f->min < 0);
}

/* Where text is expected any plain scalar is text. */
static void
schema_text_type(struct json *j)
{
	json_open_row(j, "type");
	json_put_string(j, NULL, "string");
	json_put_string(j, NULL, "number");
	json_put_string(j, NULL, "boolean");
	json_close(j);
}

static void
schema_string(struct json *j, const char *pattern)
{
	json_open_object(j, NULL);
	if (pattern) {
		json_put_string(j, "type", "string");
		json_put_string(j, "pattern", pattern);
	} else {
		schema_text_type(j);
	}
	json_close(j);
}

static void
schema_words(struct json *j, const struct field_word *words)
{
	json_open_object(j, NULL);
	json_open_row(j, "enum");
	for (const struct field_word *w = words; w->name; w++)
		json_put_string(j, NULL, w->name);
	json_close(j);
	json_close(j);
}

static void
schema_item(struct json *j, const struct field *f)
{
	if (f->type == FIELD_T_REALS)
		schema_real(j, f);
	else if (f->type == FIELD_T_INTS) {
		schema_number(j, f, "integer");
		if (f->ranges) schema_string(j, "^[0-9]+-[0-9]+$");
	}
	else if (f->words)
		schema_words(j, f->words);
	else
		schema_string(j, NULL);
}

/* {"type": "array", "items": {"anyOf": [item]}, sizes}; deep: items are such pairs themselves. */
static void
schema_list(struct json *j, const struct field *f, int least, int most, bool deep)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", "array");
	json_put_int(j, "minItems", least);
	if (most) json_put_int(j, "maxItems", most);
	json_open_object(j, "items");
	json_open_array(j, "anyOf");
	if (deep)
		schema_list(j, f, 2, 2, false);
	else if (most)
		schema_number(j, f, "integer");
	else
		schema_item(j, f);
	json_close(j);
	json_close(j);
	json_close(j);
}

static void schema_json(struct json *j, const char *key, const json_t *v);

/* An object; one of a number is put beside what YAML 1.1 takes for text. */
static void
schema_json_object(struct json *j, const char *key, const json_t *v)
{
	const char *name;
	json_t *item;
	const json_t *const type = json_object_get(v, "type");
	const bool number = json_is_string(type) && !strcmp(json_string_value(type), "number");
	if (number) {
		json_open_object(j, key);
		json_open_array(j, "anyOf");
	}
	json_open_object(j, number ? NULL : key);
	json_object_foreach((json_t *)v, name, item) schema_json(j, name, item);
	json_close(j);
	if (!number) return;
	const json_t *const min = json_object_get(v, "minimum");
	schema_exponent(j, !min || json_number_value(min) < 0);
	json_close(j);
	json_close(j);
}

static void
schema_json(struct json *j, const char *key, const json_t *v)
{
	json_t *item;
	size_t i;
	switch (json_typeof(v)) {
	case JSON_OBJECT:
		schema_json_object(j, key, v);
		break;
	case JSON_ARRAY:
		json_open_array(j, key);
		json_array_foreach((json_t *)v, i, item) schema_json(j, NULL, item);
		json_close(j);
		break;
	case JSON_STRING:
		json_put_string(j, key, json_string_value(v));
		break;
	case JSON_INTEGER:
		json_put_int(j, key, json_integer_value(v));
		break;
	case JSON_REAL:
		json_put_double(j, key, json_real_value(v));
		break;
	case JSON_TRUE:
		json_put_bool(j, key, true);
		break;
	case JSON_FALSE:
		json_put_bool(j, key, false);
		break;
	case JSON_NULL:
		json_put_string(j, key, NULL);
		break;
	}
}

/* A custom's own words; anything where they are no JSON. */
static void
schema_custom(struct json *j, const struct field *f)
{
	json_t *root = NULL;
	const char *text = f->custom->schema ? f->custom->schema : "{}";
	if (json_parse(f->key, text, strlen(text), &root, ERR_CONFIG, NULL) != OK) root = json_object();
	schema_json(j, NULL, root);
	json_decref(root);
}

static void
schema_map_value(struct json *j, const struct field *f, bool partial)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", "object");
	schema_map(j, f->fields, partial);
	json_close(j);
}

/* Items of lists are whole in any file. */
static void
schema_maps(struct json *j, const struct field *f)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", "array");
	json_put_int(j, "minItems", 1);
	json_open_object(j, "items");
	json_put_string(j, "type", "object");
	schema_map(j, f->fields, false);
	json_close(j);
	json_close(j);
}

static void
schema_kinds(struct json *j, const struct field *f)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", "array");
	/* What is never empty when it is left out is not to be written empty. */
	if (f->required || f->family->default_kind) json_put_int(j, "minItems", 1);
	schema_ref(j, "items", f->family, false);
	json_close(j);
}

static void
schema_type(struct json *j, const char *type)
{
	json_open_object(j, NULL);
	json_put_string(j, "type", type);
	json_close(j);
}

/* Pairs, paddings, lists: each of the ways in which they may be written. */
static void
schema_several(struct json *j, const struct field *f)
{
	if (f->type != FIELD_T_PAIR && f->type != FIELD_T_PADDING) {
		schema_item(j, f);
		schema_list(j, f, 1, 0, false);
		return;
	}
	schema_number(j, f, "integer");
	schema_list(j, f, 2, 2, false);
	if (f->type == FIELD_T_PADDING) schema_list(j, f, 2, 2, true);
}

/* The alternatives of a field, in an open array. */
static void
schema_alternatives(struct json *j, const struct field *f, bool partial)
{
	switch (f->type) {
	case FIELD_T_INT:
		if (f->classes) {
			json_open_object(j, NULL);
			json_put_string(j, "const", "num_classes");
			json_close(j);
		}
		schema_number(j, f, "integer");
		break;
	case FIELD_T_LONG:
		schema_number(j, f, "integer");
		break;
	case FIELD_T_REAL:
		schema_real(j, f);
		break;
	case FIELD_T_BOOL:
		schema_type(j, "boolean");
		break;
	case FIELD_T_STR:
		schema_string(j, NULL);
		break;
	case FIELD_T_SLUG:
		schema_string(j, "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");
		schema_type(j, "number");
		break;
	case FIELD_T_WORD:
		schema_words(j, f->words);
		break;
	case FIELD_T_BYTES:
		schema_number(j, f, "integer");
		schema_string(j, "^[0-9]+[KMGT]$");
		break;
	case FIELD_T_SECONDS:
		schema_string(j, "^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?$");
		break;
	case FIELD_T_MAP:
		schema_map_value(j, f, partial);
		break;
	case FIELD_T_MAPS:
		schema_maps(j, f);
		break;
	case FIELD_T_KIND:
		schema_ref(j, NULL, f->family, partial);
		break;
	case FIELD_T_KINDS:
		schema_kinds(j, f);
		break;
	case FIELD_T_CUSTOM:
		if (f->custom->family)
			schema_ref(j, NULL, f->custom->family, partial);
		else
			schema_custom(j, f);
		break;
	default:
		schema_several(j, f);
		break;
	}
}

static void
schema_default(struct json *j, const struct field *f)
{
	struct str text = STR_INIT;
	if (f->required || f->optional || (f->preset_str && !field_preset_is_text(f))) return;
	switch (f->type) {
	case FIELD_T_INT:
	case FIELD_T_LONG:
	case FIELD_T_REAL:
		schema_limit(j, "default", f->preset);
		break;
	case FIELD_T_BOOL:
		json_put_bool(j, "default", f->preset != 0);
		break;
	case FIELD_T_WORD:
	case FIELD_T_KIND:
		if (field_text_preset(f, &text)) json_put_string(j, "default", str_text(&text));
		break;
	case FIELD_T_STR:
	case FIELD_T_SLUG:
		if (f->preset_str) json_put_string(j, "default", f->preset_str);
		break;
	default:
		break;
	}
	str_free(&text);
}

void
schema_field(struct json *j, const struct field *f, bool partial)
{
	json_open_object(j, f->key);
	if (f->doc) json_put_string(j, "description", f->doc);
	schema_default(j, f);
	json_open_array(j, "anyOf");
	schema_alternatives(j, f, partial);
	if (partial || !f->required) {
		schema_type(j, "null");
	}
	json_close(j);
	json_close(j);
}
