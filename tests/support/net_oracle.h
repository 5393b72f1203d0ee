/* A whole network in double, node by node through the oracle of each layer. */
#ifndef SUPPORT_NET_ORACLE_H
#define SUPPORT_NET_ORACLE_H

#include "tlrun/net.h"

struct arena;

struct net_oracle {
	const struct net *net;
	int n;
	bool training;
	uint64_t seed, step;
	double *x, *params;		/* input; the parameter block */
	double **y;				/* output of every node but the softmax at the end */
	double *weight;			/* of each logit in the loss: [n, num_classes] */
};

/* For n images; x, params and weight are copied. */
void net_oracle_open(struct net_oracle *o, struct arena *a, const struct net *net, int n,
	const float *x, const float *params, const float *weight);
/* Run it: y, and the sum of weight*logits. */
double net_oracle_loss(void *net_oracle);

#endif
