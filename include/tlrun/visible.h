/* floor: base */
/*
 * Text that is safe to print. A byte of a file or of the command line must not act on the terminal,
 * the page or the log that shows it, and must not hide there. Every printing goes through here.
 *
 * Rules   Control characters below U+0080 and bytes that are no UTF-8 become \n, \t, \r or \xNN.
 *         Control characters from U+0080 on, the bidirectional ones, and characters that nobody can
 *         see become <U+NNNN>. The two joiners that scripts need (U+200C and U+200D) stay. The
 *         escapes are plain ASCII, so escaping twice changes nothing.
 * Source  Unicode 15, DerivedCoreProperties.txt (Default_Ignorable_Code_Point) and Bidi_Control;
 *         EastAsianWidth.txt for the columns.
 */
#ifndef TLRUN_VISIBLE_H
#define TLRUN_VISIBLE_H

#include <stdbool.h>
#include <stdint.h>

#include "tlrun/arena.h"
#include "tlrun/str.h"

enum { VISIBLE_ROOM = 16 };	/* of an escape and its NUL */

/* Whether the character c is escaped. */
bool visible_hides(uint32_t c);
/*
 * The character at the beginning of text, n > 0 bytes of which stand there. Returns how many bytes
 * it takes. out is its escape, and empty when the character may stand as it is.
 */
size_t visible_char(const char *text, size_t n, char out[VISIBLE_ROOM]);
/* Append text as one line: newlines and tabs are escaped, too. */
void visible_line(const char *text, struct str *out);
/* visible_line's text in an arena. */
const char *visible_text(struct arena *a, const char *text);
/* Append n bytes of text in which newlines and tabs stay what they are. */
void visible_lines(const char *text, size_t n, struct str *out);
/* The columns that visible_line's text takes on a terminal. Combining marks take none; those of
 * scripts outside the common ranges count as one, so that a text is rather too short than wrapped.
 */
int visible_width(const char *text);
/* The columns of one character of n bytes, escaped where it must be; *used: its bytes. */
int visible_columns(const char *text, size_t n, size_t *used);
/* How many bytes of text fit into so many columns. A character is never divided. */
size_t visible_fit(const char *text, int columns);

#endif
