/* One experiment over its seeds: its files, what is skipped, failed, stopped and resumed. */
#include <string.h>

#include "build-config.h"
#include "run/lab.h"
#include "run/suites.h"
#include "tlrun/file.h"

static struct lab l;

/* What a run told its caller. */
static struct heard {
	struct str log;
	int steps, stop_at;			/* stop_at 0: never */
} heard;

static void
setup(void)
{
	lab_open(&l);
	memset(&heard, 0, sizeof heard);
}

static void
teardown(void)
{
	str_free(&heard.log);
	lab_close(&l);
}

static bool
hear_stop(void *ctx)
{
	const struct heard *h = ctx;
	return h->stop_at && h->steps >= h->stop_at;
}

static void
hear_begin(void *ctx, const struct experiment *x, uint64_t seed, const char *folder)
{
	struct heard *h = ctx;
	ck_assert(file_is_folder(folder) && rundir_locked(folder));
	str_printf(&h->log, "begin %s %d\n", x->name, (int)seed);
}

static void
hear_skip(void *ctx, const struct experiment *x, uint64_t seed, const char *folder)
{
	struct heard *h = ctx;
	ck_assert(file_is_folder(folder));
	str_printf(&h->log, "skip %s %d\n", x->name, (int)seed);
}

static void
hear_resume(void *ctx)
{
	struct heard *h = ctx;
	str_add(&h->log, "resume\n");
}

static void
hear_step(void *ctx, int epoch, int epochs, int step, int steps, double loss, double accuracy)
{
	struct heard *h = ctx;
	ck_assert(epoch < epochs && step >= 1 && step <= steps && loss == loss && accuracy <= 1);
	h->steps++;
}

static void
hear_end(void *ctx, const struct experiment *x, uint64_t seed, const char *folder,
	const struct record *r, const struct timing *t)
{
	struct heard *h = ctx;
	const char *const state = path_join(l.a, folder, "state.json");
	ck_assert(r->seed == seed && t->seconds_total > 0 && !file_exists(state));
	str_printf(&h->log, "end %s %d\n", x->name, (int)seed);
}

static const struct run_events events = { .ctx = &heard, .stop = hear_stop, .begin = hear_begin,
	.skip = hear_skip, .resume = hear_resume, .step = hear_step, .end = hear_end };

static enum status
run_in(struct experiment *x, const char *results, bool rerun)
{
	const struct run_options o = { .results = results, .rerun = rerun, .events = &events };
	str_clear(&heard.log);
	heard.steps = 0;
	l.err = ERR_INIT;
	return run_experiment(l.a, x, &o, &l.err);
}

static void
run_whole(struct experiment *x)
{
	ck_assert_msg(run_in(x, l.results, false) == OK, "%s", l.err.message);
}

static const char *
seed_file(const struct experiment *x, const char *results, uint64_t seed, const char *name)
{
	return rundir_file(l.a, rundir_new(l.a, results, x->name, x->config_hash, seed), name);
}

static const char *const same_files[] = { "result.json", "history.csv", "predictions.csv",
	"model.safetensors" };

static void
same_bytes(const struct experiment *x, const char *results, const char *other, uint64_t seed)
{
	for (int i = 0; i < 4; i++)
		ck_assert_msg(strcmp(lab_read(&l, seed_file(x, results, seed, same_files[i])),
			lab_read(&l, seed_file(x, other, seed, same_files[i]))) == 0, "%s", same_files[i]);
}

START_TEST(a_run_writes_its_files_and_nothing_else)
{
	static const char *const want[] = { "history.csv", "log.txt", "mistakes.json",
		"mistakes.png", "model.safetensors", "pairs.png", "predictions.csv", "result.json",
		"timing.json" };
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", "seeds: [1, 2]\n"));
	const char *const *names;
	size_t n;
	run_whole(x);
	ck_assert_str_eq(str_text(&heard.log), "begin x 1\nend x 1\nbegin x 2\nend x 2\n");
	ck_assert_int_eq(heard.steps, 2 * 2 * 3);
	const struct rundir *d = rundir_new(l.a, l.results, "x", x->config_hash, 2);
	ck_assert(!rundir_locked(d->seed));
	ck_assert(file_list(d->seed, l.a, &names, &n, ERR_IO, &l.err) == OK && n == 9);
	for (int i = 0; i < 9; i++)
		ck_assert_str_eq(names[i], want[i]);
	ck_assert(file_list(d->config, l.a, &names, &n, ERR_IO, &l.err) == OK && n == 8);
	ck_assert_str_eq(lab_read(&l, path_join(l.a, d->config, "experiment.yaml")), x->resolved);
	ck_assert_ptr_nonnull(strstr(lab_read(&l, lab_path(&l, "results/x/latest/report.md")),
		"- 2 seeds: mean **"));
	ck_assert_ptr_nonnull(strstr(lab_read(&l, lab_path(&l, "results/x/latest/summary.json")),
		"\"seeds\": [1, 2]"));
	ck_assert(strcmp(lab_read(&l, seed_file(x, l.results, 1, "model.safetensors")),
		lab_read(&l, seed_file(x, l.results, 2, "model.safetensors"))) != 0);
	experiment_close(x);
}
END_TEST

START_TEST(a_record_says_what_was_run)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", "description: words\n"
		"evaluation: {metrics: [macro_f1, loss, top_k_accuracy: {k: 2}]}\n"));
	struct record r;
	struct timing t;
	run_whole(x);
	ck_assert(record_read(seed_file(x, l.results, 1, "result.json"), l.a, &r, &l.err) == OK);
	ck_assert(timing_read(seed_file(x, l.results, 1, "timing.json"), l.a, &t, &l.err) == OK);
	ck_assert_str_eq(r.config_hash, x->config_hash);
	ck_assert_str_eq(r.tlrun_version, PACKAGE_VERSION);
	ck_assert_str_eq(r.description, "words");
	ck_assert(r.train_images == 48 && r.validation.n == 12 && r.test.n == 15 && r.classes == 3);
	ck_assert(r.epochs == 2 && r.epochs_run == 2 && r.metrics == 2 && !r.headline_loss);
	ck_assert_str_eq(r.metric[0].name, "macro_f1");
	ck_assert(!r.metric[0].share && r.metric[1].share);
	ck_assert(r.test.metric[1] >= 0 && r.test.metric[1] <= 1);
	ck_assert(r.hash_data && strlen(r.hash_data) == 64 && strlen(r.hash_weights) == 64);
	ck_assert(t.epochs == 2 && t.threads == x->threads && t.planned_memory_bytes > 0);
	experiment_close(x);
}
END_TEST

START_TEST(the_loss_alone_is_a_headline)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml",
		"evaluation: {metrics: [loss]}\n"));
	struct record r;
	run_whole(x);
	ck_assert(record_read(seed_file(x, l.results, 1, "result.json"), l.a, &r, &l.err) == OK);
	ck_assert(r.headline_loss && r.metrics == 0);
	ck_assert_ptr_nonnull(strstr(lab_read(&l, lab_path(&l, "results/x/latest/report.md")),
		"**test loss "));
	experiment_close(x);
}
END_TEST

START_TEST(what_is_done_is_skipped)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", "seeds: [1, 2]\n"));
	run_whole(x);
	const char *const result = seed_file(x, l.results, 2, "result.json");
	const char *const first = lab_read(&l, result);
	run_whole(x);
	ck_assert_str_eq(str_text(&heard.log), "skip x 1\nskip x 2\n");
	/* One is damaged: it alone is run again. */
	tmpdir_write(&l.dir, result + strlen(l.dir.path) + 1, "{", 1);
	run_whole(x);
	ck_assert_str_eq(str_text(&heard.log), "skip x 1\nbegin x 2\nend x 2\n");
	ck_assert_str_eq(lab_read(&l, result), first);
	ck_assert_msg(run_in(x, l.results, true) == OK, "%s", l.err.message);
	ck_assert_str_eq(str_text(&heard.log), "begin x 1\nend x 1\nbegin x 2\nend x 2\n");
	ck_assert_str_eq(lab_read(&l, result), first);
	experiment_close(x);
}
END_TEST

START_TEST(a_record_of_another_version_is_run_again)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	lab_record(&l, "x", x->config_hash, 1, "0.0.1");
	heard.stop_at = 1;
	ck_assert_int_eq(run_in(x, l.results, false), ERR_STOPPED);
	/* Stopped, the old record still stands. */
	ck_assert(file_exists(seed_file(x, l.results, 1, "result.json")));
	heard.stop_at = 0;
	run_whole(x);
	ck_assert_str_eq(str_text(&heard.log), "begin x 1\nresume\nend x 1\n");
	ck_assert(rundir_done(l.a, rundir_new(l.a, l.results, "x", x->config_hash, 1),
		&(struct rundir_origin){ .config_hash = x->config_hash }));
	experiment_close(x);
}
END_TEST

START_TEST(a_diverging_run_is_failed_and_no_result)
{
	const char *const overrides[] = { "training.optimizer={type: sgd, learning_rate: 1e30}" };
	const struct experiment_request q = { .path = lab_file(&l, "x.yaml", ""),
		.overrides = overrides, .n_overrides = 1 };
	struct experiment *x = lab_experiment_of(&l, &q);
	ck_assert_int_eq(run_in(x, l.results, false), ERR_FAILED);
	ck_assert(l.err.message[0]);
	ck_assert_str_eq(str_text(&heard.log), "begin x 1\n");
	ck_assert(!file_exists(seed_file(x, l.results, 1, "result.json")));
	ck_assert(!file_exists(lab_path(&l, "results/x/latest")));
	const char *const state = lab_read(&l, seed_file(x, l.results, 1, "state.json"));
	ck_assert_ptr_nonnull(strstr(state, "\"state\": \"failed\""));
	ck_assert_ptr_nonnull(strstr(state, "finite"));
	ck_assert(strlen(lab_read(&l, seed_file(x, l.results, 1, "log.txt"))) > 0);
	ck_assert(!rundir_locked(rundir_new(l.a, l.results, "x", x->config_hash, 1)->seed));
	experiment_close(x);
}
END_TEST

START_TEST(a_stopped_run_goes_on_to_the_same_bytes)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	const char *const other = lab_path(&l, "other");
	run_whole(x);
	heard.stop_at = 1 + _i;
	ck_assert_int_eq(run_in(x, other, false), ERR_STOPPED);
	ck_assert(file_exists(seed_file(x, other, 1, "checkpoint")));
	ck_assert(!file_exists(seed_file(x, other, 1, "result.json")));
	ck_assert_ptr_nonnull(strstr(lab_read(&l, seed_file(x, other, 1, "state.json")),
		"\"state\": \"interrupted\""));
	heard.stop_at = 0;
	ck_assert_msg(run_in(x, other, false) == OK, "%s", l.err.message);
	ck_assert_str_eq(str_text(&heard.log), "begin x 1\nresume\nend x 1\n");
	ck_assert_int_lt(heard.steps, 6);
	same_bytes(x, l.results, other, 1);
	ck_assert(!file_exists(seed_file(x, other, 1, "checkpoint")));
	ck_assert(!file_exists(seed_file(x, other, 1, "state.json")));
	experiment_close(x);
}
END_TEST

/* Two phases of 6 and 3 steps: the first with a frozen layer that is computed once. */
static struct experiment *
phases_open(void)
{
	const char *const overrides[] = { "model.backbone_layers=2",
		"training.phases=[{name: head, freeze: all}, {name: all, epochs: 1, freeze: none, "
		"optimizer_state: keep}]" };
	return lab_experiment_of(&l, &(struct experiment_request){
		.path = lab_file(&l, "x.yaml", ""), .overrides = overrides, .n_overrides = 2 });
}

START_TEST(phases_stopped_anywhere_go_on_to_the_same_bytes)
{
	struct experiment *x = phases_open();
	const char *const other = lab_path(&l, "other");
	struct record r;
	run_whole(x);
	ck_assert_int_eq(heard.steps, 9);
	ck_assert(record_read(seed_file(x, l.results, 1, "result.json"), l.a, &r, &l.err) == OK);
	ck_assert(r.phases == 2 && r.epochs == 3 && r.epochs_planned == 3 && r.frozen_layers == 0);
	ck_assert_str_eq(r.history[1].phase, "head");
	ck_assert_str_eq(r.history[2].phase, "all");
	ck_assert(r.phase[0].epochs_run == 2 && r.phase[1].epochs_run == 1);
	ck_assert_int_eq(r.phase[1].trained, r.parameters);
	ck_assert_int_lt(r.phase[0].trained, r.parameters);
	ck_assert_int_eq(r.trained, r.parameters);
	/* In the first phase, between the two, in the second. */
	heard.stop_at = 5 + _i;
	ck_assert_int_eq(run_in(x, other, false), ERR_STOPPED);
	heard.stop_at = 0;
	ck_assert_msg(run_in(x, other, false) == OK, "%s", l.err.message);
	same_bytes(x, l.results, other, 1);
	experiment_close(x);
}
END_TEST

START_TEST(rerun_forgets_the_checkpoint)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	heard.stop_at = 4;
	ck_assert_int_eq(run_in(x, l.results, false), ERR_STOPPED);
	heard.stop_at = 0;
	ck_assert(run_in(x, l.results, true) == OK);
	ck_assert_str_eq(str_text(&heard.log), "begin x 1\nend x 1\n");
	ck_assert_int_eq(heard.steps, 6);
	experiment_close(x);
}
END_TEST

START_TEST(a_damaged_checkpoint_is_told_and_the_run_begins_anew)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	const char *const at = seed_file(x, l.results, 1, "checkpoint");
	tmpdir_write(&l.dir, at + strlen(l.dir.path) + 1, "nonsense", 8);
	ck_assert_int_eq(run_in(x, l.results, false), OK);
	ck_assert_ptr_nonnull(strstr(lab_read(&l, seed_file(x, l.results, 1, "log.txt")),
		"checkpoint.aside, and training begins anew"));
	ck_assert(file_exists(seed_file(x, l.results, 1, "result.json")));
	ck_assert(!file_exists(seed_file(x, l.results, 1, "checkpoint.aside")));
	experiment_close(x);
}
END_TEST

START_TEST(too_little_memory_is_failed_before_an_image_is_read)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml",
		"runtime: {memory_limit: 1K}\n"));
	ck_assert_int_eq(run_in(x, l.results, false), ERR_MEMORY);
	ck_assert_ptr_null(loader_train(x->loader)->set);
	ck_assert_ptr_nonnull(strstr(lab_read(&l, seed_file(x, l.results, 1, "state.json")),
		"runtime.memory_limit allows 1 KiB"));
	experiment_close(x);
}
END_TEST

START_TEST(a_running_seed_is_not_run_twice)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	struct rundir *d = rundir_new(l.a, l.results, "x", x->config_hash, 1);
	ck_assert(rundir_open(d, &l.err) == OK);
	ck_assert_int_eq(run_in(x, l.results, false), ERR_FAILED);
	ck_assert_ptr_nonnull(strstr(l.err.message, "another tlrun"));
	ck_assert(!file_exists(seed_file(x, l.results, 1, "state.json")));
	rundir_close(d);
	experiment_close(x);
}
END_TEST

START_TEST(a_results_folder_may_have_any_name)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	const char *const odd = lab_path(&l, "my \"r\xc3\xa9sults\" 100%s\n$(x)/deep");
	ck_assert_msg(run_in(x, odd, false) == OK, "%s", l.err.message);
	ck_assert(file_exists(seed_file(x, odd, 1, "result.json")));
	run_whole(x);
	same_bytes(x, l.results, odd, 1);
	ck_assert(run_in(x, odd, false) == OK);
	ck_assert_str_eq(str_text(&heard.log), "skip x 1\n");
	experiment_close(x);
}
END_TEST

START_TEST(what_cannot_be_written_is_an_error_that_names_it)
{
	struct experiment *x = lab_experiment(&l, lab_file(&l, "x.yaml", ""));
	tmpdir_write(&l.dir, "results/x", "a file", 6);
	ck_assert_int_eq(run_in(x, l.results, false), ERR_IO);
	ck_assert_ptr_nonnull(strstr(l.err.message, "results/x"));
	/* A folder stands where a file of the run belongs: nobody may replace it, root neither. */
	const char *const other = lab_path(&l, "other");
	tmpdir_write(&l.dir,
		seed_file(x, other, 1, "history.csv/in the way") + strlen(l.dir.path) + 1, "", 0);
	ck_assert_int_eq(run_in(x, other, false), ERR_IO);
	ck_assert_ptr_nonnull(strstr(l.err.message, "history.csv"));
	ck_assert(!file_exists(seed_file(x, other, 1, "result.json")));
	ck_assert_ptr_nonnull(strstr(lab_read(&l, seed_file(x, other, 1, "state.json")),
		"\"state\": \"failed\""));
	experiment_close(x);
}
END_TEST

START_TEST(any_number_of_threads_gives_the_same_bytes)
{
	static const int threads[] = { 1, 3, 16 };
	const char *const other = lab_path(&l, "other");
	struct experiment *x[3];
	for (int i = 0; i < 3; i++)
		x[i] = lab_experiment(&l, lab_file(&l, "x.yaml",
			arena_printf(l.a, "runtime: {threads: %d}\n", threads[i])));
	run_whole(x[0]);
	for (int i = 1; i < 3; i++) {
		ck_assert_msg(run_in(x[i], other, true) == OK, "%s", l.err.message);
		same_bytes(x[i], l.results, other, 1);
	}
	for (int i = 0; i < 3; i++)
		experiment_close(x[i]);
}
END_TEST

Suite *
suite_single(void)
{
	Suite *s = suite_create("single");
	TCase *c = tcase_create("single");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, a_run_writes_its_files_and_nothing_else);
	tcase_add_test(c, a_record_says_what_was_run);
	tcase_add_test(c, the_loss_alone_is_a_headline);
	tcase_add_test(c, what_is_done_is_skipped);
	tcase_add_test(c, a_record_of_another_version_is_run_again);
	tcase_add_test(c, a_diverging_run_is_failed_and_no_result);
	tcase_add_loop_test(c, a_stopped_run_goes_on_to_the_same_bytes, 0, 5);
	tcase_add_test(c, rerun_forgets_the_checkpoint);
	tcase_add_loop_test(c, phases_stopped_anywhere_go_on_to_the_same_bytes, 0, 3);
	tcase_add_test(c, a_damaged_checkpoint_is_told_and_the_run_begins_anew);
	tcase_add_test(c, too_little_memory_is_failed_before_an_image_is_read);
	tcase_add_test(c, a_running_seed_is_not_run_twice);
	tcase_add_test(c, a_results_folder_may_have_any_name);
	tcase_add_test(c, what_cannot_be_written_is_an_error_that_names_it);
	tcase_add_test(c, any_number_of_threads_gives_the_same_bytes);
	suite_add_tcase(s, c);
	return s;
}
