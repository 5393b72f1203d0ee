/*
 * class_names: one name a line, empty lines ignored (CIFAR's files end in one), "\r\n" as "\n".
 *
 * Errors  ERR_DATA: a wrong number of names, a name twice, a name with what visible.h hides
 *         or over 64 bytes.
 */
#include <string.h>

#include "data/class_names.h"
#include "tlrun/arena.h"
#include "tlrun/visible.h"

enum { CLASS_NAME_BYTES = 64, CLASS_NAMES_BYTES = 1 << 16 };

static enum status
class_names_check(const char *path, long long offset, const char *line, size_t len, struct err *e)
{
	if (len > CLASS_NAME_BYTES)
		return err_set(e, ERR_DATA, MARK_OFFSET(path, offset),
			"found a class name of %zu bytes, expected at most %d", len, CLASS_NAME_BYTES);
	for (size_t i = 0, used; i < len; i += used) {
		char escape[VISIBLE_ROOM];
		used = visible_char(line + i, len - i, escape);
		if (escape[0])
			return err_set(e, ERR_DATA, MARK_OFFSET(path, offset + (long long)i),
				"found %s in a class name, expected characters that can be seen; remove it",
				escape);
	}
	return OK;
}

static enum status
class_names_parse(const char *path, const char *text, size_t size, int n, struct arena *a,
	const char **names, struct err *e)
{
	int found = 0;
	for (size_t at = 0; at < size;) {
		const char *const line = text + at;
		const char *const newline = memchr(line, '\n', size - at);
		size_t len = newline ? (size_t)(newline - line) : size - at;
		const long long offset = (long long)at;
		at += len + 1;
		if (len && line[len - 1] == '\r') len--;
		if (!len) continue;
		TRY(class_names_check(path, offset, line, len, e));
		if (found < n) {
			names[found] = arena_strndup(a, line, len);
			for (int i = 0; i < found; i++)
				if (strcmp(names[i], names[found]) == 0)
					return err_set(e, ERR_DATA, MARK_OFFSET(path, offset),
						"the class name \"%s\" stands twice", names[i]);
		}
		found++;
	}
	if (found != n)
		return err_set(e, ERR_DATA, MARK_FILE(path), "found %d class names, expected %d", found, n);
	return OK;
}

enum status
class_names_read(const struct lookup *l, const char *folder, const char *file, int n,
	const char *const *builtin, struct arena *a, const char *const **names, struct err *e)
{
	const char *const path = path_join(a, folder, file);
	*names = builtin;
	if (!file_exists(path)) return OK;
	struct file_map m;
	TRY(lookup_open(l, path, &m, e));
	const char **const out = ARENA_ARRAY(a, const char *, (size_t)n);
	enum status s;
	if (m.size > CLASS_NAMES_BYTES)
		s = err_set(e, ERR_DATA, MARK_OFFSET(path, CLASS_NAMES_BYTES),
			"found %zu bytes, expected %d class names", m.size, n);
	else
		s = class_names_parse(path, (const char *)m.data, m.size, n, a, out, e);
	file_map_close(&m);
	if (s == OK) *names = out;
	return s;
}
