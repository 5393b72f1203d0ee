/*
 * Tensors of a file to parameters of a network and back, by the name "layer/param". All or nothing:
 * a parameter without a tensor, a tensor without a parameter and another shape are errors.
 */
#include <string.h>

#include "tlrun/arena.h"
#include "tlrun/hash.h"
#include "tlrun/net.h"
#include "tlrun/str.h"
#include "tlrun/weights.h"

enum { BIND_SHOWN = 5 };	/* names listed in an error */

struct tensor *
weights_of_net(struct arena *a, const struct net *net, const float *block)
{
	struct tensor *t = ARENA_ARRAY(a, struct tensor, (size_t)net->params + 1);
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		t[i] = (struct tensor){ .name = p->name, .type = TENSOR_F32, .rank = p->shape.rank,
			.data = block + p->offset, .bytes = p->count * sizeof(float) };
		for (int d = 0; d < p->shape.rank; d++) t[i].d[d] = p->shape.d[d];
	}
	return t;
}

static struct shape
bind_shape(const struct tensor *t)
{
	struct shape found = { .rank = t->rank };
	for (int d = 0; d < t->rank; d++) found.d[d] = (int)t->d[d];
	return found;
}

void
weights_hash(const struct safetensors *s, char hex[65])
{
	struct hash *const h = hash_new();
	for (size_t i = 0; i < safetensors_count(s); i++) {
		const struct tensor *const t = safetensors_at(s, i);
		const struct shape size = bind_shape(t);
		const struct shape_text shape = shape_str(&size);
		hash_add(h, t->name, strlen(t->name) + 1);
		hash_add(h, shape.s, strlen(shape.s) + 1);
		if (t->bytes > 0) hash_add(h, t->data, t->bytes);
	}
	hash_hex(h, hex);
}

bool
weights_fits(const struct tensor *t, const struct net_param *p)
{
	if (t->type != TENSOR_F32 || t->rank != p->shape.rank) return false;
	for (int d = 0; d < t->rank; d++)
		if (t->d[d] != p->shape.d[d]) return false;
	return true;
}

static void
bind_list(struct str *out, int *n, const char *name)
{
	if (++*n <= BIND_SHOWN) str_printf(out, "%s\"%.80s\"", *n > 1 ? ", " : "", name);
}

static enum status
bind_refuse(struct err *e, const char *path, const char *what, int n, struct str *names)
{
	if (n > BIND_SHOWN) str_printf(names, " and %d more", n - BIND_SHOWN);
	const enum status s = err_set(e, ERR_DATA, MARK_FILE(path), "%d %s: %s", n, what,
	    str_text(names));
	str_free(names);
	return s;
}

static bool
bind_known(const struct net *net, const char *name)
{
	for (int i = 0; i < net->params; i++)
		if (strcmp(net->param[i].name, name) == 0) return true;
	return false;
}

enum status
weights_to_net(const struct safetensors *s, const char *path, const struct net *net, float *block,
	struct err *e)
{
	struct str names = STR_INIT;
	int missing = 0, left = 0;
	for (int i = 0; i < net->params; i++)
		if (!safetensors_find(s, net->param[i].name))
			bind_list(&names, &missing, net->param[i].name);
	if (missing > 0)
		return bind_refuse(e, path, "of the network's parameters are not in the file", missing,
			&names);
	for (size_t i = 0; i < safetensors_count(s); i++) {
		const char *name = safetensors_at(s, i)->name;
		if (!bind_known(net, name)) bind_list(&names, &left, name);
	}
	if (left > 0)
		return bind_refuse(e, path, "of the file's tensors are not in the network", left, &names);
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		const struct tensor *t = safetensors_find(s, p->name);
		if (weights_fits(t, p)) continue;
		const struct shape found = bind_shape(t);
		return err_set(e, ERR_DATA, MARK_FILE(path), "\"%s\" is %s of %s in the file, %s of "
			"float32 in the network", p->name, shape_str(&found).s, tensor_type_name(t->type),
			shape_str(&p->shape).s);
	}
	for (int i = 0; i < net->params; i++) {
		const struct net_param *p = &net->param[i];
		memcpy(block + p->offset, safetensors_find(s, p->name)->data, p->count * sizeof(float));
	}
	return OK;
}
