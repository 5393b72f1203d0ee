/* tlrun layers: a backbone's layers, numbered from both ends as Keras counts them. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/num.h"

enum { LAYERS_MAX_WORDS = 64, LAYERS_TEXT = 32 };

static int
layers_list(const struct options *o)
{
	struct str text = STR_INIT;
	struct json j;
	if (o->json) json_begin(&j, &text), json_open_array(&j, NULL);
	for (const struct kind *const *k = family_backbone.kinds; *k; k++) {
		if (!o->json) {
			str_printf(&text, "%-14s %s\n", (*k)->name, (*k)->summary);
			continue;
		}
		json_open_object(&j, NULL);
		json_put_string(&j, "name", (*k)->name);
		json_put_string(&j, "summary", (*k)->summary);
		json_close(&j);
	}
	if (o->json) json_close(&j), json_finish(&j);
	return cli_print_free(&text);
}

/* "input=96" or "input=96x64" as the option of the language; NULL: no size. */
static const char *
layers_input(struct arena *a, const char *size)
{
	const char *const cross = strchr(size, 'x');
	long long h, w;
	if (!num_parse_int(cross ? arena_strndup(a, size, (size_t)(cross - size)) : size, &h))
		return NULL;
	w = h;
	if (cross && !num_parse_int(cross + 1, &w)) return NULL;
	return arena_printf(a, "input_shape=[%lld, %lld, 3]", h, w);
}

static long long
layers_params(const struct layer *l, bool trainable)
{
	long long n = 0;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++)
		if (l->param[k].rank && !(trainable && l->kind->params[k].role == PARAM_STATISTIC))
			n += (long long)shape_count(&l->param[k]);
	return n;
}

struct layers_totals { long long parameters, trainable, mult_adds; };

static struct layers_totals
layers_sum(const struct cli_backbone *b)
{
	struct layers_totals t = { 0, 0, 0 };
	for (int i = 0; i < b->net->backbone; i++) {
		const struct layer *l = &b->net->node[i].layer;
		t.parameters += layers_params(l, false);
		t.trainable += layers_params(l, true);
		t.mult_adds += l->mult_adds;
	}
	return t;
}

/* The input layer, which Keras counts, is number 0. */
static void
layers_text(const struct cli_backbone *b, struct str *out)
{
	const struct net *net = b->net;
	const int n = net->backbone + 1;
	const struct layers_totals t = layers_sum(b);
	char params[LAYERS_TEXT], work[LAYERS_TEXT];
	int name = 5, kind = 4;
	for (int i = 0; i < net->backbone; i++) {
		const struct layer *l = &net->node[i].layer;
		if ((int)strlen(l->name) > name) name = (int)strlen(l->name);
		if ((int)strlen(l->kind->kind.name) > kind) kind = (int)strlen(l->kind->kind.name);
	}
	str_printf(out, "%4s  %4s  %-*s  %-*s  %-16s %10s  %13s\n", "#", "", name, "layer", kind,
		"kind", "output", "parameters", "multiply-adds");
	str_printf(out, "%4d  %4d  %-*s  %-*s  %-16s %10d  %13d\n", 0, -n, name, "input", kind, "input",
		shape_str(&net->input).s, 0, 0);
	for (int i = 0; i < net->backbone; i++) {
		const struct layer *l = &net->node[i].layer;
		num_human_count(layers_params(l, false), params, sizeof params);
		num_human_count(l->mult_adds, work, sizeof work);
		str_printf(out, "%4d  %4d  %-*s  %-*s  %-16s %10s  %13s\n", i + 1, i + 1 - n, name, l->name,
			kind, l->kind->kind.name, shape_str(&l->out).s, params, work);
	}
	num_human_count(t.parameters, params, sizeof params);
	num_human_count(t.mult_adds, work, sizeof work);
	str_printf(out, "\n%s: %d layers, %s parameters", b->kind->title, n, params);
	num_human_count(t.trainable, params, sizeof params);
	str_printf(out, ", %s of them trainable; %s multiply-adds an image\n", params, work);
}

static void
layers_json_layer(struct json *j, int index, int n, const char *name, const char *kind,
	const struct shape *output)
{
	json_open_object(j, NULL);
	json_put_int(j, "index", index);
	json_put_int(j, "from_end", index - n);
	json_put_string(j, "name", name);
	json_put_string(j, "kind", kind);
	json_put_string(j, "output", shape_str(output).s);
}

static void
layers_json(const struct cli_backbone *b, struct str *out)
{
	const struct net *net = b->net;
	const struct layers_totals t = layers_sum(b);
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_string(&j, "backbone", b->kind->kind.name);
	json_open_array(&j, "layers");
	for (int i = -1; i < net->backbone; i++) {
		const struct layer *l = i < 0 ? NULL : &net->node[i].layer;
		layers_json_layer(&j, i + 1, net->backbone + 1, l ? l->name : "input",
			l ? l->kind->kind.name : "input", l ? &l->out : &net->input);
		json_put_int(&j, "parameters", l ? layers_params(l, false) : 0);
		json_put_int(&j, "multiply_adds", l ? l->mult_adds : 0);
		json_close(&j);
	}
	json_close(&j);
	json_put_int(&j, "parameters", t.parameters);
	json_put_int(&j, "trainable_parameters", t.trainable);
	json_put_int(&j, "multiply_adds", t.mult_adds);
	json_close(&j);
	json_finish(&j);
}

static int
cmd_layers(const struct options *o, struct arena *a)
{
	const char *words[LAYERS_MAX_WORDS];
	struct cli_backbone b;
	struct str text = STR_INIT;
	struct err e = ERR_INIT;
	if (!o->args) return layers_list(o);
	for (int i = 0; i < o->args && i < LAYERS_MAX_WORDS; i++) {
		const bool input = strncmp(o->arg[i], "input=", strlen("input=")) == 0;
		words[i] = input ? layers_input(a, o->arg[i] + strlen("input=")) : o->arg[i];
		if (words[i]) continue;
		err_set(&e, ERR_USAGE, MARK_NONE, "%s: expected a size such as input=96 or input=96x64",
			o->arg[i]);
		return cli_fail(o, &e);
	}
	const int code = cli_backbone(o, a, words, o->args, &b);
	if (code) return code;
	if (o->json) layers_json(&b, &text);
	else layers_text(&b, &text);
	return cli_print_free(&text);
}

const struct command command_layers = {
	.name = "layers",
	.usage = "[BACKBONE [alpha=0.5] [input=96]]",
	.summary = "the layers of a backbone, numbered from both ends",
	.help = "What freeze counts: all_but_last: 20 trains the layers -20 to -1. input is the size\n"
			"of the images, 224 without it; without a name, the backbones there are.\n",
	.max_args = LAYERS_MAX_WORDS,
	.words = WORDS_BACKBONES,
	.run = cmd_layers,
};
