/* The classification report against scikit-learn's text, byte for byte
 * (golden/classification_report.txt). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/sample.h"
#include "report/suites.h"
#include "support/golden.h"

enum { LINES = 64 };

/* The lines behind "CASE.what: N", without their bar; *n of them. */
static void
golden_text(struct arena *a, const char *name, const char *what, const char **line, int *n)
{
	char file[4096], head[256], *text = NULL;
	size_t size = 0;
	snprintf(file, sizeof file, "%s/golden/classification_report.txt", TESTS_DIR);
	snprintf(head, sizeof head, "%s.%s:", name, what);
	FILE *f = fopen(file, "r");
	ck_assert_msg(f != NULL, "%s cannot be read", file);
	*n = -1;
	while (*n < 0 && getline(&text, &size, f) > 0)
		if (strncmp(text, head, strlen(head)) == 0) *n = atoi(text + strlen(head));
	ck_assert_msg(*n > 0 && *n <= LINES, "no %s", head);
	for (int i = 0; i < *n; i++) {
		ck_assert(getline(&text, &size, f) > 0 && text[0] == '|');
		text[strcspn(text, "\n")] = '\0';
		line[i] = arena_strdup(a, text + 1);
	}
	free(text);
	fclose(f);
}

static void
check_case(const struct golden *g, const char *name)
{
	struct arena *a = arena_new();
	const char *names[LINES], *report[LINES];
	char key[300];
	int classes, lines;
	golden_text(a, name, "names", names, &classes);
	golden_text(a, name, "report", report, &lines);
	snprintf(key, sizeof key, "%s.true", name);
	const size_t n = golden_find(g, key)->n;
	const double *truth = golden_values(g, name, "true", n);
	const double *predicted = golden_values(g, name, "predicted", n);
	const long long repeat = (long long)golden_value(g, name, "repeat");
	long long *confusion = ARENA_ARRAY(a, long long, (size_t)classes * (size_t)classes);
	for (size_t i = 0; i < n; i++)
		confusion[(int)truth[i] * classes + (int)predicted[i]] += repeat;
	struct str got = STR_INIT, want = STR_INIT;
	report_classification(classes, names, confusion, (int)golden_value(g, name, "digits"), &got);
	for (int i = 0; i < lines; i++)
		str_printf(&want, "%s\n", report[i]);
	ck_assert_msg(strcmp(str_text(&got), str_text(&want)) == 0, "%s: got\n%sexpected\n%s", name,
		str_text(&got), str_text(&want));
	str_free(&got);
	str_free(&want);
	arena_free(a);
}

START_TEST(it_is_scikit_learns_to_the_letter)
{
	struct golden *g = golden_open("classification_report");
	char name[256];
	const char *found;
	size_t n = 0;
	while ((found = golden_case(g, "", "true", n)) != NULL) {
		snprintf(name, sizeof name, "%s", found);
		check_case(g, name);
		n++;
	}
	ck_assert_uint_ge(n, 12);
	golden_close(g);
}
END_TEST

/* Control characters would break the columns. */
START_TEST(a_name_stays_on_its_line)
{
	const char *const names[] = { "two\nlines", "a\x1b[31mred" };
	const long long confusion[] = { 1, 0, 0, 1 };
	struct str out = STR_INIT;
	report_classification(2, names, confusion, 2, &out);
	ck_assert_ptr_nonnull(strstr(str_text(&out), "\n  two\\nlines       1.00"));
	ck_assert_ptr_nonnull(strstr(str_text(&out), "\na\\x1b[31mred       1.00"));
	str_free(&out);
}
END_TEST

START_TEST(no_image_at_all_gives_zeros)
{
	const char *const names[] = { "a", "b" };
	const long long confusion[4] = { 0 };
	struct str out = STR_INIT;
	report_classification(2, names, confusion, 2, &out);
	ck_assert_ptr_null(strstr(str_text(&out), "nan"));
	ck_assert_ptr_nonnull(
		strstr(str_text(&out), "accuracy                           0.00         0\n"));
	str_free(&out);
}
END_TEST

Suite *
suite_classification(void)
{
	Suite *s = suite_create("classification");
	TCase *c = tcase_create("classification");
	tcase_add_test(c, it_is_scikit_learns_to_the_letter);
	tcase_add_test(c, a_name_stays_on_its_line);
	tcase_add_test(c, no_image_at_all_gives_zeros);
	suite_add_tcase(s, c);
	return s;
}
