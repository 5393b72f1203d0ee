/* tlrun weights: what is in files of weights, and what brings them. */
#include "cli.h"

static const struct subcommand weights_commands[] = {
	{ "get", "BACKBONE [alpha=…] [size=…]", 1, -1, weights_get, WORDS_BACKBONES },
	{ "show", "FILE [BACKBONE [alpha=…]]", 1, -1, weights_show, WORDS_FILES },
	{ "verify", "BACKBONE [alpha=…] [size=…]", 1, -1, weights_verify, WORDS_BACKBONES },
	{ 0 },
};

static int
cmd_weights(const struct options *o, struct arena *a)
{
	return cli_subcommand("weights", weights_commands, o, a);
}

const struct command command_weights = {
	.name = "weights",
	.usage = "get or verify BACKBONE, or show FILE [BACKBONE [alpha=…]]",
	.summary = "bring ImageNet weights; the tensors of a file, and what they bind to",
	.help = "get BACKBONE         download its public ImageNet weights (mobilenet_v2 alpha=0.5\n"
			"                     size=96) to --data DIR, TLRUN_WEIGHTS, TLRUN_DATA or the user's\n"
			"                     cache folder; what was cut is gone on with\n"
			"verify BACKBONE      whether what the search path finds fills the backbone\n"
			"show FILE            its tensors: HDF5 of Keras (weights, whole models, .weights.h5)\n"
			"                     or safetensors, recognised by content; a bare name is looked\n"
			"                     for in the search path\n"
			"show FILE BACKBONE   what each binds to in a backbone (mobilenet_v2 alpha=0.5):\n"
			"                     matched, missing, of another shape, left over; exits with 3\n"
			"                     when the file does not fill the backbone\n"
			"\n"
			"TLRUN_MIRROR names an address to download from instead:\n"
			"MIRROR/mobilenet_v2/FILE.\n",
	.min_args = 1,
	.max_args = -1,
	.sub = weights_commands,
	.run = cmd_weights,
};
