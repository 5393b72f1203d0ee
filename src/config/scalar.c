/* Plain scalars: null, booleans, numbers, sizes, durations. */
#include "config/scalar.h"

#include <ctype.h>
#include <limits.h>
#include <string.h>

#include "tlrun/num.h"

static bool
scalar_is_one_of(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(text, *words) == 0) return true;
	return false;
}

bool
scalar_is_null(const char *text)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL", NULL };
	return scalar_is_one_of(text, words);
}

bool
scalar_bool(const char *text, bool *out)
{
	static const char *const yes[] = { "true", "True", "TRUE", NULL };
	static const char *const no[] = { "false", "False", "FALSE", NULL };
	*out = scalar_is_one_of(text, yes);
	return *out || scalar_is_one_of(text, no);
}

static const char *
scalar_digits(const char *p)
{
	while (isdigit((unsigned char)*p))
		p++;
	return p;
}

/* -?0x… and 0o… are integers of another base; the sign is a harmless extension. */
static bool
scalar_has_base(const char *text)
{
	if (text[0] != '0' || (text[1] != 'x' && text[1] != 'o') || !text[2]) return false;
	const char *digits = text[1] == 'x' ? "0123456789abcdefABCDEF" : "01234567";
	return text[2 + strspn(text + 2, digits)] == '\0';
}

static bool
scalar_is_int(const char *text)
{
	if (scalar_has_base(text)) return true;
	if (*text == '+' || *text == '-') text++;
	return isdigit((unsigned char)*text) && *scalar_digits(text) == '\0';
}

static bool
scalar_is_float(const char *p)
{
	if (*p == '+' || *p == '-') p++;
	const char *whole = scalar_digits(p);
	bool any = whole > p;
	p = whole;
	if (*p == '.') {
		const char *fraction = scalar_digits(p + 1);
		any = any || fraction > p + 1;
		p = fraction;
	}
	if (!any) return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '+' || *p == '-') p++;
		if (!isdigit((unsigned char)*p)) return false;
		p = scalar_digits(p);
	}
	return *p == '\0';
}

static bool
scalar_is_infinite(const char *text)
{
	static const char *const inf[] = { ".inf", ".Inf", ".INF", NULL };
	static const char *const nan[] = { ".nan", ".NaN", ".NAN", NULL };
	const char *digits = *text == '+' || *text == '-' ? text + 1 : text;
	return scalar_is_one_of(digits, inf) || scalar_is_one_of(text, nan);
}

enum scalar_result
scalar_int(const char *text, long long *out)
{
	if (scalar_is_int(text)) return num_parse_int(text, out) ? SCALAR_OK : SCALAR_RANGE;
	return scalar_is_float(text) || scalar_is_infinite(text) ? SCALAR_FRACTION : SCALAR_NONE;
}

enum scalar_result
scalar_real(const char *text, double *out)
{
	if (scalar_has_base(text)) {
		long long n;
		if (!num_parse_int(text, &n)) return SCALAR_RANGE;
		*out = (double)n;
		return SCALAR_OK;
	}
	if (scalar_is_infinite(text)) return SCALAR_INFINITE;
	if (!scalar_is_int(text) && !scalar_is_float(text)) return SCALAR_NONE;
	return num_parse_double(text, out) ? SCALAR_OK : SCALAR_RANGE;
}

/* Digits at *p as a number of at most LLONG_MAX; *p moves behind them. */
static enum scalar_result
scalar_count(const char **p, long long *out)
{
	const char *q = *p;
	*out = 0;
	if (!isdigit((unsigned char)*q)) return SCALAR_NONE;
	for (; isdigit((unsigned char)*q); q++) {
		const int digit = *q - '0';
		if (*out > (LLONG_MAX - digit) / 10) return SCALAR_RANGE;
		*out = *out * 10 + digit;
	}
	*p = q;
	return SCALAR_OK;
}

enum scalar_result
scalar_bytes(const char *text, long long *out)
{
	static const char units[] = "KMGT";
	const enum scalar_result r = scalar_count(&text, out);
	if (r != SCALAR_OK || !*text) return r;
	const char *unit = strchr(units, *text);
	if (!unit || text[1]) return SCALAR_NONE;
	for (const char *u = units; u <= unit; u++) {
		if (*out > LLONG_MAX / 1024) return SCALAR_RANGE;
		*out *= 1024;
	}
	return SCALAR_OK;
}

enum scalar_result
scalar_seconds(const char *text, double *out)
{
	static const char units[] = "hms";
	static const int seconds[] = { 3600, 60, 1 };
	const char *next = units; /* hours before minutes before seconds, each once */
	*out = 0;
	if (!*text) return SCALAR_NONE;
	while (*text) {
		long long n;
		const enum scalar_result r = scalar_count(&text, &n);
		if (r != SCALAR_OK) return r;
		const char *unit = *text ? strchr(next, *text) : NULL;
		if (!unit) return SCALAR_NONE;
		if (n > 1000000000) return SCALAR_RANGE;
		*out += (double)n * seconds[unit - units];
		next = unit + 1;
		text++;
	}
	return SCALAR_OK;
}
