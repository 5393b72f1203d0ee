/* Results to stdout, all else to stderr; exit codes. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "screen.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/visible.h"

int
cli_exit(enum status code)
{
	switch (code) {
	case OK: return 0;
	case ERR_USAGE:
	case ERR_CONFIG: return 2;
	case ERR_DATA: return 3;
	case ERR_MEMORY: return 5;
	case ERR_STOPPED:
		if (!signals_caught() && deadline_over()) return 75;
		return 128 + (signals_caught() ? signals_caught() : SIGINT);
	case ERR_FAILED:
	case ERR_IO: break;
	}
	return 1;
}

void
cli_say(const char *format, ...)
{
	struct str text = STR_INIT, safe = STR_INIT;
	va_list ap;
	const size_t n = strlen(format);
	const bool before = format[0] == '\n', after = n > 1 && format[n - 1] == '\n';
	va_start(ap, format);
	str_vprintf(&text, format, ap);
	va_end(ap);
	if (after) str_cut(&text, text.len - 1);
	visible_line(str_text(&text) + before, &safe);
	screen_clear();
	fprintf(stderr, "%s%s%s", before ? "\n" : "", str_text(&safe), after ? "\n" : "");
	str_free(&text);
	str_free(&safe);
}

void
cli_say_lines(const struct str *text)
{
	struct str safe = STR_INIT;
	visible_lines(str_text(text), text->len, &safe);
	screen_clear();
	fputs(str_text(&safe), stderr);
	str_free(&safe);
}

int
cli_fail(const struct options *o, const struct err *e)
{
	if (o->json) {
		struct str text = STR_INIT;
		struct json j;
		json_begin(&j, &text);
		json_open_object(&j, NULL);
		json_put_string(&j, "error", status_name(e->code));
		json_put_string(&j, "message", e->message);
		json_close(&j);
		json_finish(&j);
		cli_say_lines(&text);
		str_free(&text);
	} else {
		/* The message is safe since err_set made it; the colour is this program's own. */
		screen_clear();
		fputs(o->color_err ? "\033[31m" : "", stderr);
		cli_say("tlrun: %s", e->message);
		fputs(o->color_err ? "\033[0m\n" : "\n", stderr);
	}
	return cli_exit(e->code);
}

void
cli_diags(const struct options *o, struct diags *d)
{
	struct str text = STR_INIT;
	if (o->json) diags_json(d, &text);
	else diags_format(d, o->color_err, &text);
	/* Escaped already; the colours are this program's own. */
	fputs(str_text(&text), stderr);
	str_free(&text);
}

void
cli_warn(const char *lines)
{
	for (const char *s = lines; s && *s;) {
		const int n = (int)strcspn(s, "\n");
		cli_say("warning: %.*s\n", n, s);
		s += n + (s[n] == '\n');
	}
}

int
cli_print(const struct str *text)
{
	struct str safe = STR_INIT;
	visible_lines(str_text(text), text->len, &safe);
	const bool whole = fwrite(str_text(&safe), 1, safe.len, stdout) == safe.len;
	str_free(&safe);
	if (whole && fflush(stdout) == 0) return 0;
	/* Whoever closed the pipe has seen enough. */
	if (errno != EPIPE) cli_say("tlrun: cannot write the results: %s\n", strerror(errno));
	return 1;
}

int
cli_print_free(struct str *text)
{
	const int code = cli_print(text);
	str_free(text);
	return code;
}

int
cli_columns(void)
{
	struct winsize w;
	const int columns = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
	return columns > 0 ? columns : 80;
}

bool
cli_utf8(void)
{
	static const char *const name[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		const char *const value = getenv(name[i]);
		if (value && *value) return strcasestr(value, "UTF-8") || strcasestr(value, "utf8");
	}
	return false;
}

const char *
cli_scratch(const struct options *o, struct arena *a, const char *what)
{
	const char *const tmp = getenv("TMPDIR");
	char *const folder = arena_printf(a, "%s/tlrun-%s-XXXXXX", tmp && *tmp ? tmp : "/tmp", what);
	struct err e = ERR_INIT;
	if (mkdtemp(folder)) return folder;
	err_errno(&e, ERR_IO, MARK_FILE(folder), errno, "cannot make this folder");
	cli_fail(o, &e);
	return NULL;
}
