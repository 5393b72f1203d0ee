/* early_stopping: Keras's EarlyStopping (callbacks/early_stopping.py; keras-semantics.md 7.2). */
#include <float.h>

#include "train/callbacks.h"

const struct field_word callback_mode_words[] = {
	{ "auto", MODE_AUTO }, { "min", MODE_MIN }, { "max", MODE_MAX }, { NULL, 0 }
};

const struct field early_stopping_fields[] = {
	FIELD_STR(struct early_stopping, monitor, .preset_str = "val_loss",
		.doc = "loss, or a metric of evaluation.metrics; val_ before it: on the validation split"),
	FIELD_WORD(struct early_stopping, mode, .words = callback_mode_words, .preset = MODE_AUTO,
		.doc = "auto: min for losses, max for the others"),
	FIELD_INT(struct early_stopping, patience, .preset = 0, .min = 0, .max = INT_MAX,
		.unit = "epochs", .doc = "epochs without improvement before it stops"),
	FIELD_REAL(struct early_stopping, min_delta, .preset = 0, .min = 0, .max = DBL_MAX,
		.doc = "less than this is no improvement"),
	FIELD_REAL(struct early_stopping, baseline, .optional = true,
		.given = offsetof(struct early_stopping, has_baseline),
		.doc = "only an improvement past this starts the patience anew"),
	FIELD_INT(struct early_stopping, start_from_epoch, .preset = 0, .min = 0, .max = INT_MAX,
		.unit = "epochs", .doc = "epochs before it begins to watch"),
	FIELD_BOOL(struct early_stopping, restore_best_weights, .preset = 1,
		.doc = "the best epoch's weights come back, whatever ended the training"),
	FIELD_END
};

bool
callback_improved(int mode, bool lower, double min_delta, double value, double best)
{
	if (mode == MODE_MIN || (mode == MODE_AUTO && lower)) return value + min_delta < best;
	return value - min_delta > best;
}

enum early_verdict
early_stopping_epoch(const struct early_stopping *o, struct early_stopping_state *s, int epoch,
	double value, bool lower)
{
	if (epoch < o->start_from_epoch) return EARLY_GO_ON;
	s->wait++;
	if (s->best_epoch < 0 || callback_improved(o->mode, lower, o->min_delta, value, s->best)) {
		s->best = value;
		s->best_epoch = epoch;
		if (!o->has_baseline || callback_improved(o->mode, lower, o->min_delta, value, o->baseline))
			s->wait = 0;
		return EARLY_BEST;
	}
	if (s->wait < o->patience || epoch == 0) return EARLY_GO_ON;
	s->stopped = true;
	return EARLY_STOP;
}
