/* floor: base */
/* Shapes: NHWC, batch first; sizes with overflow checks; "[n,32,32,3]". */
#ifndef TLRUN_SHAPE_H
#define TLRUN_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum { SHAPE_RANK = 4, SHAPE_BATCH = 0 };

/*
 * A tensor's sizes. For activations d[0] is the batch and holds SHAPE_BATCH (0), which prints as
 * "n"; for parameters every d is a size. rank 0 is "no tensor".
 */
struct shape {
	int rank;
	int d[SHAPE_RANK];
};

#define SHAPE1(a) ((struct shape){ 1, { (a) } })
#define SHAPE2(a, b) ((struct shape){ 2, { (a), (b) } })
#define SHAPE3(a, b, c) ((struct shape){ 3, { (a), (b), (c) } })
#define SHAPE4(a, b, c, d) ((struct shape){ 4, { (a), (b), (c), (d) } })

bool shape_equal(const struct shape *a, const struct shape *b);
/* Elements of one sample (activations) or of all (parameters): the product, skipping
 * SHAPE_BATCH. */
size_t shape_count(const struct shape *s);
/* false when the product does not fit 2^40 elements. */
bool shape_fits(const struct shape *s);

struct shape_text { char s[64]; };
/* "[n,32,32,3]"; by value so that several fit in one printf. */
struct shape_text shape_str(const struct shape *s);

#endif
