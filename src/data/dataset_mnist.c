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
		"download train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, "
		"t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz from "
		"https://ossci-datasets.s3.amazonaws.com/mnist/ to ./data/mnist, or name their folder "
		"in dataset.path" },
	.classes = 10, .names = names,
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
	.inspect = mnist_inspect, .read = mnist_read,
};
