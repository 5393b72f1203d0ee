/* A reader of well-formed XML without a DTD's powers, for pages and charts. */
#ifndef TLRUN_TESTS_REPORT_XML_H
#define TLRUN_TESTS_REPORT_XML_H

#include <stdbool.h>

#include "tlrun/str.h"

/*
 * Whether text is one well-formed element after an optional DOCTYPE: every tag closed in order,
 * attributes quoted and named once, no stray "<" or "&". script and style hold raw text, as in
 * HTML. Nothing may be loaded or run: attributes on… and style, src but of data:, and href with a
 * scheme or from the root are wrong too. skeleton (may be NULL) gets the elements and attributes in
 * order, without values and text; where it is false, wrong says why.
 */
bool xml_read(const char *text, struct str *skeleton, struct str *wrong);

#endif
