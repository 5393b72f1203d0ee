/*
 * The sweeps of a results folder, from what stands there: sweep.json says which trials a sweep has
 * and what each sets, their records say the rest. A damaged file is an error, never a crash.
 */
#include <limits.h>
#include <string.h>

#include "sweep_parts.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/json.h"
#include "tlrun/rundir.h"

enum { SWEEP_MAX_BYTES = 64 << 20, SWEEP_FORMAT = 1 };

struct sweep_reader {
	struct arena *a;
	const char *results, *path;
	struct err *e;
};

static const char *
sweep_path(struct arena *a, const char *results, const char *name)
{
	return path_join(a, path_join(a, results, name), "sweep.json");
}

static enum status
sweep_damaged(const struct sweep_reader *r, const char *key, const char *expected)
{
	return err_set(r->e, ERR_DATA, MARK_FILE(r->path), "damaged: \"%s\" is not %s; run the sweep's "
		"file again, which writes it anew", key, expected);
}

/* A whole number from min to max in *out; one that is not there is `absent`. */
static bool
sweep_int(const json_t *o, const char *key, int absent, int min, int max, int *out)
{
	const json_t *const v = json_object_get(o, key);
	*out = absent;
	if (!v) return absent >= min;
	if (!json_is_integer(v) || json_integer_value(v) < min || json_integer_value(v) > max)
		return false;
	*out = (int)json_integer_value(v);
	return true;
}

/* NULL where it is no text. */
static const char *
sweep_text(const struct sweep_reader *r, const json_t *o, const char *key)
{
	const json_t *const v = json_object_get(o, key);
	return json_is_string(v) ? arena_strdup(r->a, json_string_value(v)) : NULL;
}

/* A name of an experiment, which is a folder of the results folder. */
static bool
sweep_is_name(const char *name)
{
	return name && *name && *name != '.' && !strchr(name, '/');
}

/* Where the metric that ranks stands in these records. */
static int
sweep_metric_in(const struct record_set *set, const char *name)
{
	const struct record *const r = &set->record[0];
	for (int i = 0; i < r->metrics; i++)
		if (!strcmp(r->metric[i].name, sweep_metric_bare(name))) return i;
	return -1;
}

/* What the trial sets: the keys of the first trial, in its order. */
static enum status
sweep_values(const struct sweep_reader *r, const struct sweep_sheet *s, const json_t *values,
	const char *const **out)
{
	if (!json_is_object(values) || json_object_size(values) != (size_t)s->keys)
		return sweep_damaged(r, "values", "the keys that every trial sets");
	const char **value = ARENA_ARRAY(r->a, const char *, (size_t)s->keys);
	for (int i = 0; i < s->keys; i++) {
		value[i] = sweep_text(r, values, s->key[i]);
		if (!value[i]) return sweep_damaged(r, s->key[i], "a text");
	}
	*out = value;
	return OK;
}

static enum status
sweep_trial(const struct sweep_reader *r, const struct sweep_sheet *s, const json_t *o,
	struct sweep_row *row)
{
	struct err none = ERR_INIT;
	struct record_set *set = NULL;
	row->name = sweep_text(r, o, "name");
	row->config_hash = sweep_text(r, o, "configuration");
	if (!sweep_is_name(row->name)) return sweep_damaged(r, "name", "the name of a trial");
	if (!row->config_hash ||
		strspn(row->config_hash, "0123456789abcdef") != HASH_HEX - 1 ||
		row->config_hash[HASH_HEX - 1])
		return sweep_damaged(r, "configuration", "a hash");
	TRY(sweep_values(r, s, json_object_get(o, "values"), &row->value));
	const char *const folder =
		rundir_new(r->a, r->results, row->name, row->config_hash, 0)->config;
	if (file_is_folder(folder) && rundir_records(r->a, folder, &set, NULL, &none) == OK && set &&
		!strcmp(set->config_hash, row->config_hash))
		row->set = set;
	row->metric = row->set ? sweep_metric_in(row->set, s->metric) : -1;
	return OK;
}

/* Whether the list of keys that were drawn log-uniformly names this one. Sweeps of before have no
 * list. */
static bool
sweep_drawn_log(const json_t *list, const char *key)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_same(json_string_value(json_array_get(list, i)), key)) return true;
	return false;
}

/* The keys, from the first trial. */
static void
sweep_keys(struct arena *a, const json_t *root, const json_t *trials, struct sweep_sheet *s)
{
	const json_t *const values = json_object_get(json_array_get(trials, 0), "values");
	const char **key = ARENA_ARRAY(a, const char *, json_object_size(values));
	bool *drawn_log = ARENA_ARRAY(a, bool, json_object_size(values));
	const char *name;
	json_t *value;
	json_object_foreach((json_t *)values, name, value) {
		drawn_log[s->keys] = sweep_drawn_log(json_object_get(root, "drawn_log"), name);
		key[s->keys++] = arena_strdup(a, name);
	}
	s->key = key;
	s->drawn_log = drawn_log;
	s->label = sweep_labels(a, key, s->keys);
}

/* The trials stand in the file from best to worst; the rows in the order of the experiment. */
static enum status
sweep_trials(const struct sweep_reader *r, const json_t *root, struct sweep_sheet *s)
{
	const json_t *const trials = json_object_get(root, "trials");
	const size_t n = json_array_size(trials);
	if (!n || n > SWEEP_MAX_TRIALS) return sweep_damaged(r, "trials", "a list of trials");
	struct sweep_row *row = ARENA_ARRAY(r->a, struct sweep_row, n);
	s->n = (int)n;
	s->row = row;
	sweep_keys(r->a, root, trials, s);
	for (int i = 0; i < s->n; i++) {
		const json_t *const o = json_array_get(trials, (size_t)i);
		int place;
		if (!sweep_int(o, "trial", i + 1, 1, s->n, &place) || row[place - 1].name)
			return sweep_damaged(r, "trial", "the place of one trial");
		TRY(sweep_trial(r, s, o, &row[place - 1]));
	}
	return OK;
}

static enum status
sweep_root(const struct sweep_reader *r, const char *name, const json_t *root,
	struct sweep_sheet *s)
{
	int format;
	if (!sweep_int(root, "format", 0, 1, SWEEP_FORMAT, &format))
		return sweep_damaged(r, "format", "one that this tlrun reads");
	if (!str_same(sweep_text(r, root, "name"), name))
		return sweep_damaged(r, "name", "the name of its folder");
	const char *const metric = sweep_text(r, root, "metric");
	const char *const goal = sweep_text(r, root, "goal");
	if (!metric || !*metric) return sweep_damaged(r, "metric", "the name of a metric");
	if (!goal || (strcmp(goal, "minimize") != 0 && strcmp(goal, "maximize") != 0))
		return sweep_damaged(r, "goal", "minimize or maximize");
	*s = (struct sweep_sheet){ .name = name, .metric = metric, .test = !strncmp(metric, "test_", 5),
		.training = sweep_metric_bare(metric) == metric, .lower = goal[1] == 'i' };
	if (!sweep_int(root, "same", 0, 0, INT_MAX, &s->same))
		return sweep_damaged(r, "same", "a count");
	return sweep_trials(r, root, s);
}

bool
sweep_stands(struct arena *a, const char *results, const char *name)
{
	return sweep_is_name(name) && file_exists(sweep_path(a, results, name));
}

enum status
sweep_read(struct arena *a, const char *results, const char *name, struct sweep_sheet **out,
	struct err *e)
{
	const struct sweep_reader r = { a, results, sweep_path(a, results, name), e };
	json_t *root;
	*out = ARENA_NEW(a, struct sweep_sheet);
	TRY(json_read(r.path, SWEEP_MAX_BYTES, &root, ERR_DATA, e));
	const enum status s = sweep_root(&r, name, root, *out);
	json_decref(root);
	return s;
}

const char **
sweep_names(struct arena *a, const char *results, const char *name, size_t *n)
{
	static const char *const list[] = { "trials", "former" };
	struct err none = ERR_INIT;
	json_t *root;
	*n = 0;
	if (json_read(sweep_path(a, results, name), SWEEP_MAX_BYTES, &root, ERR_DATA, &none) != OK)
		return NULL;
	const struct sweep_reader r = { .a = a };
	const size_t trials = json_array_size(json_object_get(root, list[0]));
	const size_t former = json_array_size(json_object_get(root, list[1]));
	const char **out = ARENA_ARRAY(a, const char *, trials + former);
	for (int k = 0; k < 2; k++) {
		const json_t *const all = json_object_get(root, list[k]);
		for (size_t i = 0; i < json_array_size(all); i++) {
			out[*n] = sweep_text(&r, json_array_get(all, i), "name");
			*n += sweep_is_name(out[*n]);
		}
	}
	json_decref(root);
	return out;
}

enum status
sweep_list(struct arena *a, const char *results, const char *const **names, size_t *n,
	struct err *e)
{
	const char *const *all;
	size_t found;
	*n = 0;
	TRY(file_list(results, a, &all, &found, ERR_DATA, e));
	const char **own = ARENA_ARRAY(a, const char *, found);
	for (size_t i = 0; i < found; i++)
		if (sweep_stands(a, results, all[i])) own[(*n)++] = all[i];
	*names = own;
	return OK;
}
