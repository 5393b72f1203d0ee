/*
 * report.html, index.html, the charts' files, report.tex and the plot: whole whatever the size,
 * names never become markup, the same records give the same bytes, and nothing is loaded.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/sample.h"
#include "report/says.h"
#include "report/suites.h"
#include "report/xml.h"
#include "tlrun/comparison.h"
#include "tlrun/hash.h"

static struct arena *a;
static struct str out, skeleton;

static void
setup(void)
{
	a = arena_new();
	out = skeleton = STR_INIT;
}

static void
teardown(void)
{
	str_free(&out);
	str_free(&skeleton);
	arena_free(a);
}

/* A set of one record, or of the record three times with other seeds. */
static struct record_set *
set_of(const struct record *r, int n)
{
	struct record_set *s = sample_set(a, r->name, n);
	struct record *all = ARENA_ARRAY(a, struct record, (size_t)n);
	for (int i = 0; i < n; i++) {
		all[i] = *r;
		all[i].seed = (uint64_t)i + 1;
	}
	s->name = r->name;
	s->description = r->description;
	s->record = all;
	return s;
}

static void
page(const struct record_set *s)
{
	str_clear(&out);
	report_html(s, &out);
}

static void
index_of(const struct record_set *const *s, int n)
{
	str_clear(&out);
	report_index(comparison_make(a, s, n, n <= 10), NULL, 0, &out);
}

START_TEST(pages_of_every_size_are_well_formed)
{
	static const struct { int classes, epochs, seeds; } size[] = { { 2, 1, 1 }, { 3, 5, 3 },
		{ 20, 40, 1 }, { 21, 61, 2 }, { 100, 1000, 1 } };
	for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
		page(set_of(sample_record(a, size[i].classes, size[i].epochs, 1), size[i].seeds));
		well_formed(&out, &skeleton);
		ck_assert_uint_lt(out.len, 1u << 20);
	}
}
END_TEST

START_TEST(an_index_of_one_and_of_two_hundred_is_well_formed)
{
	const struct record_set *s[200];
	for (int i = 0; i < 200; i++)
		s[i] = sample_set(a, arena_printf(a, "experiment %d", i), 1 + i % 3);
	index_of(s, 1);
	well_formed(&out, &skeleton);
	says(&out, "1 experiment, 1 run.");
	index_of(s, 200);
	well_formed(&out, &skeleton);
	says(&out, "200 experiments, 399 runs.");
	says(&out, "all others");
	ck_assert_uint_lt(out.len, 1u << 20);
	index_of(s, 0);
	well_formed(&out, &skeleton);
	says(&out, "No finished run.");
}
END_TEST

START_TEST(an_index_leads_to_the_pages_of_sweeps)
{
	static const char *const sweep[] = { "grid", "a:b <c>" };
	const struct record_set *const s = sample_set(a, "x", 1);
	report_index(comparison_make(a, &s, 1, true), sweep, 2, &out);
	well_formed(&out, NULL);
	says(&out, "<a href=\"./grid/sweep.html\">Sweep grid</a>");
	says(&out, "<a href=\"./a%3Ab%20%3Cc%3E/sweep.html\">Sweep a:b &lt;c&gt;</a>");
}
END_TEST

START_TEST(it_says_what_was_measured)
{
	page(sample_set(a, "x", 1));
	says(&out, "<dt>test accuracy</dt><dd>70.00 %<small>95 % interval (Wilson) 52.12 to "
		"83.34 %, n = 30");
	says(&out, "early: val_loss did not improve");
	says(&out, "12,345");
	says(&out, "1,000,000");
	page(sample_set(a, "x", 3));
	says(&out, "72.00 %<small>mean of 3 seeds, standard deviation 2.00 %");
	says(&out, ">52.12 to 83.34 %<");
	/* Three seeds of 7 right and 3 wrong in each of 3 classes. */
	says(&out, "title=\"c0 taken for c1\">9<small>30.0%</small>");
	says(&out, "<th scope=\"row\" dir=\"auto\">accuracy</th><td class=\"n\"></td><td "
		"class=\"n\"></td><td class=\"n\" data-v=\"0.7\">0.700</td>");
}
END_TEST

/* Two records: one whose every text is a word, and one whose every text is an attack. */
static struct record *
with_texts(const char *text)
{
	struct record *r = sample_record(a, 3, 5, 1);
	struct record_phase *p = ARENA_ARRAY(a, struct record_phase, 2);
	struct record_epoch *h = ARENA_ARRAY(a, struct record_epoch, (size_t)r->epochs);
	const char **name = ARENA_ARRAY(a, const char *, 3);
	memcpy(p, r->phase, 2 * sizeof *p);
	memcpy(h, r->history, (size_t)r->epochs * sizeof *h);
	p[0].name = p[0].optimizer = p[0].stopped = text;
	for (int i = 0; i < r->epochs; i++)
		h[i].phase = i < 2 ? text : "last";
	for (int i = 0; i < 3; i++)
		name[i] = text;
	r->phase = p;
	r->history = h;
	r->class_name = name;
	r->name = r->description = r->dataset = r->normalization = r->backbone = r->pretrained =
		r->start_from = r->optimizer = r->stopped = r->monitor = r->tlrun_version = text;
	return r;
}

static const struct record_set *
hostile(const char *text)
{
	struct record_set *s = set_of(with_texts(text), 2);
	struct timing *t = ARENA_ARRAY(a, struct timing, 2);
	t[0] = t[1] = s->timing[0];
	t[0].cpu = t[0].isa = t[0].features = t[0].host = text;
	s->timing = t;
	return s;
}

static const char *const attacks[] = {
	"</script><script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)",
	"</style><style>*{display:none}", "<!-- ", "]]>", "&lt;b&gt; &amp; &", "{{7*7}} ${x}",
	"javascript:alert(1)", "//elsewhere.example/x", "a\x01\x02\x7f\nb\tc",
	"\xff\xfe \xc3( \xed\xa0\x80",
	"\xef\xbf\xbf \xc2\x85", "日本語の名前 العربية עברית 😀", "\xe2\x80\xae gnp.exe",
};

START_TEST(no_text_becomes_markup)
{
	struct str plain = STR_INIT;
	const struct record_set *s = hostile("plain");
	page(s);
	well_formed(&out, &skeleton);
	str_add(&plain, str_text(&skeleton));
	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		page(hostile(attacks[i]));
		well_formed(&out, &skeleton);
		ck_assert_msg(!strcmp(str_text(&plain), str_text(&skeleton)), "%s changes the page",
			attacks[i]);
		says_not(&out, "<script>alert");
	}
	str_clear(&plain);
	index_of(&s, 1);
	well_formed(&out, &skeleton);
	str_add(&plain, str_text(&skeleton));
	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		const struct record_set *const h = hostile(attacks[i]);
		index_of(&h, 1);
		well_formed(&out, &skeleton);
		ck_assert_msg(!strcmp(str_text(&plain), str_text(&skeleton)), "%s changes the index",
			attacks[i]);
	}
	str_free(&plain);
}
END_TEST

START_TEST(no_text_becomes_markup_of_a_chart)
{
	for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
		const struct record_set *const h = hostile(attacks[i]);
		const char *name;
		int charts = 0;
		str_clear(&out);
		for (int k = 0; (name = report_chart(a, h, k, &out)) != NULL; k++) {
			if (!*name) continue;
			charts++;
			ck_assert_ptr_null(strpbrk(name, "/\\<>\"' "));
			well_formed(&out, &skeleton);
			says(&out, "xmlns=\"http://www.w3.org/2000/svg\"");
			str_clear(&out);
		}
		ck_assert_int_ge(charts, 5);
	}
}
END_TEST

/* Two mistakes, and a pair whose row has one image and one empty place. */
static const struct sheets *
sheets_of(void)
{
	static const unsigned char png[24] = { [19] = 34, [23] = 16 };
	static const struct sheet_image image[] = { { 17, 1, 2, 0.931f, 0.03f },
		{ UINT32_MAX, 0, 0, 0, 0 } };
	static const struct sheet_pair pair[] = { { 1, 2, 9 } };
	static const struct sheets s = { .seed = 1,
		.mistakes = { "mistakes.png", 2, 16, 16, 2, 2, image, png, sizeof png },
		.pairs = { "pairs.png", 2, 16, 16, 2, 2, image, png, sizeof png },
		.n_pairs = 1, .pair = pair };
	return &s;
}

START_TEST(contact_sheets_are_part_of_the_page)
{
	struct record_set *s = set_of(with_texts("<b>"), 1);
	page(s);
	says_not(&out, "id=\"mistakes\"");
	s->misclassified = true;
	s->sheets = sheets_of();
	page(s);
	well_formed(&out, &skeleton);
	/* 16 pixels are drawn as 44. */
	says(&out, "width=\"93.5\" height=\"44.0\" href=\"data:image/png;base64,AAAA");
	says(&out, "<title>image 17: &lt;b&gt;, taken for &lt;b&gt; with 93.1 % (3.0 % for &lt;b&gt;)");
	says(&out, ">as &lt;b&gt;, 9 times<");
	says_not(&out, "image 4294967295");
}
END_TEST

START_TEST(links_stay_in_the_results_folder)
{
	const struct record_set *const plain = sample_set(a, "net-1", 1);
	const struct record_set *const odd = sample_set(a, "a b?#%\"<", 1);
	index_of(&plain, 1);
	says(&out, "href=\"./net-1/01234567/report.html\"");
	index_of(&odd, 1);
	says(&out, "href=\"./a%20b%3F%23%25%22%3C/01234567/report.html\"");
	page(plain);
	says(&out, "href=\"../../index.html\"");
}
END_TEST

/* The hash of what stands between <tag> and </tag>, as the policy has it. */
static void
policy_allows(const char *tag)
{
	char hex[HASH_HEX];
	unsigned char bytes[HASH_BYTES];
	struct str want = STR_INIT;
	const char *const open = strstr(str_text(&out), arena_printf(a, "<%s>", tag)) + strlen(tag) + 2;
	const char *const end = strstr(open, arena_printf(a, "</%s>", tag));
	hash_of(open, (size_t)(end - open), hex);
	for (int i = 0; i < HASH_BYTES; i++)
		bytes[i] = (unsigned char)strtoul(arena_strndup(a, hex + 2 * i, 2), NULL, 16);
	str_printf(&want, "%s-src 'sha256-", tag);
	str_add_base64(&want, bytes, sizeof bytes);
	str_add_char(&want, '\'');
	says(&out, str_text(&want));
	ck_assert_ptr_null(strstr(end, arena_printf(a, "<%s>", tag)));
	str_free(&want);
}

START_TEST(the_policy_allows_this_style_and_script_and_nothing_else)
{
	page(sample_set(a, "x", 1));
	says(&out, "default-src 'none';");
	says_not(&out, "unsafe-inline");
	policy_allows("style");
	policy_allows("script");
}
END_TEST

START_TEST(what_was_not_measured_is_a_gap)
{
	struct record *r = sample_record(a, 2, 5, 1);
	double metric[] = { NAN, NAN };
	r->test.metric = metric;
	r->test.loss = NAN;
	r->test.confusion = NULL;
	page(set_of(r, 1));
	well_formed(&out, &skeleton);
	says_not(&out, " nan");
	says_not(&out, ">nan");
	says_not(&out, "\"nan");
	says_not(&out, "-nan");
	says_not(&out, "Confusion matrix");
	struct record_epoch *h = ARENA_ARRAY(a, struct record_epoch, 5);
	for (int i = 0; i < 5; i++) {
		h[i] = r->history[i];
		h[i].loss = i == 2 ? INFINITY : NAN;
		h[i].val_loss = NAN;
	}
	r->history = h;
	const struct record_set *const s = set_of(r, 2);
	page(s);
	well_formed(&out, &skeleton);
	says_not(&out, ">nan");
	says_not(&out, "\"nan");
	says_not(&out, " nan ");
	index_of(&s, 1);
	well_formed(&out, &skeleton);
	says_not(&out, ">nan");
}
END_TEST

START_TEST(a_thousand_epochs_are_thinned)
{
	struct record *r = sample_record(a, 2, 1000, 1);
	page(set_of(r, 3));
	well_formed(&out, &skeleton);
	ck_assert_uint_lt(out.len, 400u << 10);
	says(&out, "one epoch in 10; history.csv has all");
}
END_TEST

START_TEST(same_records_same_pages)
{
	struct str again = STR_INIT;
	struct arena *b = arena_new();
	const struct record_set *const s = sample_set(a, "x", 4), *const t = sample_set(b, "x", 4);
	report_html(s, &out);
	report_html(t, &again);
	report_index(comparison_make(a, &s, 1, true), NULL, 0, &out);
	report_index(comparison_make(b, &t, 1, true), NULL, 0, &again);
	report_latex(s, &out);
	report_latex(t, &again);
	ck_assert_str_eq(str_text(&out), str_text(&again));
	arena_free(b);
	str_free(&again);
}
END_TEST

START_TEST(warnings_stand_in_the_page)
{
	struct record *r = sample_record(a, 3, 5, 1);
	page(set_of(r, 3));
	says_not(&out, "Warning:");
	r->validation_is_test = true;
	r->restored_epoch = r->epochs_run = 5;
	r->stopped = "epochs";
	page(set_of(r, 1));
	says(&out, "model selection saw the test set;");
	says(&out, "the best epoch is the last one; more epochs may do better.");
	says(&out, "one seed; how much another seed would change the result is not known.");
	says_not(&out, "the loss exploded");
	r->test.loss = 330987861;
	page(set_of(r, 1));
	says(&out, "the loss exploded; the model learned nothing that can be used.");
}
END_TEST

START_TEST(latex_is_escaped)
{
	report_latex(hostile("50 % & $x_1$ #{y} ~ ^ \\input{x}\n<\">"), &out);
	says(&out, "50 \\% \\& \\$x\\_1\\$ \\#\\{y\\} \\textasciitilde{} \\textasciicircum{} "
		"\\textbackslash{}input\\{x\\}\\textbackslash{}n"
		"\\textless{}\\textquotedbl{}\\textgreater{} & 0.700");
	says(&out, "\\toprule\nseed & loss & accuracy (\\%) & macro\\_f1 & epochs & kept epoch \\\\\n");
	says(&out, "1 & 0.8000 & 70.00 & 0.6500 & 5 & 4 \\\\\n");
}
END_TEST

/* Behind a line break TeX takes a bracket or a star for the break's own. */
START_TEST(latex_rows_begin_with_text)
{
	report_latex(hostile("[2cm]*"), &out);
	says(&out, "\n{[}2cm{]}{*} & 0.700");
}
END_TEST

START_TEST(the_plot_keeps_to_its_columns)
{
	const struct record_set *const s = sample_set(a, "x", 2);
	static const int columns[] = { 50, 80, 110 };
	for (int i = 0; i < 3; i++) {
		str_clear(&out);
		report_terminal_plot(s, columns[i], false, &out);
		says(&out, "loss by epoch: . training, o validation");
		for (const char *t = str_text(&out); *t; t = strchr(t, '\n') + 1)
			ck_assert_uint_le(strcspn(t, "\n"), (size_t)columns[i]);
		for (const char *t = str_text(&out); *t; t++)
			ck_assert_int_lt((unsigned char)*t, 0x80);
	}
	str_clear(&out);
	report_terminal_plot(s, 80, true, &out);
	says(&out, "\xe2\xa0");
	says(&out, "accuracy by epoch");
}
END_TEST

Suite *
suite_html(void)
{
	Suite *s = suite_create("html");
	TCase *c = tcase_create("html");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, pages_of_every_size_are_well_formed);
	tcase_add_test(c, an_index_of_one_and_of_two_hundred_is_well_formed);
	tcase_add_test(c, an_index_leads_to_the_pages_of_sweeps);
	tcase_add_test(c, it_says_what_was_measured);
	tcase_add_test(c, no_text_becomes_markup);
	tcase_add_test(c, no_text_becomes_markup_of_a_chart);
	tcase_add_test(c, contact_sheets_are_part_of_the_page);
	tcase_add_test(c, links_stay_in_the_results_folder);
	tcase_add_test(c, the_policy_allows_this_style_and_script_and_nothing_else);
	tcase_add_test(c, what_was_not_measured_is_a_gap);
	tcase_add_test(c, a_thousand_epochs_are_thinned);
	tcase_add_test(c, same_records_same_pages);
	tcase_add_test(c, warnings_stand_in_the_page);
	tcase_add_test(c, latex_is_escaped);
	tcase_add_test(c, latex_rows_begin_with_text);
	tcase_add_test(c, the_plot_keeps_to_its_columns);
	suite_add_tcase(s, c);
	return s;
}
