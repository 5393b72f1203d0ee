/* floor: backbones */
/*
 * Named networks. A kind of backbone is one file, src/backbones/<kind>.c, and one line of
 * backbone_table.c. It writes its layers in the experiment language itself: what `tlrun config
 * --expand` shows is what is built.
 */
#ifndef TLRUN_BACKBONE_H
#define TLRUN_BACKBONE_H

#include <stdbool.h>

#include "tlrun/field.h"
#include "tlrun/freeze.h"
#include "tlrun/str.h"

struct arena;

enum backbone_norms { BACKBONE_NORMS_INFERENCE, BACKBONE_NORMS_TRAIN };

/* The keys of model.backbone besides the kind's own; family_backbone.common. */
struct backbone_common {
	const char *weights;		/* "none" (preset), "imagenet", or a path */
	bool include_top;			/* false; true is refused: the head is model.head */
	struct int_list input_shape;	/* [h, w, c]; n 0: not given; checked against the data */
	struct freeze freeze;		/* FREEZE_DEFAULT: all with weights, none without */
	int batch_normalization;	/* enum backbone_norms, of what is not frozen */
};

struct backbone_kind {
	struct kind kind;			/* opts: alpha */
	const char *title;			/* "MobileNetV2" */
	const char *normalize;		/* word of preprocessing.normalize its weights were trained with */
	int min_size;				/* of height and width */
	/* The items of `layers:` for inputs of h x w (padding depends on them), a line each ("- conv2d:
	 * {name: Conv1, …}"), Keras's names, the first from the input. */
	void (*write)(const void *opts, int h, int w, struct str *out);
	const char *url;			/* of the folder of its public files, with the last slash */
	/* The public ImageNet file without classifier for inputs of h x w; NULL: there is none, *why
	 * says what there is ("alpha must be 0.35, …"). */
	const char *(*imagenet)(struct arena *a, const void *opts, int h, int w, const char **why);
	/* Today's name of a layer in files with older ones; NULL: no file calls a layer so. */
	const char *(*old_name)(struct arena *a, const char *name);
};

/* FAMILY_TAG, tag "name", bare words allowed. */
extern const struct family family_backbone;
const struct backbone_kind *backbone_kind_of(const struct kind *k);
const struct backbone_kind *backbone_find(const char *name);	/* NULL: none */

/*
 * The check of a FIELD_KIND of family_backbone (the value a struct kind_value): what weights may
 * say, include_top, the three numbers of input_shape and the least size.
 */
void backbone_common_check(struct field_reader *r, const struct node *node, void *value);
/*
 * Whether the backbone takes images of [h,w,c]: not smaller than its kind can, equal to input_shape
 * where that is given, and of three channels with weights: imagenet. false: reported.
 */
bool backbone_takes(struct field_reader *r, const struct kind_value *backbone, int h, int w, int c);

/*
 * The layers of a backbone for inputs of h x w, read through family_layer: names as Keras, freeze
 * and batch_normalization not yet applied. Errors about them show the backbone's place in the
 * file. Never fails.
 */
struct kind_list backbone_layers(struct arena *a, const struct kind_value *backbone, int h, int w);
/* The same as YAML text, a line a layer. */
void backbone_write(const struct kind_value *backbone, int h, int w, struct str *out);

#endif
