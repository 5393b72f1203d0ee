/* Downloads on stderr: a status line on a terminal, else a line where something happens. */
#include "fetch.h"

#include <unistd.h>

#include "tlrun/host.h"
#include "tlrun/num.h"

static const double fetch_redraw = 0.1;	/* seconds */

void
fetch_clear(struct fetch *f)
{
	if (f->line) fputs("\r\033[K", stderr);
	f->line = false;
}

static void
fetch_progress(void *ctx, long long done, long long total)
{
	struct fetch *const f = ctx;
	const double now = host_seconds();
	char came[32], all[32], left[32];
	if (f->first < 0) {
		f->first = done;
		f->started = now;
	}
	if (f->o->quiet || !f->terminal || now - f->drawn < fetch_redraw) return;
	f->drawn = now;
	const double rate = (double)(done - f->first) / (now - f->started + 1e-9);
	num_human_bytes((double)done, came, sizeof came);
	fetch_clear(f);
	fprintf(stderr, "  %s", came);
	if (total > 0) {
		num_human_bytes((double)total, all, sizeof all);
		fprintf(stderr, " of %s, %.0f %%", all, 100.0 * (double)done / (double)total);
	}
	if (now - f->started > 1 && rate > 0) {
		num_human_bytes(rate, all, sizeof all);
		fprintf(stderr, ", %s/s", all);
		num_human_seconds((double)(total - done) / rate, left, sizeof left);
		if (total > 0) fprintf(stderr, ", %s left", left);
	}
	fflush(stderr);
	f->line = true;
}

static void
fetch_note(void *ctx, const char *text)
{
	struct fetch *const f = ctx;
	fetch_clear(f);
	f->first = -1;
	if (!f->o->quiet) fprintf(stderr, "%s\n", text);
}

static bool
fetch_stop(void *ctx)
{
	(void)ctx;
	return signals_caught() != 0;
}

struct download
fetch_begin(struct fetch *f, const struct options *o)
{
	*f = (struct fetch){ .o = o, .terminal = isatty(STDERR_FILENO), .first = -1 };
	signals_step(SIGNALS_NO_STEP);
	signals_install();
	return (struct download){ .progress = fetch_progress, .note = fetch_note, .stop = fetch_stop,
		.ctx = f };
}
