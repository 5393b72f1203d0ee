/* A network run with and without the forward-only fusions. */
#include "fusions/folded.h"

#include <check.h>
#include <math.h>
#include <string.h>

#include "support/schedule.h"
#include "support/tiny.h"
#include "tlrun/parallel.h"

enum { FOLDED_BATCH = 64, FOLDED_CLASSES = 10 };

static void
folded_open(struct tiny *t, const struct folded_net *net)
{
	struct str yaml = STR_INIT;
	str_printf(&yaml, "%s  - flatten\n  - dense: {units: num_classes, activation: softmax}\n",
		net->layers);
	tiny_open(t, str_text(&yaml), SHAPE4(0, net->h, net->w, net->c), FOLDED_CLASSES, FOLDED_BATCH);
	str_free(&yaml);
}

int
folded_count(const struct folded_net *net, const char *fusion, bool train)
{
	struct tiny t;
	int n = 0;
	folded_open(&t, net);
	const struct plan_options o = { .purpose = train ? PLAN_TRAIN : PLAN_EVALUATE,
		.batch = FOLDED_BATCH, .fuse = true };
	const struct plan *p = plan_make(t.arena, t.net, &o);
	for (int i = 0; i < p->steps; i++)
		n += p->step[i].fusion && strcmp(p->step[i].fusion->kind->name, fusion) == 0;
	tiny_close(&t);
	return n;
}

/* The logits of the first n of the images; NaNs lie where nothing was written yet. */
static void
folded_logits(struct tiny *t, bool fuse, int n, float *logits)
{
	struct tiny_run r;
	const struct plan_options o = { .purpose = PLAN_EVALUATE, .batch = FOLDED_BATCH, .fuse = fuse };
	const float *params = tiny_params(t);
	tiny_start(t, &r, &o, params);
	const size_t images = (size_t)n * shape_count(&t->net->input);
	float *x = exec_input(r.exec);
	tiny_fill(x, images, 1);
	for (size_t i = 0; i < images; i++) x[i] *= 4;
	memcpy(logits, exec_forward(r.exec, n, false, 1, 1),
		(size_t)n * FOLDED_CLASSES * sizeof *logits);
	ck_assert_mem_eq(r.params, params, t->net->floats * sizeof *params);
}

void
folded_equals_layers(const struct folded_net *net)
{
	for (int n = 1; n <= 5; n++) {
		float logits[2][5 * FOLDED_CLASSES];
		struct tiny t;
		folded_open(&t, net);
		for (int fuse = 0; fuse < 2; fuse++) folded_logits(&t, fuse, n, logits[fuse]);
		double most = 1;
		for (int i = 0; i < n * FOLDED_CLASSES; i++) most = fmax(most, fabs((double)logits[0][i]));
		for (int i = 0; i < n * FOLDED_CLASSES; i++)
			ck_assert_double_eq_tol((double)logits[0][i], (double)logits[1][i], 4e-6 * most);
		tiny_close(&t);
	}
}

void
folded_same_everywhere(const struct folded_net *net)
{
	static const char *const sets[] = { "generic", "avx2", "avx512" };
	float want[3 * FOLDED_CLASSES], got[3 * FOLDED_CLASSES];
	bool first = true;
	for (int s = 0; s < 3; s++) {
		struct err e = ERR_INIT;
		if (kern_select(sets[s], &e) != OK) continue;
		for (int way = 0; way < SCHEDULES; way++) {
			struct tiny t;
			const int threads = schedule(way);
			folded_open(&t, net);
			folded_logits(&t, true, 3, got);
			tiny_close(&t);
			if (first) memcpy(want, got, sizeof want);
			first = false;
			ck_assert_msg(memcmp(want, got, sizeof want) == 0, "other bits with %s, %d threads",
				sets[s], threads);
		}
	}
	schedule(0);
}

void
folded_same_in_any_batch(const struct folded_net *net)
{
	float all[FOLDED_BATCH * FOLDED_CLASSES], few[5 * FOLDED_CLASSES], one[FOLDED_CLASSES];
	for (int threads = 1; threads <= 3; threads += 2) {
		struct tiny t;
		parallel_set_threads(threads);
		folded_open(&t, net);
		folded_logits(&t, true, FOLDED_BATCH, all);
		folded_logits(&t, true, 5, few);
		folded_logits(&t, true, 1, one);
		tiny_close(&t);
		ck_assert_mem_eq(all, few, sizeof few);
		ck_assert_mem_eq(few, one, sizeof one);
	}
}
