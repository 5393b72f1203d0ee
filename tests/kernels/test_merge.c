/* Several arrays to one, and the maximum of whole images: naive loops, tails, ties, NaN. */
#include <check.h>
#include <math.h>
#include <stdlib.h>

#include "kernels/suites.h"
#include "kernels/support.h"
#include "tlrun/kernels.h"

enum { MERGE_INPUTS = 3, MERGE_OPS = MERGE_MINIMUM + 1 };
static const size_t merge_sizes[] = { 0, 1, 5, 16, 31, 16389, 50001 };

static bool
merge_better(enum kern_merge op, float v, float best)
{
	return !isnan(best) && (isnan(v) || (op == MERGE_MAXIMUM ? v > best : v < best));
}

static float
merge_naive(enum kern_merge op, int inputs, const float *const *x, size_t i, int *which)
{
	float y = x[0][i];
	*which = 0;
	for (int k = 1; k < inputs; k++) {
		if (op == MERGE_SUBTRACT) y -= x[k][i];
		else if (op == MERGE_MULTIPLY) y *= x[k][i];
		else if (op == MERGE_AVERAGE) y += x[k][i];
		else if (merge_better(op, x[k][i], y)) {
			y = x[k][i];
			*which = k;
		}
	}
	return op == MERGE_AVERAGE ? y / (float)inputs : y;
}

static float
merge_naive_slope(enum kern_merge op, int inputs, int of, const float *const *x, const float *dy,
	size_t i)
{
	float d = dy[i];
	int which;
	merge_naive(op, inputs, x, i, &which);
	if (op == MERGE_SUBTRACT) return of ? -d : d;
	if (op == MERGE_AVERAGE) return d / (float)inputs;
	for (int k = 0; op == MERGE_MULTIPLY && k < inputs; k++)
		if (k != of) d *= x[k][i];
	return op == MERGE_MULTIPLY || which == of ? d : 0;
}

static void
merge_same(float found, float want)
{
	ck_assert_msg(found == want || (isnan(found) && isnan(want)), "%g, not %g", (double)found,
		(double)want);
}

/* Some inputs tie, some are not numbers. */
static void
merge_try(enum kern_merge op, size_t n, int inputs)
{
	float *x[MERGE_INPUTS], *dy = new_random(n, 9), *old = new_random(n, 10);
	struct guarded y = guard_new(n * sizeof(float));
	int which;
	for (int k = 0; k < MERGE_INPUTS; k++) x[k] = new_random(n, k + 1);
	for (size_t i = 0; i < n; i += 3) x[1][i] = x[0][i];
	for (size_t i = 0; i < n; i += 4) x[2][i] = x[0][i];
	for (size_t i = 7; i < n; i += 11) x[i % MERGE_INPUTS][i] = NAN;
	const float *const in[MERGE_INPUTS] = { x[0], x[1], x[2] };
	float *out = y.data;
	kern_merge_forward(op, n, inputs, in, out);
	for (size_t i = 0; i < n; i++) merge_same(out[i], merge_naive(op, inputs, in, i, &which));
	for (int of = 0; of < inputs; of++)
		for (int add = 0; add < 2; add++) {
			for (size_t i = 0; i < n; i++) out[i] = old[i];
			kern_merge_backward(op, n, inputs, of, in, dy, out, add);
			for (size_t i = 0; i < n; i++) {
				const float d = merge_naive_slope(op, inputs, of, in, dy, i);
				merge_same(out[i], add ? old[i] + d : d);
			}
		}
	guard_check("y", &y);
	guard_free(&y);
	for (int k = 0; k < MERGE_INPUTS; k++) free(x[k]);
	free(dy);
	free(old);
}

START_TEST(merging_equals_naive_loops)
{
	const enum kern_merge op = (enum kern_merge)_i;
	for (size_t s = 0; s < sizeof merge_sizes / sizeof *merge_sizes; s++)
		for (int inputs = 2; inputs <= (op == MERGE_SUBTRACT ? 2 : MERGE_INPUTS); inputs++)
			merge_try(op, merge_sizes[s], inputs);
}
END_TEST

START_TEST(the_maximum_of_an_image_shares_its_gradient_among_ties)
{
	static const int shapes[][3] = { { 1, 1, 1 }, { 2, 35, 3 }, { 3, 49, 17 }, { 5, 900, 40 } };
	for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
		const int n = shapes[s][0], hw = shapes[s][1], c = shapes[s][2];
		const size_t cells = (size_t)(n * hw * c), outs = (size_t)(n * c);
		float *x = new_random(cells, 1), *dy = new_random(outs, 2), *old = new_random(cells, 3);
		float *y = new_random(outs, 4);
		struct guarded dx = guard_new(cells * sizeof(float));
		float *d = dx.data;
		for (size_t i = 0; i < cells; i++) x[i] = roundf(3 * x[i]);	/* so that many tie */
		kern_global_max_forward(n, hw, c, x, y);
		for (size_t i = 0; i < cells; i++) d[i] = old[i];
		kern_global_max_backward(n, hw, c, x, y, dy, d, true);
		for (size_t o = 0; o < outs; o++) {
			const float *from = x + o / (size_t)c * (size_t)(hw * c) + o % (size_t)c;
			float best = from[0], ties = 0;
			for (int i = 1; i < hw; i++) best = fmaxf(best, from[i * c]);
			for (int i = 0; i < hw; i++) ties += from[i * c] == best;
			ck_assert_float_eq(y[o], best);
			for (int i = 0; i < hw; i++) {
				const size_t at = (size_t)(from - x) + (size_t)(i * c);
				const float share = from[i * c] == best ? dy[o] * (1 / ties) : 0;
				ck_assert_float_eq(d[at], old[at] + share);
			}
		}
		guard_check("dx", &dx);
		guard_free(&dx);
		free(x);
		free(y);
		free(dy);
		free(old);
	}
}
END_TEST

Suite *
suite_merge(void)
{
	Suite *s = suite_create("kernels: merge");
	TCase *c = tcase_create("merge");
	tcase_add_loop_test(c, merging_equals_naive_loops, 0, MERGE_OPS);
	tcase_add_test(c, the_maximum_of_an_image_shares_its_gradient_among_ties);
	suite_add_tcase(s, c);
	return s;
}
