/* tlrun schema: the JSON Schema of the experiment file, for editors. */
#include "cli.h"

static int
cmd_schema(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	(void)o;
	(void)a;
	field_schema(experiment_fields, "tlrun experiment", &text);
	return cli_print_free(&text);
}

const struct command command_schema = {
	.name = "schema",
	.usage = "",
	.summary = "JSON Schema of the experiment file, for editors",
	.help = "In an editor with yaml-language-server, put into the first line of an experiment\n"
			"  # yaml-language-server: $schema=tlrun.schema.json\n"
			"after `tlrun schema > tlrun.schema.json`; `tlrun init` does both.\n",
	.run = cmd_schema,
};
