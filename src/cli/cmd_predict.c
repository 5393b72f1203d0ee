/* tlrun predict: class and probabilities of each image of a part of the data. */
#include "cli.h"
#include "tlrun/trained.h"

static int
cmd_predict(const struct options *o, struct arena *a)
{
	struct trained_evaluation r;
	struct str text = STR_INIT;
	const int code = cli_evaluate(o, a, &r);
	if (code) return code;
	if (o->json) report_predictions_json(&r.predictions, &text);
	else if (o->csv) report_predictions_csv(&r.predictions, &text);
	else report_predictions(&r.predictions, &text);
	return cli_print_free(&text);
}

const struct command command_predict = {
	.name = "predict",
	.usage = "RUN",
	.summary = "class and probabilities of each test, validation or training image",
	.help = "RUN as in `tlrun evaluate`. A table of each image's label and class; --csv and\n"
			"--json have the probabilities of all classes.\n",
	.min_args = 1,
	.max_args = 1,
	.run = cmd_predict,
};
