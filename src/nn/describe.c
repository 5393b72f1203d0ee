/* The network and its plan, as text for people and as JSON for programs. */
#include <stdio.h>
#include <string.h>

#include "layers/activation.h"
#include "nn/plan_parts.h"
#include "tlrun/json.h"
#include "tlrun/num.h"
#include "tlrun/str.h"

enum { DESCRIBE_COLUMNS = 7, DESCRIBE_GAP = 2 };

/* A line of the table of layers. */
struct describe_row { char cell[DESCRIBE_COLUMNS][80]; };

static const char *const describe_titles[DESCRIBE_COLUMNS] = {
	"#", "layer", "kind", "output", "parameters", "multiply-adds", "trained",
};
/* Numbers stand to the right. */
static const bool describe_right[DESCRIBE_COLUMNS] = {
	true, false, false, false, true, true, false,
};

static long long
describe_params(const struct net *net, int node)
{
	long long n = 0;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		const int param = net->node[node].param[k];
		if (param >= 0) n += (long long)net->param[param].count;
	}
	return n;
}

/* The inner activation behind a node, or NULL. */
static const struct layer *
describe_activation(const struct net *net, int node)
{
	const bool inner = node + 1 < net->nodes && net->node[node + 1].inner;
	return inner ? &net->node[node + 1].layer : NULL;
}

static void
describe_fill(const struct net *net, int node, int index, struct describe_row *row)
{
	const struct layer *l = &net->node[node].layer, *act = describe_activation(net, node);
	const long long params = describe_params(net, node);
	const char *word = act
		? layer_activation_name(((const struct activation *)act->opts)->activation)
						   : NULL;
	snprintf(row->cell[0], sizeof row->cell[0], "%d", index);
	snprintf(row->cell[1], sizeof row->cell[1], "%s", l->name);
	snprintf(row->cell[2], sizeof row->cell[2], "%s%s%s", l->kind->kind.name, word ? ", " : "",
		word ? word : "");
	snprintf(row->cell[3], sizeof row->cell[3], "%s", shape_str(&l->out).s);
	num_human_count(params, row->cell[4], sizeof row->cell[4]);
	num_human_count(l->mult_adds, row->cell[5], sizeof row->cell[5]);
	snprintf(row->cell[6], sizeof row->cell[6], "%s", !params ? "" : l->trainable ? "yes" : "no");
}

static void
describe_line(const struct describe_row *row, const int *width, struct str *out)
{
	for (int c = 0; c < DESCRIBE_COLUMNS; c++) {
		const int pad = width[c] - (int)strlen(row->cell[c]);
		if (c) str_pad(out, ' ', DESCRIBE_GAP);
		if (describe_right[c]) str_pad(out, ' ', pad);
		str_add(out, row->cell[c]);
		if (!describe_right[c] && c + 1 < DESCRIBE_COLUMNS) str_pad(out, ' ', pad);
	}
	while (out->len && out->data[out->len - 1] == ' ') out->data[--out->len] = '\0';
	str_add_char(out, '\n');
}

static void
describe_layers(const struct net *net, struct str *out)
{
	struct describe_row title, row;
	int width[DESCRIBE_COLUMNS];
	for (int c = 0; c < DESCRIBE_COLUMNS; c++) {
		snprintf(title.cell[c], sizeof title.cell[c], "%s", describe_titles[c]);
		width[c] = (int)strlen(title.cell[c]);
	}
	for (int pass = 0; pass < 2; pass++) {
		int index = 0;	/* as Keras counts: the input is 0 */
		if (pass) describe_line(&title, width, out);
		for (int i = 0; i < net->nodes; i++) {
			if (net->node[i].inner) continue;
			describe_fill(net, i, ++index, &row);
			for (int c = 0; c < DESCRIBE_COLUMNS; c++) {
				const int n = (int)strlen(row.cell[c]);
				if (!pass && n > width[c]) width[c] = n;
			}
			if (pass) describe_line(&row, width, out);
		}
	}
}

static void
describe_bytes(struct str *out, const char *what, size_t bytes)
{
	char text[32];
	num_human_bytes((double)bytes, text, sizeof text);
	str_printf(out, "%s %s\n", what, text);
}

/* Layers of the file among the nodes before `end`. */
static int
describe_count(const struct net *net, int end)
{
	int n = 0;
	for (int i = 0; i < end; i++) n += !net->node[i].inner;
	return n;
}

double
plan_feature_bytes(const struct net *net, long long images)
{
	if (!net->cut) return 0;
	const struct shape *out = &net->node[net->cut - 1].layer.out;
	return (double)images * (double)shape_count(out) * sizeof(float);
}

void
plan_describe_prefix(const struct plan *prefix, long long images, struct str *out)
{
	const struct net *net = prefix->net;
	const struct plan_tensor *last = &prefix->tensor[prefix->logits];
	char count[32], bytes[32];
	num_human_count(images, count, sizeof count);
	num_human_bytes(plan_feature_bytes(net, images), bytes, sizeof bytes);
	str_printf(out, "%d of %d layers, up to %s %s; the features of %s images take %s on disk",
		describe_count(net, prefix->options.last), describe_count(net, net->nodes), last->name,
		shape_str(&last->shape).s, count, bytes);
}

static void
describe_fusions(const struct plan *p, const char *what, struct str *out)
{
	for (int i = 0; i < p->steps; i++) {
		const struct plan_step *s = &p->step[i];
		if (!s->fusion) continue;
		str_printf(out, "%s %s: %s to %s\n", what, s->fusion->kind->name,
			p->net->node[s->first_node].layer.name, p->net->node[s->last_node].layer.name);
	}
}

static void
describe_memory(const struct plan *p, const char *of, struct str *out)
{
	str_printf(out, "memory%s for batches of %d\n", of, p->options.batch);
	if (!*of) describe_bytes(out, "  parameters", p->params);
	if (p->grads) describe_bytes(out, "  their gradients", p->grads);
	describe_bytes(out, *of ? "  activations" : "  activations and their gradients", p->scratch);
	describe_bytes(out, "  scratch", p->workspace - p->scratch);
	if (p->folded) describe_bytes(out, "  folded constants", p->folded);
}

void
plan_describe(const struct plan *p, const struct plan *prefix, long long images, struct str *out)
{
	const struct net *net = p->net;
	char total[32], trained[32], work[32];
	describe_layers(net, out);
	num_human_count(net->trainable_count + net->frozen_count, total, sizeof total);
	num_human_count(net->trainable_count, trained, sizeof trained);
	num_human_count(net->mult_adds, work, sizeof work);
	str_printf(out, "\n%s parameters, %s of them trained; %s multiply-adds an image\n", total,
		trained, work);
	if (prefix) {
		str_add(out, "frozen prefix, computed once: ");
		plan_describe_prefix(prefix, images, out);
		str_add(out, "\n");
		describe_fusions(prefix, "folded", out);
	} else if (p->frozen_steps) {
		str_printf(out, "frozen: the first %d of %d steps, up to %s\n", p->frozen_steps, p->steps,
			p->tensor[p->frozen_steps].name);
	}
	describe_fusions(p, "fusion", out);
	describe_memory(p, "", out);
	if (prefix) describe_memory(prefix, " of the prefix", out);
}

static void
describe_json_layer(const struct net *net, int node, struct json *j)
{
	const struct layer *l = &net->node[node].layer, *act = describe_activation(net, node);
	json_open_object(j, NULL);
	json_put_string(j, "name", l->name);
	json_put_string(j, "kind", l->kind->kind.name);
	if (act)
		json_put_string(j, "activation",
			layer_activation_name(((const struct activation *)act->opts)->activation));
	json_put_string(j, "output", shape_str(&l->out).s);
	json_put_int(j, "parameters", describe_params(net, node));
	json_put_int(j, "multiply_adds", l->mult_adds);
	json_put_bool(j, "trainable", l->trainable);
	json_close(j);
}

static void
describe_json_fusions(const struct plan *p, struct json *j)
{
	json_open_array(j, "fusions");
	for (int i = 0; i < p->steps; i++) {
		if (!p->step[i].fusion) continue;
		json_open_object(j, NULL);
		json_put_string(j, "kind", p->step[i].fusion->kind->name);
		json_put_string(j, "from", p->net->node[p->step[i].first_node].layer.name);
		json_put_string(j, "to", p->net->node[p->step[i].last_node].layer.name);
		json_close(j);
	}
	json_close(j);
}

static void
describe_json_prefix(const struct plan *prefix, long long images, struct json *j)
{
	const struct plan_tensor *last = &prefix->tensor[prefix->logits];
	json_open_object(j, "prefix");
	json_put_int(j, "layers", describe_count(prefix->net, prefix->options.last));
	json_put_string(j, "last", last->name);
	json_put_string(j, "output", shape_str(&last->shape).s);
	json_put_int(j, "images", images);
	json_put_int(j, "feature_bytes", (long long)plan_feature_bytes(prefix->net, images));
	json_put_int(j, "batch", prefix->options.batch);
	json_put_int(j, "steps", prefix->steps);
	describe_json_fusions(prefix, j);
	json_put_int(j, "activation_bytes", (long long)prefix->scratch);
	json_put_int(j, "scratch_bytes", (long long)(prefix->workspace - prefix->scratch));
	json_put_int(j, "folded_bytes", (long long)prefix->folded);
	json_close(j);
}

void
plan_json(const struct plan *p, const struct plan *prefix, long long images, struct json *j)
{
	const struct net *net = p->net;
	json_put_string(j, "input", shape_str(&net->input).s);
	json_open_array(j, "layers");
	for (int i = 0; i < net->nodes; i++)
		if (!net->node[i].inner) describe_json_layer(net, i, j);
	json_close(j);
	json_put_int(j, "parameters", net->trainable_count + net->frozen_count);
	json_put_int(j, "trainable_parameters", net->trainable_count);
	json_put_int(j, "multiply_adds", net->mult_adds);
	if (prefix) describe_json_prefix(prefix, images, j);
	json_put_int(j, "batch", p->options.batch);
	describe_json_fusions(p, j);
	json_put_int(j, "steps", p->steps);
	json_put_int(j, "frozen_steps", p->frozen_steps);
	json_put_int(j, "parameter_bytes", (long long)p->params);
	json_put_int(j, "gradient_bytes", (long long)p->grads);
	json_put_int(j, "activation_bytes", (long long)p->scratch);
	json_put_int(j, "scratch_bytes", (long long)(p->workspace - p->scratch));
	json_put_int(j, "folded_bytes", (long long)p->folded);
}
