/*
 * Plans: who goes backward, set or add, frozen prefix, fusions; and that no live value is ever
 * overwritten, played through on random networks byte by byte.
 */
#include <check.h>
#include <stdint.h>
#include <string.h>

#include "nn/graphs.h"
#include "nn/plan_parts.h"
#include "nn/suites.h"
#include "support/tiny.h"

enum { PLAN_GRAPHS = 300, PLAN_BATCH = 3 };

/* ---- a machine that knows which values are still in memory ---- */

/* Values: tensors, then their gradients, then what steps save, then scratch. */
struct machine {
	const struct plan *p;
	int values;
	size_t *from, *to;
	bool *there;
	unsigned graph;
};

static int
machine_viewed(const struct plan *p, int t)
{
	while (t > 0 && p->step[t - 1].view) t = p->step[t - 1].input[0];
	return t;
}

static int
machine_tensor(const struct machine *m, int t)
{
	return machine_viewed(m->p, t);
}

static int
machine_gradient(const struct machine *m, int t)
{
	return m->p->tensors + machine_viewed(m->p, t);
}

static int
machine_saved(const struct machine *m, int s)
{
	return 2 * m->p->tensors + s;
}

static int
machine_scratch(const struct machine *m)
{
	return 2 * m->p->tensors + m->p->steps;
}

static void
machine_place(struct machine *m, int value, size_t offset, size_t bytes)
{
	if (offset == SIZE_MAX || !bytes) return;
	m->from[value] = offset;
	m->to[value] = offset + bytes;
	ck_assert_uint_le(offset + bytes, m->p->workspace);
	ck_assert_uint_eq(offset % 64, 0);
}

static void
machine_init(struct machine *m, struct arena *a, const struct plan *p)
{
	m->p = p;
	m->values = 2 * p->tensors + p->steps + 1;
	m->from = ARENA_ARRAY(a, size_t, (size_t)m->values);
	m->to = ARENA_ARRAY(a, size_t, (size_t)m->values);
	m->there = ARENA_ARRAY(a, bool, (size_t)m->values);
	for (int t = 0; t < p->tensors; t++) {
		const struct plan_tensor *x = &p->tensor[t];
		const size_t bytes = PLAN_BATCH * shape_count(&x->shape) * sizeof(float);
		machine_place(m, machine_tensor(m, t), x->offset, bytes);
		machine_place(m, machine_gradient(m, t), x->grad_offset, bytes);
		/* a view is its tensor's memory */
		ck_assert_uint_eq(x->offset, p->tensor[machine_viewed(p, t)].offset);
	}
	for (int s = 0; s < p->steps; s++)
		machine_place(m, machine_saved(m, s), p->step[s].saved, plan_saved_bytes(&p->step[s]));
	machine_place(m, machine_scratch(m), p->scratch, p->workspace - p->scratch);
}

static bool
machine_overlap(const struct machine *m, int a, int b)
{
	return a != b && m->from[a] < m->to[b] && m->from[b] < m->to[a];
}

static void
machine_write(struct machine *m, int value)
{
	for (int v = 0; v < m->values; v++)
		if (machine_overlap(m, v, value)) m->there[v] = false;
	m->there[value] = m->to[value] > m->from[value];
}

static void
machine_read(const struct machine *m, int value, const char *what, int step)
{
	ck_assert_msg(m->there[value], "graph %u, step %d: its %s is gone", m->graph, step, what);
}

/* Where out shares memory with in, the layer must allow it and they must be the same bytes. */
static void
machine_check_place(const struct machine *m, const struct plan_step *s, int out, int in, bool first)
{
	if (!machine_overlap(m, out, in)) return;
	ck_assert_msg(first && plan_in_place(s) && m->from[out] == m->from[in] &&
		m->to[out] == m->to[in], "graph %u: %s is computed in the place of an input", m->graph,
		s->layer->name);
}

static void
machine_forward(struct machine *m, int i)
{
	const struct plan_step *s = &m->p->step[i];
	const int y = machine_tensor(m, s->output);
	if (s->view) return;
	machine_write(m, machine_scratch(m));
	machine_write(m, machine_saved(m, i));
	for (int k = 0; k < s->inputs; k++) {
		const int x = machine_tensor(m, s->input[k]);
		machine_read(m, x, "input", i);
		machine_check_place(m, s, y, x, k == 0 || x == machine_tensor(m, s->input[0]));
	}
	machine_write(m, y);
	if (plan_saved_bytes(s)) machine_read(m, machine_saved(m, i), "saved", i);
}

static void
machine_backward(struct machine *m, int i)
{
	const struct plan_step *s = &m->p->step[i];
	const int dy = machine_gradient(m, s->output);
	if (!s->backward || s->view) return;
	machine_write(m, machine_scratch(m));
	machine_read(m, dy, "gradient", i);
	if (plan_keeps_y(s)) machine_read(m, machine_tensor(m, s->output), "output", i);
	if (plan_saved_bytes(s)) machine_read(m, machine_saved(m, i), "saved", i);
	for (int k = 0; k < s->inputs; k++) {
		if (plan_keeps_x(s)) machine_read(m, machine_tensor(m, s->input[k]), "input", i);
		if (!s->want_dx[k]) continue;
		const int dx = machine_gradient(m, s->input[k]);
		if (s->dx_add[k]) machine_read(m, dx, "sum of gradients", i);
		machine_check_place(m, s, dx, dy, k == 0 && !s->dx_add[0]);
		for (int j = 0; j < s->inputs; j++)
			ck_assert(!plan_keeps_x(s) || !machine_overlap(m, dx, machine_tensor(m, s->input[j])));
		ck_assert(!plan_keeps_y(s) || !machine_overlap(m, dx, machine_tensor(m, s->output)));
		machine_write(m, dx);
	}
}

/* Play a whole step of training, or an evaluation. */
static void
machine_play(struct tiny *t, const struct plan *p, unsigned graph)
{
	struct machine m = { .graph = graph };
	machine_init(&m, t->arena, p);
	machine_write(&m, machine_tensor(&m, 0));
	for (int i = 0; i < p->steps; i++) machine_forward(&m, i);
	const int logits = machine_tensor(&m, p->logits);
	machine_read(&m, logits, "logits", p->steps);
	machine_read(&m, machine_tensor(&m, 0), "network's input", p->steps);
	if (p->options.purpose != PLAN_TRAIN) return;
	machine_write(&m, machine_gradient(&m, p->logits));
	machine_read(&m, logits, "logits beside their gradient", p->steps);
	for (int i = p->steps; i-- > 0;) machine_backward(&m, i);
}

START_TEST(no_live_value_is_overwritten)
{
	for (unsigned graph = (unsigned)_i; graph < PLAN_GRAPHS; graph += 4) {
		struct tiny t;
		struct str yaml = STR_INIT;
		graphs_make(graph, &yaml);
		tiny_open(&t, str_text(&yaml), SHAPE4(0, 6, 6, 4), 10, PLAN_BATCH);
		for (int k = 0; k < 4; k++) {
			const struct plan_options o = {
				.purpose = k & 1 ? PLAN_TRAIN : PLAN_EVALUATE, .batch = PLAN_BATCH, .fuse = k & 2,
			};
			machine_play(&t, plan_make(t.arena, t.net, &o), graph);
		}
		tiny_close(&t);
		str_free(&yaml);
	}
}
END_TEST

/* ---- the same numbers as without any sharing ---- */

static void
plan_spread(struct plan *p)
{
	size_t end = 0;
	for (int t = 0; t < p->tensors; t++) {
		struct plan_tensor *x = &p->tensor[t];
		const struct plan_tensor *viewed = &p->tensor[machine_viewed(p, t)];
		const bool view = x != viewed;
		const size_t bytes = (x->bytes + 63) / 64 * 64;
		x->offset = view ? viewed->offset : end;
		end += view ? 0 : bytes;
		if (!x->wanted) continue;
		/* logits that are a view of something frozen have a gradient of their own */
		const bool own = !view || !viewed->wanted;
		x->grad_offset = own ? end : viewed->grad_offset;
		end += own ? bytes : 0;
	}
	for (int s = 0; s < p->steps; s++) {
		if (p->step[s].saved == SIZE_MAX) continue;
		p->step[s].saved = end;
		end += (plan_saved_bytes(&p->step[s]) + 63) / 64 * 64;
	}
	const size_t scratch = p->workspace - p->scratch;
	p->scratch = end;
	p->workspace = end + scratch;
}

static void
plan_run(struct tiny *t, bool spread, const float *params, float **grads, float *logits)
{
	const struct plan_options o = { .purpose = PLAN_TRAIN, .batch = PLAN_BATCH, .fuse = true };
	struct plan *p = plan_make(t->arena, t->net, &o);
	const size_t packed = p->workspace;
	if (spread) plan_spread(p);
	ck_assert_uint_ge(p->workspace, packed);
	float *mine = tiny_floats(t->arena, t->net->floats);
	memcpy(mine, params, t->net->floats * sizeof *mine);
	*grads = tiny_floats(t->arena, t->net->trainable_floats);
	struct exec *x = exec_open(t->arena, p, &(struct exec_memory){
		.workspace = tiny_floats(t->arena, p->workspace / sizeof(float)), .params = mine,
		.grads = *grads,
		.folded = tiny_floats(t->arena, p->folded / sizeof(float)) });
	exec_fold(x);
	tiny_fill(exec_input(x), PLAN_BATCH * shape_count(&t->net->input), 1);
	memcpy(logits, exec_forward(x, PLAN_BATCH, true, 3, 4), PLAN_BATCH * 10 * sizeof(float));
	tiny_fill(exec_dlogits(x), PLAN_BATCH * 10, 2);
	exec_backward(x, NULL, NULL, NULL);
}

START_TEST(shared_memory_gives_the_numbers_of_separate_memory)
{
	float logits[2][PLAN_BATCH * 10], *grads[2];
	for (unsigned graph = (unsigned)_i; graph < PLAN_GRAPHS; graph += 4) {
		struct tiny t;
		struct str yaml = STR_INIT;
		graphs_make(graph, &yaml);
		tiny_open(&t, str_text(&yaml), SHAPE4(0, 6, 6, 4), 10, PLAN_BATCH);
		const float *params = tiny_params(&t);
		for (int k = 0; k < 2; k++) plan_run(&t, k, params, &grads[k], logits[k]);
		ck_assert_msg(memcmp(logits[0], logits[1], sizeof logits[0]) == 0, "graph %u: logits",
			graph);
		for (int i = 0; i < t.net->params; i++) {
			const struct net_param *p = &t.net->param[i];
			ck_assert_msg(!p->trainable || memcmp(grads[0] + p->offset, grads[1] + p->offset,
				p->count * sizeof(float)) == 0, "graph %u: gradient of %s\n%s", graph, p->name,
				str_text(&yaml));
		}
		tiny_close(&t);
		str_free(&yaml);
	}
}
END_TEST

/* ---- who wants what ---- */

static struct plan *
plan_of(struct tiny *t, const char *yaml, enum plan_purpose purpose)
{
	const struct plan_options o = { .purpose = purpose, .batch = PLAN_BATCH, .fuse = false };
	tiny_open(t, yaml, SHAPE4(0, 6, 6, 4), 10, PLAN_BATCH);
	return plan_make(t->arena, t->net, &o);
}

START_TEST(gradients_stop_at_the_frozen_prefix)
{
	struct tiny t;
	const struct plan *p = plan_of(&t,
		"  - conv2d: {filters: 4, kernel_size: 3, trainable: false}\n"
		"  - batch_normalization: {trainable: false}\n  - re_lu\n"
		"  - conv2d: {filters: 4, kernel_size: 1, name: trained}\n"
		"  - batch_normalization: {trainable: false}\n  - flatten\n"
		"  - dense: {units: 10, activation: softmax}\n", PLAN_TRAIN);
	ck_assert_int_eq(p->steps, 7);
	ck_assert_int_eq(p->frozen_steps, 3);
	for (int s = 0; s < p->steps; s++) {
		ck_assert_int_eq(p->step[s].backward, s >= 3);
		ck_assert_int_eq(p->step[s].want_dx[0], s > 3);
	}
	for (int i = 0; i < p->tensors; i++)
		ck_assert_int_eq(p->tensor[i].grad_offset != SIZE_MAX, i >= 4);
	tiny_close(&t);
}
END_TEST

START_TEST(the_first_layer_wants_no_gradient_of_the_input)
{
	struct tiny t;
	const struct plan *p = plan_of(&t, "  - conv2d: {filters: 4, kernel_size: 3}\n  - flatten\n"
		"  - dense: {units: 10, activation: softmax}\n", PLAN_TRAIN);
	ck_assert(p->step[0].backward && !p->step[0].want_dx[0]);
	ck_assert_int_eq(p->frozen_steps, 0);
	tiny_close(&t);
}
END_TEST

START_TEST(the_last_reader_sets_and_earlier_ones_add)
{
	struct tiny t;
	const struct plan *p = plan_of(&t, "  - conv2d: {filters: 4, kernel_size: 3, name: a}\n"
		"  - re_lu: {name: b}\n  - add: {from: [a, b, a]}\n  - flatten\n"
		"  - dense: {units: 10, activation: softmax}\n", PLAN_TRAIN);
	const struct plan_step *add = &p->step[2], *relu = &p->step[1];
	ck_assert(add->want_dx[0] && add->want_dx[1] && add->want_dx[2]);
	ck_assert(!add->dx_add[0] && !add->dx_add[1] && add->dx_add[2]);
	ck_assert(relu->want_dx[0] && relu->dx_add[0]);
	tiny_close(&t);
}
END_TEST

START_TEST(an_evaluation_has_no_gradients_and_less_memory)
{
	struct tiny t, u;
	const char *yaml = "  - conv2d: {filters: 4, kernel_size: 3}\n  - batch_normalization\n  - "
		"re_lu\n"
		"  - flatten\n  - dense: {units: 10, activation: softmax}\n";
	const struct plan *p = plan_of(&t, yaml, PLAN_EVALUATE), *q = plan_of(&u, yaml, PLAN_TRAIN);
	ck_assert_uint_eq(p->grads, 0);
	ck_assert_uint_eq(q->grads, u.net->trainable_floats * sizeof(float));
	for (int i = 0; i < p->tensors; i++) ck_assert(p->tensor[i].grad_offset == SIZE_MAX);
	for (int s = 0; s < p->steps; s++) ck_assert(!p->step[s].backward && !p->step[s].want_dx[0]);
	ck_assert_uint_lt(p->workspace, q->workspace);
	ck_assert_uint_eq(p->params, t.net->floats * sizeof(float));
	tiny_close(&t);
	tiny_close(&u);
}
END_TEST

START_TEST(a_network_all_frozen_goes_nowhere_back)
{
	struct tiny t;
	const struct plan *p = plan_of(&t, "  - flatten: {trainable: false}\n"
		"  - dense: {units: 10, activation: softmax, trainable: false}\n", PLAN_TRAIN);
	ck_assert_int_eq(p->frozen_steps, p->steps);
	for (int s = 0; s < p->steps; s++) ck_assert(!p->step[s].backward);
	/* the loss writes there all the same */
	ck_assert(p->tensor[p->logits].grad_offset != SIZE_MAX);
	ck_assert_uint_eq(p->grads, 0);
	tiny_close(&t);
}
END_TEST

START_TEST(what_can_be_computed_in_place_is)
{
	struct tiny t;
	const struct plan *p = plan_of(&t,
		"  - conv2d: {filters: 4, kernel_size: 3, activation: relu}\n"
		"  - dropout: {rate: 0.5}\n  - activation: {activation: silu}\n  - flatten\n"
		"  - dense: {units: 10, activation: softmax}\n", PLAN_TRAIN);
	/*
	 * conv, relu, dropout, silu, flatten, dense: relu in the convolution's place; its output is
	 * needed, so not dropout; silu needs its input; flatten is a view
	 */
	ck_assert_uint_eq(p->tensor[2].offset, p->tensor[1].offset);
	ck_assert_uint_ne(p->tensor[3].offset, p->tensor[2].offset);
	ck_assert_uint_ne(p->tensor[4].offset, p->tensor[3].offset);
	ck_assert_uint_eq(p->tensor[5].offset, p->tensor[4].offset);
	for (int i = 2; i <= 5; i++)
		ck_assert_uint_eq(p->tensor[i].grad_offset, p->tensor[1].grad_offset);
	tiny_close(&t);
}
END_TEST

/* ---- packing ---- */

START_TEST(packing_is_tight_where_it_can_be)
{
	struct arena *a = arena_new();
	struct memory_block b[] = {
		{ 100, 0, 1, 0 }, { 64, 2, 3, 0 }, { 64, 2, 2, 0 }, { 640, 4, 9, 0 }, { 0, 0, 9, 0 },
	};
	ck_assert_uint_eq(memory_pack(a, b, 5), 640);
	ck_assert_uint_eq(b[3].offset, 0);
	ck_assert_uint_eq(b[0].offset, 0);
	ck_assert_uint_eq(b[1].offset + b[2].offset, 64);
	ck_assert_uint_eq(memory_pack(a, b, 0), 0);
	arena_free(a);
}
END_TEST

Suite *
suite_plan(void)
{
	Suite *s = suite_create("nn: plan");
	TCase *c = tcase_create("plan");
	tcase_add_loop_test(c, no_live_value_is_overwritten, 0, 4);
	tcase_add_loop_test(c, shared_memory_gives_the_numbers_of_separate_memory, 0, 4);
	tcase_add_test(c, gradients_stop_at_the_frozen_prefix);
	tcase_add_test(c, the_first_layer_wants_no_gradient_of_the_input);
	tcase_add_test(c, the_last_reader_sets_and_earlier_ones_add);
	tcase_add_test(c, an_evaluation_has_no_gradients_and_less_memory);
	tcase_add_test(c, a_network_all_frozen_goes_nowhere_back);
	tcase_add_test(c, what_can_be_computed_in_place_is);
	tcase_add_test(c, packing_is_tight_where_it_can_be);
	suite_add_tcase(s, c);
	return s;
}
