/* The page's contact sheets: test images that the model got wrong, with what it took them for. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "page.h"
#include "tlrun/arena.h"

enum { SHEET_TILE = 44, SHEET_LABEL = 170, SHEET_GAP = 10, SHEET_HEADER = 24 };

/* Width or height of a PNG: big-endian in its first chunk (ISO/IEC 15948, 11.2.2). */
static double
sheet_size(const struct sheet *s, size_t at)
{
	const unsigned char *const p = (const unsigned char *)s->png + at;
	return p[0] * 16777216.0 + p[1] * 65536.0 + p[2] * 256.0 + p[3];
}

static bool
sheet_there(const struct sheet *s)
{
	return s->png && s->png_size >= SHEET_HEADER && s->n > 0 && s->columns > 0 && s->tile_h > 0 &&
		s->tile_w > 0;
}

static const char *
sheet_class(const struct record *r, int class)
{
	return class >= 0 && class < r->classes ? r->class_name[class] : "?";
}

/* "image 17: cat, taken for dog with 93.1 % (3.2 % for cat)". */
static void
sheet_words(const struct record *r, const struct sheet_image *x, struct str *out)
{
	str_printf(out, "image %u: %s, taken for %s with %.1f %% (%.1f %% for %s)", (unsigned)x->index,
		sheet_class(r, x->label), sheet_class(r, x->predicted), 100 * (double)x->probability,
		100 * (double)x->of_label, sheet_class(r, x->label));
}

/* Over each image an invisible square that says what it is. */
static void
sheet_tiles(const struct record *r, const struct sheet *s, double left, double scale,
	struct str *out)
{
	struct str words = STR_INIT;
	for (int i = 0; i < s->n; i++) {
		if (s->image[i].index == UINT32_MAX) continue;
		const double x = left + scale * (i % s->columns) * (s->tile_w + s->gap);
		const double y = scale * (i / s->columns) * (s->tile_h + s->gap);
		str_clear(&words);
		sheet_words(r, &s->image[i], &words);
		str_printf(out, "<rect class=\"over-image\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"%.1f\"><title>", x, y, scale * s->tile_w, scale * s->tile_h);
		html_text(str_text(&words), out);
		str_add(out, "</title></rect>\n");
	}
	str_free(&words);
}

static void
sheet_pairs(const struct record *r, const struct sheets *all, double scale, struct str *out)
{
	struct svg drawing = { .out = out };
	const struct sheet *s = &all->pairs;
	for (int i = 0; i < all->n_pairs; i++) {
		const double y = scale * (i * (s->tile_h + s->gap) + s->tile_h / 2.0);
		struct str words = STR_INIT;
		str_printf(&words, "as %s, %lld times", sheet_class(r, all->pair[i].predicted),
			all->pair[i].count);
		svg_text(&drawing, SHEET_LABEL - SHEET_GAP, y - 3, "end name",
			sheet_class(r, all->pair[i].label), 24);
		svg_text(&drawing, SHEET_LABEL - SHEET_GAP, y + 12, "end small muted", str_text(&words),
			30);
		str_free(&words);
	}
}

/* pairs: the sheet of pairs, with the names of each row at its left. */
static void
sheet_drawing(const struct record *r, const struct sheets *all, bool pairs, struct str *out)
{
	const struct sheet *s = pairs ? &all->pairs : &all->mistakes;
	const double scale = (double)SHEET_TILE / s->tile_h, left = pairs ? SHEET_LABEL : 0;
	const double width = scale * sheet_size(s, 16), height = scale * sheet_size(s, 20);
	str_printf(out, "<svg viewBox=\"0 0 %.1f %.1f\" role=\"img\" aria-label=\"%s\">\n"
		"<image class=\"sheet\" x=\"%.1f\" y=\"0\" width=\"%.1f\" height=\"%.1f\" "
		"href=\"data:image/png;base64,", left + width, height,
		pairs ? "images of the pairs mixed up most" : "images mistaken with most confidence", left,
		width, height);
	str_add_base64(out, s->png, s->png_size);
	str_add(out, "\"/>\n");
	sheet_tiles(r, s, left, scale, out);
	if (pairs) sheet_pairs(r, all, scale, out);
	str_add(out, "</svg>\n");
}

static void
sheet_table(const struct record *r, const struct sheet *s, struct str *out)
{
	char text[32];
	str_add(out, "<details><summary>These images as a table</summary>\n");
	html_table("Test images mistaken with most confidence", true, out);
	html_column("image", true, out);
	html_column("true", false, out);
	html_column("taken for", false, out);
	html_column("confidence", true, out);
	html_column("of the true class", true, out);
	html_rows(out);
	for (int i = 0; i < s->n; i++) {
		const struct sheet_image *x = &s->image[i];
		if (x->index == UINT32_MAX) continue;
		html_row(out);
		page_count((long long)x->index, out);
		html_cell(sheet_class(r, x->label), out);
		html_cell(sheet_class(r, x->predicted), out);
		snprintf(text, sizeof text, "%.1f %%", 100 * (double)x->probability);
		html_number(text, (double)x->probability, out);
		snprintf(text, sizeof text, "%.1f %%", 100 * (double)x->of_label);
		html_number(text, (double)x->of_label, out);
		html_row_end(out);
	}
	html_table_end(out);
	str_add(out, "</details>\n");
}

bool
page_has_sheets(const struct record_set *s)
{
	return s->misclassified && s->sheets &&
		(sheet_there(&s->sheets->mistakes) || sheet_there(&s->sheets->pairs));
}

void
page_sheets(const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	if (!page_has_sheets(s)) return;
	const bool mistakes = sheet_there(&s->sheets->mistakes), pairs = sheet_there(&s->sheets->pairs);
	html_section("mistakes", "Mistakes", out);
	str_printf(out, "<p class=\"muted\">Test images, from seed %llu. Each says what it is and what "
		"it was taken for.</p>\n<div class=\"charts\">\n", (unsigned long long)s->sheets->seed);
	if (mistakes) {
		page_figure("Most confident mistakes", "The surest first, row by row.", false, out);
		sheet_drawing(r, s->sheets, false, out);
		page_figure_end(out);
	}
	if (pairs) {
		page_figure("Classes mixed up most", "A row a pair: the true class, then what it was taken "
			"for.", false, out);
		sheet_drawing(r, s->sheets, true, out);
		page_figure_end(out);
	}
	str_add(out, "</div>\n");
	if (mistakes) sheet_table(r, &s->sheets->mistakes, out);
	html_close(out);
}
