/* tlrun weights: what is in files of weights, and what brings them. */
#include "cli.h"

static const struct subcommand weights_commands[] = {
	{ "show", "FILE [BACKBONE [alpha=…]]", 1, -1, weights_show },
	{ 0 },
};

static int
cmd_weights(const struct options *o, struct arena *a)
{
	return cli_subcommand("weights", weights_commands, o, a);
}

const struct command command_weights = {
	.name = "weights",
	.usage = "show FILE [BACKBONE [alpha=…]]",
	.summary = "the tensors of a weights file, and what they bind to",
	.help = "show FILE            its tensors: HDF5 of Keras (weights, whole models, .weights.h5)\n"
			"                     or safetensors, recognised by content; a bare name is looked\n"
			"                     for in the search path\n"
			"show FILE BACKBONE   what each binds to in a backbone (mobilenet_v2 alpha=0.5):\n"
			"                     matched, missing, of another shape, left over; exits with 3\n"
			"                     when the file does not fill the backbone\n",
	.min_args = 1,
	.max_args = -1,
	.run = cmd_weights,
};
