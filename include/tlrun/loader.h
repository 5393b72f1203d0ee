/* floor: data */
/*
 * From a dataset to batches: class filter, stratified subsets, stratified validation split, order,
 * pixels to the network's input: channels, crop, resize on levels 0 … 255 in float32, then
 * normalization; the same for every part. Everything is a function of the request and the seeds;
 * in memory pixels stay uint8 of the size they came in.
 */
#ifndef TLRUN_LOADER_H
#define TLRUN_LOADER_H

#include "tlrun/dataset.h"
#include "tlrun/picture.h"
#include "tlrun/rng.h"

enum loader_channels { CHANNELS_KEEP, CHANNELS_RGB, CHANNELS_GRAY };
enum resize_method { RESIZE_NEAREST, RESIZE_BILINEAR, RESIZE_BICUBIC, RESIZE_AREA };
enum normalize_type { NORMALIZE_AUTO, NORMALIZE_ZERO_ONE, NORMALIZE_MINUS_ONE_ONE,
	NORMALIZE_IMAGENET, NORMALIZE_NONE, NORMALIZE_MEAN_STD };
struct normalize {
	enum normalize_type type;
	int n;					/* NORMALIZE_MEAN_STD: 1 or 3 values */
	double mean[3], std[3];	/* applied to x/255 */
};
/*
 * In float32 in Keras's order of steps, x the pixel 0 … 255: zero_one x/255; minus_one_one
 * x/127.5 - 1; imagenet and {mean, std} (x/255 - mean)/std; none x. Grey from colour comes before:
 * (0.2989*r + 0.5870*g) + 0.1140*b, not rounded to whole levels; colour from grey is three times
 * the same.
 */
extern const struct field_custom normalize_custom;	/* struct normalize in a field table */
/* The type that a word of preprocessing.normalize means; false: no such word. */
bool normalize_word(const char *word, enum normalize_type *out);
/* "x/127.5 - 1", for people; NORMALIZE_AUTO as NORMALIZE_ZERO_ONE. */
void normalize_formula(const struct normalize *n, struct str *out);

struct loader_request {
	const struct dataset_kind *kind;
	const void *opts;
	struct dataset_request where;
	const struct str_list *classes;		/* dataset.classes; n 0: all */
	double validation_split;			/* 0 … 1 */
	bool validation_is_test;			/* dataset.validation: test */
	uint64_t split_seed;
	long long max_train, max_test;		/* 0: all */
	enum loader_channels channels;
	double crop;						/* the central share of each side, 0 < x < 1; 0: none */
	struct int_pair resize;				/* h, w; 0: none */
	enum resize_method interpolation;
	struct normalize normalize;			/* NORMALIZE_AUTO is NORMALIZE_ZERO_ONE here */
	/*
	 * The network's input (h, w, c) and classes, in place of a data set: there are no images then,
	 * and preprocessing is for loader_picture. NULL: the data are looked at.
	 */
	const struct dataset_info *known;
	const struct node *preprocessing;	/* for the place of errors; NULL: none was written */
};

/* SHA-256 of a part, hex: of sizes, pixels and labels (data), and of its indices (split). */
struct loader_digest { char data[65], split[65]; };
/* Images of one purpose: a view into a set. */
struct loader_part {
	const struct image_set *set;
	int n;
	const uint32_t *index;	/* [n] into set */
	const int32_t *label;	/* [n], renumbered */
	struct loader_digest *digest;	/* loader_hash keeps its answer here; NULL: nowhere */
};

struct loader;

/*
 * Selection, in this order: classes; max_train_samples; validation_split, of what is left; in a
 * part the images stand in the order of the files. Subsets and validation are stratified: class by
 * class by largest remainder (ties to the lower class), at least one image a class, on both sides
 * of a split; the images of a class by a permutation drawn from split_seed. Validation has
 * round(images * validation_split).
 *
 * Check everything that can be known without reading an image, and size it. diags takes what is
 * wrong in the YAML (unknown class, too few images for a split: at the node given); err what is
 * wrong with the data.
 */
enum status loader_inspect(struct arena *a, const struct loader_request *q,
	const struct node *dataset, struct field_reader *r, struct loader **out, struct err *e);

/* After inspect: what the network sees. */
struct loader_info {
	int h, w, c;				/* after channels, crop and resize */
	int classes;
	const char *const *class_names;
	int train, validation, test;	/* images; with classes the most there can be until read */
	size_t bytes;				/* memory that reading will take */
	const char *folder;			/* NULL: none */
	/* for people: "crop 28x28, resize 96x96 bilinear, x/255", only what there is */
	const char *formula;
	float scale[3], offset[3];	/* what normalization does, per channel, for the model file */
};
const struct loader_info *loader_info(const struct loader *l);
/*
 * All that decides what the network sees of an image, a line each: dataset and its options,
 * channels, crop, resize, interpolation, normalization. Same text and same image, same bits.
 */
void loader_preprocessing_text(const struct loader *l, struct str *out);

/*
 * Read the training set and split it. The test set is read by loader_read_test alone, once, at the
 * end; only where it validates (validation_is_test) loader_read_train reads it too and
 * loader_read_test has nothing left to do. ERR_DATA also says that a class has no or too few
 * images; ERR_MEMORY.
 */
enum status loader_read_train(struct loader *l, struct err *e);
enum status loader_read_test(struct loader *l, struct err *e);
const struct loader_part *loader_train(const struct loader *l);
const struct loader_part *loader_validation(const struct loader *l);	/* may be the test set */
const struct loader_part *loader_test(const struct loader *l);
void loader_free(struct loader *l);		/* buffers; the rest lies in the arena */

/*
 * A picture of any size into x [h,w,c], as the network sees images: channels and crop as asked for,
 * resized to the network's input, normalized. a takes the tables of one size.
 */
void loader_picture(const struct loader *like, struct arena *a, const struct picture *p, float *x);

/* The digests of a part: all its pixels are read the first time, and never again. */
void loader_hash(const struct loader_part *p, char data[65], char split[65]);
/* The same over the training, validation and test parts, all of which have been read. */
void loader_hash_all(const struct loader *l, char data[65], char split[65]);

/* The order of an epoch: a permutation of 0 … n-1, or the identity when shuffle is false. */
void loader_order(uint64_t seed, int epoch, bool shuffle, int n, uint32_t *order);

/*
 * Fill x [n,h,w,c] and labels [n] (may be NULL) with items order[first … first+n) of part (order
 * NULL: identity), in parallel.
 */
void loader_batch(const struct loader *l, const struct loader_part *p, const uint32_t *order,
	int first, int n, float *x, int32_t *labels);

#endif
