/*
 * Plain scalars by YAML 1.2's core schema (YAML 1.2.2, 10.3.2), plus 0123, which is 123 there.
 * A scalar means nothing until a field table asks.
 */
#ifndef CONFIG_SCALAR_H
#define CONFIG_SCALAR_H

#include <stdbool.h>

enum scalar_result {
	SCALAR_NONE, /* no number at all */
	SCALAR_OK,
	SCALAR_RANGE, /* a number that the type cannot hold */
	SCALAR_INFINITE, /* .inf, .nan; scalar_real alone */
	SCALAR_FRACTION, /* 1.0, 1e3: a number, but not written as an integer; scalar_int alone */
};

bool scalar_is_null(const char *text);
bool scalar_bool(const char *text, bool *out);
enum scalar_result scalar_int(const char *text, long long *out);
enum scalar_result scalar_real(const char *text, double *out); /* integers are numbers too */

/* 2G, 512M, 64K or bytes. */
enum scalar_result scalar_bytes(const char *text, long long *out);
/* 90s, 30m, 2h, 1h30m. */
enum scalar_result scalar_seconds(const char *text, double *out);

#endif
