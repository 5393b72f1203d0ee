/* One value: what a scalar means where a type is expected, and what absence means. */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "config/field_parts.h"
#include "config/scalar.h"

enum { SLUG_LONGEST = 64 };

bool
field_refuse(
	struct field_reader *r, const struct field *f, const struct node *node, const char *hint)
{
	struct str expected = STR_INIT;
	field_expect(f, &expected);
	field_error(r, node, hint, "%s must be %s, found %s", f->key, str_text(&expected),
		node_found(r->arena, node));
	str_free(&expected);
	return false;
}

/* Why a number is none, when that is no matter of spelling. */
static const char *
value_number_hint(struct field_reader *r, const struct node *node)
{
	double x;
	if (node->type != NODE_SCALAR) return NULL;
	const enum scalar_result is = scalar_real(node->text, &x);
	if (node->quoted) return is == SCALAR_OK ? "remove the quotes" : NULL;
	if (is == SCALAR_RANGE) return "no number of the machine is that large or small";
	if (is == SCALAR_INFINITE) return "the number must be finite";
	if (is == SCALAR_OK && x == floor(x) && fabs(x) < 1e15 && strpbrk(node->text, ".eE"))
		return arena_printf(r->arena, "write %.0f", x);
	return NULL;
}

bool
field_integer(
	struct field_reader *r, const struct field *f, const struct node *node, long long *out)
{
	if (node->type == NODE_SCALAR && !node->quoted && scalar_int(node->text, out) == SCALAR_OK) {
		const bool fits = f->type == FIELD_T_LONG || f->type == FIELD_T_INTS ||
						  (*out >= INT_MIN && *out <= INT_MAX);
		if (fits && field_in_range(f, (double)*out)) return true;
		return field_refuse(r, f, node, fits ? NULL : "the number is too large");
	}
	const enum scalar_result is =
		node->type == NODE_SCALAR ? scalar_int(node->text, out) : SCALAR_NONE;
	if (is == SCALAR_RANGE && !node->quoted)
		return field_refuse(r, f, node, "the number is too large");
	if (is != SCALAR_NONE) return field_refuse(r, f, node, value_number_hint(r, node));
	if (f->classes && node->type == NODE_SCALAR) {
		static const char *const word[] = { "num_classes" };
		return field_refuse(r, f, node, field_hint_near(r->arena, node->text, word, 1));
	}
	return field_refuse(r, f, node, NULL);
}

bool
field_real(struct field_reader *r, const struct field *f, const struct node *node, double *out)
{
	if (node->type == NODE_SCALAR && !node->quoted && scalar_real(node->text, out) == SCALAR_OK) {
		if (field_in_range(f, *out)) return true;
		return field_refuse(r, f, node, NULL);
	}
	double x;
	const bool number = node->type == NODE_SCALAR && scalar_real(node->text, &x) != SCALAR_NONE;
	return field_refuse(r, f, node, number ? value_number_hint(r, node) : NULL);
}

bool
field_text(struct field_reader *r, const struct field *f, const struct node *node, const char **out)
{
	if (node->type != NODE_SCALAR) return field_refuse(r, f, node, NULL);
	*out = node->text;
	return true;
}

bool
field_number(struct field_reader *r, const struct node *node, const char *what, double *out)
{
	if (node->type == NODE_SCALAR && !node->quoted && scalar_real(node->text, out) == SCALAR_OK)
		return true;
	double x;
	const bool number = node->type == NODE_SCALAR && scalar_real(node->text, &x) != SCALAR_NONE;
	field_error(r, node, number ? value_number_hint(r, node) : NULL, "expected %s, found %s", what,
		node_found(r->arena, node));
	return false;
}

static bool
value_int(struct field_reader *r, const struct field *f, const struct node *node, int *out)
{
	long long n;
	if (f->classes && node->type == NODE_SCALAR && strcmp(node->text, "num_classes") == 0) {
		*out = FIELD_NUM_CLASSES;
		return true;
	}
	if (!field_integer(r, f, node, &n)) return false;
	*out = (int)n;
	return true;
}

static bool
value_bool(struct field_reader *r, const struct field *f, const struct node *node, bool *out)
{
	static const char *const yes[] = { "yes", "on", "y", "1" }, *const no[] = { "no", "off", "n",
		"0" };
	const char *hint = NULL;
	bool b;
	if (node->type == NODE_SCALAR && scalar_bool(node->text, &b)) {
		if (!node->quoted) {
			*out = b;
			return true;
		}
		hint = "remove the quotes";
	}
	for (size_t i = 0; i < 4 && node->type == NODE_SCALAR; i++) {
		if (strcasecmp(node->text, yes[i]) == 0) hint = "write true";
		if (strcasecmp(node->text, no[i]) == 0) hint = "write false";
	}
	return field_refuse(r, f, node, hint);
}

static bool
value_slug(struct field_reader *r, const struct field *f, const struct node *node, const char **out)
{
	const char *s = node->text;
	bool good =
		node->type == NODE_SCALAR && isalnum((unsigned char)s[0]) && (unsigned char)s[0] < 128;
	size_t n = 0;
	for (; good && s[n]; n++)
		good = n < SLUG_LONGEST && (unsigned char)s[n] < 128 &&
			   (isalnum((unsigned char)s[n]) || strchr("._-", s[n]));
	if (!good) return field_refuse(r, f, node, NULL);
	*out = s;
	return true;
}

static bool
value_word(struct field_reader *r, const struct field *f, const struct node *node, int *out)
{
	if (node->type != NODE_SCALAR) return field_refuse(r, f, node, NULL);
	for (const struct field_word *w = f->words; w->name; w++) {
		if (strcmp(w->name, node->text) != 0) continue;
		*out = w->value;
		return true;
	}
	return field_refuse(r, f, node, field_hint_word(r->arena, node->text, f->words));
}

/* "write 2G" for 2GB, 2GiB, 2g; NULL for what is no size in any spelling. */
static const char *
value_bytes_hint(struct field_reader *r, const struct node *node)
{
	long long bytes;
	if (node->type != NODE_SCALAR) return NULL;
	if (node->quoted)
		return scalar_bytes(node->text, &bytes) == SCALAR_OK ? "remove the quotes" : NULL;
	char *text = arena_strdup(r->arena, node->text);
	const size_t digits = strspn(text, "0123456789");
	if (text[digits]) text[digits] = (char)toupper((unsigned char)text[digits]);
	const char *rest = text[digits] ? text + digits + 1 : "";
	if (strcasecmp(rest, "b") != 0 && strcasecmp(rest, "ib") != 0 && *rest) return NULL;
	if (text[digits]) text[digits + 1] = '\0';
	if (scalar_bytes(text, &bytes) != SCALAR_OK) return NULL;
	return arena_printf(r->arena, "write %s", text);
}

static bool
value_bytes(struct field_reader *r, const struct field *f, const struct node *node, long long *out)
{
	if (node->type != NODE_SCALAR || node->quoted || scalar_bytes(node->text, out) != SCALAR_OK)
		return field_refuse(r, f, node, value_bytes_hint(r, node));
	return field_in_range(f, (double)*out) || field_refuse(r, f, node, NULL);
}

static bool
value_seconds(struct field_reader *r, const struct field *f, const struct node *node, double *out)
{
	long long n;
	if (node->type == NODE_SCALAR && !node->quoted && scalar_seconds(node->text, out) == SCALAR_OK)
		return field_in_range(f, *out) || field_refuse(r, f, node, NULL);
	const bool bare = node->type == NODE_SCALAR && !node->quoted &&
					  scalar_int(node->text, &n) == SCALAR_OK && n >= 0;
	const char *hint = bare ? arena_printf(r->arena, "write %llds for seconds", n) : NULL;
	return field_refuse(r, f, node, node->quoted ? "remove the quotes" : hint);
}

bool
field_value(struct field_reader *r, const struct field *f, const struct node *node, void *dst)
{
	switch (f->type) {
	case FIELD_T_INT:
		return value_int(r, f, node, dst);
	case FIELD_T_LONG: {
		long long n;
		if (!field_integer(r, f, node, &n)) return false;
		*(long long *)dst = n;
		return true;
	}
	case FIELD_T_REAL: {
		double x;
		if (!field_real(r, f, node, &x)) return false;
		*(double *)dst = x;
		return true;
	}
	case FIELD_T_BOOL:
		return value_bool(r, f, node, dst);
	case FIELD_T_STR:
		return field_text(r, f, node, dst);
	case FIELD_T_SLUG:
		return value_slug(r, f, node, dst);
	case FIELD_T_WORD:
		return value_word(r, f, node, dst);
	case FIELD_T_BYTES:
		return value_bytes(r, f, node, dst);
	case FIELD_T_SECONDS:
		return value_seconds(r, f, node, dst);
	case FIELD_T_CUSTOM:
		memset(dst, 0, f->custom->size);	/* the preset stood there */
		return f->custom->read(r, f, node, dst);
	default:
		return field_several(r, f, node, dst);
	}
}

bool
field_read_text(struct field_reader *r, const struct field *f, const char *text, void *dst)
{
	struct diags *quiet = diags_new();
	struct field_reader inner = { .arena = r->arena, .diags = quiet };
	const struct document_source s = { .file = "preset", .text = text, .len = strlen(text) };
	const struct node *node = document_build(r->arena, &s, quiet);
	const bool good = node && node->type != NODE_NULL && field_value(&inner, f, node, dst) &&
					  diags_errors(quiet) == 0;
	diags_free(quiet);
	return good;
}

void
field_preset(struct field_reader *r, const struct field *f, void *dst)
{
	switch (f->type) {
	case FIELD_T_INT:
	case FIELD_T_WORD:
		*(int *)dst = (int)f->preset;
		break;
	case FIELD_T_LONG:
	case FIELD_T_BYTES:
		*(long long *)dst = (long long)f->preset;
		break;
	case FIELD_T_REAL:
	case FIELD_T_SECONDS:
		*(double *)dst = f->preset;
		break;
	case FIELD_T_BOOL:
		*(bool *)dst = f->preset != 0;
		break;
	case FIELD_T_STR:
	case FIELD_T_SLUG:
		*(const char **)dst = f->preset_str;
		break;
	case FIELD_T_PAIR:
		*(struct int_pair *)dst = (struct int_pair){ (int)f->preset, (int)f->preset };
		break;
	case FIELD_T_PADDING: {
		const int n = (int)f->preset;
		*(struct padding4 *)dst = (struct padding4){ n, n, n, n };
		break;
	}
	case FIELD_T_REALS:
		*(struct real_list *)dst = (struct real_list){ 0, NULL };
		break;
	case FIELD_T_INTS:
		*(struct int_list *)dst = (struct int_list){ 0, NULL };
		break;
	case FIELD_T_STRS:
		*(struct str_list *)dst = (struct str_list){ 0, NULL, NULL };
		break;
	case FIELD_T_CUSTOM:
		memset(dst, 0, f->custom->size);
		break;
	default:
		break;
	}
	/*
	 * Lists and types of their own have their preset as text; one in brackets, so that words can
	 * describe it.
	 */
	const bool list =
		f->type == FIELD_T_REALS || f->type == FIELD_T_INTS || f->type == FIELD_T_STRS;
	if (f->preset_str && ((list && f->preset_str[0] == '[') || f->type == FIELD_T_CUSTOM) &&
		!field_read_text(r, f, f->preset_str, dst) && f->type == FIELD_T_CUSTOM)
		memset(dst, 0, f->custom->size);
}
