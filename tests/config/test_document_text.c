/* Characters and encodings that are refused. */
#include "config/schema.h"
#include "config/suites.h"

/* sizeof counts characters that a string would end at. */
#define CASE(text, errors)                                                                         \
	{                                                                                              \
		text, sizeof(text) - 1, errors                                                             \
	}

static const struct {
	const char *text;
	size_t len;
	const char *errors;
} what_is_no_text_is_refused_cases[] = {
	CASE("a: \"x\\0y\"\n", "x.yaml:1:4: error: text with a NUL character (\\0) is not allowed\n"
						   "    1 | a: \"x\\0y\"\n"
						   "      |    ^~~~~~\n"),
	CASE("a: x\000y\n", "x.yaml:1:5: error: character U+0000 is not allowed\n"
						"    1 | a: x\\x00y\n"
						"      |     ^  remove it, or write it as an escape in double quotes\n"),
	CASE("a: x\007\n", "x.yaml:1:5: error: character U+0007 is not allowed\n"
					   "    1 | a: x\\x07\n"
					   "      |     ^  remove it, or write it as an escape in double quotes\n"),
	CASE("a: \177\n", "x.yaml:1:4: error: character U+007F is not allowed\n"
					  "    1 | a: \\x7f\n"
					  "      |    ^  remove it, or write it as an escape in double quotes\n"),
	CASE("a: x\302\205b: 1\n",
		"x.yaml:1:5: error: character U+0085 is not allowed\n"
		"    1 | a: x<U+0085>b: 1\n"
		"      |     ^  remove it, or write it as an escape in double quotes\n"),
	CASE("a: \"\342\200\250\"\n",
		"x.yaml:1:5: error: character U+2028 is not allowed\n"
		"    1 | a: \"<U+2028>\"\n"
		"      |     ^  remove it, or write it as an escape in double quotes\n"),
	CASE("a: \357\273\2771\n", "x.yaml:1:4: error: byte-order mark (U+FEFF) inside the file\n"
							   "    1 | a: <U+FEFF>1\n"
							   "      |    ^  remove it; it may stand only at the very start\n"),
	CASE("a: \377\n", "x.yaml:1:4: error: byte 0xff is not UTF-8\n"
					  "    1 | a: \\xff\n"
					  "      |    ^  save the file as UTF-8\n"),
	CASE("a: \300\257\n", "x.yaml:1:4: error: byte 0xc0 is not UTF-8\n"
						  "    1 | a: \\xc0\\xaf\n"
						  "      |    ^  save the file as UTF-8\n"),
	CASE("a: \342\202", "x.yaml:1:4: error: byte 0xe2 is not UTF-8\n"
						"    1 | a: \\xe2\\x82\n"
						"      |    ^  save the file as UTF-8\n"),
	CASE("a: \355\240\200\n", "x.yaml:1:4: error: byte 0xed is not UTF-8\n"
							  "    1 | a: \\xed\\xa0\\x80\n"
							  "      |    ^  save the file as UTF-8\n"),
	CASE("\377\376a\000", "x.yaml:1:1: error: the file is UTF-16\n"
						  "    1 | \\xff\\xfea\\x00\n"
						  "      | ^  save it as UTF-8\n"),
	CASE("\376\377\000a", "x.yaml:1:1: error: the file is UTF-16\n"
						  "    1 | \\xfe\\xff\\x00a\n"
						  "      | ^  save it as UTF-8\n"),
	CASE("a: 1\015b: 2\n", "x.yaml:1:5: error: carriage return without a newline\n"
						   "    1 | a: 1\\rb: 2\n"
						   "      |     ^  end lines with a newline\n"),
	CASE("ä: \"ü\" x\n", "x.yaml:1:8: error: unexpected text after a value\n"
						 "    1 | ä: \"ü\" x\n"
						 "      |        ^  quote the whole value\n"),
};

START_TEST(what_is_no_text_is_refused)
{
	for (size_t i = 0;
		 i < sizeof(what_is_no_text_is_refused_cases) / sizeof(what_is_no_text_is_refused_cases[0]);
		 i++)
		toy_expect_document(what_is_no_text_is_refused_cases[i].text,
			what_is_no_text_is_refused_cases[i].len, what_is_no_text_is_refused_cases[i].errors);
}
END_TEST

Suite *
suite_document_text(void)
{
	Suite *s = suite_create("document_text");
	TCase *t = tcase_create("document_text");
	tcase_add_test(t, what_is_no_text_is_refused);
	suite_add_tcase(s, t);
	return s;
}
