/* What the metrics share. */
#ifndef TRAIN_METRICS_H
#define TRAIN_METRICS_H

#include "tlrun/metric.h"

extern const struct metric_kind metric_accuracy, metric_balanced_accuracy, metric_loss,
	metric_macro_f1, metric_top_k_accuracy, metric_weighted_f1;

/* The scores of class i of a confusion matrix; 0/0 is 0. */
struct class_scores metric_class_score(int classes, const long long *confusion, int i);

#endif
