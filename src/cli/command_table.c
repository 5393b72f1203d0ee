/* The list of commands. */
#include <string.h>

#include "cli.h"

extern const struct command command_batch, command_cache, command_check, command_compare,
	command_completion, command_config, command_data, command_diff, command_doctor,
	command_evaluate, command_explain, command_gc, command_help, command_init, command_layers,
	command_ls, command_plan, command_predict, command_report, command_reproduce, command_run,
	command_schema, command_show, command_status, command_weights;

const struct command *const command_table[] = {
	&command_batch,
	&command_cache,
	&command_check,
	&command_compare,
	&command_completion,
	&command_config,
	&command_data,
	&command_diff,
	&command_doctor,
	&command_evaluate,
	&command_explain,
	&command_gc,
	&command_help,
	&command_init,
	&command_layers,
	&command_ls,
	&command_plan,
	&command_predict,
	&command_report,
	&command_reproduce,
	&command_run,
	&command_schema,
	&command_show,
	&command_status,
	&command_weights,
	NULL,
};

const struct command *
command_find(const char *name)
{
	for (const struct command *const *c = command_table; *c; c++)
		if (!strcmp((*c)->name, name)) return *c;
	return NULL;
}
