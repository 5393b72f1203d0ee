/* balanced_accuracy: the mean recall of the classes that occur (scikit-learn's
 * balanced_accuracy_score). */
#include "train/metrics.h"

static double
balanced_accuracy_value(const void *opts, const struct metric_counts *c)
{
	(void)opts;
	double sum = 0;
	int seen = 0;
	for (int i = 0; i < c->classes; i++) {
		if (c->scores[i].support == 0) continue;
		sum += c->scores[i].recall;
		seen++;
	}
	return seen > 0 ? sum / seen : 0;
}

const struct metric_kind metric_balanced_accuracy = {
	.kind = { .name = "balanced_accuracy", .summary = "Mean recall of the classes." },
	.value = balanced_accuracy_value,
};
