/* floor: base */
/*
 * Diagnostics: many errors at once, each with position, source line, caret and cure.
 *
 *   experiments/flowers.yaml:14:9: error: unknown key "filtres" in conv2d
 *      14 |         filtres: 32
 *         |         ^~~~~~~  did you mean "filters"?
 *
 * Gathered while reading, shown sorted by file and line, at most DIAG_SHOWN with the count of the
 * rest.
 */
#ifndef TLRUN_DIAG_H
#define TLRUN_DIAG_H

#include <stdbool.h>
#include <stddef.h>

#include "tlrun/error.h"
#include "tlrun/str.h"

enum { DIAG_SHOWN = 20 };
enum diag_level { DIAG_ERROR, DIAG_WARNING };

struct diags;

struct diags *diags_new(void);
void diags_free(struct diags *d);

/* Make the text of a file known, so that its lines can be shown. text is borrowed until
 * diags_free. */
void diags_source(struct diags *d, const char *file, const char *text, size_t len);

/*
 * Add one. at: position (file, line, column); span: length of what is marked, in characters, at
 * least 1; hint: the cure shown after the caret ("did you mean …"), may be NULL. All strings are
 * copied.
 */
void diag_add(struct diags *d, enum diag_level level, struct mark at, int span, const char *hint,
	const char *format, ...) __attribute__((format(printf, 6, 7)));

/*
 * Add what from holds and d does not yet: another place or message. note, which may be NULL, is
 * put behind each message that is added. Sources are made known too.
 */
void diags_merge(struct diags *d, const struct diags *from, const char *note);

/* Make errors of all warnings; note is put behind the message of each. */
void diags_promote(struct diags *d, const char *note);

/* Put the errors that stand at a line of a file at `place` instead, which names their cause. Where
 * they stood is put behind the message. */
void diags_blame(struct diags *d, const char *place);

int diags_errors(const struct diags *d);
int diags_warnings(const struct diags *d);

/* Append all of them as text, sorted. color: with ANSI colours. */
void diags_format(struct diags *d, bool color, struct str *out);
/* The same as a JSON array of {file, line, column, level, message, hint}. */
void diags_json(struct diags *d, struct str *out);

#endif
