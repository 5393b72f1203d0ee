/* The metrics there are, for their table. */
#ifndef TRAIN_METRICS_H
#define TRAIN_METRICS_H

#include "tlrun/metric.h"

extern const struct metric_kind metric_accuracy, metric_balanced_accuracy, metric_loss,
	metric_macro_f1, metric_top_k_accuracy, metric_weighted_f1;

#endif
