/* The list of fusions: complete entries, unique names. */
#include <check.h>
#include <string.h>

#include "fusions/suites.h"
#include "tlrun/fusion.h"

START_TEST(every_fusion_is_complete_and_has_a_name_of_its_own)
{
	ck_assert_ptr_nonnull(fusion_table[0]);
	for (int i = 0; fusion_table[i]; i++) {
		const struct fusion_kind *f = fusion_table[i];
		ck_assert(f->name && f->summary && f->match && f->shape && f->forward);
		ck_assert(f->forward_only ? f->fold && !f->backward : f->backward != NULL);
		for (int j = 0; j < i; j++) ck_assert_str_ne(f->name, fusion_table[j]->name);
	}
}
END_TEST

Suite *
suite_fusion_table(void)
{
	Suite *s = suite_create("fusions: table");
	TCase *c = tcase_create("table");
	tcase_add_test(c, every_fusion_is_complete_and_has_a_name_of_its_own);
	suite_add_tcase(s, c);
	return s;
}
