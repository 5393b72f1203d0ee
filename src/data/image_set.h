/* Memory of a set of images. For src/data alone. */
#ifndef DATA_IMAGE_SET_H
#define DATA_IMAGE_SET_H

#include "tlrun/dataset.h"

/* Empty pixels and labels for the images of a split. ERR_MEMORY; the set is then empty. */
enum status image_set_alloc(struct image_set *set, const struct dataset_info *info,
	enum dataset_split split, struct err *e);

#endif
