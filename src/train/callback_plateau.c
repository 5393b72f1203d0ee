/* reduce_lr_on_plateau: Keras's ReduceLROnPlateau (callbacks/reduce_lr_on_plateau.py;
 * keras-semantics.md 7.3). */
#include <float.h>

#include "train/callbacks.h"

const struct field plateau_fields[] = {
	FIELD_STR(struct plateau, monitor, .preset_str = "val_loss",
		.doc = "loss, or a metric of evaluation.metrics; val_ before it: on the validation split"),
	FIELD_REAL(struct plateau, factor, .preset = 0.1, .min = 0, .min_open = true, .max = 1,
		.max_open = true, .doc = "what the rate is multiplied by"),
	FIELD_INT(struct plateau, patience, .preset = 10, .min = 0, .max = INT_MAX, .unit = "epochs",
		.doc = "epochs without improvement before it reduces"),
	FIELD_WORD(struct plateau, mode, .words = callback_mode_words, .preset = MODE_AUTO,
		.doc = "auto: min for losses, max for the others"),
	FIELD_REAL(struct plateau, min_delta, .preset = 1e-4, .min = 0, .max = DBL_MAX,
		.doc = "less than this is no improvement"),
	FIELD_INT(struct plateau, cooldown, .preset = 0, .min = 0, .max = INT_MAX, .unit = "epochs",
		.doc = "epochs after a reduction that do not count"),
	FIELD_REAL(struct plateau, min_lr, .preset = 0, .min = 0, .max = FLT_MAX,
		.doc = "the lowest rate"),
	FIELD_END
};

double
plateau_epoch(const struct plateau *o, struct plateau_state *s, double value, double rate,
	bool lower)
{
	if (s->cooldown > 0) {
		s->cooldown--;
		s->wait = 0;
	}
	if (!s->has_best || callback_improved(o->mode, lower, o->min_delta, value, s->best)) {
		s->best = value;
		s->has_best = true;
		s->wait = 0;
		return rate;
	}
	if (s->cooldown > 0) return rate;
	s->wait++;
	if (s->wait < o->patience || !(rate > (float)o->min_lr)) return rate;
	s->cooldown = o->cooldown;
	s->wait = 0;
	const double reduced = rate * o->factor;
	return (float)(reduced > o->min_lr ? reduced : o->min_lr);
}
