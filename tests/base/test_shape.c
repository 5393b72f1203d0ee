/* Shapes. */
#include "tlrun/shape.h"

#include <limits.h>

#include "base/suites.h"

START_TEST(text_shows_the_batch_as_n)
{
	static const struct {
		struct shape s;
		const char *text;
	} cases[] = {
		{ { 4, { SHAPE_BATCH, 32, 32, 3 } }, "[n,32,32,3]" },
		{ { 2, { SHAPE_BATCH, 10 } }, "[n,10]" },
		{ { 4, { 3, 3, 16, 32 } }, "[3,3,16,32]" },
		{ { 1, { 7 } }, "[7]" },
		{ { 2, { 5, 0 } }, "[5,0]" },
		{ { 0, { 0 } }, "[]" },
		{ { 4, { INT_MIN, INT_MIN, INT_MIN, INT_MIN } },
			"[-2147483648,-2147483648,-2147483648,-2147483648]" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		ck_assert_str_eq(shape_str(&cases[i].s).s, cases[i].text);
}
END_TEST

START_TEST(count_is_of_one_sample_or_of_all)
{
	ck_assert_uint_eq(shape_count(&SHAPE4(SHAPE_BATCH, 32, 32, 3)), 3072);
	ck_assert_uint_eq(shape_count(&SHAPE4(3, 3, 16, 32)), 4608);
	ck_assert_uint_eq(shape_count(&SHAPE3(2, 3, 4)), 24);
	ck_assert_uint_eq(shape_count(&SHAPE2(SHAPE_BATCH, 10)), 10);
	ck_assert_uint_eq(shape_count(&SHAPE2(5, 0)), 0);
	ck_assert_uint_eq(shape_count(&SHAPE1(7)), 7);
	ck_assert_uint_eq(shape_count(&SHAPE4(1 << 10, 1 << 10, 1 << 10, 1 << 10)), (size_t)1 << 40);
	ck_assert_uint_eq(shape_count(&(struct shape){ 0 }), 0);
}
END_TEST

START_TEST(shapes_are_equal_when_rank_and_sizes_are)
{
	ck_assert(shape_equal(&SHAPE2(3, 4), &SHAPE2(3, 4)));
	ck_assert(!shape_equal(&SHAPE2(3, 4), &SHAPE2(4, 3)));
	ck_assert(!shape_equal(&SHAPE2(3, 4), &SHAPE3(3, 4, 0)));
	ck_assert(!shape_equal(&SHAPE4(1, 2, 3, 4), &SHAPE4(1, 2, 3, 5)));
	/* What stands behind the rank does not count. */
	ck_assert(shape_equal(&(struct shape){ 1, { 3, 9 } }, &SHAPE1(3)));
}
END_TEST

START_TEST(products_beyond_2_to_40_do_not_fit)
{
	ck_assert(shape_fits(&SHAPE4(1 << 10, 1 << 10, 1 << 10, 1 << 10)));
	ck_assert(!shape_fits(&SHAPE4(1 << 10, 1 << 10, 1 << 10, (1 << 10) + 1)));
	ck_assert(!shape_fits(&SHAPE4(INT_MAX, INT_MAX, INT_MAX, INT_MAX)));
	ck_assert(shape_fits(&SHAPE4(SHAPE_BATCH, 224, 224, 3)));
	ck_assert(!shape_fits(&SHAPE2(SHAPE_BATCH, -1)));
	ck_assert(!shape_fits(&SHAPE2(-3, -3)));
	/* A zero does not hide what came before it. */
	ck_assert(!shape_fits(&SHAPE4(INT_MAX, INT_MAX, 0, 1)));
}
END_TEST

Suite *
suite_shape(void)
{
	Suite *s = suite_create("shape");
	TCase *t = tcase_create("shape");
	tcase_add_test(t, text_shows_the_batch_as_n);
	tcase_add_test(t, count_is_of_one_sample_or_of_all);
	tcase_add_test(t, shapes_are_equal_when_rank_and_sizes_are);
	tcase_add_test(t, products_beyond_2_to_40_do_not_fit);
	suite_add_tcase(s, t);
	return s;
}
