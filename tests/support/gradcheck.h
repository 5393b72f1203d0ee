/* Derivatives of a function of doubles by central differences. */
#ifndef SUPPORT_GRADCHECK_H
#define SUPPORT_GRADCHECK_H

#include <stddef.h>

/* The value of the function that the test built around its arguments. */
typedef double gradcheck_function(void *ctx);

/* df/d(*at); *at is moved and put back. */
double gradcheck_slope(gradcheck_function *f, void *ctx, double *at);

/*
 * Compare gradient[i] (as computed) with the slope at v[i], for all of n or, when there are
 * more than `most`, for `most` of them spread evenly, the first and the last among them. Fails
 * the test, naming `what`. tolerance is relative to the larger of 1 and the slope.
 */
void gradcheck_compare(gradcheck_function *f, void *ctx, double *v, const float *gradient, size_t n,
	size_t most, double tolerance, const char *what);

#endif
