/* floor: nn */
/*
 * What is frozen: the selectors of model.backbone.freeze and of a phase's freeze, counted as Keras
 * counts model.layers (doc/keras-semantics.md 9.4): every layer, activations, additions and padding
 * too, and the input layer, which is the first of a backbone.
 */
#ifndef TLRUN_FREEZE_H
#define TLRUN_FREEZE_H

#include <stdbool.h>

#include "tlrun/field.h"

enum freeze_type {
	FREEZE_DEFAULT,			/* not given */
	FREEZE_ALL, FREEZE_NONE,
	FREEZE_ALL_BUT_LAST,	/* n: the last n are trained */
	FREEZE_FIRST,			/* n: the first n are frozen */
	FREEZE_BEFORE,			/* layer: all before it are frozen */
	FREEZE_MATCH,			/* match: those whose names match one of the globs are frozen */
};
struct freeze {
	enum freeze_type type;
	int n;
	const char *layer;
	struct str_list match;
	const struct node *node;	/* for the place of errors; NULL: a default */
};
/* struct freeze in a field table: all, none, {all_but_last: N}, {first: N}, {before: LAYER},
 * {match: GLOB or list} */
extern const struct field_custom freeze_custom;

/*
 * Set trainable in struct layer_common of the first n layers of the list (struct kind_list of
 * family_layer; every one has a name or gets its automatic one). input_layer: Keras counts an input
 * layer before them. FREEZE_DEFAULT changes nothing. false: reported in r (N out of range, no such
 * layer or no match, with the nearest names).
 */
bool freeze_apply(struct field_reader *r, const struct freeze *f, struct kind_list *layers,
	size_t n, bool input_layer);
/* Set `inference` of the batch normalizations among the first n layers. */
void freeze_batch_norms(struct kind_list *layers, size_t n, bool inference);
/* A copy whose options and common fields may be changed without changing the original's. */
struct kind_list freeze_copy(struct arena *a, const struct kind_list *layers);

#endif
