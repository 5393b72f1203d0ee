/* Which images make which part: classes, subsets, validation; on a dataset of any class counts. */
#include <string.h>

#include "data/fake.h"
#include "data/suites.h"

static const struct normalize zero_one = { .type = NORMALIZE_ZERO_ONE };
static const char *const names[] = { "ant", "bee", "cat", "dog" };

static void
open_read(struct fake_loader *f, struct fake *data, const char *yaml)
{
	fake_open(f, data, yaml, CHANNELS_KEEP, zero_one);
	ck_assert_msg(f->status == OK && diags_errors(f->diags) == 0, "%s", f->err.message);
	ck_assert_msg(loader_read_train(f->loader, &f->err) == OK, "%s", f->err.message);
}

static void
counts(const struct loader_part *p, const int *expected, int classes)
{
	int count[FAKE_CLASSES] = { 0 };
	for (int i = 0; i < p->n; i++)
		count[p->label[i]]++;
	for (int k = 0; k < classes; k++)
		ck_assert_int_eq(count[k], expected[k]);
}

/* Indices ascend; labels are those of the set, renumbered. */
static void
is_ordered(const struct loader_part *p)
{
	for (int i = 1; i < p->n; i++)
		ck_assert_uint_lt(p->index[i - 1], p->index[i]);
}

START_TEST(validation_is_a_stratified_part_of_training)
{
	struct fake data = { { 100, 40, 60, 20 }, { 5, 5, 5, 5 }, 1, { 0 } };
	struct fake_loader f;
	open_read(&f, &data, "{validation_split: 0.1}");
	const struct loader_part *const t = loader_train(f.loader), *const v =
		loader_validation(f.loader);
	ck_assert(t->n == 198 && v->n == 22);
	counts(v, (const int[]){ 10, 4, 6, 2 }, 4);
	counts(t, (const int[]){ 90, 36, 54, 18 }, 4);
	is_ordered(t);
	is_ordered(v);
	for (int i = 0, j = 0; i < 220; i++)	/* each image is in one of the two */
		if (j < v->n && v->index[j] == (uint32_t)i) j++;
		else ck_assert_uint_eq(t->index[i - j], i);
	for (int i = 0; i < v->n; i++)
		ck_assert_int_eq(v->label[i], v->set->labels[v->index[i]]);
	fake_close(&f);
}
END_TEST

START_TEST(the_split_is_a_function_of_split_seed)
{
	struct fake data = { { 100, 40, 60, 20 }, { 5, 5, 5, 5 }, 1, { 0 } };
	struct fake_loader f[3];
	char pixels[3][65], split[3][65];
	for (int i = 0; i < 3; i++) {
		open_read(&f[i], &data, i == 2 ? "{split_seed: 1}" : "{split_seed: 0}");
		loader_hash(loader_validation(f[i].loader), pixels[i], split[i]);
	}
	ck_assert_str_eq(split[0], split[1]);
	ck_assert_str_eq(pixels[0], pixels[1]);
	ck_assert_str_ne(split[0], split[2]);
	ck_assert_str_ne(pixels[0], pixels[2]);
	for (int i = 0; i < 3; i++)
		fake_close(&f[i]);
}
END_TEST

START_TEST(classes_are_kept_in_the_order_given)
{
	struct fake data = { { 10, 20, 30, 40 }, { 1, 2, 3, 4 }, 1, { 0 } };
	struct fake_loader f;
	open_read(&f, &data, "{classes: [dog, 1], validation_split: 0.5}");
	const struct loader_info *const i = loader_info(f.loader);
	ck_assert_int_eq(i->classes, 2);
	ck_assert_str_eq(i->class_names[0], "dog");
	ck_assert_str_eq(i->class_names[1], "bee");
	counts(loader_train(f.loader), (const int[]){ 20, 10 }, 2);
	counts(loader_validation(f.loader), (const int[]){ 20, 10 }, 2);
	ck_assert(i->train == 30 && i->validation == 30);
	const struct loader_part *const t = loader_train(f.loader);
	for (int k = 0; k < t->n; k++)
		ck_assert_str_eq(names[t->set->labels[t->index[k]]], i->class_names[t->label[k]]);
	ck_assert_int_eq(loader_read_test(f.loader, &f.err), OK);
	counts(loader_test(f.loader), (const int[]){ 4, 2 }, 2);
	ck_assert_int_eq(i->test, 6);
	fake_close(&f);
}
END_TEST

START_TEST(subsets_are_stratified_and_come_before_the_split)
{
	struct fake data = { { 100, 40, 60, 20 }, { 10, 20, 30, 40 }, 1, { 0 } };
	struct fake_loader f;
	open_read(&f, &data, "{max_train_samples: 110, max_test_samples: 10, validation_split: 0.2}");
	counts(loader_validation(f.loader), (const int[]){ 10, 4, 6, 2 }, 4);
	counts(loader_train(f.loader), (const int[]){ 40, 16, 24, 8 }, 4);
	ck_assert_int_eq(loader_read_test(f.loader, &f.err), OK);
	counts(loader_test(f.loader), (const int[]){ 1, 2, 3, 4 }, 4);
	is_ordered(loader_test(f.loader));
	fake_close(&f);
	open_read(&f, &data, "{max_train_samples: 1000, validation_split: 0.2}");
	ck_assert_int_eq(loader_info(f.loader)->train, 176);
	fake_close(&f);
}
END_TEST

START_TEST(rare_classes_are_on_both_sides)
{
	struct fake data = { { 1000, 2, 2, 2 }, { 1, 1, 1, 1 }, 1, { 0 } };
	struct fake_loader f;
	open_read(&f, &data, "{validation_split: 0.1}");
	ck_assert_int_eq(loader_info(f.loader)->validation, 101);
	counts(loader_validation(f.loader), (const int[]){ 98, 1, 1, 1 }, 4);
	fake_close(&f);
}
END_TEST

START_TEST(what_inspect_says_is_what_reading_gives)
{
	static const char *const yaml[] = { "{}", "{validation_split: 0.33}", "{max_train_samples: 57}",
		"{validation: test, max_test_samples: 9}",
		"{max_train_samples: 8, validation_split: 0.5}" };
	struct fake data = { { 100, 40, 60, 20 }, { 10, 20, 30, 40 }, 3, { 0 } };
	struct fake_loader f;
	fake_open(&f, &data, yaml[_i], CHANNELS_KEEP, zero_one);
	const struct loader_info before = *loader_info(f.loader);
	const size_t held = buffer_total();
	ck_assert_int_eq(data.reads[SPLIT_TRAIN] + data.reads[SPLIT_TEST], 0);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), OK);
	ck_assert_int_eq(loader_read_test(f.loader, &f.err), OK);
	ck_assert_int_eq(before.train, loader_train(f.loader)->n);
	ck_assert_int_eq(before.validation, loader_validation(f.loader)->n);
	ck_assert_int_eq(before.test, loader_test(f.loader)->n);
	ck_assert_uint_eq(buffer_total() - held, before.bytes);
	fake_close(&f);
	ck_assert_uint_eq(buffer_total(), held);
}
END_TEST

START_TEST(a_class_without_enough_images_is_named)
{
	struct fake none = { { 10, 0, 10, 10 }, { 1, 1, 1, 1 }, 1, { 0 } };
	struct fake one = { { 10, 1, 10, 10 }, { 0, 1, 1, 1 }, 1, { 0 } };
	struct fake_loader f;
	fake_open(&f, &none, "{validation: test}", CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(f.err.message, "class \"bee\" has 0 training images, expected 1"));
	fake_close(&f);
	fake_open(&f, &one, "{validation_split: 0.3}", CHANNELS_KEEP, zero_one);
	ck_assert_int_eq(loader_read_train(f.loader, &f.err), ERR_DATA);
	ck_assert_ptr_nonnull(strstr(f.err.message, "has 1 training images, expected 2 or more for"));
	fake_close(&f);
	open_read(&f, &one, "{validation: test}");	/* a test set may lack a class */
	counts(loader_test(f.loader), (const int[]){ 0, 1, 1, 1 }, 4);
	fake_close(&f);
}
END_TEST

Suite *
suite_selection(void)
{
	Suite *const s = suite_create("selection");
	TCase *const t = tcase_create("selection");
	tcase_add_test(t, validation_is_a_stratified_part_of_training);
	tcase_add_test(t, the_split_is_a_function_of_split_seed);
	tcase_add_test(t, classes_are_kept_in_the_order_given);
	tcase_add_test(t, subsets_are_stratified_and_come_before_the_split);
	tcase_add_test(t, rare_classes_are_on_both_sides);
	tcase_add_loop_test(t, what_inspect_says_is_what_reading_gives, 0, 5);
	tcase_add_test(t, a_class_without_enough_images_is_named);
	suite_add_tcase(s, t);
	return s;
}
