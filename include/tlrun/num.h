/* floor: base */
/*
 * Numbers: reading, printing, and the few functions of libm whose last bit must not depend on the
 * machine. libm's results differ between versions and instruction sets; these are plain IEEE double
 * arithmetic in a fixed order, so seeds, schedules and bias corrections are the same bits
 * everywhere.
 */
#ifndef TLRUN_NUM_H
#define TLRUN_NUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str;

/* Double functions, within 2 ulp of the exact value (tested against libm). */
double num_exp(double x);
double num_log(double x);	/* x > 0 */
double num_cos(double x);	/* |x| up to 1e6 */
double num_pow(double x, double y);	/* x >= 0; exact where the power is a double */
double num_powi(double x, unsigned long n);	/* by squaring: fixed order */

/*
 * The shortest decimal that reads back as the same double, in any locale: "0.1", "1e-07", "nan",
 * "inf". Whole numbers have no point: "3". An exponent stands from 1e+15 up and below 0.0001, as
 * "1.5e-05".
 */
void num_format(double x, char *out, size_t size);	/* 32 bytes are enough */
/* The same for a float: the shortest decimal that reads back as the same float. */
void num_format_float(float x, char *out, size_t size);

/* The whole text as a number. false when it is not one, or out of range. */
bool num_parse_double(const char *text, double *out);
bool num_parse_int(const char *text, long long *out);	/* decimal, 0x, 0o; 0123 is 123; +/- */

/* "1.5 GiB", "45,000", "1 m 20 s": for people. "?" for what is negative or no number. */
void num_human_bytes(double bytes, char *out, size_t size);
void num_human_count(long long n, char *out, size_t size);
void num_human_seconds(double s, char *out, size_t size);

#endif
