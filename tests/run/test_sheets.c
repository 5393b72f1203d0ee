/* Contact sheets of mistakes: which images, in which order, and their very pixels. */
#include "run/sheets.h"

#include <png.h>
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"

enum { IMAGES = 60, CLASSES = 3, H = 2, W = 3, C = 3 };

static struct lab l;
static struct loader_part part;
static struct image_set set;
static struct evaluation_result result;
static struct record record;
static uint8_t pixels[(IMAGES + 10) * H * W * C];
static const char *const names[] = { "cat", "<b>dog\"", "owl" };

/* Image i of the part is image IMAGES + 9 - i of the set. All are of class i % 3; what was made of
 * them is said by takes. */
static void
setup(void)
{
	lab_open(&l);
	memset(&result, 0, sizeof result);
	uint32_t *index = ARENA_ARRAY(l.a, uint32_t, IMAGES);
	result = (struct evaluation_result){ .n = IMAGES, .classes = CLASSES,
		.confusion = ARENA_ARRAY(l.a, long long, CLASSES * CLASSES),
		.label = ARENA_ARRAY(l.a, int32_t, IMAGES),
		.predicted = ARENA_ARRAY(l.a, int32_t, IMAGES),
		.probability = ARENA_ARRAY(l.a, float, IMAGES * CLASSES) };
	for (size_t i = 0; i < sizeof pixels; i++)
		pixels[i] = (uint8_t)(i * 7 + i / 11);
	for (int i = 0; i < IMAGES; i++) {
		index[i] = (uint32_t)(IMAGES + 9 - i);
		result.label[i] = result.predicted[i] = i % CLASSES;
		result.probability[i * CLASSES + i % CLASSES] = 1;
	}
	set = (struct image_set){ .n = IMAGES + 10, .h = H, .w = W, .c = C,
		.pixels = { .data = pixels, .size = sizeof pixels } };
	part = (struct loader_part){ .set = &set, .n = IMAGES, .index = index };
	record = (struct record){ .seed = 4, .classes = CLASSES, .class_name = names };
}

static void
teardown(void)
{
	lab_close(&l);
}

/* Image i was taken for a class with so much probability. */
static void
takes(int i, int predicted, float probability)
{
	result.predicted[i] = predicted;
	result.probability[i * CLASSES + predicted] = probability;
	result.probability[i * CLASSES + i % CLASSES] = 1 - probability;
}

static const struct sheets *
make(void)
{
	memset(result.confusion, 0, CLASSES * CLASSES * sizeof *result.confusion);
	for (int i = 0; i < IMAGES; i++)
		result.confusion[result.label[i] * CLASSES + result.predicted[i]]++;
	return sheets_make(l.a, &part, &result);
}

START_TEST(the_most_confident_come_first_then_as_in_the_data)
{
	takes(3, 1, 0.75f);
	takes(7, 2, 0.875f);
	takes(30, 2, 0.75f);
	const struct sheets *s = make();
	ck_assert_int_eq(s->mistakes.n, 3);
	/* The 7th of the part is image 62 of the set; of two alike the one with the lower index. */
	ck_assert_uint_eq(s->mistakes.image[0].index, IMAGES + 9 - 7);
	ck_assert_uint_eq(s->mistakes.image[1].index, IMAGES + 9 - 30);
	ck_assert_uint_eq(s->mistakes.image[2].index, IMAGES + 9 - 3);
	ck_assert(s->mistakes.image[0].label == 1 && s->mistakes.image[0].predicted == 2);
	ck_assert(s->mistakes.image[0].probability == 0.875f);
	ck_assert(s->mistakes.image[0].of_label == 0.125f);
}
END_TEST

START_TEST(the_pairs_mixed_up_most_have_a_row_each)
{
	/* 1 is taken for 0 ten times, 0 for 2 and 2 for 0 once each. */
	for (int i = 0; i < 10; i++)
		takes(1 + 3 * i, 0, 0.5f + 0.01f * (float)i);
	takes(0, 2, 0.9f);
	takes(2, 0, 0.95f);
	const struct sheets *s = make();
	ck_assert_int_eq(s->n_pairs, 3);
	ck_assert(s->pair[0].label == 1 && s->pair[0].predicted == 0 && s->pair[0].count == 10);
	ck_assert(s->pair[1].label == 0 && s->pair[1].predicted == 2 && s->pair[1].count == 1);
	ck_assert(s->pair[2].label == 2 && s->pair[2].predicted == 0);
	ck_assert_int_eq(s->pairs.n, 3 * s->pairs.columns);
	for (int i = 0; i < s->pairs.columns; i++)
		ck_assert_uint_eq(s->pairs.image[i].index, (unsigned)(IMAGES + 9 - (1 + 3 * (9 - i))));
	ck_assert_uint_eq(s->pairs.image[s->pairs.columns].index, IMAGES + 9);
	ck_assert_uint_eq(s->pairs.image[s->pairs.columns + 1].index, UINT32_MAX);
}
END_TEST

START_TEST(no_more_than_a_sheet_is_shown)
{
	for (int i = 0; i < IMAGES; i++)
		takes(i, (i + 1) % CLASSES, 0.5f);
	const struct sheets *s = make();
	ck_assert_int_eq(s->mistakes.n, 24);
	ck_assert_int_eq(s->n_pairs, 3);
	ck_assert_int_eq(s->pair[0].label, 0);
}
END_TEST

/* Every pixel of the picture, read back by libpng: enlarged by a whole factor, white between. */
START_TEST(the_picture_has_the_pixels_of_the_images)
{
	struct str png = STR_INIT;
	png_image image = { .version = PNG_IMAGE_VERSION };
	for (int i = 0; i < 10; i++)
		takes(i, (i + 1) % CLASSES, 0.9f - 0.01f * (float)i);
	const struct sheet *s = &make()->mistakes;
	ck_assert_int_eq(s->tile_h, 64);
	ck_assert_int_eq(s->tile_w, 96);
	ck_assert_msg(sheets_draw(s, &set, &png, &l.err) == OK, "%s", l.err.message);
	ck_assert(png_image_begin_read_from_memory(&image, png.data, png.len));
	const int h = 2 * (64 + s->gap) - s->gap, w = 8 * (96 + s->gap) - s->gap;
	ck_assert(image.format == PNG_FORMAT_RGB && (int)image.height == h && (int)image.width == w);
	uint8_t *back = ARENA_ARRAY(l.a, uint8_t, (size_t)(h * w * C));
	ck_assert(png_image_finish_read(&image, NULL, back, 0, NULL));
	for (int y = 0; y < h; y++)
		for (int x = 0; x < w; x++) {
			const int tile = y / (64 + s->gap) * 8 + x / (96 + s->gap);
			const int ty = y % (64 + s->gap), tx = x % (96 + s->gap);
			const bool inside = ty < 64 && tx < 96 && tile < s->n;
			const uint8_t *at = inside
				? pixels + s->image[tile].index * (H * W * C) + (ty / 32 * W + tx / 32) * C : NULL;
			for (int c = 0; c < C; c++)
				ck_assert_int_eq(back[(y * w + x) * C + c], at ? at[c] : 255);
		}
	str_free(&png);
}
END_TEST

static struct record_set
written(void)
{
	static struct record_set r;
	const char *const folder = lab_path(&l, "seed-4");
	make();
	ck_assert(file_make_folders(folder, &l.err) == OK);
	ck_assert_msg(sheets_write(l.a, folder, &record, &part, &result, &l.err) == OK, "%s",
		l.err.message);
	r = (struct record_set){ .folder = l.dir.path, .n = 1, .record = &record };
	return r;
}

START_TEST(what_was_written_reads_back)
{
	takes(3, 1, 0.75f);
	takes(7, 2, 0.875f);
	takes(4, 2, 0.8f);
	const struct record_set r = written();
	const struct sheets *a = make(), *b = sheets_read(l.a, &r);
	ck_assert_ptr_nonnull(b);
	ck_assert(b->seed == 4 && b->mistakes.n == 3 && b->n_pairs == 2);
	ck_assert(b->mistakes.columns == a->mistakes.columns && b->mistakes.gap == a->mistakes.gap);
	ck_assert(b->pairs.tile_h == 64 && b->pairs.tile_w == 96);
	for (int i = 0; i < 3; i++) {
		const struct sheet_image *x = &a->mistakes.image[i], *y = &b->mistakes.image[i];
		ck_assert(x->index == y->index && x->label == y->label && x->predicted == y->predicted);
		ck_assert(x->probability == y->probability && x->of_label == y->of_label);
	}
	for (int i = 0; i < a->pairs.n; i++)
		ck_assert_uint_eq(a->pairs.image[i].index, b->pairs.image[i].index);
	ck_assert(b->pair[0].label == 1 && b->pair[0].predicted == 2 && b->pair[0].count == 2);
	ck_assert_mem_eq(b->mistakes.png, "\x89PNG", 4);
	ck_assert_mem_eq(b->pairs.png, "\x89PNG", 4);
}
END_TEST

START_TEST(no_mistake_is_no_picture)
{
	takes(3, 1, 0.75f);
	written();
	ck_assert(file_exists(lab_path(&l, "seed-4/mistakes.png")));
	takes(3, 0, 1);
	const struct record_set r = written();
	const struct sheets *s = sheets_read(l.a, &r);
	ck_assert(s && s->mistakes.n == 0 && s->n_pairs == 0 && !s->mistakes.png);
	ck_assert(!file_exists(lab_path(&l, "seed-4/mistakes.png")));
}
END_TEST

/* Whatever stands in the files, reports go without it. */
START_TEST(damaged_sheets_are_left_out)
{
	takes(3, 1, 0.75f);
	const struct record_set r = written();
	const char *const text = lab_read(&l, lab_path(&l, "seed-4/mistakes.json"));
	const size_t len = strlen(text);
	int whole = 0;
	for (size_t i = 0; i < len; i++) {
		char *other = arena_strdup(l.a, text);
		other[i] = "0{}]\"x9,"[i % 8];
		tmpdir_write(&l.dir, "seed-4/mistakes.json", other, len);
		const struct sheets *s = sheets_read(l.a, &r);
		for (int k = 0; s && k < s->mistakes.n; k++)
			ck_assert(s->mistakes.image[k].label < CLASSES &&
				s->mistakes.image[k].predicted < CLASSES);
		whole += s != NULL;
	}
	ck_assert_int_lt(whole, (int)len / 2);
	tmpdir_write(&l.dir, "seed-4/mistakes.json", text, len);
	ck_assert_ptr_nonnull(sheets_read(l.a, &r));
	tmpdir_write(&l.dir, "seed-4/pairs.png", "no picture", 10);
	ck_assert_ptr_null(sheets_read(l.a, &r));
}
END_TEST

Suite *
suite_sheets(void)
{
	Suite *s = suite_create("sheets");
	TCase *t = tcase_create("sheets");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, the_most_confident_come_first_then_as_in_the_data);
	tcase_add_test(t, the_pairs_mixed_up_most_have_a_row_each);
	tcase_add_test(t, no_more_than_a_sheet_is_shown);
	tcase_add_test(t, the_picture_has_the_pixels_of_the_images);
	tcase_add_test(t, what_was_written_reads_back);
	tcase_add_test(t, no_mistake_is_no_picture);
	tcase_add_test(t, damaged_sheets_are_left_out);
	suite_add_tcase(s, t);
	return s;
}
