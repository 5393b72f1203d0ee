/* Every syntax error: its place, its words, its cure. */
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
} keys_and_indentation_are_put_right_cases[] = {
	CASE("epochs 10\n"
		 "batch: 3\n",
		"x.yaml:1:1: error: no \":\" with a space after it follows this key\n"
		"    1 | epochs 10\n"
		"      | ^~~~~~~~~  write key: value\n"),
	CASE("a: 1\n"
		 "epochs 10\n"
		 "b: 3\n",
		"x.yaml:2:1: error: no \":\" with a space after it follows this key\n"
		"    2 | epochs 10\n"
		"      | ^~~~~~~~~  write key: value\n"),
	CASE("a:\n"
		 "  x: 1\n"
		 "  epochs 10 # why\n",
		"x.yaml:3:3: error: no \":\" with a space after it follows this key\n"
		"    3 |   epochs 10 # why\n"
		"      |   ^~~~~~~~~  write key: value\n"),
	CASE("a:\n"
		 "  key:value\n"
		 "  z: 1\n",
		"x.yaml:2:3: error: no \":\" with a space after it follows this key\n"
		"    2 |   key:value\n"
		"      |   ^~~~~~~~~  write key: value\n"),
	CASE("a: b: c\n",
		"x.yaml:1:5: error: a second \":\" in one value\n"
		"    1 | a: b: c\n"
		"      |     ^  quote the value, or write the inner map in braces: {key: value}\n"),
	CASE("a: x:\n"
		 " b: 1\n",
		"x.yaml:1:5: error: a second \":\" in one value\n"
		"    1 | a: x:\n"
		"      |     ^  quote the value, or write the inner map in braces: {key: value}\n"),
	CASE("a: \"x\": y\n",
		"x.yaml:1:7: error: a second \":\" in one value\n"
		"    1 | a: \"x\": y\n"
		"      |       ^  quote the value, or write the inner map in braces: {key: value}\n"),
	CASE("a: 1\n"
		 "  b: 2\n",
		"x.yaml:2:3: error: unexpected indentation\n"
		"    2 |   b: 2\n"
		"      |   ^  the keys of one map start in the same column\n"),
	CASE("a: 1\n"
		 "\n"
		 "# c\n"
		 "  bb: 2\n",
		"x.yaml:4:3: error: unexpected indentation\n"
		"    4 |   bb: 2\n"
		"      |   ^  the keys of one map start in the same column\n"),
	CASE("a:\n"
		 "\tb: 1\n",
		"x.yaml:2:1: error: tab used for indentation\n"
		"    2 | \tb: 1\n"
		"      | ^  indent with spaces\n"),
	CASE("a: 1\n"
		 "\tb: 2\n",
		"x.yaml:2:1: error: tab used for indentation\n"
		"    2 | \tb: 2\n"
		"      | ^  indent with spaces\n"),
	CASE("a: |\n"
		 "\tx\n",
		"x.yaml:2:1: error: tab used for indentation\n"
		"    2 | \tx\n"
		"      | ^  indent with spaces\n"),
	CASE("a:\n"
		 "  b: 1\n"
		 " c: 2\n",
		"x.yaml:3:2: error: unexpected indentation\n"
		"    3 |  c: 2\n"
		"      |  ^  the keys of one map start in the same column\n"),
	CASE("  a: 1\n"
		 "b: 2\n",
		"x.yaml:2:1: error: indented less than the first key\n"
		"    2 | b: 2\n"
		"      | ^  the keys of one map start in the same column\n"),
	CASE("a: 1\n"
		 "...\n"
		 "b: 2\n",
		"x.yaml:3:1: error: text behind the end of the document\n"
		"    3 | b: 2\n"
		"      | ^  remove the \"...\"\n"),
	CASE(": 1\n", "x.yaml:1:1: error: nothing stands where a key is expected\n"
				  "    1 | : 1\n"
				  "      | ^  write key: value\n"),
};

START_TEST(keys_and_indentation_are_put_right)
{
	for (size_t i = 0; i < sizeof(keys_and_indentation_are_put_right_cases) /
							   sizeof(keys_and_indentation_are_put_right_cases[0]);
		 i++)
		toy_expect_document(keys_and_indentation_are_put_right_cases[i].text,
			keys_and_indentation_are_put_right_cases[i].len,
			keys_and_indentation_are_put_right_cases[i].errors);
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *errors;
} brackets_quotes_and_signs_are_put_right_cases[] = {
	CASE("a: [1, 2\n"
		 "b: 3\n",
		"x.yaml:1:4: error: \"[\" is not closed\n"
		"    1 | a: [1, 2\n"
		"      |    ^  add \"]\", or a \",\" that is missing before line 2\n"),
	CASE("a: {x: 1, y: 2\n"
		 "b: 3\n",
		"x.yaml:1:4: error: \"{\" is not closed\n"
		"    1 | a: {x: 1, y: 2\n"
		"      |    ^  add \"}\", or a \",\" that is missing before line 2\n"),
	CASE("a: [1, 2\n", "x.yaml:1:4: error: \"[\" is not closed\n"
					   "    1 | a: [1, 2\n"
					   "      |    ^  add \"]\", or a \",\" that is missing before line 2\n"),
	CASE("a: {x: 1 y: 2}\n",
		"x.yaml:1:11: error: \",\" or \"}\" expected in the map opened at column 4\n"
		"    1 | a: {x: 1 y: 2}\n"
		"      |           ^\n"),
	CASE("a: {x: [1, 2}\n",
		"x.yaml:1:13: error: \",\" or \"]\" expected in the list opened at column 8\n"
		"    1 | a: {x: [1, 2}\n"
		"      |             ^\n"),
	CASE("a: \"foo\n"
		 "b: 1\n",
		"x.yaml:1:4: error: this quote is not closed\n"
		"    1 | a: \"foo\n"
		"      |    ^  add the closing quote\n"),
	CASE("a: 'foo\n", "x.yaml:1:4: error: this quote is not closed\n"
					  "    1 | a: 'foo\n"
					  "      |    ^  add the closing quote\n"),
	CASE("a: \"x\n"
		 "---\n"
		 "y\"\n",
		"x.yaml:1:4: error: this quote is not closed\n"
		"    1 | a: \"x\n"
		"      |    ^  add the closing quote\n"),
	CASE("a: - x\n", "x.yaml:1:4: error: a list cannot start behind a key on its line\n"
					 "    1 | a: - x\n"
					 "      |    ^  start it on the next line, or write [a, b]\n"),
	CASE("- a\n"
		 "b: 1\n",
		"x.yaml:2:1: error: a list item is expected here\n"
		"    2 | b: 1\n"
		"      | ^  start it with \"- \", or indent it below its key\n"),
	CASE("a:\n"
		 "  - x\n"
		 "  y: 1\n",
		"x.yaml:3:3: error: a list item is expected here\n"
		"    3 |   y: 1\n"
		"      |   ^  start it with \"- \", or indent it below its key\n"),
	CASE("a: @x\n", "x.yaml:1:4: error: a value cannot start with \"@\"\n"
					"    1 | a: @x\n"
					"      |    ^  quote the value\n"),
	CASE("a: `x\n", "x.yaml:1:4: error: a value cannot start with \"`\"\n"
					"    1 | a: `x\n"
					"      |    ^  quote the value\n"),
	CASE("a: %x\n", "x.yaml:1:4: error: a value cannot start with \"%\"\n"
					"    1 | a: %x\n"
					"      |    ^  quote the value\n"),
	CASE("a: \"\\q\"\n", "x.yaml:1:5: error: unknown escape in double quotes\n"
						 "    1 | a: \"\\q\"\n"
						 "      |     ^  write \\\\ for a backslash, or use single quotes\n"),
	CASE("a: \"\\xZZ\"\n", "x.yaml:1:7: error: hexadecimal digits are expected after this escape\n"
						   "    1 | a: \"\\xZZ\"\n"
						   "      |       ^\n"),
	CASE("a: \"\\ud800\"\n", "x.yaml:1:7: error: this escape names no Unicode character\n"
							 "    1 | a: \"\\ud800\"\n"
							 "      |       ^\n"),
	CASE("a: \"x\" y\n", "x.yaml:1:8: error: unexpected text after a value\n"
						 "    1 | a: \"x\" y\n"
						 "      |        ^  quote the whole value\n"),
	CASE("a: [1]]\n", "x.yaml:1:7: error: \"]\" closes nothing\n"
					  "    1 | a: [1]]\n"
					  "      |       ^  remove it\n"),
	CASE("a: }\n", "x.yaml:1:4: error: unexpected \"}\"\n"
				   "    1 | a: }\n"
				   "      |    ^  quote it where it is meant as text\n"),
	CASE("a: 1\n"
		 "}\n",
		"x.yaml:2:1: error: \"}\" closes nothing\n"
		"    2 | }\n"
		"      | ^  remove it\n"),
	CASE("a: *\n", "x.yaml:1:4: error: \"*\" without the name of an anchor\n"
				   "    1 | a: *\n"
				   "      |    ^  quote it where it is meant as text\n"),
	CASE("a: &\n", "x.yaml:1:4: error: \"&\" without a name\n"
				   "    1 | a: &\n"
				   "      |    ^  quote it where it is meant as text\n"),
	CASE("a: ,\n", "x.yaml:1:4: error: unexpected \",\"\n"
				   "    1 | a: ,\n"
				   "      |    ^  quote it where it is meant as text\n"),
	CASE("a: [,]\n", "x.yaml:1:5: error: unexpected \",\"\n"
					 "    1 | a: [,]\n"
					 "      |     ^  quote it where it is meant as text\n"),
	CASE("%FOO\n"
		 "a: 1\n",
		"x.yaml:1:1: error: unknown directive\n"
		"    1 | %FOO\n"
		"      | ^  remove the line; only %YAML may stand there\n"),
	CASE("%YAML 2.0\n"
		 "---\n"
		 "a: 1\n",
		"x.yaml:1:1: error: this version of YAML is not known\n"
		"    1 | %YAML 2.0\n"
		"      | ^  remove the line; YAML 1.2 is read\n"),
	CASE("a: !foo!bar x\n", "x.yaml:1:4: error: tags are not supported\n"
							"    1 | a: !foo!bar x\n"
							"      |    ^  quote the value where it is meant as text\n"),
	CASE("a: !<x\n", "x.yaml:1:4: error: tags are not supported\n"
					 "    1 | a: !<x\n"
					 "      |    ^  quote the value where it is meant as text\n"),
	CASE("a: |0\n"
		 " x\n",
		"x.yaml:1:5: error: found an indentation indicator equal to 0\n"
		"    1 | a: |0\n"
		"      |     ^\n"),
};

START_TEST(brackets_quotes_and_signs_are_put_right)
{
	for (size_t i = 0; i < sizeof(brackets_quotes_and_signs_are_put_right_cases) /
							   sizeof(brackets_quotes_and_signs_are_put_right_cases[0]);
		 i++)
		toy_expect_document(brackets_quotes_and_signs_are_put_right_cases[i].text,
			brackets_quotes_and_signs_are_put_right_cases[i].len,
			brackets_quotes_and_signs_are_put_right_cases[i].errors);
}
END_TEST

Suite *
suite_document_syntax(void)
{
	Suite *s = suite_create("document_syntax");
	TCase *t = tcase_create("document_syntax");
	tcase_add_test(t, keys_and_indentation_are_put_right);
	tcase_add_test(t, brackets_quotes_and_signs_are_put_right);
	suite_add_tcase(s, t);
	return s;
}
