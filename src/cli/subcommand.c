/* Commands of two words: `tlrun weights show FILE`. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/suggest.h"

static int
subcommand_unknown(const char *command, const struct subcommand *table, const struct options *o)
{
	enum { NAMES = 16 };
	const char *names[NAMES];
	size_t n = 0;
	struct str all = STR_INIT;
	struct err e = ERR_INIT;
	for (; table[n].name && n < NAMES; n++) {
		names[n] = table[n].name;
		str_printf(&all, "%s%s", n ? ", " : "", names[n]);
	}
	const int near = suggest_nearest(o->arg[0], names, n);
	err_set(&e, ERR_USAGE, MARK_NONE, "tlrun %s has no \"%s\"; %s%s%s", command, o->arg[0],
		near >= 0 ? "did you mean \"" : "it has ", near >= 0 ? names[near] : str_text(&all),
		near >= 0 ? "\"?" : "");
	str_free(&all);
	return cli_fail(o, &e);
}

int
cli_subcommand(const char *command, const struct subcommand *table, const struct options *o,
	struct arena *a)
{
	const struct subcommand *s = table;
	struct options rest = *o;
	struct err e = ERR_INIT;
	while (s->name && strcmp(s->name, o->arg[0]) != 0) s++;
	if (!s->name) return subcommand_unknown(command, table, o);
	rest.arg++;
	rest.args--;
	if (rest.args < s->min_args || (s->max_args >= 0 && rest.args > s->max_args)) {
		err_set(&e, ERR_USAGE, MARK_NONE, "usage: tlrun %s %s %s", command, s->name, s->usage);
		return cli_fail(o, &e);
	}
	return s->run(&rest, a);
}
