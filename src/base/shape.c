/* Shapes: equality, counts with overflow checks, text. */
#include "tlrun/shape.h"

#include <stdint.h>
#include <stdio.h>

static const uint64_t shape_most = (uint64_t)1 << 40;

bool
shape_equal(const struct shape *a, const struct shape *b)
{
	if (a->rank != b->rank) return false;
	for (int i = 0; i < a->rank; i++)
		if (a->d[i] != b->d[i]) return false;
	return true;
}

size_t
shape_count(const struct shape *s)
{
	size_t n = s->rank > 0;
	for (int i = 0; i < s->rank; i++)
		if (i > 0 || s->d[i] != SHAPE_BATCH) n *= (size_t)s->d[i];
	return n;
}

bool
shape_fits(const struct shape *s)
{
	uint64_t n = 1;
	for (int i = 0; i < s->rank; i++) {
		if (s->d[i] < 0) return false;
		if (i == 0 && s->d[i] == SHAPE_BATCH) continue;
		if (s->d[i] > 0 && n > shape_most / (uint64_t)s->d[i]) return false;
		n *= (uint64_t)s->d[i];
	}
	return true;
}

struct shape_text
shape_str(const struct shape *s)
{
	struct shape_text t = { "[" };
	size_t used = 1;
	for (int i = 0; i < s->rank && i < SHAPE_RANK; i++) {
		const char *comma = i > 0 ? "," : "";
		const size_t room = sizeof t.s - used;
		const int n = i == 0 && s->d[i] == SHAPE_BATCH
						  ? snprintf(t.s + used, room, "n")
						  : snprintf(t.s + used, room, "%s%d", comma, s->d[i]);
		used += (size_t)n;
	}
	snprintf(t.s + used, sizeof t.s - used, "]");
	return t;
}
