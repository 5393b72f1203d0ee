/* What the tests of the forward-only fusions share: a network run with and without them. */
#ifndef FUSIONS_FOLDED_H
#define FUSIONS_FOLDED_H

#include "tlrun/shape.h"

struct folded_net {
	const char *layers;	/* without the end: flatten and a dense layer of 10 outputs */
	int h, w, c;
	/* steps of an evaluation that are this fusion */
	int fused;
};

/* How many steps of an evaluation (or, train, of training) are fusions of that name. */
int folded_count(const struct folded_net *net, const char *fusion, bool train);
/* With the fusions the logits are those without, for 1 to 5 images, to float tolerance, and the
 * parameters stay as they are. */
void folded_equals_layers(const struct folded_net *net);
/* The same bits for 1 to 3 threads and every instruction set. */
void folded_same_everywhere(const struct folded_net *net);
/* An image's logits are the same alone, among 5, and among 64. */
void folded_same_in_any_batch(const struct folded_net *net);

#endif
