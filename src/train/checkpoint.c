/*
 * A checkpoint: everything that the steps to come depend on, in one safetensors file, so that a run
 * resumed from it makes the same bits as one that was never stopped.
 *
 * Tensors   parameters and best [floats], slot.<k> [trainable floats], confusion [classes,classes]
 *           and rank [classes] of the epoch so far, history [epochs done, 4 + 2 metrics], times
 *           [epochs done], phases [phases ended, 3] what they came to, counters and numbers: struct
 *           trainer_state. Offsets and slots are those of the phase that runs. best is left out
 *           where it is the parameters, or where the phase has none yet.
 * Metadata  format, config (hash), seed, initial (hash of the first weights), digest: SHA-256 of
 *           all tensors and of the metadata before it.
 * Errors    ERR_DATA for a file that is torn, altered, or of another configuration, seed or
 *           network; such a one is set aside. ERR_IO for one that cannot be read: it stays.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/weights.h"
#include "train/trainer_state.h"

static const char format[] = "tlrun checkpoint 2";

enum { COUNTERS = 16, NUMBERS = 5, ROW = 4, ENDED = 3, SLOTS = 3, TENSORS = 9 + SLOTS, METAS = 5 };

/* One checkpoint as it lies in a file, or is to. */
struct checkpoint {
	struct tensor t[TENSORS];
	size_t n;
	long long counters[COUNTERS];
	double numbers[NUMBERS];
	double *history;
	long long *phases;
	char seed[24], digest[HASH_HEX];
	struct metadata m[METAS];
};

static int
checkpoint_row(const struct trainer *t)
{
	return ROW + 2 * t->metrics;
}

static void
checkpoint_add(struct checkpoint *c, const char *name, enum tensor_type type, const void *data,
	long long rows, long long columns)
{
	const size_t size = type == TENSOR_F32 ? 4 : 8;
	c->t[c->n++] = (struct tensor){ .name = name, .type = type, .rank = columns > 0 ? 2 : 1,
		.d = { rows, columns }, .data = data,
		.bytes = size * (size_t)rows * (size_t)(columns > 0 ? columns : 1) };
}

/* ---- state to numbers and back ---- */

static void
checkpoint_pack(const struct trainer *t, struct checkpoint *c)
{
	const struct trainer_state *s = &t->state;
	const long long counters[COUNTERS] = {
		s->epoch, s->done, (long long)s->step, s->early.wait, s->early.best_epoch, s->early.stopped,
		s->plateau.has_best, s->plateau.cooldown, s->plateau.wait, t->tally.n, t->tally.hits,
		t->classes, s->phase, s->first_epoch, (long long)s->first_step, (long long)s->first_update,
	};
	const double numbers[NUMBERS] = { s->rate, s->early.best, s->plateau.best, t->tally.loss,
		s->seconds };
	memcpy(c->counters, counters, sizeof counters);
	memcpy(c->numbers, numbers, sizeof numbers);
	for (int i = 0; i < s->phase; i++) {
		c->phases[ENDED * i] = t->results[i].epochs_run;
		c->phases[ENDED * i + 1] = t->results[i].best_epoch;
		c->phases[ENDED * i + 2] = t->results[i].stopped;
	}
	const int width = checkpoint_row(t);
	const size_t metrics = (size_t)t->metrics;
	for (int i = 0; i < s->epoch; i++) {
		const struct epoch_row *row = &t->history[i];
		double *out = c->history + (size_t)i * (size_t)width;
		out[0] = row->learning_rate;
		out[1] = row->loss;
		out[2] = row->val_loss;
		out[3] = row->best;
		memcpy(out + ROW, row->metric, metrics * sizeof *out);
		memcpy(out + ROW + metrics, row->val_metric, metrics * sizeof *out);
	}
}

static void
checkpoint_unpack(struct trainer *t, const struct checkpoint *c)
{
	struct trainer_state *s = &t->state;
	const long long *n = c->counters;
	*s = (struct trainer_state){
		.epoch = (int)n[0], .done = (int)n[1], .step = (unsigned long)n[2],
		.early = { .wait = (int)n[3], .best_epoch = (int)n[4], .stopped = n[5] != 0,
			.best = c->numbers[1] },
		.plateau = { .has_best = n[6] != 0, .cooldown = (int)n[7], .wait = (int)n[8],
			.best = c->numbers[2] },
		.rate = c->numbers[0], .seconds = c->numbers[4], .phase = (int)n[12],
		.first_epoch = (int)n[13], .first_step = (unsigned long)n[14],
		.first_update = (unsigned long)n[15],
	};
	t->tally.n = n[9];
	t->tally.hits = n[10];
	t->tally.loss = c->numbers[3];
	int first = 0;
	for (int i = 0; i < s->phase; i++) {
		const long long *ended = c->phases + ENDED * i;
		t->results[i] = (struct phase_result){ .epochs_run = (int)ended[0],
			.best_epoch = (int)ended[1], .stopped = (enum stop_reason)ended[2],
			.trained = t->s.phase[i].net->trainable_count };
		for (int k = 0; k < t->results[i].epochs_run; k++) t->history[first++].phase = i;
	}
	for (int i = s->first_epoch; i < s->epoch; i++) t->history[i].phase = s->phase;
	const size_t width = (size_t)checkpoint_row(t), metrics = (size_t)t->metrics;
	for (int i = 0; i < s->epoch; i++) {
		struct epoch_row *row = &t->history[i];
		const double *in = c->history + (size_t)i * width;
		row->epoch = i;
		row->learning_rate = in[0];
		row->loss = in[1];
		row->val_loss = in[2];
		row->best = in[3] != 0;
		memcpy((double *)row->metric, in + ROW, metrics * sizeof *in);
		memcpy((double *)row->val_metric, in + ROW + metrics, metrics * sizeof *in);
	}
}

/* ---- the file ---- */

/* Whether the parameters of the best epoch are the ones that stand. */
static bool
checkpoint_best_is_last(const struct trainer_state *s)
{
	return s->done == 0 && s->epoch > s->first_epoch &&
		s->early.best_epoch == s->epoch - 1 - s->first_epoch;
}

/* The tensors of t's state, in the file's order; their data lies in t and in c. */
static void
checkpoint_list(const struct trainer *t, struct checkpoint *c, int epochs)
{
	static const char *const slot[SLOTS] = { "slot.0", "slot.1", "slot.2" };
	const struct net *net = t->now->of->net;
	const long long floats = (long long)net->floats, trainable = (long long)net->trainable_floats;
	const int slots = step_slots(&t->now->of->training.optimizer), classes = t->classes;
	checkpoint_add(c, "counters", TENSOR_I64, c->counters, COUNTERS, 0);
	checkpoint_add(c, "numbers", TENSOR_F64, c->numbers, NUMBERS, 0);
	checkpoint_add(c, "confusion", TENSOR_I64, t->tally.confusion, classes, classes);
	checkpoint_add(c, "rank", TENSOR_I64, t->tally.rank, classes, 0);
	checkpoint_add(c, "history", TENSOR_F64, c->history, epochs, checkpoint_row(t));
	checkpoint_add(c, "times", TENSOR_F64, t->seconds, epochs, 0);
	checkpoint_add(c, "phases", TENSOR_I64, c->phases, t->state.phase, ENDED);
	checkpoint_add(c, "parameters", TENSOR_F32, t->params.data, floats, 0);
	for (int k = 0; k < slots; k++)
		checkpoint_add(c, slot[k], TENSOR_F32, (const float *)t->slots.data + k * trainable,
		    trainable, 0);
	if (t->state.early.best_epoch >= 0 && !checkpoint_best_is_last(&t->state))
		checkpoint_add(c, "best", TENSOR_F32, t->best.data, floats, 0);
}

static void
checkpoint_digest(const struct tensor *t, size_t n, const struct metadata *m, char out[HASH_HEX])
{
	struct hash *h = hash_new();
	for (int i = 0; i < METAS - 1; i++) hash_add(h, m[i].value, strlen(m[i].value) + 1);
	for (size_t i = 0; i < n; i++) {
		hash_add(h, t[i].name, strlen(t[i].name) + 1);
		if (t[i].bytes > 0) hash_add(h, t[i].data, t[i].bytes);
	}
	hash_hex(h, out);
}

static void
checkpoint_identity(const struct trainer *t, struct checkpoint *c)
{
	snprintf(c->seed, sizeof c->seed, "%llu", (unsigned long long)t->s.seed);
	c->m[0] = (struct metadata){ "format", format };
	c->m[1] = (struct metadata){ "config", t->s.config_hash ? t->s.config_hash : "" };
	c->m[2] = (struct metadata){ "seed", c->seed };
	c->m[3] = (struct metadata){ "initial", t->initial_hash };
	c->m[4] = (struct metadata){ "digest", c->digest };
}

enum status
checkpoint_write(const struct trainer *t, struct err *e)
{
	if (!t->s.checkpoint) return OK;
	struct arena *a = arena_new();
	struct checkpoint *c = ARENA_NEW(a, struct checkpoint);
	const size_t rows = (size_t)t->state.epoch, width = (size_t)checkpoint_row(t);
	c->history = ARENA_ARRAY(a, double, rows * width + 1);
	c->phases = ARENA_ARRAY(a, long long, ENDED * (size_t)t->s.phases);
	checkpoint_pack(t, c);
	checkpoint_list(t, c, t->state.epoch);
	checkpoint_identity(t, c);
	checkpoint_digest(c->t, c->n, c->m, c->digest);
	const enum status s = safetensors_write(t->s.checkpoint, c->t, c->n, c->m, METAS, e);
	arena_free(a);
	return s;
}

/* The metadata says that the file is ours, whole, and of this run. */
static enum status
checkpoint_check(const struct trainer *t, const struct safetensors *f, struct checkpoint *c,
	struct err *e)
{
	const struct mark at = MARK_FILE(t->s.checkpoint);
	const char *kind = safetensors_meta(f, "format"), *initial = safetensors_meta(f, "initial");
	const char *digest = safetensors_meta(f, "digest"), *found;
	checkpoint_identity(t, c);
	if (!kind || strcmp(kind, format) != 0 || !initial || strlen(initial) != HASH_HEX - 1 ||
		!digest)
		return err_set(e, ERR_DATA, at, "not a checkpoint of this version of tlrun");
	c->m[3].value = initial;
	found = safetensors_meta(f, "config");
	if (!found || strcmp(found, c->m[1].value) != 0)
		return err_set(e, ERR_DATA, at, "the checkpoint of another configuration");
	found = safetensors_meta(f, "seed");
	if (!found || strcmp(found, c->seed) != 0)
		return err_set(e, ERR_DATA, at, "the checkpoint of seed %.20s, not %s",
		    found ? found : "?", c->seed);
	const size_t n = safetensors_count(f);
	checkpoint_digest(n > 0 ? safetensors_at(f, 0) : NULL, n, c->m, c->digest);
	if (strcmp(digest, c->digest) != 0)
		return err_set(e, ERR_DATA, at,
			"the checkpoint is corrupt: its SHA-256 is %.16s…, expected "
		    "%.16s…", c->digest, digest);
	return OK;
}

static bool
checkpoint_copy(const struct safetensors *f, const struct tensor *want)
{
	const struct tensor *t = safetensors_find(f, want->name);
	if (!t || t->type != want->type || t->bytes != want->bytes) return false;
	if (t->bytes > 0) memcpy((void *)want->data, t->data, t->bytes);
	return true;
}

/* The counters are in their ranges: what follows indexes with them. */
static bool
checkpoint_sane(const struct trainer *t, const long long *n)
{
	if (n[12] < 0 || n[12] >= t->s.phases || n[11] != t->classes) return false;
	const struct phase *p = &t->phases[n[12]];
	if (n[0] < 0 || n[0] > t->epochs || n[13] < n[12] || n[13] > n[0]) return false;
	const long long epochs = n[0] - n[13];	/* of the phase */
	return epochs <= p->of->training.epochs && n[1] >= 0 && n[1] < p->steps && n[4] >= -1 &&
		n[4] < epochs && n[3] >= 0 && n[3] <= epochs && n[7] >= 0 && n[7] <= INT_MAX &&
		n[8] >= 0 && n[8] <= epochs;
}

/* Those that ended ran for as many epochs as came before this one, and the steps are those of
 * these epochs. */
static bool
checkpoint_ended(const struct trainer *t, const struct checkpoint *c)
{
	const long long *n = c->counters;
	long long first = 0, steps = 0;
	for (int i = 0; i < t->state.phase; i++) {
		const long long *ended = c->phases + ENDED * i;
		if (ended[0] < 1 || ended[0] > t->s.phase[i].training.epochs) return false;
		first += ended[0];
		steps += ended[0] * t->phases[i].steps;
		if (ended[1] < 0 || ended[1] >= first || ended[2] < 0 || ended[2] > STOP_SIGNAL)
			return false;
	}
	return first == t->state.first_epoch && n[14] == steps && n[15] >= 0 && n[15] <= steps &&
		n[2] == steps + (n[0] - first) * t->now->steps + n[1];
}

/* Counts that are not negative and whose sum is n. */
static bool
checkpoint_sums(const long long *count, size_t counts, long long n)
{
	for (size_t i = 0; i < counts; i++) {
		if (count[i] < 0 || count[i] > n) return false;
		n -= count[i];
	}
	return n == 0;
}

/* Each image of the epoch so far, whose batches were all full, is counted once. */
static bool
checkpoint_counted(const struct trainer *t, const struct checkpoint *c)
{
	const size_t classes = (size_t)t->classes;
	const long long n = c->counters[1] * t->now->batch;
	long long hits = 0;
	if (c->counters[9] != n || !checkpoint_sums(t->tally.confusion, classes * classes, n) ||
		!checkpoint_sums(t->tally.rank, classes, n))
		return false;
	for (size_t i = 0; i < classes; i++)
		hits += t->tally.confusion[i * (classes + 1)];
	return c->counters[10] == hits;
}

static enum status
checkpoint_take(struct trainer *t, const struct safetensors *f, struct checkpoint *c,
	struct arena *a, struct err *e)
{
	const struct mark at = MARK_FILE(t->s.checkpoint);
	TRY(checkpoint_check(t, f, c, e));
	checkpoint_add(c, "counters", TENSOR_I64, c->counters, COUNTERS, 0);
	if (!checkpoint_copy(f, &c->t[0]) || !checkpoint_sane(t, c->counters))
		return err_set(e, ERR_DATA, at, "the checkpoint of another network or data set");
	const size_t rows = (size_t)c->counters[0];
	c->n = 0;
	c->history = ARENA_ARRAY(a, double, rows * (size_t)checkpoint_row(t) + 1);
	c->phases = ARENA_ARRAY(a, long long, ENDED * (size_t)t->s.phases);
	t->state = (struct trainer_state){ .epoch = (int)rows, .done = (int)c->counters[1],
		.first_epoch = (int)c->counters[13], .early.best_epoch = (int)c->counters[4] };
	phase_select(t, (int)c->counters[12]);
	checkpoint_list(t, c, (int)rows);
	for (size_t i = 0; i < c->n; i++)
		if (!checkpoint_copy(f, &c->t[i]))
			return err_set(e, ERR_DATA, at, "tensor \"%s\" is missing or of another size: the "
			    "checkpoint of another network or data set", c->t[i].name);
	if (!checkpoint_ended(t, c))
		return err_set(e, ERR_DATA, at, "the checkpoint of other phases");
	if (!checkpoint_counted(t, c))
		return err_set(e, ERR_DATA, at, "the checkpoint's counts contradict each other");
	checkpoint_unpack(t, c);
	if (checkpoint_best_is_last(&t->state))
		memcpy(t->best.data, t->params.data, t->now->of->net->floats * sizeof(float));
	snprintf(t->initial_hash, sizeof t->initial_hash, "%s", c->m[3].value);
	return OK;
}

static enum status
checkpoint_read(struct trainer *t, struct err *e)
{
	struct safetensors *f = NULL;
	struct file_map readable;
	TRY(file_map_open(&readable, t->s.checkpoint, ERR_IO, e));
	file_map_close(&readable);
	TRY(safetensors_open(&f, t->s.checkpoint, e));
	struct arena *a = arena_new();
	const enum status s = checkpoint_take(t, f, ARENA_NEW(a, struct checkpoint), a, e);
	arena_free(a);
	safetensors_close(f);
	return s;
}

static void
checkpoint_zero(const struct buffer *b)
{
	if (b->size > 0) memset(b->data, 0, b->size);
}

/* As if nothing had been read. */
static void
checkpoint_untake(struct trainer *t)
{
	checkpoint_zero(&t->params);
	checkpoint_zero(&t->slots);
	checkpoint_zero(&t->best);
	tally_reset(&t->tally);
	memset(t->seconds, 0, (size_t)t->epochs * sizeof *t->seconds);
	t->state = (struct trainer_state){ 0 };
	phase_select(t, 0);
}

enum status
checkpoint_resume(struct trainer *t, bool *resumed, struct err *e)
{
	struct err why = ERR_INIT;
	*resumed = false;
	if (!t->s.checkpoint || !file_exists(t->s.checkpoint)) return OK;
	const enum status s = checkpoint_read(t, &why);
	*resumed = s == OK;
	if (s == OK) return OK;
	if (s != ERR_DATA) return err_set(e, s, MARK_NONE, "%s", why.message);
	const char *const aside = arena_printf(t->a, "%s.aside", t->s.checkpoint);
	TRY(file_move(t->s.checkpoint, aside, e));
	checkpoint_untake(t);
	const struct trainer_events *v = t->s.events;
	if (v && v->note)
		v->note(v->ctx, arena_printf(t->a, "%s; it is now %s, and training begins anew",
			why.message, aside));
	return OK;
}
