/* floor: base */
/*
 * The log: levels and times. Lines go to the stream that the command line gives (stderr) and to the
 * run's log.txt. Without a stream nothing is printed.
 */
#ifndef TLRUN_LOG_H
#define TLRUN_LOG_H

#include <stdio.h>

enum log_level { LOG_QUIET, LOG_WARN, LOG_INFO, LOG_DEBUG };

void log_setup(enum log_level level, FILE *stream);	/* stream may be NULL */
void log_file(FILE *file);	/* the run's log, every level; NULL ends it */

/* One line, without newline. In the file it carries the time since log_file was set. */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
