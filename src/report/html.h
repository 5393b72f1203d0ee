/* Pages as HTML, each one self-contained file: text escaped, tables, the frame. Used in src/report/
 * only. */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/str.h"

/* Files of this folder, line by line, NULL last: html_assets.c is made from them. */
extern const char *const html_chart_css[], *const html_page_css[], *const html_page_js[];
void html_asset(const char *const *line, struct str *out);

/*
 * Text that stands for itself, between tags, in quoted attributes and in SVG: markup is escaped,
 * newlines and tabs are blanks, and what visible.h hides is shown as its escape.
 */
void html_text(const char *s, struct str *out);
/* At most `most` characters of it, then an ellipsis; 0: all. */
void html_short(const char *s, int most, struct str *out);

/* The page up to its main part: a policy that allows nothing from elsewhere, style, head line. up:
 * where "All experiments" leads, or NULL. */
void html_begin(const char *title, const char *up, struct str *out);
void html_end(struct str *out);

/* A section with its heading; close it with html_close. id is ours. */
void html_section(const char *id, const char *heading, struct str *out);
void html_close(struct str *out);
/* A warning or a note, in a paragraph of its own. */
void html_note(bool warning, const char *text, struct str *out);

/*
 * Tables, in a box that scrolls: begin, columns, rows of cells, end. sort: the script makes the
 * heads buttons. A cell's sort value is given where its text is no plain number.
 */
void html_table(const char *caption, bool sort, struct str *out);
void html_column(const char *name, bool number, struct str *out);
void html_rows(struct str *out);		/* after the last column */
void html_row(struct str *out);
void html_row_end(struct str *out);
void html_name(const char *text, struct str *out);	/* the head of a row */
void html_link(const char *href, const char *text, struct str *out);	/* a head that is a link */
void html_cell(const char *text, struct str *out);
void html_cell_of(const char *class, const char *text, struct str *out);
void html_number(const char *text, double sort, struct str *out);	/* NaN: sorted last */
/* The same, in two lines where there is little room. */
void html_range(const char *text, double sort, struct str *out);
void html_table_end(struct str *out);

#endif
