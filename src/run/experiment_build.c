/*
 * What the file of an experiment means for its data: the data set inspected, and the network built
 * for its images. Whatever could be read is checked; what depends on something that could not is
 * left out, so that all errors come at once and none follows from another.
 */
#include "experiment_parts.h"
#include "tlrun/arena.h"

/*
 * What is known of the data set's own options: images (their size), classes, and counts of images.
 */
static struct dataset_known
build_known(const struct field_reader *r, const struct experiment *x)
{
	const struct dataset_kind *const kind = dataset_kind_of(x->o.dataset.kind);
	const struct dataset_known all = { true, true, true };
	return kind->known ? kind->known(r, x->o.dataset.opts) : all;
}

/* The request, without what depends on keys that could not be read. */
static struct loader_request
build_request(struct arena *a, const struct experiment *x, const struct experiment_request *q,
	const struct field_reader *r)
{
	const struct dataset_common *c = x->o.dataset.common;
	const struct preprocessing *p = &x->o.preprocessing;
	const struct dataset_known known = build_known(r, x);
	const bool classes = known.classes && known.counts && field_sound(r, &c->classes);
	const bool split = classes && field_sound(r, &c->validation_split) &&
		field_sound(r, &c->max_train_samples) && field_sound(r, &c->validation);
	struct loader_request want = {
		.kind = dataset_kind_of(x->o.dataset.kind),
		.opts = x->o.dataset.opts,
		.where = { .path = x->data_path, .search = dataset_search_path(a, q->data),
			.split_seed = (uint64_t)c->split_seed },
		.classes = known.classes ? &c->classes : NULL,
		.validation_split = c->validation || !split ? 0 : c->validation_split,
		.validation_is_test = c->validation != NULL,
		.split_seed = (uint64_t)c->split_seed,
		.max_train = classes ? c->max_train_samples : 0,
		.max_test = classes ? c->max_test_samples : 0,
		.channels = (enum loader_channels)p->channels,
		.crop = p->crop.center,
		.resize = p->resize,
		.interpolation = (enum resize_method)p->interpolation,
		.normalize = model_normalize(x),
		.known = q->known,
		.preprocessing = node_get(x->root, "preprocessing"),
	};
	if (!known.images || !field_sound(r, &p->channels)) want.normalize = (struct normalize){ 0 };
	return want;
}

enum status
experiment_inspect(struct arena *a, struct experiment *x, const struct experiment_request *q,
	struct field_reader *r, struct err *e)
{
	const struct dataset_common *c = x->o.dataset.common;
	const struct node *node = node_get(x->root, "dataset");
	if (!x->o.dataset.kind || !field_sound(r, &c->path)) return OK;
	x->data_path = c->path && q->data_path ? q->data_path
		: experiment_path(a, x, node_get(node, "path"), c->path);
	struct loader_request want = build_request(a, x, q, r);
	TRY(loader_inspect(a, &want, node, r, &x->loader, e));
	if (!q->smoke || diags_errors(r->diags)) return OK;
	smoke_images(x, &want);
	return loader_inspect(a, &want, node, r, &x->loader, e);
}

/* The map of class_weight is checked against the classes now; the weights wait for the counts. */
static void
build_check_weights(const struct experiment *x, struct field_reader *r)
{
	const struct loader_info *info = loader_info(x->loader);
	const struct kind_value *loss = &x->o.training.loss;
	long long *counts = ARENA_ARRAY(r->arena, long long, (size_t)info->classes);
	float *weights = ARENA_ARRAY(r->arena, float, (size_t)info->classes);
	for (int i = 0; i < info->classes; i++)
		counts[i] = 1;
	loss_kind_of(loss->kind)->class_weights(r, loss->opts, info->classes, info->class_names, counts,
		weights);
}

void
experiment_build(struct experiment *x, struct field_reader *r)
{
	const struct kind_value *b = &x->o.model.backbone;
	const struct loader_info *info = x->loader ? loader_info(x->loader) : NULL;
	const struct preprocessing *p = &x->o.preprocessing;
	const struct dataset_common *c = x->o.dataset.common;
	struct dataset_known known = { false, false, false };
	if (info) known = build_known(r, x);
	known.images = (known.images || p->resize.a) && field_sound(r, &p->resize) &&
		field_sound(r, &p->channels) && field_sound(r, &p->crop.center);
	known.images = known.images && info;
	known.classes = known.classes && field_sound(r, &c->classes);
	if (known.images && b->kind && !b->unread)
		known.images = backbone_takes(r, b, info->h, info->w, info->c);
	struct model_net net = model_layers(r, x, known.images ? info : NULL);
	if (known.images) net.input = SHAPE4(SHAPE_BATCH, info->h, info->w, info->c);
	if (known.classes) net.num_classes = info->classes;
	x->layers = net.layers;
	x->backbone = net.backbone;
	if (known.images && !b->unread) pretrained_check(r, x, info);
	phases_build(r, x, &net);
	if (known.classes && x->o.training.loss.kind) build_check_weights(x, r);
	if (!diags_errors(r->diags)) model_warn(r, x);
}
