/*
 * Several arrays to one, element by element: difference, product, mean, maximum, minimum, and the
 * gradient of each input. Where maxima or minima tie, the first input's gradient is the whole.
 */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"

struct merge_job {
	enum kern_merge op;
	size_t n;
	int inputs, of;			/* of: the input whose gradient is taken */
	const float *const *x;
	const float *dy;
	float *out;
	bool add;
};

/* Whether v takes the place of what is best so far: greater or less, or the first that is not a
 * number. */
KERN_INLINE vm
merge_wins(enum kern_merge op, vf v, vf best)
{
	vm stays = vf_le(best, v);
	if (op == MERGE_MAXIMUM) stays = vf_le(v, best);
	return vm_and(vm_not(stays), vf_eq(best, best));
}

KERN_INLINE vf
merge_value(const struct merge_job *j, enum kern_merge op, size_t i, int n)
{
	vf y = lane_load(j->x[0] + i, n);
	for (int k = 1; k < j->inputs; k++) {
		const vf v = lane_load(j->x[k] + i, n);
		if (op == MERGE_SUBTRACT) y -= v;
		else if (op == MERGE_MULTIPLY) y *= v;
		else if (op == MERGE_AVERAGE) y += v;
		else y = vf_select(merge_wins(op, v, y), v, y);
	}
	if (op == MERGE_AVERAGE) y /= vf_set((float)j->inputs);
	return y;
}

/* Where input j->of is the one taken. */
KERN_INLINE vm
merge_taken(const struct merge_job *j, enum kern_merge op, size_t i, int n)
{
	vf best = lane_load(j->x[0] + i, n);
	vi which = vi_set(0);
	for (int k = 1; k < j->inputs; k++) {
		const vf v = lane_load(j->x[k] + i, n);
		const vm wins = merge_wins(op, v, best);
		best = vf_select(wins, v, best);
		which = vi_select(wins, vi_set(k), which);
	}
	return vi_eq(which, vi_set(j->of));
}

KERN_INLINE vf
merge_slope(const struct merge_job *j, enum kern_merge op, size_t i, int n)
{
	vf d = lane_load(j->dy + i, n);
	if (op == MERGE_SUBTRACT && j->of == 0) return d;
	if (op == MERGE_SUBTRACT) return vf_set(0.0f) - d;
	if (op == MERGE_AVERAGE) return d / vf_set((float)j->inputs);
	if (op != MERGE_MULTIPLY) return vf_select(merge_taken(j, op, i, n), d, vf_set(0.0f));
	for (int k = 0; k < j->inputs; k++)
		if (k != j->of) d *= lane_load(j->x[k] + i, n);
	return d;
}

/* One function an operation, so that the choice is made outside the loop. */
#define MERGE_STEPS(name, op)                                                                      \
	KERN_INLINE void merge_forward_##name(const void *job, size_t i, int n)                        \
	{                                                                                              \
		const struct merge_job *j = job;                                                           \
		lane_store(j->out + i, n, merge_value(j, op, i, n));                                       \
	}                                                                                              \
	KERN_INLINE void merge_backward_##name(const void *job, size_t i, int n)                       \
	{                                                                                              \
		const struct merge_job *j = job;                                                           \
		lane_put(j->out + i, n, merge_slope(j, op, i, n), j->add);                                 \
	}
MERGE_STEPS(subtract, MERGE_SUBTRACT)
MERGE_STEPS(multiply, MERGE_MULTIPLY)
MERGE_STEPS(average, MERGE_AVERAGE)
MERGE_STEPS(maximum, MERGE_MAXIMUM)
MERGE_STEPS(minimum, MERGE_MINIMUM)
#undef MERGE_STEPS

static void
merge_forward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct merge_job j = *(const struct merge_job *)ctx;
	const struct loop_range r = loop_block(j.n, LOOP_BLOCK, block);
	switch (j.op) {
	case MERGE_SUBTRACT: loop_vectors(merge_forward_subtract, &j, r.first, r.last); break;
	case MERGE_MULTIPLY: loop_vectors(merge_forward_multiply, &j, r.first, r.last); break;
	case MERGE_AVERAGE: loop_vectors(merge_forward_average, &j, r.first, r.last); break;
	case MERGE_MAXIMUM: loop_vectors(merge_forward_maximum, &j, r.first, r.last); break;
	case MERGE_MINIMUM: loop_vectors(merge_forward_minimum, &j, r.first, r.last); break;
	}
}

static void
merge_backward_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct merge_job j = *(const struct merge_job *)ctx;
	const struct loop_range r = loop_block(j.n, LOOP_BLOCK, block);
	switch (j.op) {
	case MERGE_SUBTRACT: loop_vectors(merge_backward_subtract, &j, r.first, r.last); break;
	case MERGE_MULTIPLY: loop_vectors(merge_backward_multiply, &j, r.first, r.last); break;
	case MERGE_AVERAGE: loop_vectors(merge_backward_average, &j, r.first, r.last); break;
	case MERGE_MAXIMUM: loop_vectors(merge_backward_maximum, &j, r.first, r.last); break;
	case MERGE_MINIMUM: loop_vectors(merge_backward_minimum, &j, r.first, r.last); break;
	}
}

void
KERN(merge_forward)(enum kern_merge op, size_t n, int inputs, const float *const *x, float *y)
{
	struct merge_job j = { .op = op, .n = n, .inputs = inputs, .x = x, .out = y };
	parallel_for(loop_blocks(n, LOOP_BLOCK), merge_forward_block, &j);
}

void
KERN(merge_backward)(enum kern_merge op, size_t n, int inputs, int of, const float *const *x,
	const float *dy, float *dx, bool add)
{
	struct merge_job j = { .op = op, .n = n, .inputs = inputs, .of = of, .x = x, .dy = dy,
		.out = dx, .add = add };
	parallel_for(loop_blocks(n, LOOP_BLOCK), merge_backward_block, &j);
}
