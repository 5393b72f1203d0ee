/* history.csv and predictions.csv, for spreadsheets (RFC 4180, lines end in \n). */
#include <math.h>
#include <string.h>

#include "csv.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/visible.h"

/* Whether a spreadsheet would take s for a formula, or would if it lost apostrophes. */
static bool
csv_computes(const char *s)
{
	double x;
	s += strspn(s, "'");
	return *s && strchr("=+-@", *s) && !num_parse_double(s, &x);
}

void
csv_field(struct str *out, const char *s)
{
	if (csv_computes(s)) str_add_char(out, '\'');
	visible_line(s, out);
}

void
csv_text(struct str *out, const char *s)
{
	struct str line = STR_INIT;
	csv_field(&line, s);
	const bool quotes = strpbrk(str_text(&line), ",\"") != NULL;
	if (quotes) str_add_char(out, '"');
	for (s = str_text(&line); *s; s++) {
		if (*s == '"') str_add_char(out, '"');
		str_add_char(out, *s);
	}
	if (quotes) str_add_char(out, '"');
	str_free(&line);
}

void
csv_number(struct str *out, double x)
{
	char text[32];
	if (isnan(x)) return;
	num_format_float((float)x, text, sizeof text);
	str_add(out, text);
}

static void
csv_numbers(struct str *out, int n, const double *x)
{
	for (int i = 0; i < n; i++) {
		str_add_char(out, ',');
		csv_number(out, x[i]);
	}
}

void
report_history_csv(const struct record *r, struct str *out)
{
	str_add(out, "epoch,phase,learning_rate,loss");
	for (int i = 0; i < r->metrics; i++) {
		str_add_char(out, ',');
		csv_text(out, r->metric[i].name);
	}
	str_add(out, ",val_loss");
	for (int i = 0; i < r->metrics; i++) {
		struct str name = STR_INIT;
		str_printf(&name, "val_%s", r->metric[i].name);
		str_add_char(out, ',');
		csv_text(out, str_text(&name));
		str_free(&name);
	}
	str_add_char(out, '\n');
	for (int i = 0; i < r->epochs; i++) {
		const struct record_epoch *h = &r->history[i];
		str_printf(out, "%d,", h->epoch);
		csv_text(out, h->phase);
		csv_numbers(out, 1, &h->learning_rate);
		csv_numbers(out, 1, &h->loss);
		csv_numbers(out, r->metrics, h->metric);
		csv_numbers(out, 1, &h->val_loss);
		csv_numbers(out, r->metrics, h->val_metric);
		str_add_char(out, '\n');
	}
}

static void
csv_classes(struct str *out, int n, const char *const *name)
{
	for (int c = 0; c < n; c++) {
		str_add_char(out, ',');
		csv_text(out, name[c]);
	}
	str_add_char(out, '\n');
}

static void
csv_probabilities(struct str *out, int n, const float *p)
{
	for (int c = 0; c < n; c++) {
		str_add_char(out, ',');
		csv_number(out, p[c]);
	}
	str_add_char(out, '\n');
}

void
report_predictions_csv(const struct predictions *p, struct str *out)
{
	str_add(out, "index,label,predicted");
	csv_classes(out, p->classes, p->class_name);
	for (int i = 0; i < p->n; i++) {
		str_printf(out, "%u,", (unsigned)p->index[i]);
		csv_text(out, p->class_name[p->label[i]]);
		str_add_char(out, ',');
		csv_text(out, p->class_name[p->predicted[i]]);
		csv_probabilities(out, p->classes, p->probability + (size_t)i * (size_t)p->classes);
	}
}

void
report_pictures_csv(const struct picture_predictions *p, struct str *out)
{
	str_add(out, "image,predicted");
	csv_classes(out, p->classes, p->class_name);
	for (int i = 0; i < p->n; i++) {
		csv_text(out, p->path[i]);
		str_add_char(out, ',');
		if (p->error[i]) {
			for (int c = 0; c < p->classes; c++) str_add_char(out, ',');
			str_add_char(out, '\n');
			continue;
		}
		csv_text(out, p->class_name[p->predicted[i]]);
		csv_probabilities(out, p->classes, p->probability + (size_t)i * (size_t)p->classes);
	}
}
