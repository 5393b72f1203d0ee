/* tlrun check: every error of every file at once; then what each would take. */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/host.h"
#include "tlrun/json.h"
#include "tlrun/kernels.h"
#include "tlrun/num.h"
#include "tlrun/parallel.h"

/* What `check` and its JSON say of one experiment. */
struct estimate {
	struct trainer_memory memory;
	double disk, seconds;
};

/* Backward costs about twice the forward pass; a network reaches about half of the machine's
 * peak. */
static void
check_estimate(const struct experiment *x, double gflops, struct estimate *m)
{
	const struct loader_info *info = loader_info(x->loader);
	const double flops = 2.0 * (double)x->net->mult_adds;
	const double epochs = x->o.training.epochs, share = 0.5;
	const double images = epochs * (3.0 * info->train + info->validation) + info->test;
	m->seconds = (double)x->o.seeds.n * flops * images / (share * gflops * 1e9);
	/* the model, a checkpoint with its optimizer's state, and about 12 bytes a probability */
	const double floats = 4.0 * (double)x->net->floats;
	m->disk = (double)x->o.seeds.n *
		(floats * 2 + (double)m->memory.optimizer + 12.0 * info->test * info->classes);
}

static void
check_text(const struct experiment *x, const struct estimate *m, struct str *out)
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
	num_human_count(x->net->trainable_count, a, sizeof a);
	num_human_count(x->net->frozen_count, b, sizeof b);
	num_human_count(x->net->mult_adds, c, sizeof c);
	str_printf(out, "  network   %s parameters trained, %s frozen; %s multiply-adds an image\n", a,
		b, c);
	num_human_bytes((double)m->memory.total, a, sizeof a);
	num_human_bytes(m->disk, b, sizeof b);
	num_human_seconds(m->seconds, c, sizeof c);
	str_printf(out, "  needs     %s of memory, about %s of disk, about %s for %zu seed%s\n", a, b,
		c, x->o.seeds.n, x->o.seeds.n == 1 ? "" : "s");
}

static void
check_json(const struct experiment *x, const struct estimate *m, struct json *j)
{
	const struct loader_info *info = loader_info(x->loader);
	json_open_object(j, NULL);
	json_put_string(j, "file", x->path);
	json_put_string(j, "name", x->name);
	json_put_string(j, "configuration", x->config_hash);
	json_put_string(j, "dataset", x->o.dataset.kind->name);
	json_put_int(j, "classes", info->classes);
	json_put_int(j, "train_images", info->train);
	json_put_int(j, "validation_images", info->validation);
	json_put_int(j, "test_images", info->test);
	json_put_int(j, "trained_parameters", x->net->trainable_count);
	json_put_int(j, "frozen_parameters", x->net->frozen_count);
	json_put_int(j, "multiply_adds", x->net->mult_adds);
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
		struct trainer *t = NULL;
		struct err e = ERR_INIT;
		struct estimate m;
		enum status s = cli_plan(a, x[i], &t, &m.memory, &e);
		if (s == OK) s = experiment_fits(a, x[i], &m.memory, &e);
		trainer_free(t);
		if (s != OK) {
			const int this = cli_fail(o, &e);
			if (!code) code = this;
			continue;
		}
		check_estimate(x[i], gflops * x[i]->threads, &m);
		if (o->json) check_json(x[i], &m, &j);
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
	.run = cmd_check,
};
