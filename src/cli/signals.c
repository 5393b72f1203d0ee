/* SIGINT and SIGTERM: say at once what happens, stop between two steps; the second one kills. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"

static volatile sig_atomic_t signals_number, signals_at_step;

/* Only write(2) is safe here. */
static void
signals_handler(int number)
{
	char text[128] = "\nfinishing step ";
	size_t n = strlen(text);
	signals_number = number;
	if (signals_at_step == SIGNALS_NO_STEP) return;
	char digits[16];
	int k = 0;
	for (int step = signals_at_step; step > 0 && k < 15; step /= 10)
		digits[k++] = (char)('0' + step % 10);
	if (!k) digits[k++] = '0';
	while (k)
		text[n++] = digits[--k];
	const char *const rest = number == SIGINT ? ", saving; press again to stop now\n"
		: ", saving\n";
	memcpy(text + n, rest, strlen(rest));
	n += strlen(rest);
	if (write(STDERR_FILENO, text, n) < 0) n = 0;
}

void
signals_install(void)
{
	struct sigaction s;
	memset(&s, 0, sizeof s);
	s.sa_handler = signals_handler;
	s.sa_flags = (int)SA_RESETHAND | SA_RESTART;
	sigemptyset(&s.sa_mask);
	sigaction(SIGINT, &s, NULL);
	sigaction(SIGTERM, &s, NULL);
}

int
signals_caught(void)
{
	return signals_number;
}

void
signals_step(int step)
{
	signals_at_step = step;
}
