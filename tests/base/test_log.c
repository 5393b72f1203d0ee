/* The log: who hears what. */
#include "tlrun/log.h"

#include <stdlib.h>
#include <string.h>

#include "base/suites.h"

struct log_heard {
	FILE *f;
	char *text;
	size_t size;
};

static void
log_listen(struct log_heard *h)
{
	h->f = open_memstream(&h->text, &h->size);
	ck_assert_ptr_nonnull(h->f);
}

static void
log_stop(struct log_heard *h)
{
	fclose(h->f);
	free(h->text);
}

static void
log_say_all(void)
{
	log_write(LOG_WARN, "odd: %d", 1);
	log_write(LOG_INFO, "news: %s", "x");
	log_write(LOG_DEBUG, "detail");
}

START_TEST(stream_hears_up_to_its_level)
{
	static const char *const heard[] = { "", "warning: odd: 1\n", "warning: odd: 1\nnews: x\n",
		"warning: odd: 1\nnews: x\ndetail\n" };
	for (int level = LOG_QUIET; level <= LOG_DEBUG; level++) {
		struct log_heard h;
		log_listen(&h);
		log_setup((enum log_level)level, h.f);
		log_say_all();
		log_setup(LOG_QUIET, NULL);
		fflush(h.f);
		ck_assert_str_eq(h.text, heard[level]);
		log_stop(&h);
	}
}
END_TEST

START_TEST(file_hears_everything_with_its_time)
{
	struct log_heard h;
	log_listen(&h);
	log_setup(LOG_QUIET, NULL);
	log_file(h.f);
	log_say_all();
	/* Each line was flushed: nothing is lost when the process dies. */
	ck_assert_str_eq(h.text + 5, strchr(h.text, '.') - 1);
	float seconds;
	char word[32];
	ck_assert_int_eq(sscanf(h.text, "%f %31s", &seconds, word), 2);
	ck_assert(seconds >= 0 && seconds < 60);
	ck_assert_str_eq(word, "warning:");
	int lines = 0;
	for (const char *p = h.text; *p; p++)
		lines += *p == '\n';
	ck_assert_int_eq(lines, 3);
	ck_assert_ptr_nonnull(strstr(h.text, "  detail\n"));
	log_file(NULL);
	log_write(LOG_WARN, "nobody hears this");
	ck_assert_ptr_null(strstr(h.text, "nobody"));
	log_stop(&h);
}
END_TEST

Suite *
suite_log(void)
{
	Suite *s = suite_create("log");
	TCase *t = tcase_create("log");
	tcase_add_test(t, stream_hears_up_to_its_level);
	tcase_add_test(t, file_hears_everything_with_its_time);
	suite_add_tcase(s, t);
	return s;
}
