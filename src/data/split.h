/* Stratified choice. For src/data alone. */
#ifndef DATA_SPLIT_H
#define DATA_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/error.h"

/* Which choice: part of the random stream, never renumber. */
enum split_use { SPLIT_USE_TRAIN, SPLIT_USE_TEST, SPLIT_USE_VALIDATION };

struct split_request {
	uint64_t seed;
	enum split_use use;
	int classes;
	int total;	/* items to choose */
	int least;	/* of each class that has items: at least so many, 1 or more, or all that it has */
	int keep;	/* of each class: so many at least are not chosen */
};

/*
 * Share total among classes in proportion to count: out[k] = floor(total*count[k]/sum), what is
 * left to the largest remainders, ties to the lower class; then single items move until least and
 * keep hold. false when that cannot be.
 */
bool split_allocate(const struct split_request *q, const int *count, int *out);

/* chosen[i] = 1 for total of n items, of class class[i], else 0. ERR_DATA, ERR_MEMORY. */
enum status split_choose(const struct split_request *q, int n, const int32_t *class,
	uint8_t *chosen, struct err *e);

#endif
