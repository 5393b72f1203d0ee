/* Evaluation: forward in inference mode, batch by batch, in the part's own order
 * (keras-semantics.md 8). */
#include "train/evaluate.h"

#include <string.h>

#include "train/step.h"
#include "tlrun/loss.h"

void
evaluate_batch(const struct evaluator *v, int n, const int32_t *labels, double penalty,
	struct tally *t, float *probability, int32_t *predicted)
{
	const struct loss_call call = {
		.n = n, .classes = v->net->num_classes, .labels = labels, .probabilities = probability,
		.logits = exec_forward(v->exec, n, false, 0, 0), .losses = v->losses,
	};
	loss_kind_of(v->loss->kind)->run(v->loss->opts, &call);
	tally_batch(t, n, labels, probability, v->losses, penalty, predicted);
}

void
evaluate_part(const struct evaluator *v, const struct loader_part *part, struct tally *t,
	const struct evaluate_rows *rows)
{
	const size_t classes = (size_t)v->net->num_classes;
	const double penalty = step_penalty(v->net, v->params);
	tally_reset(t);
	exec_fold(v->exec);
	for (int first = 0; first < part->n; first += v->batch) {
		const int n = part->n - first < v->batch ? part->n - first : v->batch;
		float *p = rows ? rows->probability + (size_t)first * classes : v->probabilities;
		feed_batch(v->feed, part, NULL, first, n, exec_input(v->exec), v->labels);
		evaluate_batch(v, n, v->labels, penalty, t, p, rows ? rows->predicted + first : NULL);
		if (rows) memcpy(rows->label + first, v->labels, (size_t)n * sizeof *v->labels);
	}
}
