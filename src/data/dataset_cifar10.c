/*
 * cifar10: 60,000 colour images of 32x32 pixels in 10 classes, the binary version.
 *
 * Files   data_batch_1.bin … data_batch_5.bin (train), test_batch.bin: 10,000 records of 3073 bytes
 *         each; batches.meta.txt: the names of the classes.
 * Source  Krizhevsky, Learning Multiple Layers of Features from Tiny Images (2009);
 *         https://www.cs.toronto.edu/~kriz/cifar.html.
 */
#include "data/cifar_records.h"

static const char *const usual[] = { "cifar-10-batches-bin", "cifar10/cifar-10-batches-bin",
	"cifar10", ".", NULL };
static const char *const marks[] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
	"data_batch_4.bin", "data_batch_5.bin", "test_batch.bin", NULL };
static const char *const train[] = { "data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin",
	"data_batch_4.bin", "data_batch_5.bin", NULL };
static const char *const test[] = { "test_batch.bin", NULL };
static const char *const names[] = { "airplane", "automobile", "bird", "cat", "deer", "dog",
	"frog", "horse", "ship", "truck" };

static const struct cifar_records records = {
	.lookup = { "cifar10", usual, marks,
		"`tlrun data get cifar10` brings it; or name the folder of its files in dataset.path" },
	.files = { [SPLIT_TRAIN] = train, [SPLIT_TEST] = test },
	.records = { [SPLIT_TRAIN] = 10000, [SPLIT_TEST] = 10000 },
	.label_bytes = 1, .labels = { 10 }, .names_file = "batches.meta.txt", .names = names,
};

static const struct dataset_file files[] = {
	{ .name = "data_batch_1.bin", .size = 30730000 },
	{ .name = "data_batch_2.bin", .size = 30730000 },
	{ .name = "data_batch_3.bin", .size = 30730000 },
	{ .name = "data_batch_4.bin", .size = 30730000 },
	{ .name = "data_batch_5.bin", .size = 30730000 },
	{ .name = "test_batch.bin", .size = 30730000 },
	{ .name = "batches.meta.txt" },
};
static const struct dataset_source source = {
	.url = "https://www.cs.toronto.edu/~kriz/", .folder = "cifar-10-batches-bin",
	.archive = { .name = "cifar-10-binary.tar.gz", .size = 170052171,
		.md5 = "c32a1d4ab5d03f1284b67883e8d87530" },
	.n = sizeof files / sizeof files[0], .file = files,
};

static enum status
cifar10_inspect(const void *opts, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	(void)opts;
	return cifar_inspect(&records, q, a, info, e);
}

static enum status
cifar10_read(const void *opts, const struct dataset_request *q, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e)
{
	(void)opts, (void)q;
	return cifar_read(&records, info, split, set, e);
}

const struct dataset_kind dataset_cifar10 = {
	.kind = { .name = "cifar10",
		.summary = "CIFAR-10: 60,000 colour images of 32x32 pixels, 10 classes (binary version)." },
	.source = &source, .inspect = cifar10_inspect, .read = cifar10_read,
};
