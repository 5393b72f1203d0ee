/* What a run will hold, compared with what it may have, before anything is allocated. */
#include "tlrun/arena.h"
#include "tlrun/experiment.h"
#include "tlrun/host.h"
#include "tlrun/num.h"

enum status
experiment_fits(struct arena *a, const struct experiment *x, const struct trainer_memory *m,
	struct err *e)
{
	struct host h;
	char need[32], have[32];
	host_read(a, &h);
	const double total = (double)m->total;
	/* Images that an earlier seed has read are part of the total and no longer free. */
	if (h.available && loader_train(x->loader)->set)
		h.available += (long long)loader_info(x->loader)->bytes;
	num_human_bytes(total, need, sizeof need);
	if (x->o.runtime.memory_limit && total > (double)x->o.runtime.memory_limit) {
		num_human_bytes((double)x->o.runtime.memory_limit, have, sizeof have);
		return err_set(e, ERR_MEMORY, MARK_FILE(x->path),
			"needs %s of memory and runtime.memory_limit allows %s; lower training.batch_size or "
			"raise the limit", need, have);
	}
	if (h.available && total > (double)h.available) {
		num_human_bytes((double)h.available, have, sizeof have);
		return err_set(e, ERR_MEMORY, MARK_FILE(x->path),
			"needs %s of memory and this machine has %s free; lower training.batch_size",
			need, have);
	}
	return OK;
}
