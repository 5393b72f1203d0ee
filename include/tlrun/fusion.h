/* floor: fusions */
/*
 * A fusion: a chain of layers done as one step, to less memory traffic. The result is the chain's;
 * without fusions everything runs layer by layer, which is their oracle (`engine.fuse: false`).
 */
#ifndef TLRUN_FUSION_H
#define TLRUN_FUSION_H

#include "tlrun/layer.h"

enum { FUSION_MAX_LAYERS = 10 };

/* One fused chain of one network. */
struct fusion {
	const struct fusion_kind *kind;
	int layers;
	/* first to last; each reads only the one before */
	const struct layer *layer[FUSION_MAX_LAYERS];
	size_t scratch, saved;		/* bytes, as in struct layer */
	size_t folded;				/* bytes of constants made from parameters by fold() */
	bool keep_x, keep_y;
	bool in_place;				/* y may share memory with x[0], and dx[0] with dy */
};

struct fusion_kind {
	const char *name, *summary;
	/*
	 * How many of the chain's layers (at least 2) this fusion does, 0 for none. Every tensor
	 * between them has one reader and is nobody's output. Each layer reads the one before it
	 * alone; only an add may read, besides, what goes into the chain (the residual).
	 */
	int (*match)(const struct layer *const *chain, int layers);
	void (*shape)(struct fusion *f);	/* fills scratch, saved, folded, keep_x, keep_y */
	/* Only where no gradient goes through and the batch norms use their moving statistics:
	 * evaluation and the frozen prefix. backward is NULL. */
	bool forward_only;
	/* Make the constants, e.g. batch norms folded into packed weights: parameters p as forward
	 * gets them; called outside tiles. NULL: there are none. */
	void (*fold)(const struct fusion *f, float *const *p, void *folded);
	/*
	 * As a layer's, with x[0] the first layer's input, y the last one's output and parameters
	 * p, dp, update indexed by layer*LAYER_MAX_PARAMS + param.
	 */
	void (*forward)(const struct fusion *f, const struct layer_io *io);
	void (*backward)(const struct fusion *f, const struct layer_io *io);
};

/* Widest first, NULL-ended. */
extern const struct fusion_kind *const fusion_table[];

#endif
