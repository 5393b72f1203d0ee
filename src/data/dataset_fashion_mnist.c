/*
 * fashion_mnist: 70,000 pieces of clothing, grey, 28x28 pixels, in IDX files (idx_set.c).
 *
 * Source  Xiao, Rasul & Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
 *         Learning Algorithms (2017); https://github.com/zalandoresearch/fashion-mnist.
 */
#include "data/idx_set.h"

static const char *const usual[] = { "fashion-mnist", "fashion_mnist", "FashionMNIST/raw", NULL };
static const char *const names[] = { "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
	"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot" };

static const struct idx_set files = {
	.lookup = { "fashion_mnist", usual, idx_set_marks,
		"apt install dataset-fashion-mnist, or name the folder of its four files in dataset.path" },
	.classes = 10, .names = names,
};

static enum status
fashion_mnist_inspect(const void *opts, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	(void)opts;
	return idx_set_inspect(&files, q, a, info, e);
}

static enum status
fashion_mnist_read(const void *opts, const struct dataset_request *q,
	const struct dataset_info *info, enum dataset_split split, struct image_set *set, struct err *e)
{
	(void)opts, (void)q;
	return idx_set_read(&files, info, split, set, e);
}

const struct dataset_kind dataset_fashion_mnist = {
	.kind = { .name = "fashion_mnist",
		.summary = "Fashion-MNIST: 70,000 grey images of clothing, 28x28 pixels (IDX files)." },
	.inspect = fashion_mnist_inspect, .read = fashion_mnist_read,
};
