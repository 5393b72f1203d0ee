/* Names of experiments where there is little room: what they begin with is left out. */
#include "names.h"

#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/visible.h"

enum { NAMES_WORTH = 8 };		/* letters: fewer are not worth an ellipsis */

/* Bytes that the names of more than `most` letters begin with, up to the end of a word. */
static size_t
names_common(int n, const char *const *name, int most)
{
	const char *first = NULL;
	size_t same = 0;
	int others = 0;
	for (int i = 0; i < n; i++) {
		size_t k = 0;
		if (visible_width(name[i]) <= most) continue;
		if (!first) {
			first = name[i];
			same = strlen(first);
			continue;
		}
		while (k < same && name[i][k] == first[k]) k++;
		same = k;
		others++;
	}
	if (!others) return 0;
	while (same > 0 && !strchr("-_", first[same - 1])) same--;
	return same;
}

void
names_short(struct arena *a, int n, const char *const *name, int most, const char **short_)
{
	const size_t common = names_common(n, name, most);
	for (int i = 0; i < n; i++)
		short_[i] = common < NAMES_WORTH || visible_width(name[i]) <= most ? name[i]
			: arena_printf(a, "\u2026%s", name[i] + common);
}
