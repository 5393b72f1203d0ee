/* Every kind of layer on each of its examples, against the oracle and its slopes. */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "layers/suites.h"
#include "layers/trial.h"
#include "support/schedule.h"
#include "tlrun/parallel.h"

static const struct kind *
kinds_at(int i)
{
	return family_layer.kinds[i];
}

int
layers_kinds(void)
{
	int n = 0;
	while (family_layer.kinds[n]) n++;
	return n;
}

/* Run look on every example, shape, batch of 1 and 3, of the kind; at least once. */
static void
kinds_each(int i, bool training, bool trainable, void (*look)(struct trial *t))
{
	const struct kind *kind = kinds_at(i);
	int looked = 0;
	ck_assert_msg(kind->examples && kind->examples[0], "%s has no example", kind->name);
	for (int e = 0; kind->examples[e]; e++) {
		struct trial_case c = { .options = kind->examples[e], .training = training,
			.trainable = trainable };
		for (int s = 0; trial_shapes(kind->name, s, &c); s++)
			for (int n = 1; n <= 3; n += 2) {
				struct trial t;
				c.n = n;
				c.batch = 3;
				trial_open(&t, &c);
				if (t.shaped) {
					look(&t);
					trial_check_guards(&t);
					looked++;
				}
				trial_close(&t);
			}
	}
	ck_assert_msg(looked > 0, "%s takes none of the shapes", kind->name);
}

static void
kinds_check_close(const struct trial *t, const float *v, const double *want, size_t n,
	const char *what)
{
	double largest = 1;
	for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(want[i]));
	for (size_t i = 0; i < n; i++)
		ck_assert_msg(fabs((double)v[i] - want[i]) <= 1e-6 * largest,
			"%s %s %s: %s[%zu] is %.9g, not %.9g",
			t->c.kind, t->c.options, shape_str(&t->c.in[0]).s, what, i, (double)v[i], want[i]);
}

/* ---- shapes ---- */

START_TEST(shapes_equal_the_oracles)
{
	const struct kind *kind = kinds_at(_i);
	for (int e = 0; kind->examples[e]; e++) {
		struct trial_case c = { .options = kind->examples[e], .n = 1, .batch = 1,
			.trainable = true };
		for (int s = 0; trial_shapes(kind->name, s, &c); s++) {
			struct trial t;
			trial_open(&t, &c);
			const bool want = oracle_shape(&t.oracle);
			ck_assert_msg(t.shaped == want, "%s %s on %s: %s", kind->name, c.options,
				shape_str(&c.in[0]).s, t.shaped ? "taken" : t.err.message);
			if (want) ck_assert_str_eq(shape_str(&t.layer.out).s, shape_str(&t.oracle.out).s);
			for (int k = 0; want && k < LAYER_MAX_PARAMS; k++)
				ck_assert(shape_equal(&t.layer.param[k], &t.oracle.param[k]));
			if (!want) {
				ck_assert_int_eq(t.err.code, ERR_CONFIG);
				ck_assert_ptr_eq(strstr(t.err.message, "tried: "), t.err.message);
			}
			trial_close(&t);
		}
	}
}
END_TEST

/* ---- forward ---- */

static void
kinds_look_forward(struct trial *t)
{
	double mean[64], variance[64];
	trial_forward(t, false);
	oracle_forward(&t->oracle, t->oracle_y, mean, variance);
	kinds_check_close(t, t->y.v, t->oracle_y, t->y.n, "y");
	if (!t->layer.in_place) return;
	trial_forward(t, true);
	kinds_check_close(t, t->y.v, t->oracle_y, t->y.n, "y in place");
}

START_TEST(forward_in_training_equals_the_oracle)
{
	kinds_each(_i, true, true, kinds_look_forward);
}
END_TEST

START_TEST(forward_of_a_frozen_layer_in_training_equals_the_oracle)
{
	kinds_each(_i, true, false, kinds_look_forward);
}
END_TEST

START_TEST(forward_in_inference_equals_the_oracle)
{
	kinds_each(_i, false, true, kinds_look_forward);
}
END_TEST

/* ---- backward ---- */

static void
kinds_check_gradients(struct trial *t, const char *how)
{
	enum { MOST = 60 };
	char what[256];
	for (int k = 0; k < t->c.inputs; k++) {
		snprintf(what, sizeof what, "%s %s %s%s: dx%d", t->c.kind, t->c.options,
			shape_str(&t->c.in[0]).s,
			how, k);
		gradcheck_compare(trial_oracle_loss, t, t->oracle_x[k], t->dx[k].v, t->x[k].n, MOST, 1e-5,
			what);
	}
	const struct trial_wish w = trial_everything(t);
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		if (!w.dp[k]) continue;
		snprintf(what, sizeof what, "%s %s %s: d%s", t->c.kind, t->c.options,
			shape_str(&t->c.in[0]).s,
			t->layer.kind->params[k].name);
		gradcheck_compare(trial_oracle_loss, t, t->oracle_p[k], t->dp[k].v, t->p[k].n, MOST, 1e-5,
			what);
	}
}

static void
kinds_look_backward(struct trial *t)
{
	struct trial_wish w = trial_everything(t);
	trial_forward(t, false);
	trial_backward(t, &w);
	kinds_check_gradients(t, "");
	if (!t->layer.in_place) return;
	w.in_place = true;
	trial_backward(t, &w);
	kinds_check_gradients(t, " in place");
}

START_TEST(gradients_equal_the_slopes)
{
	kinds_each(_i, true, true, kinds_look_backward);
}
END_TEST

START_TEST(gradients_of_a_frozen_layer_equal_the_slopes)
{
	kinds_each(_i, true, false, kinds_look_backward);
}
END_TEST

static void
kinds_look_add(struct trial *t)
{
	struct trial_wish w = trial_everything(t);
	float *set[ORACLE_MAX_INPUTS];
	trial_forward(t, false);
	trial_backward(t, &w);
	for (int k = 0; k < t->c.inputs; k++) {
		set[k] = tiny_floats(t->arena, t->dx[k].n);
		memcpy(set[k], t->dx[k].v, t->dx[k].n * sizeof(float));
		tiny_fill(t->dx[k].v, t->dx[k].n, 50 + k);
	}
	w.add = true;
	trial_backward(t, &w);
	for (int k = 0; k < t->c.inputs; k++) {
		float *before = tiny_floats(t->arena, t->dx[k].n);
		tiny_fill(before, t->dx[k].n, 50 + k);
		double *want = tiny_doubles(t->arena, set[k], t->dx[k].n);
		for (size_t i = 0; i < t->dx[k].n; i++) want[i] += (double)before[i];
		kinds_check_close(t, t->dx[k].v, want, t->dx[k].n, "added dx");
	}
}

START_TEST(dx_add_adds)
{
	kinds_each(_i, true, true, kinds_look_add);
}
END_TEST

static bool
kinds_untouched(const struct trial_block *b)
{
	const unsigned char *bytes = (const unsigned char *)b->v;
	for (size_t i = 0; i < b->n * sizeof(float); i++)
		if (bytes[i] != 0xff) return false;
	return true;
}

/* Ask for each gradient alone: it is what it is among all of them, and nothing else is written. */
static void
kinds_look_alone(struct trial *t)
{
	const struct trial_wish all = trial_everything(t);
	struct trial_block *blocks[ORACLE_MAX_INPUTS + LAYER_MAX_PARAMS];
	float *want[ORACLE_MAX_INPUTS + LAYER_MAX_PARAMS];
	int n = 0;
	trial_forward(t, false);
	trial_backward(t, &all);
	for (int k = 0; k < t->c.inputs; k++) blocks[n++] = &t->dx[k];
	for (int k = 0; k < LAYER_MAX_PARAMS; k++)
		if (t->dp[k].v) blocks[n++] = &t->dp[k];
	for (int b = 0; b < n; b++) {
		want[b] = tiny_floats(t->arena, blocks[b]->n);
		memcpy(want[b], blocks[b]->v, blocks[b]->n * sizeof(float));
	}
	for (int b = -1; b < n; b++) {
		struct trial_wish w = { .add = false };
		for (int k = 0; k < t->c.inputs; k++) w.dx[k] = b >= 0 && blocks[b] == &t->dx[k];
		for (int k = 0; k < LAYER_MAX_PARAMS; k++)
			w.dp[k] = b >= 0 && blocks[b] == &t->dp[k] && all.dp[k];
		for (int o = 0; o < n; o++) memset(blocks[o]->v, 0xff, blocks[o]->n * sizeof(float));
		trial_backward(t, &w);
		for (int o = 0; o < n; o++) {
			if (o == b)
				ck_assert_msg(memcmp(want[o], blocks[o]->v, blocks[o]->n * sizeof(float)) == 0,
					"%s %s: a gradient alone differs", t->c.kind, t->c.options);
			else
				ck_assert_msg(kinds_untouched(blocks[o]),
					"%s %s: wrote a gradient that nobody wanted",
					t->c.kind, t->c.options);
		}
	}
}

START_TEST(gradients_that_nobody_wants_are_untouched)
{
	kinds_each(_i, true, true, kinds_look_alone);
}
END_TEST

/* ---- bits ---- */

/* y, dx and dp of one setting, one after the other. */
static size_t
kinds_collect(const struct trial_case *c, float *out, size_t room)
{
	struct trial t;
	size_t n = 0;
	trial_open(&t, c);
	const struct trial_wish w = trial_everything(&t);
	trial_forward(&t, false);
	trial_backward(&t, &w);
	const struct trial_block *blocks[] = {
		&t.y, &t.dx[0], &t.dx[1], &t.dx[2], &t.dp[0], &t.dp[1], &t.p[2], &t.p[3],
	};
	for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
		if (!blocks[b]->v) continue;
		ck_assert_uint_le(n + blocks[b]->n, room);
		memcpy(out + n, blocks[b]->v, blocks[b]->n * sizeof(float));
		n += blocks[b]->n;
	}
	trial_close(&t);
	return n;
}

START_TEST(bits_do_not_depend_on_threads_or_instruction_set)
{
	enum { ROOM = 1 << 16 };
	static const char *const isas[] = { "generic", "avx2", "avx512" };
	static float want[ROOM], got[ROOM];
	const struct kind *kind = kinds_at(_i);
	for (int e = 0; kind->examples[e]; e++) {
		struct trial_case c = {
			.options = kind->examples[e], .n = 3, .batch = 3, .training = true, .trainable = true,
		};
		for (int s = 0; trial_shapes(kind->name, s, &c); s++) {
			struct trial t;
			trial_open(&t, &c);
			const bool shaped = t.shaped;
			trial_close(&t);
			size_t n = 0;
			for (int i = 0; shaped && i < 3; i++) {
				struct err err = ERR_INIT;
				if (kern_select(isas[i], &err) != OK) continue;
				for (int way = 0; way < SCHEDULES; way++) {
					const int threads = schedule(way);
					if (!n) n = kinds_collect(&c, want, ROOM);
					else ck_assert_uint_eq(n, kinds_collect(&c, got, ROOM));
					ck_assert_msg((i == 0 && way == 0) ||
						memcmp(want, got, n * sizeof *got) == 0,
						"%s %s on %s: %d threads, %s differ", kind->name, c.options,
						shape_str(&c.in[0]).s, threads, isas[i]);
				}
			}
		}
	}
	schedule(0);
}
END_TEST

Suite *
suite_kinds(void)
{
	Suite *s = suite_create("layers: kinds");
	TCase *c = tcase_create("kinds");
	const int n = layers_kinds();
	tcase_add_loop_test(c, shapes_equal_the_oracles, 0, n);
	tcase_add_loop_test(c, forward_in_training_equals_the_oracle, 0, n);
	tcase_add_loop_test(c, forward_of_a_frozen_layer_in_training_equals_the_oracle, 0, n);
	tcase_add_loop_test(c, forward_in_inference_equals_the_oracle, 0, n);
	tcase_add_loop_test(c, gradients_equal_the_slopes, 0, n);
	tcase_add_loop_test(c, gradients_of_a_frozen_layer_equal_the_slopes, 0, n);
	tcase_add_loop_test(c, dx_add_adds, 0, n);
	tcase_add_loop_test(c, gradients_that_nobody_wants_are_untouched, 0, n);
	tcase_add_loop_test(c, bits_do_not_depend_on_threads_or_instruction_set, 0, n);
	suite_add_tcase(s, c);
	return s;
}
