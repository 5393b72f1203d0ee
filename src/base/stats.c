/* Statistics of counts: Wilson's interval, per-class scores, mean and standard deviation. */
#include "tlrun/stats.h"

#include <math.h>

struct interval
stats_wilson(double k, double n)
{
	const double z = 1.959963984540054, z2 = z * z, p = k / n;
	const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
	const double half = z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n));
	/* At the ends the interval touches 0 or 1 exactly; rounding must not say otherwise. */
	struct interval i = { k <= 0 ? 0 : centre - half, k >= n ? 1 : centre + half };
	return i;
}

void
stats_class_scores(int classes, const long long *confusion, struct class_scores *out)
{
	for (int i = 0; i < classes; i++) {
		long long truth = 0, predicted = 0;
		for (int j = 0; j < classes; j++) {
			truth += confusion[(size_t)i * classes + j];
			predicted += confusion[(size_t)j * classes + i];
		}
		const double hit = (double)confusion[(size_t)i * classes + i];
		out[i].support = truth;
		out[i].precision = predicted ? hit / (double)predicted : 0;
		out[i].recall = truth ? hit / (double)truth : 0;
		out[i].f1 = truth + predicted ? 2 * hit / (double)(truth + predicted) : 0;
	}
}

double
stats_mean(size_t n, const double *x)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += x[i];
	return n ? sum / (double)n : 0;
}

double
stats_sd(size_t n, const double *x)
{
	if (n < 2) return 0;
	const double mean = stats_mean(n, x);
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return sqrt(sum / (double)(n - 1));
}
