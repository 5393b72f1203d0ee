/* What the tests of a comparison show, in sentences. */
#include <math.h>

#include "blocks.h"
#include "tlrun/comparison.h"

static void
words_p(double p, struct str *out)
{
	if (p < 0.0001) str_add(out, "p < 0.0001");
	else str_printf(out, "p = %.4f", p);
}

static void
words_test(const char *name, double p, double corrected, struct str *out)
{
	str_printf(out, ", %s ", name);
	words_p(p, out);
	if (corrected == p) return;
	str_add(out, ", corrected ");
	words_p(corrected, out);
}

void
comparison_sentence(const struct comparison *c, const struct comparison_pair *p, struct str *out)
{
	const struct record_metric *m = &c->row[p->a].metric;
	const char *const a = c->row[p->a].set->name, *const b = c->row[p->b].set->name;
	if (p->why_not) {
		str_printf(out, "%s and %s are not tested: %s", b, a, p->why_not);
		return;
	}
	if (p->verdict == VERDICT_NONE)
		str_printf(out, "no difference shown with %d seed%s between %s and %s", p->seeds,
			p->seeds == 1 ? "" : "s", b, a);
	else
		str_printf(out, "%s of %s is %s than that of %s", m->name, b,
			p->verdict == VERDICT_HIGHER ? "higher" : "lower", a);
	str_add(out, ": by ");
	block_difference(m, p->mean, out);
	if (p->seeds < 2) return;
	str_add(out, ", 95 % interval ");
	block_difference(m, p->interval.low, out);
	str_add(out, " to ");
	block_difference(m, p->interval.high, out);
	words_test("sign-flip", p->p, p->p_holm, out);
	words_test("paired t-test", p->t, p->t_holm, out);
}

/* The fewest seeds of the pairs that are tested, which show least. */
static const struct comparison_pair *
words_weakest(const struct comparison *c)
{
	const struct comparison_pair *weakest = NULL;
	for (int i = 0; i < c->pairs; i++) {
		const struct comparison_pair *const p = &c->pair[i];
		if (!isnan(p->p) && (!weakest || p->seeds < weakest->seeds)) weakest = p;
	}
	return weakest;
}

static void
words_choice(const struct comparison *c, struct str *out)
{
	if (c->choice == CHOICE_FIRST)
		str_printf(out, "With more than %d experiments each is tested against the first alone. ",
			COMPARISON_ALL_PAIRS);
	if (c->choice == CHOICE_FILES)
		str_add(out, "Tested are the pairs that the files name with compare_with. ");
}

void
comparison_note(const struct comparison *c, struct str *out)
{
	const struct comparison_pair *const p = words_weakest(c);
	const char *const fewer = c->choice == CHOICE_ALL || c->choice == CHOICE_FIRST
		? " Fewer tests need fewer seeds: `tlrun compare --against NAME`, or compare_with: NAME in "
		"the files, tests only against the experiment that matters." : "";
	words_choice(c, out);
	if (!p) {
		str_add(out, "A test needs two seeds in both experiments.");
		return;
	}
	str_printf(out, "With %d seeds and %d test%s the smallest p that the sign-flip test can reach, "
		"corrected, is %.4g%s.", p->seeds, c->tested, c->tested == 1 ? "" : "s", p->p_least,
		p->p_least < COMPARISON_LEVEL ? "" : ", so that it can show no difference");
	if (p->p_least < COMPARISON_LEVEL) return;
	if (p->needed) str_printf(out, " %d seeds would be enough for one below 0.05.", p->needed);
	if (c->tested > 1) str_add(out, fewer);
}
