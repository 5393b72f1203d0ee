/* floor: report */
/*
 * How records are shown: CSV, Markdown, JSON. Pure functions of the records: same records, same
 * bytes.
 */
#ifndef TLRUN_REPORT_H
#define TLRUN_REPORT_H

#include "tlrun/record.h"

/*
 * Contact sheets: images of the test split that the model got wrong, as one picture, tile by tile.
 * Tile i stands in row i / columns and column i % columns, its corner at (row, column) times
 * (tile + gap) pixels.
 */
struct sheet_image {
	uint32_t index;				/* in the split as the data set has it */
	int label, predicted;
	float probability;			/* of predicted */
	float of_label;				/* probability of the label */
};
struct sheet {
	const char *file;			/* "mistakes.png", beside the record */
	int columns, tile_h, tile_w, gap;
	int n;
	const struct sheet_image *image;	/* [n] by tile; of a tile without one index is UINT32_MAX */
	const void *png;			/* the file's bytes; NULL: not there */
	size_t png_size;
};
/* The images of pair i fill row i of the pairs' sheet from the left. */
struct sheet_pair { int label, predicted; long long count; };
struct sheets {
	uint64_t seed;
	struct sheet mistakes;		/* the most confident first */
	struct sheet pairs;
	int n_pairs;
	const struct sheet_pair *pair;	/* [n_pairs], the most often confused first */
};

/* One experiment: its records by seed, with the timings beside them. */
struct record_set {
	const char *name, *description, *config_hash, *folder;	/* folder: "results/name/12345678" */
	int n;
	const struct record *record;	/* [n], ascending seed */
	const struct timing *timing;	/* [n] */
	/* which blocks evaluation.reports asks for */
	bool classification_report, confusion_matrix, calibration, learning_curves, misclassified;
	const struct sheets *sheets;	/* of the first seed that has them; NULL: none */
	const char *damaged;		/* files beside the records that do not read, a line each; NULL */
};

/* scikit-learn's classification_report, to the letter. */
void report_classification(int classes, const char *const *name, const long long *confusion,
	int digits, struct str *out);

/* history.csv: epoch, phase, learning_rate, loss, metrics, val_loss, val_metrics. */
void report_history_csv(const struct record *r, struct str *out);
/* predictions.csv: index, label, predicted, then a column a class with its probability. */
struct predictions {
	int n, classes;
	const char *const *class_name;
	const uint32_t *index;		/* in the split as the data set has it */
	const int32_t *label, *predicted;
	const float *probability;	/* [n,classes] */
};
void report_predictions_csv(const struct predictions *p, struct str *out);
/*
 * Read predictions.csv of this record back into the arena; probability is NULL unless asked for.
 * ERR_DATA: not there, damaged, or of other classes or another number of images than the record's.
 */
enum status predictions_read(const char *path, const struct record *r, bool probabilities,
	struct arena *a, struct predictions *out, struct err *e);

/* For people: index, label, predicted and its probability; and all of it as JSON. */
void report_predictions(const struct predictions *p, struct str *out);
void report_predictions_json(const struct predictions *p, struct str *out);

/*
 * Why nobody should use a run's model, a sentence without its full stop, as the reports print it:
 * the loss exploded, or the test accuracy is at chance. NULL: no such reason.
 */
const char *record_learned_nothing(const struct record *r);

/* Of pictures in files, in their order: as a table, as CSV (image, predicted, a column a class) and
 * as JSON. */
struct picture_predictions {
	int n, classes;
	const char *const *class_name, *const *path;
	const int32_t *predicted;
	const float *probability;	/* [n,classes] */
	/* [n]: why this image file was not predicted, NULL: it was. Its predicted and probability
	 * mean nothing then. */
	const char *const *error;
};
/* A table of files and classes; files with errors are left out. */
void report_pictures(const struct picture_predictions *p, struct str *out);
void report_pictures_csv(const struct picture_predictions *p, struct str *out);
void report_pictures_json(const struct picture_predictions *p, struct str *out);

/*
 * One evaluation by itself: of r its name, configuration, seed, classes, metrics and the
 * calibration; split: "test", "validation" or "train"; weights: their SHA-256.
 */
void report_evaluation(const struct record *r, const char *split, const struct record_split *s,
	struct str *out);
void report_evaluation_json(const struct record *r, const char *split,
	const struct record_split *s, const char *weights, struct str *out);

/* report.md and summary.json of one experiment, over all its seeds. */
void report_markdown(const struct record_set *s, struct str *out);
void report_summary_json(const struct record_set *s, struct str *out);

/* The table of comparison.h, a row an experiment: terminal: aligned columns without Markdown's
 * bars. */
void report_comparison(const struct record_set *const *sets, int n, bool terminal,
	struct str *out);

/* A sweep's trial: what was set, and what it gave. */
struct sweep_row {
	const char *name, *config_hash;
	const char *const *value;	/* [keys], as the command line would have it */
	const struct record_set *set;	/* NULL: no finished run */
	int metric;					/* that ranks, of its records; -1: the loss */
};
struct sweep_sheet {
	const char *name, *metric;	/* "val_accuracy" */
	bool test, training;		/* of the test split; of the training; neither: of validation */
	bool lower;					/* lower is better */
	int keys;
	const char *const *key;		/* [keys] "training.optimizer.learning_rate" */
	const char *const *label;	/* [keys] "learning_rate" */
	const bool *drawn_log;		/* [keys] drawn log-uniformly; NULL: none is */
	int n, same;				/* same: further trials that would be one of these again */
	const struct sweep_row *row;	/* [n], in the file's order */
	size_t formers;				/* trials of earlier settings of the file whose folders are there */
	const char *const *former;	/* [formers] their names; `tlrun gc` removes them */
};
/*
 * sweep.md, sweep.json and sweep.csv: the trials from best to worst by the mean of the metric over
 * their seeds, those without a value last. The tables show only the keys that differ.
 */
void report_sweep(const struct sweep_sheet *s, bool terminal, struct str *out);
void report_sweep_json(const struct sweep_sheet *s, struct str *out);
void report_sweep_csv(const struct sweep_sheet *s, struct str *out);
/* sweep.html: the same, with the metric over the values of each key and of pairs of keys, as a page
 * that needs nothing from elsewhere. Nothing where no trial has records. */
void report_sweep_page(const struct sweep_sheet *s, struct str *out);

/* report.html: the same as a page that needs nothing from elsewhere. */
void report_html(const struct record_set *s, struct str *out);
/* report.tex: tables of the seeds and of the classes, for LaTeX with booktabs. */
void report_latex(const struct record_set *s, struct str *out);
/*
 * The page's charts as SVG files: chart i = 0, 1, … into out and its file's name, in the arena. ""
 * where there is nothing to draw, NULL after the last.
 */
const char *report_chart(struct arena *a, const struct record_set *s, int i, struct str *out);
/* Learning curves in a terminal of so many columns; unicode: braille, else ASCII. */
void report_terminal_plot(const struct record_set *s, int columns, bool unicode, struct str *out);
struct comparison;
/* index.html: all experiments of a results folder (comparison.h), with links to the pages of its
 * sweeps. */
void report_index(const struct comparison *c, const char *const *sweep, size_t sweeps,
	struct str *out);
/* Its charts as SVG files, as report_chart's; a name has no slash. */
const char *report_index_chart(struct arena *a, const struct comparison *c, int i,
	struct str *out);

#endif
