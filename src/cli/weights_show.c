/*
 * tlrun weights show: the tensors of a file, or what each binds to in a backbone: matched, missing,
 * of another shape, left over.
 */
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/visible.h"
#include "tlrun/weights.h"

static const char *
show_shape(struct arena *a, const struct tensor *t)
{
	struct str s = STR_INIT;
	for (int i = 0; i < t->rank; i++) str_printf(&s, "%c%lld", i ? ',' : '[', t->d[i]);
	const char *const text = arena_printf(a, "%s]", t->rank ? str_text(&s) : "[");
	str_free(&s);
	return text;
}

static long long
show_numbers(const struct tensor *t)
{
	long long n = 1;
	for (int i = 0; i < t->rank; i++) n *= t->d[i];
	return n;
}

static const char *
show_state(const struct weights_bound *b)
{
	if (b->param < 0) return "left";
	return !b->tensor ? "missing" : b->fits ? "matched" : "shape";
}

/* ---- as text ---- */

static void
show_head(struct arena *a, const struct weights_file *f, struct str *out)
{
	char count[32];
	long long numbers = 0;
	const size_t n = safetensors_count(f->tensors);
	for (size_t i = 0; i < n; i++) numbers += show_numbers(safetensors_at(f->tensors, i));
	num_human_count(numbers, count, sizeof count);
	str_printf(out, "%s\n%s: %zu layer%s, %zu tensor%s, %s numbers\nsha256 %s\n\n",
		visible_text(a, f->path),
		weights_format_name(f->format), f->layers, f->layers == 1 ? "" : "s", n,
		n == 1 ? "" : "s", count, f->hash);
}

static void
show_tensors(struct arena *a, const struct weights_file *f, struct str *out)
{
	int width = 0;
	const size_t n = safetensors_count(f->tensors);
	for (size_t i = 0; i < n; i++) {
		const int len = visible_width(safetensors_at(f->tensors, i)->name);
		if (len > width) width = len;
	}
	for (size_t i = 0; i < n; i++) {
		const struct tensor *const t = safetensors_at(f->tensors, i);
		visible_line(t->name, out);
		str_pad(out, ' ', width - visible_width(t->name));
		str_printf(out, "  %-7s  %s\n", tensor_type_name(safetensors_stored(f->tensors, t)),
			show_shape(a, t));
	}
}

static void
show_binding(struct arena *a, const struct net *net, const char *name,
	const struct weights_binding *b, struct str *out)
{
	str_printf(out, "to %s %s: %d matched, %d missing, %d of another shape, %d left over\n\n", name,
		b->how, b->matched, b->missing, b->misfits, b->left);
	for (size_t i = 0; i < b->n; i++) {
		const struct weights_bound *const x = &b->bound[i];
		const struct net_param *const p = x->param < 0 ? NULL : &net->param[x->param];
		str_printf(out, "%-7s  %-44s  %-16s", show_state(x), p ? p->name : "-",
			p ? shape_str(&p->shape).s : "-");
		if (x->tensor) str_printf(out, "  %s", visible_text(a, x->file));
		if (x->tensor && !x->fits)
			str_printf(out, "  %s %s", tensor_type_name(x->tensor->type), show_shape(a, x->tensor));
		str_add_char(out, '\n');
	}
}

/* ---- as JSON ---- */

static void
show_json_tensors(const struct weights_file *f, struct json *j)
{
	json_open_array(j, "tensors");
	for (size_t i = 0; i < f->layers; i++)
		for (size_t k = 0; k < f->layer[i].n; k++) {
			const struct tensor *const t = f->layer[i].tensor[k];
			json_open_object(j, NULL);
			json_put_string(j, "name", t->name);
			json_put_string(j, "layer", f->layer[i].name);
			json_put_string(j, "type",
				tensor_type_name(safetensors_stored(f->tensors, t)));
			json_open_row(j, "shape");
			for (int d = 0; d < t->rank; d++) json_put_int(j, NULL, t->d[d]);
			json_close(j);
			json_close(j);
		}
	json_close(j);
}

static void
show_json_binding(const struct net *net, const char *name, const struct weights_binding *b,
	struct json *j)
{
	json_put_string(j, "backbone", name);
	json_put_string(j, "bound", b->how);
	json_put_int(j, "matched", b->matched);
	json_put_int(j, "missing", b->missing);
	json_put_int(j, "misfits", b->misfits);
	json_put_int(j, "left", b->left);
	json_open_array(j, "parameters");
	for (size_t i = 0; i < b->n; i++) {
		const struct weights_bound *const x = &b->bound[i];
		const struct net_param *const p = x->param < 0 ? NULL : &net->param[x->param];
		json_open_object(j, NULL);
		json_put_string(j, "state", show_state(x));
		json_put_string(j, "parameter", p ? p->name : NULL);
		if (p) {
			json_open_row(j, "shape");
			for (int d = 0; d < p->shape.rank; d++) json_put_int(j, NULL, p->shape.d[d]);
			json_close(j);
		} else json_put_string(j, "shape", NULL);
		json_put_string(j, "tensor", x->file);
		json_close(j);
	}
	json_close(j);
}

/* ---- the command ---- */

struct show {
	struct weights_file *file;
	struct cli_backbone backbone;	/* net NULL: none was named */
	struct weights_target target;
	struct weights_binding binding;
};

static void
show_json(const struct show *s, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_string(&j, "file", s->file->path);
	json_put_string(&j, "format", weights_format_name(s->file->format));
	json_put_string(&j, "sha256", s->file->hash);
	show_json_tensors(s->file, &j);
	if (s->backbone.net)
		show_json_binding(s->backbone.net, s->backbone.kind->kind.name, &s->binding, &j);
	json_close(&j);
	json_finish(&j);
}

/* A path, or a bare name in the search path. */
static enum status
show_open(const struct options *o, struct arena *a, struct weights_file **f, struct err *e)
{
	const char *path = o->arg[0];
	if (!file_exists(path) && !strchr(path, '/'))
		TRY(weights_find(a, path, o->data, NULL, &path, e));
	return weights_open(a, path, NULL, f, e);
}

int
weights_show(const struct options *o, struct arena *a)
{
	struct show s = { 0 };
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	if (o->args > 1) {
		const int code = cli_backbone(o, a, o->arg + 1, o->args - 1, &s.backbone);
		if (code) return code;
	}
	if (show_open(o, a, &s.file, &e) != OK) return cli_fail(o, &e);
	if (s.backbone.net) {
		s.target = (struct weights_target){ .net = s.backbone.net,
			.nodes = s.backbone.net->backbone, .old_name = s.backbone.kind->old_name };
		weights_bind(a, s.file, &s.target, &s.binding);
		weights_check(s.file, &s.target, &s.binding, &e);
	}
	if (o->json) show_json(&s, &text);
	else {
		show_head(a, s.file, &text);
		if (s.backbone.net)
			show_binding(a, s.backbone.net, s.backbone.kind->kind.name, &s.binding, &text);
		else show_tensors(a, s.file, &text);
	}
	weights_close(s.file);
	const int printed = cli_print_free(&text);
	return e.code == OK ? printed : cli_fail(o, &e);
}
