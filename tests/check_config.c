/* Runs the suites of the config floor. */
#include "config/suites.h"
#include "support/runner.h"

int
main(void)
{
	static Suite *(*const suites[])(void) = {
		suite_document, suite_document_extends, suite_document_override, suite_document_refused,
		suite_document_syntax, suite_document_text, suite_field_explain, suite_field_hint,
		suite_field_key, suite_field_kind, suite_field_maps, suite_field_number, suite_field_print,
		suite_field_read, suite_field_schema, suite_field_several, suite_field_word,
		suite_mutations, suite_scalar,
	};
	return runner_main(sizeof suites / sizeof *suites, suites);
}
