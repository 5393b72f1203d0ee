/* --smoke: the same experiment through every part once, on as few images as its classes allow. */
#include <math.h>

#include "experiment_parts.h"
#include "tlrun/arena.h"
#include "tlrun/batch.h"
#include "tlrun/file.h"

void
smoke_epochs(struct experiment *x)
{
	struct training *t = &x->o.training;
	t->epochs = 1;
	for (size_t i = 0; i < t->phases.n; i++)
		if (t->phases.v[i].epochs) t->phases.v[i].epochs = 1;
}

/* A batch for training and one for each evaluation, and one image of each class on both sides of a
 * split. */
void
smoke_images(const struct experiment *x, struct loader_request *want)
{
	const struct loader_info *info = loader_info(x->loader);
	const struct training *t = &x->o.training;
	const double split = want->validation_split, classes = info->classes;
	const int eval = t->eval_batch_size ? t->eval_batch_size : t->batch_size;
	double train = fmax(t->batch_size, classes), test = fmax(eval, classes);
	if (split > 0) train = fmax(ceil(train / (1 - split)), ceil((classes + 1) / split));
	if (!want->max_train || train < (double)want->max_train) want->max_train = (long long)train;
	if (!want->max_test || test < (double)want->max_test) want->max_test = (long long)test;
}

/* A link, which is removed with the folder and not followed. */
enum status
smoke_sources(struct arena *a, struct experiment *const *x, int n, const char *standing,
	const char *results, struct err *e)
{
	for (int i = 0; i < n; i++) {
		const char *const name = x[i]->o.start_from.experiment;
		if (!x[i]->source || batch_source(x[i], x, n)) continue;
		const char *const folder = path_real(a, path_join(a, standing, name));
		TRY(file_symlink(folder, path_join(a, results, name), e));
	}
	return OK;
}
