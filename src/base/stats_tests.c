/* Tests of differences: paired sign-flip, McNemar's mid-p, and Holm's correction of several. */
#include <math.h>
#include <stdlib.h>

#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/rng.h"
#include "tlrun/stats.h"

enum { FLIP_DRAWS = 100000 };

/* Sign patterns of d[i …], whose sum begins with sum, that end as far from 0 as limit. */
static long long
flip_count(size_t n, const double *d, size_t i, double sum, double limit)
{
	if (i == n) return fabs(sum) >= limit;
	return flip_count(n, d, i + 1, sum + d[i], limit) + flip_count(n, d, i + 1, sum - d[i], limit);
}

static double
flip_drawn(size_t n, const double *d, double limit)
{
	const struct rng r = rng_stream(0, RNG_STATISTICS, 0, 0);
	const size_t words = (n + 31) / 32;
	long long hits = 0;
	for (size_t k = 0; k < FLIP_DRAWS; k++) {
		double sum = 0;
		uint32_t signs = 0;
		for (size_t i = 0; i < n; i++) {
			if (i % 32 == 0) signs = rng_u32(&r, k * words + i / 32);
			sum += signs >> i % 32 & 1 ? d[i] : -d[i];
		}
		hits += fabs(sum) >= limit;
	}
	return (double)(hits + 1) / (FLIP_DRAWS + 1);
}

double
stats_sign_flip(size_t n, const double *d)
{
	double sum = 0, size = 0;
	if (!n) return 1;
	for (size_t i = 0; i < n; i++) {
		sum += d[i];
		size += fabs(d[i]);
	}
	/* Sums that are equal but for rounding are as far. */
	const double limit = fabs(sum) - 1e-12 * size;
	if (n > STATS_SIGN_FLIP_EXACT) return flip_drawn(n, d, limit);
	/* The patterns with the first sign turned are the others' mirror images. */
	return (double)flip_count(n, d, 1, d[0], limit) / ldexp(1, (int)n - 1);
}

double
stats_sign_flip_least(size_t n)
{
	if (!n) return 1;
	if (n > STATS_SIGN_FLIP_EXACT) return 1.0 / (FLIP_DRAWS + 1);
	return ldexp(1, 1 - (int)n);
}

int
stats_sign_flip_needed(size_t tests, double level)
{
	for (int n = 1; n <= STATS_SIGN_FLIP_EXACT + 1; n++)
		if ((double)tests * stats_sign_flip_least((size_t)n) < level) return n;
	return 0;
}

/* ln n!, by Stirling's series where it is exact to double. */
static double
mcnemar_log_factorial(long long n)
{
	double sum = 0, x = (double)n;
	if (n < 32) {
		for (long long i = 2; i <= n; i++)
			sum += num_log((double)i);
		return sum;
	}
	const double i = 1 / x, i2 = i * i;
	const double series = i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 / 1680)));
	return (x + 0.5) * num_log(x) - x + 0.918938533204672741780 + series; /* ln sqrt(2 pi) */
}

double
stats_mcnemar(long long b, long long c)
{
	const long long n = b + c, k = b < c ? b : c;
	if (b == c) return 1;
	const double log_term = mcnemar_log_factorial(n) - mcnemar_log_factorial(k) -
		mcnemar_log_factorial(n - k) - (double)n * 0.693147180559945309417;
	/* The binomial terms below k by their ratios, until they add nothing. */
	double sum = 1, term = 1;
	for (long long i = k; i > 0 && term > sum * 1e-18; i--) {
		term *= (double)i / (double)(n - i + 1);
		sum += term;
	}
	const double p = num_exp(log_term) * (2 * sum - 1);
	return p < 1 ? p : 1;
}

struct holm { double p; size_t at; };

static int
holm_order(const void *a, const void *b)
{
	const struct holm *x = a, *y = b;
	if (x->p != y->p) return x->p < y->p ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

void
stats_holm(size_t n, const double *p, double *adjusted)
{
	struct arena *a = arena_new();
	struct holm *h = ARENA_ARRAY(a, struct holm, n);
	size_t count = 0;
	double running = 0;
	for (size_t i = 0; i < n; i++) {
		if (isnan(p[i])) adjusted[i] = p[i];
		else h[count++] = (struct holm){ p[i], i };
	}
	qsort(h, count, sizeof *h, holm_order);
	for (size_t i = 0; i < count; i++) {
		const double scaled = (double)(count - i) * h[i].p;
		if (scaled > running) running = scaled;
		if (running > 1) running = 1;
		adjusted[h[i].at] = running;
	}
	arena_free(a);
}
