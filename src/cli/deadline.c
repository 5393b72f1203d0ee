/* When runs are to stop: at a time of the clock on the wall, or some time after the start. */
#include <time.h>

#include "cli.h"
#include "tlrun/host.h"
#include "tlrun/num.h"

static struct {
	time_t clock;				/* 0: none */
	double seconds;				/* of host_seconds; 0: none */
} deadline;

static bool
deadline_read(const char *text, struct tm *out)
{
	const char *rest = strptime(text, "%H:%M", out);
	return rest && !*rest;
}

bool
deadline_clock(const char *text)
{
	struct tm tm = { 0 };
	return deadline_read(text, &tm);
}

/* The next time the clock shows it, today or tomorrow; mktime knows about the change of hours. */
static time_t
deadline_next(const char *text)
{
	const time_t now = time(NULL);
	struct tm tm;
	if (!localtime_r(&now, &tm)) return 0;
	for (int day = 0; day < 2; day++) {
		struct tm at = { .tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday + day,
			.tm_isdst = -1 };
		deadline_read(text, &at);
		const time_t t = mktime(&at);
		if (t > now) return t;
	}
	return 0;
}

void
deadline_set(const struct options *o)
{
	deadline.clock = o->until ? deadline_next(o->until) : 0;
	deadline.seconds = o->max_time > 0 ? host_seconds() + o->max_time : 0;
}

bool
deadline_over(void)
{
	return (deadline.clock && time(NULL) >= deadline.clock) ||
		(deadline.seconds > 0 && host_seconds() >= deadline.seconds);
}
