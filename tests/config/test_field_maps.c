/* Lists of maps: what is read, and what is refused. */
#include "config/schema.h"
#include "config/suites.h"

#define HEAD "version: 1\ndataset: {name: cifar10}\n"

START_TEST(maps_are_read_in_order_with_their_presets)
{
	struct toy_reading *t = toy_read(HEAD "training:\n"
		"  phases:\n"
		"    - rounds: 3\n"
		"    - {name: b, rounds: 2, ease: 0.5, stepper: {type: sgd, momentum: 0.5}}\n"
		"    - {rounds: 1, ease: null, stepper: ~}\n");
	ck_assert_str_eq(t->errors, "");
	const struct toy_phases *l = &t->value.training.phases;
	ck_assert_uint_eq(l->n, 3);
	ck_assert_str_eq(l->v[0].name, "phase_1");
	ck_assert_str_eq(l->v[1].name, "b");
	ck_assert_str_eq(l->v[2].name, "phase_3");
	ck_assert(l->v[0].rounds == 3 && l->v[1].rounds == 2 && l->v[2].rounds == 1);
	ck_assert(!l->v[0].ease_given && l->v[1].ease_given && !l->v[2].ease_given);
	ck_assert(l->v[0].ease == 2 && l->v[1].ease == 0.5 && l->v[2].ease == 2);
	ck_assert_ptr_null(l->v[0].stepper.kind);
	ck_assert_ptr_null(l->v[2].stepper.kind);
	ck_assert_double_eq(((struct toy_sgd *)l->v[1].stepper.opts)->momentum, 0.5);
	toy_free(t);
}
END_TEST

START_TEST(absent_and_null_are_no_maps)
{
	static const char *const texts[] = { HEAD, HEAD "training: {phases: null}\n",
		HEAD "training: {phases: }\n" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct toy_reading *t = toy_read(texts[i]);
		ck_assert_str_eq(t->errors, "");
		ck_assert_uint_eq(t->value.training.phases.n, 0);
		ck_assert_ptr_null(t->value.training.phases.v);
		toy_free(t);
	}
}
END_TEST

/* All of what is wrong, each at its place, and what can be read is. */
START_TEST(all_errors_come_at_once)
{
	static const char text[] = HEAD "training:\n"
		"  phases:\n"
		"    - {name: a, rouns: 3}\n"
		"    - rounds 3\n"
		"    - [1]\n"
		"    - {name: b, rounds: 0, ease: x}\n"
		"    - {name: c, rounds: 7, stepper: {type: sgd, beta_1: 1}}\n"
		"    - {ease: 1}\n"
		"    -\n";
	struct toy_reading *t = toy_read(text);
	ck_assert(!t->good);
	ck_assert_str_eq(t->errors,
		"x.yaml:5:17: error: unknown key \"rouns\" in an item of phases\n"
		"    5 |     - {name: a, rouns: 3}\n"
		"      |                 ^~~~~  did you mean \"rounds\"?\n"
		"x.yaml:6:7: error: an item of phases must be a map of keys, found \"rounds 3\"\n"
		"    6 |     - rounds 3\n"
		"      |       ^~~~~~~~  write key: value\n"
		"x.yaml:7:7: error: an item of phases must be a map of keys, found a list\n"
		"    7 |     - [1]\n"
		"      |       ^~~\n"
		"x.yaml:8:25: error: rounds must be an integer of 1 or more, found 0\n"
		"    8 |     - {name: b, rounds: 0, ease: x}\n"
		"      |                         ^\n"
		"x.yaml:8:34: error: ease must be a number above 0, found \"x\"\n"
		"    8 |     - {name: b, rounds: 0, ease: x}\n"
		"      |                                  ^\n"
		"x.yaml:9:49: error: unknown key \"beta_1\" in sgd\n"
		"    9 |     - {name: c, rounds: 7, stepper: {type: sgd, beta_1: 1}}\n"
		"      |                                                 ^~~~~~  an argument of adam\n"
		"x.yaml:10:7: error: missing key \"rounds\" in an item of phases\n"
		"   10 |     - {ease: 1}\n"
		"      |       ^~~~~~~~~  for example rounds: 4\n"
		"x.yaml:11:6: error: an item of phases must be a map of keys, found nothing\n"
		"   11 |     -\n"
		"      |      ^\n");
	const struct toy_phases *l = &t->value.training.phases;
	ck_assert_uint_eq(l->n, 7);
	ck_assert_str_eq(l->v[0].name, "a");
	ck_assert_int_eq(l->v[4].rounds, 7);
	ck_assert(l->v[1].ease == 2);
	ck_assert_str_eq(l->v[6].name, "phase_7"); /* by the check, which runs all the same */
	toy_free(t);
}
END_TEST

START_TEST(list_is_one_of_maps_and_not_empty)
{
	toy_expect(HEAD "training: {phases: []}\n",
		"x.yaml:3:20: error: phases must be a list of one or more maps, found an empty list\n"
		"    3 | training: {phases: []}\n"
		"      |                    ^~\n");
	toy_expect(HEAD "training: {phases: 3}\n",
		"x.yaml:3:20: error: phases must be a list of one or more maps, found 3\n"
		"    3 | training: {phases: 3}\n"
		"      |                    ^  begin each map with \"- \"\n");
	toy_expect(HEAD "training:\n  phases:\n    rounds: 3\n",
		"x.yaml:5:5: error: phases must be a list of one or more maps, found a map\n"
		"    5 |     rounds: 3\n"
		"      |     ^~~~~~  begin each map with \"- \"\n");
}
END_TEST

START_TEST(check_sees_the_whole_list)
{
	toy_expect(HEAD "training: {phases: [{rounds: 1, name: a}, {rounds: 1, name: a}]}\n",
		"x.yaml:3:55: error: a twice\n"
		"    3 | training: {phases: [{rounds: 1, name: a}, {rounds: 1, name: a}]}\n"
		"      |                                                       ^~~~\n");
}
END_TEST

Suite *
suite_field_maps(void)
{
	Suite *s = suite_create("field_maps");
	TCase *t = tcase_create("field_maps");
	tcase_add_test(t, maps_are_read_in_order_with_their_presets);
	tcase_add_test(t, absent_and_null_are_no_maps);
	tcase_add_test(t, all_errors_come_at_once);
	tcase_add_test(t, list_is_one_of_maps_and_not_empty);
	tcase_add_test(t, check_sees_the_whole_list);
	suite_add_tcase(s, t);
	return s;
}
