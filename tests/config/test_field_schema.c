/* JSON Schema: exact for a small table, whole for a large one. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"
#include "tlrun/json.h"

struct small {
	int n;
};
static const struct field small_fields[] = {
	FIELD_INT(struct small, n, .required = true, .min = 1, .max = 9, .doc = "a number"), FIELD_END
};

static const char small_schema[] =
	"{\n"
	"  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
	"  \"title\": \"small\",\n"
	"  \"type\": \"object\",\n"
	"  \"if\": {\n"
	"    \"properties\": {\n"
	"      \"extends\": {\n"
	"        \"type\": \"string\"\n"
	"      }\n"
	"    },\n"
	"    \"required\": [\"extends\"]\n"
	"  },\n"
	"  \"then\": {\n"
	"    \"$ref\": \"#/$defs/child\"\n"
	"  },\n"
	"  \"else\": {\n"
	"    \"$ref\": \"#/$defs/whole\"\n"
	"  },\n"
	"  \"$defs\": {\n"
	"    \"whole\": {\n"
	"      \"type\": \"object\",\n"
	"      \"additionalProperties\": false,\n"
	"      \"required\": [\"n\"],\n"
	"      \"properties\": {\n"
	"        \"extends\": {\n"
	"          \"description\": \"one parent file, whose values hold where this one is "
	"silent\",\n"
	"          \"type\": \"null\"\n"
	"        },\n"
	"        \"n\": {\n"
	"          \"description\": \"a number\",\n"
	"          \"anyOf\": [\n"
	"            {\n"
	"              \"type\": \"integer\",\n"
	"              \"minimum\": 1,\n"
	"              \"maximum\": 9\n"
	"            }\n"
	"          ]\n"
	"        }\n"
	"      }\n"
	"    },\n"
	"    \"child\": {\n"
	"      \"type\": \"object\",\n"
	"      \"additionalProperties\": false,\n"
	"      \"properties\": {\n"
	"        \"extends\": {\n"
	"          \"description\": \"one parent file, whose values hold where this one is "
	"silent\",\n"
	"          \"type\": \"string\"\n"
	"        },\n"
	"        \"n\": {\n"
	"          \"description\": \"a number\",\n"
	"          \"anyOf\": [\n"
	"            {\n"
	"              \"type\": \"integer\",\n"
	"              \"minimum\": 1,\n"
	"              \"maximum\": 9\n"
	"            },\n"
	"            {\n"
	"              \"type\": \"null\"\n"
	"            }\n"
	"          ]\n"
	"        }\n"
	"      }\n"
	"    }\n"
	"  }\n"
	"}\n";

START_TEST(small_table_is_this_schema)
{
	struct str out = STR_INIT;
	field_schema(small_fields, "small", &out);
	ck_assert_str_eq(str_text(&out), small_schema);
	str_free(&out);
}
END_TEST

/* The value at a path of keys and indices, "$defs/whole/properties/…". Never NULL. */
static json_t *
at(json_t *root, const char *path)
{
	char key[64];
	json_t *v = root;
	for (const char *p = path; *p;) {
		const size_t n = strcspn(p, "/");
		ck_assert_uint_lt(n, sizeof(key));
		memcpy(key, p, n);
		key[n] = '\0';
		v = json_is_array(v) ? json_array_get(v, (size_t)(key[0] - '0')) : json_object_get(v, key);
		ck_assert_msg(v != NULL, "%s: no %s", path, key);
		p += p[n] ? n + 1 : n;
	}
	return v;
}

static void
expect(json_t *root, const char *path, const char *json)
{
	json_t *expected = json_loads(json, JSON_DECODE_ANY, NULL);
	ck_assert_ptr_nonnull(expected);
	if (!json_equal(at(root, path), expected)) {
		char *found = json_dumps(at(root, path), JSON_ENCODE_ANY);
		ck_abort_msg("%s is %s, not %s", path, found, json);
	}
	json_decref(expected);
}

static void
expect_all(const char *const (*cases)[2], size_t n)
{
	struct str out = STR_INIT;
	struct err e = ERR_INIT;
	json_t *root;
	field_schema(toy_fields, "toy", &out);
	ck_assert_msg(
		json_parse("toy", out.data, out.len, &root, ERR_FAILED, &e) == OK, "%s", e.message);
	for (size_t i = 0; i < n; i++)
		expect(at(root, "$defs"), cases[i][0], cases[i][1]);
	json_decref(root);
	str_free(&out);
}

/* The rest of the pattern of such a number, and its closing quote. */
#define EXPONENT "([0-9]+\\\\.?[0-9]*|\\\\.[0-9]+)[eE][-+]?[0-9]+$\""

/* 1e-3 is a string for YAML 1.1. */
START_TEST(numbers_may_be_what_yaml_1_1_takes_for_text)
{
	static const char *const cases[][2] = {
		{ "whole/properties/mean/anyOf/1",
			"{\"type\": \"string\", \"pattern\": \"^[-+]?" EXPONENT "}" },
		{ "whole/properties/mean/anyOf/2/items/anyOf/1",
			"{\"type\": \"string\", \"pattern\": \"^[-+]?" EXPONENT "}" },
		{ "layer/anyOf/1/properties/dropout/properties/rate/anyOf/1",
			"{\"type\": \"string\", \"pattern\": \"^\\\\+?" EXPONENT "}" },
	};
	expect_all(cases, sizeof(cases) / sizeof(cases[0]));
}
END_TEST

START_TEST(every_type_has_its_schema)
{
	static const char *const cases[][2] = {
		{ "whole/required", "[\"version\", \"dataset\"]" },
		{ "whole/properties/odd/anyOf", "[{\"type\": \"integer\"}, {\"type\": \"null\"}]" },
		{ "whole/properties/dataset/anyOf", "[{\"$ref\": \"#/$defs/dataset\"}]" },
		{ "child/properties/dataset/anyOf",
			"[{\"$ref\": \"#/$defs/dataset_child\"}, {\"type\": \"null\"}]" },
		{ "whole/properties/layers/anyOf", "[{\"type\": \"array\", \"items\": {\"$ref\": "
										   "\"#/$defs/layer\"}}, {\"type\": \"null\"}]" },
		{ "child/properties/layers/anyOf/0/items", "{\"$ref\": \"#/$defs/layer\"}" },
		{ "whole/properties/training/anyOf/0/properties/epochs/default", "10" },
		{ "whole/properties/training/anyOf/0/properties/max_time/anyOf/0/pattern",
			"\"^(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?$\"" },
		{ "whole/properties/training/anyOf/0/properties/phases/anyOf/1", "{\"type\": \"null\"}" },
		{ "whole/properties/training/anyOf/0/properties/phases/anyOf/0/type", "\"array\"" },
		{ "whole/properties/training/anyOf/0/properties/phases/anyOf/0/minItems", "1" },
		/* an item is whole in a file that extends another, too */
		{ "child/properties/training/anyOf/0/properties/phases/anyOf/0/items/required",
			"[\"rounds\"]" },
		{ "child/properties/training/anyOf/0/properties/phases/anyOf/0/items/properties/stepper/"
		  "anyOf/0", "{\"$ref\": \"#/$defs/optimizer\"}" },
		{ "child/properties/training/anyOf/0/properties/phases/anyOf/0/items/"
		  "additionalProperties", "false" },
		{ "whole/properties/runtime/anyOf/0/properties/memory_limit/anyOf",
			"[{\"type\": \"integer\", \"minimum\": 1024}, "
			"{\"type\": \"string\", \"pattern\": \"^[0-9]+[KMGT]$\"}, {\"type\": \"null\"}]" },
		{ "whole/properties/reports/anyOf/0",
			"{\"enum\": [\"confusion_matrix\", \"calibration\"]}" },
		{ "layer/anyOf/0/enum", "[\"flatten\", \"zero_padding2d\"]" },
		{ "layer/anyOf/1/maxProperties", "1" },
		{ "layer/anyOf/1/properties/conv2d/required", "[\"filters\", \"kernel_size\"]" },
		{ "layer/anyOf/1/properties/conv2d/additionalProperties", "false" },
		{ "layer/anyOf/1/properties/flatten/type", "[\"object\", \"null\"]" },
		{ "layer/anyOf/1/properties/dense/properties/units/anyOf/0",
			"{\"const\": \"num_classes\"}" },
		{ "layer/anyOf/1/properties/dropout/properties/rate/anyOf/0",
			"{\"type\": \"number\", \"minimum\": 0, \"exclusiveMaximum\": 1}" },
		{ "optimizer/anyOf/0/enum", "[\"adam\", \"sgd\"]" },
		{ "optimizer/anyOf/1/properties/type", "{\"const\": \"adam\"}" },
		{ "optimizer/anyOf/1/required", "[\"type\"]" },
		{ "optimizer_child/anyOf/3/propertyNames/enum",
			"[\"type\", \"learning_rate\", \"beta_1\", \"learning_rate\", \"momentum\", "
			"\"nesterov\"]" },
		{ "dataset/anyOf/1/required", "[\"name\", \"path\"]" },
	};
	expect_all(cases, sizeof(cases) / sizeof(cases[0]));
}
END_TEST

/* Every {"$ref": "#/$defs/NAME"} below v leads somewhere. */
static int
count_references(const json_t *v, const json_t *defs)
{
	const char *key;
	json_t *item;
	size_t i;
	int n = 0;
	if (json_is_array(v))
		json_array_foreach((json_t *)v, i, item) n += count_references(item, defs);
	if (json_is_object(v)) json_object_foreach((json_t *)v, key, item)
		{
			if (strcmp(key, "$ref") == 0) {
				const char *name = strrchr(json_string_value(item), '/') + 1;
				ck_assert_msg(json_object_get(defs, name) != NULL, "%s leads nowhere", name);
				n++;
			}
			n += count_references(item, defs);
		}
	return n;
}

START_TEST(every_reference_leads_somewhere)
{
	struct str out = STR_INIT;
	json_t *root;
	field_schema(toy_fields, "toy", &out);
	ck_assert_int_eq(json_parse("toy", out.data, out.len, &root, ERR_FAILED, NULL), OK);
	ck_assert_int_eq(count_references(root, json_object_get(root, "$defs")), 10);
	json_decref(root);
	str_free(&out);
}
END_TEST

Suite *
suite_field_schema(void)
{
	Suite *s = suite_create("field_schema");
	TCase *t = tcase_create("field_schema");
	tcase_add_test(t, small_table_is_this_schema);
	tcase_add_test(t, every_type_has_its_schema);
	tcase_add_test(t, numbers_may_be_what_yaml_1_1_takes_for_text);
	tcase_add_test(t, every_reference_leads_somewhere);
	suite_add_tcase(s, t);
	return s;
}
