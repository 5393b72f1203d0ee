/* The list of datasets, the keys that they share, the search path. */
#include <stdlib.h>
#include <string.h>

#include "data/suites.h"
#include "tlrun/arena.h"
#include "tlrun/dataset.h"

static struct arena *arena;
static struct diags *diags;

static void
setup(void)
{
	arena = arena_new();
	diags = diags_new();
}

static void
teardown(void)
{
	diags_free(diags);
	arena_free(arena);
}

/* Read a dataset map, with the check across its keys; the errors. */
static int
read_map(const char *yaml, struct kind_value *v)
{
	struct node *root;
	struct field_reader r = { arena, diags };
	document_parse(arena, "test.yaml", yaml, strlen(yaml), &root, diags);
	ck_assert_ptr_nonnull(root);
	if (field_read_kind(&r, &family_dataset, root, "dataset", v))
		dataset_common_check(&r, root, v);
	return diags_errors(diags);
}

static void
refused(const char *yaml, const char *part)
{
	struct kind_value v;
	struct str s = STR_INIT;
	ck_assert_int_gt(read_map(yaml, &v), 0);
	diags_format(diags, false, &s);
	ck_assert_msg(strstr(str_text(&s), part) != NULL, "\"%s\" is not in:\n%s", part, str_text(&s));
	str_free(&s);
}

START_TEST(names_are_sorted_and_complete)
{
	static const char *const names[] = { "cifar10", "cifar100", "fashion_mnist", "mnist",
		"synthetic" };
	for (int i = 0; i < 5; i++) {
		const struct kind *const k = family_dataset.kinds[i];
		ck_assert_str_eq(k->name, names[i]);
		ck_assert_ptr_nonnull(dataset_kind_of(k)->inspect);
		ck_assert_ptr_nonnull(dataset_kind_of(k)->read);
		ck_assert_int_eq(dataset_kind_of(k)->drawn, i == 4);
	}
	ck_assert_ptr_null(family_dataset.kinds[5]);
}
END_TEST

START_TEST(presets_of_the_shared_keys)
{
	struct kind_value v;
	ck_assert_int_eq(read_map("name: mnist", &v), 0);
	const struct dataset_common *const c = v.common;
	ck_assert(c->validation_split == 0.1 && !c->validation && c->split_seed == 0);
	ck_assert(c->max_train_samples == 0 && c->max_test_samples == 0 && c->classes.n == 0);
	ck_assert_ptr_null(c->path);
}
END_TEST

START_TEST(validating_on_the_test_set_leaves_no_split)
{
	struct kind_value v;
	struct str s = STR_INIT;
	ck_assert_int_eq(read_map("{name: mnist, validation: test}", &v), 0);
	ck_assert(((const struct dataset_common *)v.common)->validation_split < 0);
	const struct field *f = dataset_common_fields;
	while (strcmp(f->key, "validation_split") != 0)
		f++;
	str_add(&s, "{name: mnist, validation: test, validation_split: ");
	f->custom->print((const char *)v.common + f->offset, &s);
	str_add_char(&s, '}');
	ck_assert_ptr_nonnull(strstr(str_text(&s), "validation_split: null"));
	ck_assert_int_eq(read_map(str_text(&s), &v), 0);
	str_free(&s);
}
END_TEST

START_TEST(a_split_of_0_is_kept_as_written)
{
	struct kind_value v;
	struct str s = STR_INIT;
	ck_assert_int_eq(read_map("{name: mnist, validation_split: 0}", &v), 0);
	ck_assert(((const struct dataset_common *)v.common)->validation_split == 0);
	const struct field *f = dataset_common_fields;
	while (strcmp(f->key, "validation_split") != 0)
		f++;
	f->custom->print((const char *)v.common + f->offset, &s);
	ck_assert_str_eq(str_text(&s), "0");
	str_free(&s);
}
END_TEST

START_TEST(wrong_values_are_reported)
{
	static const struct { const char *yaml, *part; } bad[] = {
		{ "{name: mnist, validation_split: -0.1}", "a number of 0 or more and below 1" },
		{ "{name: mnist, validation_split: 1}", "a number of 0 or more and below 1" },
		{ "{name: mnist, validation_split: half}", "a number of 0 or more and below 1" },
		{ "{name: mnist, validation: train}", "expected test" },
		{ "{name: mnist, validation: test, validation_split: 0.1}", "exclude each other" },
		{ "{name: mnist, validation: test, validation_split: 0}", "exclude each other" },
		{ "{name: mnist, classes: []}", "found an empty list" },
		{ "{name: mnist, max_train_samples: 0}", "max_train_samples" },
		{ "{name: mnist, split_seed: -1}", "split_seed" },
		{ "{name: synthetic, path: data}", "synthetic is drawn and has no path" },
		{ "{name: synthetic, channels: 2}", "expected 1 (grey) or 3 (colour)" },
		{ "{name: synthetic, num_classes: 11}", "num_classes" },
		{ "{name: synthetic, noise: -1}", "noise" },
		{ "{name: mnist, num_classes: 3}", "num_classes" },
		{ "{name: cifar}", "cifar10" },
	};
	refused(bad[_i].yaml, bad[_i].part);
}
END_TEST

START_TEST(search_path_is_rule_7)
{
	setenv("TLRUN_DATA", "/env", 1);
	setenv("XDG_CACHE_HOME", "/cache", 1);
	setenv("HOME", "/home/me", 1);
	const char *const *p = dataset_search_path(arena, "/given");
	static const char *const all[] = { "/given", "/env", "data", "/cache/tlrun",
		"/usr/share/datasets" };
	for (int i = 0; i < 5; i++)
		ck_assert_str_eq(p[i], all[i]);
	ck_assert_ptr_null(p[5]);
	unsetenv("TLRUN_DATA");
	unsetenv("XDG_CACHE_HOME");
	p = dataset_search_path(arena, NULL);
	ck_assert_str_eq(p[0], "data");
	ck_assert_str_eq(p[1], "/home/me/.cache/tlrun");
	ck_assert_str_eq(p[2], "/usr/share/datasets");
	ck_assert_ptr_null(p[3]);
}
END_TEST

Suite *
suite_dataset_table(void)
{
	Suite *const s = suite_create("dataset_table");
	TCase *const t = tcase_create("dataset_table");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, names_are_sorted_and_complete);
	tcase_add_test(t, presets_of_the_shared_keys);
	tcase_add_test(t, validating_on_the_test_set_leaves_no_split);
	tcase_add_test(t, a_split_of_0_is_kept_as_written);
	tcase_add_loop_test(t, wrong_values_are_reported, 0, 14);
	tcase_add_test(t, search_path_is_rule_7);
	suite_add_tcase(s, t);
	return s;
}
