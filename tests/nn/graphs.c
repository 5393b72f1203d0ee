/* Random networks. All tensors but the last few are [n,6,6,4]. */
#include "nn/graphs.h"

#include <stdbool.h>
#include <stdint.h>

enum { GRAPHS_LAYERS = 14, GRAPHS_MAX = 3 * GRAPHS_LAYERS };

struct graphs {
	uint32_t state;
	int made;				/* tensors t0 … t(made-1) */
	bool read[GRAPHS_MAX];
	struct str *yaml;
};

static int
graphs_draw(struct graphs *g, int below)
{
	g->state = g->state * 1664525u + 1013904223u;
	return (int)((g->state >> 16) % (unsigned)below);
}

/* An earlier tensor, the latest being likely. */
static int
graphs_pick(struct graphs *g)
{
	const int back = graphs_draw(g, 2) ? 1 : 1 + graphs_draw(g, g->made);
	g->read[g->made - back] = true;
	return g->made - back;
}

static void
graphs_join(struct graphs *g)
{
	const int n = 2 + graphs_draw(g, 2);
	const bool add = graphs_draw(g, 2);
	str_printf(g->yaml, "  - %s: {name: %s%d, from: [", add ? "add" : "concatenate",
		add ? "t" : "c",
		g->made);
	for (int i = 0; i < n; i++) str_printf(g->yaml, "%st%d", i ? ", " : "", graphs_pick(g));
	str_add(g->yaml, "]}\n");
	if (!add)
		str_printf(g->yaml, "  - conv2d: {name: t%d, from: c%d, filters: 4, kernel_size: 1}\n",
			g->made,
			g->made);
}

static void
graphs_layer(struct graphs *g)
{
	static const char *const kinds[] = {
		"re_lu: {", "dropout: {rate: 0.4, ", "activation: {activation: sigmoid, ",
		"activation: {activation: silu, ", "activation: {activation: linear, ",
		"conv2d: {filters: 4, kernel_size: 3, padding: same, activation: relu, ",
		"conv2d: {filters: 4, kernel_size: 1, ", "batch_normalization: {", "softmax: {",
		"depthwise_conv2d: {kernel_size: 3, padding: same, ",
		"max_pooling2d: {pool_size: 3, strides: 1, padding: same, ", "rescaling: {scale: 2, ",
	};
	enum { KINDS = sizeof kinds / sizeof *kinds };
	if (g->made > 1 && graphs_draw(g, 4) == 0) {
		graphs_join(g);
	} else {
		str_printf(g->yaml, "  - %sname: t%d", kinds[graphs_draw(g, KINDS)], g->made);
		if (g->made) str_printf(g->yaml, ", from: t%d", graphs_pick(g));
		str_printf(g->yaml, "%s}\n", graphs_draw(g, 3) == 0 ? ", trainable: false" : "");
	}
	g->made++;
}

void
graphs_make(unsigned which, struct str *yaml)
{
	struct graphs g = { .state = which * 2654435761u + 1, .yaml = yaml };
	const int layers = 1 + graphs_draw(&g, GRAPHS_LAYERS);
	for (int i = 0; i < layers; i++) graphs_layer(&g);
	/* What nobody has read is summed. */
	int open = 0;
	for (int i = 0; i < g.made; i++) open += !g.read[i];
	if (open > 1) {
		const char *comma = "";
		str_add(yaml, "  - add: {from: [");
		for (int i = 0; i < g.made; i++) {
			if (g.read[i]) continue;
			str_printf(yaml, "%st%d", comma, i);
			comma = ", ";
		}
		str_add(yaml, "]}\n");
	}
	str_add(yaml, "  - flatten: {name: flat}\n");
	str_add(yaml, "  - dense: {units: num_classes, activation: softmax}\n");
}
