/* loss: the mean loss of an image, regularization included. */
#include "train/metrics.h"

static double
loss_value(const void *opts, const struct metric_counts *c)
{
	(void)opts;
	return c->loss;
}

const struct metric_kind metric_loss = {
	.kind = { .name = "loss", .summary = "Mean loss of an image." },
	.lower_is_better = true,
	.value = loss_value,
};
