/*
 * cifar100: 60,000 colour images of 32x32 pixels in 100 classes, the binary version, fine labels.
 *
 * Files   train.bin (50,000 records of 3074 bytes), test.bin (10,000); fine_label_names.txt.
 * Source  Krizhevsky, Learning Multiple Layers of Features from Tiny Images (2009);
 *         https://www.cs.toronto.edu/~kriz/cifar.html.
 */
#include "data/cifar_records.h"

static const char *const usual[] = { "cifar-100-binary", "cifar100/cifar-100-binary", "cifar100",
	NULL };
static const char *const train[] = { "train.bin", NULL };
static const char *const test[] = { "test.bin", NULL };
static const char *const marks[] = { "train.bin", "test.bin", NULL };
static const char *const names[] = {
	"apple", "aquarium_fish", "baby", "bear", "beaver", "bed", "bee", "beetle", "bicycle", "bottle",
	"bowl", "boy", "bridge", "bus", "butterfly", "camel", "can", "castle", "caterpillar", "cattle",
	"chair", "chimpanzee", "clock", "cloud", "cockroach", "couch", "crab", "crocodile", "cup",
	"dinosaur", "dolphin", "elephant", "flatfish", "forest", "fox", "girl", "hamster", "house",
	"kangaroo", "keyboard", "lamp", "lawn_mower", "leopard", "lion", "lizard", "lobster", "man",
	"maple_tree", "motorcycle", "mountain", "mouse", "mushroom", "oak_tree", "orange", "orchid",
	"otter", "palm_tree", "pear", "pickup_truck", "pine_tree", "plain", "plate", "poppy",
	"porcupine", "possum", "rabbit", "raccoon", "ray", "road", "rocket", "rose", "sea", "seal",
	"shark", "shrew", "skunk", "skyscraper", "snail", "snake", "spider", "squirrel", "streetcar",
	"sunflower", "sweet_pepper", "table", "tank", "telephone", "television", "tiger", "tractor",
	"train", "trout", "tulip", "turtle", "wardrobe", "whale", "willow_tree", "wolf", "woman",
	"worm",
};
_Static_assert(sizeof names / sizeof names[0] == 100, "CIFAR-100 has 100 classes");

static const struct cifar_records records = {
	.lookup = { "cifar100", usual, marks,
		"`tlrun data get cifar100` brings it; or name the folder of its files in dataset.path" },
	.files = { [SPLIT_TRAIN] = train, [SPLIT_TEST] = test },
	.records = { [SPLIT_TRAIN] = 50000, [SPLIT_TEST] = 10000 },
	.label_bytes = 2, .labels = { 20, 100 }, .names_file = "fine_label_names.txt", .names = names,
};

static const struct dataset_file files[] = {
	{ .name = "train.bin", .size = 50000 * 3074 },
	{ .name = "test.bin", .size = 10000 * 3074 },
	{ .name = "fine_label_names.txt" },
	{ .name = "coarse_label_names.txt" },
};
static const struct dataset_source source = {
	.url = "https://www.cs.toronto.edu/~kriz/", .folder = "cifar-100-binary",
	.archive = { .name = "cifar-100-binary.tar.gz", .size = 168513733,
		.md5 = "03b5dce01913d631647c71ecec9e9cb8" },
	.n = sizeof files / sizeof files[0], .file = files,
};

static enum status
cifar100_inspect(const void *opts, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	(void)opts;
	return cifar_inspect(&records, q, a, info, e);
}

static enum status
cifar100_read(const void *opts, const struct dataset_request *q, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e)
{
	(void)opts, (void)q;
	return cifar_read(&records, info, split, set, e);
}

const struct dataset_kind dataset_cifar100 = {
	.kind = { .name = "cifar100",
		.summary = "CIFAR-100: 60,000 colour images of 32x32 pixels, 100 classes (binary version, "
				   "fine labels)." },
	.source = &source, .inspect = cifar100_inspect, .read = cifar100_read,
};
