/* What the callbacks share. */
#ifndef TRAIN_CALLBACKS_H
#define TRAIN_CALLBACKS_H

#include "tlrun/callback.h"

extern const struct field_word callback_mode_words[];

/* Keras's improvement test (monitor_callback.py): strict, in double; NaN never improves. */
bool callback_improved(int mode, bool lower, double min_delta, double value, double best);

#endif
