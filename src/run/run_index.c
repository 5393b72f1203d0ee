/*
 * results/.index: a line for the program's version and the SHA-256 of what follows; then a line a
 * run, sorted by folder: folder, inode, seconds and nanoseconds of its change, size, 1 (0:
 * damaged), metric, test, epochs, separated by tabs. A file of another digest or version is not
 * believed: the records are read again. The time is that of the inode's last change (ctime), which
 * no program can set.
 */
#include "tlrun/run_index.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "build-config.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/num.h"
#include "tlrun/record.h"
#include "tlrun/rundir.h"

enum { INDEX_MAX_BYTES = 256 << 20, INDEX_COLUMNS = 9 };
#define INDEX_HEAD "tlrun " PACKAGE_VERSION " index 2 "

/* Which file a row was read from. */
struct index_stamp { long long inode, seconds, nanoseconds, size; };

struct index_row {
	const char *folder;			/* below results */
	struct index_stamp stamp;
	struct run_brief brief;
};

struct run_index {
	struct arena *a;
	const char *results, *path;
	size_t kept, asked, room;
	struct index_row *old;		/* sorted by folder */
	struct index_row *now;		/* in the order they were asked for */
	bool changed;
};

static int
index_by_folder(const void *x, const void *y)
{
	return strcmp(((const struct index_row *)x)->folder, ((const struct index_row *)y)->folder);
}

/* The columns of a line, cut apart in place; false: not as many as there should be. */
static bool
index_cut(char *line, const char *column[INDEX_COLUMNS])
{
	int n = 0;
	for (char *s = line; s && n < INDEX_COLUMNS; n++) {
		column[n] = s;
		s = strchr(s, '\t');
		if (s) *s++ = '\0';
		else return n + 1 == INDEX_COLUMNS;
	}
	return false;
}

static bool
index_line(char *line, struct index_row *r)
{
	const char *c[INDEX_COLUMNS];
	long long whole, epochs;
	if (!index_cut(line, c)) return false;
	r->folder = c[0];
	r->brief = (struct run_brief){ .metric = c[6], .test = NAN };
	if (!num_parse_int(c[1], &r->stamp.inode) || !num_parse_int(c[2], &r->stamp.seconds) ||
		!num_parse_int(c[3], &r->stamp.nanoseconds) || !num_parse_int(c[4], &r->stamp.size) ||
		!num_parse_int(c[5], &whole) || !num_parse_int(c[8], &epochs))
		return false;
	r->brief.whole = whole == 1;
	r->brief.epochs = (int)epochs;
	return !strcmp(c[7], "-") || num_parse_double(c[7], &r->brief.test);
}

/* Whether the first line, which ends at end, is ours and has the digest of the lines behind it. */
static bool
index_sealed(const char *line, const char *end)
{
	char digest[HASH_HEX];
	const size_t head = sizeof INDEX_HEAD - 1;
	if ((size_t)(end - line) != head + HASH_HEX - 1 || memcmp(line, INDEX_HEAD, head) != 0)
		return false;
	hash_of(end + 1, strlen(end + 1), digest);
	return !memcmp(line + head, digest, HASH_HEX - 1);
}

static void
index_read(struct run_index *x)
{
	struct str text = STR_INIT;
	struct err none = ERR_INIT;
	char *line = NULL;
	if (file_read(x->path, INDEX_MAX_BYTES, &text, ERR_IO, &none) == OK)
		line = arena_strndup(x->a, str_text(&text), text.len);
	str_free(&text);
	char *end = line ? strchr(line, '\n') : NULL;
	if (!end || !index_sealed(line, end)) return;
	size_t lines = 0;
	for (const char *s = end; s; s = strchr(s + 1, '\n'))
		lines++;
	x->old = ARENA_ARRAY(x->a, struct index_row, lines);
	for (line = end + 1; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		struct index_row *r = &x->old[x->kept];
		/* Out of order nothing is found: then it is not ours. */
		if (index_line(line, r) && (!x->kept || index_by_folder(r - 1, r) < 0)) x->kept++;
	}
}

struct run_index *
run_index_open(const char *results)
{
	struct arena *a = arena_new();
	struct run_index *x = ARENA_NEW(a, struct run_index);
	x->a = a;
	x->results = results;
	x->path = path_join(a, results, RUNDIR_BRIEFS);
	index_read(x);
	return x;
}

/* Damaged or whole, what the record says. Strings of the record go with the scratch arena. */
static void
index_look(struct run_index *x, const char *path, struct run_brief *out)
{
	struct arena *a = arena_new();
	struct record r;
	struct err none = ERR_INIT;
	*out = (struct run_brief){ .test = NAN };
	if (record_read(path, a, &r, &none) == OK) {
		out->whole = true;
		out->metric = arena_strdup(x->a, record_headline(&r, &out->test).name);
		out->epochs = r.epochs_run;
	}
	arena_free(a);
	x->changed = true;
}

static void
index_keep(struct run_index *x, const struct index_row *r)
{
	if (x->asked == x->room) {
		const size_t room = x->room ? 2 * x->room : x->kept + 64;
		struct index_row *now = ARENA_ARRAY(x->a, struct index_row, room);
		if (x->asked) memcpy(now, x->now, x->asked * sizeof *now);
		x->now = now;
		x->room = room;
	}
	x->now[x->asked++] = *r;
}

bool
run_index_get(struct run_index *x, const char *seed_folder, struct run_brief *out)
{
	struct stat st;
	const char *const path = path_join(x->a, seed_folder, "result.json");
	const char *below = seed_folder + strlen(x->results);
	if (stat(path, &st) != 0) return false;
	const struct index_stamp stamp = { (long long)st.st_ino, st.st_ctim.tv_sec,
		st.st_ctim.tv_nsec, st.st_size };
	struct index_row r = { .folder = arena_strdup(x->a, below + strspn(below, "/")),
		.stamp = stamp };
	const struct index_row *old =
		x->kept ? bsearch(&r, x->old, x->kept, sizeof r, index_by_folder) : NULL;
	if (old && !memcmp(&old->stamp, &stamp, sizeof stamp)) r.brief = old->brief;
	else index_look(x, path, &r.brief);
	index_keep(x, &r);
	*out = r.brief;
	return true;
}

static void
index_write(struct run_index *x)
{
	struct str text = STR_INIT, head = STR_INIT;
	struct err lost = ERR_INIT;
	char test[32], digest[HASH_HEX];
	qsort(x->now, x->asked, sizeof *x->now, index_by_folder);
	for (size_t i = 0; i < x->asked; i++) {
		const struct index_row *r = &x->now[i];
		const char *const metric = r->brief.metric ? r->brief.metric : "-";
		/* A name with a tab or a new line is read again each time. */
		if (strpbrk(r->folder, "\t\n") || strpbrk(metric, "\t\n")) continue;
		if (isfinite(r->brief.test)) num_format(r->brief.test, test, sizeof test);
		else strcpy(test, "-");
		str_printf(&text, "%s\t%lld\t%lld\t%lld\t%lld\t%d\t%s\t%s\t%d\n", r->folder,
			r->stamp.inode, r->stamp.seconds, r->stamp.nanoseconds, r->stamp.size, r->brief.whole,
			metric, test, r->brief.epochs);
	}
	hash_of(str_text(&text), text.len, digest);
	str_printf(&head, INDEX_HEAD "%s\n", digest);
	str_add_len(&head, str_text(&text), text.len);
	file_note(x->path, head.data, head.len, &lost);
	str_free(&head);
	str_free(&text);
}

void
run_index_close(struct run_index *x)
{
	if (!x) return;
	if (x->changed || x->asked != x->kept) index_write(x);
	arena_free(x->a);
}
