/* floor: base */
/*
 * Random numbers without state: a value is a function of (seed, stream, a, b, index).
 *
 * Philox4x32-10 (Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11).
 * The key is made of the seed; the counter of stream, a, b and index. Any element can be drawn by
 * any thread in any order, so threads, resumes and instruction sets cannot change it.
 */
#ifndef TLRUN_RNG_H
#define TLRUN_RNG_H

#include <stddef.h>
#include <stdint.h>

/* Who draws. The numbers are part of the format: never renumber. */
enum rng_use {
	RNG_INIT = 1,		/* a: parameter index */
	RNG_SHUFFLE = 2,	/* a: epoch */
	RNG_DROPOUT = 3,	/* a: layer index; b: step */
	RNG_SPLIT = 4,		/* validation split and subsets; a: which */
	RNG_SYNTHETIC = 5,	/* a: split, b: sample */
	RNG_AUGMENT = 6,	/* a: epoch; b: sample */
	RNG_STATISTICS = 7,	/* tests and bootstraps, whatever the run's seed; a: what; b: sample */
	RNG_SWEEP = 8,		/* a: axis of the sweep; b: trial */
};

/* One stream of numbers. Plain data, freely copied. */
struct rng {
	uint32_t key[2];	/* of the seed */
	uint32_t ctr[3];	/* a; b low; use and b high. The block is the fourth */
};

/* b below 2^56. Elements with a block to themselves, and blocks, are below 2^32. */

struct rng rng_stream(uint64_t seed, enum rng_use use, uint32_t a, uint64_t b);

/* Four words of block i; element e of a stream of 32-bit words is word e % 4 of block e / 4. */
void rng_block(const struct rng *r, uint32_t i, uint32_t out[4]);
uint32_t rng_u32(const struct rng *r, uint64_t element);
/* [0,1), 53 bits, uses block `element` */
double rng_uniform(const struct rng *r, uint64_t element);
double rng_normal(const struct rng *r, uint64_t element);	/* Box-Muller with num_log, num_cos */
/* 0 … n-1, unbiased to 2^-64 */
uint64_t rng_below(const struct rng *r, uint64_t element, uint64_t n);

/* A permutation of 0 … n-1 (Fisher-Yates from the end, rng_below). */
void rng_permutation(const struct rng *r, uint32_t *out, size_t n);

/* The raw function, for its test vectors. */
void rng_philox(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]);

#endif
