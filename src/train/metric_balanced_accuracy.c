/* balanced_accuracy: the mean recall of the classes that occur (scikit-learn's balanced_accuracy_score). */
#include "metrics.h"

static double
balanced_accuracy_value(const void *opts, const struct metric_counts *c)
{
	(void)opts;
	double sum = 0;
	int seen = 0;
	for (int i = 0; i < c->classes; i++) {
		const struct class_scores s = metric_class_score(c->classes, c->confusion, i);
		if (s.support == 0) continue;
		sum += s.recall;
		seen++;
	}
	return seen > 0 ? sum / seen : 0;
}

const struct metric_kind metric_balanced_accuracy = {
	.kind = { .name = "balanced_accuracy", .summary = "Mean recall of the classes." },
	.value = balanced_accuracy_value,
};
