/* A trained model by itself: the numbers and bytes of its run, from its file alone. */
#include "tlrun/trained.h"

#include <stdio.h>
#include <string.h>

#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"
#include "tlrun/png.h"
#include "tlrun/single.h"

static struct lab l;

static void
setup(void)
{
	lab_open(&l);
}

static void
teardown(void)
{
	lab_close(&l);
}

/* Run an experiment; the folder of its first seed. */
static const char *
run(const struct experiment_request *q)
{
	struct experiment *x = lab_experiment_of(&l, q);
	const struct run_options o = { .results = l.results };
	l.err = ERR_INIT;
	ck_assert_msg(run_experiment(l.a, x, &o, &l.err) == OK, "%s", l.err.message);
	experiment_close(x);
	return rundir_new(l.a, l.results, x->name, x->config_hash, (uint64_t)x->o.seeds.v[0])->seed;
}

static const char *
run_file(const char *more)
{
	return run(&(struct experiment_request){ .path = lab_file(&l, "x.yaml", more) });
}

static enum status
evaluate(const char *path, const char *data, const char *split, struct trained_evaluation *out)
{
	struct trained t;
	l.err = ERR_INIT;
	enum status s = trained_open(l.a, path, data, 2, &t, &l.err);
	if (s == OK) s = trained_evaluate(l.a, &t, split, out, &l.err);
	trained_close(&t);
	return s;
}

static void
same_split(const struct record *r, const struct record_split *a, const struct record_split *b)
{
	const size_t cells = (size_t)r->classes * (size_t)r->classes;
	ck_assert_int_eq(a->n, b->n);
	ck_assert((float)a->loss == (float)b->loss);
	for (int i = 0; i < r->metrics; i++)
		ck_assert((float)a->metric[i] == (float)b->metric[i]);
	ck_assert_mem_eq(a->confusion, b->confusion, cells * sizeof *a->confusion);
}

/* From the model alone, moved away from all else. */
static void
same_as_the_run(const char *folder)
{
	struct trained_evaluation test, validation;
	struct record r;
	struct str csv = STR_INIT;
	const char *const path = lab_path(&l, "moved.safetensors");
	ck_assert_int_eq(rename(path_join(l.a, folder, "model.safetensors"), path), 0);
	l.err = ERR_INIT;
	ck_assert(record_read(path_join(l.a, folder, "result.json"), l.a, &r, &l.err) == OK);
	ck_assert_msg(evaluate(path, NULL, "test", &test) == OK, "%s", l.err.message);
	ck_assert_msg(evaluate(path, NULL, "validation", &validation) == OK, "%s", l.err.message);
	ck_assert_int_eq(test.record->metrics, r.metrics);
	same_split(&r, &test.split, &r.test);
	same_split(&r, &validation.split, &r.validation);
	ck_assert_str_eq(test.weights_hash, r.hash_weights);
	ck_assert(r.calibration->ece == test.record->calibration->ece);
	ck_assert(r.calibration->brier == test.record->calibration->brier);
	ck_assert_str_eq(test.record->name, r.name);
	ck_assert_uint_eq(test.record->seed, r.seed);
	report_predictions_csv(&test.predictions, &csv);
	ck_assert_str_eq(str_text(&csv), lab_read(&l, path_join(l.a, folder, "predictions.csv")));
	str_free(&csv);
}

START_TEST(a_model_alone_gives_what_its_run_gave)
{
	same_as_the_run(run_file("evaluation: {metrics: [macro_f1, accuracy, loss]}\nseeds: [7]\n"));
}
END_TEST

START_TEST(a_frozen_prefix_gives_what_its_run_gave)
{
	const char *const overrides[] = { "model.backbone_layers=2", "training.eval_batch_size=7",
		"training.phases=[{name: all, freeze: none}, {name: head, epochs: 1, freeze: all}]" };
	same_as_the_run(run(&(struct experiment_request){
		.path = lab_file(&l, "x.yaml", "engine: {fuse: false}\n"), .overrides = overrides,
		.n_overrides = 3 }));
}
END_TEST

/* The test images of a run as pictures. */
static const char **
pictures(const struct experiment_request *q, int *n)
{
	struct experiment *x = lab_experiment_of(&l, q);
	ck_assert(loader_read_test(x->loader, &l.err) == OK);
	const struct loader_part *part = loader_test(x->loader);
	const struct image_set *s = part->set;
	const char **path = ARENA_ARRAY(l.a, const char *, (size_t)part->n);
	for (*n = 0; *n < part->n; ++*n) {
		struct str png = STR_INIT;
		const size_t size = (size_t)s->h * (size_t)s->w * (size_t)s->c;
		const uint8_t *pixels = (const uint8_t *)s->pixels.data + part->index[*n] * size;
		ck_assert(png_encode(s->h, s->w, s->c, pixels, &png, &l.err) == OK);
		path[*n] = arena_strdup(l.a, tmpdir_write(&l.dir, arena_printf(l.a, "%d.png", *n),
			png.data, png.len));
		str_free(&png);
	}
	experiment_close(x);
	return path;
}

/* Crop, grey, resize and a frozen prefix among it; no data are looked for. */
START_TEST(pictures_give_what_the_images_of_the_split_gave)
{
	const char *const overrides[] = { "model.backbone_layers=2",
		"training.phases=[{name: all, freeze: none}, {name: head, epochs: 1, freeze: all}]",
		"preprocessing={crop: {center: 0.75}, resize: 9, channels: gray, interpolation: bicubic}",
		"dataset.classes=[2, 0]" };
	const struct experiment_request q = { .path = lab_file(&l, "x.yaml", ""),
		.overrides = overrides, .n_overrides = _i ? 4 : 0 };
	const char *const model = path_join(l.a, run(&q), "model.safetensors");
	struct trained_evaluation test;
	struct picture_predictions r;
	struct trained t;
	int n;
	const char **path = pictures(&q, &n);
	ck_assert(evaluate(model, NULL, "test", &test) == OK);
	ck_assert_msg(trained_open_alone(l.a, model, 2, &t, &l.err) == OK, "%s", l.err.message);
	ck_assert_msg(trained_predict(l.a, &t, path, n, &r, &l.err) == OK, "%s", l.err.message);
	ck_assert(r.n == n && test.predictions.n == n && r.classes == (_i ? 2 : 3));
	ck_assert_mem_eq(r.predicted, test.predictions.predicted, (size_t)n * sizeof *r.predicted);
	ck_assert_mem_eq(r.probability, test.predictions.probability,
		(size_t)n * (size_t)r.classes * sizeof *r.probability);
	ck_assert_str_eq(r.class_name[0], test.predictions.class_name[0]);
	const char *const bad[] = { path[0], lab_path(&l, "x.yaml") };
	/* One that is no image file has its error; what is predicted of the others stays the same. */
	const float *const before = r.probability;
	ck_assert_msg(trained_predict(l.a, &t, bad, 2, &r, &l.err) == OK, "%s", l.err.message);
	ck_assert_ptr_null(r.error[0]);
	ck_assert_mem_eq(r.probability, before, (size_t)r.classes * sizeof *before);
	ck_assert_ptr_nonnull(strstr(r.error[1], "not an image file"));
	trained_close(&t);
}
END_TEST

START_TEST(training_images_are_a_split_too)
{
	struct trained_evaluation all;
	const char *const folder = run_file("");
	const char *const path = path_join(l.a, folder, "model.safetensors");
	ck_assert_msg(evaluate(path, NULL, "train", &all) == OK, "%s", l.err.message);
	ck_assert_int_eq(all.split.n, 48);
	ck_assert_int_eq(all.predictions.n, 48);
}
END_TEST

START_TEST(a_run_is_found_by_name_seed_folder_and_file)
{
	const char *path, *const folder = run_file("seeds: [3, 5]\n");
	const char *const first = path_join(l.a, folder, "model.safetensors");
	ck_assert(trained_find(l.a, l.results, "x", NULL, &path, &l.err) == OK);
	ck_assert_ptr_nonnull(strstr(path, "/seed-3/model.safetensors"));
	ck_assert(trained_find(l.a, l.results, "x", "5", &path, &l.err) == OK);
	ck_assert_ptr_nonnull(strstr(path, "/seed-5/model.safetensors"));
	ck_assert(trained_find(l.a, l.results, folder, NULL, &path, &l.err) == OK);
	ck_assert_str_eq(path, first);
	ck_assert(trained_find(l.a, l.results, first, NULL, &path, &l.err) == OK);
	ck_assert_str_eq(path, first);
	static const struct { const char *seed, *words; } bad[] = { { "4", "no model of seed 4" },
		{ "3,5", "expected one seed" }, { "-1", "expected one seed" } };
	for (int i = 0; i < 3; i++) {
		l.err = ERR_INIT;
		ck_assert_int_eq(trained_find(l.a, l.results, "x", bad[i].seed, &path, &l.err), ERR_USAGE);
		ck_assert_msg(strstr(l.err.message, bad[i].words) != NULL, "%s", l.err.message);
	}
	l.err = ERR_INIT;
	ck_assert_int_eq(trained_find(l.a, l.results, folder, "3", &path, &l.err), ERR_USAGE);
	l.err = ERR_INIT;
	ck_assert_int_eq(trained_find(l.a, l.results, "y", NULL, &path, &l.err), ERR_USAGE);
}
END_TEST

/* The model of a run written again, with another experiment or other classes. */
static const char *
forge(const char *folder, const char *experiment, const char *classes)
{
	struct safetensors *s;
	const char *const to = lab_path(&l, "forged.safetensors");
	l.err = ERR_INIT;
	ck_assert(safetensors_open(&s, path_join(l.a, folder, "model.safetensors"), &l.err) == OK);
	struct tensor *t = ARENA_ARRAY(l.a, struct tensor, safetensors_count(s));
	for (size_t i = 0; i < safetensors_count(s); i++)
		t[i] = *safetensors_at(s, i);
	const struct metadata m[] = { { "format", "tlrun 1" },
		{ "experiment", experiment ? experiment : safetensors_meta(s, "experiment") },
		{ "classes", classes ? classes : safetensors_meta(s, "classes") } };
	ck_assert(safetensors_write(to, t, safetensors_count(s), m, 3, &l.err) == OK);
	safetensors_close(s);
	return to;
}

static const char *
experiment_text(const char *folder)
{
	struct safetensors *s;
	ck_assert(safetensors_open(&s, path_join(l.a, folder, "model.safetensors"), &l.err) == OK);
	const char *const text = arena_strdup(l.a, safetensors_meta(s, "experiment"));
	safetensors_close(s);
	return text;
}

/* The text with the first `from` in it replaced. */
static const char *
replaced(const char *text, const char *from, const char *to)
{
	const char *const at = strstr(text, from);
	ck_assert_ptr_nonnull(at);
	return arena_printf(l.a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void
refused(const char *path, const char *data, enum status code, const char *words)
{
	struct trained_evaluation r;
	ck_assert_int_eq(evaluate(path, data, "test", &r), code);
	ck_assert_msg(strstr(l.err.message, words) != NULL, "%s", l.err.message);
}

START_TEST(what_does_not_fit_is_refused)
{
	const char *const folder = run_file("");
	const char *const text = experiment_text(folder);
	refused(forge(folder, "version: 1\nmodel: {layers: [flatten]}\n", NULL), NULL, ERR_DATA,
		"this model is none that this tlrun runs: experiment:");
	refused(forge(folder, "[", NULL), NULL, ERR_DATA, "none that this tlrun runs");
	refused(forge(folder, replaced(text, "filters: 4", "filters: 5"), NULL), NULL, ERR_DATA,
		"conv2d");
	refused(forge(folder, NULL, "[\"a\", \"b\", \"c\"]"), NULL, ERR_DATA, "classes");
	refused(forge(folder, NULL, "no list"), NULL, ERR_DATA, "forged.safetensors");
	refused(forge(folder, replaced(text, "units: num_classes", "units: 100000000"), NULL), NULL,
		ERR_DATA, "none that this tlrun runs");
	refused(lab_path(&l, "x.yaml"), NULL, ERR_DATA, "x.yaml");
	refused(lab_path(&l, "nowhere"), NULL, ERR_DATA, "nowhere");
}
END_TEST

START_TEST(missing_data_are_said_and_data_given_stand_for_a_path)
{
	const char *const folder = run_file("");
	const char *const model = "\nmodel: {layers: [flatten, dense: {units: num_classes, "
		"activation: softmax}]}\n";
	const char *const path = forge(folder, arena_printf(l.a,
		"version: 1\nname: x\ndataset: {name: mnist, path: elsewhere}%s", model), NULL);
	refused(path, NULL, ERR_DATA, "./elsewhere: no such folder");
	const char *const data = lab_path(&l, "data");
	refused(path, data, ERR_DATA, data);
}
END_TEST

START_TEST(weights_of_another_record_are_refused)
{
	const char *const folder = run_file("");
	const char *const path = path_join(l.a, folder, "model.safetensors");
	FILE *f = fopen(path, "r+b");
	ck_assert_ptr_nonnull(f);
	ck_assert_int_eq(fseek(f, -1, SEEK_END), 0);
	const int c = fgetc(f);
	ck_assert_int_eq(fseek(f, -1, SEEK_END), 0);
	fputc(c ^ 1, f);
	fclose(f);
	refused(path, NULL, ERR_DATA, "changed or damaged");
}
END_TEST

/* Any byte of the experiment may be any other: it runs or is refused, and nothing else happens. */
START_TEST(no_experiment_in_a_model_does_harm)
{
	const char *const folder = run_file("");
	const char *const text = experiment_text(folder);
	const size_t len = strlen(text);
	for (size_t i = 0; i < len; i += 3) {
		struct trained t;
		struct arena *a = arena_new();
		char *const other = arena_strdup(a, text);
		other[i] = "{}[]:,-\"'9#&*! \n"[i / 3 % 16];
		const char *const path = forge(folder, other, NULL);
		l.err = ERR_INIT;
		const enum status s = trained_open(a, path, NULL, 1, &t, &l.err);
		ck_assert_msg(s == OK || s == ERR_DATA, "byte %zu: %s", i, l.err.message);
		ck_assert(s == OK || l.err.message[0]);
		trained_close(&t);
		arena_free(a);
	}
}
END_TEST

Suite *
suite_trained(void)
{
	Suite *s = suite_create("trained");
	TCase *t = tcase_create("trained");
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_model_alone_gives_what_its_run_gave);
	tcase_add_test(t, a_frozen_prefix_gives_what_its_run_gave);
	tcase_add_loop_test(t, pictures_give_what_the_images_of_the_split_gave, 0, 2);
	tcase_add_test(t, training_images_are_a_split_too);
	tcase_add_test(t, a_run_is_found_by_name_seed_folder_and_file);
	tcase_add_test(t, what_does_not_fit_is_refused);
	tcase_add_test(t, missing_data_are_said_and_data_given_stand_for_a_path);
	tcase_add_test(t, weights_of_another_record_are_refused);
	tcase_add_test(t, no_experiment_in_a_model_does_harm);
	suite_add_tcase(s, t);
	return s;
}
