/* report.md: one experiment over its seeds, for a terminal or a pull request. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "blocks.h"
#include "cautions.h"
#include "table.h"
#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/report.h"
#include "tlrun/stats.h"
#include "tlrun/visible.h"

enum { MARKDOWN_EPOCHS = 50 };	/* about as many rows as people read */

/* A name that a record gives, within text of this program. */
static void
markdown_named(const char *before, const char *name, const char *after, struct str *out)
{
	str_add(out, before);
	block_escape(name, out);
	str_add(out, after);
}

static void
markdown_headline(const struct record *r, struct str *out)
{
	double test;
	const struct record_metric m = record_headline(r, &test);
	struct str value = STR_INIT;
	block_metric(&m, test, &value);
	str_printf(out, "- seed %llu: **test ", (unsigned long long)r->seed);
	block_escape(m.name, out);
	str_printf(out, " %s**", str_text(&value));
	str_free(&value);
	const struct interval wilson = block_wilson(&m, test, r->test.n);
	if (!isnan(wilson.low)) {
		char n[32];
		num_human_count(r->test.n, n, sizeof n);
		str_add(out, ", 95 % interval (Wilson) ");
		block_interval(&m, wilson, out);
		str_printf(out, ", n = %s", n);
	}
	const char *before = "; ";
	if (strcmp(m.name, "loss") != 0) {
		const struct record_metric loss = { "loss", true, false };
		str_add(out, "; loss ");
		block_metric(&loss, r->test.loss, out);
		before = ", ";
	}
	for (int i = 0; i < r->metrics; i++) {
		if (!strcmp(r->metric[i].name, m.name)) continue;
		str_add(out, before);
		block_escape(r->metric[i].name, out);
		str_add_char(out, ' ');
		block_metric(&r->metric[i], r->test.metric[i], out);
		before = ", ";
	}
	str_add_char(out, '\n');
}

static void
markdown_seeds(const struct record_set *s, struct str *out)
{
	struct arena *a = arena_new();
	double *x = ARENA_ARRAY(a, double, (size_t)s->n);
	struct record_metric m = { 0 };
	for (int i = 0; i < s->n; i++) {
		markdown_headline(&s->record[i], out);
		m = record_headline(&s->record[i], &x[i]);
	}
	if (s->n > 1) {
		struct str mean = STR_INIT, sd = STR_INIT;
		block_metric(&m, stats_mean((size_t)s->n, x), &mean);
		block_metric(&m, stats_sd((size_t)s->n, x), &sd);
		str_printf(out, "- %d seeds: mean **%s**, standard deviation %s, 95 %% interval "
			"(Student's t) ", s->n, str_text(&mean), str_text(&sd));
		block_interval(&m, block_t_interval(&m, s->n, x), out);
		str_add_char(out, '\n');
		str_free(&mean);
		str_free(&sd);
	}
	str_add_char(out, '\n');
	arena_free(a);
}

/* A line a phase, where there is more than one. */
static void
markdown_phases(const struct record *r, struct str *out)
{
	struct table t;
	if (r->phases < 2) return;
	table_begin(&t, 6);
	table_cell(&t, "phase");
	table_cell(&t, "trained");
	table_cell(&t, "optimizer");
	table_cell(&t, "epochs");
	table_cell(&t, "stopped");
	table_cell(&t, "weights of epoch");
	for (int i = 0; i < r->phases; i++) {
		const struct record_phase *p = &r->phase[i];
		char trained[32], rate[32];
		num_human_count(p->trained, trained, sizeof trained);
		num_format(p->learning_rate, rate, sizeof rate);
		table_cell(&t, "%s", p->name);
		table_cell(&t, "%s", trained);
		table_cell(&t, "%s at %s", p->optimizer, rate);
		table_cell(&t, "%d of %d", p->epochs_run, p->epochs_planned);
		table_cell(&t, "%s", p->stopped ? p->stopped : "did not begin");
		if (p->kept_epoch) table_cell(&t, "%d", p->kept_epoch);
		else table_cell(&t, "-");
	}
	table_end(&t, true, out);
	str_add_char(out, '\n');
}

static void
markdown_outcome(const struct record *r, struct str *out)
{
	markdown_phases(r, out);
	str_printf(out, "Training ran %d of %d epochs and ", r->epochs_run, r->epochs_planned);
	if (!strcmp(r->stopped, "early_stopping"))
		markdown_named("was stopped early: ", r->monitor ? r->monitor : "it",
			" did not improve.", out);
	else if (!strcmp(r->stopped, "epochs")) str_add(out, "reached its last epoch.");
	else markdown_named("stopped: ", r->stopped, ".", out);
	if (r->restored_epoch) {
		str_printf(out, " The model has the weights of epoch %d", r->restored_epoch);
		markdown_named(", the best by ", r->monitor ? r->monitor : "val_loss", ".\n\n", out);
	} else str_add(out, " The model has the weights of the last epoch.\n\n");
	for (int c = 0; c < CAUTIONS; c++)
		if (caution_of_run((enum caution)c, r))
			str_printf(out, "> Warning: %s.\n\n", caution_text((enum caution)c));
}

/* The names of the columns of one split, and its values in one epoch. */
static void
markdown_names(const struct record *r, const char *split, int metrics, struct table *t)
{
	table_cell(t, "%sloss", split);
	for (int i = 0; i < metrics; i++)
		table_cell(t, "%s%s", split, r->metric[i].name);
}

static void
markdown_values(double loss, const double *metric, int metrics, struct table *t)
{
	block_cell(t, loss);
	for (int i = 0; i < metrics; i++)
		block_cell(t, metric[i]);
}

static void
markdown_epochs(const struct record *r, struct str *out)
{
	struct table t;
	const bool phases = r->phases > 1, val = r->validation_images > 0;
	const int splits = 1 + val, others = 2 + phases + splits;
	const int room = (TABLE_COLUMNS - others) / splits;
	const int metrics = r->metrics < room ? r->metrics : room;
	table_begin(&t, others + splits * metrics);
	table_cell(&t, "epoch");
	if (phases) table_cell(&t, "phase");
	table_cell(&t, "learning rate");
	markdown_names(r, "", metrics, &t);
	if (val) markdown_names(r, "val_", metrics, &t);
	const int every = (r->epochs + MARKDOWN_EPOCHS - 1) / MARKDOWN_EPOCHS;
	for (int e = 0; e < r->epochs; e++) {
		const struct record_epoch *h = &r->history[e];
		char lr[32];
		if (e % every && e + 1 < r->epochs && h->epoch != r->restored_epoch) continue;
		num_format_float((float)h->learning_rate, lr, sizeof lr);
		table_cell(&t, "%d%s", h->epoch, h->epoch == r->restored_epoch ? " *" : "");
		if (phases) table_cell(&t, "%s", h->phase);
		table_cell(&t, "%s", lr);
		markdown_values(h->loss, h->metric, metrics, &t);
		if (val) markdown_values(h->val_loss, h->val_metric, metrics, &t);
	}
	table_end(&t, true, out);
	if (r->restored_epoch) str_add(out, "\n\\* restored\n");
	if (every > 1)
		str_printf(out, "\nOne epoch in %d is shown; all %d are in history.csv.\n", every,
			r->epochs);
	str_add_char(out, '\n');
}

static void
markdown_calibration(const struct record *r, const char *level, struct str *out)
{
	const struct calibration *c = r->calibration;
	str_printf(out, "%s Calibration (test)\n\n- ECE (%d bins) %.4f, Brier %.4f, NLL %.4f\n", level,
		STATS_BINS, c->ece, c->brier, c->nll);
	const char *const unfit = block_temperature_unfit(r);
	c = r->calibrated;
	if (unfit) str_printf(out, "- no temperature is shown: %s\n", unfit);
	else if (c)
		str_printf(out, "- with temperature %.3f, fitted on validation: ECE %.4f, Brier %.4f, "
			"NLL %.4f\n", r->temperature, c->ece, c->brier, c->nll);
	str_add_char(out, '\n');
}

static void
markdown_seed_details(const struct record_set *s, const struct record *r, struct str *out)
{
	const char *const level = s->n > 1 ? "###" : "##";
	if (s->n > 1) str_printf(out, "## Seed %llu\n\n", (unsigned long long)r->seed);
	markdown_outcome(r, out);
	if (s->learning_curves && r->epochs) {
		str_printf(out, "%s Epochs\n\n", level);
		markdown_epochs(r, out);
	}
	if (s->classification_report && r->test.confusion) {
		struct str text = STR_INIT;
		str_printf(out, "%s Classification report (test)\n\n", level);
		report_classification(r->classes, r->class_name, r->test.confusion, 2, &text);
		block_code(str_text(&text), out);
		str_add_char(out, '\n');
		str_free(&text);
	}
	if (s->calibration && r->calibration) markdown_calibration(r, level, out);
	if (s->confusion_matrix && r->test.confusion) {
		str_printf(out, "%s Confusion matrix (test)\n\n", level);
		block_confusion(r, out);
	}
}

/* What the network begins with, where that is not a seed alone. */
static void
markdown_origin(const struct record *r, struct str *out)
{
	if (r->backbone) markdown_named("- backbone: ", r->backbone, "\n", out);
	if (r->pretrained) markdown_named("- first weights: ", r->pretrained, "\n", out);
	if (r->start_from)
		markdown_named("- starts from the weights of ", r->start_from, ", seed by seed\n", out);
	if (r->frozen_layers)
		str_printf(out, "- frozen%s: %d layers with parameters\n",
			r->phases > 1 ? " in all phases" : "", r->frozen_layers);
}

static void
markdown_setting(struct str *out, const struct record *r)
{
	char a[32], b[32], c[32], rate[32];
	str_add(out, "## Setting\n\n");
	num_human_count(r->train_images, a, sizeof a);
	num_human_count(r->validation_images, b, sizeof b);
	num_human_count(r->test_images, c, sizeof c);
	markdown_named("- data: ", r->dataset, ", ", out);
	str_printf(out, "%d classes, %dx%dx%d, ", r->classes, r->input[0], r->input[1], r->input[2]);
	markdown_named("", r->normalization, "; ", out);
	str_printf(out, "%s training, %s validation, %s test images\n", a, b, c);
	num_human_count(r->parameters, a, sizeof a);
	num_human_count(r->trained, b, sizeof b);
	num_human_count(r->mult_adds, c, sizeof c);
	str_printf(out, "- network: %d layers, %s parameters (%s trained), %s multiply-adds an image\n",
		r->layers, a, b, c);
	markdown_origin(r, out);
	num_format(r->learning_rate, rate, sizeof rate);
	markdown_named("- training: ", r->optimizer, " at ", out);
	str_printf(out, "%s, batches of %d\n\n", rate, r->batch_size);
}

/* What was spent on the frozen layers, once or again and again. */
static void
markdown_features(const struct record_set *s, struct str *out)
{
	for (int i = 0; i < s->n; i++) {
		const struct timing *x = &s->timing[i];
		char seconds[32];
		if (!x->features) continue;
		num_human_seconds(x->seconds_features, seconds, sizeof seconds);
		str_printf(out, "%sFeatures of the frozen layers, seed %llu: ", i ? "" : "\n",
			(unsigned long long)s->record[i].seed);
		block_escape(x->features, out);
		str_printf(out, ", %s.\n", seconds);
	}
}

static void
markdown_cost(const struct record_set *s, struct str *out)
{
	struct table t;
	str_add(out, "## Time and memory\n\n");
	table_begin(&t, 6);
	table_cell(&t, "seed");
	table_cell(&t, "total");
	table_cell(&t, "training");
	table_cell(&t, "images/s");
	table_cell(&t, "memory");
	table_cell(&t, "threads");
	for (int i = 0; i < s->n; i++) {
		const struct timing *x = &s->timing[i];
		char total[32], train[32], rate[32], memory[32];
		num_human_seconds(x->seconds_total, total, sizeof total);
		num_human_seconds(x->seconds_train, train, sizeof train);
		block_rate(x->images_per_second, rate, sizeof rate);
		block_memory(x->peak_memory_bytes, memory, sizeof memory);
		table_cell(&t, "%llu", (unsigned long long)s->record[i].seed);
		table_cell(&t, "%s", total);
		table_cell(&t, "%s", train);
		table_cell(&t, "%s", rate);
		table_cell(&t, "%s", memory);
		if (x->threads) table_cell(&t, "%d", x->threads);
		else table_cell(&t, "?");
	}
	table_end(&t, true, out);
	markdown_features(s, out);
	if (s->n && s->timing[0].cpu) {
		markdown_named("\nMeasured on ", s->timing[0].cpu, " (", out);
		markdown_named("", s->timing[0].isa ? s->timing[0].isa : "unknown", " kernels).\n", out);
	}
	str_add_char(out, '\n');
}

/* A hash as code; nothing where there is none. A damaged one is shown as text. */
static void
markdown_hash(const char *what, const char *hash, struct str *out)
{
	if (!hash) return;
	if (strspn(hash, "0123456789abcdef") == strlen(hash))
		str_printf(out, "- %s `%s`\n", what, hash);
	else {
		str_printf(out, "- %s ", what);
		markdown_named("", hash, "\n", out);
	}
}

static void
markdown_provenance(const struct record_set *s, struct str *out)
{
	const struct record *r = &s->record[0];
	markdown_named("## Provenance\n\n- tlrun ", r->tlrun_version, "\n", out);
	markdown_hash("configuration", r->config_hash, out);
	markdown_hash("data", r->hash_data, out);
	markdown_hash("split", r->hash_split, out);
	markdown_hash("first weights", r->hash_pretrained, out);
	for (int i = 0; i < s->n; i++) {
		char what[48];
		snprintf(what, sizeof what, "weights of seed %llu",
			(unsigned long long)s->record[i].seed);
		markdown_hash(what, s->record[i].hash_weights, out);
	}
	markdown_hash("program", r->hash_binary, out);
}

/* The user's own Markdown, of one line or several; blank lines at its end would be one too many. */
static void
markdown_description(const char *text, struct str *out)
{
	size_t n = strlen(text);
	while (n && strchr(" \t\r\n", text[n - 1])) n--;
	if (!n) return;
	visible_lines(text, n, out);
	str_add(out, "\n\n");
}

void
report_markdown(const struct record_set *s, struct str *out)
{
	str_add(out, "# ");
	block_escape(s->name, out);
	str_add(out, "\n\n");
	if (s->description) markdown_description(s->description, out);
	markdown_seeds(s, out);
	for (int i = 0; i < s->n; i++)
		markdown_seed_details(s, &s->record[i], out);
	block_sheets(s, "##", out);
	markdown_setting(out, &s->record[0]);
	markdown_cost(s, out);
	markdown_provenance(s, out);
}
