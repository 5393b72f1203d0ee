/* Cures: other words, spelling, lists; and never a word that is not known. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"

static const char *const names[] = { "adam", "batch_size", "cross_entropy", "early_stopping",
	"epochs", "learning_rate", "max_pooling2d", "val_accuracy", "weight_decay" };
enum { NAMES = sizeof(names) / sizeof(names[0]) };

START_TEST(words_of_the_field_lead_to_ours)
{
	static const char *const cases[][2] = {
		{ "lr", "learning_rate" },
		{ "lr0", "learning_rate" },
		{ "learning-rate", "learning_rate" },
		{ "LearningRate", "learning_rate" },
		{ "max_epochs", "epochs" },
		{ "epoch", "epochs" },
		{ "sparse_categorical_crossentropy", "cross_entropy" },
		{ "categorical_crossentropy", "cross_entropy" },
		{ "CrossEntropy", "cross_entropy" },
		{ "val_acc", "val_accuracy" },
		{ "MaxPooling2D", "max_pooling2d" },
		{ "MaxPool2d", "max_pooling2d" },
		{ "wd", "weight_decay" },
		{ "batchsize", "batch_size" },
		{ "batch", "batch_size" },
		{ "Adam", "adam" },
		{ "earlystopping", "early_stopping" },
		{ "EarlyStopping", "early_stopping" },
		{ "epocs", "epochs" },
		{ "leraning_rate", "learning_rate" },
		{ "weigth_decay", "weight_decay" },
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(field_hint(a, cases[i][0], names, NAMES),
			arena_printf(a, "did you mean \"%s\"?", cases[i][1]));
	arena_free(a);
}
END_TEST

/* The words of transfer learning, at the places where ours are valid. */
START_TEST(words_of_transfer_learning_lead_to_ours)
{
	static const char *const backbone[] = { "name", "alpha", "weights", "include_top",
		"input_shape", "freeze" };
	static const char *const model[] = { "backbone", "head", "layers" };
	static const char *const training[] = { "epochs", "optimizer", "phases" };
	static const char *const freeze[] = { "all_but_last", "first", "before", "match" };
	static const struct {
		const char *const *names;
		size_t n;
		const char *other, *ours;
	} cases[] = {
		{ backbone, 6, "trainable", "freeze" },
		{ backbone, 6, "unfreeze", "freeze" },
		{ backbone, 6, "num_frozen", "freeze" },
		{ backbone, 6, "frozen_layers", "freeze" },
		{ backbone, 6, "pretrained", "weights" },
		{ backbone, 6, "width_mult", "alpha" },
		{ backbone, 6, "image_shape", "input_shape" },
		{ model, 3, "base_model", "backbone" },
		{ model, 3, "classifier", "head" },
		{ training, 3, "fine_tune", "phases" },
		{ training, 3, "FineTuning", "phases" },
		{ training, 3, "stages", "phases" },
		{ freeze, 4, "last", "all_but_last" },
		{ freeze, 4, "until", "before" },
		{ freeze, 4, "glob", "match" },
	};
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		ck_assert_str_eq(field_hint(a, cases[i].other, cases[i].names, cases[i].n),
			arena_printf(a, "did you mean \"%s\"?", cases[i].ours));
	arena_free(a);
}
END_TEST

START_TEST(what_is_near_nothing_gets_the_list)
{
	struct arena *a = arena_new();
	ck_assert_str_eq(field_hint(a, "zebra", names, NAMES),
		"one of: adam, batch_size, cross_entropy, early_stopping, epochs, learning_rate, "
		"max_pooling2d, val_accuracy, weight_decay");
	ck_assert_str_eq(field_hint(a, "", names, 2), "one of: adam, batch_size");
	ck_assert_str_eq(field_hint(a, "zebra", names, 1), "only adam");
	ck_assert_str_eq(field_hint(a, "zebra", names, 0), "none is known");
	arena_free(a);
}
END_TEST

START_TEST(hints_name_only_what_is_known_there)
{
	/* The words have an entry that leads to a name which is not in this list. */
	static const char *const words[] = { "lr", "val_acc", "pretrained", "trainable", "wd", "relu",
		"fc", "sparse_categorical_crossentropy", "batch", "Conv2D", "max_epochs" };
	static const char *const few[] = { "kernel_size", "mode" };
	struct arena *a = arena_new();
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_str_eq(field_hint(a, words[i], few, 2), "one of: kernel_size, mode");
	arena_free(a);
}
END_TEST

START_TEST(after_many_errors_no_hints_are_sought)
{
	struct str s = STR_INIT;
	str_add(&s, "version: 1\ndataset: {name: cifar10}\n");
	for (int i = 0; i < 1100; i++)
		str_printf(&s, "epoch%d: 1\n", i);
	struct toy_reading *t = toy_read(str_text(&s));
	ck_assert_int_eq(diags_errors(t->diags), 1100);
	struct str json = STR_INIT;
	diags_json(t->diags, &json);
	ck_assert_ptr_nonnull(strstr(str_text(&json), "\"hint\": \"\\\"epochs\\\" belongs") != NULL
							  ? str_text(&json)
							  : strstr(str_text(&json), "\"hint\": \"one of"));
	ck_assert_ptr_nonnull(strstr(str_text(&json), "\"hint\": null"));
	str_free(&json);
	str_free(&s);
	toy_free(t);
}
END_TEST

Suite *
suite_field_hint(void)
{
	Suite *s = suite_create("field_hint");
	TCase *t = tcase_create("field_hint");
	tcase_add_test(t, words_of_the_field_lead_to_ours);
	tcase_add_test(t, words_of_transfer_learning_lead_to_ours);
	tcase_add_test(t, what_is_near_nothing_gets_the_list);
	tcase_add_test(t, hints_name_only_what_is_known_there);
	tcase_add_test(t, after_many_errors_no_hints_are_sought);
	suite_add_tcase(s, t);
	return s;
}
