/* tlrun predict: class and probabilities of each image of a part of the data, or of pictures. */
#include "cli.h"
#include "tlrun/trained.h"

static int
predict_split(const struct options *o, struct arena *a)
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

static int
predict_pictures(const struct options *o, struct arena *a)
{
	struct picture_predictions r;
	struct trained t = { 0 };
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	const char *path;
	enum status s = OK;
	if (o->split)
		s = err_set(&e, ERR_USAGE, MARK_NONE, "--split goes without pictures");
	if (s == OK) s = trained_find(a, o->results, o->arg[0], o->seeds, &path, &e);
	if (s == OK) s = trained_open_alone(a, path, o->threads, &t, &e);
	if (s == OK) s = trained_predict(a, &t, o->arg + 1, o->args - 1, &r, &e);
	if (s == OK && o->json) report_pictures_json(&r, &text);
	else if (s == OK && o->csv) report_pictures_csv(&r, &text);
	else if (s == OK) report_pictures(&r, &text);
	trained_close(&t);
	return s == OK ? cli_print_free(&text) : cli_fail(o, &e);
}

static int
cmd_predict(const struct options *o, struct arena *a)
{
	return o->args > 1 ? predict_pictures(o, a) : predict_split(o, a);
}

const struct command command_predict = {
	.name = "predict",
	.usage = "RUN [IMAGE…]",
	.summary = "class and probabilities of pictures, or of each test image",
	.help = "RUN as in `tlrun evaluate`. Of each IMAGE (PNG, JPEG, PGM, PPM), resized to the\n"
			"network's input, or without one of each image of a split, a table of classes;\n"
			"--csv and --json have the probabilities of all classes. Pictures need no data.\n",
	.min_args = 1,
	.max_args = -1,
	.run = cmd_predict,
};
