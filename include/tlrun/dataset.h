/* floor: data */
/*
 * What one dataset gives: two splits of uint8 images in memory, labels, class names. A kind of
 * dataset is one file, src/data/dataset_<kind>.c, and one line of dataset_table.c.
 */
#ifndef TLRUN_DATASET_H
#define TLRUN_DATASET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tlrun/buffer.h"
#include "tlrun/field.h"

struct arena;

enum dataset_split { SPLIT_TRAIN, SPLIT_TEST, SPLIT_COUNT };

struct image_set {
	int n, h, w, c;
	struct buffer pixels;		/* uint8 [n,h,w,c] */
	int32_t *labels;			/* [n], 0 … classes-1; in labels_buffer */
	struct buffer labels_buffer;
};

/* What a reader is given and what it finds out without reading images. */
struct dataset_request {
	const char *path;	/* dataset.path, relative to the working folder; NULL: look up */
	const char *const *search;	/* folders to look in, NULL-ended (dataset_search_path) */
	uint64_t split_seed;		/* for synthetic */
};
struct dataset_info {
	const char *folder;			/* where it was found; NULL when it needs no files */
	int h, w, c;
	int n[SPLIT_COUNT];
	int classes;
	const char *const *class_names;	/* classes of them */
};

/* Public files of a dataset, to be brought by `tlrun data get`. */
struct dataset_file {
	const char *name;
	long long size;		/* bytes; 0: unknown */
	const char *sha256, *md5;	/* lower case; NULL: unknown */
	/* SHA-256 of what a .gz holds: others pack the same bytes anew, or not at all; NULL: unknown */
	const char *content;
};
struct dataset_source {
	const char *url;	/* of their folder, with the last slash */
	const char *folder;	/* below a folder of the search path; in the archive, too */
	struct dataset_file archive;	/* a .tar.gz that holds the files; name NULL: each is brought */
	size_t n;
	const struct dataset_file *file;
};

/* Which of what inspect finds out does not depend on options that could not be read. */
struct dataset_known { bool images, classes, counts; };

struct dataset_kind {
	struct kind kind;
	bool drawn;		/* needs no files */
	const struct dataset_source *source;	/* NULL: there is none */
	/*
	 * Find the files, check their sizes and headers, fill info. Reads no image. ERR_DATA with file,
	 * offset, found, expected; what is missing says where it was looked for and what brings it.
	 */
	enum status (*inspect)(const void *opts, const struct dataset_request *q, struct arena *a,
		struct dataset_info *info, struct err *e);
	/* Read one split into set (labels as in the files). ERR_DATA, ERR_MEMORY. */
	enum status (*read)(const void *opts, const struct dataset_request *q,
		const struct dataset_info *info, enum dataset_split split, struct image_set *set,
		struct err *e);
	/* From field_sound of the options; NULL: all is known whatever they are. */
	struct dataset_known (*known)(const struct field_reader *r, const void *opts);
};

/* The keys that every dataset has besides its own; family_dataset.common. */
struct dataset_common {
	const char *path;
	struct str_list classes;	/* names or indices; n 0: all */
	/* preset 0.1; 0: no image validates; below 0: validation is test */
	double validation_split;
	bool validation_split_given;
	const char *validation;		/* "test", or NULL */
	long long split_seed;
	long long max_train_samples, max_test_samples;	/* 0: all */
};
extern const struct field dataset_common_fields[];
/*
 * A field's check (the value a struct kind_value): validation and validation_split are not both
 * given, what is drawn has no path. Where validation is test it takes the preset of
 * validation_split back, so that what is printed reads back.
 */
void dataset_common_check(struct field_reader *r, const struct node *node, void *value);

extern const struct family family_dataset;	/* FAMILY_TAG, tag "name", not bare */
const struct dataset_kind *dataset_kind_of(const struct kind *k);

/* The user's: $XDG_CACHE_HOME/tlrun or ~/.cache/tlrun; NULL when neither is known. */
const char *dataset_cache_folder(struct arena *a);
/*
 * The search path of rule 7: --data DIR (data, may be NULL), TLRUN_DATA, ./data,
 * dataset_cache_folder, /usr/share/datasets. NULL-ended, in the arena.
 */
const char *const *dataset_search_path(struct arena *a, const char *data);

void image_set_free(struct image_set *s);

#endif
