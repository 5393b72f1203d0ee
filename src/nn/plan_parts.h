/* The parts of making a plan: fuse.c, memory.c. */
#ifndef NN_PLAN_PARTS_H
#define NN_PLAN_PARTS_H

#include "tlrun/plan.h"

/*
 * The fusion that begins at node i of the first `end` nodes, or NULL. train: gradients go through
 * what is not fixed.
 */
const struct fusion *fuse_at(struct arena *a, const struct net *net, int i, int end, bool train);

/* What a step needs of memory, layer or fusion. */
size_t plan_saved_bytes(const struct plan_step *s);
size_t plan_scratch_bytes(const struct plan_step *s);
bool plan_keeps_x(const struct plan_step *s);
bool plan_keeps_y(const struct plan_step *s);
bool plan_in_place(const struct plan_step *s);
/* The time at which step s goes backward. */
int plan_backward_time(const struct plan *p, int s);

/* Lifetimes, sharing and offsets of everything in the workspace. */
void memory_place(struct arena *a, struct plan *p);

/* One block of memory in use from time first to last. */
struct memory_block { size_t bytes; int first, last; size_t offset; };
/* Give every block an offset, largest first, each at the lowest that is free; returns the total. */
size_t memory_pack(struct arena *a, struct memory_block *block, int n);

#endif
