/* class_weight: the word balanced, or a map of class to weight. */
#ifndef TRAIN_CLASS_WEIGHT_H
#define TRAIN_CLASS_WEIGHT_H

#include "tlrun/field.h"

struct class_weight {
	bool balanced;
	size_t n;			/* of the map; 0 and not balanced: not given */
	const char **key;	/* class names, or indices after dataset.classes */
	double *value;
	const struct node *map;
};
extern const struct field_custom class_weight_custom;

/*
 * out [classes] from the option: false when there are none, or when a key is no class (reported in
 * r). Classes that the map leaves out weigh 1.
 */
bool class_weight_values(struct field_reader *r, const struct class_weight *w, int classes,
	const char *const *class_names, const long long *counts, float *out);

#endif
