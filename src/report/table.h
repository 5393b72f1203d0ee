/* A small text table: cells gathered, columns as wide as their widest cell. Used in src/report/
 * only. */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stdbool.h>

#include "tlrun/str.h"

enum { TABLE_COLUMNS = 16 };

/* Rows are kept as text until printed; a cell is added left to right. */
struct table {
	int columns, cells;
	bool left[TABLE_COLUMNS];	/* aligned left; numbers are aligned right */
	struct str text;			/* cells, each NUL-terminated */
};

void table_begin(struct table *t, int columns);
void table_cell(struct table *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Print and free. markdown: with bars and a rule under the first row; else aligned columns. */
void table_end(struct table *t, bool markdown, struct str *out);

/* Append s, one line, with what Markdown takes for its own escaped. */
void table_markdown(const char *s, struct str *out);

#endif
