/* The pages' learning curves, with their switches, and the tables of epochs. */
#include <math.h>
#include <stdio.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"

enum { PAGE_EPOCHS = 100, PAGE_METRICS = 5 };	/* rows and charts: about as many as people read */

void
page_figure(const char *title, const char *how, bool tall, struct str *out)
{
	str_add(out, "<figure><figcaption><strong>");
	html_text(title, out);
	str_add(out, "</strong>");
	if (how) {
		str_add(out, "<span>");
		html_text(how, out);
		str_add(out, "</span>");
	}
	str_add(out, "</figcaption>\n<div");
	if (tall) str_add(out, " class=\"tall\" role=\"region\" tabindex=\"0\" aria-label=\"chart\"");
	str_add_char(out, '>');
}

void
page_figure_end(struct str *out)
{
	str_add(out, "</div></figure>\n");
}

void
page_legend(const struct svg_lines *l, struct str *out)
{
	bool many = false;
	str_add(out, "<div class=\"legend\" role=\"group\" aria-label=\"Curves shown\">");
	for (int i = 0; i < l->n; i++) {
		const struct svg_series *c = &l->series[i];
		if (c->style < 0) {
			many = true;
			continue;
		}
		const char *const dash = c->style >= SVG_COLOURS ? " dashed" : "";
		const int colour = c->style % SVG_COLOURS;
		str_printf(out, "<label class=\"c%d\"><input type=\"checkbox\" class=\"t%d\" "
			"checked=\"checked\"/><span class=\"key%s\"></span><span dir=\"auto\">", colour,
			c->style, dash);
		html_text(c->name, out);
		str_add(out, "</span></label>\n");
	}
	if (many)
		str_add(out, "<label><input type=\"checkbox\" class=\"tmany\" checked=\"checked\"/>"
			"<span class=\"key\"></span><span>all others</span></label>\n");
	str_add(out, "</div>\n");
}

void
page_lines(const char *title, const char *how, const struct svg_lines *l, struct str *out)
{
	if (!l->n) return;
	page_figure(title, how, false, out);
	if (l->n > 1) page_legend(l, out);
	svg_lines(l, false, out);
	page_figure_end(out);
}

const char *
page_title(struct arena *a, const char *name)
{
	char *const title = arena_strdup(a, name);
	if (*title >= 'a' && *title <= 'z') *title = (char)(*title - 'a' + 'A');
	for (char *t = title; *t; t++)
		if (*t == '_') *t = ' ';
	return title;
}

void
page_curves(struct arena *a, const struct record_set *s, struct str *out)
{
	const int metrics = s->record[0].metrics;
	bool any = false;
	for (int i = 0; i < s->n; i++)
		any = any || s->record[i].epochs;
	if (!s->learning_curves || !any) return;
	html_section("curves", "Learning curves", out);
	str_add(out, "<p class=\"muted\">A ring marks the epoch whose weights were kept.");
	if (s->n > 1)
		str_add(out, " Lines are means of the seeds that reached an epoch, bands go from the "
			"lowest seed to the highest.");
	str_add(out, "</p>\n<div class=\"charts\">\n");
	for (int m = CURVE_LOSS; m < metrics && m < PAGE_METRICS; m++)
		page_lines(page_title(a, curves_name(s, m)), NULL, curves_chart(a, s, m), out);
	page_lines("Learning rate", NULL, curves_rate(a, s), out);
	str_add(out, "</div>\n");
	page_epochs(s, out);
	html_close(out);
}

static void
page_value(double v, struct str *out)
{
	char text[32] = "";
	if (!isnan(v)) snprintf(text, sizeof text, "%.4f", v);
	html_number(text, v, out);
}

static void
page_epoch(const struct record *r, const struct record_epoch *h, struct str *out)
{
	char text[48];
	const bool kept = h->epoch == r->restored_epoch;
	html_row(out);
	snprintf(text, sizeof text, "%d%s", h->epoch, kept ? " (kept)" : "");
	html_number(text, h->epoch, out);
	if (r->phases > 1) html_cell(h->phase, out);
	num_format_float((float)h->learning_rate, text, sizeof text);
	html_number(text, h->learning_rate, out);
	page_value(h->loss, out);
	for (int i = 0; i < r->metrics; i++)
		page_value(h->metric[i], out);
	if (r->validation_images) page_value(h->val_loss, out);
	for (int i = 0; i < r->metrics && r->validation_images; i++)
		page_value(h->val_metric[i], out);
	html_row_end(out);
}

static void
page_epoch_table(const struct record *r, struct str *out)
{
	char text[96];
	const int every = (r->epochs + PAGE_EPOCHS - 1) / PAGE_EPOCHS;
	snprintf(text, sizeof text, every > 1 ? "Seed %llu, one epoch in %d; history.csv has all" :
		"Seed %llu", (unsigned long long)r->seed, every);
	html_table(text, true, out);
	html_column("epoch", true, out);
	if (r->phases > 1) html_column("phase", false, out);
	html_column("learning rate", true, out);
	for (int val = 0; val < 1 + (r->validation_images > 0); val++) {
		html_column(val ? "val_loss" : "loss", true, out);
		for (int i = 0; i < r->metrics; i++) {
			struct str name = STR_INIT;
			str_printf(&name, "%s%s", val ? "val_" : "", r->metric[i].name);
			html_column(str_text(&name), true, out);
			str_free(&name);
		}
	}
	html_rows(out);
	for (int e = 0; e < r->epochs; e++) {
		const struct record_epoch *h = &r->history[e];
		if (e % every == 0 || e + 1 == r->epochs || h->epoch == r->restored_epoch)
			page_epoch(r, h, out);
	}
	html_table_end(out);
}

void
page_epochs(const struct record_set *s, struct str *out)
{
	str_add(out, "<details><summary>All epochs as a table</summary>\n");
	for (int i = 0; i < s->n; i++)
		if (s->record[i].epochs) page_epoch_table(&s->record[i], out);
	str_add(out, "</details>\n");
}
