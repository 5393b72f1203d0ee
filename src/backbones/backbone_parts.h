/* What the files of this folder share. */
#ifndef BACKBONES_BACKBONE_PARTS_H
#define BACKBONES_BACKBONE_PARTS_H

#include "tlrun/backbone.h"

extern const struct field backbone_common_fields[];

#endif
