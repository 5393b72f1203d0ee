/*
 * mnist: 70,000 handwritten digits, grey, 28x28 pixels, in IDX files (idx_set.c).
 *
 * Source  LeCun, Bottou, Bengio & Haffner, Gradient-Based Learning Applied to Document Recognition
 *         (1998).
 */
#include "data/idx_set.h"

static const char *const usual[] = { "mnist", "MNIST/raw", NULL };
static const char *const names[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };

static const struct idx_set files = {
	.lookup = { "mnist", usual, idx_set_marks,
		"`tlrun data get mnist` brings it; or name the folder of its four files in dataset.path" },
	.classes = 10, .names = names,
};

static const struct dataset_file sources[] = {
	{ .name = "train-images-idx3-ubyte.gz", .size = 9912422,
		.md5 = "f68b3c2dcbeaaa9fbdd348bbdeb94873" },
	{ .name = "train-labels-idx1-ubyte.gz", .size = 28881,
		.md5 = "d53e105ee54ea40749a09fcbcd1e9432" },
	{ .name = "t10k-images-idx3-ubyte.gz", .size = 1648877,
		.md5 = "9fb629c4189551a2d022fa330f9573f3" },
	{ .name = "t10k-labels-idx1-ubyte.gz", .size = 4542,
		.md5 = "ec29112dd5afa0611ce80d1b7f02629c" },
};
static const struct dataset_source source = {
	.url = "https://ossci-datasets.s3.amazonaws.com/mnist/", .folder = "mnist",
	.n = sizeof sources / sizeof sources[0], .file = sources,
};

static enum status
mnist_inspect(const void *opts, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	(void)opts;
	return idx_set_inspect(&files, q, a, info, e);
}

static enum status
mnist_read(const void *opts, const struct dataset_request *q, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e)
{
	(void)opts, (void)q;
	return idx_set_read(&files, info, split, set, e);
}

const struct dataset_kind dataset_mnist = {
	.kind = { .name = "mnist",
		.summary = "MNIST: 70,000 grey images of handwritten digits, 28x28 pixels (IDX files)." },
	.source = &source, .inspect = mnist_inspect, .read = mnist_read,
};
