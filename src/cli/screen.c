/* What is redrawn on a terminal: some lines at the bottom, never wider than it. */
#include "screen.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "tlrun/visible.h"

enum { SCREEN_LINES = 8, SCREEN_ECHO = 3 };	/* columns left free: "^C" is echoed at the end */

/* The lines that stand there: how many, and how wide each is. */
static struct { int n, width[SCREEN_LINES]; } screen;

bool
screen_live(const struct options *o)
{
	const char *const term = getenv("TERM");
	return isatty(STDERR_FILENO) && term && *term && strcmp(term, "dumb") != 0 && !o->quiet &&
		!o->verbose;
}

int
screen_columns(void)
{
	struct winsize w;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0) return w.ws_col;
	const int tty = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const bool known = tty >= 0 && ioctl(tty, TIOCGWINSZ, &w) == 0 && w.ws_col > 0;
	if (tty >= 0) close(tty);
	return known ? w.ws_col : 80;
}

/* To the beginning of what stands there; a terminal that became narrower has wrapped it. */
static void
screen_erase(int columns, struct str *out)
{
	int rows = 0;
	for (int i = 0; i < screen.n; i++)
		rows += screen.width[i] > columns ? (screen.width[i] + columns - 1) / columns : 1;
	if (!rows) return;
	str_add_char(out, '\r');
	if (rows > 1) str_printf(out, "\033[%dA", rows - 1);
	str_add(out, "\033[J");
	screen.n = 0;
}

static void
screen_write(const struct str *text)
{
	fflush(stderr);
	for (size_t at = 0; at < text->len;) {
		const ssize_t n = write(STDERR_FILENO, text->data + at, text->len - at);
		if (n <= 0) return;
		at += (size_t)n;
	}
}

void
screen_clear(void)
{
	struct str out = STR_INIT;
	screen_erase(screen_columns(), &out);
	screen_write(&out);
	str_free(&out);
}

void
screen_draw(const struct str *lines)
{
	struct str out = STR_INIT, line = STR_INIT;
	const int columns = screen_columns();
	const int room = columns > SCREEN_ECHO ? columns - SCREEN_ECHO : 1;
	screen_erase(columns, &out);
	for (const char *s = str_text(lines); *s && screen.n < SCREEN_LINES;) {
		const size_t n = strcspn(s, "\n");
		str_clear(&line);
		str_add_len(&line, s, n);
		const size_t fits = visible_fit(str_text(&line), room);
		str_cut(&line, fits);
		if (screen.n) str_add_char(&out, '\n');
		visible_line(str_text(&line), &out);
		screen.width[screen.n++] = visible_width(str_text(&line));
		s += n + (s[n] == '\n');
	}
	screen_write(&out);
	str_free(&line);
	str_free(&out);
}

void
screen_expect(void)
{
	screen.n = 1;
	screen.width[0] = 0;
}
