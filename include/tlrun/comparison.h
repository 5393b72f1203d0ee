/* floor: report */
/*
 * Experiments side by side: their numbers over seeds, what differs in their files, tests between
 * them, the images on which they disagree, and warnings. Made of records, experiment.yaml and
 * predictions.csv; every way to show it is a pure function of it.
 */
#ifndef TLRUN_COMPARISON_H
#define TLRUN_COMPARISON_H

#include "tlrun/report.h"
#include "tlrun/stats.h"

enum {
	COMPARISON_ALL_PAIRS = 6,	/* up to so many experiments each is tested against each; else
								 * against the first */
};
#define COMPARISON_LEVEL 0.05	/* of the tests, after Holm's correction */

/* One experiment over its seeds. Unknown numbers are NaN. */
struct comparison_row {
	const struct record_set *set;
	const char *with;			/* compare_with of its file; NULL: none */
	struct record_metric metric;	/* the headline */
	const double *value;		/* [seeds] of it on the test split */
	double mean, sd;
	struct interval interval;	/* Student's t over seeds; one seed: Wilson's, of a share */
	double macro_f1, ece;		/* means over seeds */
	double seconds, images_per_second;	/* means over seeds */
	long long memory;			/* the most of any seed; 0: unknown */
	int epochs_least, epochs_most;	/* that the seeds ran */
	/* [seeds], without probabilities; n 0: predictions.csv is not there or damaged */
	const struct predictions *predictions;
};

/* Two models of one seed, on the same test images. p NaN: not tested. */
struct comparison_flip {
	uint64_t seed;
	int seed_a, seed_b;			/* places among the seeds of a and of b */
	long long images, differ;	/* differ: other classes predicted */
	long long only_a, only_b;	/* images only one of them has right */
	double p, p_holm;			/* McNemar's, mid-p; corrected over all of the comparison */
};

enum comparison_verdict { VERDICT_NONE, VERDICT_HIGHER, VERDICT_LOWER };

/* Two experiments: b - a, seed by seed. */
struct comparison_pair {
	int a, b;					/* rows */
	const char *why_not;		/* no test between them, and why; else NULL */
	int seeds;					/* that both have; sd and interval are NaN for fewer than two */
	double mean, sd;			/* of the differences */
	struct interval interval;	/* Student's t */
	struct interval bootstrap;	/* over seeds and images; of accuracy; NaN: not made */
	double p, p_holm;			/* of the sign-flip test, and corrected */
	double p_least;				/* the smallest that so many seeds can reach, corrected */
	int needed;					/* seeds that can reach one below the level */
	double t, t_holm;			/* p of the paired t-test, and corrected */
	/* of b: only where the interval excludes 0 and p_holm is below the level */
	enum comparison_verdict verdict;
	const struct comparison_flip *flip;	/* [seeds] */
};

/* A key of experiment.yaml whose value is not the same in all. */
struct comparison_key {
	const char *key;			/* "training.optimizer.learning_rate" */
	const char *const *value;	/* [n] rows; NULL: not there */
};

/* Which pairs are tested. */
enum comparison_choice {
	CHOICE_ALL,					/* each with each */
	CHOICE_FIRST,				/* each with the first: there are more than COMPARISON_ALL_PAIRS */
	CHOICE_AGAINST,				/* each with the one that was asked for */
	CHOICE_FILES,				/* those that the files name with compare_with */
};

struct comparison {
	int n;
	const struct comparison_row *row;
	bool one_metric;			/* all headlines are the same metric */
	int keys;
	const struct comparison_key *key;
	enum comparison_choice choice;
	int pairs, tested;			/* tested: pairs that have a p, for which is corrected */
	const struct comparison_pair *pair;
	int warnings;
	const char *const *warning;	/* sentences */
};

/* Compare n experiments; all of it lies in the arena. tests false: rows and keys alone; nothing is
 * read but experiment.yaml. */
struct comparison *comparison_make(struct arena *a, const struct record_set *const *sets, int n,
	bool tests);

/* The same, with tests of each against row `against` alone. */
struct comparison *comparison_make_against(struct arena *a, const struct record_set *const *sets,
	int n, int against);

/* "accuracy of b is higher than that of a: by …", "no difference shown with 3 seeds between …". */
void comparison_sentence(const struct comparison *c, const struct comparison_pair *p,
	struct str *out);

/* Which pairs are tested, and what so many seeds can show: a paragraph; nothing without tests. */
void comparison_note(const struct comparison *c, struct str *out);

/* comparison.md; the same for a terminal; and its parts for programs and papers. */
void comparison_markdown(const struct comparison *c, struct str *out);
void comparison_terminal(const struct comparison *c, struct str *out);
void comparison_json(const struct comparison *c, struct str *out);
void comparison_csv(const struct comparison *c, struct str *out);	/* the rows */
/* The rows and the tests. columns: names with commas between them, "experiment,test,time"; NULL: as
 * many as fit a column of `article`. ERR_USAGE: another name. */
enum status comparison_latex(const struct comparison *c, const char *columns, struct str *out,
	struct err *e);

/* The keys of a resolved experiment (canonical YAML) as paths with values, in its order; what never
 * changes a result, and seeds and name, are left out. */
struct setting { const char *key, *value; };
int settings_read(struct arena *a, const char *yaml, size_t size, const struct setting **out);

#endif
