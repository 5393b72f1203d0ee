/* A small training whose frozen layers can be computed once, and the cache they go to. */
#ifndef TLRUN_TESTS_TRAIN_CACHED_H
#define TLRUN_TESTS_TRAIN_CACHED_H

#include "train/rig.h"

#define DATA_WITH(split)                                                                           \
	"dataset: {name: synthetic, num_classes: 3, train_samples: 120, test_samples: 30, "            \
	"image_size: 10, noise: 0.1, " split "}\n"
#define DATA DATA_WITH("validation_split: 0.2")
#define BACKBONE                                                                                   \
	"model:\n  layers:\n"                                                                          \
	"    - conv2d: {name: low, filters: 5, kernel_size: 3, padding: same, use_bias: false}\n"      \
	"    - batch_normalization: {name: norm}\n"                                                    \
	"    - re_lu: {max_value: 6}\n"                                                                \
	"    - depthwise_conv2d: {name: deep, kernel_size: 3, strides: 2, padding: same}\n"            \
	"    - conv2d: {name: high, filters: 7, kernel_size: 1, activation: relu}\n"
#define HEAD                                                                                       \
	"    - global_average_pooling2d\n"                                                             \
	"    - dropout: {rate: 0.3}\n"                                                                 \
	"    - dense: {name: head, units: num_classes, activation: softmax}\n"
#define METRICS "evaluation: {metrics: [accuracy, macro_f1]}\n"
#define TRAINING(what) DATA BACKBONE HEAD METRICS "training: {batch_size: 32, " what "}\n"
#define ADAM "optimizer: {type: adam, learning_rate: 0.01}"

#define CACHED_EXPERIMENT TRAINING("epochs: 3, eval_batch_size: 7, " ADAM)
extern const char cached_experiment[];	/* CACHED_EXPERIMENT */
extern const char cached_frozen[];		/* its layers that are frozen, for rig_freeze */

/* A run of the yaml with these layers frozen, with the cache or without (folder NULL). */
void cached_run(struct rig *r, const char *yaml, const char *frozen, const char *folder);
/* What stands in the folder: how many entries, the largest first. */
size_t cached_list(struct arena *a, const char *folder, struct features_entry **entry);

#endif
