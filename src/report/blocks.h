/* Pieces that several reports show. Used in src/report/ only. */
#ifndef REPORT_BLOCKS_H
#define REPORT_BLOCKS_H

#include "table.h"
#include "tlrun/json.h"
#include "tlrun/report.h"

/* A metric's value for people: shares in percent with two decimals ("71.20 %"), others with
 * four. */
void block_metric(const struct record_metric *m, double value, struct str *out);
/* The mean of n seeds with its deviation: "71.20 ± 0.35 %", "0.4512 ± 0.0023"; of one as
 * block_metric. */
void block_spread(const struct record_metric *m, int n, double mean, double sd, struct str *out);
/* A difference of two values, with its sign: "+1.20 %". Of shares in points of a percent. */
void block_difference(const struct record_metric *m, double value, struct str *out);
/* Wilson's 95 % interval of a share of n images; NaN for what is none. */
struct interval block_wilson(const struct record_metric *m, double value, int n);
/* Student's t interval of the mean of n seeds, within what the metric can be: all but losses lie
 * between 0 and 1. Differences lie between -1 and 1. */
struct interval block_t_interval(const struct record_metric *m, int n, const double *x);
struct interval block_t_difference(const struct record_metric *m, int n, const double *d);
/* An interval of the metric: "70.10 to 72.30 %"; nothing when unknown. */
void block_interval(const struct record_metric *m, struct interval i, struct str *out);
/* The same in a table cell. */
void block_interval_cell(struct table *t, const struct record_metric *m, struct interval i);
/* One line of text that Markdown shows as it stands. */
void block_escape(const char *text, struct str *out);
/* Text in which TeX takes nothing for its own, not even behind a line break. */
void block_latex(const char *text, struct str *out);
/* How often a second, for people; "?" when not measured. */
void block_rate(double per_second, char *out, size_t size);
/* Bytes for people; "?" for 0, when not measured. */
void block_memory(long long bytes, char *out, size_t size);
/* Text as it stands, between fences that no line of it can close. */
void block_code(const char *text, struct str *out);
/* Why a temperature that was fitted says nothing of other images; NULL: it does, or none was
 * fitted. */
const char *block_temperature_unfit(const struct record *r);
/* A table cell with four decimals; empty when not measured. */
void block_cell(struct table *t, double value);
/* The confusion matrix of the test split: counts and row percents up to 20 classes, then the
 * worst pairs. */
void block_confusion(const struct record *r, struct str *out);
/* Test images of a class. */
long long block_support(const struct record *r, int truth);
/* The pair of classes mixed up most after (count, i, k): more first, then by class. false: none. */
bool block_next_pair(const struct record *r, long long *count, int *i, int *k);

/* The sheets of mistakes, each with a table of what stands where; nothing where there are none. */
void block_sheets(const struct record_set *s, const char *level, struct str *out);
/* One split's images, loss, metrics and confusion matrix, as the record has it. In record.c. */
void block_split_json(struct json *j, const struct record *r, const char *key,
	const struct record_split *s);
/* A calibration, NULL writes null; bins of no image are 0. In record.c. */
void block_calibration_json(struct json *j, const char *key, const struct calibration *c);

#endif
