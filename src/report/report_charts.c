/* The charts of report.html as SVG files of their own, for papers and slides. */
#include "curves.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/report.h"

static const char *
charts_name(struct arena *a, const char *what)
{
	return arena_printf(a, "%s.svg", what);
}

/* Curves come first: the loss, the metrics, the learning rate. */
static const char *
charts_curve(struct arena *a, const struct record_set *s, int i, struct str *out)
{
	const int metrics = s->record[0].metrics;
	const struct svg_lines *l =
		i <= metrics ? curves_chart(a, s, i - 1) : curves_rate(a, s);
	if (!s->learning_curves || !l->n) return "";
	svg_lines(l, true, out);
	return charts_name(a, i <= metrics ? curves_name(s, i - 1) : "learning_rate");
}

static const char *
charts_confusion(struct arena *a, const struct record_set *s, struct str *out)
{
	const struct record *r = page_pooled(a, s);
	if (!s->confusion_matrix || !r->test.confusion) return "";
	svg_heat("confusion matrix", r->classes, r->class_name, r->test.confusion, true, out);
	return charts_name(a, "confusion_matrix");
}

static const char *
charts_reliability(struct arena *a, const struct record_set *s, struct str *out)
{
	if (!page_has_calibration(s)) return "";
	svg_reliability("reliability diagram", page_bins(a, s), true, out);
	return charts_name(a, "reliability");
}

const char *
report_chart(struct arena *a, const struct record_set *s, int i, struct str *out)
{
	const int curves = s->record[0].metrics + 2;
	if (i < curves) return charts_curve(a, s, i, out);
	if (i == curves) return charts_confusion(a, s, out);
	if (i == curves + 1) return charts_reliability(a, s, out);
	return NULL;
}
