/* Sheets of mistakes in Markdown: the picture, and what stands in each place of it. */
#include "blocks.h"

static void
sheets_picture(const struct record_set *s, const struct sheet *sheet, const char *what,
	struct str *out)
{
	str_printf(out, "![%s](seed-%llu/%s)\n\n", what, (unsigned long long)s->sheets->seed,
		sheet->file);
}

static void
sheets_mistakes(const struct record_set *s, struct str *out)
{
	const struct sheet *m = &s->sheets->mistakes;
	const char *const *name = s->record[0].class_name;
	static const char *const head[] = { "row", "column", "image", "true", "taken for",
		"probability", "of the true class" };
	struct table t;
	sheets_picture(s, m, "the most confident mistakes", out);
	table_begin(&t, 7);
	t.left[3] = t.left[4] = true;
	for (int i = 0; i < 7; i++)
		table_cell(&t, "%s", head[i]);
	for (int i = 0; i < m->n; i++) {
		table_cell(&t, "%d", i / m->columns + 1);
		table_cell(&t, "%d", i % m->columns + 1);
		table_cell(&t, "%u", (unsigned)m->image[i].index);
		table_cell(&t, "%s", name[m->image[i].label]);
		table_cell(&t, "%s", name[m->image[i].predicted]);
		block_cell(&t, (double)m->image[i].probability);
		block_cell(&t, (double)m->image[i].of_label);
	}
	table_end(&t, true, out);
	str_add_char(out, '\n');
}

/* The indices of one pair's images, left to right. */
static void
sheets_row(const struct sheet *p, int row, struct str *out)
{
	for (int i = row * p->columns; i < (row + 1) * p->columns; i++)
		if (p->image[i].index != UINT32_MAX)
			str_printf(out, "%s%u", i % p->columns ? ", " : "", (unsigned)p->image[i].index);
}

static void
sheets_pairs(const struct record_set *s, struct str *out)
{
	const struct sheets *h = s->sheets;
	const char *const *name = s->record[0].class_name;
	static const char *const head[] = { "row", "true", "taken for", "images", "shown" };
	struct table t;
	str_add(out, "The pairs that were mixed up most, a row a pair:\n\n");
	sheets_picture(s, &h->pairs, "the pairs of classes that were mixed up most", out);
	table_begin(&t, 5);
	t.left[1] = t.left[2] = t.left[4] = true;
	for (int i = 0; i < 5; i++)
		table_cell(&t, "%s", head[i]);
	for (int i = 0; i < h->n_pairs; i++) {
		struct str shown = STR_INIT;
		sheets_row(&h->pairs, i, &shown);
		table_cell(&t, "%d", i + 1);
		table_cell(&t, "%s", name[h->pair[i].label]);
		table_cell(&t, "%s", name[h->pair[i].predicted]);
		table_cell(&t, "%lld", h->pair[i].count);
		table_cell(&t, "%s", str_text(&shown));
		str_free(&shown);
	}
	table_end(&t, true, out);
	str_add_char(out, '\n');
}

void
block_sheets(const struct record_set *s, const char *level, struct str *out)
{
	if (!s->misclassified || !s->sheets || !s->sheets->mistakes.n) return;
	str_printf(out, "%s Mistakes (test, seed %llu)\n\nThe most confident first:\n\n", level,
		(unsigned long long)s->sheets->seed);
	sheets_mistakes(s, out);
	if (s->sheets->n_pairs) sheets_pairs(s, out);
}
