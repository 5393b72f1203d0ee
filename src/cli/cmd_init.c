/* tlrun init: starter experiments and the schema for the editor. Nothing is overwritten. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"

static enum status
init_look(const char *path, struct err *e)
{
	if (!file_exists(path)) return OK;
	return err_set(e, ERR_USAGE, MARK_FILE(path), "is there already, and nothing is overwritten");
}

static enum status
init_put(const char *path, const char *content, struct str *written, struct err *e)
{
	TRY(file_write(path, content, strlen(content), e));
	str_printf(written, "%s\n", path);
	return OK;
}

/* All of them or, where one is there already, none. */
static enum status
init_files(struct arena *a, const char *folder, const char *schema, struct str *written,
	struct err *e)
{
	const char *const schema_path = path_join(a, folder, "tlrun.schema.json");
	TRY(file_make_folders(folder, e));
	for (const struct starter *s = starters; s->name; s++)
		TRY(init_look(path_join(a, folder, s->name), e));
	TRY(init_look(schema_path, e));
	for (const struct starter *s = starters; s->name; s++)
		TRY(init_put(path_join(a, folder, s->name), s->text, written, e));
	return init_put(schema_path, schema, written, e);
}

static int
cmd_init(const struct options *o, struct arena *a)
{
	const char *const folder = o->args ? o->arg[0] : "experiments";
	struct err e = ERR_INIT;
	struct str schema = STR_INIT, written = STR_INIT;
	field_schema(experiment_fields, "tlrun experiment", &schema);
	const enum status s = init_files(a, folder, str_text(&schema), &written, &e);
	str_free(&schema);
	if (s != OK) {
		str_free(&written);
		return cli_fail(o, &e);
	}
	if (!o->quiet) cli_say("run them with: tlrun %s\n", folder);
	return cli_print_free(&written);
}

const struct command command_init = {
	.name = "init",
	.usage = "[DIR]",
	.summary = "write starter experiments into DIR (experiments)",
	.help = "A small CNN, a linear model to compare with, and transfer learning: a narrow "
		"MobileNetV2\npretrained, then from scratch, frozen and fine-tuned on 100 images. None "
		"needs a download;\ncomments say what to change for real data and ImageNet weights.\n",
	.max_args = 1,
	.words = WORDS_FOLDERS,
	.run = cmd_init,
};
