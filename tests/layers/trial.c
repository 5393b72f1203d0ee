/* One layer by itself. */
#include "layers/trial.h"

#include <check.h>
#include <math.h>
#include <string.h>

static struct trial_block
trial_block(struct trial *t, size_t n)
{
	return (struct trial_block){ tiny_floats(t->arena, n + TRIAL_GUARD), n };
}

static const struct node *
trial_read(struct trial *t, struct kind_value *v)
{
	struct field_reader r = { .arena = t->arena, .diags = t->diags };
	struct node *root = NULL;
	const char *text = arena_printf(t->arena, "layer: {%s: %s}\n", t->c.kind, t->c.options);
	diags_source(t->diags, "trial", text, strlen(text));
	document_parse(t->arena, "trial", text, strlen(text), &root, t->diags);
	const struct node *item = node_get(root, "layer");
	if (diags_errors(t->diags) == 0) field_read_kind(&r, &family_layer, item, "layer", v);
	if (diags_errors(t->diags)) {
		struct str s = STR_INIT;
		diags_format(t->diags, false, &s);
		ck_abort_msg("%s", str_text(&s));
	}
	return item->items[0];
}

static void
trial_shape(struct trial *t)
{
	static const char *const from[ORACLE_MAX_INPUTS] = { "a", "b", "c", "d" };
	struct kind_value v = { 0 };
	const struct node *options = trial_read(t, &v);
	t->oracle = (struct oracle){
		.kind = t->c.kind, .opts = options, .num_classes = 10, .n = t->c.n, .inputs = t->c.inputs,
		.training = t->c.training, .trainable = t->c.trainable,
		.rng = rng_stream(5, RNG_DROPOUT, 3, 17),
	};
	memcpy(t->oracle.in, t->c.in, sizeof t->c.in);
	t->layer = (struct layer){
		.kind = layer_kind_of(v.kind), .name = "tried", .opts = v.opts, .trainable = t->c.trainable,
		.num_classes = 10, .batch = t->c.batch, .inputs = t->c.inputs, .in = t->c.in,
			.in_name = from,
	};
	t->err = ERR_INIT;
	t->shaped = t->layer.kind->shape(&t->layer, &t->err) == OK;
}

static void
trial_fill_params(struct trial *t)
{
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		if (!t->layer.param[k].rank) continue;
		const char *name = t->layer.kind->params[k].name;
		const bool around_one = strcmp(name, "gamma") == 0 || strcmp(name, "moving_variance") == 0;
		t->p[k] = trial_block(t, shape_count(&t->layer.param[k]));
		t->dp[k] = trial_block(t, t->p[k].n);
		tiny_fill(t->p[k].v, t->p[k].n, 20 + k);
		for (size_t i = 0; around_one && i < t->p[k].n; i++) t->p[k].v[i] += 1;
		t->oracle_p[k] = tiny_doubles(t->arena, t->p[k].v, t->p[k].n);
		t->oracle.p[k] = t->oracle_p[k];
	}
}

void
trial_open(struct trial *t, const struct trial_case *c)
{
	*t = (struct trial){ .c = *c, .arena = arena_new(), .diags = diags_new() };
	trial_shape(t);
	if (!t->shaped || !oracle_shape(&t->oracle)) return;
	const struct layer *l = &t->layer;
	const size_t n = (size_t)c->n;
	for (int k = 0; k < c->inputs; k++) {
		t->x[k] = trial_block(t, n * shape_count(&c->in[k]));
		t->dx[k] = trial_block(t, t->x[k].n);
		tiny_fill(t->x[k].v, t->x[k].n, k + 1);
		for (size_t i = 0; i < t->x[k].n; i++) t->x[k].v[i] *= c->scale > 0 ? c->scale : 4;
		t->oracle_x[k] = tiny_doubles(t->arena, t->x[k].v, t->x[k].n);
		t->oracle.x[k] = t->oracle_x[k];
	}
	trial_fill_params(t);
	t->y = trial_block(t, n * shape_count(&l->out));
	t->dy = trial_block(t, t->y.n);
	tiny_fill(t->dy.v, t->dy.n, 9);
	t->oracle_y = ARENA_ARRAY(t->arena, double, t->y.n);
	t->saved = trial_block(t, (l->saved + 3) / sizeof(float));
	t->scratch = trial_block(t, (l->scratch + 3) / sizeof(float));
}

void
trial_close(struct trial *t)
{
	diags_free(t->diags);
	arena_free(t->arena);
}

static const struct shape trial_images[] = {
	{ 4, { 0, 7, 5, 3 } }, { 4, { 0, 6, 6, 6 } }, { 4, { 0, 9, 4, 18 } },
};
static const struct shape trial_rows[] = { { 2, { 0, 10 } }, { 2, { 0, 37 } } };

bool
trial_shapes(const char *kind, int which, struct trial_case *c)
{
	enum { IMAGES = 3, ROWS = 2 };
	const int inputs = layer_find(kind)->min_inputs;
	const bool any = layer_find(kind)->max_inputs > inputs;
	if (which >= IMAGES + ROWS) return false;
	c->kind = kind;
	c->in[0] = which < IMAGES ? trial_images[which] : trial_rows[which - IMAGES];
	c->inputs = any ? inputs + which % 2 : inputs;
	for (int k = 1; k < c->inputs; k++) {
		c->in[k] = c->in[0];
		if (strcmp(kind, "concatenate") == 0) c->in[k].d[c->in[k].rank - 1] += k;
	}
	/* The limits at 6 must be met. */
	c->scale = strcmp(kind, "activation") == 0 || strcmp(kind, "re_lu") == 0 ? 16 : 4;
	return true;
}

static struct layer_io
trial_io(const struct trial *t, const float **x, float **p)
{
	for (int k = 0; k < t->c.inputs; k++) x[k] = t->x[k].v;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) p[k] = t->p[k].v;
	return (struct layer_io){
		.n = t->c.n, .training = t->c.training, .x = x, .y = t->y.v, .p = p, .saved = t->saved.v,
		.scratch = t->scratch.v, .rng = t->oracle.rng,
	};
}

void
trial_forward(struct trial *t, bool in_place)
{
	const float *x[ORACLE_MAX_INPUTS];
	float *p[LAYER_MAX_PARAMS];
	struct layer_io io = trial_io(t, x, p);
	memset(t->scratch.v, 0xff, t->scratch.n * sizeof(float));
	memset(t->y.v, 0xff, t->y.n * sizeof(float));
	if (in_place) x[0] = memcpy(t->y.v, t->x[0].v, t->y.n * sizeof(float));
	t->layer.kind->forward(&t->layer, &io);
}

struct trial_wish
trial_everything(const struct trial *t)
{
	struct trial_wish w = { .add = false };
	for (int k = 0; k < t->c.inputs; k++) w.dx[k] = true;
	for (int k = 0; k < LAYER_MAX_PARAMS; k++)
		w.dp[k] = t->c.trainable && t->p[k].v && t->layer.kind->params[k].role != PARAM_STATISTIC;
	return w;
}

void
trial_backward(struct trial *t, const struct trial_wish *w)
{
	const float *x[ORACLE_MAX_INPUTS];
	float *p[LAYER_MAX_PARAMS], *dx[ORACLE_MAX_INPUTS] = { NULL }, *dp[LAYER_MAX_PARAMS] = { NULL };
	bool add[ORACLE_MAX_INPUTS] = { false };
	const struct kern_update *update[LAYER_MAX_PARAMS] = { NULL };
	struct layer_io io = trial_io(t, x, p);
	struct trial_block dy = trial_block(t, t->dy.n);
	memset(t->scratch.v, 0xff, t->scratch.n * sizeof(float));
	memcpy(dy.v, t->dy.v, dy.n * sizeof(float));
	for (int k = 0; k < t->c.inputs; k++) {
		if (!t->layer.keep_x) x[k] = trial_block(t, t->x[k].n).v;
		dx[k] = !w->dx[k] ? NULL : w->in_place && k == 0 ? dy.v : t->dx[k].v;
		add[k] = w->add;
	}
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) dp[k] = w->dp[k] ? t->dp[k].v : NULL;
	if (!t->layer.keep_y) io.y = trial_block(t, t->y.n).v;
	io.dy = dy.v;
	io.dx = dx;
	io.dx_add = add;
	io.dp = dp;
	io.update = update;
	t->layer.kind->backward(&t->layer, &io);
	if (w->in_place) memcpy(t->dx[0].v, dy.v, dy.n * sizeof(float));
}

static void
trial_check_guard(const struct trial_block *b, const char *what)
{
	static const unsigned char clean[TRIAL_GUARD * sizeof(float)] = { 0 };
	unsigned char seen[sizeof clean];
	if (!b->v) return;
	memcpy(seen, b->v + b->n, sizeof seen);
	for (size_t i = 0; i < sizeof seen; i++) seen[i] ^= 0xff;
	ck_assert_msg(memcmp(seen, clean, sizeof seen) == 0, "something wrote behind %s", what);
}

void
trial_check_guards(const struct trial *t)
{
	for (int k = 0; k < t->c.inputs; k++) {
		trial_check_guard(&t->x[k], "x");
		trial_check_guard(&t->dx[k], "dx");
	}
	for (int k = 0; k < LAYER_MAX_PARAMS; k++) {
		trial_check_guard(&t->p[k], "p");
		trial_check_guard(&t->dp[k], "dp");
	}
	trial_check_guard(&t->y, "y");
	trial_check_guard(&t->saved, "saved");
	trial_check_guard(&t->scratch, "scratch");
}

double
trial_oracle_loss(void *trial)
{
	struct trial *t = trial;
	double sum = 0;
	oracle_forward(&t->oracle, t->oracle_y, NULL, NULL);
	for (size_t i = 0; i < t->dy.n; i++) sum += t->oracle_y[i] * (double)t->dy.v[i];
	return sum;
}
