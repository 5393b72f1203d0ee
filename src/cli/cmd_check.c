/* tlrun check: every error of every file at once; then what each would take. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/host.h"
#include "tlrun/json.h"
#include "tlrun/kernels.h"
#include "tlrun/num.h"
#include "tlrun/parallel.h"

/* "12,810 parameters trained, 2,257,984 frozen" and what of it is computed once. */
static void
check_net(const struct net *net, long long images, struct str *out)
{
	char a[32], b[32];
	num_human_count(net->trainable_count, a, sizeof a);
	num_human_count(net->frozen_count, b, sizeof b);
	str_printf(out, "%s parameters trained, %s frozen", a, b);
	if (net->cut) {
		num_human_bytes(plan_feature_bytes(net, images), a, sizeof a);
		str_printf(out, "; up to %s computed once (%s)",
			net->node[net->cut - 1].layer.name, a);
	}
	str_add_char(out, '\n');
}

static void
check_network(const struct experiment *x, struct str *out)
{
	char a[32], b[32];
	num_human_count(x->net->trainable_count + x->net->frozen_count, a, sizeof a);
	num_human_count(x->net->mult_adds, b, sizeof b);
	str_printf(out, "  network   %s parameters, %s multiply-adds an image\n", a, b);
	for (int i = 0; i < x->phases; i++) {
		const struct trainer_phase *p = &x->phase[i];
		str_printf(out, "  %s ", x->phases > 1 ? "phase    " : "training ");
		if (x->phases > 1) str_printf(out, "%s, ", p->name);
		str_printf(out, "%d epoch%s: ", p->training.epochs, p->training.epochs == 1 ? "" : "s");
		check_net(p->net, experiment_images(x, i), out);
	}
	if (x->pretrained)
		str_printf(out, "  weights   %s: %d of %d parameters of the backbone, %s\n",
			x->pretrained->path, x->pretrained->binding.matched,
			x->pretrained->binding.matched + x->pretrained->binding.missing +
			x->pretrained->binding.misfits, x->pretrained->binding.how);
	if (x->source)
		str_printf(out, "  starts    from %s, configuration %.8s\n", x->source->name,
			x->source->config_hash);
}

static void
check_text(const struct experiment *x, const struct experiment_estimate *m, struct str *out)
{
	const struct loader_info *info = loader_info(x->loader);
	char a[32], b[32], c[32];
	str_printf(out, "%s: ok\n", x->path);
	num_human_count(info->train, a, sizeof a);
	num_human_count(info->validation, b, sizeof b);
	num_human_count(info->test, c, sizeof c);
	str_printf(out,
		"  data      %s, %d classes, %dx%dx%d, %s; %s training, %s validation, %s test\n",
		x->o.dataset.kind->name, info->classes, info->h, info->w, info->c, info->formula, a, b, c);
	check_network(x, out);
	num_human_bytes((double)m->memory.total, a, sizeof a);
	num_human_bytes(m->disk, b, sizeof b);
	num_human_seconds(m->seconds, c, sizeof c);
	str_printf(out, "  needs     %s of memory, about %s of disk, about %s for %zu seed%s\n", a, b,
		c, x->o.seeds.n, x->o.seeds.n == 1 ? "" : "s");
}

/* A line a trial; of the first one more is said. before: the experiment before it, or NULL. */
static void
check_trial(const struct experiment *x, const struct experiment *before,
	const struct experiment_estimate *m, struct str *out)
{
	const struct sweep *const s = x->trial->sweep;
	char a[32], b[32], c[32];
	if (!before || !before->trial || before->trial->sweep != s) {
		check_text(x, m, out);
		str_printf(out, "  sweep     ranked by %s, %s first; above, its first trial\n",
			s->rank.name, s->rank.lower ? "lowest" : "highest");
	}
	num_human_bytes((double)m->memory.total, a, sizeof a);
	num_human_bytes(m->disk, b, sizeof b);
	num_human_seconds(m->seconds, c, sizeof c);
	str_printf(out, "  trial     %s: %s of memory, about %s of disk, about %s\n", x->name, a, b, c);
}

static void
check_phases_json(const struct experiment *x, struct json *j)
{
	json_open_array(j, "phases");
	for (int i = 0; i < x->phases; i++) {
		const struct net *net = x->phase[i].net;
		json_open_object(j, NULL);
		json_put_string(j, "name", x->phase[i].name);
		json_put_int(j, "epochs", x->phase[i].training.epochs);
		json_put_int(j, "trained_parameters", net->trainable_count);
		json_put_int(j, "frozen_parameters", net->frozen_count);
		json_put_string(j, "computed_once_up_to",
			net->cut ? net->node[net->cut - 1].layer.name : NULL);
		json_put_int(j, "feature_bytes",
			(long long)plan_feature_bytes(net, experiment_images(x, i)));
		json_close(j);
	}
	json_close(j);
}

static void
check_json(const struct experiment *x, const struct experiment_estimate *m, struct json *j)
{
	const struct loader_info *info = loader_info(x->loader);
	json_open_object(j, NULL);
	json_put_string(j, "file", x->path);
	json_put_string(j, "name", x->name);
	json_put_string(j, "sweep", x->trial ? x->trial->sweep->name : NULL);
	json_put_string(j, "configuration", x->config_hash);
	json_put_string(j, "dataset", x->o.dataset.kind->name);
	json_put_int(j, "classes", info->classes);
	json_put_int(j, "train_images", info->train);
	json_put_int(j, "validation_images", info->validation);
	json_put_int(j, "test_images", info->test);
	json_put_int(j, "trained_parameters", x->net->trainable_count);
	json_put_int(j, "frozen_parameters", x->net->frozen_count);
	json_put_int(j, "multiply_adds", x->net->mult_adds);
	check_phases_json(x, j);
	json_put_string(j, "pretrained", x->pretrained ? x->pretrained->path : NULL);
	json_put_int(j, "matched_parameters", x->pretrained ? x->pretrained->binding.matched : 0);
	json_put_string(j, "start_from", x->source ? x->source->name : NULL);
	json_put_int(j, "memory_bytes", (long long)m->memory.total);
	json_put_int(j, "disk_bytes", (long long)m->disk);
	json_put_double(j, "estimated_seconds", m->seconds);
	json_close(j);
}

static int
cmd_check(const struct options *o, struct arena *a)
{
	struct experiment **x;
	int n;
	int code = cli_open(o, a, false, &x, &n);
	if (code) return code;
	struct str text = STR_INIT;
	struct json j;
	/* One core at a time: on a busy machine the cores together are rarely at their best. */
	parallel_set_threads(1);
	const double gflops = kern_peak_gflops(0.05);
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (int i = 0; i < n; i++) {
		struct err e = ERR_INIT;
		struct experiment_estimate m;
		enum status s = experiment_estimate(a, x[i], gflops, &m, &e);
		if (s == OK) s = experiment_fits(a, x[i], &m.memory, &e);
		if (s != OK) {
			const int this = cli_fail(o, &e);
			if (!code) code = this;
			continue;
		}
		if (o->json) check_json(x[i], &m, &j);
		else if (x[i]->trial) check_trial(x[i], i ? x[i - 1] : NULL, &m, &text);
		else check_text(x[i], &m, &text);
	}
	if (o->json) json_close(&j), json_finish(&j);
	const int printed = cli_print_free(&text);
	cli_close(x, n);
	return code ? code : printed;
}

const struct command command_check = {
	.name = "check",
	.usage = "FILE or FOLDER… [key=value…]",
	.summary = "find every error at once; then say what a run would take",
	.help = "Reads no image and writes nothing. Exits as `run` would: 2 for a wrong file, 3 for "
		"missing\n"
			"data, 5 for too little memory.\n",
	.min_args = 1,
	.max_args = -1,
	.words = WORDS_FILES,
	.run = cmd_check,
};
