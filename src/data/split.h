/* Stratified choice. For src/data alone. */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/error.h"

/* Which choice: part of the random stream, never renumber. */
enum split_use { SPLIT_USE_TRAIN, SPLIT_USE_TEST, SPLIT_USE_VALIDATION };

/*
 * Share total among classes in proportion to count: out[k] = floor(total*count[k]/sum), what is left to the
 * largest remainders, ties to the lower class; then every class that has images gets at least 1 and
 * leaves at least keep. false when that cannot be.
 */
bool split_allocate(int classes, const int *count, int keep, int total, int *out);

struct split_request {
	uint64_t seed;
	enum split_use use;
	int classes;
	int keep;	/* images of each class that must not be chosen */
	int total;	/* to choose */
};

/* chosen[i] = 1 for total of n items of class class[i], stratified, else 0. ERR_DATA, ERR_MEMORY. */
enum status split_choose(const struct split_request *q, int n, const int32_t *class,
	uint8_t *chosen, struct err *e);

#endif
