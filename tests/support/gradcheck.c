/* Derivatives by central differences, in double. */
#include "support/gradcheck.h"

#include <check.h>
#include <math.h>

/* Truncation and cancellation are both far below a float's rounding here. */
static const double GRADCHECK_STEP = 1e-5;

double
gradcheck_slope(gradcheck_function *f, void *ctx, double *at)
{
	const double v = *at;
	*at = v + GRADCHECK_STEP;
	const double above = f(ctx);
	*at = v - GRADCHECK_STEP;
	const double below = f(ctx);
	*at = v;
	return (above - below) / (2 * GRADCHECK_STEP);
}

void
gradcheck_compare(gradcheck_function *f, void *ctx, double *v, const float *gradient, size_t n,
	size_t most, double tolerance, const char *what)
{
	const size_t looks = n < most ? n : most;
	for (size_t k = 0; k < looks; k++) {
		const size_t i = looks == n ? k : k * (n - 1) / (looks - 1);
		const double slope = gradcheck_slope(f, ctx, &v[i]),
			limit = tolerance * fmax(1, fabs(slope));
		ck_assert_msg(fabs(slope - (double)gradient[i]) <= limit,
			"%s: gradient %zu is %.9g, the function's slope is %.9g", what, i, (double)gradient[i],
			slope);
	}
}
