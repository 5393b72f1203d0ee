/* The losses there are, for their table. */
#ifndef TRAIN_LOSSES_H
#define TRAIN_LOSSES_H

#include "tlrun/loss.h"

extern const struct loss_kind loss_cross_entropy;

#endif
