/* tlrun plan: the network layer by layer, the fusions and the memory plan. */
#include "cli.h"
#include "tlrun/json.h"
#include "tlrun/num.h"

static void
plan_memory(const struct trainer_memory *m, struct str *out)
{
	const struct { const char *what; size_t bytes; } rows[] = {
		{ "parameters", m->parameters }, { "gradients", m->gradients },
		{ "optimizer", m->optimizer }, { "best weights", m->best }, { "workspace", m->workspace },
		{ "data", m->data }, { "total", m->total },
	};
	str_add(out, "\nmemory of a run\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[32];
		num_human_bytes((double)rows[i].bytes, text, sizeof text);
		str_printf(out, "  %-14s %12s\n", rows[i].what, text);
	}
}

/* One phase, as if the experiment had no other. */
static enum status
plan_phase(struct arena *a, const struct experiment *x, int phase, struct str *text, struct json *j,
	struct err *e)
{
	struct experiment one = *x;
	struct trainer *t = NULL;
	struct trainer_memory m;
	one.phase = &x->phase[phase];
	one.phases = 1;
	one.net = one.phase->net;
	TRY(experiment_plan(a, &one, &t, &m, e));
	if (j) {
		json_open_object(j, NULL);
		json_put_string(j, "phase", one.phase->name);
		plan_json(trainer_plan_of(t), trainer_prefix_of(t), experiment_images(x, phase), j);
		json_close(j);
	} else {
		if (x->phases > 1)
			str_printf(text, "%sphase %s\n", phase ? "\n" : "", one.phase->name);
		plan_describe(trainer_plan_of(t), trainer_prefix_of(t), experiment_images(x, phase), text);
	}
	trainer_free(t);
	return OK;
}

static int
cmd_plan(const struct options *o, struct arena *a)
{
	struct experiment *x;
	struct trainer *t = NULL;
	struct trainer_memory m;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	struct json j;
	const int code = cli_open_one(o, a, &x);
	if (code) return code;
	enum status s = experiment_plan(a, x, &t, &m, &e);
	trainer_free(t);
	if (o->json) json_begin(&j, &text), json_open_object(&j, NULL), json_open_array(&j, "phases");
	for (int i = 0; i < x->phases && s == OK; i++)
		s = plan_phase(a, x, i, &text, o->json ? &j : NULL, &e);
	if (o->json) {
		json_close(&j);
		json_put_int(&j, "memory_bytes", (long long)m.total);
		json_close(&j), json_finish(&j);
	} else plan_memory(&m, &text);
	experiment_close(x);
	if (s == OK) return cli_print_free(&text);
	str_free(&text);
	return cli_fail(o, &e);
}

const struct command command_plan = {
	.name = "plan",
	.usage = "FILE [key=value…]",
	.summary = "the network layer by layer, fusions and memory",
	.min_args = 1,
	.max_args = -1,
	.words = WORDS_FILES,
	.run = cmd_plan,
};
