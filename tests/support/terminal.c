/*
 * terminal [-r] COLUMNS COMMAND…: run a command on a terminal of that width and print the screen
 * that is left in the end, or with -r the bytes that came. Understands what tlrun writes: carriage
 * return, newline, cursor up, erase to the end of the line and of the screen, and colours.
 */
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROWS = 2000, COLUMNS = 400 };

static char cell[ROWS][COLUMNS][5];
static int row, column, columns;

static void
put(const char *bytes, size_t n)
{
	if (column == columns) row++, column = 0;
	if (row >= ROWS) exit(3);
	memcpy(cell[row][column], bytes, n);
	cell[row][column++][n] = '\0';
}

static void
erase(int from)
{
	for (int c = from; c < COLUMNS; c++) cell[row][c][0] = '\0';
}

static void
control(char what, int n)
{
	const int at = row;
	if (what == 'A') row = row > (n ? n : 1) ? row - (n ? n : 1) : 0;
	if (column == columns) column--;
	if (what == 'K' || what == 'J') erase(column);
	if (what == 'J')
		for (row++; row < ROWS; row++) erase(0);
	if (what == 'J') row = at;
}

/* One character or escape sequence; how many bytes it takes. */
static size_t
step(const char *s, size_t n)
{
	size_t used = 1;
	if (*s == '\r') column = 0;
	else if (*s == '\n') row++;
	else if (*s == '\033' && n > 2 && s[1] == '[') {
		char *end;
		const long number = strtol(s + 2, &end, 10);
		while (*end == ';') strtol(end + 1, &end, 10);
		control(*end, (int)number);
		return (size_t)(end - s) + 1;
	} else if ((unsigned char)*s >= 0x20) {
		while (used < n && used < 4 && ((unsigned char)s[used] & 0xc0) == 0x80) used++;
		put(s, used);
	}
	if (row >= ROWS) exit(3);
	return used;
}

static void
show(void)
{
	int last = ROWS - 1;
	while (last >= 0 && !cell[last][0][0]) last--;
	for (int r = 0; r <= last; r++) {
		for (int c = 0; c < COLUMNS && cell[r][c][0]; c++) fputs(cell[r][c], stdout);
		putchar('\n');
	}
}

int
main(int argc, char **argv)
{
	static char text[1 << 22];
	const int raw = argc > 1 && !strcmp(argv[1], "-r");
	int fd, status = 0;
	size_t n = 0;
	ssize_t got;
	if (argc < 3 + raw) return 2;
	columns = atoi(argv[1 + raw]);
	if (columns < 1 || columns > COLUMNS) return 2;
	const struct winsize size = { .ws_row = 24, .ws_col = (unsigned short)columns };
	const pid_t pid = forkpty(&fd, NULL, NULL, &size);
	if (pid < 0) return 3;
	if (pid == 0) {
		execvp(argv[2 + raw], argv + 2 + raw);
		_exit(127);
	}
	while (n + 1 < sizeof text && (got = read(fd, text + n, sizeof text - 1 - n)) > 0)
		n += (size_t)got;
	waitpid(pid, &status, 0);
	if (raw) fwrite(text, 1, n, stdout);
	else {
		for (size_t i = 0; i < n;) i += step(text + i, n - i);
		show();
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 4;
}
