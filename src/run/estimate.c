/* What an experiment will take, from its networks and the machine's peak: memory, disk, time. */
#include "tlrun/arena.h"
#include "tlrun/experiment.h"
#include "tlrun/parallel.h"

/* Multiply-adds of the frozen prefix, for one image. */
static double
estimate_prefix(const struct net *net)
{
	double sum = 0;
	for (int i = 0; i < net->cut; i++)
		sum += (double)net->node[i].layer.mult_adds;
	return sum;
}

long long
experiment_images(const struct experiment *x, int phase)
{
	const struct loader_info *info = loader_info(x->loader);
	return (long long)info->train + info->validation + (phase + 1 == x->phases ? info->test : 0);
}

/* What all seeds share in results/cache: the features of each prefix that differs. */
static double
estimate_features(const struct experiment *x)
{
	double sum = 0;
	for (int i = 0; i < x->phases; i++) {
		const struct net *net = x->phase[i].net;
		double most = plan_feature_bytes(net, experiment_images(x, i));
		for (int k = 0; k < i; k++)
			if (x->phase[k].net->cut == net->cut)
				most -= plan_feature_bytes(net, experiment_images(x, k));
		sum += most > 0 ? most : 0;
	}
	return sum;
}

double
experiment_phase_work(const struct experiment *x, int phase)
{
	const struct loader_info *info = loader_info(x->loader);
	const struct net *net = x->phase[phase].net;
	/* Reading, shuffling and counting an image costs about as much as so many multiply-adds. */
	const double handling = 1e4;
	const double prefix = estimate_prefix(net), rest = (double)net->mult_adds - prefix + handling;
	return prefix * (info->train + info->validation) +
		rest * x->phase[phase].training.epochs * (3.0 * info->train + info->validation);
}

/* A network reaches about half of the machine's peak. */
static double
estimate_seconds(const struct experiment *x, double gflops)
{
	const double share = 0.5;
	double work = (double)x->net->mult_adds * loader_info(x->loader)->test;
	for (int i = 0; i < x->phases; i++)
		work += experiment_phase_work(x, i);
	return 2 * work / (share * gflops * 1e9);
}

enum status
experiment_plan(struct arena *a, const struct experiment *x, struct trainer **t,
	struct trainer_memory *m, struct err *e)
{
	struct trainer_setup *setup = ARENA_NEW(a, struct trainer_setup);
	parallel_set_threads(x->threads);
	experiment_setup(a, x, setup);
	return trainer_plan(a, setup, t, m, e);
}

enum status
experiment_estimate(struct arena *a, struct experiment *x, double gflops,
	struct experiment_estimate *out, struct err *e)
{
	const struct loader_info *info = loader_info(x->loader);
	const double floats = 4.0 * (double)x->net->floats;
	struct trainer *t = NULL;
	const enum status s = experiment_plan(a, x, &t, &out->memory, e);
	trainer_free(t);
	if (s != OK) return s;
	out->seconds = (double)x->o.seeds.n * estimate_seconds(x, gflops * x->threads);
	/* the features; the model, a checkpoint with its optimizer's state, and about 12 bytes a
	 * probability */
	out->disk = estimate_features(x) + (double)x->o.seeds.n *
		(floats * 2 + (double)out->memory.optimizer + 12.0 * info->test * info->classes);
	return OK;
}
