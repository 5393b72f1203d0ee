/* Claims about a report that was written. */
#ifndef TLRUN_TESTS_REPORT_SAYS_H
#define TLRUN_TESTS_REPORT_SAYS_H

struct str;

/* A failed claim ends the test and shows the report's beginning. */
void says(const struct str *report, const char *words);
void says_not(const struct str *report, const char *words);
/* As XML (xml.h), whose skeleton, which may be NULL, it leaves. */
void well_formed(const struct str *report, struct str *skeleton);
int times(const struct str *report, const char *words);		/* how often the words stand there */

#endif
