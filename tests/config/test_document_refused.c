/* What is YAML and yet no experiment: roots, tags, documents, keys, aliases. */
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
} roots_tags_and_documents_are_refused_cases[] = {
	CASE("", "x.yaml: error: nothing is in it; a map of keys is expected\n"),
	CASE("# nothing\n", "x.yaml: error: nothing is in it; a map of keys is expected\n"),
	CASE("---\n", "x.yaml:2:1: error: the file must be a map of keys, found nothing\n"
				  "    2 | \n"
				  "      | ^  write key: value\n"),
	CASE("hello\n", "x.yaml:1:1: error: the file must be a map of keys, found text\n"
					"    1 | hello\n"
					"      | ^~~~~  write key: value\n"),
	CASE("- a\n"
		 "- b\n",
		"x.yaml:1:1: error: the file must be a map of keys, found a list\n"
		"    1 | - a\n"
		"      | ^  write key: value\n"),
	CASE("a: !!str 3\n", "x.yaml:1:4: error: tag \"!!str\" is not supported\n"
						 "    1 | a: !!str 3\n"
						 "      |    ^  quote the value instead\n"),
	CASE("a: !!int 3\n", "x.yaml:1:4: error: tag \"!!int\" is not supported\n"
						 "    1 | a: !!int 3\n"
						 "      |    ^  remove the tag; the key decides the type\n"),
	CASE("a: !mine 3\n", "x.yaml:1:4: error: tag \"!mine\" is not supported\n"
						 "    1 | a: !mine 3\n"
						 "      |    ^  remove the tag; the key decides the type\n"),
	CASE("a: !!seq [1]\n", "x.yaml:1:4: error: tag \"!!seq\" is not supported\n"
						   "    1 | a: !!seq [1]\n"
						   "      |    ^  remove the tag; the key decides the type\n"),
	CASE("a: 1\n"
		 "---\n"
		 "b: 2\n",
		"x.yaml:2:1: error: a second document begins here\n"
		"    2 | ---\n"
		"      | ^~~  remove it; a file holds one experiment\n"),
};

START_TEST(roots_tags_and_documents_are_refused)
{
	for (size_t i = 0; i < sizeof(roots_tags_and_documents_are_refused_cases) /
							   sizeof(roots_tags_and_documents_are_refused_cases[0]);
		 i++)
		toy_expect_document(roots_tags_and_documents_are_refused_cases[i].text,
			roots_tags_and_documents_are_refused_cases[i].len,
			roots_tags_and_documents_are_refused_cases[i].errors);
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *errors;
} duplicate_and_odd_keys_are_refused_cases[] = {
	CASE("a: 1\n"
		 "bb: 2\n"
		 "a: 3\n",
		"x.yaml:3:1: error: duplicate key \"a\"; it stands first at line 1, column 1\n"
		"    3 | a: 3\n"
		"      | ^  keep one of the two\n"),
	CASE("a: {x: 1, y: 2, x: 3, x: 4}\n",
		"x.yaml:1:17: error: duplicate key \"x\"; it stands first at line 1, column 5\n"
		"    1 | a: {x: 1, y: 2, x: 3, x: 4}\n"
		"      |                 ^  keep one of the two\n"
		"x.yaml:1:23: error: duplicate key \"x\"; it stands first at line 1, column 5\n"
		"    1 | a: {x: 1, y: 2, x: 3, x: 4}\n"
		"      |                       ^  keep one of the two\n"),
	CASE("<<: 1\n"
		 "<<: 2\n",
		"x.yaml:2:1: error: duplicate key \"<<\"; it stands first at line 1, column 1\n"
		"    2 | <<: 2\n"
		"      | ^~  keep one of the two\n"),
	CASE("? [a, b]\n"
		 ": 1\n",
		"x.yaml:1:3: error: a list cannot be a key\n"
		"    1 | ? [a, b]\n"
		"      |   ^  a key is one word\n"),
	CASE("? {a: b}\n"
		 ": 1\n",
		"x.yaml:1:3: error: a map cannot be a key\n"
		"    1 | ? {a: b}\n"
		"      |   ^  a key is one word\n"),
	CASE("a: &x b\n"
		 "*x : 1\n",
		"x.yaml:2:1: error: an alias cannot be a key\n"
		"    2 | *x : 1\n"
		"      | ^~  a key is one word\n"),
};

START_TEST(duplicate_and_odd_keys_are_refused)
{
	for (size_t i = 0; i < sizeof(duplicate_and_odd_keys_are_refused_cases) /
							   sizeof(duplicate_and_odd_keys_are_refused_cases[0]);
		 i++)
		toy_expect_document(duplicate_and_odd_keys_are_refused_cases[i].text,
			duplicate_and_odd_keys_are_refused_cases[i].len,
			duplicate_and_odd_keys_are_refused_cases[i].errors);
}
END_TEST

static const struct {
	const char *text;
	size_t len;
	const char *errors;
} aliases_that_mean_nothing_are_refused_cases[] = {
	CASE("a: *foo\n", "x.yaml:1:4: error: unknown alias \"*foo\"\n"
					  "    1 | a: *foo\n"
					  "      |    ^~~~  an anchor \"&foo\" must stand before it\n"),
	CASE("a: &base 1\n"
		 "b: *bse\n",
		"x.yaml:2:4: error: unknown alias \"*bse\"\n"
		"    2 | b: *bse\n"
		"      |    ^~~~  did you mean \"*base\"?\n"),
	CASE("a: &x [*x]\n", "x.yaml:1:8: error: alias \"*x\" stands inside what it repeats\n"
						 "    1 | a: &x [*x]\n"
						 "      |        ^~\n"),
};

START_TEST(aliases_that_mean_nothing_are_refused)
{
	for (size_t i = 0; i < sizeof(aliases_that_mean_nothing_are_refused_cases) /
							   sizeof(aliases_that_mean_nothing_are_refused_cases[0]);
		 i++)
		toy_expect_document(aliases_that_mean_nothing_are_refused_cases[i].text,
			aliases_that_mean_nothing_are_refused_cases[i].len,
			aliases_that_mean_nothing_are_refused_cases[i].errors);
}
END_TEST

Suite *
suite_document_refused(void)
{
	Suite *s = suite_create("document_refused");
	TCase *t = tcase_create("document_refused");
	tcase_add_test(t, roots_tags_and_documents_are_refused);
	tcase_add_test(t, duplicate_and_odd_keys_are_refused);
	tcase_add_test(t, aliases_that_mean_nothing_are_refused);
	suite_add_tcase(s, t);
	return s;
}
