/* Whether the figures of a record agree with each other: one that was changed by hand or by a
 * failing disk often still reads. */
#include "record_parts.h"

#include <math.h>
#include <string.h>

#include "tlrun/arena.h"

/* Values are written as float32, or with as many digits. */
static const double check_tolerance = 2e-6;

static long long
check_hits(const struct record *r, const struct record_split *s)
{
	long long hits = 0;
	for (size_t i = 0; i < (size_t)r->classes; i++)
		hits += s->confusion[i * (size_t)r->classes + i];
	return hits;
}

static double
check_accuracy(const struct record *r, const struct record_split *s,
	const struct class_scores *scores)
{
	(void)scores;
	return (double)check_hits(r, s) / s->n;
}

static double
check_balanced_accuracy(const struct record *r, const struct record_split *s,
	const struct class_scores *scores)
{
	double sum = 0;
	int seen = 0;
	(void)s;
	for (int i = 0; i < r->classes; i++) {
		sum += scores[i].recall;
		seen += scores[i].support > 0;
	}
	return seen ? sum / seen : 0;
}

static double
check_macro_f1(const struct record *r, const struct record_split *s,
	const struct class_scores *scores)
{
	double sum = 0;
	(void)s;
	for (int i = 0; i < r->classes; i++)
		sum += scores[i].f1;
	return sum / r->classes;
}

static double
check_weighted_f1(const struct record *r, const struct record_split *s,
	const struct class_scores *scores)
{
	double sum = 0;
	for (int i = 0; i < r->classes; i++)
		sum += scores[i].f1 * (double)scores[i].support;
	return sum / s->n;
}

/* The metrics that a confusion matrix determines. */
static const struct check_metric {
	const char *name;
	double (*of)(const struct record *r, const struct record_split *s,
		const struct class_scores *scores);
} check_metrics[] = {
	{ "accuracy", check_accuracy },
	{ "balanced_accuracy", check_balanced_accuracy },
	{ "macro_f1", check_macro_f1 },
	{ "weighted_f1", check_weighted_f1 },
};
enum { CHECK_METRICS = sizeof check_metrics / sizeof *check_metrics };

static const char *
check_split(struct arena *a, const struct record *r, const struct record_split *s,
	const char *split, int images)
{
	if (s->n && s->n != images)
		return arena_printf(a, "%s.images is %d, and data.%s_images is %d", split, s->n, split,
			images);
	for (int i = 0; s->n && i < r->metrics; i++)
		if (r->metric[i].share && !(s->metric[i] >= 0 && s->metric[i] <= 1))
			return arena_printf(a, "%s.%s is not between 0 and 1", split, r->metric[i].name);
	if (!s->n || !s->confusion) return NULL;
	struct class_scores *scores = ARENA_ARRAY(a, struct class_scores, (size_t)r->classes);
	stats_class_scores(r->classes, s->confusion, scores);
	for (int i = 0; i < r->metrics; i++)
		for (int k = 0; k < CHECK_METRICS; k++) {
			if (strcmp(check_metrics[k].name, r->metric[i].name) != 0) continue;
			const double is = check_metrics[k].of(r, s, scores);
			if (!(fabs(is - s->metric[i]) <= check_tolerance))
				return arena_printf(a, "%s.%s is %.6f, and its confusion matrix gives %.6f", split,
					r->metric[i].name, s->metric[i], is);
		}
	return NULL;
}

static const char *
check_bins(struct arena *a, const struct record *r, const struct calibration *c)
{
	long long n = 0;
	if (!c || !r->test.n) return NULL;
	for (int i = 0; i < STATS_BINS; i++)
		n += c->count[i];
	if (n == r->test.n) return NULL;
	return arena_printf(a, "calibration counts %lld images, and test.images is %d", n, r->test.n);
}

static const char *
check_epochs(struct arena *a, const struct record *r)
{
	if (r->epochs != r->epochs_run)
		return arena_printf(a, "epochs_run is %d, and the history has %d epochs", r->epochs_run,
			r->epochs);
	for (int i = 0; i < r->epochs; i++)
		if (r->history[i].epoch != i + 1)
			return arena_printf(a, "epoch %d stands in the history where epoch %d belongs",
				r->history[i].epoch, i + 1);
	if (r->epochs_run > r->epochs_planned)
		return arena_printf(a, "epochs_run is %d, and epochs_planned is %d", r->epochs_run,
			r->epochs_planned);
	if (r->restored_epoch > r->epochs_run)
		return arena_printf(a, "restored_epoch is %d, and epochs_run is %d", r->restored_epoch,
			r->epochs_run);
	return NULL;
}

static const char *
check_phases(struct arena *a, const struct record *r)
{
	long long run = 0;
	for (int i = 0; i < r->phases; i++) {
		const struct record_phase *p = &r->phase[i];
		run += p->epochs_run;
		if (p->epochs_run > p->epochs_planned)
			return arena_printf(a, "epochs_run of phase %s is %d, and its epochs_planned is %d",
				p->name, p->epochs_run, p->epochs_planned);
		if (p->kept_epoch > run)
			return arena_printf(a, "kept_epoch of phase %s is %d, and the phase ended with epoch "
				"%lld", p->name, p->kept_epoch, run);
	}
	if (run == r->epochs_run) return NULL;
	return arena_printf(a, "epochs_run is %d, and the phases ran %lld epochs", r->epochs_run, run);
}

const char *
record_contradiction(struct arena *a, const struct record *r)
{
	const char *why = check_split(a, r, &r->test, "test", r->test_images);
	if (!why) why = check_split(a, r, &r->validation, "validation", r->validation_images);
	if (!why) why = check_bins(a, r, r->calibration);
	if (!why) why = check_bins(a, r, r->calibrated);
	if (!why) why = check_epochs(a, r);
	if (!why) why = check_phases(a, r);
	if (!why && r->trained > r->parameters)
		why = arena_printf(a, "trained_parameters is %lld, and parameters is %lld", r->trained,
			r->parameters);
	return why;
}
