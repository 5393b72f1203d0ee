/*
 * predictions.csv read back: what a model said of every test image. A damaged file is an error,
 * never a crash.
 *
 * Layout  RFC 4180, as report_csv.c writes it: index,label,predicted, then a column a class.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "csv.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/num.h"
#include "tlrun/report.h"

/* The file being read, and its field of now. */
struct csv {
	const char *path, *at, *end;
	struct str field;
	int line;
	bool last;					/* the field ended its line */
	struct err *e;
};

struct named { const char *name; int class; };

static enum status
csv_bad(const struct csv *f, const char *what)
{
	const struct mark at = { f->path, f->line, 0, -1 };
	return err_set(f->e, ERR_DATA, at, "damaged predictions: %s", what);
}

/* A field in quotes; behind its closing one. */
static enum status
csv_quoted(struct csv *f)
{
	for (f->at++; f->at < f->end; f->at++) {
		if (*f->at == '"') {
			if (f->at + 1 == f->end || f->at[1] != '"') {
				f->at++;
				return OK;
			}
			f->at++;
		}
		str_add_char(&f->field, *f->at);
	}
	return csv_bad(f, "a quote that is not closed");
}

static enum status
csv_next(struct csv *f)
{
	str_clear(&f->field);
	if (f->at < f->end && *f->at == '"') TRY(csv_quoted(f));
	else {
		const char *s = f->at;
		while (s < f->end && *s != ',' && *s != '\n') s++;
		str_add_len(&f->field, f->at, (size_t)(s - f->at));
		f->at = s;
	}
	if (f->at == f->end || (*f->at != ',' && *f->at != '\n'))
		return csv_bad(f, "a line that is cut off");
	if (f->field.len && memchr(f->field.data, '\0', f->field.len)) return csv_bad(f, "a NUL");
	f->last = *f->at++ == '\n';
	return OK;
}

/* Whether the field is what csv.h makes of a text, or the text itself, as older files have it. */
static bool
csv_says(const struct csv *f, const char *text)
{
	struct str field = STR_INIT;
	csv_field(&field, text);
	const bool same = str_same(str_text(&f->field), text) ||
		str_same(str_text(&f->field), str_text(&field));
	str_free(&field);
	return same;
}

static int
csv_by_name(const void *a, const void *b)
{
	return strcmp(((const struct named *)a)->name, ((const struct named *)b)->name);
}

static const struct named *
csv_find(const char *field, const struct named *names, int classes)
{
	const struct named key = { field, 0 };
	return bsearch(&key, names, (size_t)classes, sizeof *names, csv_by_name);
}

/* The class that the field names: as csv.h writes it, or as it is, which older files have. */
static enum status
csv_class(struct csv *f, const struct named *names, int classes, int32_t *class)
{
	TRY(csv_next(f));
	const struct named *found = csv_find(str_text(&f->field), names, classes);
	if (!found) {
		struct str written = STR_INIT;
		csv_field(&written, str_text(&f->field));
		found = csv_find(str_text(&written), names, classes);
		str_free(&written);
	}
	if (!found || f->last) return csv_bad(f, "no class of this record");
	*class = found->class;
	return OK;
}

static enum status
csv_head(struct csv *f, const struct record *r)
{
	static const char *const fixed[] = { "index", "label", "predicted" };
	for (int i = 0; i < 3 + r->classes; i++) {
		TRY(csv_next(f));
		const char *const want = i < 3 ? fixed[i] : r->class_name[i - 3];
		if (!csv_says(f, want) || f->last != (i == 2 + r->classes))
			return csv_bad(f, "the columns are not those of this record");
	}
	return OK;
}

/* The rest of the line as probabilities; only passed over when none are asked for. */
static enum status
csv_probabilities(struct csv *f, int classes, float *p)
{
	if (!p) {
		const char *const end = memchr(f->at, '\n', (size_t)(f->end - f->at));
		if (!end) return csv_bad(f, "a line that is cut off");
		f->at = end + 1;
		return OK;
	}
	for (int c = 0; c < classes; c++) {
		double x;
		TRY(csv_next(f));
		if (!num_parse_double(str_text(&f->field), &x) || !(x >= 0 && x <= 1.001) ||
			f->last != (c == classes - 1))
			return csv_bad(f, "not a probability for each class");
		p[c] = (float)x;
	}
	return OK;
}

static enum status
csv_rows(struct csv *f, const struct named *names, uint32_t *index, int32_t *label,
	int32_t *predicted, float *p, const struct record *r)
{
	const int classes = r->classes;
	f->line = 1;
	TRY(csv_head(f, r));
	for (int i = 0; i < r->test.n; i++) {
		long long number;
		f->line = i + 2;
		TRY(csv_next(f));
		if (f->last || !num_parse_int(str_text(&f->field), &number) || number < 0 ||
			number > UINT32_MAX)
			return csv_bad(f, "the index is no number of an image");
		index[i] = (uint32_t)number;
		TRY(csv_class(f, names, classes, &label[i]));
		TRY(csv_class(f, names, classes, &predicted[i]));
		TRY(csv_probabilities(f, classes, p ? p + (size_t)i * (size_t)classes : NULL));
	}
	return f->at == f->end ? OK : csv_bad(f, "more lines than test images");
}

enum status
predictions_read(const char *path, const struct record *r, bool probabilities, struct arena *a,
	struct predictions *out, struct err *e)
{
	const size_t n = (size_t)r->test.n, classes = (size_t)r->classes;
	struct file_map m;
	TRY(file_map_open(&m, path, ERR_DATA, e));
	struct csv f = { .path = path, .at = (const char *)m.data, .e = e, .line = 1 };
	f.end = m.size ? f.at + m.size : f.at;
	/* A line has at least two commas, a number and its end: what is asked for is in the file. */
	enum status s = !m.size || m.size / 4 < n || (probabilities && m.size / 2 / classes < n)
		? csv_bad(&f, "fewer lines than test images") : OK;
	if (s == OK) {
		struct named *const names = ARENA_ARRAY(a, struct named, classes);
		uint32_t *const index = ARENA_ARRAY(a, uint32_t, n);
		int32_t *const label = ARENA_ARRAY(a, int32_t, n);
		int32_t *const predicted = ARENA_ARRAY(a, int32_t, n);
		float *const p = probabilities ? ARENA_ARRAY(a, float, n * classes) : NULL;
		for (int i = 0; i < r->classes; i++) {
			struct str field = STR_INIT;
			csv_field(&field, r->class_name[i]);
			names[i] = (struct named){ arena_strdup(a, str_text(&field)), i };
			str_free(&field);
		}
		qsort(names, classes, sizeof *names, csv_by_name);
		s = csv_rows(&f, names, index, label, predicted, p, r);
		*out = (struct predictions){ r->test.n, r->classes, r->class_name, index, label,
			predicted, p };
	}
	str_free(&f.field);
	file_map_close(&m);
	return s;
}
