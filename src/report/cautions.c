/* What makes numbers better than they are, or the question open. */
#include "cautions.h"

#include "tlrun/num.h"
#include "tlrun/stats.h"

/* Test images of the most frequent class, and those that were predicted right. */
static void
caution_counts(const struct record *r, long long *frequent, long long *right)
{
	*frequent = *right = 0;
	for (int i = 0; i < r->classes; i++) {
		const long long *const row = r->test.confusion + (size_t)i * (size_t)r->classes;
		long long n = 0;
		for (int j = 0; j < r->classes; j++)
			n += row[j];
		if (n > *frequent) *frequent = n;
		*right += row[i];
	}
}

/* Whether the accuracy's 95 % interval reaches what the most frequent class alone would get. */
static bool
caution_at_chance(const struct record *r)
{
	if (!r->test.confusion || r->test.n < 1 || r->classes < 2) return false;
	long long frequent, right;
	caution_counts(r, &frequent, &right);
	const double chance = (double)frequent / r->test.n;
	return stats_wilson((double)right, r->test.n).low <= chance;
}

/*
 * A model that gives every class the same probability has a loss of ln(classes). Ten times that
 * without having learned anything, or a thousand times that in any case, is a training that
 * diverged without reaching infinity.
 */
static bool
caution_exploded(const struct record *r)
{
	const double guess = num_log(r->classes > 1 ? r->classes : 2);
	return r->test.loss > 1000 * guess || (r->test.loss > 10 * guess && caution_at_chance(r));
}

bool
caution_of_run(enum caution c, const struct record *r)
{
	if (c == CAUTION_EXPLODED) return caution_exploded(r);
	if (c == CAUTION_CHANCE) return caution_at_chance(r) && !caution_exploded(r);
	if (c == CAUTION_TEST_CHOSE) return r->validation_is_test;
	return c == CAUTION_LAST_EPOCH && record_best_was_last(r);
}

bool
caution_of(enum caution c, const struct record_set *s)
{
	bool some = c == CAUTION_ONE_SEED && s->n == 1;
	for (int i = 0; i < s->n && !some; i++)
		some = caution_of_run(c, &s->record[i]);
	return some;
}

const char *
record_learned_nothing(const struct record *r)
{
	for (enum caution c = CAUTION_EXPLODED; c <= CAUTION_CHANCE; c++)
		if (caution_of_run(c, r)) return caution_text(c);
	return NULL;
}

const char *
caution_text(enum caution c)
{
	static const char *const text[CAUTIONS] = {
		[CAUTION_EXPLODED] = "the loss exploded; the model learned nothing that can be used. Try a "
			"lower learning rate, a warm-up (lr_schedule.warmup_epochs) or clipped gradients "
			"(optimizer.global_clip_norm)",
		[CAUTION_CHANCE] = "the test accuracy is not better than always answering the most "
			"frequent class; the model has learned nothing that can be shown",
		[CAUTION_TEST_CHOSE] = "model selection saw the test set; dataset.validation: test chose "
			"the epoch on the images that the result is measured on",
		[CAUTION_LAST_EPOCH] = "the best epoch is the last one; more epochs may do better",
		[CAUTION_ONE_SEED] = "one seed; how much another seed would change the result is not "
			"known",
	};
	return text[c];
}
