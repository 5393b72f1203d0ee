/* Reading JSON, through jansson. Keys given twice are refused: which one is meant cannot be
 * known. */
#include <stdlib.h>

#include "base/alloc.h"
#include "tlrun/file.h"
#include "tlrun/json.h"

static void *
json_memory(size_t bytes)
{
	return alloc_resize(NULL, bytes);
}

enum status
json_parse(
	const char *name, const char *text, size_t len, json_t **root, enum status code, struct err *e)
{
	json_error_t error;
	/* Where it is refused memory, jansson leaves characters out and says nothing. */
	json_set_alloc_funcs(json_memory, free);
	*root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (*root) return OK;
	const struct mark at = { name, error.line > 0 ? error.line : 0,
		error.column > 0 ? error.column : 0, -1 };
	return err_set(e, code, at, "not valid JSON: %s", error.text);
}

enum status
json_read(const char *path, size_t limit, json_t **root, enum status code, struct err *e)
{
	struct str text = STR_INIT;
	*root = NULL;
	enum status result = file_read(path, limit, &text, code, e);
	if (result == OK) result = json_parse(path, str_text(&text), text.len, root, code, e);
	str_free(&text);
	return result;
}
