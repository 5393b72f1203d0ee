/* The error that travels up: places, the first one wins, long texts. */
#include "tlrun/error.h"

#include <errno.h>
#include <string.h>

#include "base/suites.h"

START_TEST(place_is_written_as_far_as_it_is_known)
{
	static const struct {
		struct mark at;
		const char *text;
	} cases[] = {
		{ { "a.yaml", 14, 9, -1 }, "a.yaml:14:9: bad 7" },
		{ { "a.yaml", 14, 0, -1 }, "a.yaml:14: bad 7" },
		{ { "a.bin", 0, 0, 4096 }, "a.bin: byte 4096: bad 7" },
		{ { "a.bin", 0, 0, 0 }, "a.bin: byte 0: bad 7" },
		{ { "a.bin", 0, 0, -1 }, "a.bin: bad 7" },
		{ { NULL, 3, 4, -1 }, "bad 7" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct err e = ERR_INIT;
		ck_assert_int_eq(err_set(&e, ERR_DATA, cases[i].at, "bad %d", 7), ERR_DATA);
		ck_assert_int_eq(e.code, ERR_DATA);
		ck_assert_str_eq(e.message, cases[i].text);
	}
}
END_TEST

START_TEST(first_error_wins)
{
	struct err e = ERR_INIT;
	err_set(&e, ERR_DATA, MARK_NONE, "first");
	ck_assert_int_eq(err_set(&e, ERR_IO, MARK_NONE, "second"), ERR_IO);
	ck_assert_int_eq(err_errno(&e, ERR_IO, MARK_NONE, ENOENT, "third"), ERR_IO);
	ck_assert_int_eq(e.code, ERR_DATA);
	ck_assert_str_eq(e.message, "first");
}
END_TEST

START_TEST(nobody_need_listen)
{
	ck_assert_int_eq(err_set(NULL, ERR_IO, MARK_NONE, "x"), ERR_IO);
	ck_assert_int_eq(err_errno(NULL, ERR_IO, MARK_NONE, ENOENT, "x"), ERR_IO);
}
END_TEST

START_TEST(errno_is_told_in_words)
{
	struct err e = ERR_INIT;
	err_errno(&e, ERR_IO, MARK_FILE("x"), ENOENT, "cannot open it");
	ck_assert_str_eq(e.message, "x: cannot open it: No such file or directory");
}
END_TEST

START_TEST(long_message_is_cut_between_characters)
{
	/* Every phase of a two-byte character at the cut. */
	for (size_t lead = 0; lead < 2; lead++) {
		char text[2 * ERR_TEXT] = "";
		memset(text, 'x', lead);
		while (strlen(text) < ERR_TEXT + 100)
			strcat(text, "\xc3\xa4");
		struct err e = ERR_INIT;
		err_set(&e, ERR_DATA, MARK_NONE, "%s", text);
		const size_t len = strlen(e.message);
		ck_assert_uint_ge(len, ERR_TEXT - 6);
		ck_assert_str_eq(e.message + len - 3, "...");
		ck_assert_uint_eq((len - 3 - lead) % 2, 0);
		ck_assert_mem_eq(e.message, text, len - 3);
	}
}
END_TEST

START_TEST(long_place_leaves_an_end)
{
	char name[2 * ERR_TEXT];
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	struct err e = ERR_INIT;
	err_errno(&e, ERR_DATA, MARK_FILE(name), ENOENT, "bad");
	ck_assert_uint_eq(strlen(e.message), ERR_TEXT - 1);
	ck_assert_str_eq(e.message + ERR_TEXT - 4, "...");
}
END_TEST

START_TEST(every_status_has_its_own_word)
{
	static const char *const words[] = { "ok", "failed", "usage", "config", "data", "memory", "io",
		"stopped" };
	for (int i = OK; i <= ERR_STOPPED; i++)
		ck_assert_str_eq(status_name((enum status)i), words[i]);
}
END_TEST

static enum status
error_try(enum status given, int *reached)
{
	TRY(given);
	++*reached;
	return OK;
}

START_TEST(try_returns_what_failed)
{
	int reached = 0;
	ck_assert_int_eq(error_try(ERR_MEMORY, &reached), ERR_MEMORY);
	ck_assert_int_eq(reached, 0);
	ck_assert_int_eq(error_try(OK, &reached), OK);
	ck_assert_int_eq(reached, 1);
}
END_TEST

Suite *
suite_error(void)
{
	Suite *s = suite_create("error");
	TCase *t = tcase_create("error");
	tcase_add_test(t, place_is_written_as_far_as_it_is_known);
	tcase_add_test(t, first_error_wins);
	tcase_add_test(t, nobody_need_listen);
	tcase_add_test(t, errno_is_told_in_words);
	tcase_add_test(t, long_message_is_cut_between_characters);
	tcase_add_test(t, long_place_leaves_an_end);
	tcase_add_test(t, every_status_has_its_own_word);
	tcase_add_test(t, try_returns_what_failed);
	suite_add_tcase(s, t);
	return s;
}
