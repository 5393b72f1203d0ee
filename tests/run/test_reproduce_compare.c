/* Files of two runs side by side: where they first differ, in words. */
#include <stdlib.h>
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/reproduce.h"
#include "tlrun/weights.h"

enum { RESULT, HISTORY, PREDICTIONS, MODEL, EXPERIMENT };

static struct lab l;
static struct seed_differences d;

static void
put(const char *side, const char *name, const char *text)
{
	tmpdir_write(&l.dir, arena_printf(l.a, "%s/%s", side, name), text, strlen(text));
}

static void
model(const char *side, float value, const char *experiment)
{
	const float data[] = { 1, 2, 3, value, 5, 6 };
	const struct tensor t = { .name = "dense/kernel", .type = TENSOR_F32, .rank = 2, .d = { 2, 3 },
		.data = data, .bytes = sizeof data };
	const struct metadata m = { "experiment", experiment };
	const char *const path = lab_path(&l, arena_printf(l.a, "%s/seed-1/model.safetensors", side));
	ck_assert(safetensors_write(path, &t, 1, &m, 1, &l.err) == OK);
}

static void
setup(void)
{
	lab_open(&l);
	for (int i = 0; i < 2; i++) {
		const char *const side = i ? "now" : "then";
		put(side, "seed-1/result.json", "{\n  \"tlrun\": \"1\",\n  \"seed\": 1\n}\n");
		put(side, "seed-1/history.csv", "epoch,phase,loss\n1,a,0.5\n2,a,0.25\n");
		put(side, "seed-1/predictions.csv", "index,\"a \"\"x\"\", b\",c\n7,\"a, b\",1\n9,b,2\n");
		put(side, "experiment.yaml", "version: 1\n");
		model(side, 4, "seeds: [1]\n");
	}
}

static void
teardown(void)
{
	lab_close(&l);
}

static void
compared(int differ)
{
	const enum status s =
		reproduce_compare(l.a, lab_path(&l, "then"), lab_path(&l, "now"), 1, &d, &l.err);
	ck_assert_msg(s == OK, "%s", l.err.message);
	ck_assert_int_eq(d.n, differ);
}

static void
differs(int file, const char *where, const char *then, const char *now)
{
	compared(1);
	ck_assert_str_eq(d.file[file].where, where);
	ck_assert_str_eq(d.file[file].then ? d.file[file].then : "-", then);
	ck_assert_str_eq(d.file[file].now ? d.file[file].now : "-", now);
}

START_TEST(the_same_bytes_do_not_differ)
{
	compared(0);
	ck_assert_ptr_null(d.builds);
}
END_TEST

START_TEST(a_column_is_named_as_the_first_line_names_it)
{
	put("now", "seed-1/history.csv", "epoch,phase,loss\n1,a,0.5\n2,a,0.26\n");
	differs(HISTORY, "line 3, epoch 2, loss", "0.25", "0.26");
	put("now", "seed-1/history.csv", "epoch,phase,loss\n1,a,0.5\n");
	differs(HISTORY, "line 3", "2,a,0.25", "-");
	put("now", "seed-1/history.csv", "epoch,phase,lost\n1,a,0.5\n2,a,0.25\n");
	differs(HISTORY, "line 1", "epoch,phase,loss", "epoch,phase,lost");
}
END_TEST

START_TEST(quoted_commas_part_no_columns)
{
	put("now", "seed-1/predictions.csv", "index,\"a \"\"x\"\", b\",c\n7,\"a, c\",1\n9,b,2\n");
	differs(PREDICTIONS, "line 2, index 7, \"a \"\"x\"\", b\"", "\"a, b\"", "\"a, c\"");
}
END_TEST

START_TEST(a_key_is_shown_and_another_build_is_no_difference)
{
	put("now", "seed-1/result.json", "{\n  \"tlrun\": \"2\",\n  \"seed\": 1\n}\n");
	compared(0);
	ck_assert_str_eq(d.builds, "\"tlrun\": \"1\" there, \"tlrun\": \"2\" now");
	put("now", "seed-1/result.json", "{\n  \"tlrun\": \"2\",\n  \"seed\": 2\n}\n");
	differs(RESULT, "line 3", "\"seed\": 1", "\"seed\": 2");
}
END_TEST

START_TEST(a_value_of_a_tensor_is_found)
{
	model("now", 4.5f, "seeds: [1]\n");
	differs(MODEL, "dense/kernel[1,0], the first of 1 in it", "4", "4.5");
	model("now", 4, "seeds: [2]\n");
	differs(MODEL, "metadata \"experiment\", line 1", "seeds: [1]", "seeds: [2]");
}
END_TEST

START_TEST(what_is_not_there_differs_and_what_is_damaged_is_an_error)
{
	file_remove(lab_path(&l, "then/experiment.yaml"));
	differs(EXPERIMENT, "it is not there", "-", "-");
	put("now", "seed-1/model.safetensors", "x");
	ck_assert_int_eq(reproduce_compare(l.a, lab_path(&l, "then"), lab_path(&l, "now"), 1, &d,
		&l.err), ERR_DATA);
}
END_TEST

Suite *
suite_reproduce_compare(void)
{
	Suite *s = suite_create("reproduce_compare");
	TCase *c = tcase_create("reproduce_compare");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, the_same_bytes_do_not_differ);
	tcase_add_test(c, a_column_is_named_as_the_first_line_names_it);
	tcase_add_test(c, quoted_commas_part_no_columns);
	tcase_add_test(c, a_key_is_shown_and_another_build_is_no_difference);
	tcase_add_test(c, a_value_of_a_tensor_is_found);
	tcase_add_test(c, what_is_not_there_differs_and_what_is_damaged_is_an_error);
	suite_add_tcase(s, c);
	return s;
}
