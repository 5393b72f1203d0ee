/* One layer by itself, its memory around it guarded, and the oracle of the same layer. */
#ifndef LAYERS_TRIAL_H
#define LAYERS_TRIAL_H

#include "support/gradcheck.h"
#include "support/oracle.h"
#include "support/tiny.h"

enum { TRIAL_GUARD = 64 };	/* floats behind each block that nobody may write */

/* What a trial is made of. */
struct trial_case {
	const char *kind, *options;	/* "{filters: 4, kernel_size: 3}" */
	int inputs;
	struct shape in[ORACLE_MAX_INPUTS];
	int n, batch;				/* images of the call, images the layer is sized for */
	bool training, trainable;
	float scale;				/* inputs lie between -scale/2 and scale/2; 0: 4 */
};

struct trial_block { float *v; size_t n; };

struct trial {
	struct trial_case c;
	struct arena *arena;
	struct diags *diags;
	struct layer layer;
	struct oracle oracle;
	struct err err;
	bool shaped;				/* layer->shape took it */
	struct trial_block x[ORACLE_MAX_INPUTS], dx[ORACLE_MAX_INPUTS];
	struct trial_block p[LAYER_MAX_PARAMS], dp[LAYER_MAX_PARAMS];
	struct trial_block y, dy, saved, scratch;
	double *oracle_x[ORACLE_MAX_INPUTS], *oracle_p[LAYER_MAX_PARAMS], *oracle_y;
};

/*
 * Read the options, shape the layer, make and fill its memory. The test fails when the options
 * do not read.
 */
void trial_open(struct trial *t, const struct trial_case *c);
void trial_close(struct trial *t);
/* All shapes that a kind is tried on, one after the other: false after the last. */
bool trial_shapes(const char *kind, int which, struct trial_case *c);

/* forward into y; with in_place, x[0] is y. */
void trial_forward(struct trial *t, bool in_place);
/* What backward is asked for. */
struct trial_wish { bool dx[ORACLE_MAX_INPUTS], dp[LAYER_MAX_PARAMS], add, in_place; };
/* All that may be asked for. */
struct trial_wish trial_everything(const struct trial *t);
/* backward of sum(y*dy), everything that the layer does not keep made NaN first. */
void trial_backward(struct trial *t, const struct trial_wish *w);
/* Nothing was written behind any block. */
void trial_check_guards(const struct trial *t);

/* The oracle's sum(y*dy), from oracle_x and oracle_p. */
double trial_oracle_loss(void *trial);

#endif
