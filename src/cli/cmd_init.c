/* tlrun init: starter experiments and the schema for the editor. Nothing is overwritten. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"

static const char init_cnn[] =
	"# yaml-language-server: $schema=tlrun.schema.json\n"
	"# A small convolutional network. `tlrun check` it, change it, `tlrun` it.\n"
	"version: 1\n"
	"description: Small CNN from random weights, on pictures drawn from a seed.\n"
	"dataset:\n"
	"  name: synthetic          # or cifar10, cifar100, mnist, fashion_mnist\n"
	"  validation_split: 0.1\n"
	"model:\n"
	"  layers:\n"
	"    - conv2d: {filters: 32, kernel_size: 3, padding: same, activation: relu}\n"
	"    - max_pooling2d\n"
	"    - conv2d: {filters: 64, kernel_size: 3, padding: same, activation: relu}\n"
	"    - max_pooling2d\n"
	"    - flatten\n"
	"    - dropout: {rate: 0.3}\n"
	"    - dense: {units: num_classes, activation: softmax}\n"
	"training:\n"
	"  epochs: 20\n"
	"  batch_size: 64\n"
	"  optimizer: {type: adam, learning_rate: 1e-3}\n"
	"  early_stopping: {monitor: val_loss, patience: 3}\n"
	"evaluation:\n"
	"  metrics: [accuracy, macro_f1]\n";

static const char init_linear[] =
	"# yaml-language-server: $schema=tlrun.schema.json\n"
	"# The same, with no hidden layer: what cnn.yaml has to beat.\n"
	"version: 1\n"
	"extends: cnn.yaml\n"
	"description: Softmax regression on the pixels.\n"
	"model:\n"
	"  layers:\n"
	"    - flatten\n"
	"    - dense: {units: num_classes, activation: softmax}\n";

static int
cmd_init(const struct options *o, struct arena *a)
{
	const char *const folder = o->args ? o->arg[0] : "experiments";
	struct err e = ERR_INIT;
	struct str schema = STR_INIT, text = STR_INIT;
	field_schema(experiment_fields, "tlrun experiment", &schema);
	const struct { const char *name, *text; } files[] = {
		{ "cnn.yaml", init_cnn },
		{ "linear.yaml", init_linear },
		{ "tlrun.schema.json", str_text(&schema) },
	};
	enum { FILES = sizeof files / sizeof *files };
	enum status s = file_make_folders(folder, &e);
	for (size_t i = 0; s == OK && i < FILES; i++) {
		const char *const path = path_join(a, folder, files[i].name);
		if (file_exists(path))
			s = err_set(&e, ERR_USAGE, MARK_FILE(path),
				"is there already, and nothing is overwritten");
	}
	for (size_t i = 0; s == OK && i < FILES; i++) {
		const char *const path = path_join(a, folder, files[i].name);
		s = file_write(path, files[i].text, strlen(files[i].text), &e);
		str_printf(&text, "%s\n", path);
	}
	str_free(&schema);
	if (s != OK) {
		str_free(&text);
		return cli_fail(o, &e);
	}
	if (!o->quiet) fprintf(stderr, "run them with: tlrun %s\n", folder);
	return cli_print_free(&text);
}

const struct command command_init = {
	.name = "init",
	.usage = "[DIR]",
	.summary = "write starter experiments into DIR (experiments)",
	.max_args = 1,
	.run = cmd_init,
};
