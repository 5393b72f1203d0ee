/* The index's tests between experiments, what differs in their files, and its warnings. */
#include <math.h>
#include <stdio.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/comparison.h"

enum { COMPARISON_SENTENCES = 15 };	/* as many as are read; the table has all */

/* An interval of differences, each end with its sign. */
static void
tests_interval(const struct record_metric *m, struct interval i, struct str *out)
{
	struct str text = STR_INIT;
	if (isfinite(i.low) && isfinite(i.high)) {
		block_difference(m, i.low, &text);
		str_add(&text, " to ");
		block_difference(m, i.high, &text);
	}
	html_range(str_text(&text), i.low, out);
	str_free(&text);
}

static void
tests_p(double p, struct str *out)
{
	char text[32];
	snprintf(text, sizeof text, p < 0.0001 ? "%.1e" : "%.4f", p);
	html_number(isnan(p) ? "–" : text, p, out);
}

static void
tests_row(const struct comparison *c, const struct comparison_pair *p, struct str *out)
{
	static const char *const verdict[] = { "no difference shown", "higher", "lower" };
	const struct record_metric *m = &c->row[p->a].metric;
	struct str text = STR_INIT;
	html_row(out);
	html_name(c->row[p->b].set->name, out);
	html_cell_of("who", c->row[p->a].set->name, out);
	page_count(p->seeds, out);
	if (p->why_not) {
		str_add(out, "<td colspan=\"9\">not tested: ");
		html_text(p->why_not, out);
		str_add(out, "</td>");
	} else {
		html_cell_of("verdict", verdict[p->verdict], out);
		block_difference(m, p->mean, &text);
		html_number(str_text(&text), p->mean, out);
		tests_interval(m, p->interval, out);
		tests_p(p->p, out);
		tests_p(p->p_holm, out);
		tests_p(p->p_least, out);
		tests_p(p->t, out);
		tests_p(p->t_holm, out);
		tests_interval(m, p->bootstrap, out);
	}
	html_row_end(out);
	str_free(&text);
}

static void
tests_sentences(const struct comparison *c, struct str *out)
{
	struct str text = STR_INIT;
	str_add(out, "<ul>\n");
	for (int i = 0; i < c->pairs && i < COMPARISON_SENTENCES; i++) {
		if (c->pair[i].why_not) continue;
		str_clear(&text);
		comparison_sentence(c, &c->pair[i], &text);
		str_add(out, "<li>");
		html_text(str_text(&text), out);
		str_add(out, "</li>\n");
	}
	str_add(out, "</ul>\n");
	str_clear(&text);
	comparison_note(c, &text);
	str_add(out, "<p>");
	html_text(str_text(&text), out);
	str_add(out, "</p>\n");
	str_free(&text);
}

static void
tests_flips(struct arena *a, const struct comparison *c, struct str *out)
{
	static const char *const column[] = { "seed", "images", "other class", "only the first right",
		"only the second right", "p (McNemar)", "p (Holm)" };
	str_add(out, "<details><summary>The same, seed by seed and image by image</summary>\n");
	html_table("Test images on which two models of one seed disagree, and McNemar's test (mid-p)",
		true, out);
	html_column("first", false, out);
	html_column("second", false, out);
	for (size_t i = 0; i < sizeof column / sizeof *column; i++)
		html_column(column[i], true, out);
	html_rows(out);
	for (int i = 0; i < c->pairs; i++)
		for (int k = 0; !c->pair[i].why_not && k < c->pair[i].seeds; k++) {
			const struct comparison_flip *f = &c->pair[i].flip[k];
			if (!f->images) continue;
			html_row(out);
			html_name(c->row[c->pair[i].a].set->name, out);
			html_cell_of("who", c->row[c->pair[i].b].set->name, out);
			html_number(arena_printf(a, "%llu", (unsigned long long)f->seed), (double)f->seed, out);
			page_count(f->images, out);
			page_count(f->differ, out);
			page_count(f->only_a, out);
			page_count(f->only_b, out);
			tests_p(f->p, out);
			tests_p(f->p_holm, out);
			html_row_end(out);
		}
	html_table_end(out);
	str_add(out, "</details>\n");
}

void
page_tests(struct arena *a, const struct comparison *c, struct str *out)
{
	static const char *const column[] = { "difference", "95 % interval (t)", "p, sign flips",
		"p, Holm", "least p, Holm", "p, t-test", "p, t-test, Holm", "95 % interval (bootstrap)" };
	if (!c->pairs) return;
	html_section("tests", "Is it more than chance?", out);
	tests_sentences(c, out);
	html_table("Differences seed by seed, of shares in points of a percent; p of the paired "
		"sign-flip test, corrected after Holm over all tests, and the least that so many seeds can "
		"reach; p of the paired t-test, which takes the differences to be normal", true, out);
	html_column("experiment", false, out);
	html_column("against", false, out);
	html_column("seeds", true, out);
	html_column("verdict", false, out);
	for (size_t i = 0; i < sizeof column / sizeof *column; i++)
		html_column(column[i], true, out);
	html_rows(out);
	for (int i = 0; i < c->pairs; i++)
		tests_row(c, &c->pair[i], out);
	html_table_end(out);
	tests_flips(a, c, out);
	html_close(out);
}

void
page_keys(const struct comparison *c, struct str *out)
{
	if (!c->keys) return;
	html_section("keys", "What differs in the files", out);
	html_table("Only the keys whose values are not the same in all", true, out);
	html_column("experiment", false, out);
	for (int k = 0; k < c->keys; k++)
		html_column(c->key[k].key, false, out);
	html_rows(out);
	for (int i = 0; i < c->n; i++) {
		html_row(out);
		html_name(c->row[i].set->name, out);
		for (int k = 0; k < c->keys; k++)
			html_cell(c->key[k].value[i] ? c->key[k].value[i] : "–", out);
		html_row_end(out);
	}
	html_table_end(out);
	html_close(out);
}

void
page_warnings(const struct comparison *c, struct str *out)
{
	if (!c->warnings) return;
	html_section("warnings", "Warnings", out);
	for (int i = 0; i < c->warnings; i++)
		html_note(true, c->warning[i], out);
	html_close(out);
}
