/* Fields of CSV files. Used in src/report/ only. */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include "tlrun/str.h"

/*
 * What a field of text says, without quotes around it. What visible.h hides is escaped. A field
 * that a spreadsheet would compute (it begins with = + - or @ and is no number, whatever
 * apostrophes stand before it) gets one apostrophe in front, so that no two texts become the same
 * field.
 */
void csv_field(struct str *out, const char *s);
/* The same in quotes where it must be. */
void csv_text(struct str *out, const char *s);
/* The shortest text of a float; what was not measured is an empty field. */
void csv_number(struct str *out, double x);

#endif
