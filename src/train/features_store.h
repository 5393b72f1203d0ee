/*
 * The stored output of a frozen prefix: the key of a part's features, their file, the folder of
 * such files, and the part's features open by memory map. For src/train alone.
 */
#ifndef TRAIN_FEATURES_STORE_H
#define TRAIN_FEATURES_STORE_H

#include "tlrun/exec.h"
#include "tlrun/features.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/loader.h"
#include "tlrun/trainer.h"

enum { FEATURES_PARTS = 3, FEATURES_WHAT = 320 };

/* ---- features_key.c ---- */

/*
 * SHA-256 of all that the prefix's output for an image depends on, but for the image: this
 * program's version, preprocessing, the prefix's layers with options and shapes, its weights,
 * whether fusions fold them, the engine of matrix products.
 */
void features_prefix_key(const struct net *net, const float *params, const struct loader *loader,
	bool fuse, char out[HASH_HEX]);
/* The prefix's key and the images of a part. */
void features_part_key(const char *prefix, const struct loader_part *part, char out[HASH_HEX]);

/* ---- features_file.c ---- */

/* What a file says of itself. */
struct features_label {
	long long n, row;				/* images, floats of each */
	char key[HASH_HEX];
	char what[FEATURES_WHAT];		/* for people */
};

/* An open file: mapped, and locked against `cache clear`. */
struct features_file {
	int lock;						/* -1: not open */
	struct file_map map;
	const float *rows;
};
enum features_found { FEATURES_NONE, FEATURES_WHOLE, FEATURES_DAMAGED };
/* Open and verify: what it says must be want's n, row and key. why says what is wrong with a
 * damaged one. */
enum features_found features_file_open(const char *path, const struct features_label *want,
	struct features_file *f, struct err *why);
void features_file_close(struct features_file *f);
/* What a file says of itself, without a look at its rows; false: no whole features. */
bool features_file_label(const char *path, struct features_label *out);

/* Writing: rows are added in their order, the label comes with the commit. */
struct features_writer { struct file_writer *file; struct hash *hash; };
enum status features_writer_open(struct features_writer *w, const char *path, struct err *e);
enum status features_writer_add(struct features_writer *w, const float *rows, size_t floats,
	struct err *e);
enum status features_writer_commit(struct features_writer *w, const struct features_label *label,
	struct err *e);
void features_writer_abandon(struct features_writer *w);

/* ---- features_cache.c ---- */

/* Whether `need` more bytes may be written: the limit and the disk's free space. ERR_MEMORY says
 * what there is. Makes the folder. */
enum status features_room(const struct features_cache *cache, long long need, struct err *e);
/* Give back the lock of a key (file_lock), a file beside its features; below 0: there is none. */
void features_unlock(int lock, const char *path);

/* ---- features.c ---- */

/* A part of the data, its features open or to be computed batch by batch. */
struct features_part {
	const struct loader_part *part;
	char key[HASH_HEX];
	struct features_file file;
};
struct features {
	struct arena *a;
	size_t row;						/* floats of an image */
	char prefix[HASH_HEX];			/* its key */
	int parts;
	struct features_part part[FEATURES_PARTS];
	char noted[HASH_HEX];			/* prefix whose lack of a cache was said */
	enum features_use use;
};

/* What computing takes. */
struct features_pass {
	const struct trainer_setup *setup;
	const struct net *net;
	struct exec *exec;				/* of the prefix's plan */
	int batch;						/* images of a call */
};

/* Begin with the prefix of a net whose parameters are these; what is open stays so where the
 * prefix is the same. */
void features_begin(struct features *f, const struct features_pass *p, const float *params);
/*
 * Open the features of a part, from the cache or computed and stored now. Where they cannot be
 * stored, that is noted and the part stays without. ERR_STOPPED alone.
 */
enum status features_open(struct features *f, const struct features_pass *p,
	const struct loader_part *part, const char *name, struct err *e);
const float *features_rows(const struct features *f, const struct loader_part *part);
void features_close(struct features *f);

#endif
