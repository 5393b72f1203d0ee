/*
 * Philox4x32-10: ten rounds over a counter of four words with a key of two.
 *
 * Source  Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11;
 *         constants from its table 2. Test vectors: the authors' kat_vectors.
 */
#include "tlrun/rng.h"

#include <assert.h>
#include <math.h>

#include "tlrun/num.h"

void
rng_philox(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4])
{
	uint32_t c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3], k0 = key[0], k1 = key[1];
	for (int round = 0; round < 10; round++) {
		const uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
		c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
		c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
		c1 = (uint32_t)p1;
		c3 = (uint32_t)p0;
		k0 += 0x9E3779B9u;
		k1 += 0xBB67AE85u;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

struct rng
rng_stream(uint64_t seed, enum rng_use use, uint32_t a, uint64_t b)
{
	assert((uint32_t)use < 256 && b >> 56 == 0);
	return (struct rng){
		.key = { (uint32_t)seed, (uint32_t)(seed >> 32) },
		.ctr = { a, (uint32_t)b, (uint32_t)use << 24 | (uint32_t)(b >> 32) },
	};
}

void
rng_block(const struct rng *r, uint32_t i, uint32_t out[4])
{
	const uint32_t ctr[4] = { i, r->ctr[0], r->ctr[1], r->ctr[2] };
	rng_philox(ctr, r->key, out);
}

/* The block of an element that has one to itself. */
static void
rng_own_block(const struct rng *r, uint64_t element, uint32_t out[4])
{
	assert(element >> 32 == 0);
	rng_block(r, (uint32_t)element, out);
}

/* Whole numbers of 53 bits from two words. */
static double
rng_bits53(uint32_t high, uint32_t low)
{
	return (double)(((uint64_t)high << 32 | low) >> 11);
}

uint32_t
rng_u32(const struct rng *r, uint64_t element)
{
	uint32_t w[4];
	rng_own_block(r, element / 4, w);
	return w[element % 4];
}

double
rng_uniform(const struct rng *r, uint64_t element)
{
	uint32_t w[4];
	rng_own_block(r, element, w);
	return rng_bits53(w[0], w[1]) * 0x1p-53;
}

double
rng_normal(const struct rng *r, uint64_t element)
{
	uint32_t w[4];
	rng_own_block(r, element, w);
	const double u = (rng_bits53(w[0], w[1]) + 1.0) * 0x1p-53; /* in (0,1]: the log is finite */
	const double angle = rng_bits53(w[2], w[3]) * 0x1p-53 * 0x1.921fb54442d18p+2; /* 2 pi */
	return sqrt(-2.0 * num_log(u)) * num_cos(angle);
}

uint64_t
rng_below(const struct rng *r, uint64_t element, uint64_t n)
{
	uint32_t w[4];
	rng_own_block(r, element, w);
	/* The high 64 bits of (a 64-bit word) * n, by halves. */
	const uint64_t nl = (uint32_t)n, nh = n >> 32;
	const uint64_t low = (w[1] * nl >> 32) + w[0] * nl; /* below 2^64: (2^32-1)^2 + 2^32 */
	const uint64_t mid = (uint32_t)low + w[1] * nh;
	return w[0] * nh + (low >> 32) + (mid >> 32);
}

void
rng_permutation(const struct rng *r, uint32_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint32_t)i;
	for (size_t i = n; i > 1; i--) {
		const uint64_t j = rng_below(r, i - 1, i);
		const uint32_t last = out[i - 1];
		out[i - 1] = out[j];
		out[j] = last;
	}
}
