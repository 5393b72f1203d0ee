/* What a reader of a comparison must know before believing it. */
#include <string.h>

#include "cautions.h"
#include "comparison_parts.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"

enum { WARN_NAMES = 5, WARN_MOST = 16 };

/* "a, b and c", "a, b, c, d, e and 12 others": the rows that are picked. Returns how many. */
static int
warn_names(const struct comparison *c, const bool *picked, struct str *out)
{
	int n = 0, k = 0;
	for (int i = 0; i < c->n; i++)
		n += picked[i];
	const int shown = n > WARN_NAMES + 1 ? WARN_NAMES : n;
	for (int i = 0; i < c->n && k < shown; i++) {
		if (!picked[i]) continue;
		if (k) str_add(out, k == n - 1 ? " and " : ", ");
		str_add(out, c->row[i].set->name);
		k++;
	}
	if (n > shown) str_printf(out, " and %d others", n - shown);
	return n;
}

static bool
warn_no_predictions(const struct comparison_row *row)
{
	for (int i = 0; i < row->set->n; i++)
		if (row->set->record[i].test.n && !row->predictions[i].n) return true;
	return false;
}

static void
warn_add(struct arena *a, const char **list, int *n, const struct str *text)
{
	if (*n < WARN_MOST) list[(*n)++] = arena_strdup(a, str_text(text));
}

static void
warn_named(struct arena *a, const struct comparison *c, const char **list, int *n,
	const bool *picked, const char *says)
{
	struct str text = STR_INIT;
	if (warn_names(c, picked, &text)) {
		str_printf(&text, ": %s", says);
		warn_add(a, list, n, &text);
	}
	str_free(&text);
}

static void
warn_caution(struct arena *a, const struct comparison *c, const char **list, int *n,
	enum caution caution)
{
	bool *picked = ARENA_ARRAY(a, bool, (size_t)c->n);
	for (int i = 0; i < c->n; i++)
		picked[i] = caution_of(caution, c->row[i].set);
	warn_named(a, c, list, n, picked, caution_text(caution));
}

static void
warn_predictions(struct arena *a, const struct comparison *c, const char **list, int *n)
{
	bool *picked = ARENA_ARRAY(a, bool, (size_t)c->n);
	for (int i = 0; i < c->n; i++)
		picked[i] = warn_no_predictions(&c->row[i]);
	warn_named(a, c, list, n, picked,
		"predictions.csv is missing or damaged; its images are not compared");
}

/* The least and the most of a number over all rows. */
struct range { long long least, most; const char *at_least, *at_most; };

static void
range_add(struct range *r, const struct record_set *s, long long x)
{
	if (!r->at_least || x < r->least) r->least = x, r->at_least = s->name;
	if (!r->at_most || x > r->most) r->most = x, r->at_most = s->name;
}

static void
warn_range(struct arena *a, const char **list, int *n, const struct range *r, const char *what)
{
	struct str text = STR_INIT;
	char least[32], most[32];
	if (r->least == r->most) return;
	num_human_count(r->least, least, sizeof least);
	num_human_count(r->most, most, sizeof most);
	str_printf(&text, "%s: %s %s, %s %s", what, r->at_least, least, r->at_most, most);
	warn_add(a, list, n, &text);
	str_free(&text);
}

/* Images seen in the epochs planned, without those of a run that it starts from. */
static long long
warn_budget(const struct record *r)
{
	return (long long)r->epochs_planned * r->train_images;
}

static void
warn_different(struct arena *a, const struct comparison *c, const char **list, int *n)
{
	struct str text = STR_INIT;
	bool data = false, split = false, version = false;
	const struct record *first = &c->row[0].set->record[0];
	for (int i = 0; i < c->n; i++)
		for (int k = 0; k < c->row[i].set->n; k++) {
			const struct record *r = &c->row[i].set->record[k];
			const bool same = str_same(r->hash_data, first->hash_data) &&
				!strcmp(r->dataset, first->dataset);
			data = data || !same;
			split = split || (same && !str_same(r->hash_split, first->hash_split));
			version = version || !str_same(r->hash_binary, first->hash_binary);
		}
	if (data) str_add(&text, "different training images: what differs may be the data's doing");
	else if (split)
		str_add(&text, "different splits: the training images are not divided alike in all");
	if (text.len) warn_add(a, list, n, &text);
	str_clear(&text);
	if (version) str_add(&text, "not all were run by the same build of tlrun");
	if (text.len) warn_add(a, list, n, &text);
	str_free(&text);
}

static void
warn_with(struct arena *a, const struct comparison *c, const char **list, int *n)
{
	bool *picked = ARENA_ARRAY(a, bool, (size_t)c->n);
	for (int i = 0; i < c->n; i++) {
		picked[i] = c->row[i].with && c->n > 1;
		for (int k = 0; k < c->n && picked[i]; k++)
			if (k != i && !strcmp(c->row[k].set->name, c->row[i].with)) picked[i] = false;
	}
	warn_named(a, c, list, n, picked,
		"compare_with names an experiment that is not among these; it is not tested");
}

void
comparison_warn(struct arena *a, struct comparison *c)
{
	const char **list = ARENA_ARRAY(a, const char *, WARN_MOST);
	int n = 0;
	struct range budget = { 0 }, seeds = { 0 };
	for (int i = 0; i < c->n; i++) {
		const struct record_set *s = c->row[i].set;
		range_add(&budget, s, warn_budget(&s->record[0]));
		range_add(&seeds, s, s->n);
	}
	warn_caution(a, c, list, &n, CAUTION_EXPLODED);
	warn_caution(a, c, list, &n, CAUTION_CHANCE);
	warn_caution(a, c, list, &n, CAUTION_ONE_SEED);
	warn_caution(a, c, list, &n, CAUTION_TEST_CHOSE);
	if (c->n) warn_different(a, c, list, &n);
	warn_range(a, list, &n, &budget, "unequal budgets (training images in the epochs planned)");
	warn_range(a, list, &n, &seeds, "unequal numbers of seeds");
	warn_caution(a, c, list, &n, CAUTION_LAST_EPOCH);
	if (c->choice == CHOICE_FILES) warn_with(a, c, list, &n);
	if (c->pairs) warn_predictions(a, c, list, &n);
	c->warnings = n;
	c->warning = list;
}
