/*
 * The files of the sheets: mistakes.json says which image stands where, mistakes.png and pairs.png
 * are the pictures. What is read back is shown in reports, so whatever is wrong with it leaves the
 * sheets out.
 */
#include <string.h>

#include "sheets.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"

enum { SHEETS_FORMAT = 1, SHEETS_JSON_BYTES = 1 << 20, SHEETS_PNG_BYTES = 64 << 20,
	SHEETS_MOST_TILE = 4096, SHEETS_MOST_COLUMNS = 64, SHEETS_MOST_ROWS = 64 };
static const char sheets_json[] = "mistakes.json";

/* ---- writing ---- */

static void
sheets_put_image(struct json *j, const struct record *r, const struct sheet_image *i)
{
	json_open_object(j, NULL);
	json_put_int(j, "index", i->index);
	json_put_string(j, "label", r->class_name[i->label]);
	json_put_string(j, "predicted", r->class_name[i->predicted]);
	json_put_float(j, "probability", i->probability);
	json_put_float(j, "label_probability", i->of_label);
	json_close(j);
}

static void
sheets_put_images(struct json *j, const struct record *r, const struct sheet_image *image, int n)
{
	json_open_array(j, "images");
	for (int i = 0; i < n; i++)
		if (image[i].index != UINT32_MAX) sheets_put_image(j, r, &image[i]);
	json_close(j);
}

static void
sheets_put(const struct sheets *s, const struct record *r, struct str *out)
{
	const struct sheet *m = &s->mistakes;
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_int(&j, "format", SHEETS_FORMAT);
	json_put_int(&j, "columns", m->columns);
	json_open_row(&j, "tile");
	json_put_int(&j, NULL, m->tile_h);
	json_put_int(&j, NULL, m->tile_w);
	json_close(&j);
	json_put_int(&j, "gap", m->gap);
	json_open_object(&j, "mistakes");
	json_put_string(&j, "file", m->file);
	sheets_put_images(&j, r, m->image, m->n);
	json_close(&j);
	json_open_object(&j, "pairs");
	json_put_string(&j, "file", s->pairs.file);
	json_open_array(&j, "rows");
	for (int i = 0; i < s->n_pairs; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "label", r->class_name[s->pair[i].label]);
		json_put_string(&j, "predicted", r->class_name[s->pair[i].predicted]);
		json_put_int(&j, "count", s->pair[i].count);
		sheets_put_images(&j, r, s->pairs.image + i * m->columns, m->columns);
		json_close(&j);
	}
	json_close(&j);
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}

/* A sheet without an image has no file. */
static enum status
sheets_picture(struct arena *a, const char *folder, const struct sheet *s,
	const struct image_set *images, struct err *e)
{
	struct str png = STR_INIT;
	const char *const path = path_join(a, folder, s->file);
	file_remove(path);
	if (!s->n) return OK;
	enum status status = sheets_draw(s, images, &png, e);
	if (status == OK) status = file_write(path, png.data, png.len, e);
	str_free(&png);
	return status;
}

enum status
sheets_write(struct arena *a, const char *folder, const struct record *r,
	const struct loader_part *part, const struct evaluation_result *t, struct err *e)
{
	struct str text = STR_INIT;
	if (!t->n) return OK;
	const struct sheets *s = sheets_make(a, part, t);
	TRY(sheets_picture(a, folder, &s->mistakes, part->set, e));
	TRY(sheets_picture(a, folder, &s->pairs, part->set, e));
	sheets_put(s, r, &text);
	const enum status status = file_put(a, folder, sheets_json, &text, e);
	str_free(&text);
	return status;
}

/* ---- reading ---- */

static bool
sheets_int(const json_t *v, long long min, long long max, int *out)
{
	const bool good = json_is_integer(v) && json_integer_value(v) >= min &&
		json_integer_value(v) <= max;
	*out = good ? (int)json_integer_value(v) : 0;
	return good;
}

static bool
sheets_class(const struct record *r, const json_t *v, int *out)
{
	const char *const name = json_string_value(v);
	for (*out = 0; name && *out < r->classes; ++*out)
		if (!strcmp(r->class_name[*out], name)) return true;
	return false;
}

static bool
sheets_image_of(const struct record *r, const json_t *o, struct sheet_image *out)
{
	const json_t *p = json_object_get(o, "probability");
	const json_t *q = json_object_get(o, "label_probability");
	int index;
	if (!sheets_int(json_object_get(o, "index"), 0, INT32_MAX, &index)) return false;
	out->index = (uint32_t)index;
	out->probability = (float)json_number_value(p);
	out->of_label = (float)json_number_value(q);
	return json_is_number(p) && json_is_number(q) &&
		sheets_class(r, json_object_get(o, "label"), &out->label) &&
		sheets_class(r, json_object_get(o, "predicted"), &out->predicted);
}

/* Up to `most` images; those that are not there have no index. */
static bool
sheets_images_of(const struct record *r, const json_t *list, int most, struct sheet_image *out,
	int *n)
{
	*n = (int)json_array_size(list);
	if (!json_is_array(list) || json_array_size(list) > (size_t)most) return false;
	for (int i = 0; i < most; i++)
		if (i >= *n) out[i] = (struct sheet_image){ .index = UINT32_MAX };
		else if (!sheets_image_of(r, json_array_get(list, (size_t)i), &out[i])) return false;
	return true;
}

static bool
sheets_pairs_of(struct arena *a, const struct record *r, const json_t *list, struct sheets *s)
{
	const int columns = s->pairs.columns;
	if (!json_is_array(list) || json_array_size(list) > SHEETS_MOST_ROWS) return false;
	s->n_pairs = (int)json_array_size(list);
	struct sheet_pair *pair = ARENA_ARRAY(a, struct sheet_pair, (size_t)s->n_pairs);
	struct sheet_image *image =
		ARENA_ARRAY(a, struct sheet_image, (size_t)s->n_pairs * (size_t)columns);
	for (int i = 0; i < s->n_pairs; i++) {
		const json_t *o = json_array_get(list, (size_t)i);
		int count, n;
		if (!sheets_int(json_object_get(o, "count"), 1, INT32_MAX, &count) ||
			!sheets_class(r, json_object_get(o, "label"), &pair[i].label) ||
			!sheets_class(r, json_object_get(o, "predicted"), &pair[i].predicted) ||
			!sheets_images_of(r, json_object_get(o, "images"), columns, image + i * columns, &n))
			return false;
		pair[i].count = count;
	}
	s->pair = pair;
	s->pairs.image = image;
	s->pairs.n = s->n_pairs * columns;
	return true;
}

static bool
sheets_of(struct arena *a, const struct record *r, const json_t *root, struct sheets *s)
{
	struct sheet *m = &s->mistakes;
	const json_t *tile = json_object_get(root, "tile");
	const json_t *list = json_object_get(json_object_get(root, "mistakes"), "images");
	const int most = SHEETS_MOST_COLUMNS * SHEETS_MOST_ROWS;
	struct sheet_image *image = ARENA_ARRAY(a, struct sheet_image, (size_t)most);
	int format;
	if (!sheets_int(json_object_get(root, "format"), SHEETS_FORMAT, SHEETS_FORMAT, &format) ||
		!sheets_int(json_object_get(root, "columns"), 1, SHEETS_MOST_COLUMNS, &m->columns) ||
		!sheets_int(json_array_get(tile, 0), 1, SHEETS_MOST_TILE, &m->tile_h) ||
		!sheets_int(json_array_get(tile, 1), 1, SHEETS_MOST_TILE, &m->tile_w) ||
		!sheets_int(json_object_get(root, "gap"), 0, SHEETS_MOST_TILE, &m->gap) ||
		!sheets_images_of(r, list, most, image, &m->n))
		return false;
	m->file = "mistakes.png";
	s->pairs = *m;
	m->image = image;
	s->pairs.file = "pairs.png";
	s->seed = r->seed;
	return sheets_pairs_of(a, r, json_object_get(json_object_get(root, "pairs"), "rows"), s);
}

static bool
sheets_png(struct arena *a, const char *folder, struct sheet *s)
{
	struct str png = STR_INIT;
	struct err none = ERR_INIT;
	bool good = true;
	if (s->n) {
		good = file_read(path_join(a, folder, s->file), SHEETS_PNG_BYTES, &png, ERR_DATA,
			&none) == OK && png.len > 8 && !memcmp(png.data, "\x89PNG\r\n\x1a\n", 8);
		s->png_size = good ? png.len : 0;
		char *bytes = ARENA_ARRAY(a, char, s->png_size);
		if (good) memcpy(bytes, png.data, png.len);
		s->png = good ? bytes : NULL;
	}
	str_free(&png);
	return good;
}

const struct sheets *
sheets_read(struct arena *a, const struct record_set *set)
{
	for (int i = 0; i < set->n; i++) {
		const struct record *r = &set->record[i];
		const char *const folder = arena_printf(a, "%s/seed-%llu", set->folder,
			(unsigned long long)r->seed);
		struct sheets *s = ARENA_NEW(a, struct sheets);
		struct err none = ERR_INIT;
		json_t *root = NULL;
		const char *const path = path_join(a, folder, sheets_json);
		if (!file_exists(path) ||
			json_read(path, SHEETS_JSON_BYTES, &root, ERR_DATA, &none) != OK) continue;
		const bool good = sheets_of(a, r, root, s);
		json_decref(root);
		if (good && sheets_png(a, folder, &s->mistakes) && sheets_png(a, folder, &s->pairs))
			return s;
	}
	return NULL;
}
