/*
 * tlrun completion: a shell's script, which asks the program itself for the words that may follow:
 * `tlrun completion words -- WORD… CURRENT`, a word a line, with what it is behind a tab; ":files",
 * ":experiments" and ":folders" ask the shell for its own.
 */
#include <string.h>

#include "cli.h"

static const char completion_bash[] =
	"# bash completion for tlrun\n"
	"_tlrun()\n{\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} line IFS=$'\\n'\n"
	"\tCOMPREPLY=()\n"
	"\tfor line in $(\"$1\" completion words -- "
	"\"${COMP_WORDS[@]:1:COMP_CWORD}\" 2>/dev/null); do\n"
	"\t\tcase $line in\n"
	"\t\t:files) COMPREPLY+=($(compgen -f -- \"$cur\")) ;;\n"
	"\t\t:folders) COMPREPLY+=($(compgen -d -- \"$cur\")) ;;\n"
	"\t\t:experiments) COMPREPLY+=($(compgen -f -X '!*.yaml' -- \"$cur\"\n"
	"\t\t\tcompgen -f -X '!*.yml' -- \"$cur\"; compgen -d -- \"$cur\")) ;;\n"
	"\t\t*) COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\tcase ${COMPREPLY[0]} in *[.=]) compopt -o nospace 2>/dev/null ;; esac\n"
	"}\n"
	"complete -o filenames -F _tlrun tlrun\n";

static const char completion_zsh[] =
	"#compdef tlrun\n"
	"# zsh completion for tlrun\n"
	"_tlrun()\n{\n"
	"\tlocal line what\n"
	"\tlocal -a shown open\n"
	"\tfor line in \"${(@f)$($words[1] completion words -- "
	"\"${(@)words[2,CURRENT]}\" 2>/dev/null)}\"; do\n"
	"\t\tcase $line in\n"
	"\t\t:files) _files ;;\n"
	"\t\t:folders) _files -/ ;;\n"
	"\t\t:experiments) _files -g '*.(yaml|yml)' ;;\n"
	"\t\t*)\n"
	"\t\t\twhat=${line#*$'\\t'} line=${line%%$'\\t'*}\n"
	"\t\t\tcase $line in\n"
	"\t\t\t*[.=]) open+=(\"$line\") ;;\n"
	"\t\t\t?*) shown+=(\"$line:$what\") ;;\n"
	"\t\t\tesac ;;\n"
	"\t\tesac\n"
	"\tdone\n"
	"\t(( $#open )) && compadd -S '' -- $open\n"
	"\t(( $#shown )) && _describe tlrun shown\n"
	"}\n"
	"_tlrun \"$@\"\n";

static const char completion_fish[] =
	"# fish completion for tlrun\n"
	"function __tlrun_words\n"
	"\tset -l words (commandline -opc)\n"
	"\tset -l cur (commandline -ct)\n"
	"\tfor line in ($words[1] completion words -- $words[2..-1] \"$cur\" 2>/dev/null)\n"
	"\t\tswitch $line\n"
	"\t\t\tcase :files\n\t\t\t\t__fish_complete_path \"$cur\"\n"
	"\t\t\tcase :folders\n\t\t\t\t__fish_complete_directories \"$cur\"\n"
	"\t\t\tcase :experiments\n\t\t\t\t__fish_complete_suffix \"$cur\" .yaml\n"
	"\t\t\tcase '*'\n\t\t\t\techo $line\n"
	"\t\tend\n"
	"\tend\n"
	"end\n"
	"complete -c tlrun -f -a '(__tlrun_words)'\n";

static int
cmd_completion(const struct options *o, struct arena *a)
{
	static const struct { const char *name, *script; } shells[] = {
		{ "bash", completion_bash }, { "zsh", completion_zsh }, { "fish", completion_fish },
	};
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	if (!strcmp(o->arg[0], "words")) {
		complete_line(a, o->arg + 1, o->args - 1, &text);
		return cli_print_free(&text);
	}
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
		if (strcmp(o->arg[0], shells[i].name) != 0 || o->args > 1) continue;
		str_add(&text, shells[i].script);
		return cli_print_free(&text);
	}
	err_set(&e, ERR_USAGE, MARK_NONE, "no completion for \"%s\": bash, zsh or fish", o->arg[0]);
	return cli_fail(o, &e);
}

const struct command command_completion = {
	.name = "completion",
	.usage = "bash, zsh or fish",
	.summary = "print shell completions",
	.help = "They complete commands, sub-commands, flags, keys, and the names of runs in the\n"
			"results folder: source <(tlrun completion bash)\n",
	.min_args = 1,
	.max_args = -1,
	.words = WORDS_SHELLS,
	.run = cmd_completion,
};
