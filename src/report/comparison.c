/* Experiments side by side: rows, what differs in their files, and which pairs are compared. */
#include "comparison_parts.h"

#include <math.h>
#include <string.h>

#include "blocks.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"

enum { COMPARISON_YAML_BYTES = 1 << 20 };

double
comparison_macro_f1(const struct record *r)
{
	if (!r->test.confusion) return NAN;
	struct arena *a = arena_new();
	struct class_scores *s = ARENA_ARRAY(a, struct class_scores, (size_t)r->classes);
	double sum = 0;
	stats_class_scores(r->classes, r->test.confusion, s);
	for (int i = 0; i < r->classes; i++)
		sum += s[i].f1;
	arena_free(a);
	return sum / r->classes;
}

static struct interval
comparison_interval(const struct comparison_row *row)
{
	if (row->set->n > 1) return block_t_interval(&row->metric, row->set->n, row->value);
	return block_wilson(&row->metric, row->value[0], row->set->record[0].test.n);
}

static void
comparison_cost(struct comparison_row *row)
{
	const struct record_set *s = row->set;
	row->epochs_least = row->epochs_most = s->record[0].epochs_run;
	for (int i = 0; i < s->n; i++) {
		const int epochs = s->record[i].epochs_run;
		if (epochs < row->epochs_least) row->epochs_least = epochs;
		if (epochs > row->epochs_most) row->epochs_most = epochs;
		row->seconds += s->timing[i].seconds_total / s->n;
		row->images_per_second += s->timing[i].images_per_second / s->n;
		if (s->timing[i].peak_memory_bytes > row->memory)
			row->memory = s->timing[i].peak_memory_bytes;
	}
}

void
comparison_row_of(struct arena *a, const struct record_set *s, struct comparison_row *row)
{
	double *x = ARENA_ARRAY(a, double, (size_t)s->n);
	*row = (struct comparison_row){ .set = s, .value = x };
	for (int i = 0; i < s->n; i++) {
		const struct record *r = &s->record[i];
		row->metric = record_headline(r, &x[i]);
		row->macro_f1 += comparison_macro_f1(r) / s->n;
		row->ece += r->calibration ? r->calibration->ece / s->n : NAN;
	}
	row->mean = stats_mean((size_t)s->n, x);
	row->sd = stats_sd((size_t)s->n, x);
	row->interval = comparison_interval(row);
	comparison_cost(row);
	row->predictions = ARENA_ARRAY(a, struct predictions, (size_t)s->n);
}

/* Arrays that are the same as the run's before are kept once: many experiments have one test
 * split. */
void
comparison_predictions(struct arena *a, const struct record_set *s, struct predictions *out,
	struct predictions *before)
{
	for (int i = 0; i < s->n; i++) {
		struct arena *own = arena_new();
		struct err none = ERR_INIT;
		struct predictions p;
		const char *const path = arena_printf(own, "%s/seed-%llu/predictions.csv", s->folder,
			(unsigned long long)s->record[i].seed);
		if (predictions_read(path, &s->record[i], false, own, &p, &none) == OK && p.n) {
			const size_t n = (size_t)p.n;
			const bool same = before->n == p.n &&
				!memcmp(before->index, p.index, n * sizeof *p.index) &&
				!memcmp(before->label, p.label, n * sizeof *p.label);
			uint32_t *index = NULL;
			int32_t *label = NULL, *predicted = ARENA_ARRAY(a, int32_t, n);
			if (!same) {
				index = ARENA_ARRAY(a, uint32_t, n);
				label = ARENA_ARRAY(a, int32_t, n);
				memcpy(index, p.index, n * sizeof *index);
				memcpy(label, p.label, n * sizeof *label);
			}
			memcpy(predicted, p.predicted, n * sizeof *predicted);
			out[i] = (struct predictions){ p.n, p.classes, s->record[i].class_name,
				same ? before->index : index, same ? before->label : label, predicted, NULL };
			*before = out[i];
		}
		arena_free(own);
	}
}

/* The value of the key; NULL: not there. from: where it stood in the last experiment. */
static const char *
comparison_value(const struct setting *s, int n, const char *key, int from)
{
	for (int i = 0; i < n; i++) {
		const int at = (from + i) % n;
		if (!strcmp(s[at].key, key)) return s[at].value;
	}
	return NULL;
}

struct file_settings { int n; const struct setting *v; };

/* The experiment that a canonical file names with compare_with; NULL: none. A name holds no quotes,
 * but may stand in them. */
static const char *
comparison_with(struct arena *a, const char *yaml)
{
	static const char key[] = "\ncompare_with: ";
	const char *at = strstr(yaml, key);
	if (!at) return NULL;
	at += strlen(key);
	at += strspn(at, "\"'");
	return arena_strndup(a, at, strcspn(at, "\"'\n"));
}

/* The keys that are not the same in all, in the order of the first file that has them. */
static void
comparison_keys(struct arena *a, struct comparison *c, struct comparison_row *row)
{
	struct file_settings *f = ARENA_ARRAY(a, struct file_settings, (size_t)c->n);
	int room = 0;
	for (int i = 0; i < c->n; i++) {
		struct str yaml = STR_INIT;
		struct err none = ERR_INIT;
		const char *const path = path_join(a, c->row[i].set->folder, "experiment.yaml");
		if (file_exists(path) &&
			file_read(path, COMPARISON_YAML_BYTES, &yaml, ERR_DATA, &none) == OK) {
			f[i].n = settings_read(a, str_text(&yaml), yaml.len, &f[i].v);
			row[i].with = comparison_with(a, str_text(&yaml));
		}
		str_free(&yaml);
		room += f[i].n;
	}
	struct comparison_key *key = ARENA_ARRAY(a, struct comparison_key, (size_t)room);
	for (int i = 0; i < c->n; i++)
		for (int k = 0; k < f[i].n; k++) {
			const char *const name = f[i].v[k].key;
			const char **value = NULL;
			bool seen = false, differs = false;
			for (int b = 0; b < i && !seen; b++)
				seen = comparison_value(f[b].v, f[b].n, name, k) != NULL;
			if (seen) continue;
			value = ARENA_ARRAY(a, const char *, (size_t)c->n);
			for (int b = 0; b < c->n; b++) {
				value[b] = comparison_value(f[b].v, f[b].n, name, k);
				differs |= f[b].n && (!value[b] || strcmp(value[b], f[i].v[k].value) != 0);
			}
			if (differs) key[c->keys++] = (struct comparison_key){ name, value };
		}
	c->key = key;
}

/* The pairs that are tested, at most room of them: the row of each one that row k goes against. */
static int
comparison_chosen(const struct comparison *c, int k, int against)
{
	if (c->choice == CHOICE_AGAINST) return k == against ? -1 : against;
	if (c->choice == CHOICE_FIRST) return k ? 0 : -1;
	for (int i = 0; c->row[k].with && i < c->n; i++)
		if (i != k && !strcmp(c->row[i].set->name, c->row[k].with)) return i;
	return -1;
}

static void
comparison_pairs(struct arena *a, struct comparison *c, int against)
{
	const int n = c->n, most = n <= COMPARISON_ALL_PAIRS ? n * (n - 1) / 2 : n;
	struct comparison_pair *pair =
		ARENA_ARRAY(a, struct comparison_pair, (size_t)(most > n ? most : n));
	double **const shares = n <= COMPARISON_ALL_PAIRS ? ARENA_ARRAY(a, double *, (size_t)n) : NULL;
	c->choice = n <= COMPARISON_ALL_PAIRS ? CHOICE_ALL : CHOICE_FIRST;
	for (int k = 0; k < n; k++)
		if (c->row[k].with) c->choice = CHOICE_FILES;
	if (against >= 0) c->choice = CHOICE_AGAINST;
	for (int k = 0; k < n; k++)
		for (int i = k + 1; c->choice == CHOICE_ALL && i < n; i++)
			comparison_test(a, c, k, i, shares, &pair[c->pairs++]);
	for (int k = 0; c->choice != CHOICE_ALL && k < n; k++) {
		const int i = comparison_chosen(c, k, against);
		if (i >= 0) comparison_test(a, c, i, k, shares, &pair[c->pairs++]);
	}
	comparison_correct(c, pair);
	c->pair = pair;
}

static struct comparison *
comparison_of(struct arena *a, const struct record_set *const *sets, int n, bool tests, int against)
{
	struct comparison *c = ARENA_NEW(a, struct comparison);
	struct comparison_row *row = ARENA_ARRAY(a, struct comparison_row, (size_t)n);
	struct predictions before = { 0 };
	c->n = n;
	c->row = row;
	c->one_metric = true;
	for (int i = 0; i < n; i++) {
		comparison_row_of(a, sets[i], &row[i]);
		if (strcmp(row[i].metric.name, row[0].metric.name) != 0) c->one_metric = false;
		if (tests)
			comparison_predictions(a, sets[i], (struct predictions *)row[i].predictions, &before);
	}
	comparison_keys(a, c, row);
	if (tests && n) comparison_pairs(a, c, against);
	comparison_warn(a, c);
	return c;
}

struct comparison *
comparison_make(struct arena *a, const struct record_set *const *sets, int n, bool tests)
{
	return comparison_of(a, sets, n, tests, -1);
}

struct comparison *
comparison_make_against(struct arena *a, const struct record_set *const *sets, int n, int against)
{
	return comparison_of(a, sets, n, true, against);
}
