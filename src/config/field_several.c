/* Values of several numbers or words: pairs, Keras's three spellings of padding, lists. */
#include <string.h>

#include "config/field_parts.h"

static bool
several_int(struct field_reader *r, const struct field *f, const struct node *node, int *out)
{
	long long n;
	if (!field_integer(r, f, node, &n)) return false;
	*out = (int)n;
	return true;
}

static bool
several_is_two(const struct node *node)
{
	return node->type == NODE_LIST && node->n == 2;
}

static bool
several_two(struct field_reader *r, const struct field *f, const struct node *node, int *a, int *b)
{
	if (node->type == NODE_SCALAR) {
		if (!several_int(r, f, node, a)) return false;
		*b = *a;
		return true;
	}
	if (!several_is_two(node)) return field_refuse(r, f, node, NULL);
	const bool first = several_int(r, f, node->items[0], a);
	return several_int(r, f, node->items[1], b) && first;
}

static bool
several_pair(
	struct field_reader *r, const struct field *f, const struct node *node, struct int_pair *out)
{
	struct int_pair p;
	if (!several_two(r, f, node, &p.a, &p.b)) return false;
	*out = p;
	return true;
}

/* p; [h, w]; [[top, bottom], [left, right]]. */
static bool
several_padding(
	struct field_reader *r, const struct field *f, const struct node *node, struct padding4 *out)
{
	struct padding4 p;
	bool good;
	if (several_is_two(node) &&
		(node->items[0]->type == NODE_LIST || node->items[1]->type == NODE_LIST)) {
		for (int i = 0; i < 2; i++)
			if (!several_is_two(node->items[i])) return field_refuse(r, f, node->items[i], NULL);
		good = several_two(r, f, node->items[0], &p.top, &p.bottom);
		good = several_two(r, f, node->items[1], &p.left, &p.right) && good;
	} else {
		good = several_two(r, f, node, &p.top, &p.left);
		if (good) {
			p.bottom = p.top;
			p.right = p.left;
		}
	}
	if (good) *out = p;
	return good;
}

/* Item i of node, which may be a list or stand for a list of one. */
static const struct node *
several_item(const struct node *node, size_t i)
{
	return node->type == NODE_LIST ? node->items[i] : node;
}

static size_t
several_count(const struct node *node)
{
	return node->type == NODE_LIST ? node->n : 1;
}

static bool
several_reals(
	struct field_reader *r, const struct field *f, const struct node *node, struct real_list *out)
{
	const size_t n = several_count(node);
	double *v = ARENA_ARRAY(r->arena, double, n);
	bool good = true;
	for (size_t i = 0; i < n; i++)
		good &= field_real(r, f, several_item(node, i), &v[i]);
	if (good) *out = (struct real_list){ n, v };
	return good;
}

/* Whether node is a range such as 1-5, where f takes them; its ends. */
static bool
several_range(
	struct field_reader *r, const struct field *f, const struct node *node, long long end[2])
{
	const char *const dash = node->type == NODE_SCALAR ? strchr(node->text, '-') : NULL;
	if (!f->ranges || !dash || dash == node->text || node->quoted) return false;
	const size_t first = (size_t)(dash - node->text);
	return num_parse_int(arena_strndup(r->arena, node->text, first), &end[0]) &&
		num_parse_int(dash + 1, &end[1]) && end[0] >= 0 && end[1] >= 0;
}

/* How many integers an item stands for; 0: a range that is wrong (reported). */
static size_t
several_ints_of(struct field_reader *r, const struct field *f, const struct node *node)
{
	enum { MOST = 4096 };
	long long end[2];
	if (!several_range(r, f, node, end)) return 1;
	if (end[1] < end[0])
		field_error(r, node, "the smaller number stands first", "the range %s of %s is empty",
			node->text, f->key);
	else if (end[1] - end[0] >= MOST)
		field_error(r, node, NULL, "the range %s of %s has more than the limit of %d numbers",
			node->text, f->key, MOST);
	else return (size_t)(end[1] - end[0]) + 1;
	return 0;
}

static bool
several_ints(
	struct field_reader *r, const struct field *f, const struct node *node, struct int_list *out)
{
	const size_t items = several_count(node);
	size_t *const count = ARENA_ARRAY(r->arena, size_t, items), room = 0, n = 0;
	bool good = true;
	for (size_t i = 0; i < items; i++)
		room += count[i] = several_ints_of(r, f, several_item(node, i));
	long long *v = ARENA_ARRAY(r->arena, long long, room);
	for (size_t i = 0; i < items; i++) {
		long long end[2];
		const struct node *const item = several_item(node, i);
		good &= count[i] > 0;
		if (!several_range(r, f, item, end)) good &= field_integer(r, f, item, &v[n++]);
		else
			for (size_t k = 0; k < count[i]; k++)
				v[n++] = end[0] + (long long)k;
	}
	if (good) *out = (struct int_list){ n, v };
	return good;
}

static bool
several_is_word(struct field_reader *r, const struct field *f, const struct node *node)
{
	for (const struct field_word *w = f->words; w->name; w++)
		if (strcmp(w->name, node->text) == 0) return true;
	return field_refuse(r, f, node, field_hint_word(r->arena, node->text, f->words));
}

static bool
several_strs(
	struct field_reader *r, const struct field *f, const struct node *node, struct str_list *out)
{
	const size_t n = several_count(node);
	const char **v = ARENA_ARRAY(r->arena, const char *, n);
	const struct node **nodes = ARENA_ARRAY(r->arena, const struct node *, n);
	bool good = true;
	for (size_t i = 0; i < n; i++) {
		nodes[i] = several_item(node, i);
		const bool text = field_text(r, f, nodes[i], &v[i]);
		good &= text && (!f->words || several_is_word(r, f, nodes[i]));
	}
	if (good) *out = (struct str_list){ n, v, nodes };
	return good;
}

bool
field_several(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	if (node->type == NODE_MAP || (node->type == NODE_LIST && node->n == 0))
		return field_refuse(r, f, node, NULL);
	switch (f->type) {
	case FIELD_T_PAIR:
		return several_pair(r, f, node, dst);
	case FIELD_T_PADDING:
		return several_padding(r, f, node, dst);
	case FIELD_T_REALS:
		return several_reals(r, f, node, dst);
	case FIELD_T_INTS:
		return several_ints(r, f, node, dst);
	default:
		return several_strs(r, f, node, dst);
	}
}
