/*
 * The epochs (keras-semantics.md 8, 4.3): steps over the epoch's order, validation, the row of the
 * history, the callbacks, the checkpoint.
 */
#include <math.h>
#include <stdio.h>

#include "train/trainer_state.h"

/* A loss that is not finite: which layer's output first was not, and in which step. */
static enum status
epoch_not_finite(struct trainer *t, struct err *e)
{
	const struct trainer_state *s = &t->state;
	const char *layer = exec_first_not_finite(t->exec);
	snprintf(t->where, sizeof t->where, "%s%s%.80s%s in epoch %d, step %d of %d",
	    layer ? "the output of " : "the loss", layer ? "\"" : "", layer ? layer : "",
	    layer ? "\"" : "", s->epoch + 1, s->done + 1, t->now->steps);
	return err_set(e, ERR_FAILED, MARK_NONE,
		"the loss is not finite: first %s; a lower learning rate, "
	    "clip_norm or another initialization may help", t->where);
}

static double
epoch_rate(const struct trainer *t)
{
	if (t->now->of->training.reduce_lr_on_plateau.given) return t->state.rate;
	return schedule_rate(&t->now->of->training.lr_schedule, &t->now->schedule,
		t->state.step - t->state.first_step);
}

static bool
epoch_stops(const struct trainer *t)
{
	const struct trainer_events *v = t->s.events;
	return v && v->stop && v->stop(v->ctx);
}

static enum status
epoch_step(struct trainer *t, struct err *e)
{
	struct trainer_state *s = &t->state;
	const struct trainer_events *v = t->s.events;
	const struct loader_part *part = loader_train(t->s.loader);
	const int first = s->done * t->now->batch;
	const int n = part->n - first < t->now->batch ? part->n - first : t->now->batch;
	s->rate = epoch_rate(t);
	feed_batch(&t->feed, part, t->order, first, n, exec_input(t->exec), t->labels);
	if (!step_run(&t->step, n, t->labels, s->step, s->rate, &t->tally))
		return epoch_not_finite(t, e);
	s->done++;
	s->step++;
	if (v && v->step)
		v->step(v->ctx, s->epoch, s->done, t->now->steps, tally_loss(&t->tally),
		    (double)t->tally.hits / (double)t->tally.n);
	return OK;
}

/* The steps of an epoch that are left. */
static enum status
epoch_train(struct trainer *t, struct err *e)
{
	struct trainer_state *s = &t->state;
	const double before = s->seconds, start = trainer_now();
	enum status status = OK;
	loader_order(t->s.seed, s->epoch, t->now->of->training.shuffle, loader_train(t->s.loader)->n,
		t->order);
	while (status == OK && s->done < t->now->steps) {
		if (epoch_stops(t))
			status = ERR_STOPPED;
		else
			status = epoch_step(t, e);
	}
	s->seconds = before + trainer_now() - start;
	return status;
}

static double
epoch_value(const struct epoch_row *row, const struct monitor *m)
{
	if (m->metric < 0) return m->validation ? row->val_loss : row->loss;
	return (m->validation ? row->val_metric : row->metric)[m->metric];
}

static void
epoch_validate(struct trainer *t, struct epoch_row *row)
{
	const struct kind_list *metrics = &t->s.evaluation->metrics;
	const struct loader_part *part = loader_validation(t->s.loader);
	double *values = (double *)row->val_metric;
	row->val_loss = NAN;
	for (int i = 0; i < t->metrics; i++) values[i] = NAN;
	if (part->n == 0) return;
	const double start = trainer_now();
	trainer_stage(t, "validate");
	evaluate_part(&t->evaluator, part, &t->eval_tally, NULL);
	row->val_loss = tally_loss(&t->eval_tally);
	tally_metrics(&t->eval_tally, metrics, values);
	t->validate_seconds += trainer_now() - start;
}

/* Early stopping and the plateau rule look at the row; the best weights are kept. */
static void
epoch_watch(struct trainer *t, struct epoch_row *row)
{
	struct trainer_state *s = &t->state;
	const struct plateau *plateau = &t->now->of->training.reduce_lr_on_plateau;
	const double value = epoch_value(row, &t->now->watched);
	row->best = early_stopping_epoch(&t->now->watch, &s->early, row->epoch - s->first_epoch, value,
		t->now->watched.lower) == EARLY_BEST;
	if (row->best) kern_copy(t->now->of->net->floats, t->params.data, t->best.data, false);
	if (plateau->given)
		s->rate = plateau_epoch(plateau, &s->plateau, epoch_value(row, &t->now->plateau_watched),
		    s->rate, t->now->plateau_watched.lower);
}

static enum status
epoch_end(struct trainer *t, struct err *e)
{
	struct trainer_state *s = &t->state;
	struct epoch_row *row = &t->history[s->epoch];
	row->epoch = s->epoch;
	row->phase = s->phase;
	row->learning_rate = s->rate;
	row->loss = tally_loss(&t->tally);
	tally_metrics(&t->tally, &t->s.evaluation->metrics, (double *)row->metric);
	epoch_validate(t, row);
	t->seconds[s->epoch] = s->seconds;
	s->seconds = 0;
	epoch_watch(t, row);
	s->epoch++;
	s->done = 0;
	tally_reset(&t->tally);
	if (t->s.events && t->s.events->epoch) t->s.events->epoch(t->s.events->ctx, row);
	if (isfinite(row->val_loss) || loader_validation(t->s.loader)->n == 0) return OK;
	snprintf(t->where, sizeof t->where, "in the validation after epoch %d", s->epoch);
	return err_set(e, ERR_FAILED, MARK_NONE, "the loss is not finite %s; a lower learning rate, "
	    "clip_norm or another initialization may help", t->where);
}

enum status
trainer_stop(struct trainer *t, enum stop_reason *why, struct err *e)
{
	const struct trainer_state *s = &t->state;
	*why = STOP_SIGNAL;
	TRY(checkpoint_write(t, e));
	if (e->code == ERR_STOPPED) return ERR_STOPPED;
	return err_set(e, ERR_STOPPED, MARK_NONE,
	    "stopped in epoch %d after step %d of %d; run again to go on", s->epoch + 1, s->done,
	    t->now->steps);
}

enum status
trainer_epochs(struct trainer *t, enum stop_reason *why, struct err *e)
{
	struct trainer_state *s = &t->state;
	const int every = t->now->of->training.checkpoint.every_epochs;
	enum status status = OK;
	while (status == OK && !phase_ended(t)) {
		trainer_stage(t, "train");
		status = epoch_train(t, e);
		if (status == OK) status = epoch_end(t, e);
		if (status != OK) break;
		if (phase_ended(t) || s->epoch % every == 0) status = checkpoint_write(t, e);
	}
	if (status == OK && epoch_stops(t)) status = ERR_STOPPED;
	if (status == ERR_FAILED) *why = STOP_NOT_FINITE;
	if (status != ERR_STOPPED) return status;
	return trainer_stop(t, why, e);
}
