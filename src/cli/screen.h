/* Lines at the bottom of the terminal that are redrawn. Used in src/cli/ only. */
#ifndef CLI_SCREEN_H
#define CLI_SCREEN_H

#include "tlrun/command.h"
#include "tlrun/str.h"

/* Whether something may be redrawn: stderr is a terminal that TERM names and that is not "dumb",
 * and neither -q nor -v was given. */
bool screen_live(const struct options *o);
/* Columns of the terminal of stderr, else of the process; 80 when there is none. */
int screen_columns(void);
/* Show these lines, at most eight, in place of those that stand there. Each is cut to the
 * terminal's width, which is asked for each time. */
void screen_draw(const struct str *lines);
/* Remove them, so that something else can be printed. cli_say does so itself. */
void screen_clear(void);
/* A line of another process may stand there. */
void screen_expect(void);

#endif
