/* Small networks from a few lines of YAML. */
#include "support/tiny.h"

#include <check.h>
#include <string.h>

struct tiny_model { struct kind_list layers; };
static const struct field tiny_fields[] = {
	FIELD_KINDS(struct tiny_model, layers, .family = &family_layer, .doc = "the network"),
	FIELD_END
};

void
tiny_build(struct tiny *t, const char *yaml, struct shape input, int classes, int batch)
{
	struct node *root = NULL;
	struct tiny_model model = { { 0, NULL } };
	*t = (struct tiny){ .arena = arena_new(), .diags = diags_new() };
	t->reader = (struct field_reader){ .arena = t->arena, .diags = t->diags };
	char *text = arena_printf(t->arena, "layers:\n%s", yaml);
	diags_source(t->diags, "net.yaml", text, strlen(text));
	document_parse(t->arena, "net.yaml", text, strlen(text), &root, t->diags);
	if (diags_errors(t->diags) == 0) field_read(&t->reader, tiny_fields, root, "model", &model);
	if (diags_errors(t->diags) == 0)
		t->net = net_build(&t->reader, &(struct net_request){ .layers = &model.layers,
			.input = input, .num_classes = classes, .batch = batch });
}

void
tiny_open(struct tiny *t, const char *yaml, struct shape input, int classes, int batch)
{
	tiny_build(t, yaml, input, classes, batch);
	if (t->net) return;
	struct str s = STR_INIT;
	diags_format(t->diags, false, &s);
	ck_abort_msg("%s", str_text(&s));
}

void
tiny_close(struct tiny *t)
{
	diags_free(t->diags);
	arena_free(t->arena);
}

float *
tiny_floats(struct arena *a, size_t n)
{
	char *block = arena_alloc(a, n * sizeof(float) + 128);
	block += 64 - (uintptr_t)block % 64;
	return memset(block, 0xff, n * sizeof(float));
}

void
tiny_fill(float *v, size_t n, int which)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t h = (uint32_t)i * 2654435761u + (uint32_t)which * 40503u;
		h = (h ^ (h >> 15)) * 2246822519u;
		h ^= h >> 13;
		v[i] = (float)(h / 4294967296.0 - 0.5);
	}
}

double *
tiny_doubles(struct arena *a, const float *v, size_t n)
{
	double *d = ARENA_ARRAY(a, double, n + 1);
	for (size_t i = 0; i < n; i++) d[i] = (double)v[i];
	return d;
}

float *
tiny_params(struct tiny *t)
{
	const struct net *net = t->net;
	float *block = tiny_floats(t->arena, net->floats);
	memset(block, 0, net->floats * sizeof *block);
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		tiny_fill(block + p->offset, p->count, 100 + i);
		const bool around_one = strcmp(p->spec->name, "gamma") == 0 ||
			strcmp(p->spec->name, "moving_variance") == 0;
		for (size_t k = 0; around_one && k < p->count; k++) block[p->offset + k] += 1;
	}
	return block;
}

void
tiny_start(struct tiny *t, struct tiny_run *r, const struct plan_options *o, const float *params)
{
	r->plan = plan_make(t->arena, t->net, o);
	r->workspace = tiny_floats(t->arena, r->plan->workspace / sizeof(float));
	r->params = tiny_floats(t->arena, t->net->floats);
	memcpy(r->params, params, t->net->floats * sizeof *params);
	r->grads = o->purpose == PLAN_TRAIN ? tiny_floats(t->arena, t->net->trainable_floats) : NULL;
	r->exec = exec_open(t->arena, r->plan, &(struct exec_memory){ .workspace = r->workspace,
		.params = r->params, .grads = r->grads,
		.folded = tiny_floats(t->arena, r->plan->folded / sizeof(float)) });
	exec_fold(r->exec);
}
