/* tlrun weights: what is in files of weights, and what brings them. */
#include "cli.h"

static const struct subcommand weights_commands[] = {
	{ "show", "FILE", 1, 1, weights_show },
	{ 0 },
};

static int
cmd_weights(const struct options *o, struct arena *a)
{
	return cli_subcommand("weights", weights_commands, o, a);
}

const struct command command_weights = {
	.name = "weights",
	.usage = "show FILE",
	.summary = "the tensors of a weights file",
	.help = "show FILE   its tensors: HDF5 of Keras (weights, whole models, .weights.h5) or\n"
			"            safetensors, recognised by content.\n",
	.min_args = 1,
	.max_args = -1,
	.run = cmd_weights,
};
