/* Names with numbers: what is found, and how the work grows. */
#include "tlrun/name_table.h"

#include "base/suites.h"
#include "tlrun/arena.h"

START_TEST(the_first_number_of_a_name_stays)
{
	struct arena *a = arena_new();
	struct name_table *s = name_table_new(a);
	ck_assert_int_eq(name_table_find(s, "dense"), -1);
	ck_assert_int_eq(name_table_add(s, "dense", 3), -1);
	ck_assert_int_eq(name_table_add(s, "", 0), -1);
	ck_assert_int_eq(name_table_add(s, "dense", 7), 3);
	ck_assert_int_eq(name_table_find(s, "dense"), 3);
	ck_assert_int_eq(name_table_find(s, ""), 0);
	ck_assert_int_eq(name_table_find(s, "dens"), -1);
	arena_free(a);
}
END_TEST

/* Comparisons that adding n names takes, as layers are called. */
static size_t
work_of(int n)
{
	struct arena *a = arena_new();
	struct name_table *s = name_table_new(a);
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(name_table_add(s, arena_printf(a, "dense_%d", i), i), -1);
	for (int i = 0; i < n; i++)
		ck_assert_int_eq(name_table_find(s, arena_printf(a, "dense_%d", i)), i);
	const size_t compared = name_table_compared(s);
	arena_free(a);
	return compared;
}

START_TEST(work_grows_with_the_names_and_not_with_their_square)
{
	const size_t some = work_of(2000);
	const size_t many = work_of(20000);
	ck_assert_uint_gt(some, 0);
	ck_assert_uint_lt(many, 20 * some);	/* the square would be 100 times as much */
}
END_TEST

Suite *
suite_name_table(void)
{
	Suite *s = suite_create("name_table");
	TCase *t = tcase_create("name_table");
	tcase_add_test(t, the_first_number_of_a_name_stays);
	tcase_add_test(t, work_grows_with_the_names_and_not_with_their_square);
	suite_add_tcase(s, t);
	return s;
}
