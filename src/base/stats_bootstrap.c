/* The bootstrap over seeds and images: which of them a sample holds depends on its number alone. */
#include <stdlib.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/rng.h"
#include "tlrun/stats.h"

/* n draws below n, counted in times. A word times n, without the 32 low bits: even to n/2^32. */
static void
bootstrap_draw(const struct rng *r, size_t n, uint32_t *times)
{
	uint32_t word[4];
	memset(times, 0, n * sizeof *times);
	for (size_t i = 0; i < n; i++) {
		if (i % 4 == 0) rng_block(r, (uint32_t)(i / 4), word);
		times[(uint64_t)word[i % 4] * n >> 32]++;
	}
}

void
stats_bootstrap(const struct stats_answers *x, double out[STATS_BOOTSTRAP])
{
	struct arena *a = arena_new();
	uint32_t *const image = ARENA_ARRAY(a, uint32_t, x->images);
	uint32_t *const seed = ARENA_ARRAY(a, uint32_t, x->seeds);
	for (uint32_t i = 0; i < STATS_BOOTSTRAP; i++) {
		const struct rng seeds = rng_stream(0, RNG_STATISTICS, 1, i);
		const struct rng images = rng_stream(0, RNG_STATISTICS, 2, i);
		unsigned long long sum = 0;
		bootstrap_draw(&seeds, x->seeds, seed);
		bootstrap_draw(&images, x->images, image);
		for (size_t s = 0; s < x->seeds; s++) {
			const unsigned char *const right = x->right[s];
			uint32_t own = 0;	/* at most the images */
			for (size_t k = 0; k < x->images && seed[s]; k++)
				own += right[k] * image[k];
			sum += (unsigned long long)own * seed[s];
		}
		out[i] = (double)sum / ((double)x->seeds * (double)x->images);
	}
	arena_free(a);
}

static int
bootstrap_order(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double
bootstrap_quantile(size_t n, const double *x, double q)
{
	const double at = q * (double)(n - 1);
	const size_t i = (size_t)at;
	return i + 1 < n ? x[i] + (at - (double)i) * (x[i + 1] - x[i]) : x[n - 1];
}

struct interval
stats_percentile(size_t n, double *x)
{
	qsort(x, n, sizeof *x, bootstrap_order);
	return (struct interval){ bootstrap_quantile(n, x, 0.025), bootstrap_quantile(n, x, 0.975) };
}
