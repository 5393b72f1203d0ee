/* Help, printed from the tables of commands and flags. */
#include <string.h>

#include "build-config.h"
#include "cli.h"

/* The flags that any command takes (general), or those of c or, NULL, of runs besides. */
static void
help_flags(bool general, const struct command *c, struct str *out)
{
	for (const struct flag *f = option_flags; f->name; f++) {
		char left[48];
		const bool any = !f->runs && !f->of;
		if (f->hidden || any != general || (c ? !option_is_of(f, c) : !any && !f->runs)) continue;
		const char letter[] = { '-', f->letter, ',', ' ', '\0' };
		snprintf(left, sizeof left, "%s--%s%s%s", f->letter ? letter : "    ", f->name,
			f->value ? " " : "", f->value ? f->value : "");
		str_printf(out, "  %-22s %s\n", left, f->help);
	}
	if (general)
		str_printf(out, "  %-22s %s\n", "-h, --help", "this help; of a command: after its name");
}

void
help_overview(struct str *out)
{
	str_printf(out, "tlrun %s: image classification experiments from YAML files, on the CPU\n\n"
		"usage: tlrun FILE or FOLDER… [key=value…]      run experiments\n"
		"       tlrun COMMAND [flags] …\n\ncommands:\n", PACKAGE_VERSION);
	for (const struct command *const *c = command_table; *c; c++)
		str_printf(out, "  %-12s %s\n", (*c)->name, (*c)->summary);
	str_add(out, "\nflags:\n");
	help_flags(true, NULL, out);
	str_add(out, "\nflags of runs:\n");
	help_flags(false, NULL, out);
	str_add(out, "\nstart:  tlrun init && tlrun experiments/cnn.yaml\n"
		"learn:  tlrun explain training.optimizer, tlrun explain conv2d, man tlrun\n");
}

void
help_command(const struct command *c, struct str *out)
{
	str_printf(out, "usage: tlrun %s%s%s\n\n%s.\n", c->name, *c->usage ? " " : "", c->usage,
		c->summary);
	if (c->help) str_printf(out, "\n%s", c->help);
	str_add(out, "\nflags:\n");
	help_flags(false, c, out);
	help_flags(true, c, out);
}
