/* Numbers as text: the shortest that reads back, strict reading, and figures for people. */
#include "tlrun/num.h"

#include <errno.h>
#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUM_DIGITS = 17 };

/* Decimal digits without trailing zeros, and the power of ten of the first one. */
struct num_decimal {
	char digit[NUM_DIGITS + 1];
	int count, exponent;
};

/* Read what printf's %e wrote. Digits only are taken: the locale's point is skipped. */
static void
num_read_e(const char *text, struct num_decimal *d)
{
	d->count = 0;
	for (; *text && *text != 'e'; text++)
		if (*text >= '0' && *text <= '9' && d->count < NUM_DIGITS) d->digit[d->count++] = *text;
	while (d->count > 1 && d->digit[d->count - 1] == '0')
		d->count--;
	d->digit[d->count] = '\0';
	d->exponent = *text == 'e' ? atoi(text + 1) : 0;
}

static void
num_lay_out(const struct num_decimal *d, bool minus, char *out, size_t size)
{
	const char *sign = minus ? "-" : "";
	const int n = d->count, e = d->exponent;
	if (e < -4 || e >= 15)
		snprintf(out, size, "%s%c%s%se%c%02d", sign, d->digit[0], n > 1 ? "." : "", d->digit + 1,
			e < 0 ? '-' : '+', abs(e));
	else if (e < 0)
		snprintf(out, size, "%s0.%.*s%s", sign, -e - 1, "000", d->digit);
	else if (n <= e + 1)
		snprintf(out, size, "%s%s%.*s", sign, d->digit, e + 1 - n, "000000000000000");
	else
		snprintf(out, size, "%s%.*s.%s", sign, e + 1, d->digit, d->digit + e + 1);
}

/* nan, inf and -inf have no digits. */
static bool
num_special(double x, char *out, size_t size)
{
	if (isnan(x))
		snprintf(out, size, "nan");
	else if (isinf(x))
		snprintf(out, size, x < 0 ? "-inf" : "inf");
	else
		return false;
	return true;
}

void
num_format(double x, char *out, size_t size)
{
	if (num_special(x, out, size)) return;
	/* Every decimal of 15 digits survives a double, unless it is subnormal: no shorter one is
	 * missed. */
	char text[48];
	for (int digits = fabs(x) < DBL_MIN ? 1 : DBL_DIG; digits <= NUM_DIGITS; digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, fabs(x));
		if (strtod(text, NULL) == fabs(x)) break;
	}
	struct num_decimal d;
	num_read_e(text, &d);
	num_lay_out(&d, signbit(x), out, size);
}

void
num_format_float(float x, char *out, size_t size)
{
	if (num_special((double)x, out, size)) return;
	char text[48];
	for (int digits = fabsf(x) < FLT_MIN ? 1 : FLT_DIG; digits <= FLT_DECIMAL_DIG; digits++) {
		snprintf(text, sizeof text, "%.*e", digits - 1, (double)fabsf(x));
		if (strtof(text, NULL) == fabsf(x)) break;
	}
	struct num_decimal d;
	num_read_e(text, &d);
	num_lay_out(&d, signbit(x), out, size);
}

static const char *
num_skip_digits(const char *s)
{
	while (*s >= '0' && *s <= '9')
		s++;
	return s;
}

/* [+-] digits [. digits] [e [+-] digits], with a digit before or after the point. */
static bool
num_is_decimal(const char *s)
{
	if (*s == '+' || *s == '-') s++;
	const char *end = num_skip_digits(s);
	size_t digits = (size_t)(end - s);
	if (*end == '.') {
		s = end + 1;
		end = num_skip_digits(s);
		digits += (size_t)(end - s);
	}
	if (digits == 0) return false;
	if (*end == 'e' || *end == 'E') {
		s = end + 1 + (end[1] == '+' || end[1] == '-');
		end = num_skip_digits(s);
		if (end == s) return false;
	}
	return *end == '\0';
}

/* strtod with a "." for any locale. */
static double
num_strtod(const char *text)
{
	const char *point = localeconv()->decimal_point, *dot = strchr(text, '.');
	if (!dot || strcmp(point, ".") == 0) return strtod(text, NULL);
	char copy[512];
	const int n = snprintf(copy, sizeof copy, "%.*s%s%s", (int)(dot - text), text, point, dot + 1);
	return n < (int)sizeof copy ? strtod(copy, NULL) : (double)NAN;
}

static bool
num_is_special(const char *text, double *out)
{
	const bool minus = *text == '-';
	const char *s = text + (*text == '-' || *text == '+');
	if (strcmp(s, "inf") == 0)
		*out = minus ? -HUGE_VAL : HUGE_VAL;
	else if (strcmp(text, "nan") == 0)
		*out = (double)NAN;
	else
		return false;
	return true;
}

bool
num_parse_double(const char *text, double *out)
{
	if (num_is_special(text, out)) return true;
	if (!num_is_decimal(text)) return false;
	const double x = num_strtod(text);
	if (!isfinite(x)) return false;
	/* What underflows to 0 was not 0: a digit other than 0 stands before the exponent. */
	if (x == 0.0 && strcspn(text, "123456789") < strcspn(text, "eE")) return false;
	*out = x;
	return true;
}

bool
num_parse_int(const char *text, long long *out)
{
	const bool minus = *text == '-';
	const char *s = text + (*text == '-' || *text == '+');
	int base = 10;
	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'o')) {
		base = s[1] == 'x' ? 16 : 8;
		s += 2;
	}
	const char *allowed = base == 16  ? "0123456789abcdefABCDEF"
						  : base == 8 ? "01234567"
									  : "0123456789";
	if (*s == '\0' || s[strspn(s, allowed)] != '\0') return false;
	errno = 0;
	const unsigned long long n = strtoull(s, NULL, base);
	const unsigned long long most = 0x7fffffffffffffffull + minus;
	if (errno || n > most) return false;
	*out = minus ? (long long)(0 - n) : (long long)n;
	return true;
}

void
num_human_bytes(double bytes, char *out, size_t size)
{
	static const char *const unit[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	int u = 0;
	if (!(bytes >= 0 && bytes < 1e27)) {
		snprintf(out, size, "?");
		return;
	}
	while (u < 5 && bytes >= 1023.95) {
		bytes /= 1024;
		u++;
	}
	const long long tenths = (long long)(bytes * 10 + 0.5);
	if (u == 0 || tenths % 10 == 0)
		snprintf(out, size, "%lld %s", (tenths + 5) / 10, unit[u]);
	else
		snprintf(out, size, "%lld.%lld %s", tenths / 10, tenths % 10, unit[u]);
}

void
num_human_count(long long n, char *out, size_t size)
{
	char plain[24];
	const int len = snprintf(
		plain, sizeof plain, "%llu", n < 0 ? 0 - (unsigned long long)n : (unsigned long long)n);
	size_t used = 0;
	if (n < 0 && used + 1 < size) out[used++] = '-';
	for (int i = 0; i < len && used + 2 < size; i++) {
		if (i > 0 && (len - i) % 3 == 0) out[used++] = ',';
		out[used++] = plain[i];
	}
	out[used] = '\0';
}

void
num_human_seconds(double s, char *out, size_t size)
{
	if (!(s >= 0 && s < 1e15)) {
		snprintf(out, size, "?");
		return;
	}
	const long long tenths = (long long)(s * 10 + 0.5), whole = (long long)(s + 0.5);
	if (s < 0.9995 && s > 0)
		snprintf(out, size, "%d ms", (int)(s * 1000 + 0.5));
	else if (tenths < 600)
		snprintf(out, size, "%lld.%lld s", tenths / 10, tenths % 10);
	else if (whole < 3600)
		snprintf(out, size, "%lld m %lld s", whole / 60, whole % 60);
	else
		snprintf(out, size, "%lld h %lld m", whole / 3600, whole % 3600 / 60);
}
