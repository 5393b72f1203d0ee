/* Naive layers in double that join several inputs. */
#include <math.h>
#include <string.h>

#include "support/oracle.h"

static const char *const oracle_merges[] = {
	"add", "average", "concatenate", "maximum", "minimum", "multiply", "subtract",
};

static bool
oracle_merge_is(const struct oracle *o, const char *kind)
{
	return strcmp(o->kind, kind) == 0;
}

bool
oracle_is_merge(const struct oracle *o)
{
	for (size_t i = 0; i < sizeof oracle_merges / sizeof *oracle_merges; i++)
		if (oracle_merge_is(o, oracle_merges[i])) return true;
	return false;
}

bool
oracle_merge_shape(struct oracle *o)
{
	const bool join = oracle_merge_is(o, "concatenate");
	o->out = o->in[0];
	const int last = o->out.rank - 1;
	for (int i = 1; i < o->inputs; i++) {
		if (o->in[i].rank != o->out.rank) return false;
		for (int k = 1; k < last; k++)
			if (o->in[i].d[k] != o->out.d[k]) return false;
		if (!join && o->in[i].d[last] != o->out.d[last]) return false;
		if (join) o->out.d[last] += o->in[i].d[last];
	}
	return true;
}

static void
oracle_concatenate(const struct oracle *o, int rows, double *y)
{
	for (int r = 0; r < rows; r++)
		for (int i = 0; i < o->inputs; i++) {
			const int c = o->in[i].d[o->in[i].rank - 1];
			for (int j = 0; j < c; j++) *y++ = o->x[i][r * c + j];
		}
}

static double
oracle_merge_two(const struct oracle *o, double a, double b)
{
	if (oracle_merge_is(o, "subtract")) return a - b;
	if (oracle_merge_is(o, "multiply")) return a * b;
	if (oracle_merge_is(o, "maximum")) return fmax(a, b);
	if (oracle_merge_is(o, "minimum")) return fmin(a, b);
	return a + b;
}

void
oracle_merge(const struct oracle *o, double *y)
{
	const size_t count = (size_t)o->n * shape_count(&o->out);
	if (oracle_merge_is(o, "concatenate")) {
		oracle_concatenate(o, (int)(count / (size_t)o->out.d[o->out.rank - 1]), y);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		y[i] = o->x[0][i];
		for (int k = 1; k < o->inputs; k++) y[i] = oracle_merge_two(o, y[i], o->x[k][i]);
		if (oracle_merge_is(o, "average")) y[i] /= o->inputs;
	}
}
