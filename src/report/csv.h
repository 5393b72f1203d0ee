/* Fields of CSV files. Used in src/report/ only. */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include "tlrun/str.h"

/* In quotes where it must be. */
void csv_text(struct str *out, const char *s);
/* The shortest text of a float; what was not measured is an empty field. */
void csv_number(struct str *out, double x);

#endif
