/*
 * Lifetimes to offsets. Tensors that are views, or computed in the place of their input, share
 * one block; gradients, what layers save, and scratch lie in the same workspace. Blocks are
 * packed largest first.
 */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include "nn/plan_parts.h"
#include "tlrun/arena.h"

enum { MEMORY_LINE = 64 };

static size_t
memory_round(size_t bytes)
{
	return (bytes + MEMORY_LINE - 1) / MEMORY_LINE * MEMORY_LINE;
}

static int
memory_larger(const void *a, const void *b)
{
	const struct memory_block *x = *(struct memory_block *const *)a;
	const struct memory_block *y = *(struct memory_block *const *)b;
	if (x->bytes != y->bytes) return x->bytes > y->bytes ? -1 : 1;
	if (x->first != y->first) return x->first < y->first ? -1 : 1;
	return x < y ? -1 : x > y;
}

/*
 * The lowest offset at which block overlaps none of the placed ones, which are in order of
 * offset.
 */
static size_t
memory_lowest(const struct memory_block *block, struct memory_block *const *placed, int n)
{
	size_t at = 0;
	for (int i = 0; i < n; i++) {
		const struct memory_block *b = placed[i];
		if (b->last < block->first || b->first > block->last) continue;
		if (at + block->bytes <= b->offset) break;
		if (b->offset + b->bytes > at) at = b->offset + b->bytes;
	}
	return at;
}

size_t
memory_pack(struct arena *a, struct memory_block *block, int n)
{
	struct memory_block **order = ARENA_ARRAY(a, struct memory_block *, (size_t)n + 1);
	struct memory_block **placed = ARENA_ARRAY(a, struct memory_block *, (size_t)n + 1);
	size_t total = 0;
	for (int i = 0; i < n; i++) {
		block[i].bytes = memory_round(block[i].bytes);
		order[i] = &block[i];
	}
	qsort(order, (size_t)n, sizeof *order, memory_larger);
	for (int i = 0; i < n; i++) {
		struct memory_block *b = order[i];
		b->offset = memory_lowest(b, placed, i);
		int at = i;
		for (; at > 0 && placed[at - 1]->offset > b->offset; at--) placed[at] = placed[at - 1];
		placed[at] = b;
		if (b->offset + b->bytes > total) total = b->offset + b->bytes;
	}
	return total;
}

static int
memory_max(int a, int b)
{
	return a > b ? a : b;
}

static int
memory_min(int a, int b)
{
	return a < b ? a : b;
}

/* From the step that makes a tensor to the last that reads it, forward or backward. */
static void
memory_lifetimes(struct plan *p)
{
	for (int t = 0; t < p->tensors; t++) {
		struct plan_tensor *x = &p->tensor[t];
		x->bytes = (size_t)p->options.batch * shape_count(&x->shape) * sizeof(float);
		x->first = x->last = t ? t - 1 : 0;
		x->grad_first = INT_MAX;
		x->grad_last = t ? plan_backward_time(p, t - 1) : 0;
	}
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		const int back = plan_backward_time(p, i);
		struct plan_tensor *y = &p->tensor[s->output];
		if (s->backward && plan_keeps_y(s)) y->last = memory_max(y->last, back);
		for (int k = 0; k < s->inputs; k++) {
			struct plan_tensor *x = &p->tensor[s->input[k]];
			x->last = memory_max(x->last, s->backward && plan_keeps_x(s) ? back : i);
			if (s->want_dx[k]) x->grad_first = memory_min(x->grad_first, back);
		}
	}
	/* The input stays for a second look at a forward that went wrong, the logits for the loss. */
	p->tensor[0].last = memory_max(p->tensor[0].last, p->steps);
	struct plan_tensor *logits = &p->tensor[p->logits];
	logits->last = memory_max(logits->last, p->steps);
	logits->grad_first = p->steps;
}

static int
memory_root(const struct plan *p, int t)
{
	while (p->tensor[t].root != t) t = p->tensor[t].root;
	return t;
}

static int
memory_grad_root(const struct plan *p, int t)
{
	while (p->tensor[t].grad_root != t) t = p->tensor[t].grad_root;
	return t;
}

/* y's block becomes x's. Roots carry the lifetime of the whole block. */
static void
memory_share(struct plan *p, int x, int y, int *last)
{
	const int rx = memory_root(p, x), ry = memory_root(p, y);
	p->tensor[ry].root = rx;
	last[rx] = memory_max(last[rx], last[ry]);
}

/* Whether the gradients of step s's output and first input may be one block. */
static bool
memory_grad_in_place(const struct plan *p, const struct plan_step *s)
{
	if (!plan_in_place(s) || !s->want_dx[0] || s->dx_add[0]) return false;
	for (int k = 1; k < s->inputs; k++)
		if (memory_grad_root(p, s->input[k]) == memory_grad_root(p, s->input[0])) return false;
	return true;
}

static void
memory_share_all(struct plan *p, int *last)
{
	for (int t = 0; t < p->tensors; t++) {
		p->tensor[t].root = p->tensor[t].grad_root = t;
		last[t] = p->tensor[t].last;
	}
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		if (!s->view) continue;
		memory_share(p, s->input[0], s->output, last);
		p->tensor[s->output].grad_root = memory_grad_root(p, s->input[0]);
	}
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		if (s->view || !plan_in_place(s)) continue;
		if (last[memory_root(p, s->input[0])] == i) memory_share(p, s->input[0], s->output, last);
	}
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		if (!s->view && memory_grad_in_place(p, s))
			p->tensor[memory_grad_root(p, s->output)].grad_root = memory_grad_root(p, s->input[0]);
	}
}

/* The blocks: 2t the tensor of root t, 2t+1 its gradient, then what each step saves. */
static void
memory_blocks(const struct plan *p, struct memory_block *block)
{
	for (int i = 0; i < 2 * p->tensors; i++) block[i] = (struct memory_block){ 0, INT_MAX, -1, 0 };
	for (int t = 0; t < p->tensors; t++) {
		const struct plan_tensor *x = &p->tensor[t];
		struct memory_block *b = &block[2 * memory_root(p, t)];
		b->bytes = b->bytes > x->bytes ? b->bytes : x->bytes;
		b->first = memory_min(b->first, x->first);
		b->last = memory_max(b->last, x->last);
		if (!x->wanted) continue;
		b = &block[2 * memory_grad_root(p, t) + 1];
		b->bytes = b->bytes > x->bytes ? b->bytes : x->bytes;
		b->first = memory_min(b->first, x->grad_first);
		b->last = memory_max(b->last, x->grad_last);
	}
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		block[2 * p->tensors + i] = (struct memory_block){
			.bytes = plan_saved_bytes(s), .first = i,
			.last = s->backward ? plan_backward_time(p, i) : i,
		};
	}
}

void
memory_place(struct arena *a, struct plan *p)
{
	const int n = 2 * p->tensors + p->steps;
	struct memory_block *block = ARENA_ARRAY(a, struct memory_block, (size_t)n);
	memory_lifetimes(p);
	memory_share_all(p, ARENA_ARRAY(a, int, (size_t)p->tensors));
	memory_blocks(p, block);
	p->scratch = memory_pack(a, block, n);

	size_t scratch = 0;
	for (int t = 0; t < p->tensors; t++) {
		struct plan_tensor *x = &p->tensor[t];
		x->root = memory_root(p, t);
		x->grad_root = memory_grad_root(p, t);
		x->offset = block[2 * x->root].offset;
		x->grad_offset = x->wanted ? block[2 * x->grad_root + 1].offset : SIZE_MAX;
	}
	for (int i = 0; i < p->steps; i++) {
		struct plan_step *s = &p->step[i];
		const size_t bytes = memory_round(plan_scratch_bytes(s));
		s->saved = plan_saved_bytes(s) ? block[2 * p->tensors + i].offset : SIZE_MAX;
		scratch = bytes > scratch ? bytes : scratch;
	}
	p->workspace = p->scratch + scratch;
}
