/* The flags: one table, read, checked and printed from. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/num.h"
#include "tlrun/suggest.h"

static bool
set_quiet(struct options *o, const char *value)
{
	(void)value;
	return o->quiet = true;
}

static bool
set_verbose(struct options *o, const char *value)
{
	(void)value;
	return o->verbose = true;
}

static bool
set_json(struct options *o, const char *value)
{
	(void)value;
	return o->json = true;
}

static bool
set_color(struct options *o, const char *value)
{
	const bool always = !strcmp(value, "always"), never = !strcmp(value, "never");
	if (always || never) o->color = o->color_err = always;
	return always || never || !strcmp(value, "auto");
}

static bool
set_results(struct options *o, const char *value)
{
	o->results = value;
	return *value;
}

static bool
set_data(struct options *o, const char *value)
{
	o->data = value;
	return *value;
}

static bool
set_threads(struct options *o, const char *value)
{
	long long n;
	if (!num_parse_int(value, &n) || n < 1 || n > 1024) return false;
	o->threads = (int)n;
	return true;
}

static bool
set_isa(struct options *o, const char *value)
{
	o->isa = value;
	return *value;
}

static bool
set_seeds(struct options *o, const char *value)
{
	o->seeds = value;
	return *value;
}

static bool
set_only(struct options *o, const char *value)
{
	o->only = value;
	return *value;
}

static bool
set_dry_run(struct options *o, const char *value)
{
	(void)value;
	return o->dry_run = true;
}

static bool
set_strict(struct options *o, const char *value)
{
	(void)value;
	return o->strict = true;
}

static bool
set_rerun(struct options *o, const char *value)
{
	(void)value;
	return o->rerun = true;
}

static bool
set_keep_done(struct options *o, const char *value)
{
	(void)value;
	return o->keep_done = true;
}

static bool
set_fail_fast(struct options *o, const char *value)
{
	(void)value;
	return o->fail_fast = true;
}

static bool
set_no_fuse(struct options *o, const char *value)
{
	(void)value;
	return o->no_fuse = true;
}

static bool
set_no_cache(struct options *o, const char *value)
{
	(void)value;
	return o->no_cache = true;
}

/* A value as in an experiment file, read as its keys are: the one field of the table. */
static bool
option_field(const struct field *fields, const char *value, struct options *read)
{
	struct arena *a = arena_new();
	struct field_reader quiet = { .arena = a, .diags = diags_new() };
	struct node scalar = { .type = NODE_SCALAR, .text = value }, *items[] = { &scalar };
	const char *keys[] = { fields[0].key };
	struct mark at[] = { MARK_NONE };
	int span[] = { 1 };
	const struct node map = { .type = NODE_MAP, .text = "", .n = 1, .items = items, .keys = keys,
		.key_at = at, .key_span = span };
	const bool good = field_read(&quiet, fields, &map, "flags", read);
	diags_free(quiet.diags);
	arena_free(a);
	return good;
}

static bool
set_cache_limit(struct options *o, const char *value)
{
	static const struct field fields[] = {
		FIELD_BYTES(struct options, cache_limit, .min = 1, .max = 1e15),
		FIELD_END
	};
	struct options read;
	const bool good = option_field(fields, value, &read);
	if (good) o->cache_limit = read.cache_limit;
	return good;
}

static bool
set_max_time(struct options *o, const char *value)
{
	static const struct field fields[] = {
		FIELD_SECONDS(struct options, max_time, .min = 0, .max = 1e9, .min_open = true),
		FIELD_END
	};
	struct options read;
	const bool good = option_field(fields, value, &read);
	if (good) o->max_time = read.max_time;
	return good;
}

static bool
set_until(struct options *o, const char *value)
{
	o->until = value;
	return deadline_clock(value);
}

static bool
set_jobs(struct options *o, const char *value)
{
	long long n;
	if (!num_parse_int(value, &n) || n < 1 || n > 1024) return false;
	o->jobs = (int)n;
	return true;
}

static bool
set_smoke(struct options *o, const char *value)
{
	(void)value;
	return o->smoke = true;
}

static bool
set_worker(struct options *o, const char *value)
{
	o->worker = value;
	return !strcmp(value, "lines") || !strcmp(value, "status");
}

static bool
set_split(struct options *o, const char *value)
{
	o->split = value;
	return !strcmp(value, "train") || !strcmp(value, "validation") || !strcmp(value, "test");
}

static bool
set_markdown(struct options *o, const char *value)
{
	(void)value;
	return o->markdown = true;
}

static bool
set_latex(struct options *o, const char *value)
{
	(void)value;
	return o->latex = true;
}

static bool
set_columns(struct options *o, const char *value)
{
	o->columns = value;
	return *value;
}

static bool
set_against(struct options *o, const char *value)
{
	o->against = value;
	return *value;
}

static bool
set_csv(struct options *o, const char *value)
{
	(void)value;
	return o->csv = true;
}

static bool
set_list(struct options *o, const char *value)
{
	(void)value;
	return o->list = true;
}

static bool
set_expand(struct options *o, const char *value)
{
	(void)value;
	return o->expand = true;
}

const struct flag option_flags[] = {
	{ "quiet", 'q', NULL, false, false, "no progress, only results and errors", set_quiet },
	{ "verbose", 'v', NULL, false, false, "say more", set_verbose },
	{ "json", 0, NULL, false, false, "results and errors as JSON", set_json },
	{ "color", 0, "WHEN", false, false, "auto, always or never (NO_COLOR is respected)",
		set_color },
	{ "results", 0, "DIR", false, false, "folder of the results (results)", set_results },
	{ "data", 0, "DIR", false, false, "where data sets are looked up first", set_data },
	{ "threads", 0, "N", false, false, "threads; never changes a result", set_threads },
	{ "isa", 0, "NAME", false, true, "generic, avx2 or avx512; never changes a result", set_isa },
	{ "dry-run", 'n', NULL, true, false, "check and list the runs, run nothing", set_dry_run,
		"gc" },
	{ "smoke", 0, NULL, true, false, "try every part once on a few images; keeps no result",
		set_smoke },
	{ "seeds", 0, "LIST", true, false, "1,2,3 or 1-6 in place of the file's", set_seeds,
		"evaluate predict reproduce" },
	{ "only", 0, "NAME", true, false, "of the experiments this one, and those it starts from",
		set_only },
	{ "jobs", 'j', "N", true, false, "runs at the same time; the cores are divided", set_jobs },
	{ "rerun", 0, NULL, true, false, "run what is done once more", set_rerun },
	{ "keep-done", 0, NULL, true, false,
		"skip runs that another version or build of tlrun has done", set_keep_done },
	{ "strict", 0, NULL, true, false, "warnings are errors: exit 2, nothing is started", set_strict,
		"check" },
	{ "fail-fast", 0, NULL, true, false, "stop at the first run that fails", set_fail_fast },
	{ "until", 0, "HH:MM", true, false, "stop at this time of the day; the same command goes on",
		set_until },
	{ "max-time", 0, "TIME", true, false, "stop after this time: 90s, 30m, 2h", set_max_time },
	{ "cache-limit", 0, "SIZE", true, false, "most that results/cache may hold: 2G, 512M",
		set_cache_limit },
	{ "no-cache", 0, NULL, true, false, "features are computed in each epoch; the same results",
		set_no_cache },
	{ "expand", 0, NULL, false, false, "the backbone written out as layers; needs the data",
		set_expand, "config" },
	{ "split", 0, "NAME", false, false, "train, validation or test (test)", set_split,
		"evaluate predict" },
	{ "list", 0, NULL, false, false, "the runs as commands, one a line", set_list, "batch" },
	{ "csv", 0, NULL, false, false, "CSV; of predict as predictions.csv, byte for byte", set_csv,
		"predict compare" },
	{ "md", 0, NULL, false, false, "Markdown, as comparison.md", set_markdown, "compare" },
	{ "latex", 0, NULL, false, false, "a table for LaTeX with booktabs", set_latex, "compare" },
	{ "columns", 0, "LIST", false, false, "columns of the LaTeX table: experiment,test,time",
		set_columns, "compare" },
	{ "against", 0, "NAME", false, false, "test every experiment against this one alone",
		set_against, "compare" },
	{ "no-fuse", 0, NULL, true, true, "the same as engine.fuse=false", set_no_fuse },
	{ "worker", 0, "HOW", true, true, "a process of a batch: lines or status", set_worker },
	{ NULL, 0, NULL, false, false, NULL, NULL, NULL },
};
enum { FLAGS = sizeof option_flags / sizeof *option_flags };

bool
option_is_of(const struct flag *f, const struct command *c)
{
	const size_t len = strlen(c->name);
	if (!f->of) return !f->runs || c->runs;
	for (const char *s = f->of; (s = strstr(s, c->name)); s += len)
		if ((s == f->of || s[-1] == ' ') && (s[len] == ' ' || !s[len])) return true;
	return f->runs && c->runs;
}

static const struct flag *
option_by_name(const char *name, size_t len)
{
	for (const struct flag *f = option_flags; f->name; f++)
		if (strlen(f->name) == len && !strncmp(f->name, name, len)) return f;
	return NULL;
}

static const struct flag *
option_by_letter(char letter)
{
	for (const struct flag *f = option_flags; f->name; f++)
		if (f->letter == letter) return f;
	return NULL;
}

const struct flag *
option_named(const char *word)
{
	if (word[1] == '-') return option_by_name(word + 2, strcspn(word + 2, "="));
	return word[1] && !word[2] ? option_by_letter(word[1]) : NULL;
}

static enum status
option_unknown(const char *arg, const char *value, struct err *e)
{
	if (arg[1] == '-' && option_other(arg, value, e)) return ERR_USAGE;
	const char *names[64];
	size_t n = 0;
	for (const struct flag *f = option_flags; f->name; f++)
		if (!f->hidden) names[n++] = f->name;
	const int near = suggest_nearest(arg + strspn(arg, "-"), names, n);
	return err_set(e, ERR_USAGE, MARK_NONE, "unknown flag %s%s%s%s", arg,
		near >= 0 ? "; did you mean --" : "; tlrun --help lists the flags",
		near >= 0 ? names[near] : "", near >= 0 ? "?" : "");
}

/* Set one flag at argv[*i]; *i moves past its value. */
static enum status
option_take(int argc, char **argv, int *i, struct options *o, const struct flag **found,
	struct err *e)
{
	const char *const arg = argv[*i];
	const char *value = NULL;
	const struct flag *f;
	if (arg[1] == '-') {
		const size_t len = strcspn(arg + 2, "=");
		f = option_by_name(arg + 2, len);
		if (arg[2 + len] == '=') value = arg + 2 + len + 1;
	} else {
		f = option_by_letter(arg[1]);
		if (f && arg[2]) f = NULL;
	}
	if (!f) return option_unknown(arg, *i + 1 < argc ? argv[*i + 1] : NULL, e);
	*found = f;
	if (!f->value && value)
		return err_set(e, ERR_USAGE, MARK_NONE, "--%s takes no value", f->name);
	if (f->value && !value) {
		if (*i + 1 >= argc)
			return err_set(e, ERR_USAGE, MARK_NONE, "--%s: expected %s: %s", f->name, f->value,
				f->help);
		value = argv[++*i];
	}
	if (!f->set(o, value))
		return err_set(e, ERR_USAGE, MARK_NONE, "--%s %s: expected %s: %s", f->name, value,
			f->value, f->help);
	return OK;
}

static enum status
option_no_command(const char *word, struct err *e)
{
	const char *names[64];
	size_t n = 0;
	for (const struct command *const *c = command_table; *c; c++)
		names[n++] = (*c)->name;
	if (!strcmp(word, "train") || !strcmp(word, "fit"))
		return err_set(e, ERR_USAGE, MARK_NONE,
			"\"%s\" is not a command; tlrun FILE trains the experiment of a file", word);
	const int near = suggest_nearest(word, names, n);
	return err_set(e, ERR_USAGE, MARK_NONE,
		"\"%s\" is neither a command nor a file%s%s%s", word,
		near >= 0 ? "; did you mean tlrun " : "; tlrun --help lists the commands",
		near >= 0 ? names[near] : "", near >= 0 ? "?" : "");
}

static bool
option_looks_like_file(const char *word)
{
	return strchr(word, '/') || strchr(word, '.') || file_exists(word) || file_is_folder(word);
}

/* The first word that is no flag is the command; a file in its place means `run`. */
static enum status
options_command(struct command_line *c, struct err *e)
{
	if (!c->o.args) return OK;
	c->word = c->o.arg[0];
	c->command = command_find(c->word);
	if (c->command) {
		c->o.arg++;
		c->o.args--;
	} else if (option_looks_like_file(c->word)) c->command = command_find("run");
	else return option_no_command(c->word, e);
	if (!strcmp(c->command->name, "help") && c->o.args) {
		const struct command *about = command_find(c->o.arg[0]);
		if (!about) return option_no_command(c->o.arg[0], e);
		c->command = about;
		c->help = true;
	}
	return OK;
}

enum status
options_parse(int argc, char **argv, struct arena *a, struct command_line *c, struct err *e)
{
	bool given[FLAGS] = { false };
	const bool no_color = getenv("NO_COLOR") && *getenv("NO_COLOR");
	bool flags = true;
	c->o.results = "results";
	c->o.color = !no_color && isatty(STDOUT_FILENO);
	c->o.color_err = !no_color && isatty(STDERR_FILENO);
	c->o.arg = ARENA_ARRAY(a, const char *, (size_t)argc + 1);
	for (int i = 1; i < argc; i++) {
		const char *const s = argv[i];
		const struct flag *f = NULL;
		if (!flags || s[0] != '-' || !s[1]) c->o.arg[c->o.args++] = s;
		else if (!strcmp(s, "--")) flags = false;
		else if (!strcmp(s, "-h") || !strcmp(s, "--help")) c->help = true;
		else if (!strcmp(s, "--version")) c->version = true;
		else TRY(option_take(argc, argv, &i, &c->o, &f, e));
		if (f) given[f - option_flags] = true;
	}
	TRY(options_command(c, e));
	for (const struct flag *f = option_flags; f->name && c->command && !c->help; f++) {
		if (!given[f - option_flags] || option_is_of(f, c->command)) continue;
		const char *const of = f->runs ? "run" : f->of;
		return err_set(e, ERR_USAGE, MARK_NONE, "--%s is a flag of `tlrun %.*s`, not of `tlrun %s`",
			f->name, (int)strcspn(of, " "), of, c->command->name);
	}
	return OK;
}
