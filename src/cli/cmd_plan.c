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

/* Images that go through the first phase's prefix: the test split belongs to the last phase. */
static long long
plan_images(const struct experiment *x)
{
	const struct loader_info *info = loader_info(x->loader);
	return (long long)info->train + info->validation + (x->phases == 1 ? info->test : 0);
}

static int
cmd_plan(const struct options *o, struct arena *a)
{
	struct experiment *x;
	struct trainer *t = NULL;
	struct trainer_memory m;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	const int code = cli_open_one(o, a, &x);
	if (code) return code;
	const enum status s = cli_plan(a, x, &t, &m, &e);
	const struct plan *p = s == OK ? trainer_plan_of(t) : NULL;
	const struct plan *prefix = s == OK ? trainer_prefix_of(t) : NULL;
	if (s == OK && o->json) {
		struct json j;
		json_begin(&j, &text);
		json_open_object(&j, NULL);
		plan_json(p, prefix, plan_images(x), &j);
		json_put_int(&j, "memory_bytes", (long long)m.total);
		json_close(&j);
		json_finish(&j);
	} else if (s == OK) {
		plan_describe(p, prefix, plan_images(x), &text);
		plan_memory(&m, &text);
	}
	trainer_free(t);
	experiment_close(x);
	if (s != OK) return cli_fail(o, &e);
	return cli_print_free(&text);
}

const struct command command_plan = {
	.name = "plan",
	.usage = "FILE [key=value…]",
	.summary = "the network layer by layer, fusions and memory",
	.min_args = 1,
	.max_args = -1,
	.run = cmd_plan,
};
