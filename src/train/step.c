/*
 * One training step, in Keras's order (keras-semantics.md 5.1, 8): forward, loss and metrics of the
 * same pass, gradients, clipping, decay, update. Dense layers take their step inside backward,
 * while the gradient is in cache, unless clipping by norm has to see all gradients first.
 */
#include "train/step.h"

#include <math.h>

#include "tlrun/arena.h"
#include "tlrun/loss.h"
#include "tlrun/optimizer.h"

int
step_slots(const struct kind_value *optimizer)
{
	return kern_rule_slots(optimizer_kind_of(optimizer->kind)->rule(optimizer->opts));
}

bool
step_clips_norm(const struct kind_value *optimizer)
{
	const struct optimizer_options *o = optimizer->opts;
	return o->clip_norm > 0 || o->global_clip_norm > 0;
}

void
step_init(struct step *s, struct arena *a)
{
	s->update = ARENA_ARRAY(a, struct kern_update, (size_t)s->net->params + 1);
	s->fused = ARENA_ARRAY(a, bool, (size_t)s->net->params + 1);
	s->whole_gradient = step_clips_norm(s->optimizer);
}

double
step_penalty(const struct net *net, const float *params)
{
	double penalty = 0;
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		if (!p->trainable) continue;
		if (p->regularizer.l1 > 0)
			penalty += p->regularizer.l1 * kern_sum_abs(p->count, params + p->offset);
		if (p->regularizer.l2 > 0)
			penalty += p->regularizer.l2 * kern_sum_squares(p->count, params + p->offset);
	}
	return penalty;
}

void
step_prepare(struct step *s, unsigned long t, double lr)
{
	const int slots = step_slots(s->optimizer);
	const struct optimizer_options *o = s->optimizer->opts;
	struct kern_update backbone, head;
	optimizer_prepare(s->optimizer, t, lr * o->lr_mult_backbone, &backbone);
	optimizer_prepare(s->optimizer, t, lr * o->lr_mult_head, &head);
	for (int i = 0; i < s->net->params; i++) {
		const struct net_param *p = &s->net->param[i];
		s->fused[i] = false;
		if (!p->trainable) continue;
		s->update[i] = p->node < s->net->backbone ? backbone : head;
		s->update[i].l1 = (float)p->regularizer.l1;
		s->update[i].l2 = (float)p->regularizer.l2;
		for (int k = 0; k < slots; k++)
			s->update[i].slot[k] = s->slots + (size_t)k * s->net->trainable_floats + p->offset;
	}
}

static const struct kern_update *
step_update(void *ctx, int param)
{
	const struct step *s = ctx;
	return s->whole_gradient || !s->net->param[param].trainable ? NULL : &s->update[param];
}

/* Add the regularizer's gradient to g, so that the norm includes it; the update does not add it
 * again. */
static void
step_regularize(const struct net_param *p, struct kern_update *u, const float *w, float *g)
{
	if (u->l1 == 0 && u->l2 == 0) return;
	for (size_t i = 0; i < p->count; i++)
		g[i] += u->l1 * (float)((w[i] > 0) - (w[i] < 0)) + 2 * u->l2 * w[i];
	u->l1 = u->l2 = 0;
}

/* Keras clips each gradient to clip_norm, or all of them together to global_clip_norm. */
static void
step_clip(struct step *s)
{
	const struct optimizer_options *o = s->optimizer->opts;
	double all = 0;
	for (int i = 0; i < s->net->params; i++) {
		const struct net_param *p = &s->net->param[i];
		if (!p->trainable) continue;
		float *g = s->grads + p->offset;
		step_regularize(p, &s->update[i], s->params + p->offset, g);
		const double squares = kern_sum_squares(p->count, g);
		if (o->clip_norm > 0)
			s->update[i].grad_scale = (float)(o->clip_norm / fmax(sqrt(squares), o->clip_norm));
		all += squares;
	}
	if (!(o->global_clip_norm > 0)) return;
	const float scale = (float)(o->global_clip_norm / fmax(sqrt(all), o->global_clip_norm));
	for (int i = 0; i < s->net->params; i++) s->update[i].grad_scale = scale;
}

/* Whether parameters i and the next one j lie side by side and take the same step. */
static bool
step_joins(const struct step *s, int i, int j, size_t end)
{
	const struct kern_update *u = &s->update[i], *v = &s->update[j];
	return s->net->param[j].offset == end && u->l1 == v->l1 && u->l2 == v->l2 &&
		u->grad_scale == v->grad_scale && u->lr == v->lr;
}

static size_t
step_padded(const struct net_param *p)
{
	return (p->count + 15) / 16 * 16;
}

/*
 * Update what backward has not: in runs of neighbours, padding included (its values, gradients and
 * slots are zeros, and stay so).
 */
static void
step_update_rest(struct step *s)
{
	const struct net *net = s->net;
	for (int i = 0; i < net->params;) {
		if (!net->param[i].trainable || s->fused[i]) {
			i++;
			continue;
		}
		const size_t first = net->param[i].offset;
		size_t end = first + step_padded(&net->param[i]);
		int j = i + 1;
		for (; j < net->params; j++) {
			if (!net->param[j].trainable) continue;
			if (s->fused[j] || !step_joins(s, i, j, end)) break;
			end += step_padded(&net->param[j]);
		}
		kern_update(&s->update[i], end - first, s->params + first, s->grads + first);
		i = j;
	}
}

void
step_finish(struct step *s)
{
	if (s->whole_gradient) step_clip(s);
	step_update_rest(s);
}

static bool
step_finite(int n, const float *losses, double penalty)
{
	double sum = penalty;
	for (int i = 0; i < n; i++) sum += losses[i];
	return isfinite(sum);
}

bool
step_run(struct step *s, int n, const int32_t *labels, unsigned long step, double lr,
	struct tally *t)
{
	const float *logits = exec_forward(s->exec, n, true, s->seed, step);
	const struct loss_call call = {
		.n = n, .classes = s->net->num_classes, .logits = logits, .labels = labels,
		.class_weights = s->class_weights, .probabilities = s->probabilities, .losses = s->losses,
		.dlogits = exec_dlogits(s->exec),
	};
	loss_kind_of(s->loss->kind)->run(s->loss->opts, &call);
	const double penalty = step_penalty(s->net, s->params);
	if (!step_finite(n, s->losses, penalty)) return false;
	tally_batch(t, n, labels, s->probabilities, s->losses, penalty, NULL);
	if (s->net->trainable_floats == 0) return true;
	step_prepare(s, step - s->first + 1, lr);
	exec_backward(s->exec, step_update, s, s->fused);
	step_finish(s);
	return true;
}
