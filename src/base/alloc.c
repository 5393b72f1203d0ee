/* Small memory: never NULL. Errors: none that return; the exit code is that of ERR_MEMORY. */
#include "base/alloc.h"

#include <stdlib.h>
#include <unistd.h>

void
alloc_fail(void)
{
	static const char text[] = "tlrun: not enough memory: even a small piece is refused; "
		"close other programs or raise the limit\n";
	enum { EXIT_MEMORY = 5 };
	/* Nothing can be done when even this cannot be written. */
	const ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
	(void)n;
	_exit(EXIT_MEMORY);
}

void *
alloc_zeroed(size_t bytes)
{
	void *p = calloc(1, bytes ? bytes : 1);
	if (!p) alloc_fail();
	return p;
}

void *
alloc_resize(void *old, size_t bytes)
{
	void *p = realloc(old, bytes ? bytes : 1);
	if (!p) alloc_fail();
	return p;
}
