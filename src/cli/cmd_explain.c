/* tlrun explain: what a key or a kind means, from the table that reads it. */
#include "cli.h"

static int
cmd_explain(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	const char *near = NULL;
	(void)a;
	if (!o->args) {
		for (const struct field *f = experiment_fields; f->key; f++)
			str_printf(&text, "%-14s %s\n", f->key, f->doc);
		return cli_print_free(&text);
	}
	if (field_explain(experiment_fields, o->arg[0], &text, &near)) return cli_print_free(&text);
	str_free(&text);
	err_set(&e, ERR_USAGE, MARK_NONE, "no key or kind \"%s\"%s%s%s", o->arg[0],
		near ? "; did you mean \"" : "; tlrun explain lists the keys", near ? near : "",
		near ? "\"?" : "");
	return cli_fail(o, &e);
}

const struct command command_explain = {
	.name = "explain",
	.usage = "[KEY or KIND]",
	.summary = "type, default, range, meaning and example of a key or a kind",
	.help = "tlrun explain training.early_stopping, tlrun explain epochs, tlrun explain conv2d;\n"
			"without a word, all keys of the top level.\n",
	.max_args = 1,
	.words = WORDS_KEYS,
	.run = cmd_explain,
};
