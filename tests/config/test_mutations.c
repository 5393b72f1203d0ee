/*
 * Hostile documents: the good files of tests/config, damaged in every way a fixed generator
 * finds. Nothing is expected of the reading but that it ends, reports what it refuses, and prints
 * what it accepts to a text that it accepts again. The sanitizers watch.
 */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"
#include "tlrun/file.h"
#include "tlrun/rng.h"

static uint64_t counter;
static struct rng stream;

static size_t
pick(size_t n)
{
	return (size_t)rng_below(&stream, counter++, n ? n : 1);
}

/* One document through everything that reads: tree, fields, override, print, and again. */
static void
digest(const char *text, size_t len)
{
	struct arena *a = arena_new();
	struct diags *d = diags_new();
	struct str out = STR_INIT;
	struct node *root;
	document_parse(a, "x.yaml", text, len, &root, d);
	ck_assert(root || diags_errors(d) > 0);
	struct toy_reading *t = toy_read_node(a, d, root);
	diags_json(d, &out);
	if (root && diags_errors(d) == 0) {
		str_clear(&out);
		field_print(toy_fields, &t->value, root, true, &out);
		struct toy_reading *again = toy_read(str_text(&out));
		ck_assert_msg(again->good, "%s\n%s", str_text(&out), again->errors);
		toy_free(again);
	}
	if (root) {
		document_override(a, root, "training.optimizer.learning_rate=1e-3", d);
		document_override(a, root, "layers.conv2d.filters=3", d);
		document_override(a, root, "training.phases.a.rounds=3", d);
		document_override(a, root, "version=null", d);
		toy_read_node(a, d, root);
	}
	str_free(&out);
	diags_free(d);
	arena_free(a);
}

static const char seed[] = "# a good one\n"
						   "version: 1\n"
						   "name: good-1\n"
						   "description: \"text with \\u00e4 and: colons\"\n"
						   "dataset: &data {name: folder, path: /tmp/x, validation_split: 0.25}\n"
						   "layers:\n"
						   "  - conv2d: &conv {filters: 32, kernel_size: [3, 3], padding: same}\n"
						   "  - zero_padding2d: {padding: [[1, 2], [3, 4]]}\n"
						   "  - conv2d: *conv\n"
						   "  - flatten\n"
						   "  - dense:\n"
						   "      units: num_classes\n"
						   "      from: [flatten]\n"
						   "training:\n"
						   "  epochs: 0x10\n"
						   "  optimizer: {type: sgd, learning_rate: 1e-3, nesterov: true}\n"
						   "  early_stopping: {patience: 2, min_delta: .5}\n"
						   "  max_time: 1h30m\n"
						   "  phases: [{name: a, rounds: 2}, {rounds: 3, stepper: sgd}]\n"
						   "runtime: {memory_limit: 2G}\n"
						   "seeds: [1, 2, 3]\n"
						   "classes:\n"
						   "- 'a'\n"
						   "- >-\n"
						   "  folded\n"
						   "  text\n";

START_TEST(seed_is_good)
{
	toy_expect(seed, "");
}
END_TEST

START_TEST(any_truncation_ends_well)
{
	for (size_t n = 0; n < sizeof(seed); n++)
		digest(seed, n);
}
END_TEST

static const char *const pieces[] = { "\t", "\n", "\n  ", ": ", "- ", "[", "]", "{", "}", ",",
	"*conv", "&conv ", "\"", "'", "#", "!!str ", "!", "%", "@", "|", ">", "? ", "---\n", "...\n",
	"<<: *data\n", "null", "~", "\xef\xbb\xbf", "\xff", "\xc3\xa4", "\xe2\x80\xa8", "\r", "\0",
	"\\", "9999999999999999999999", "-", "1e999", ".nan", "epochs: 1\n", "dense", "extends: x\n",
	"\"\\0\"" };
enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

/* One damage: a byte changed, a piece put in, a part removed, repeated, or moved. */
static void
damage(struct str *s)
{
	struct str old = *s;
	const size_t at = pick(old.len + 1), n = pick(1 + (old.len - at < 40 ? old.len - at : 40));
	*s = STR_INIT;
	str_add_len(s, str_text(&old), at);
	switch (pick(6)) {
	case 0:
		if (at < old.len) str_add_char(s, (char)(old.data[at] ^ (1 << pick(8))));
		if (at < old.len) str_add_len(s, old.data + at + 1, old.len - at - 1);
		break;
	case 1:
		str_add_len(s, str_text(&old) + at + n, old.len - at - n);
		break;
	case 2:
		str_add_len(s, str_text(&old) + at, n);
		str_add_len(s, str_text(&old) + at, old.len - at);
		break;
	case 3:
		str_add_char(s, (char)pick(256));
		str_add_len(s, str_text(&old) + at, old.len - at);
		break;
	default: {
		const char *piece = pieces[pick(PIECES)];
		str_add_len(s, piece, *piece ? strlen(piece) : 1);
		str_add_len(s, str_text(&old) + at, old.len - at);
	}
	}
	str_free(&old);
}

START_TEST(any_damage_ends_well)
{
	struct str s = STR_INIT;
	stream = rng_stream(7, RNG_SHUFFLE, (uint32_t)_i, 0);
	counter = 0;
	for (int i = 0; i < 400; i++) {
		str_clear(&s);
		str_add(&s, seed);
		for (size_t n = 1 + pick(1 + (size_t)i / 40); n > 0; n--)
			damage(&s);
		digest(str_text(&s), s.len);
	}
	str_free(&s);
}
END_TEST

/* Text repeated n times between two others. */
static void
digest_repeated(const char *before, const char *text, int n, const char *after)
{
	struct str s = STR_INIT;
	str_add(&s, before);
	for (int i = 0; i < n; i++)
		str_add(&s, text);
	str_add(&s, after);
	digest(s.data, s.len);
	str_free(&s);
}

START_TEST(much_of_anything_ends_soon)
{
	digest_repeated("a: ", "[", 100000, "");
	digest_repeated("a: ", "{a: ", 100000, "");
	digest_repeated("", "- ", 100000, "");
	digest_repeated("a:\n", " - [", 50000, "");
	digest_repeated("", "? ", 100000, "");
	digest_repeated("a: ", "\"", 100001, "");
	digest_repeated("a: ", "&a ", 50000, "x");
	digest_repeated("a: [", "&a x, *a, ", 40000, "]");
	digest_repeated("", "a: 1\n", 9000, "");
	digest_repeated("", "#", 1000000, "\n");
	digest_repeated("a: '", "x\n ", 200000, "'");
	digest_repeated("", "x", 500000, ": 1");
	digest_repeated("layers: [", "dense: 1, ", 20000, "]");
	digest_repeated("layers:\n", "- dens\n", 20000, "");
	digest_repeated("version: 1\nnam", "e", 5000, ": 1");
	digest_repeated("a: ", "!", 50000, "x");
	digest_repeated("a: \"", "\\u2028", 100000, "\"");
	digest_repeated("a: |", "\n x", 200000, "");
}
END_TEST

START_TEST(aliases_of_aliases_end_soon)
{
	struct str s = STR_INIT;
	str_add(&s, "a0: &a0 {k: [x, y]}\n");
	for (int i = 1; i < 500; i++)
		str_printf(&s, "a%d: &a%d [*a%d, *a%d, *a0]\n", i, i, i - 1, i / 2);
	digest(s.data, s.len);
	str_clear(&s);
	for (int i = 0; i < 30000; i++)
		str_printf(&s, "%s&n%d x", i ? ", " : "a: [", i);
	for (int i = 0; i < 30000; i++)
		str_printf(&s, ", *n%d", i);
	str_add(&s, "]\n");
	digest(s.data, s.len);
	str_free(&s);
}
END_TEST

START_TEST(any_assignment_ends_well)
{
	struct str s = STR_INIT;
	stream = rng_stream(8, RNG_SHUFFLE, 0, 0);
	counter = 0;
	for (int i = 0; i < 1000; i++) {
		struct arena *a = arena_new();
		struct diags *d = diags_new();
		struct node *root;
		str_clear(&s);
		str_add(&s, "layers.conv2d.filters=[1, {a: 2}]");
		for (size_t n = pick(4); n > 0; n--)
			damage(&s);
		document_parse(a, "x.yaml", seed, sizeof(seed) - 1, &root, d);
		document_override(a, root, str_text(&s), d);
		toy_read_node(a, d, root);
		diags_free(d);
		arena_free(a);
	}
	str_free(&s);
}
END_TEST

Suite *
suite_mutations(void)
{
	Suite *s = suite_create("mutations");
	TCase *t = tcase_create("mutations");
	tcase_add_test(t, seed_is_good);
	tcase_add_test(t, any_truncation_ends_well);
	tcase_add_loop_test(t, any_damage_ends_well, 0, 4);
	tcase_add_test(t, much_of_anything_ends_soon);
	tcase_add_test(t, aliases_of_aliases_end_soon);
	tcase_add_test(t, any_assignment_ends_well);
	suite_add_tcase(s, t);
	return s;
}
