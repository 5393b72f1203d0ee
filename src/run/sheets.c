/*
 * sheets: which mistakes are shown, and their picture: tiles in rows, white between them.
 *
 * Order  the more probable the wrong class was, the sooner; then as in the data set. Pairs: the
 *        more images, the sooner; then by class.
 */
#include "sheets.h"

#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/png.h"

enum { SHEETS_COLUMNS = 8, SHEETS_ROWS = 3, SHEETS_PAIRS = 5, SHEETS_GAP = 4,
	SHEETS_SIDE = 96, SHEETS_MOST = 256 };

/* ---- which ---- */

static int
sheets_before(const void *x, const void *y)
{
	const struct sheet_image *a = x, *b = y;
	if (a->probability != b->probability) return a->probability > b->probability ? -1 : 1;
	return a->index < b->index ? -1 : a->index > b->index;
}

/* All images that were taken for another class, in order. */
static struct sheet_image *
sheets_wrong(struct arena *a, const struct loader_part *part, const struct evaluation_result *t,
	int *n)
{
	struct sheet_image *wrong = ARENA_ARRAY(a, struct sheet_image, (size_t)t->n);
	*n = 0;
	for (int i = 0; i < t->n; i++) {
		const float *p = t->probability + (size_t)i * (size_t)t->classes;
		if (t->label[i] == t->predicted[i]) continue;
		wrong[(*n)++] = (struct sheet_image){ part->index[i], t->label[i], t->predicted[i],
			p[t->predicted[i]], p[t->label[i]] };
	}
	qsort(wrong, (size_t)*n, sizeof *wrong, sheets_before);
	return wrong;
}

/* The next pair behind `last` in the order; false: there is none. */
static bool
sheets_next_pair(const struct evaluation_result *t, struct sheet_pair *last)
{
	struct sheet_pair best = { -1, -1, 0 };
	for (int i = 0; i < t->classes; i++)
		for (int k = 0; k < t->classes; k++) {
			const long long n = t->confusion[(size_t)i * (size_t)t->classes + (size_t)k];
			const bool later = n < last->count || (n == last->count && (i > last->label ||
				(i == last->label && k > last->predicted)));
			if (i != k && later && n > best.count) best = (struct sheet_pair){ i, k, n };
		}
	*last = best;
	return best.count > 0;
}

static void
sheets_pairs(struct arena *a, struct sheets *s, const struct evaluation_result *t,
	const struct sheet_image *wrong, int n)
{
	struct sheet_pair *pair = ARENA_ARRAY(a, struct sheet_pair, SHEETS_PAIRS);
	struct sheet_image *image = ARENA_ARRAY(a, struct sheet_image, SHEETS_PAIRS * SHEETS_COLUMNS);
	struct sheet_pair next = { -1, -1, t->n + 1LL };
	while (s->n_pairs < SHEETS_PAIRS && sheets_next_pair(t, &next)) {
		struct sheet_image *row = image + s->n_pairs * SHEETS_COLUMNS;
		int found = 0;
		for (int i = 0; i < n && found < SHEETS_COLUMNS; i++)
			if (wrong[i].label == next.label && wrong[i].predicted == next.predicted)
				row[found++] = wrong[i];
		while (found < SHEETS_COLUMNS)
			row[found++].index = UINT32_MAX;
		pair[s->n_pairs++] = next;
	}
	s->pair = pair;
	s->pairs.image = image;
	s->pairs.n = s->n_pairs * SHEETS_COLUMNS;
}

/* Small images grow by a whole factor, large ones keep every k-th pixel. */
static int
sheets_side(int side, int longer)
{
	if (longer <= SHEETS_SIDE) return side * (SHEETS_SIDE / longer);
	const int every = (longer + SHEETS_MOST - 1) / SHEETS_MOST;
	return (side + every - 1) / every;
}

struct sheets *
sheets_make(struct arena *a, const struct loader_part *part, const struct evaluation_result *t)
{
	struct sheets *s = ARENA_NEW(a, struct sheets);
	const struct image_set *set = part->set;
	const int longer = set->h > set->w ? set->h : set->w;
	int n;
	const struct sheet_image *wrong = sheets_wrong(a, part, t, &n);
	s->mistakes = (struct sheet){ .file = "mistakes.png", .columns = SHEETS_COLUMNS,
		.tile_h = sheets_side(set->h, longer), .tile_w = sheets_side(set->w, longer),
		.gap = SHEETS_GAP };
	s->pairs = s->mistakes;
	s->pairs.file = "pairs.png";
	s->mistakes.n = n < SHEETS_COLUMNS * SHEETS_ROWS ? n : SHEETS_COLUMNS * SHEETS_ROWS;
	s->mistakes.image = wrong;
	sheets_pairs(a, s, t, wrong, n);
	return s;
}

/* ---- the picture ---- */

/* One image into its tile; at is the tile's corner in a picture of so many bytes a row. */
static void
sheets_tile(const struct sheet *s, const struct image_set *set, uint32_t index, uint8_t *at,
	size_t row)
{
	const size_t w = (size_t)set->w, c = (size_t)set->c;
	const uint8_t *image = (const uint8_t *)set->pixels.data + index * ((size_t)set->h * w * c);
	for (int y = 0; y < s->tile_h; y++)
		for (int x = 0; x < s->tile_w; x++) {
			const size_t from_y = (size_t)y * (size_t)set->h / (size_t)s->tile_h;
			const size_t from_x = (size_t)x * w / (size_t)s->tile_w;
			memcpy(at + (size_t)y * row + (size_t)x * c, image + (from_y * w + from_x) * c, c);
		}
}

enum status
sheets_draw(const struct sheet *s, const struct image_set *images, struct str *out, struct err *e)
{
	struct str pixels = STR_INIT;
	const int columns = s->n < s->columns ? s->n : s->columns;
	const int rows = (s->n + s->columns - 1) / s->columns;
	const int h = rows * (s->tile_h + s->gap) - s->gap;
	const int w = columns * (s->tile_w + s->gap) - s->gap;
	const size_t row = (size_t)w * (size_t)images->c;
	str_pad(&pixels, (char)255, h * (int)row);
	for (int i = 0; i < s->n; i++) {
		const size_t y = (size_t)(i / s->columns) * (size_t)(s->tile_h + s->gap);
		const size_t x = (size_t)(i % s->columns) * (size_t)(s->tile_w + s->gap);
		if (s->image[i].index == UINT32_MAX) continue;
		sheets_tile(s, images, s->image[i].index,
			(uint8_t *)pixels.data + y * row + x * (size_t)images->c, row);
	}
	const enum status status =
		png_encode(h, w, images->c, (const uint8_t *)pixels.data, out, e);
	str_free(&pixels);
	return status;
}
