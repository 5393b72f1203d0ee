/* Golden numbers: the reader of tests/golden/AREA.txt, its fills, and its comparisons. */
#include "support/golden.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The numbers behind the colon. */
static void
golden_read_values(struct golden_line *l, const char *text, const char *file)
{
	for (;;) {
		char *end;
		const double v = strtod(text, &end);
		if (end == text) break;
		l->v = realloc(l->v, (l->n + 1) * sizeof *l->v);
		ck_assert_ptr_nonnull(l->v);
		l->v[l->n++] = v;
		text = end;
	}
	if (text[strspn(text, " \n")] != '\0')
		ck_abort_msg("%s: %s: no number: %s", file, l->name, text);
}

static void
golden_read_line(struct golden *g, char *text, const char *file)
{
	if (*text == '#' || *text == '|' || text[strspn(text, " \n")] == '\0') return;
	char *colon = strchr(text, ':');
	if (!colon) ck_abort_msg("%s: no name in: %s", file, text);
	g->line = realloc(g->line, (g->lines + 1) * sizeof *g->line);
	ck_assert_ptr_nonnull(g->line);
	struct golden_line *l = &g->line[g->lines++];
	*l = (struct golden_line){ strndup(text, (size_t)(colon - text)), 0, NULL };
	golden_read_values(l, colon + 1, file);
}

struct golden *
golden_open(const char *area)
{
	struct golden *g = calloc(1, sizeof *g);
	ck_assert_ptr_nonnull(g);
	snprintf(g->area, sizeof g->area, "%s", area);
	char file[4096], *text = NULL;
	snprintf(file, sizeof file, "%s/golden/%s.txt", TESTS_DIR, area);
	FILE *f = fopen(file, "r");
	if (!f) ck_abort_msg("%s cannot be read", file);
	size_t size = 0;
	while (getline(&text, &size, f) > 0) golden_read_line(g, text, file);
	free(text);
	fclose(f);
	return g;
}

void
golden_close(struct golden *g)
{
	for (size_t i = 0; g && i < g->lines; i++) {
		free(g->line[i].name);
		free(g->line[i].v);
	}
	if (g) free(g->line);
	free(g);
}

const struct golden_line *
golden_find(const struct golden *g, const char *name)
{
	for (size_t i = 0; i < g->lines; i++)
		if (strcmp(g->line[i].name, name) == 0) return &g->line[i];
	return NULL;
}

static const struct golden_line *
golden_find_of(const struct golden *g, const char *of, const char *what, const char *kind)
{
	char name[256];
	snprintf(name, sizeof name, "%s%s%s%s%s", of, *of ? "." : "", what, *kind ? "." : "", kind);
	return golden_find(g, name);
}

const double *
golden_values(const struct golden *g, const char *of, const char *what, size_t n)
{
	const struct golden_line *l = golden_find_of(g, of, what, "");
	if (!l) l = golden_find_of(g, of, what, "values");
	if (!l) ck_abort_msg("%s.txt has no %s.%s", g->area, of, what);
	if (n > 0 && l->n != n)
		ck_abort_msg("%s.txt: %s has %zu values, expected %zu", g->area, l->name, l->n, n);
	return l->v;
}

double
golden_value(const struct golden *g, const char *of, const char *what)
{
	return golden_values(g, of, what, 1)[0];
}

const char *
golden_case(const struct golden *g, const char *prefix, const char *what, size_t i)
{
	static char name[256];
	for (size_t k = 0; k < g->lines; k++) {
		const char *s = g->line[k].name;
		const size_t all = strlen(s), tail = strlen(what);
		if (strncmp(s, prefix, strlen(prefix)) != 0 || all < tail + 2) continue;
		if (strcmp(s + all - tail, what) != 0 || s[all - tail - 1] != '.') continue;
		if (i-- > 0) continue;
		snprintf(name, sizeof name, "%.*s", (int)(all - tail - 1), s);
		return name;
	}
	return NULL;
}

static void
golden_near(const struct golden *g, const struct golden_line *l, const char *what, double got,
	double want, double slack)
{
	if (!(fabs(got - want) <= slack))
		ck_abort_msg("%s.txt: %s, %s: got %.9g, expected %.9g, may differ by %.3g", g->area,
			l->name, what, got, want, slack);
}

static void
golden_check_values(const struct golden *g, const struct golden_line *l, size_t n, const float *got,
	double tolerance)
{
	ck_assert_uint_eq(l->n, n);
	double largest = 0;
	for (size_t i = 0; i < n; i++) largest = fmax(largest, fabs(l->v[i]));
	for (size_t i = 0; i < n; i++) {
		char at[32];
		snprintf(at, sizeof at, "value %zu", i);
		golden_near(g, l, at, got[i], l->v[i], tolerance * largest);
	}
}

static void
golden_check_digest(const struct golden *g, const struct golden_line *l, size_t n, const float *got,
	double tolerance)
{
	ck_assert_uint_eq(l->n, 12);
	ck_assert_double_eq(l->v[0], (double)n);
	double sum = 0, size = 0, mixed = 0, largest = 0;
	for (size_t i = 0; i < n; i++) {
		sum += got[i];
		size += fabs((double)got[i]);
		mixed += got[i] * ((double)((i * 37 + 11) % 101) / 101 - 0.5);
		largest = fmax(largest, fabs((double)got[i]));
	}
	const double slack = tolerance * l->v[2];
	golden_near(g, l, "sum", sum, l->v[1], slack);
	golden_near(g, l, "sum of absolute values", size, l->v[2], slack);
	golden_near(g, l, "mixed sum", mixed, l->v[3], slack);
	for (size_t i = 0; i < 4; i++) {
		golden_near(g, l, "a first value", got[i], l->v[4 + i], tolerance * largest);
		golden_near(g, l, "a last value", got[n - 4 + i], l->v[8 + i], tolerance * largest);
	}
}

void
golden_check(const struct golden *g, const char *of, const char *what, size_t n, const float *got,
	double tolerance)
{
	const struct golden_line *l = golden_find_of(g, of, what, "digest");
	if (l) {
		golden_check_digest(g, l, n, got, tolerance);
		return;
	}
	l = golden_find_of(g, of, what, "values");
	if (!l) l = golden_find_of(g, of, what, "");
	if (!l) ck_abort_msg("%s.txt has no %s.%s", g->area, of, what);
	golden_check_values(g, l, n, got, tolerance);
}

void
golden_fill_p(float *x, size_t n, int a, int b, int m)
{
	for (size_t i = 0; i < n; i++)
		x[i] = (float)((double)((i * (size_t)a + (size_t)b) % (size_t)m) / m - 0.5);
}

void
golden_fill_u(float *x, size_t n, int k)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t h = (uint32_t)(i * 2654435761u + (uint64_t)k * 40503u);
		h = (h ^ h >> 15) * 2246822519u;
		h ^= h >> 13;
		x[i] = (float)(h / 4294967296.0 - 0.5);
	}
}
