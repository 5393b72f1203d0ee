/* Flags of other programs, and what is written here in their place. */
#include <string.h>

#include "cli.h"

/* %s: the value that followed the flag. */
static const struct { const char *name, *write; } option_others[] = {
	{ "epochs", "training.epochs=%s" },
	{ "num-epochs", "training.epochs=%s" },
	{ "batch-size", "training.batch_size=%s" },
	{ "lr", "training.optimizer.learning_rate=%s" },
	{ "learning-rate", "training.optimizer.learning_rate=%s" },
	{ "optimizer", "training.optimizer=%s" },
	{ "seed", "--seeds %s" },
	{ "output", "--results %s" },
	{ "output-dir", "--results %s" },
	{ "out", "--results %s" },
	{ "data-dir", "--data %s" },
	{ "workers", "--jobs %s" },
	{ "num-workers", "--jobs %s" },
	{ NULL, NULL },
};

bool
option_other(const char *arg, const char *value, struct err *e)
{
	const char *const name = arg + strspn(arg, "-"), *const equals = strchr(name, '=');
	const size_t n = strcspn(name, "=");
	if (equals) value = equals + 1;
	if (!value || *value == '-') value = "…";
	for (size_t i = 0; option_others[i].name; i++) {
		const char *const write = option_others[i].write;
		const size_t before = strcspn(write, "%");
		if (strlen(option_others[i].name) != n || strncmp(option_others[i].name, name, n) != 0)
			continue;
		err_set(e, ERR_USAGE, MARK_NONE, "unknown flag --%.*s; write %.*s%s", (int)n, name,
			(int)before, write, value);
		return true;
	}
	return false;
}
