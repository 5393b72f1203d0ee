/*
 * Whether a file fills its part of a network: every parameter bound and of the right shape, nothing
 * left over but a head's. All that is wrong of one sort is told together.
 *
 * Errors  ERR_DATA.
 */
#include <string.h>

#include "tlrun/net.h"
#include "tlrun/str.h"
#include "weights/weights_parts.h"

enum { CHECK_SHOWN = 3 };	/* of each sort in a message */

static const char check_cure[] = "`tlrun weights show FILE BACKBONE` compares the two";

static void
check_tensor_shape(const struct tensor *t, struct str *out)
{
	str_add_char(out, '[');
	for (int d = 0; d < t->rank; d++) str_printf(out, "%s%lld", d ? "," : "", t->d[d]);
	if (t->type == TENSOR_F32) str_add_char(out, ']');
	else str_printf(out, "] of %s, expected floats,", tensor_type_name(t->type));
}

static enum status
check_refuse(const struct weights_file *f, int n, int of, const char *what, struct str *list,
	const char *cure, struct err *e)
{
	if (n > CHECK_SHOWN) str_printf(list, " and %d more", n - CHECK_SHOWN);
	const enum status s = err_set(e, ERR_DATA, MARK_FILE(f->path), "%d of %d %s: %s; %s", n, of,
		what, str_text(list), cure);
	str_free(list);
	return s;
}

static enum status
check_misfits(const struct weights_file *f, const struct weights_target *t,
	const struct weights_binding *b, struct err *e)
{
	struct str list = STR_INIT, cure = STR_INIT;
	int n = 0, types = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct weights_bound *const x = &b->bound[i];
		if (x->param < 0 || !x->tensor || x->fits) continue;
		types += x->tensor->type != TENSOR_F32;
		if (++n > CHECK_SHOWN) continue;
		const struct net_param *const p = &t->net->param[x->param];
		str_printf(&list, "%s%.80s is %s in the network and ", n > 1 ? ", " : "", p->name,
			shape_str(&p->shape).s);
		check_tensor_shape(x->tensor, &list);
		str_printf(&list, " in the file (%.120s)", x->file);
	}
	str_printf(&cure, "bound %s; weights of another width (alpha) or another network? %s", b->how,
		check_cure);
	const enum status s = check_refuse(f, n, b->matched + b->missing + b->misfits,
		types == 0 ? "parameters have another shape in the file" : types == n ?
		"parameters have another type in the file" :
		"parameters have another shape or type in the file", &list, str_text(&cure), e);
	str_free(&cure);
	return s;
}

/* Layers of the target that have parameters. */
static int
check_layers(const struct weights_target *t)
{
	int n = 0, last = -1;
	for (int i = 0; i < t->net->params && t->net->param[i].node < t->nodes; i++) {
		n += t->net->param[i].node != last;
		last = t->net->param[i].node;
	}
	return n;
}

static enum status
check_missing(const struct weights_file *f, const struct weights_target *t,
	const struct weights_binding *b, struct err *e)
{
	struct str list = STR_INIT, cure = STR_INIT;
	int n = 0;
	for (size_t i = 0; i < b->n; i++) {
		const struct weights_bound *const x = &b->bound[i];
		if (x->param < 0 || x->tensor || ++n > CHECK_SHOWN) continue;
		const struct net_param *const p = &t->net->param[x->param];
		str_printf(&list, "%s%.80s %s", n > 1 ? ", " : "", p->name, shape_str(&p->shape).s);
	}
	str_printf(&cure, "bound %s: the file has %zu layers with weights, this part of the network "
		"%d; %s", b->how, f->layers, check_layers(t), check_cure);
	const enum status s = check_refuse(f, n, b->matched + b->missing + b->misfits,
		"parameters are not in the file", &list, str_text(&cure), e);
	str_free(&cure);
	return s;
}

static bool
check_is_bound(const struct weights_binding *b, const struct tensor *t)
{
	for (size_t i = 0; i < b->n && b->bound[i].param >= 0; i++)
		if (b->bound[i].tensor == t) return true;
	return false;
}

static int
check_bound_in(const struct weights_binding *b, const struct weights_layer *l)
{
	int n = 0;
	for (size_t i = 0; i < l->n; i++) n += check_is_bound(b, l->tensor[i]);
	return n;
}

/* What is left over and is no head's: of a layer that is bound, or, where the file has an order, of
 * one before the last that is bound. */
static enum status
check_left(const struct weights_file *f, const struct weights_binding *b, struct err *e)
{
	struct str list = STR_INIT;
	size_t last = 0;
	int n = 0;
	for (size_t i = 0; i < f->layers; i++)
		if (check_bound_in(b, &f->layer[i]) > 0) last = i;
	for (size_t i = 0; i < f->layers && i <= last; i++) {
		const struct weights_layer *const l = &f->layer[i];
		const int bound = check_bound_in(b, l);
		if (bound == (int)l->n || (bound == 0 && f->format == WEIGHTS_KERAS_3)) continue;
		for (size_t k = 0; k < l->n; k++) {
			if (check_is_bound(b, l->tensor[k]) || ++n > CHECK_SHOWN) continue;
			str_printf(&list, "%s%.120s ", n > 1 ? ", " : "", l->tensor[k]->name);
			check_tensor_shape(l->tensor[k], &list);
		}
	}
	if (n == 0) return OK;
	return check_refuse(f, n, (int)safetensors_count(f->tensors),
		"tensors of the file have no place in the network", &list, check_cure, e);
}

enum status
weights_check(const struct weights_file *f, const struct weights_target *t,
	const struct weights_binding *b, struct err *e)
{
	if (b->ambiguous)
		return err_set(e, ERR_DATA, MARK_FILE(f->path), "which of the file's layers fills which of "
			"the network's cannot be told: several have the same class and shapes, and their names "
			"do not decide; give the layers of the experiment the names that the file has "
			"(`tlrun weights show FILE --json` lists them)");
	if (b->missing > 0) return check_missing(f, t, b, e);
	if (b->misfits > 0) return check_misfits(f, t, b, e);
	return b->left > 0 ? check_left(f, b, e) : OK;
}
