/* Pages as HTML: escaping, the frame, tables. */
#include "html.h"

#include <math.h>
#include <string.h>

#include "tlrun/hash.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"

void
html_asset(const char *const *line, struct str *out)
{
	for (; *line; line++)
		str_add(out, *line);
}

static void
html_ascii(char c, struct str *out)
{
	if (c == '&') str_add(out, "&amp;");
	else if (c == '<') str_add(out, "&lt;");
	else if (c == '>') str_add(out, "&gt;");
	else if (c == '"') str_add(out, "&quot;");
	else if (c == '\'') str_add(out, "&#39;");
	else str_add_char(out, c);
}

/* The character of s that takes n bytes. What HTML takes for a blank becomes one. */
static void
html_character(const char *s, size_t n, struct str *out)
{
	char escape[VISIBLE_ROOM];
	if (*s == '\n' || *s == '\t' || *s == '\r') {
		str_add_char(out, ' ');
		return;
	}
	visible_char(s, n, escape);
	if (!escape[0] && n > 1) str_add_len(out, s, n);
	else if (!escape[0]) html_ascii(*s, out);
	for (const char *e = escape; *e; e++)
		html_ascii(*e, out);
}

void
html_short(const char *s, int most, struct str *out)
{
	size_t left = strlen(s), used;
	int columns = 0;
	const int all = visible_width(s);
	for (; left; s += used, left -= used) {
		columns += visible_columns(s, left, &used);
		if (most && all > most && columns >= most) {
			str_add(out, "…");
			return;
		}
		html_character(s, used, out);
	}
}

void
html_text(const char *s, struct str *out)
{
	html_short(s, 0, out);
}

/* 'sha256-…' of an asset: the policy allows this style and this script, and no other. */
static void
html_digest(const char *const *asset, struct str *out)
{
	char hex[HASH_HEX];
	unsigned char bytes[HASH_BYTES];
	struct str text = STR_INIT;
	html_asset(asset, &text);
	hash_of(text.data, text.len, hex);
	for (size_t i = 0; i < HASH_BYTES; i++) {
		const char *const digits = "0123456789abcdef";
		const long high = strchr(digits, hex[2 * i]) - digits;
		const long low = strchr(digits, hex[2 * i + 1]) - digits;
		bytes[i] = (unsigned char)(high * 16 + low);
	}
	str_add(out, "'sha256-");
	str_add_base64(out, bytes, sizeof bytes);
	str_add(out, "'");
	str_free(&text);
}

static void
html_head(const char *title, struct str *out)
{
	str_add(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ");
	html_digest(html_page_css, out);
	str_add(out, "; script-src ");
	html_digest(html_page_js, out);
	str_add(out, "; img-src data:; base-uri 'none'; form-action 'none'\"/>\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
		"<meta name=\"color-scheme\" content=\"light dark\"/>\n<title>");
	html_text(title, out);
	str_add(out, " · tlrun</title>\n<style>");
	html_asset(html_page_css, out);
	str_add(out, "</style>\n</head>\n");
}

static void
html_theme(const char *id, const char *name, bool checked, struct str *out)
{
	str_printf(out, "<label><input type=\"radio\" name=\"theme\" id=\"theme-%s\"%s/>"
		"<span>%s</span></label>", id, checked ? " checked=\"checked\"" : "", name);
}

void
html_begin(const char *title, const char *up, struct str *out)
{
	html_head(title, out);
	str_add(out, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the results</a>\n"
		"<header class=\"top\">\n<nav aria-label=\"Reports\">");
	if (up) {
		str_add(out, "<a href=\"");
		html_text(up, out);
		str_add(out, "\">← All experiments</a>");
	} else str_add(out, "<span class=\"muted\">tlrun</span>");
	str_add(out, "</nav>\n<fieldset class=\"theme\"><legend>Colours</legend>");
	html_theme("auto", "Auto", true, out);
	html_theme("light", "Light", false, out);
	html_theme("dark", "Dark", false, out);
	str_add(out, "</fieldset>\n</header>\n<main id=\"main\" tabindex=\"-1\">\n<h1>");
	html_text(title, out);
	str_add(out, "</h1>\n");
}

void
html_end(struct str *out)
{
	str_add(out, "</main>\n<script>");
	html_asset(html_page_js, out);
	str_add(out, "</script>\n</body>\n</html>\n");
}

void
html_section(const char *id, const char *heading, struct str *out)
{
	str_printf(out, "<section id=\"%s\" aria-labelledby=\"%s-h\">\n<h2 id=\"%s-h\">", id, id, id);
	html_text(heading, out);
	str_add(out, "</h2>\n");
}

void
html_close(struct str *out)
{
	str_add(out, "</section>\n");
}

void
html_note(bool warning, const char *text, struct str *out)
{
	str_printf(out, "<p class=\"%s\">", warning ? "note warning" : "note");
	if (warning) str_add(out, "<strong>Warning: </strong>");
	html_text(text, out);
	str_add(out, "</p>\n");
}

void
html_table(const char *caption, bool sort, struct str *out)
{
	str_add(out, "<div class=\"box\" role=\"region\" tabindex=\"0\" aria-label=\"");
	html_text(caption, out);
	str_printf(out, "\"><table%s>\n<caption><span>", sort ? " class=\"sort\"" : "");
	html_text(caption, out);
	str_add(out, "</span></caption>\n<thead>\n<tr>");
}

void
html_column(const char *name, bool number, struct str *out)
{
	str_printf(out, "<th scope=\"col\"%s>", number ? " class=\"n\"" : "");
	html_text(name, out);
	str_add(out, "</th>");
}

void
html_rows(struct str *out)
{
	str_add(out, "</tr>\n</thead>\n<tbody>\n");
}

void
html_row(struct str *out)
{
	str_add(out, "<tr>");
}

void
html_row_end(struct str *out)
{
	str_add(out, "</tr>\n");
}

void
html_name(const char *text, struct str *out)
{
	str_add(out, "<th scope=\"row\" dir=\"auto\">");
	html_text(text, out);
	str_add(out, "</th>");
}

void
html_link(const char *href, const char *text, struct str *out)
{
	str_add(out, "<th scope=\"row\" dir=\"auto\"><a href=\"");
	html_text(href, out);
	str_add(out, "\">");
	html_text(text, out);
	str_add(out, "</a></th>");
}

void
html_cell_of(const char *class, const char *text, struct str *out)
{
	str_printf(out, "<td class=\"%s\" dir=\"auto\">", class);
	html_text(text, out);
	str_add(out, "</td>");
}

void
html_cell(const char *text, struct str *out)
{
	str_add(out, "<td dir=\"auto\">");
	html_text(text, out);
	str_add(out, "</td>");
}

static void
html_sorted(const char *class, const char *text, double sort, struct str *out)
{
	char value[32];
	num_format(sort, value, sizeof value);
	str_printf(out, "<td class=\"%s\" data-v=\"%s\">", class, isnan(sort) ? "" : value);
	html_text(text, out);
	str_add(out, "</td>");
}

void
html_number(const char *text, double sort, struct str *out)
{
	html_sorted("n", text, sort, out);
}

void
html_range(const char *text, double sort, struct str *out)
{
	html_sorted("n range", text, sort, out);
}

void
html_table_end(struct str *out)
{
	str_add(out, "</tbody>\n</table></div>\n");
}
