/* A difference, for a terminal and as JSON. */
#include <string.h>

#include "table.h"
#include "tlrun/difference.h"
#include "tlrun/json.h"
#include "tlrun/visible.h"

enum { DIFFERENCE_IMAGES = 20, DIFFERENCE_HASH = 16 };

static const char *
difference_shown(const char *value)
{
	return value ? value : "-";
}

/* A table of the things that differ, first and second side by side; hashes cut short. */
static void
difference_table(const char *head, int n, const struct difference_item *item, bool hash,
	struct str *out)
{
	struct table t;
	if (!n) return;
	table_begin(&t, 3);
	t.left[1] = t.left[2] = true;
	table_cell(&t, "%s", head);
	table_cell(&t, "first");
	table_cell(&t, "second");
	for (int i = 0; i < n; i++) {
		const int most = hash ? DIFFERENCE_HASH : 64;
		table_cell(&t, "%s", item[i].what);
		table_cell(&t, "%.*s", most, difference_shown(item[i].a));
		table_cell(&t, "%.*s", most, difference_shown(item[i].b));
	}
	table_end(&t, false, out);
	str_add_char(out, '\n');
}

static void
difference_keys(const struct difference *d, struct str *out)
{
	struct table t;
	if (!d->keys) return;
	table_begin(&t, 3);
	t.left[1] = t.left[2] = true;
	table_cell(&t, "setting");
	table_cell(&t, "first");
	table_cell(&t, "second");
	for (int i = 0; i < d->keys; i++) {
		table_cell(&t, "%s", d->key[i].key);
		table_cell(&t, "%s", difference_shown(d->key[i].value[0]));
		table_cell(&t, "%s", difference_shown(d->key[i].value[1]));
	}
	table_end(&t, false, out);
	str_add_char(out, '\n');
}

static void
difference_images_text(const struct difference_seed *s, struct str *out)
{
	const int n = (int)(s->flip.differ < DIFFERENCE_IMAGES ? s->flip.differ : DIFFERENCE_IMAGES);
	struct table t;
	if (!s->predictions) {
		str_add(out, "test images: not the same, or without predictions\n");
		return;
	}
	str_printf(out, "test images: %lld of %lld predicted otherwise; only the first has %lld right, "
		"only the second %lld; McNemar p = %.3g\n", s->flip.differ, s->flip.images, s->flip.only_a,
		s->flip.only_b, s->flip.p);
	if (!n) return;
	table_begin(&t, 4);
	t.left[0] = false;
	t.left[1] = t.left[2] = t.left[3] = true;
	table_cell(&t, "index");
	table_cell(&t, "label");
	table_cell(&t, "first");
	table_cell(&t, "second");
	for (int i = 0; i < n; i++) {
		table_cell(&t, "%u", (unsigned)s->image[i].index);
		table_cell(&t, "%s", s->image[i].label);
		table_cell(&t, "%s", s->image[i].a);
		table_cell(&t, "%s", s->image[i].b);
	}
	table_end(&t, false, out);
	if (n < s->flip.differ) str_printf(out, "… %lld more; --json has all\n", s->flip.differ - n);
}

static void
difference_seed_text(const struct difference_seed *s, struct str *out)
{
	const bool any = s->hashes || s->epoch || s->metrics || s->flip.differ;
	str_printf(out, "seed %llu%s\n", (unsigned long long)s->seed, any ? "" : ": no difference");
	if (!any) return;
	difference_table("sha256", s->hashes, s->hash, true, out);
	if (s->epoch) str_printf(out, "histories part at epoch %d: %s\n\n", s->epoch, s->column);
	else str_add(out, "histories are the same\n\n");
	difference_table("test", s->metrics, s->metric, false, out);
	difference_images_text(s, out);
}

void
difference_text(const struct difference *d, struct str *out)
{
	if (!d->any) return;
	for (int i = 0; i < 2; i++) {
		const struct record_set *const s = i ? d->b : d->a;
		str_add(out, i ? "second: " : "first:  ");
		visible_line(s->name, out);
		str_add(out, "  ");
		visible_line(s->folder, out);
		str_add_char(out, '\n');
	}
	str_add_char(out, '\n');
	difference_keys(d, out);
	if (*d->only_a) str_printf(out, "only the first has seeds %s\n", d->only_a);
	if (*d->only_b) str_printf(out, "only the second has seeds %s\n", d->only_b);
	for (int i = 0; i < d->seeds; i++) {
		if (i || *d->only_a || *d->only_b) str_add_char(out, '\n');
		difference_seed_text(&d->seed[i], out);
	}
}

static void
difference_items_json(struct json *j, const char *key, int n, const struct difference_item *item)
{
	json_open_array(j, key);
	for (int i = 0; i < n; i++) {
		json_open_object(j, NULL);
		json_put_string(j, "what", item[i].what);
		json_put_string(j, "first", item[i].a);
		json_put_string(j, "second", item[i].b);
		json_close(j);
	}
	json_close(j);
}

static void
difference_seed_json(struct json *j, const struct difference_seed *s)
{
	json_open_object(j, NULL);
	json_put_int(j, "seed", (long long)s->seed);
	difference_items_json(j, "sha256", s->hashes, s->hash);
	if (s->epoch) json_put_int(j, "histories_part_at_epoch", s->epoch);
	else json_put_string(j, "histories_part_at_epoch", NULL);
	json_put_string(j, "histories_part_in", s->column);
	difference_items_json(j, "test", s->metrics, s->metric);
	if (s->predictions) {
		json_put_int(j, "test_images", s->flip.images);
		json_put_int(j, "only_first_right", s->flip.only_a);
		json_put_int(j, "only_second_right", s->flip.only_b);
		json_put_double(j, "mcnemar_p", s->flip.p);
		json_open_array(j, "predicted_otherwise");
		for (long long i = 0; i < s->flip.differ; i++) {
			json_open_object(j, NULL);
			json_put_int(j, "index", s->image[i].index);
			json_put_string(j, "label", s->image[i].label);
			json_put_string(j, "first", s->image[i].a);
			json_put_string(j, "second", s->image[i].b);
			json_close(j);
		}
		json_close(j);
	}
	json_close(j);
}

void
difference_json(const struct difference *d, struct str *out)
{
	struct json j;
	json_begin(&j, out);
	json_open_object(&j, NULL);
	json_put_bool(&j, "different", d->any);
	json_put_string(&j, "first", d->a->folder);
	json_put_string(&j, "second", d->b->folder);
	json_open_array(&j, "settings");
	for (int i = 0; i < d->keys; i++) {
		json_open_object(&j, NULL);
		json_put_string(&j, "key", d->key[i].key);
		json_put_string(&j, "first", d->key[i].value[0]);
		json_put_string(&j, "second", d->key[i].value[1]);
		json_close(&j);
	}
	json_close(&j);
	json_put_string(&j, "seeds_of_first_only", d->only_a);
	json_put_string(&j, "seeds_of_second_only", d->only_b);
	json_open_array(&j, "seeds");
	for (int i = 0; i < d->seeds; i++)
		difference_seed_json(&j, &d->seed[i]);
	json_close(&j);
	json_close(&j);
	json_finish(&j);
}
