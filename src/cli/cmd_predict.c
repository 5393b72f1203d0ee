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

/* Name what the folders hold besides image files: a few by name, all by count. */
static void
predict_skipped(const struct options *o, const struct picture_list *l)
{
	enum { NAMED = 3 };
	if (o->quiet || !l->skipped) return;
	cli_say("tlrun: %d file%s skipped, not PNG, JPEG, PGM or PPM: ", l->skipped,
		l->skipped == 1 ? "" : "s");
	for (int i = 0; i < l->skipped && i < NAMED; i++)
		cli_say("%s%s", i ? ", " : "", l->skip[i]);
	cli_say("%s\n", l->skipped > NAMED ? ", …" : "");
}

/* Print the errors of the files that were not predicted; how many. */
static int
predict_errors(const struct picture_predictions *r)
{
	int errors = 0;
	for (int i = 0; i < r->n; i++)
		if (r->error[i]) {
			cli_say("tlrun: %s\n", r->error[i]);
			errors++;
		}
	if (errors)
		cli_say("tlrun: %d of %d image files could not be predicted\n", errors, r->n);
	return errors;
}

static int
predict_pictures(const struct options *o, struct arena *a)
{
	struct picture_list list;
	struct picture_predictions r;
	struct trained t = { 0 };
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	const char *path;
	enum status s = OK;
	if (o->split)
		s = err_set(&e, ERR_USAGE, MARK_NONE,
			"--split cannot be used with image files; remove one of them");
	if (s == OK) s = trained_find(a, o->results, o->arg[0], o->seeds, &path, &e);
	if (s == OK) s = trained_open_alone(a, path, o->threads, &t, &e);
	if (s == OK) s = picture_list_make(a, o->arg + 1, o->args - 1, &list, &e);
	if (s == OK) s = trained_predict(a, &t, list.path, list.n, &r, &e);
	if (s == OK && o->json) report_pictures_json(&r, &text);
	else if (s == OK && o->csv) report_pictures_csv(&r, &text);
	else if (s == OK) report_pictures(&r, &text);
	trained_close(&t);
	if (s != OK) return cli_fail(o, &e);
	const int printed = cli_print_free(&text);
	predict_skipped(o, &list);
	return predict_errors(&r) ? CLI_SOME_FAILED : printed;
}

static int
cmd_predict(const struct options *o, struct arena *a)
{
	return o->args > 1 ? predict_pictures(o, a) : predict_split(o, a);
}

const struct command command_predict = {
	.name = "predict",
	.usage = "RUN [IMAGE or FOLDER…]",
	.summary = "class and probabilities of image files, or of each test image",
	.help = "RUN as in `tlrun evaluate`. Prints a table of the classes of each IMAGE (PNG, JPEG,\n"
			"PGM, PPM; turned upright by its Exif orientation, resized to the network's input).\n"
			"A FOLDER means all image files in it and below. Without either, it predicts each\n"
			"image of a split. --csv and --json have the probabilities of all classes. A file\n"
			"that cannot be read is reported, the others are predicted, and the exit code is 4.\n"
			"Image files need no data.\n",
	.min_args = 1,
	.max_args = -1,
	.words = WORDS_RUNS_FILES,
	.run = cmd_predict,
};
