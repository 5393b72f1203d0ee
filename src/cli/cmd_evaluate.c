/* tlrun evaluate: what a trained model comes to on a part of its data, from its file alone. */
#include "cli.h"
#include "tlrun/trained.h"

int
cli_evaluate(const struct options *o, struct arena *a, struct trained_evaluation *out)
{
	const char *const split = o->split ? o->split : "test";
	const char *path;
	struct trained t = { 0 };
	struct err e = ERR_INIT;
	enum status s = trained_find(a, o->results, o->arg[0], o->seeds, &path, &e);
	if (s == OK) s = trained_open(a, path, o->data, o->threads, &t, &e);
	if (s == OK) s = trained_evaluate(a, &t, split, out, &e);
	trained_close(&t);
	return s == OK ? 0 : cli_fail(o, &e);
}

static int
cmd_evaluate(const struct options *o, struct arena *a)
{
	struct trained_evaluation r;
	struct str text = STR_INIT;
	const char *const split = o->split ? o->split : "test";
	const int code = cli_evaluate(o, a, &r);
	if (code) return code;
	if (o->json) report_evaluation_json(r.record, split, &r.split, r.weights_hash, &text);
	else report_evaluation(r.record, split, &r.split, &text);
	return cli_print_free(&text);
}

const struct command command_evaluate = {
	.name = "evaluate",
	.usage = "RUN",
	.summary = "metrics of a trained model on its test, validation or training images",
	.help = "RUN is a name (its latest configuration), name/hash, a folder, or a\n"
			"model.safetensors: it holds all that this takes besides the data. The\n"
			"metrics are those of the experiment, computed as after training.\n",
	.min_args = 1,
	.max_args = 1,
	.words = WORDS_RUNS,
	.run = cmd_evaluate,
};
