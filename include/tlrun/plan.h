/* floor: nn */
/*
 * The plan: a network, a batch size and a purpose turned into immutable, printable steps with every
 * byte placed before anything is allocated.
 */
#ifndef TLRUN_PLAN_H
#define TLRUN_PLAN_H

#include "tlrun/fusion.h"
#include "tlrun/net.h"

enum plan_purpose { PLAN_TRAIN, PLAN_EVALUATE };

struct plan_options {
	enum plan_purpose purpose;
	int batch;
	bool fuse;				/* false: layer by layer */
	bool fused_update;		/* steps may take the optimizer's step in place (no norm clipping) */
	/*
	 * The part of the network to plan: nodes [first, last); last 0: up to the logits. Tensor 0 is
	 * what node first - 1 gives (the network's input where first is 0), and the plan's last
	 * tensor what node last - 1 gives. So the frozen prefix is {.last = net->cut}, the rest
	 * {.first = net->cut}.
	 */
	int first, last;
};

/* One step: a layer, or a fusion over several. */
struct plan_step {
	const struct layer *layer;		/* the (last) layer */
	const struct fusion *fusion;	/* NULL: a single layer */
	int first_node, last_node;		/* nodes of the net it does */
	int inputs;
	const int *input;				/* tensors */
	int output;						/* tensor */
	bool view;						/* nothing to run */
	bool backward;					/* takes part in backward */
	const bool *want_dx, *dx_add;	/* by input */
	size_t saved;					/* offset in the workspace; SIZE_MAX: none */
	size_t folded;					/* offset in the folded block; SIZE_MAX: none */
};

/*
 * An activation and its gradient. Offsets in bytes into the workspace; SIZE_MAX: none. Times: step
 * s goes forward at s, the loss is at steps, step s goes backward at 2*steps - s. The memory is
 * this tensor's alone from first to last, but for the tensors that are views of it or computed in
 * its place.
 */
struct plan_tensor {
	const char *name;			/* of the layer that makes it; "input" */
	struct shape shape;
	int first, last;			/* times, from the step that makes it to its last reader */
	bool wanted;				/* has a gradient */
	int grad_first, grad_last;	/* times, where wanted */
	int root, grad_root;		/* the tensor whose memory it shares; itself when it has its own */
	size_t bytes, offset, grad_offset;
};

struct plan {
	const struct net *net;
	struct plan_options options;
	int steps;
	struct plan_step *step;
	int tensors;
	struct plan_tensor *tensor;	/* 0 is what goes in */
	int logits;					/* the tensor that comes out: logits, or what the prefix gives */
	int frozen_steps;			/* the prefix that depends on no trainable parameter */
	/* bytes of constants that fusions make from parameters: folded and packed copies */
	size_t folded;
	size_t scratch;				/* offset of the shared scratch */
	size_t workspace;			/* bytes: activations, their gradients, saved, scratch */
	size_t params, grads;		/* bytes of the parameter block and of its gradients */
};

/* Cannot fail: the network was built. Lives in the arena. */
struct plan *plan_make(struct arena *a, const struct net *net, const struct plan_options *o);

/*
 * describe.c: the network as a table (index, name, kind, output shape, parameters, multiply-adds,
 * trainable), the frozen prefix and what its features take, the fusions and the memory plan, as
 * text and as JSON. prefix: the plan of what stands before p's first node; NULL: none is planned
 * apart. images go through it.
 */
struct str;
void plan_describe(const struct plan *p, const struct plan *prefix, long long images,
	struct str *out);
struct json;
/* Into the object that is open. */
void plan_json(const struct plan *p, const struct plan *prefix, long long images, struct json *j);
/* Of one line: "133 of 155 layers, up to block_14_add, …", without a newline. */
void plan_describe_prefix(const struct plan *prefix, long long images, struct str *out);
/* Bytes of what the net's frozen prefix gives for so many images; 0 without one. */
double plan_feature_bytes(const struct net *net, long long images);

#endif
