/* Parts of report.html, index.html and sweep.html, each a section. Used in src/report/ only. */
#ifndef REPORT_PAGE_H
#define REPORT_PAGE_H

#include "curves.h"
#include "html.h"

struct arena;
struct comparison;
struct ranking;

/* A figure: what it shows in bold, how to read it, the switches of its curves (NULL: none), then
 * the drawing. tall: in a box that scrolls. */
void page_figure(const char *title, const char *how, bool tall, struct str *out);
void page_figure_end(struct str *out);
void page_legend(const struct svg_lines *l, struct str *out);
/* A chart of lines as a figure, where it has any. */
void page_lines(const char *title, const char *how, const struct svg_lines *l, struct str *out);

/* "top_3_accuracy" as a heading: "Top 3 accuracy". */
const char *page_title(struct arena *a, const char *name);

/* A number's cell, sorted by the number. */
void page_metric(const struct record_metric *m, double value, struct str *out);
void page_count(long long n, struct str *out);
void page_decimals(double v, int digits, struct str *out);

/* The folder of an experiment as a URL (RFC 3986), from the results folder: "." or "..", which also
 * keeps a name that begins with a slash or has a colon from leading elsewhere. */
const char *page_url(struct arena *a, const char *from, const char *name);
/* Its report.html. */
const char *page_report(struct arena *a, const char *from, const char *name,
	const char *config_hash);

void page_curves(struct arena *a, const struct record_set *s, struct str *out);
void page_epochs(const struct record_set *s, struct str *out);
void page_classes(struct arena *a, const struct record_set *s, struct str *out);
bool page_has_calibration(const struct record_set *s);
void page_calibration(struct arena *a, const struct record_set *s, struct str *out);
/* The seeds' bins together. */
const struct svg_bins *page_bins(struct arena *a, const struct record_set *s);
bool page_has_sheets(const struct record_set *s);
void page_sheets(const struct record_set *s, struct str *out);
void page_setting(const struct record_set *s, struct str *out);
void page_cost(const struct record_set *s, struct str *out);
void page_provenance(const struct record_set *s, struct str *out);

/* Of the index: its charts, tests between experiments, the keys that differ, the warnings. */
void page_side_by_side(struct arena *a, const struct comparison *c, struct str *out);
void page_tests(struct arena *a, const struct comparison *c, struct str *out);
void page_keys(const struct comparison *c, struct str *out);
void page_warnings(const struct comparison *c, struct str *out);

/* A sweep's charts: the metric over the values of each key that differs, and maps over two keys.
 * Some trial has records. */
void page_sweep(const struct ranking *k, struct str *out);

/* One record of all seeds' test images: their matrices added. Its confusion is NULL where no seed
 * has one. */
const struct record *page_pooled(struct arena *a, const struct record_set *s);

#endif
