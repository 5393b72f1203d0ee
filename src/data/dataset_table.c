/* dataset_table: the list of datasets, and where they are looked for. */
#include <stdlib.h>

#include "tlrun/arena.h"
#include "tlrun/dataset.h"
#include "tlrun/file.h"

extern const struct dataset_kind dataset_cifar10, dataset_cifar100, dataset_fashion_mnist,
	dataset_mnist, dataset_synthetic;

static const struct kind *const kinds[] = {
	&dataset_cifar10.kind,
	&dataset_cifar100.kind,
	&dataset_fashion_mnist.kind,
	&dataset_mnist.kind,
	&dataset_synthetic.kind,
	NULL,
};

const struct family family_dataset = {
	.name = "dataset", .style = FAMILY_TAG, .tag = "name", .kinds = kinds,
	.common = dataset_common_fields, .common_size = sizeof(struct dataset_common),
};

const struct dataset_kind *
dataset_kind_of(const struct kind *k)
{
	return (const struct dataset_kind *)k;	/* kind is the first member */
}

const char *
dataset_cache_folder(struct arena *a)
{
	const char *const cache = getenv("XDG_CACHE_HOME"), *const home = getenv("HOME");
	if (cache && *cache) return path_join(a, cache, "tlrun");
	return home && *home ? path_join(a, home, ".cache/tlrun") : NULL;
}

const char *const *
dataset_search_path(struct arena *a, const char *data)
{
	enum { MOST = 5 };
	const char **const path = ARENA_ARRAY(a, const char *, MOST + 1);
	const char *const root = getenv("TLRUN_DATA"), *const cache = dataset_cache_folder(a);
	size_t n = 0;
	if (data) path[n++] = data;
	if (root && *root) path[n++] = root;
	path[n++] = "data";
	if (cache) path[n++] = cache;
	path[n++] = "/usr/share/datasets";
	return path;
}
