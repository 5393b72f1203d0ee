/*
 * Student's t: its distribution function as a finite sum, its quantile by bisection.
 *
 * Source  Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.7.3 and 26.7.4, with
 *         theta = arctan(t / sqrt(df)).
 */
#include <math.h>

#include "tlrun/stats.h"

static const double student_pi = 3.141592653589793;

/* arctan, by halving its argument until the series is short; sqrt is exact by IEEE 754. */
static double
student_atan(double x)
{
	double sum = 0, power, scale = 1;
	for (int i = 0; i < 6; i++) {
		x = x / (1 + sqrt(1 + x * x));
		scale *= 2;
	}
	power = x;
	for (int i = 1; i < 30; i += 2) {
		sum += power / i;
		power *= -x * x;
	}
	return scale * sum;
}

/* The probability of |T| <= t, t >= 0. */
static double
student_within(double t, int df)
{
	const double cos2 = df / (df + t * t), sine = t / sqrt(df + t * t);
	const bool odd = df % 2;
	double term = odd ? sqrt(cos2) : 1, sum = 0;
	for (int k = odd ? 1 : 0; k <= df - 2; k += 2) {
		sum += term;
		term *= cos2 * (k + 1) / (k + 2);
	}
	if (!odd) return sine * sum;
	return 2 / student_pi * (student_atan(t / sqrt(df)) + sine * sum);
}

double
stats_t_cdf(double t, int df)
{
	const double within = student_within(fabs(t), df);
	return t < 0 ? (1 - within) / 2 : (1 + within) / 2;
}

double
stats_t_quantile(double p, int df)
{
	double low = 0, high = 1;
	if (p < 0.5) return -stats_t_quantile(1 - p, df);
	while (stats_t_cdf(high, df) < p && high < 1e15) high *= 2;
	for (int i = 0; i < 100; i++) {
		const double middle = low + (high - low) / 2;
		if (stats_t_cdf(middle, df) < p) low = middle;
		else high = middle;
	}
	return high;
}

struct interval
stats_t_interval(size_t n, const double *x)
{
	if (n < 2) return (struct interval){ NAN, NAN };
	const double mean = stats_mean(n, x);
	const double half = stats_t_quantile(0.975, (int)n - 1) * stats_sd(n, x) / sqrt((double)n);
	return (struct interval){ mean - half, mean + half };
}

double
stats_t_test(size_t n, const double *d)
{
	if (n < 2) return NAN;
	const double mean = stats_mean(n, d), error = stats_sd(n, d) / sqrt((double)n);
	if (error == 0) return mean == 0 ? 1 : 0;
	return 2 * stats_t_cdf(-fabs(mean / error), (int)n - 1);
}
