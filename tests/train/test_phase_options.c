/* training.phases: what is read, what is refused, and what each phase trains with. */
#include <string.h>

#include "train/experiment.h"
#include "train/suites.h"

static const struct optimizer_options *
optimizer(const struct trainer_phase *p)
{
	return p->training.optimizer.opts;
}

START_TEST(without_phases_there_is_one_called_training)
{
	struct experiment_text x;
	struct trainer_phase *p;
	int n = 0;
	experiment_open(&x, "training: {epochs: 7, optimizer: {type: sgd, learning_rate: 0.25}}");
	ck_assert_uint_eq(x.training.phases.n, 0);
	training_phases(x.arena, &x.training, &p, &n);
	ck_assert_int_eq(n, 1);
	ck_assert_str_eq(p->name, "training");
	ck_assert(p->training.epochs == 7 && !p->keep_optimizer_state && !p->net);
	ck_assert_double_eq(optimizer(p)->learning_rate, .25);
	experiment_close(&x);
}
END_TEST

START_TEST(what_a_phase_leaves_out_is_as_in_training)
{
	struct experiment_text x;
	struct trainer_phase *p;
	int n = 0;
	experiment_open(&x, "training:\n"
		"  epochs: 7\n"
		"  batch_size: 5\n"
		"  optimizer: {type: sgd, learning_rate: 0.25, momentum: 0.5, lr_mult: {head: 3}}\n"
		"  lr_schedule: {type: cosine, warmup_epochs: 1}\n"
		"  early_stopping: {patience: 4}\n"
		"  phases:\n"
		"    - {}\n"
		"    - {name: low, epochs: 2, learning_rate: 0.125, optimizer_state: keep}\n"
		"    - {optimizer: adam, lr_schedule: constant, early_stopping: {patience: 9}}\n");
	training_phases(x.arena, &x.training, &p, &n);
	ck_assert_int_eq(n, 3);
	ck_assert_str_eq(p[0].name, "phase_1");
	ck_assert_str_eq(p[1].name, "low");
	ck_assert_str_eq(p[2].name, "phase_3");
	ck_assert(p[0].training.epochs == 7 && p[1].training.epochs == 2 && p[2].training.epochs == 7);
	for (int i = 0; i < 3; i++)
		ck_assert(p[i].training.batch_size == 5 && p[i].training.phases.n == 0);
	ck_assert(!p[0].keep_optimizer_state && p[1].keep_optimizer_state);
	ck_assert_double_eq(optimizer(&p[0])->learning_rate, .25);
	ck_assert_double_eq(optimizer(&p[1])->learning_rate, .125);
	ck_assert_double_eq(optimizer(&p[2])->learning_rate, 1e-3);
	ck_assert_str_eq(p[1].training.optimizer.kind->name, "sgd");
	ck_assert_str_eq(p[2].training.optimizer.kind->name, "adam");
	ck_assert(optimizer(&p[1])->lr_mult_head == 3 && optimizer(&p[1])->lr_mult_backbone == 1);
	ck_assert(!optimizer(&p[2])->lr_mult_given && optimizer(&p[2])->lr_mult_head == 1);
	ck_assert_str_eq(p[1].training.lr_schedule.kind->name, "cosine");
	ck_assert_str_eq(p[2].training.lr_schedule.kind->name, "constant");
	ck_assert(p[1].training.early_stopping.patience == 4);
	ck_assert(p[2].training.early_stopping.patience == 9);
	experiment_close(&x);
}
END_TEST

START_TEST(freeze_and_norms_stay_with_the_phase)
{
	struct experiment_text x;
	experiment_open(&x, "training: {phases: [{}, {freeze: {all_but_last: 20}}, "
		"{freeze: none, batch_normalization: train}, {batch_normalization: inference}]}");
	const struct phase_options *p = x.training.phases.v;
	ck_assert(p[0].freeze.type == FREEZE_DEFAULT && p[0].batch_normalization == 0);
	ck_assert(p[1].freeze.type == FREEZE_ALL_BUT_LAST && p[1].freeze.n == 20);
	ck_assert(p[2].freeze.type == FREEZE_NONE && p[2].batch_normalization == 2);
	ck_assert(p[3].batch_normalization == 1);
	for (int i = 0; i < 4; i++)
		ck_assert(p[i].node && p[i].node->type == NODE_MAP);
	experiment_close(&x);
}
END_TEST

static const struct { const char *yaml, *words; } bad[] = {
	{ "[{name: a}, {name: a}]", "two phases are called \"a\"" },
	{ "[{name: phase_2}, {}]", "two phases are called \"phase_2\"" },
	{ "[{name: a b}]", "name must be 1 to 64" },
	{ "[{epochs: 0}]", "epochs must be an integer from 1" },
	{ "[{learning_rate: 0}]", "learning_rate must be a number above 0" },
	{ "[{freeze: {all_but_last: 0}}]", "all_but_last must be an integer of 1 or more" },
	{ "[{freeze: frozen}]", "unknown freeze \"frozen\"" },
	{ "[{batch_normalization: frozen}]", "must be inference or train" },
	{ "[{optimizer_state: kept}]", "did you mean \"keep\"" },
	{ "[{optimizer_state: keep}]", "nothing comes before the first phase" },
	{ "[{}, {optimizer: sgd, optimizer_state: keep}]",
		"the state of adam in the phase \"phase_1\" is none for sgd" },
	{ "[{optimizer: sgd}, {optimizer_state: keep}]", "is none for adam" },
	{ "[{learning_rate: 1e-3, optimizer: {type: sgd, learning_rate: 1e-2}}]", "keep one of them" },
	{ "[{optimizer: {type: sgd, clip_norm: 1, clip_value: 1}}]", "clip_norm and clip_value" },
	{ "[{lr_schedule: {type: piecewise, boundaries: [1], values: [1]}}]",
		"one more value than boundaries" },
	{ "[{early_stopping: {monitor: val_acc}}]", "did you mean \"val_accuracy\"" },
	{ "[{early_stopping: {monitor: val_macro_f1}}]", "add macro_f1 to evaluation.metrics" },
	{ "[{name: a, epochs: 3, lr_schedule: {type: cosine, warmup_epochs: 3}}]",
		"must end before the phase \"a\", which has 3 epochs" },
	{ "[{lr: 1}]", "unknown key \"lr\" in an item of phases" },
	{ "[{trainable: false}]", "did you mean \"freeze\"" },
	{ "[5]", "an item of phases must be a map of keys, found 5" },
	{ "[{batch_size: 5}]", "unknown key \"batch_size\" in an item of phases" },
	{ "{epochs: 5}", "phases must be a list of one or more maps, found a map" },
};

START_TEST(what_is_wrong_is_refused_with_its_cure)
{
	struct str yaml = STR_INIT;
	str_printf(&yaml, "training: {phases: %s}", bad[_i].yaml);
	experiment_refused(str_text(&yaml), bad[_i].words);
	str_free(&yaml);
}
END_TEST

START_TEST(schedule_of_a_phase_and_plateau_exclude_each_other)
{
	struct experiment_text x;
	experiment_refused("training: {reduce_lr_on_plateau: {}, phases: [{lr_schedule: cosine}]}",
		"training.reduce_lr_on_plateau together");
	experiment_open(&x, "training: {reduce_lr_on_plateau: {}, phases: [{lr_schedule: constant}]}");
	experiment_close(&x);
}
END_TEST

START_TEST(warm_up_is_held_against_the_epochs_that_run)
{
	struct experiment_text x;
	/* training's own epochs run nowhere */
	experiment_open(&x, "training: {epochs: 1, lr_schedule: {type: cosine, warmup_epochs: 2}, "
		"phases: [{epochs: 5}, {lr_schedule: constant}]}");
	experiment_close(&x);
	experiment_refused("training: {epochs: 9, lr_schedule: {type: cosine, warmup_epochs: 2}, "
		"phases: [{}, {epochs: 2}]}", "the phase \"phase_2\", which has 2 epochs");
	/* what phases leave to training alike is one error */
	experiment_read(&x, "training: {epochs: 2, lr_schedule: {type: cosine, warmup_epochs: 2}, "
		"phases: [{}, {}, {}]}");
	ck_assert_int_eq(diags_errors(x.diags), 1);
	experiment_close(&x);
}
END_TEST

Suite *
suite_phase_options(void)
{
	Suite *s = suite_create("phase_options");
	TCase *t = tcase_create("phases");
	tcase_add_test(t, without_phases_there_is_one_called_training);
	tcase_add_test(t, what_a_phase_leaves_out_is_as_in_training);
	tcase_add_test(t, freeze_and_norms_stay_with_the_phase);
	tcase_add_loop_test(t, what_is_wrong_is_refused_with_its_cure, 0,
		(int)(sizeof bad / sizeof bad[0]));
	tcase_add_test(t, schedule_of_a_phase_and_plateau_exclude_each_other);
	tcase_add_test(t, warm_up_is_held_against_the_epochs_that_run);
	suite_add_tcase(s, t);
	return s;
}
