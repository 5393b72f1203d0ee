/*
 * start_from: the weights of another experiment's run with the same seed. The backbone's must all
 * be there; of the head is taken what has the same name and shape.
 */
#include <string.h>

#include "run_files.h"
#include "tlrun/arena.h"
#include "tlrun/hash.h"
#include "tlrun/host.h"
#include "tlrun/log.h"
#include "tlrun/single.h"

static struct rundir *
start_folder(struct arena *a, const struct experiment *x, const char *results, uint64_t seed)
{
	return rundir_new(a, results, x->source->name, x->source->config_hash, seed);
}

enum status
run_origin(struct arena *a, const struct experiment *x, const char *results, uint64_t seed,
	struct rundir_origin *out, struct err *e)
{
	static char binary[65];		/* the same for all runs of this process */
	if (!binary[0]) TRY(host_binary_hash(binary, e));
	*out = (struct rundir_origin){ .config_hash = x->config_hash,
		.pretrained = x->pretrained ? x->pretrained->hash : NULL,
		.binary = binary };
	if (!x->source) return OK;
	const struct rundir *d = start_folder(a, x, results, seed);
	struct record r;
	struct err none = ERR_INIT;
	if (record_read(rundir_file(a, d, "result.json"), a, &r, &none) != OK || r.seed != seed ||
		strcmp(r.config_hash, x->source->config_hash) != 0 || !r.hash_weights)
		return err_set(e, ERR_FAILED, MARK_NONE,
			"starts from %s, which has no finished run of seed %llu in %s", x->source->name,
			(unsigned long long)seed, d->config);
	out->start = r.hash_weights;
	return OK;
}

const char *
run_origin_hash(struct arena *a, const struct rundir_origin *o)
{
	if (!o->pretrained && !o->start) return o->config_hash;
	const char *const text = arena_printf(a, "%s %s %s", o->config_hash,
		o->pretrained ? o->pretrained : "-", o->start ? o->start : "-");
	char *hex = ARENA_ARRAY(a, char, 65);
	hash_of(text, strlen(text), hex);
	return hex;
}

/* Names are gathered up to a few; a backbone that does not fit at all has hundreds. */
static void
start_name(struct str *names, int *count, const struct net_param *p)
{
	enum { SHOWN = 8 };
	if (*count < SHOWN)
		str_printf(names, "%s%s %s", *count ? ", " : "", p->name, shape_str(&p->shape).s);
	else if (*count == SHOWN) str_add(names, ", …");
	++*count;
}

static enum status
start_copy(const struct experiment *x, const struct safetensors *s, const struct net *net,
	const char *path, float *block, struct err *e)
{
	struct str missing = STR_INIT, left = STR_INIT;
	int taken = 0, absent = 0, own = 0;
	enum status status = OK;
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		const struct tensor *t = safetensors_find(s, p->name);
		if (t && weights_fits(t, p)) {
			memcpy(block + p->offset, t->data, p->count * sizeof *block);
			taken++;
		} else if (p->node < net->backbone) start_name(&missing, &absent, p);
		else start_name(&left, &own, p);
	}
	if (absent || !taken)
		status = err_set(e, ERR_DATA, MARK_FILE(path), "start_from: %d of %d parameters of the "
			"%s are not in the model of %s, or of another shape: %s", absent ? absent : own,
			net->params, absent ? "backbone" : "network", x->source->name,
			str_text(absent ? &missing : &left));
	else
		log_write(LOG_INFO, "%s: %d of %d parameters taken from %s%s%s", x->name, taken,
			net->params, x->source->name, own ? "; a seed's own: " : "", str_text(&left));
	str_free(&missing);
	str_free(&left);
	return status;
}

/* The weights that are read are those whose hash this run records. */
static enum status
start_check(const struct experiment *x, const struct safetensors *s, const char *path,
	const char *want, uint64_t seed, struct err *e)
{
	char found[HASH_HEX];
	weights_hash(s, found);
	if (strcmp(found, want) == 0) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(path), "start_from: these are not the weights that "
		"result.json beside it records (found SHA-256 %.8s…, expected %.8s…): the file was "
		"changed or damaged; run the file of %s again with --rerun --seeds %llu", found, want,
		x->source->name,
		(unsigned long long)seed);
}

enum status
run_start(struct arena *a, const struct experiment *x, const char *results, uint64_t seed,
	const char *want, const struct net *net, float *block, struct err *e)
{
	struct safetensors *s = NULL;
	if (!x->source) return OK;
	const char *const path =
		rundir_file(a, start_folder(a, x, results, seed), "model.safetensors");
	TRY(safetensors_open(&s, path, e));
	enum status status = start_check(x, s, path, want, seed, e);
	if (status == OK) status = start_copy(x, s, net, path, block, e);
	safetensors_close(s);
	return status;
}
