/* Large blocks: alignment, zeroes, counting, failure. */
#include "tlrun/buffer.h"

#include <stdint.h>
#include <string.h>

#include "base/suites.h"

enum { HUGE_PAGE = 2 << 20 };

START_TEST(blocks_are_aligned_and_zeroed)
{
	static const size_t sizes[] = { 1, 63, 64, 65, 100000, HUGE_PAGE - 1, HUGE_PAGE, HUGE_PAGE + 1,
		3 * HUGE_PAGE };
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
		for (int again = 0; again < 2; again++) {
			struct buffer b;
			struct err e = ERR_INIT;
			ck_assert_int_eq(buffer_alloc(&b, sizes[i], "a test", &e), OK);
			ck_assert_uint_eq(b.size, sizes[i]);
			ck_assert_uint_eq((uintptr_t)b.data % (sizes[i] < HUGE_PAGE ? 64 : HUGE_PAGE), 0);
			const unsigned char *p = b.data;
			ck_assert_int_eq(p[0], 0);
			ck_assert(memcmp(p, p + 1, sizes[i] - 1) == 0);
			/* The second time the memory may be the same. */
			memset(b.data, 0xaa, sizes[i]);
			buffer_free(&b);
			ck_assert_ptr_null(b.data);
			ck_assert_uint_eq(b.size, 0);
		}
}
END_TEST

START_TEST(bytes_are_counted)
{
	struct buffer a, b;
	const size_t before = buffer_total();
	ck_assert_int_eq(buffer_alloc(&a, 1000, "a", NULL), OK);
	ck_assert_int_eq(buffer_alloc(&b, 3 * HUGE_PAGE, "b", NULL), OK);
	ck_assert_uint_eq(buffer_total(), before + 1000 + 3 * HUGE_PAGE);
	ck_assert_uint_eq(buffer_peak(), before + 1000 + 3 * HUGE_PAGE);
	buffer_free(&b);
	ck_assert_uint_eq(buffer_total(), before + 1000);
	ck_assert_uint_eq(buffer_peak(), before + 1000 + 3 * HUGE_PAGE);
	buffer_free(&a);
	ck_assert_uint_eq(buffer_total(), before);
}
END_TEST

START_TEST(failure_names_the_size_and_the_purpose)
{
	static const size_t sizes[] = { (size_t)1 << 60, SIZE_MAX };
	for (int i = 0; i < 2; i++) {
		struct buffer b;
		struct err e = ERR_INIT;
		ck_assert_int_eq(buffer_alloc(&b, sizes[i], "activations", &e), ERR_MEMORY);
		ck_assert_ptr_null(b.data);
		ck_assert_ptr_nonnull(strstr(e.message, "activations"));
		ck_assert_ptr_nonnull(
			strstr(e.message, i ? "18446744073709551615" : "1152921504606846976"));
		ck_assert_ptr_nonnull(strstr(e.message, "PiB"));
		ck_assert_uint_eq(buffer_total(), 0);
	}
}
END_TEST

START_TEST(nothing_asked_is_an_empty_block)
{
	struct buffer b;
	ck_assert_int_eq(buffer_alloc(&b, 0, "nothing", NULL), OK);
	ck_assert_ptr_null(b.data);
	buffer_free(&b);
	buffer_free(&b);
	ck_assert_uint_eq(buffer_total(), 0);
}
END_TEST

Suite *
suite_buffer(void)
{
	Suite *s = suite_create("buffer");
	TCase *t = tcase_create("buffer");
	tcase_add_test(t, blocks_are_aligned_and_zeroed);
	tcase_add_test(t, bytes_are_counted);
	tcase_add_test(t, failure_names_the_size_and_the_purpose);
	tcase_add_test(t, nothing_asked_is_an_empty_block);
	suite_add_tcase(s, t);
	return s;
}
