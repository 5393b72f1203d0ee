/* The top-level keys of the experiment file: the schema of the whole language starts here. */
#include "sweep_parts.h"

static const struct field_word channel_words[] = {
	{ "keep", CHANNELS_KEEP }, { "rgb", CHANNELS_RGB }, { "gray", CHANNELS_GRAY }, { NULL, 0 },
};

static const struct field_word interpolation_words[] = {
	{ "nearest", RESIZE_NEAREST }, { "bilinear", RESIZE_BILINEAR },
	{ "bicubic", RESIZE_BICUBIC }, { "area", RESIZE_AREA }, { NULL, 0 },
};

static const struct field crop_fields[] = {
	FIELD_REAL(struct crop, center, .required = true, .min = 0, .max = 1, .min_open = true,
		.doc = "share of each side that stays, around the centre", .example = "0.875"),
	FIELD_END
};

static const struct field preprocessing_fields[] = {
	FIELD_WORD(struct preprocessing, channels, .words = channel_words,
		.doc = "grey to three channels, or colour to grey"),
	FIELD_MAP(struct preprocessing, crop, .fields = crop_fields, .optional = true,
		.doc = "the part of each image that is taken, in training and in evaluation; then resized",
		.example = "{center: 0.875}"),
	FIELD_PAIR(struct preprocessing, resize, .optional = true, .min = 1, .max = 4096,
		.unit = "pixels", .doc = "height and width of the network's input; default: the data's",
		.example = "96"),
	FIELD_WORD(struct preprocessing, interpolation, .words = interpolation_words,
		.preset = RESIZE_BILINEAR,
		.doc = "how resize computes: half-pixel centres, no antialiasing, as Keras"),
	FIELD_CUSTOM(struct preprocessing, normalize, .custom = &normalize_custom, .preset_str = "auto",
		.doc = "what the pixels 0 … 255 become",
		.example = "{mean: [0.49, 0.48, 0.45], std: 0.25}"),
	FIELD_END
};

static const struct field model_fields[] = {
	FIELD_KINDS(struct model, layers, .family = &family_layer, .optional = true,
		.doc = "the whole network, first to last; in its place: backbone and head",
		.example = "[flatten, dense: {units: num_classes}]"),
	FIELD_KIND(struct model, backbone, .family = &family_backbone, .optional = true,
		.check = backbone_common_check,
		.doc = "a named network that images go through first; goes with head",
		.example = "{name: mobilenet_v2, weights: imagenet, freeze: all}"),
	FIELD_KINDS(struct model, head, .family = &family_layer, .optional = true,
		.doc = "the layers behind the backbone, first to last",
		.example = "[flatten, dense: {units: num_classes, activation: softmax}]"),
	FIELD_STR(struct model, weights, .optional = true,
		.doc = "file of the first weights of layers' backbone_layers, a name looked up in the "
			"search path or a path", .example = "models/backbone.safetensors"),
	FIELD_INT(struct model, backbone_layers, .optional = true, .min = 1, .max = INT_MAX,
		.doc = "how many of layers, from the first, are the backbone: what weights fills, freeze "
			"counts and lr_mult.backbone multiplies"),
	FIELD_END
};

/* The results of a run hold the weights it ended with, and no others. */
static const struct field_word checkpoint_words[] = { { "best", START_BEST }, { NULL, 0 } };

static const struct field start_from_fields[] = {
	FIELD_SLUG(struct start_from, experiment, .required = true,
		.doc = "name of an experiment of the same batch or of the results folder",
		.example = "pretrain"),
	FIELD_WORD(struct start_from, checkpoint, .words = checkpoint_words,
		.doc = "the weights its run ended with: the best, where it restores them"),
	FIELD_END
};

static const struct field_word matmul_words[] = {
	{ "native", MATMUL_NATIVE }, { "openblas", MATMUL_OPENBLAS }, { NULL, 0 },
};

static const struct field engine_fields[] = {
	FIELD_WORD(struct engine, matmul, .words = matmul_words,
		.doc = "who multiplies matrices; part of the configuration, because it changes bits"),
	FIELD_BOOL(struct engine, fuse, .preset = 1,
		.doc = "chains of layers done as one step; false: layer by layer; part of the "
			"configuration, because folded constants change bits"),
	FIELD_END
};

static const struct field runtime_fields[] = {
	FIELD_INT(struct runtime, threads, .optional = true, .min = 1, .max = 1024,
		.doc = "threads; default: the cores this process may use; never changes a result"),
	FIELD_BYTES(struct runtime, memory_limit, .optional = true, .min = 1, .max = 1e15,
		.doc = "most memory a run may plan for; default: what the machine has free",
		.example = "2G"),
	FIELD_END
};

const struct field experiment_fields[] = {
	FIELD_INT(struct experiment_options, version, .required = true, .min = 1, .max = 1,
		.doc = "format version of this file", .example = "1"),
	FIELD_SLUG(struct experiment_options, name, .optional = true,
		.doc = "folder of the results; default: the file's stem", .example = "scratch_cnn"),
	FIELD_STR(struct experiment_options, description, .optional = true,
		.doc = "printed in reports"),
	FIELD_SLUG(struct experiment_options, compare_with, .optional = true,
		.doc = "the experiment that this one is tested against in comparisons, in place of all; "
			"changes no result", .example = "scratch"),
	FIELD_LONG(struct experiment_options, seed, .optional = true, .max = (double)LLONG_MAX,
		.given = offsetof(struct experiment_options, seed_given),
		.doc = "one seed, in place of seeds"),
	FIELD_INTS(struct experiment_options, seeds, .preset_str = "[1]", .ranges = true,
		.max = (double)LLONG_MAX, .given = offsetof(struct experiment_options, seeds_given),
		.doc = "one run each: weights' first values, batch order, dropout", .example = "1-5"),
	FIELD_MAP(struct experiment_options, start_from, .fields = start_from_fields, .optional = true,
		.given = offsetof(struct experiment_options, start_from.given),
		.doc = "first weights from the run of another experiment with the same seed"),
	FIELD_KIND(struct experiment_options, dataset, .family = &family_dataset, .required = true,
		.check = dataset_common_check, .doc = "where the images come from",
		.example = "{name: cifar10}"),
	FIELD_MAP(struct experiment_options, preprocessing, .fields = preprocessing_fields,
		.doc = "from pixels to the network's input"),
	FIELD_MAP(struct experiment_options, model, .fields = model_fields, .required = true,
		.doc = "the network"),
	FIELD_MAP(struct experiment_options, training, .fields = training_fields,
		.doc = "how it is trained"),
	FIELD_MAP(struct experiment_options, evaluation, .fields = evaluation_fields,
		.doc = "what is measured and shown"),
	FIELD_MAP(struct experiment_options, sweep, .fields = sweep_fields, .optional = true,
		.given = offsetof(struct experiment_options, sweep.given), .check = sweep_check,
		.doc = "one file, many experiments: each a trial with a name and results of its own",
		.example = "{parameters: {training.batch_size: {values: [32, 64]}}}"),
	FIELD_MAP(struct experiment_options, engine, .fields = engine_fields,
		.doc = "how it is computed"),
	FIELD_MAP(struct experiment_options, runtime, .fields = runtime_fields,
		.doc = "what a run may use; never changes a result"),
	FIELD_END
};
