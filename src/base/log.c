/* The log. State: where lines go. Lines come from the main thread alone. */
#include "tlrun/log.h"

#include <stdarg.h>
#include <time.h>

#include "tlrun/str.h"
#include "tlrun/visible.h"

static struct {
	enum log_level level;
	FILE *stream, *file;
	struct timespec start;
} log_to = { .level = LOG_INFO };

void
log_setup(enum log_level level, FILE *stream)
{
	log_to.level = level;
	log_to.stream = stream;
}

void
log_file(FILE *file)
{
	log_to.file = file;
	clock_gettime(CLOCK_MONOTONIC, &log_to.start);
}

static double
log_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - log_to.start.tv_sec) +
		   (double)(now.tv_nsec - log_to.start.tv_nsec) * 1e-9;
}

__attribute__((format(printf, 3, 0))) static void
log_line(FILE *to, enum log_level level, const char *format, va_list ap)
{
	struct str text = STR_INIT, safe = STR_INIT;
	str_vprintf(&text, format, ap);
	visible_line(str_text(&text), &safe);
	fprintf(to, "%s%s\n", level == LOG_WARN ? "warning: " : "", str_text(&safe));
	fflush(to);
	str_free(&text);
	str_free(&safe);
}

void
log_write(enum log_level level, const char *format, ...)
{
	va_list ap;
	if (log_to.stream && level != LOG_QUIET && level <= log_to.level) {
		va_start(ap, format);
		log_line(log_to.stream, level, format, ap);
		va_end(ap);
	}
	if (log_to.file && level != LOG_QUIET) {
		fprintf(log_to.file, "%10.3f  ", log_seconds());
		va_start(ap, format);
		log_line(log_to.file, level, format, ap);
		va_end(ap);
	}
}
