/* Arenas: zeroed, aligned, apart from each other, of any size. */
#include "tlrun/arena.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/suites.h"

static void
arena_expect_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		ck_assert_int_eq(p[i], 0);
}

START_TEST(memory_is_zeroed_aligned_and_apart)
{
	enum { N = 400 };
	struct arena *a = arena_new();
	unsigned char *p[N];
	size_t size[N];
	for (int i = 0; i < N; i++) {
		size[i] = i % 50 == 49 ? 40000 + (size_t)i : (size_t)(i * 37 % 700);
		p[i] = arena_alloc(a, size[i]);
		ck_assert_ptr_nonnull(p[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
		arena_expect_zero(p[i], size[i]);
		memset(p[i], i % 255 + 1, size[i]);
	}
	for (int i = 0; i < N; i++)
		for (size_t j = 0; j < size[i]; j++)
			ck_assert_int_eq(p[i][j], i % 255 + 1);
	arena_free(a);
}
END_TEST

START_TEST(typed_memory_has_its_size)
{
	struct arena *a = arena_new();
	double *one = ARENA_NEW(a, double), *many = ARENA_ARRAY(a, double, 1000);
	*one = 1;
	for (int i = 0; i < 1000; i++)
		many[i] = i;
	ck_assert_double_eq(*one, 1);
	ck_assert_ptr_nonnull(ARENA_ARRAY(a, double, 0));
	arena_free(a);
}
END_TEST

START_TEST(texts_are_copied)
{
	struct arena *a = arena_new();
	char word[] = "conv2d";
	char *whole = arena_strdup(a, word), *part = arena_strndup(a, word, 4);
	char *more = arena_strndup(a, word, 100);
	word[0] = 'X';
	ck_assert_str_eq(whole, "conv2d");
	ck_assert_str_eq(part, "conv");
	ck_assert_str_eq(more, "conv2d");
	ck_assert_str_eq(arena_printf(a, "%s/%d", "kernel", 3), "kernel/3");
	ck_assert_str_eq(arena_printf(a, "%s", ""), "");
	const char *wide = arena_printf(a, "%30000d", 7);
	ck_assert_uint_eq(strlen(wide), 30000);
	ck_assert_int_eq(wide[29999], '7');
	arena_free(a);
}
END_TEST

START_TEST(freeing_nothing_is_fine)
{
	arena_free(NULL);
	arena_free(arena_new());
}
END_TEST

START_TEST(size_that_overflows_ends_the_program)
{
	/* The product wraps around to 16. */
	arena_array(arena_new(), SIZE_MAX / 16 + 2, 16);
}
END_TEST

START_TEST(size_beyond_memory_ends_the_program)
{
	arena_alloc(arena_new(), SIZE_MAX - 8);
}
END_TEST

Suite *
suite_arena(void)
{
	Suite *s = suite_create("arena");
	TCase *t = tcase_create("arena");
	tcase_add_test(t, memory_is_zeroed_aligned_and_apart);
	tcase_add_test(t, typed_memory_has_its_size);
	tcase_add_test(t, texts_are_copied);
	tcase_add_test(t, freeing_nothing_is_fine);
	tcase_add_exit_test(t, size_that_overflows_ends_the_program, 5);
	tcase_add_exit_test(t, size_beyond_memory_ends_the_program, 5);
	suite_add_tcase(s, t);
	return s;
}
