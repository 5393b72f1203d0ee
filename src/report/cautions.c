/* What makes numbers better than they are, or the question open. */
#include "cautions.h"

bool
caution_of_run(enum caution c, const struct record *r)
{
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
caution_text(enum caution c)
{
	static const char *const text[CAUTIONS] = {
		[CAUTION_TEST_CHOSE] = "model selection saw the test set; dataset.validation: test chose "
			"the epoch on the images that the result is measured on",
		[CAUTION_LAST_EPOCH] = "the best epoch is the last one; more epochs may do better",
		[CAUTION_ONE_SEED] = "one seed; how much another seed would change the result is not "
			"known",
	};
	return text[c];
}
