/*
 * class_weight: how much each class's losses count in training, as Keras's fit(class_weight=…)
 * (trainers/data_adapters/data_adapter_utils.py); balanced is scikit-learn's n / (classes * count)
 * (utils/class_weight.py).
 */
#include <float.h>
#include <string.h>

#include "train/class_weight.h"
#include "tlrun/arena.h"
#include "tlrun/json.h"
#include "tlrun/num.h"

static const char expects[] = "balanced, or a map of class to weight";

static bool
class_weight_read(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	struct class_weight *w = dst;
	(void)f;
	if (node->type == NODE_SCALAR && strcmp(node->text, "balanced") == 0) {
		w->balanced = true;
		return true;
	}
	if (node->type != NODE_MAP || node->n == 0) {
		static const char *const word[] = { "balanced" };
		field_error(r, node, node->type == NODE_SCALAR ? field_hint(r->arena, node->text, word, 1)
			: NULL, "class_weight: expected %s", expects);
		return false;
	}
	bool good = true;
	w->map = node;
	w->n = node->n;
	w->key = ARENA_ARRAY(r->arena, const char *, node->n);
	w->value = ARENA_ARRAY(r->arena, double, node->n);
	for (size_t i = 0; i < node->n; i++) {
		w->key[i] = node->keys[i];
		if (!field_number(r, node->items[i], "a weight of 0 or more", &w->value[i]))
			good = false;
		else if (!(w->value[i] >= 0 && w->value[i] <= FLT_MAX)) {
			field_error(r, node->items[i], NULL, "expected a weight of 0 or more, found %s",
				node->items[i]->text);
			good = false;
		}
	}
	return good;
}

static void
class_weight_print(const void *src, struct str *out)
{
	const struct class_weight *w = src;
	if (w->balanced) str_add(out, "balanced");
	if (w->balanced || w->n == 0) return;
	for (size_t i = 0; i < w->n; i++) {
		char number[32];
		num_format(w->value[i], number, sizeof number);
		str_add(out, i == 0 ? "{" : ", ");
		json_quote(out, w->key[i]);
		str_printf(out, ": %s", number);
	}
	str_add(out, "}");
}

const struct field_custom class_weight_custom = {
	.expects = expects, .size = sizeof(struct class_weight), .read = class_weight_read,
	.print = class_weight_print,
	.schema = "{\"oneOf\": [{\"const\": \"balanced\"}, {\"type\": \"object\", "
		"\"minProperties\": 1, \"additionalProperties\": {\"type\": \"number\", \"minimum\": 0}}]}",
};

/* The class that a key means: a name, else an index; -1 for neither. */
static int
class_weight_class(const char *key, int classes, const char *const *class_names)
{
	for (int i = 0; i < classes; i++)
		if (strcmp(key, class_names[i]) == 0) return i;
	long long index;
	if (!num_parse_int(key, &index) || index < 0 || index >= classes) return -1;
	return (int)index;
}

static bool
class_weight_map(struct field_reader *r, const struct class_weight *w, int classes,
	const char *const *class_names, float *out)
{
	bool good = true;
	int *first = ARENA_ARRAY(r->arena, int, (size_t)classes);	/* which key set it, from 1 */
	for (size_t i = 0; i < w->n; i++) {
		const int c = class_weight_class(w->key[i], classes, class_names);
		if (c < 0) {
			field_error_key(r, w->map, w->key[i],
			    field_hint(r->arena, w->key[i], class_names, (size_t)classes),
			    "class_weight: no class \"%s\" (nor an index below %d)", w->key[i], classes);
			good = false;
		} else if (first[c]) {
			field_error_key(r, w->map, w->key[i], NULL,
			    "class_weight: \"%s\" and \"%s\" are the same class", w->key[first[c] - 1],
			    w->key[i]);
			good = false;
		} else {
			first[c] = (int)i + 1;
			out[c] = (float)w->value[i];
		}
	}
	return good;
}

bool
class_weight_values(struct field_reader *r, const struct class_weight *w, int classes,
	const char *const *class_names, const long long *counts, float *out)
{
	if (!w->balanced && w->n == 0) return false;
	long long n = 0;
	for (int i = 0; i < classes; i++) {
		out[i] = 1;
		n += counts[i];
	}
	if (!w->balanced) return class_weight_map(r, w, classes, class_names, out);
	for (int i = 0; i < classes; i++)
		if (counts[i] > 0) out[i] = (float)((double)n / ((double)classes * (double)counts[i]));
	return true;
}
