/* Claims about a report that was written. */
#include "report/says.h"

#include <check.h>
#include <string.h>

#include "report/xml.h"
#include "tlrun/str.h"

void
says(const struct str *report, const char *words)
{
	ck_assert_msg(strstr(str_text(report), words) != NULL, "no \"%s\" in\n%.6000s", words,
		str_text(report));
}

void
says_not(const struct str *report, const char *words)
{
	const char *const found = strstr(str_text(report), words);
	ck_assert_msg(!found, "\"%s\" in the report: %.100s", words, found ? found : "");
}

void
well_formed(const struct str *report, struct str *skeleton)
{
	struct str wrong = STR_INIT;
	if (skeleton) str_clear(skeleton);
	ck_assert_msg(xml_read(str_text(report), skeleton, &wrong), "%s", str_text(&wrong));
	str_free(&wrong);
}

int
times(const struct str *report, const char *words)
{
	int n = 0;
	for (const char *t = str_text(report); (t = strstr(t, words)) != NULL; t++)
		n++;
	return n;
}
