/*
 * What may stand at the end of a command line, for the completion of shells: commands and their
 * sub-commands, flags and their values, runs, keys, backbones, data sets. All of it from the tables
 * that read the command line, and from the results folder.
 */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/dataset.h"
#include "tlrun/rundir.h"

/* The line so far; cur is its last word, which may be empty. */
struct complete {
	struct arena *a;
	struct str *out;
	const char *cur, *results;
	const struct command *command;	/* NULL: none yet */
	const char *word[2];		/* the first words behind it that are no flags */
	int words;
	const struct flag *open;	/* the word before cur is this flag, whose value cur is */
	const char *last;			/* the key that was printed last */
};

/* A word, and what it is, behind a tab. Both are of one line. */
static void
complete_word(const struct complete *c, const char *word, const char *what)
{
	if (strncmp(word, c->cur, strlen(c->cur)) != 0) return;
	str_add(c->out, word);
	if (what) str_printf(c->out, "\t%.*s", (int)strcspn(what, "\n"), what);
	str_add_char(c->out, '\n');
}

static void
complete_commands(const struct complete *c)
{
	for (const struct command *const *k = command_table; *k; k++)
		complete_word(c, (*k)->name, (*k)->summary);
}

static void
complete_flags(const struct complete *c)
{
	for (const struct flag *f = option_flags; f->name; f++)
		if (!f->hidden && (!c->command || option_is_of(f, c->command)))
			complete_word(c, arena_printf(c->a, "--%s", f->name), f->help);
	complete_word(c, "--help", "what the command does");
	if (!c->command) complete_word(c, "--version", NULL);
}

/* Names of experiments that have results; behind a slash their configurations. */
static void
complete_runs(const struct complete *c)
{
	const char *const *folder, *before = "";
	size_t n;
	struct err none = ERR_INIT;
	if (rundir_list(c->a, c->results, &folder, &n, &none) != OK) return;
	for (size_t i = 0; i < n; i++) {
		const char *const run = folder[i] + strlen(c->results) + 1;
		const char *const name = arena_strndup(c->a, run, strcspn(run, "/"));
		if (strchr(c->cur, '/')) complete_word(c, run, NULL);
		else if (strcmp(name, before) != 0) complete_word(c, name, NULL);
		before = name;
	}
}

/* A key up to its next dot, "training." for what begins with "tr"; whole ones end in "=". */
static void
complete_key(void *ctx, const char *path, const struct field *f, bool whole)
{
	struct complete *const c = ctx;
	const size_t typed = strlen(c->cur);
	const bool explain = c->command && c->command->words == WORDS_KEYS;
	if (strncmp(path, c->cur, typed) != 0) return;
	const size_t part = typed + strcspn(path + typed, ".");
	const bool below = path[part] == '.' || (!whole && !explain);
	const char *const text = arena_printf(c->a, "%.*s%s", (int)part, path,
		below ? "." : explain ? "" : "=");
	if (c->last && !strcmp(text, c->last)) return;
	c->last = text;
	complete_word(c, text, below ? NULL : f->doc);
}

static void
complete_kinds(const struct complete *c, const struct family *family)
{
	for (const struct kind *const *k = family->kinds; *k; k++)
		complete_word(c, (*k)->name, (*k)->summary);
}

static void
complete_list(const struct complete *c, const char *const *words)
{
	for (; *words; words++)
		complete_word(c, *words, NULL);
}

/* The shell knows files best: it is asked for them. */
static void
complete_files(const struct complete *c, const char *which)
{
	str_printf(c->out, ":%s\n", which);
}

static void
complete_value(const struct complete *c)
{
	static const char *const splits[] = { "train", "validation", "test", NULL };
	static const char *const colors[] = { "auto", "always", "never", NULL };
	const char *const name = c->open->name;
	if (!strcmp(name, "split")) complete_list(c, splits);
	else if (!strcmp(name, "color")) complete_list(c, colors);
	else if (!strcmp(name, "against") || !strcmp(name, "only")) complete_runs(c);
	else if (!strcmp(c->open->value, "DIR")) complete_files(c, "folders");
}

static void
complete_of(struct complete *c, enum command_words words)
{
	static const char *const shells[] = { "bash", "zsh", "fish", NULL };
	const bool first = c->words == 0;
	switch (words) {
	case WORDS_NONE: break;
	case WORDS_FILES:
		if (!first && !strchr(c->cur, '/')) field_paths(c->a, experiment_fields, complete_key, c);
		complete_files(c, "experiments");
		break;
	case WORDS_RUNS: complete_runs(c); break;
	case WORDS_RUNS_FILES:
		if (first) complete_runs(c);
		else complete_files(c, "files");
		break;
	case WORDS_KEYS: field_paths(c->a, experiment_fields, complete_key, c); break;
	case WORDS_BACKBONES: complete_kinds(c, &family_backbone); break;
	case WORDS_DATASETS: complete_kinds(c, &family_dataset); break;
	case WORDS_COMMANDS: complete_commands(c); break;
	case WORDS_SHELLS: complete_list(c, shells); break;
	case WORDS_FOLDERS: complete_files(c, "folders"); break;
	}
}

static void
complete_sub(struct complete *c)
{
	const struct subcommand *s = c->command->sub;
	for (; !c->words && s->name; s++)
		complete_word(c, s->name, NULL);
	if (!c->words) return;
	while (s->name && strcmp(s->name, c->word[0]) != 0) s++;
	c->words--;
	if (s->name) complete_of(c, s->words);
}

/* The words before the last: which command, which flag waits for its value, where results are. */
static void
complete_read(struct complete *c, const char *const *word, int n)
{
	for (int i = 0; i < n; i++) {
		const char *const s = word[i];
		const struct flag *const open = c->open;
		c->open = NULL;
		if (open) {
			if (!strcmp(open->name, "results")) c->results = s;
		} else if (s[0] == '-' && s[1]) {
			const struct flag *const f = option_named(s);
			if (f && f->value && !strchr(s, '=')) c->open = f;
			if (f && !strcmp(f->name, "results") && strchr(s, '='))
				c->results = strchr(s, '=') + 1;
		} else if (!c->command) {
			c->command = command_find(s);
			if (c->command) continue;
			c->command = command_find("run");
			c->words = 1;
		} else {
			if (c->words < 2) c->word[c->words] = s;
			c->words++;
		}
	}
}

void
complete_line(struct arena *a, const char *const *word, int n, struct str *out)
{
	struct complete c = { .a = a, .out = out, .cur = n ? word[n - 1] : "", .results = "results" };
	complete_read(&c, word, n ? n - 1 : 0);
	if (c.open) complete_value(&c);
	else if (c.cur[0] == '-') complete_flags(&c);
	else if (!c.command) {
		complete_commands(&c);
		complete_files(&c, "experiments");
	} else if (c.command->sub) complete_sub(&c);
	else complete_of(&c, c.command->words);
}
