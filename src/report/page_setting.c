/* The page's last sections: network and training, time and memory, provenance. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "page.h"
#include "tlrun/num.h"

static void
fact(const char *name, const char *text, struct str *out)
{
	str_add(out, "<dt>");
	html_text(name, out);
	str_add(out, "</dt><dd dir=\"auto\">");
	html_text(text, out);
	str_add(out, "</dd>\n");
}

static void
fact_code(const char *name, const char *text, struct str *out)
{
	if (!text) return;
	str_add(out, "<dt>");
	html_text(name, out);
	str_add(out, "</dt><dd><code>");
	html_text(text, out);
	str_add(out, "</code></dd>\n");
}

static void
fact_count(const char *name, long long n, struct str *out)
{
	char text[32];
	num_human_count(n, text, sizeof text);
	fact(name, text, out);
}

static void
setting_data(const struct record *r, struct str *out)
{
	struct str text = STR_INIT;
	char train[32], val[32], test[32];
	num_human_count(r->train_images, train, sizeof train);
	num_human_count(r->validation_images, val, sizeof val);
	num_human_count(r->test_images, test, sizeof test);
	str_printf(&text, "%s, %d classes, %d × %d × %d, %s", r->dataset, r->classes, r->input[0],
		r->input[1], r->input[2], r->normalization);
	fact("data", str_text(&text), out);
	str_clear(&text);
	str_printf(&text, "%s training, %s validation, %s test", train, val, test);
	fact("images", str_text(&text), out);
	str_free(&text);
}

static void
setting_network(const struct record *r, struct str *out)
{
	if (r->backbone) fact("backbone", r->backbone, out);
	if (r->pretrained) fact("first weights", r->pretrained, out);
	if (r->start_from) fact("starts from", r->start_from, out);
	fact_count("layers", r->layers, out);
	if (r->frozen_layers) fact_count("frozen layers with parameters", r->frozen_layers, out);
	fact_count("parameters", r->parameters, out);
	fact_count("trained parameters", r->trained, out);
	fact_count("multiply-adds an image", r->mult_adds, out);
}

static void
setting_phases(const struct record *r, struct str *out)
{
	char text[64];
	if (r->phases < 2) return;
	html_table("Phases", false, out);
	html_column("phase", false, out);
	html_column("trained parameters", true, out);
	html_column("optimizer", false, out);
	html_column("learning rate", true, out);
	html_column("epochs", true, out);
	html_column("kept epoch", true, out);
	html_column("stopped", false, out);
	html_rows(out);
	for (int i = 0; i < r->phases; i++) {
		const struct record_phase *p = &r->phase[i];
		html_row(out);
		html_name(p->name, out);
		page_count(p->trained, out);
		html_cell(p->optimizer, out);
		num_format(p->learning_rate, text, sizeof text);
		html_number(text, p->learning_rate, out);
		snprintf(text, sizeof text, "%d of %d", p->epochs_run, p->epochs_planned);
		html_number(text, p->epochs_run, out);
		if (p->kept_epoch) page_count(p->kept_epoch, out);
		else html_number("–", NAN, out);
		html_cell(p->stopped ? p->stopped : "did not begin", out);
		html_row_end(out);
	}
	html_table_end(out);
}

void
page_setting(const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	struct str text = STR_INIT;
	char rate[32];
	html_section("setting", "Network and training", out);
	str_add(out, "<dl class=\"facts\">\n");
	setting_data(r, out);
	setting_network(r, out);
	num_format(r->learning_rate, rate, sizeof rate);
	str_printf(&text, "%s at %s, batches of %d", r->optimizer, rate, r->batch_size);
	fact("training", str_text(&text), out);
	str_free(&text);
	str_add(out, "</dl>\n");
	setting_phases(r, out);
	html_close(out);
}

static void
cost_seconds(double seconds, struct str *out)
{
	char text[32];
	num_human_seconds(seconds, text, sizeof text);
	html_number(text, seconds, out);
}

static void
cost_row(const struct record *r, const struct timing *t, struct str *out)
{
	char text[32];
	html_row(out);
	page_count((long long)r->seed, out);
	cost_seconds(t->seconds_total, out);
	cost_seconds(t->seconds_train, out);
	block_rate(t->images_per_second, text, sizeof text);
	html_number(text, t->images_per_second, out);
	block_memory(t->peak_memory_bytes, text, sizeof text);
	html_number(text, t->peak_memory_bytes > 0 ? (double)t->peak_memory_bytes : NAN, out);
	if (t->threads) page_count(t->threads, out);
	else html_number("?", NAN, out);
	html_cell(t->features ? t->features : "", out);
	html_row_end(out);
}

void
page_cost(const struct record_set *s, struct str *out)
{
	static const char *const column[] = { "seed", "total", "training", "images/s", "memory",
		"threads" };
	html_section("cost", "Time and memory", out);
	html_table("These numbers vary from run to run; results do not", true, out);
	for (size_t i = 0; i < sizeof column / sizeof *column; i++)
		html_column(column[i], true, out);
	html_column("frozen features", false, out);
	html_rows(out);
	for (int i = 0; i < s->n; i++)
		cost_row(&s->record[i], &s->timing[i], out);
	html_table_end(out);
	if (s->timing[0].cpu) {
		struct str text = STR_INIT;
		str_printf(&text, "Measured on %s (%s kernels).", s->timing[0].cpu,
			s->timing[0].isa ? s->timing[0].isa : "unknown");
		str_add(out, "<p class=\"muted\">");
		html_text(str_text(&text), out);
		str_add(out, "</p>\n");
		str_free(&text);
	}
	html_close(out);
}

void
page_provenance(const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	html_section("provenance", "Provenance", out);
	str_add(out, "<p class=\"muted\">SHA-256 of everything that the result follows from.</p>\n"
		"<dl class=\"facts\">\n");
	fact("tlrun", r->tlrun_version, out);
	fact_code("configuration", r->config_hash, out);
	fact_code("data", r->hash_data, out);
	fact_code("split", r->hash_split, out);
	fact_code("first weights, the file", r->hash_pretrained, out);
	for (int i = 0; i < s->n; i++) {
		char name[48];
		snprintf(name, sizeof name, "weights of seed %llu", (unsigned long long)s->record[i].seed);
		fact_code(name, s->record[i].hash_weights, out);
	}
	fact_code("program", r->hash_binary, out);
	str_add(out, "</dl>\n");
	html_close(out);
}
