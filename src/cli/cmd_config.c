/* tlrun config: the resolved experiment with the origin of every value. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/document.h"
#include "tlrun/json.h"
#include "tlrun/num.h"

/* What was printed as YAML reads back with known types: numbers and words are told apart by
 * their look. */
static void
config_json(struct json *j, const char *key, const struct node *n)
{
	double number;
	long long whole;
	switch (n->type) {
	case NODE_NULL:
		json_put_string(j, key, NULL);
		break;
	case NODE_SCALAR:
		if (n->quoted) json_put_string(j, key, n->text);
		else if (!strcmp(n->text, "true") || !strcmp(n->text, "false"))
			json_put_bool(j, key, n->text[0] == 't');
		else if (num_parse_int(n->text, &whole)) json_put_int(j, key, whole);
		else if (num_parse_double(n->text, &number)) json_put_double(j, key, number);
		else json_put_string(j, key, n->text);
		break;
	case NODE_LIST:
	case NODE_MAP:
		if (n->type == NODE_MAP) json_open_object(j, key);
		else json_open_array(j, key);
		for (size_t i = 0; i < n->n; i++)
			config_json(j, n->type == NODE_MAP ? n->keys[i] : NULL, n->items[i]);
		json_close(j);
		break;
	}
}

/* Read, and with --expand opened, since a backbone's layers depend on the size of the images. */
static int
config_open(const struct options *o, struct arena *a, const struct experiment_request *q,
	struct experiment **x)
{
	struct diags *d = diags_new();
	struct err e = ERR_INIT;
	const enum status s =
		o->expand ? experiment_open(a, q, x, d, &e) : experiment_read(a, q, x, d);
	if (diags_errors(d) || diags_warnings(d)) cli_diags(o, d);
	diags_free(d);
	if (s != OK && s != ERR_CONFIG) return cli_fail(o, &e);
	return cli_exit(s);
}

static int
cmd_config(const struct options *o, struct arena *a)
{
	struct cli_args args;
	struct err e = ERR_INIT;
	cli_split(o, a, &args);
	if (args.files != 1) {
		err_set(&e, ERR_USAGE, MARK_NONE, "expected one experiment file, found %d", args.files);
		return cli_fail(o, &e);
	}
	const struct experiment_request q = {
		.path = args.file[0],
		.overrides = args.override,
		.n_overrides = args.overrides,
		.data = o->data,
		.without_weights = true,
	};
	struct experiment *x = NULL;
	const int code = config_open(o, a, &q, &x);
	struct str text = STR_INIT;
	if (!code && o->expand) {
		const struct experiment_options all = experiment_expand(a, x);
		field_print(experiment_fields, &all, NULL, false, &text);
	} else if (!code) field_print(experiment_fields, &x->o, x->root, !o->json, &text);
	experiment_close(x);
	if (code) return code;
	if (o->json) {
		struct node *root = NULL;
		struct str out = STR_INIT;
		struct json j;
		struct diags *none = diags_new();
		document_parse(a, "resolved", str_text(&text), text.len, &root, none);
		diags_free(none);
		json_begin(&j, &out);
		config_json(&j, NULL, root);
		json_finish(&j);
		str_free(&text);
		text = out;
	}
	return cli_print_free(&text);
}

const struct command command_config = {
	.name = "config",
	.usage = "FILE [key=value…]",
	.summary = "the resolved experiment, with where each value came from",
	.help = "Parents are merged, overrides applied, defaults written out. Needs no data, but for\n"
			"--expand: a backbone as model.layers, with model.backbone_layers and model.weights,\n"
			"which runs to the same bits.\n",
	.min_args = 1,
	.max_args = -1,
	.words = WORDS_FILES,
	.run = cmd_config,
};
