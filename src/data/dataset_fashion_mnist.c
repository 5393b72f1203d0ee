/*
 * fashion_mnist: 70,000 pieces of clothing, grey, 28x28 pixels, in IDX files (idx_set.c).
 *
 * Files   Debian packs them without their names, at another time; with those put back (31 August
 *         2017) its files have the published MD5, so their content is the one that is compared.
 * Source  Xiao, Rasul & Vollgraf, Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
 *         Learning Algorithms (2017); https://github.com/zalandoresearch/fashion-mnist.
 */
#include "data/idx_set.h"

static const char *const usual[] = { "fashion-mnist", "fashion_mnist", "FashionMNIST/raw", NULL };
static const char *const names[] = { "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
	"Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot" };

static const struct idx_set files = {
	.lookup = { "fashion_mnist", usual, idx_set_marks,
		"`tlrun data get fashion_mnist` (or apt install dataset-fashion-mnist) brings it; or name "
		"the folder of its four files in dataset.path" },
	.classes = 10, .names = names,
};

static const struct dataset_file sources[] = {
	{ .name = "train-images-idx3-ubyte.gz", .size = 26421880,
		.md5 = "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
		.content = "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888" },
	{ .name = "train-labels-idx1-ubyte.gz", .size = 29515,
		.md5 = "25c81989df183df01b3e8a0aad5dffbe",
		.content = "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9" },
	{ .name = "t10k-images-idx3-ubyte.gz", .size = 4422102,
		.md5 = "bef4ecab320f06d8554ea6380940ec79",
		.content = "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b" },
	{ .name = "t10k-labels-idx1-ubyte.gz", .size = 5148,
		.md5 = "bb300cfdad3c16e7a12a480ee83cd310",
		.content = "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34" },
};
static const struct dataset_source source = {
	.url = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
	.folder = "fashion-mnist",
	.n = sizeof sources / sizeof sources[0], .file = sources,
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
	.source = &source, .inspect = fashion_mnist_inspect, .read = fashion_mnist_read,
};
