/* The page's calibration: how often the model is right when it says so. */
#include <math.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/stats.h"

bool
page_has_calibration(const struct record_set *s)
{
	bool any = false;
	for (int i = 0; i < s->n; i++)
		any = any || s->record[i].calibration;
	return s->calibration && any;
}

const struct svg_bins *
page_bins(struct arena *a, const struct record_set *s)
{
	struct svg_bins *b = ARENA_NEW(a, struct svg_bins);
	double *confidence = ARENA_ARRAY(a, double, STATS_BINS);
	double *right = ARENA_ARRAY(a, double, STATS_BINS);
	long long *count = ARENA_ARRAY(a, long long, STATS_BINS);
	for (int i = 0; i < s->n; i++) {
		const struct calibration *c = s->record[i].calibration;
		for (int k = 0; c && k < STATS_BINS; k++) {
			count[k] += c->count[k];
			confidence[k] += (double)c->count[k] * c->confidence[k];
			right[k] += (double)c->count[k] * c->accuracy[k];
		}
	}
	for (int k = 0; k < STATS_BINS; k++)
		if (count[k]) {
			confidence[k] /= (double)count[k];
			right[k] /= (double)count[k];
		}
	*b = (struct svg_bins){ STATS_BINS, confidence, right, count };
	return b;
}

static void
calibration_row(const struct record *r, struct str *out)
{
	const struct calibration *c = r->calibration;
	const struct calibration *d = block_temperature_unfit(r) ? NULL : r->calibrated;
	if (!c) return;
	html_row(out);
	page_count((long long)r->seed, out);
	page_decimals(c->ece, 4, out);
	page_decimals(c->brier, 4, out);
	page_decimals(c->nll, 4, out);
	page_decimals(d ? r->temperature : NAN, 4, out);
	page_decimals(d ? d->ece : NAN, 4, out);
	page_decimals(d ? d->brier : NAN, 4, out);
	page_decimals(d ? d->nll : NAN, 4, out);
	html_row_end(out);
}

static void
calibration_table(const struct record_set *s, struct str *out)
{
	static const char *const column[] = { "seed", "ECE", "Brier", "NLL", "temperature",
		"ECE with it", "Brier with it", "NLL with it" };
	html_table("Expected calibration error (15 bins), Brier score and negative log-likelihood of "
		"the test images, and the same with the temperature fitted on validation. "
		"None is shown where the validation "
		"images have no errors to fit it on, or the fit reached the end of its range", true, out);
	for (size_t i = 0; i < sizeof column / sizeof *column; i++)
		html_column(column[i], true, out);
	html_rows(out);
	for (int i = 0; i < s->n; i++)
		calibration_row(&s->record[i], out);
	html_table_end(out);
}

void
page_calibration(struct arena *a, const struct record_set *s, struct str *out)
{
	if (!page_has_calibration(s)) return;
	html_section("calibration", "Calibration", out);
	calibration_table(s, out);
	str_add(out, "<div class=\"charts\">\n");
	page_figure("Reliability", s->n > 1 ? "Share of right answers by confidence, all seeds "
		"together; on the dotted line a model is right as often as it says." : "Share of right "
		"answers by confidence; on the dotted line the model is right as often as it says.", false,
		out);
	svg_reliability("reliability diagram", page_bins(a, s), false, out);
	page_figure_end(out);
	str_add(out, "</div>\n");
	html_close(out);
}
