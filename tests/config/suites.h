/* The suites of the config floor. */
#ifndef TESTS_CONFIG_SUITES_H
#define TESTS_CONFIG_SUITES_H

#include <check.h>

Suite *suite_document(void);
Suite *suite_document_extends(void);
Suite *suite_document_override(void);
Suite *suite_document_refused(void);
Suite *suite_document_syntax(void);
Suite *suite_document_text(void);
Suite *suite_field_explain(void);
Suite *suite_field_hint(void);
Suite *suite_field_key(void);
Suite *suite_field_kind(void);
Suite *suite_field_maps(void);
Suite *suite_field_number(void);
Suite *suite_field_print(void);
Suite *suite_field_read(void);
Suite *suite_field_schema(void);
Suite *suite_field_several(void);
Suite *suite_field_word(void);
Suite *suite_mutations(void);
Suite *suite_scalar(void);

#endif
