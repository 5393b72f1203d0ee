/* tlrun completion: shell completions, made from the tables of commands and flags. */
#include <string.h>

#include "cli.h"

static void
completion_words(struct str *out, bool flags)
{
	for (const struct flag *f = option_flags; flags && f->name; f++)
		if (!f->hidden) str_printf(out, "--%s ", f->name);
	for (const struct command *const *c = command_table; !flags && *c; c++)
		str_printf(out, "%s ", (*c)->name);
}

static void
completion_bash(struct str *out)
{
	str_add(out, "# bash completion for tlrun\n_tlrun()\n{\n"
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n\tCOMPREPLY=()\n\tcase $cur in\n"
		"\t-*) COMPREPLY=($(compgen -W '");
	completion_words(out, true);
	str_add(out, "--help --version' -- \"$cur\")) ;;\n\t*)\n"
		"\t\t[ \"$COMP_CWORD\" = 1 ] && COMPREPLY=($(compgen -W '");
	completion_words(out, false);
	str_add(out, "' -- \"$cur\"))\n"
		"\t\tCOMPREPLY+=($(compgen -f -X '!*.y?(a)ml' -- \"$cur\") $(compgen -d -- \"$cur\")) ;;\n"
		"\tesac\n}\ncomplete -o filenames -F _tlrun tlrun\n");
}

static void
completion_zsh(struct str *out)
{
	str_add(out,
		"#compdef tlrun\n# zsh completion for tlrun\nlocal -a commands flags\ncommands=(\n");
	for (const struct command *const *c = command_table; *c; c++)
		str_printf(out, "\t'%s:%s'\n", (*c)->name, (*c)->summary);
	str_add(out, ")\n_arguments \\\n");
	for (const struct flag *f = option_flags; f->name; f++)
		if (!f->hidden)
			str_printf(out, "\t'--%s%s[%s]%s%s:' \\\n", f->name, f->value ? "=" : "", f->help,
				f->value ? ":" : "", f->value ? f->value : "");
	str_add(out, "\t'1: :{_describe command commands; _files -g \"*.y(|a)ml\"}' \\\n"
		"\t'*:experiment:_files'\n");
}

static void
completion_fish(struct str *out)
{
	str_add(out, "# fish completion for tlrun\n");
	for (const struct command *const *c = command_table; *c; c++)
		str_printf(out, "complete -c tlrun -n __fish_use_subcommand -a %s -d \"%s\"\n", (*c)->name,
			(*c)->summary);
	for (const struct flag *f = option_flags; f->name; f++)
		if (!f->hidden)
			str_printf(out, "complete -c tlrun -l %s%s -d \"%s\"\n", f->name, f->value ? " -r" : "",
				f->help);
}

static int
cmd_completion(const struct options *o, struct arena *a)
{
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	(void)a;
	if (!strcmp(o->arg[0], "bash")) completion_bash(&text);
	else if (!strcmp(o->arg[0], "zsh")) completion_zsh(&text);
	else if (!strcmp(o->arg[0], "fish")) completion_fish(&text);
	else {
		err_set(&e, ERR_USAGE, MARK_NONE, "no completion for \"%s\": bash, zsh or fish", o->arg[0]);
		return cli_fail(o, &e);
	}
	return cli_print_free(&text);
}

const struct command command_completion = {
	.name = "completion",
	.usage = "bash, zsh or fish",
	.summary = "print shell completions",
	.min_args = 1,
	.max_args = 1,
	.run = cmd_completion,
};
