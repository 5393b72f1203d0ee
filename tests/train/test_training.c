/* The maps training and evaluation: defaults, and what is refused with which words. */
#include <string.h>

#include "train/experiment.h"
#include "train/suites.h"

START_TEST(the_defaults_are_the_specification_s)
{
	struct experiment_text x;
	experiment_open(&x, "name: x");
	const struct training *t = &x.training;
	ck_assert(t->epochs == 10 && t->batch_size == 32 && t->eval_batch_size == 0 && t->shuffle);
	ck_assert_str_eq(t->loss.kind->name, "cross_entropy");
	ck_assert_str_eq(t->optimizer.kind->name, "adam");
	ck_assert_str_eq(t->lr_schedule.kind->name, "constant");
	ck_assert(!t->early_stopping.given && !t->reduce_lr_on_plateau.given);
	ck_assert_int_eq(t->checkpoint.every_epochs, 1);
	ck_assert_uint_eq(x.evaluation.metrics.n, 1);
	ck_assert_str_eq(x.evaluation.metrics.v[0].kind->name, "accuracy");
	ck_assert_uint_eq(x.evaluation.reports.n, 5);
	experiment_close(&x);
	experiment_open(&x, "training: {early_stopping: {}, reduce_lr_on_plateau: {}}");
	const struct early_stopping *e = &x.training.early_stopping;
	ck_assert(e->given && e->patience == 0 && e->restore_best_weights && !e->has_baseline);
	ck_assert_str_eq(e->monitor, "val_loss");
	const struct plateau *p = &x.training.reduce_lr_on_plateau;
	ck_assert(p->given && p->factor == .1 && p->patience == 10 && p->min_delta == 1e-4);
	ck_assert(p->cooldown == 0 && p->min_lr == 0);
	experiment_close(&x);
}
END_TEST

static const struct { const char *yaml, *words; } bad[] = {
	{ "training: {optimizer: {type: adam, momentum: 0.9}}", "unknown key \"momentum\"" },
	{ "training: {optimizer: {type: sgd, beta_1: 0.9}}", "unknown key \"beta_1\"" },
	{ "training: {optimizer: {type: sgd, lr_mult: {head: -2}}}", "head must be a number of 0" },
	{ "training: {optimizer: {type: sgd, lr_mult: {tail: 2}}}", "unknown key \"tail\"" },
	{ "training: {optimizer: {type: sgd, lr_mult: 0.1}}", "lr_mult must be a map" },
	{ "training: {optimizer: adamm}", "did you mean \"adam\"" },
	{ "training: {optimizer: {learning_rate: 0.1}}", "missing key \"type\"" },
	{ "training: {optimizer: {type: adam, learning_rate: 0}}", "learning_rate" },
	{ "training: {optimizer: {type: adam, learning_rate: -1e-3}}", "learning_rate" },
	{ "training: {optimizer: {type: adam, beta_1: 1}}", "beta_1" },
	{ "training: {optimizer: {type: adam, clip_norm: 1, clip_value: 1}}",
		"clip_norm and clip_value together" },
	{ "training: {optimizer: {type: sgd, clip_norm: 1, global_clip_norm: 1}}",
		"clip_norm and global_clip_norm together" },
	{ "training: {optimizer: {type: sgd, clip_norm: 0}}", "clip_norm" },
	{ "training: {lr_schedule: {type: step}}", "missing key \"every_epochs\"" },
	{ "training: {lr_schedule: {type: exponential}}", "missing key \"decay_rate\"" },
	{ "training: {lr_schedule: {type: cosine, every_epochs: 2}}", "unknown key \"every_epochs\"" },
	{ "training: {lr_schedule: {type: piecewise, boundaries: [1, 2], values: [0.1, 0.2]}}",
		"2 for 2 boundaries" },
	{ "training: {lr_schedule: {type: piecewise, boundaries: [2, 2], values: [1, 2, 3]}}",
		"must ascend" },
	{ "training: {epochs: 3, lr_schedule: {type: cosine, warmup_epochs: 3}}", "warm-up must end" },
	{ "training: {lr_schedule: cosine, reduce_lr_on_plateau: {}}", "together" },
	{ "training: {reduce_lr_on_plateau: {factor: 1}}", "factor" },
	{ "training: {early_stopping: {monitor: val_los}}", "did you mean \"val_loss\"" },
	{ "training: {early_stopping: {monitor: val_macro_f1}}", "neither the loss nor a metric" },
	{ "training: {reduce_lr_on_plateau: {monitor: f1}}", "neither the loss nor a metric" },
	{ "training: {early_stopping: {patience: -1}}", "patience" },
	{ "training: {epochs: 0}", "epochs" },
	{ "training: {batch_size: 0}", "batch_size" },
	{ "training: {phases: []}", "a list of one or more maps" },
	{ "training: {max_time: 0s}", "max_time" },
	{ "training: {loss: {type: cross_entropy, label_smoothing: 1.5}}", "label_smoothing" },
	{ "training: {loss: {type: cross_entropy, class_weight: equal}}", "balanced, or a map" },
	{ "training: {loss: {type: cross_entropy, class_weight: {cat: -1}}}", "0 or more" },
	{ "training: {loss: {type: cross_entropy, class_weight: {cat: x}}}", "weight" },
	{ "evaluation: {metrics: []}", "at least one" },
	{ "evaluation: {metrics: [accuracy, accuracy]}", "stands twice" },
	{ "evaluation: {metrics: [acuracy]}", "did you mean \"accuracy\"" },
	{ "evaluation: {metrics: [top_k_accuracy: {k: 0}]}", "k" },
	{ "evaluation: {reports: [curves]}", "unknown report \"curves\"" },
	{ "evaluation: {reports: [confusion_matrix, confusion_matrix]}", "stands twice" },
	{ "evaluation: {reports: confusion_matrix}", "list" },
};

START_TEST(what_is_wrong_is_refused_with_its_cure)
{
	experiment_refused(bad[_i].yaml, bad[_i].words);
}
END_TEST

START_TEST(monitors_are_losses_and_metrics_with_or_without_val)
{
	struct experiment_text x;
	struct monitor m;
	experiment_open(&x, "evaluation: {metrics: [macro_f1, top_k_accuracy: {k: 3}, loss]}\n"
	    "training: {early_stopping: {monitor: val_top_k_accuracy}, "
	    "reduce_lr_on_plateau: {monitor: macro_f1}}");
	const struct evaluation *e = &x.evaluation;
	ck_assert(training_monitor(e, "loss", &m) && !m.validation && m.metric == -1 && m.lower);
	ck_assert(training_monitor(e, "val_loss", &m) && m.validation && m.metric == -1 && m.lower);
	ck_assert(training_monitor(e, "macro_f1", &m) && !m.validation && m.metric == 0 && !m.lower);
	ck_assert(training_monitor(e, "val_top_k_accuracy", &m) && m.validation && m.metric == 1);
	ck_assert(!training_monitor(e, "accuracy", &m));
	ck_assert(!training_monitor(e, "val_val_loss", &m));
	experiment_close(&x);
}
END_TEST

/* Every kind's examples are read without an error. */
START_TEST(examples_are_accepted)
{
	static const struct { const struct family *family; const char *before, *after; } families[] = {
		{ &family_optimizer, "training: {optimizer: {type: ", "}" },
		{ &family_schedule, "training: {lr_schedule: {type: ", "}" },
		{ &family_loss, "training: {loss: {type: ", "}" },
	};
	for (size_t f = 0; f < sizeof families / sizeof families[0]; f++)
		for (const struct kind *const *k = families[f].family->kinds; *k; k++)
			for (const char *const *text = (*k)->examples; text && *text; text++) {
				struct experiment_text x;
				struct str yaml = STR_INIT;
				const bool empty = strcmp(*text, "{}") == 0;
				str_printf(&yaml, "%s%s%s%s%s", families[f].before, (*k)->name, empty ? "" : ", ",
				    empty ? "}" : *text + 1, families[f].after);
				experiment_open(&x, str_text(&yaml));
				str_free(&yaml);
				experiment_close(&x);
			}
}
END_TEST

START_TEST(kinds_are_sorted_and_named_once)
{
	static const struct family *const families[] = { &family_optimizer, &family_schedule,
		&family_loss, &family_metric };
	for (size_t f = 0; f < sizeof families / sizeof families[0]; f++) {
		const struct kind *const *k = families[f]->kinds;
		for (; k[0] && k[1]; k++) ck_assert_int_lt(strcmp(k[0]->name, k[1]->name), 0);
		ck_assert_ptr_nonnull(family_find(families[f], families[f]->default_kind));
	}
}
END_TEST

Suite *
suite_training(void)
{
	Suite *s = suite_create("training");
	TCase *c = tcase_create("training");
	tcase_add_test(c, the_defaults_are_the_specification_s);
	tcase_add_loop_test(c, what_is_wrong_is_refused_with_its_cure, 0, sizeof bad / sizeof bad[0]);
	tcase_add_test(c, monitors_are_losses_and_metrics_with_or_without_val);
	tcase_add_test(c, examples_are_accepted);
	tcase_add_test(c, kinds_are_sorted_and_named_once);
	suite_add_tcase(s, c);
	return s;
}
