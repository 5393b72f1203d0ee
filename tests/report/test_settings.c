/* A resolved experiment taken apart into paths and values. */
#include <stdlib.h>
#include <string.h>

#include "report/suites.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"

static const char yaml[] = "version: 1\nname: x\ndescription: \"a: b\"\nseeds: [1, 2]\n"
	"dataset:\n  name: mnist\n  classes: [a, \"b: c\"]\n"
	"model:\n  layers:\n    - conv2d:\n        name: stem\n        filters: 8\n"
	"    - conv2d:\n        filters: 9\n    - flatten: {}\n"
	"training:\n  phases:\n    - name: head\n      freeze: all\n      early_stopping:\n"
	"        patience: 3\n    - name: rest\n      freeze: none\n  epochs: 3\n"
	"evaluation:\n  metrics:\n    - accuracy\n    - top_k_accuracy:\n        k: 3\n    - macro_f1\n"
	"runtime:\n  threads: 2\n";

static void
is(const struct setting *s, const char *key, const char *value)
{
	ck_assert_str_eq(s->key, key);
	ck_assert_str_eq(s->value, value);
}

START_TEST(paths_are_those_of_the_command_line)
{
	struct arena *a = arena_new();
	const struct setting *s;
	const int n = settings_read(a, yaml, sizeof yaml - 1, &s);
	ck_assert_int_eq(n, 13);
	is(&s[0], "dataset.name", "mnist");
	is(&s[1], "dataset.classes", "[a, \"b: c\"]");
	is(&s[2], "model.layers", "[conv2d, conv2d, flatten]");
	is(&s[3], "model.layers.conv2d.name", "stem");
	is(&s[4], "model.layers.conv2d.filters", "8");
	is(&s[5], "model.layers.conv2d[2].filters", "9");
	is(&s[6], "training.phases", "[head, rest]");
	is(&s[7], "training.phases.head.freeze", "all");
	is(&s[8], "training.phases.head.early_stopping.patience", "3");
	is(&s[9], "training.phases.rest.freeze", "none");
	is(&s[10], "training.epochs", "3");
	is(&s[11], "evaluation.metrics", "[accuracy, top_k_accuracy, macro_f1]");
	is(&s[12], "evaluation.metrics.top_k_accuracy.k", "3");
	arena_free(a);
}
END_TEST

/* How a file is written is no difference: the same values are the same settings. */
START_TEST(other_style_is_the_same)
{
	static const char block[] = "training:\n  epochs: 3\nevaluation:\n  reports: []\n"
		"  metrics:\n    - accuracy\n    - top_k_accuracy:\n        k: 3\n    - loss\n";
	static const char flow[] = "# a comment\ntraining: {epochs: 3}\nevaluation: {reports: [],\n"
		"  metrics: [accuracy, top_k_accuracy: {k: 3}, loss]}  # another\n";
	struct arena *a = arena_new();
	const struct setting *s, *t;
	const int n = settings_read(a, block, sizeof block - 1, &s);
	ck_assert_int_eq(n, 4);
	ck_assert_int_eq(settings_read(a, flow, sizeof flow - 1, &t), n);
	for (int i = 0; i < n; i++)
		is(&s[i], t[i].key, t[i].value);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < i; k++)
			ck_assert_str_ne(s[i].key, s[k].key);
	arena_free(a);
}
END_TEST

/* Any bytes are settings of some kind: it never reads outside of them. */
START_TEST(any_text_is_taken_apart)
{
	struct arena *a = arena_new();
	const struct setting *s;
	char text[256];
	srand(1);
	for (int i = 0; i < 5000; i++) {
		const size_t n = (size_t)rand() % sizeof text;
		for (size_t k = 0; k < n; k++)
			text[k] = " \n-:a{[\"#\0.b"[rand() % 12];
		char *const exact = malloc(n ? n : 1);
		memcpy(exact, text, n);
		ck_assert_int_ge(settings_read(a, exact, n, &s), 0);
		free(exact);
	}
	arena_free(a);
}
END_TEST

Suite *
suite_settings(void)
{
	Suite *s = suite_create("settings");
	TCase *c = tcase_create("settings");
	tcase_add_test(c, paths_are_those_of_the_command_line);
	tcase_add_test(c, other_style_is_the_same);
	tcase_add_test(c, any_text_is_taken_apart);
	suite_add_tcase(s, c);
	return s;
}
