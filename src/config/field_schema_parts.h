/* The two halves of the JSON Schema: maps and kinds, and single values. */
#ifndef CONFIG_FIELD_SCHEMA_PARTS_H
#define CONFIG_FIELD_SCHEMA_PARTS_H

#include "config/field_text.h"
#include "tlrun/json.h"

/* The property of a field. partial: of a file that extends another. */
void schema_field(struct json *j, const struct field *f, bool partial);
/* The keywords of a map that is read through table, in an open object. */
void schema_map(struct json *j, const struct field *table, bool partial);
/* A family's name in $defs; static memory, valid until the next call. */
const char *schema_family_name(const struct family *family, bool partial);

#endif
