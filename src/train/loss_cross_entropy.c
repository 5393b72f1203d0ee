/*
 * cross_entropy: -sum t' log softmax(z) of each image, with t' = t (1-s) + s/classes under label
 * smoothing s; its gradient for the mean over the batch is (p - t') w / n (keras-semantics.md 4.1,
 * 4.2: the division is by the number of images, not by the sum of weights).
 *
 * Shapes  z, p, dz [n,classes]   losses [n]
 */
#include "train/class_weight.h"
#include "train/losses.h"
#include "tlrun/kernels.h"

struct cross_entropy {
	double label_smoothing;
	struct class_weight class_weight;
};

static const struct field fields[] = {
	FIELD_REAL(struct cross_entropy, label_smoothing, .preset = 0, .min = 0, .max = 1,
		.max_open = true,
		.doc = "how much of the label is spread over all classes"),
	FIELD_CUSTOM(struct cross_entropy, class_weight, .custom = &class_weight_custom,
		.optional = true, .doc = "how much each class counts in training; balanced: n / (classes * "
		"count)", .example = "balanced"),
	FIELD_END
};
static const char *const examples[] = { "{label_smoothing: 0.1}", "{class_weight: balanced}",
	NULL };

static void
cross_entropy_run(const void *opts, const struct loss_call *c)
{
	const struct cross_entropy *o = opts;
	kern_softmax_xent(c->n, c->classes, c->logits, c->labels, (float)o->label_smoothing,
	    c->class_weights, 1 / (float)c->n, c->probabilities, c->losses, c->dlogits);
}

static bool
cross_entropy_class_weights(struct field_reader *r, const void *opts, int classes,
	const char *const *class_names, const long long *counts, float *out)
{
	const struct cross_entropy *o = opts;
	return class_weight_values(r, &o->class_weight, classes, class_names, counts, out);
}

const struct loss_kind loss_cross_entropy = {
	.kind = { "cross_entropy", "Softmax and categorical cross-entropy as one.",
		sizeof(struct cross_entropy), fields, examples },
	.run = cross_entropy_run, .class_weights = cross_entropy_class_weights,
};
