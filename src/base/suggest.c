/*
 * The nearest name in a list.
 *
 * Source  Optimal string alignment: Damerau, "A technique for computer detection and correction of
 *         spelling errors", CACM 7 (1964); Wagner & Fischer's table with one row more.
 */
#include "tlrun/suggest.h"

#include <string.h>

/* Names longer than this are compared by their length alone: nothing near them is ever offered. */
enum { SUGGEST_LONGEST = 127, SUGGEST_EDITS = 5 };

static int
suggest_fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int
suggest_min(int a, int b)
{
	return a < b ? a : b;
}

int
suggest_distance(const char *a, const char *b)
{
	const size_t la = strlen(a), lb = strlen(b);
	if (la > SUGGEST_LONGEST || lb > SUGGEST_LONGEST)
		return strcmp(a, b) == 0 ? 0 : (int)(la > lb ? la : lb);
	int rows[3][SUGGEST_LONGEST + 1];
	int *before = rows[0], *above = rows[1], *row = rows[2];
	for (size_t j = 0; j <= lb; j++)
		above[j] = (int)j;
	for (size_t i = 1; i <= la; i++) {
		row[0] = (int)i;
		for (size_t j = 1; j <= lb; j++) {
			const int ca = suggest_fold(a[i - 1]), cb = suggest_fold(b[j - 1]);
			int best = above[j - 1] + (ca != cb);
			best = suggest_min(best, suggest_min(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && ca == suggest_fold(b[j - 2]) && cb == suggest_fold(a[i - 2]))
				best = suggest_min(best, before[j - 2] + 1);
			row[j] = best;
		}
		int *const free_row = before;
		before = above;
		above = row;
		row = free_row;
	}
	return above[lb];
}

int
suggest_nearest(const char *word, const char *const *names, size_t n)
{
	const int len = (int)strlen(word);
	/*
	 * A long name is another one before a third of it has changed (global_max_… and
	 * global_average_…); so is any word changed in every letter.
	 */
	const int third = suggest_min(len / 3, SUGGEST_EDITS);
	int limit = suggest_min(third > 2 ? third : 2, len - 1);
	int nearest = -1;
	for (size_t i = 0; i < n; i++) {
		const int d = suggest_distance(word, names[i]);
		if (d <= limit) {
			nearest = (int)i;
			limit = d - 1;
		}
	}
	return nearest;
}
