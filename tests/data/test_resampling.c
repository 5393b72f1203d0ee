/* Crop and resize against TensorFlow and Keras, and against plain loops in double. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data/fake.h"
#include "data/normalize.h"
#include "data/resampling.h"
#include "data/suites.h"
#include "support/golden.h"
#include "tlrun/arena.h"
#include "tlrun/parallel.h"

enum { MOST = 224 * 224 * 3 };

static struct arena *arena;
static struct golden *golden;
static uint8_t image[64 * 64 * 3];
static float out[MOST];

static void
setup(void)
{
	arena = arena_new();
	golden = golden_open("resize");
}

static void
teardown(void)
{
	golden_close(golden);
	arena_free(arena);
}

/* The levels of the golden file: floor(256*(P + 0.5)). */
static void
fill(size_t n)
{
	float p[64 * 64 * 3];
	ck_assert_uint_le(n, sizeof image);
	golden_fill_p(p, n, 37, 11, 101);
	for (size_t i = 0; i < n; i++)
		image[i] = (uint8_t)floorf(256 * (p[i] + 0.5f));
}

struct size { int h, w; };

static struct kern_resize
resizer(enum resize_method method, struct size from, struct size to, const struct pixels *p)
{
	struct kern_resize r = { .width = from.w, .lerp = method == RESIZE_BILINEAR };
	r.rows = resampling_axis(arena, method, 0, from.h, to.h);
	r.columns = resampling_axis(arena, method, 0, from.w, to.w);
	pixels_resize(p, &r);
	return r;
}

static void
resize(enum resize_method method, struct size from, struct size to, int c, int c_out)
{
	struct pixels p;
	pixels_init(&p, &(struct normalize){ .type = NORMALIZE_NONE }, c, c_out);
	const struct kern_resize r = resizer(method, from, to, &p);
	fill((size_t)from.h * (size_t)from.w * (size_t)c);
	kern_resize_tile(&r, image, out);
}

static enum resize_method
method_of(const char *name)
{
	if (strncmp(name, "layer.", 6) == 0) name += 6;
	if (strncmp(name, "nearest", 7) == 0) return RESIZE_NEAREST;
	if (strncmp(name, "bilinear", 8) == 0) return RESIZE_BILINEAR;
	return strncmp(name, "bicubic", 7) == 0 ? RESIZE_BICUBIC : RESIZE_AREA;
}

START_TEST(sizes_give_the_numbers_of_tensorflow)
{
	static const char *const prefix[] = { "nearest", "bilinear", "bicubic", "area", "layer" };
	const char *name;
	size_t cases = 0;
	for (; (name = golden_case(golden, prefix[_i], "config", cases)); cases++) {
		char of[64];
		snprintf(of, sizeof of, "%s", name);
		const double *const v = golden_values(golden, of, "config", 5);
		const int c = (int)v[2];
		const struct size from = { (int)v[0], (int)v[1] }, to = { (int)v[3], (int)v[4] };
		if (c == 2) continue;	/* no image has two */
		resize(method_of(of), from, to, c, c);
		/* TensorFlow counts what area covers in float32 */
		golden_check(golden, "", of, (size_t)to.h * (size_t)to.w * (size_t)c, out,
			method_of(of) == RESIZE_AREA ? 1e-5 : 1e-6);
	}
	ck_assert_uint_ge(cases, 8);
}
END_TEST

START_TEST(gray_is_made_before_resizing)
{
	resize(RESIZE_BILINEAR, (struct size){ 9, 7 }, (struct size){ 9, 7 }, 3, 1);
	golden_check(golden, "", "gray.9x7", 9 * 7, out, 1e-6);
	resize(RESIZE_BILINEAR, (struct size){ 9, 7 }, (struct size){ 12, 5 }, 3, 1);
	golden_check(golden, "", "gray.9x7_to_12x5", 12 * 5, out, 1e-6);
}
END_TEST

/* Sums of products over all source places, in double: any sizes, strips of wide images too. */
START_TEST(area_is_the_mean_of_what_is_covered)
{
	static const struct { struct size from, to; } size[] = { { { 5, 7 }, { 3, 4 } },
		{ { 4, 6 }, { 2, 3 } }, { { 3, 5 }, { 2, 700 } }, { { 64, 60 }, { 3, 1 } } };
	const struct size from = size[_i].from, to = size[_i].to;
	resize(RESIZE_AREA, from, to, 3, 3);
	for (int o = 0; o < to.h; o++)
		for (int p = 0; p < to.w; p++)
			for (int k = 0; k < 3; k++) {
				double sum = 0;
				for (int i = 0; i < from.h; i++)
					for (int j = 0; j < from.w; j++) {
						const double rows = fmin((i + 1) * to.h, (o + 1) * from.h)
							- fmax(i * to.h, o * from.h);
						const double columns = fmin((j + 1) * to.w, (p + 1) * from.w)
							- fmax(j * to.w, p * from.w);
						if (rows > 0 && columns > 0)
							sum += rows * columns * image[(i * from.w + j) * 3 + k];
					}
				ck_assert_double_eq_tol(out[(o * to.w + p) * 3 + k], sum / (from.h * from.w), 1e-4);
			}
}
END_TEST

START_TEST(a_crop_has_the_size_and_place_of_tensorflow)
{
	const char *name;
	size_t cases = 0;
	for (; (name = golden_case(golden, "central_crop", "config", cases)); cases++) {
		char of[64], resized[80];
		snprintf(of, sizeof of, "%s", name);
		snprintf(resized, sizeof resized, "%s_to_24x20", of);
		const double *const v = golden_values(golden, of, "config", 5);
		struct fake data = { .train = { 1, 1, 1, 1 }, .test = { 1, 1, 1, 1 }, .channels = 3,
			.h = (int)v[0], .w = (int)v[1], .crop = v[2], .interpolation = RESIZE_BILINEAR };
		for (int i = 0; i < 2; i++) {
			struct fake_loader f;
			if (i) data.resize = (struct int_pair){ 24, 20 };
			fake_open(&f, &data, "{validation: test}", CHANNELS_KEEP,
				(struct normalize){ .type = NORMALIZE_NONE });
			ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
			const struct loader_info *const info = loader_info(f.loader);
			ck_assert_int_eq(info->h, i ? 24 : (int)v[3]);
			ck_assert_int_eq(info->w, i ? 20 : (int)v[4]);
			const struct image_set *const set = loader_train(f.loader)->set;
			fill((size_t)set->h * (size_t)set->w * 3);
			memcpy(set->pixels.data, image, (size_t)set->h * (size_t)set->w * 3);
			loader_batch(f.loader, loader_train(f.loader), NULL, 0, 1, out, NULL);
			golden_check(golden, "", i ? resized : of, (size_t)(info->h * info->w * 3), out, 1e-6);
			fake_close(&f);
		}
	}
	ck_assert_uint_eq(cases, 9);
}
END_TEST

/* Every method, 1 to 3 and 3 to 1 channels, each normalization: after resizing without any, Keras's
 * float32 steps one by one. */
START_TEST(normalization_comes_after_resizing)
{
	static const struct normalize n[] = { { .type = NORMALIZE_ZERO_ONE },
		{ .type = NORMALIZE_MINUS_ONE_ONE }, { .type = NORMALIZE_IMAGENET },
		{ NORMALIZE_MEAN_STD, 3, { 0.1, 0.2, 0.3 }, { 0.5, 0.25, 2 } } };
	static const int channels[][2] = { { 3, 3 }, { 1, 3 }, { 1, 1 }, { 3, 1 } };
	const struct size from = { 9, 31 }, to = { 20, 41 };
	static float y[20 * 41 * 3];
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 4; k++) {
			const int in = channels[k][0], c = channels[k][1];
			struct pixels p;
			if (c == 1 && i > 1) continue;
			pixels_init(&p, &n[i], in, c);
			const struct kern_resize r = resizer((enum resize_method)_i, from, to, &p);
			fill((size_t)from.h * (size_t)from.w * (size_t)in);
			kern_resize_tile(&r, image, y);
			resize((enum resize_method)_i, from, to, in, c);
			for (int j = 0; j < to.h * to.w * c; j++) {
				const double *const mean = i == 2 ? (double[]){ 0.485, 0.456, 0.406 } : n[i].mean;
				const double *const std = i == 2 ? (double[]){ 0.229, 0.224, 0.225 } : n[i].std;
				float v = out[j] / (i == 1 ? 127.5f : 255.0f);
				if (i == 1) v -= 1;
				if (i > 1) v = (v - (float)mean[j % 3]) / (float)std[j % 3];
				ck_assert_msg(y[j] == v, "%d: %a, expected %a", j, y[j], v);
			}
		}
}
END_TEST

/* 1 to 3 channels is three times the same; what keeps its size is not changed by any method. */
START_TEST(same_size_is_the_image_itself)
{
	const struct size size = { 13, 11 };
	resize((enum resize_method)_i, size, size, 1, 3);
	for (int i = 0; i < size.h * size.w * 3; i++)
		ck_assert(out[i] == (float)image[i / 3]);
}
END_TEST

START_TEST(threads_and_instruction_sets_give_the_same_bits)
{
	static const char *const isa[] = { "generic", "avx2", "avx512" };
	enum { N = 9, SIDE = 45, IMAGE = SIDE * SIDE * 3 };
	static float first[N * IMAGE], x[N * IMAGE];
	struct fake data = { .train = { 3, 3, 3, 3 }, .test = { 1, 1, 1, 1 }, .channels = 3, .h = 32,
		.w = 32, .crop = 0.8, .resize = { SIDE, SIDE }, .interpolation = (enum resize_method)_i };
	bool made = false;
	for (int threads = 1; threads <= 3; threads++)
		for (size_t k = 0; k < sizeof isa / sizeof *isa; k++) {
			struct fake_loader f;
			struct err e = ERR_INIT;
			if (kern_select(isa[k], &e) != OK) continue;
			parallel_set_threads(threads);
			fake_open(&f, &data, "{validation: test}", CHANNELS_KEEP,
				(struct normalize){ .type = NORMALIZE_IMAGENET });
			ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
			loader_batch(f.loader, loader_train(f.loader), NULL, 0, N, x, NULL);
			if (!made) memcpy(first, x, sizeof x);
			made = true;
			ck_assert_mem_eq(first, x, sizeof x);
			fake_close(&f);
		}
}
END_TEST

START_TEST(the_text_tells_all_that_decides_the_input)
{
	struct fake data = { .train = { 1, 1, 1, 1 }, .test = { 1, 1, 1, 1 }, .channels = 3, .h = 32,
		.w = 30, .crop = 0.875, .resize = { 96, 80 }, .interpolation = RESIZE_AREA };
	struct fake_loader f;
	struct str s = STR_INIT;
	fake_open(&f, &data, "{}", CHANNELS_GRAY, (struct normalize){ .type = NORMALIZE_AUTO });
	loader_preprocessing_text(f.loader, &s);
	ck_assert_str_eq(str_text(&s),
		"dataset: fake\nsplit_seed: 0\nimages: 32x30x3\nchannels: gray\n"
		"crop: 28x28 at 2, 1\nresize: 96x80\ninterpolation: area\nnormalize: zero_one\n");
	ck_assert_str_eq(loader_info(f.loader)->formula, "crop 28x28, resize 96x80 area, x/255");
	str_free(&s);
	fake_close(&f);
}
END_TEST

Suite *
suite_resampling(void)
{
	Suite *const s = suite_create("resampling");
	TCase *const t = tcase_create("resampling");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, sizes_give_the_numbers_of_tensorflow, 0, 5);
	tcase_add_test(t, gray_is_made_before_resizing);
	tcase_add_loop_test(t, area_is_the_mean_of_what_is_covered, 0, 4);
	tcase_add_test(t, a_crop_has_the_size_and_place_of_tensorflow);
	tcase_add_loop_test(t, normalization_comes_after_resizing, RESIZE_NEAREST, RESIZE_AREA + 1);
	tcase_add_loop_test(t, same_size_is_the_image_itself, RESIZE_NEAREST, RESIZE_AREA + 1);
	tcase_add_loop_test(t, threads_and_instruction_sets_give_the_same_bits, RESIZE_NEAREST,
		RESIZE_AREA + 1);
	tcase_add_test(t, the_text_tells_all_that_decides_the_input);
	suite_add_tcase(s, t);
	return s;
}
