/* Runs the suites of the config floor. */
#include <check.h>
#include <stdlib.h>

#include "config/suites.h"

int
main(void)
{
	Suite *(*const suites[])(void) = { suite_document, suite_document_extends,
		suite_document_override, suite_document_refused, suite_document_syntax, suite_document_text,
		suite_field_explain, suite_field_hint, suite_field_key, suite_field_kind, suite_field_maps,
		suite_field_number, suite_field_print, suite_field_read, suite_field_schema,
		suite_field_several, suite_field_word, suite_mutations, suite_scalar };
	SRunner *r = srunner_create(NULL);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		srunner_add_suite(r, suites[i]());
	srunner_run_all(r, CK_ENV);
	const int failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
