/* The binary versions of CIFAR-10 and CIFAR-100: files of fixed records. For src/data alone. */
#ifndef DATA_CIFAR_RECORDS_H
#define DATA_CIFAR_RECORDS_H

#include "data/lookup.h"

enum { CIFAR_SIDE = 32, CIFAR_PIXELS = CIFAR_SIDE * CIFAR_SIDE, CIFAR_LABELS = 2 };

struct cifar_records {
	struct lookup lookup;
	const char *const *files[SPLIT_COUNT];	/* NULL-ended */
	int records[SPLIT_COUNT];				/* in each file */
	int label_bytes;						/* 1 or 2 before the pixels; the last is the class */
	int labels[CIFAR_LABELS];				/* how many values each of them has */
	const char *names_file;
	const char *const *names;				/* when that file is missing */
};

enum status cifar_inspect(const struct cifar_records *c, const struct dataset_request *q,
	struct arena *a, struct dataset_info *info, struct err *e);
enum status cifar_read(const struct cifar_records *c, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e);

#endif
