/* The four IDX files of MNIST and its relatives. For src/data alone. */
#ifndef DATA_IDX_SET_H
#define DATA_IDX_SET_H

#include "data/lookup.h"

extern const char *const idx_set_marks[];	/* for struct lookup's files */

struct idx_set {
	struct lookup lookup;
	int classes;
	const char *const *names;
};

enum status idx_set_inspect(const struct idx_set *x, const struct dataset_request *q,
	struct arena *a, struct dataset_info *info, struct err *e);
enum status idx_set_read(const struct idx_set *x, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e);

#endif
