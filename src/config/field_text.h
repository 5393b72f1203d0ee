/* Values as YAML flow text, for printing and for explain. */
#ifndef CONFIG_FIELD_TEXT_H
#define CONFIG_FIELD_TEXT_H

#include "config/field_parts.h"

/* Append a string as a scalar that reads back as the same text. quote: in quotes in any case. */
void field_text_string(const char *text, bool quote, struct str *out);
/*
 * Append the value at src of a field that is no map and no kind. false: there is none (NULL,
 * empty).
 */
bool field_text_value(const struct field *f, const void *src, struct str *out);
/* Does the value at src differ from what an absent key means? */
bool field_differs(const struct field *f, const void *src);
/* Append the preset as text; false when there is none to speak of. */
bool field_text_preset(const struct field *f, struct str *out);
/* Is preset_str the preset as YAML text (or a word that describes it)? */
bool field_preset_is_text(const struct field *f);

#endif
