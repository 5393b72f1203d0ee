/* floor: base */
/*
 * JSON. Writing is ours and canonical: same values, same bytes (keys in the order they are written,
 * two spaces a level, numbers as num_format prints them, NaN and infinities as null). Reading is
 * jansson's; keys given twice are refused.
 */
#ifndef TLRUN_JSON_H
#define TLRUN_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "tlrun/error.h"
#include "tlrun/str.h"

enum { JSON_DEPTH = 32 };

struct json {
	struct str *out;
	int depth;	/* what is open, at most JSON_DEPTH */
	int row;	/* how many of them are on one line */
	bool first;	/* nothing yet in the innermost */
	char closer[JSON_DEPTH];
};

void json_begin(struct json *j, struct str *out);
/* key NULL inside an array or at the root */
void json_open_object(struct json *j, const char *key);
void json_open_array(struct json *j, const char *key);
void json_open_row(struct json *j, const char *key);	/* an array written on one line */
void json_close(struct json *j);	/* closes the innermost object or array */
void json_put_string(struct json *j, const char *key, const char *value);	/* NULL writes null */
void json_put_int(struct json *j, const char *key, long long value);
void json_put_double(struct json *j, const char *key, double value);
void json_put_float(struct json *j, const char *key, float value);	/* shortest for a float */
void json_put_bool(struct json *j, const char *key, bool value);
void json_finish(struct json *j);	/* final newline */

/* Append text as a JSON string literal, quotes included. Invalid UTF-8 becomes U+FFFD. */
void json_quote(struct str *out, const char *text);

/* Read a file as JSON. The caller owns *root (json_decref). code is what a failure is. */
enum status json_read(const char *path, size_t limit, json_t **root, enum status code,
	struct err *e);
enum status json_parse(const char *name, const char *text, size_t len, json_t **root,
	enum status code, struct err *e);

#endif
