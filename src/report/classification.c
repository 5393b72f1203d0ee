/* scikit-learn's classification_report as text (doc/keras-semantics.md 4.5), to the letter. */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"
#include "tlrun/visible.h"

struct averages { double precision, recall, f1; };

/* The letters of a name as it is printed: scikit-learn counts them, not the terminal's columns. */
static int
classification_letters(const char *name)
{
	struct str line = STR_INIT;
	int n = 0;
	visible_line(name, &line);
	for (const char *s = str_text(&line); *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	str_free(&line);
	return n;
}

static void
classification_row(struct str *out, int width, int digits, const char *name,
	const struct averages *v, long long support)
{
	str_pad(out, ' ', width - classification_letters(name));
	visible_line(name, out);
	str_printf(out, "  %9.*f %9.*f %9.*f %9lld\n", digits, v->precision, digits, v->recall, digits,
		v->f1, support);
}

void
report_classification(int classes, const char *const *name, const long long *confusion, int digits,
	struct str *out)
{
	struct arena *a = arena_new();
	struct class_scores *s = ARENA_ARRAY(a, struct class_scores, (size_t)classes);
	stats_class_scores(classes, confusion, s);
	int width = (int)strlen("weighted avg");
	if (digits > width) width = digits;
	struct averages macro = { 0 }, weighted = { 0 };
	long long total = 0, hits = 0;
	for (int i = 0; i < classes; i++) {
		if (classification_letters(name[i]) > width) width = classification_letters(name[i]);
		const double w = (double)s[i].support;
		macro.precision += s[i].precision;
		macro.recall += s[i].recall;
		macro.f1 += s[i].f1;
		weighted.precision += w * s[i].precision;
		weighted.recall += w * s[i].recall;
		weighted.f1 += w * s[i].f1;
		total += s[i].support;
		hits += confusion[(size_t)i * (size_t)classes + (size_t)i];
	}
	const double n = total ? (double)total : 1;
	const double c = classes;
	macro = (struct averages){ macro.precision / c, macro.recall / c, macro.f1 / c };
	weighted = (struct averages){ weighted.precision / n, weighted.recall / n, weighted.f1 / n };
	str_pad(out, ' ', width);
	str_printf(out, "  %9s %9s %9s %9s\n\n", "precision", "recall", "f1-score", "support");
	for (int i = 0; i < classes; i++) {
		const struct averages v = { s[i].precision, s[i].recall, s[i].f1 };
		classification_row(out, width, digits, name[i], &v, s[i].support);
	}
	str_add_char(out, '\n');
	str_pad(out, ' ', width - 8);
	str_printf(out, "accuracy  %9s %9s %9.*f %9lld\n", "", "", digits, (double)hits / n, total);
	classification_row(out, width, digits, "macro avg", &macro, total);
	classification_row(out, width, digits, "weighted avg", &weighted, total);
	arena_free(a);
}
