/* What the folding fusions share: a convolution with the padding before and the normalization
 * behind it. */
#ifndef FUSIONS_FUSION_PARTS_H
#define FUSIONS_FUSION_PARTS_H

#include "tlrun/fusion.h"

/* Layers of a chain that are one folded convolution: [zero_padding2d] convolution
 * batch_normalization [activation]. */
struct fusion_folded {
	const struct layer *pad;	/* NULL: none */
	const struct layer *conv;	/* conv2d without groups, or depthwise_conv2d */
	const struct layer *norm;
	struct kern_act act;		/* linear where there is none */
	int at, layers;				/* in the chain; layers 0: no such convolution is there */
	int conv_at;
	bool depthwise;
};

/* The folded convolution that begins with chain[at]. */
struct fusion_folded fusion_folded_at(const struct layer *const *chain, int at, int layers);

/* Its kernels for n images, reading what goes into the padding. */
struct kern_conv fusion_folded_conv(const struct fusion_folded *f, int n);
struct kern_depthwise fusion_folded_depthwise(const struct fusion_folded *f, int n);
/* Its parameters among those of the chain. */
struct kern_fold fusion_folded_fold(const struct fusion_folded *f, float *const *p);

#endif
