/* Values as YAML flow text that reads back as the same value. */
#include "config/field_text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "config/scalar.h"
#include "tlrun/visible.h"

/* Letters, digits and what means nothing to YAML inside a word, with single spaces between. */
static bool
text_is_plain(const char *s)
{
	if (!isalnum((unsigned char)s[0]) && !strchr("/._", s[0])) return false;
	if (scalar_is_null(s)) return false;
	for (const char *p = s; *p; p++) {
		const unsigned char c = (unsigned char)*p;
		if (c >= 128) return false;
		if (c == ' ' && (p[1] == ' ' || !p[1])) return false;
		if (!isalnum(c) && !strchr("/._+- ", c)) return false;
	}
	return true;
}

void
field_text_string(const char *text, bool quote, struct str *out)
{
	if (!quote && text_is_plain(text)) {
		str_add(out, text);
		return;
	}
	str_add_char(out, '"');
	const char *const end = text + strlen(text);
	for (size_t n; text < end; text += n) {
		uint32_t c;
		n = utf8_decode(text, (size_t)(end - text), &c);
		if (!n) n = 1, str_add(out, "\\uFFFD");
		else if (c == '"' || c == '\\') str_printf(out, "\\%c", (char)c);
		else if (c == '\n') str_add(out, "\\n");
		else if (c == '\t') str_add(out, "\\t");
		else if (!visible_hides(c)) str_add_len(out, text, n);
		else str_printf(out, c < 0x80 ? "\\x%02X" : c < 0x10000 ? "\\u%04X" : "\\U%08X",
			(unsigned)c);
	}
	str_add_char(out, '"');
}

static void
text_real(double x, struct str *out)
{
	char text[32];
	num_format(x, text, sizeof(text));
	str_add(out, text);
}

static void
text_bytes(long long n, struct str *out)
{
	static const char units[] = "KMGT";
	int unit = -1;
	while (n != 0 && n % 1024 == 0 && unit < 3) {
		n /= 1024;
		unit++;
	}
	str_printf(out, "%lld", n);
	if (unit >= 0) str_add_char(out, units[unit]);
}

static void
text_seconds(double s, struct str *out)
{
	long long n = (long long)s;
	if (n >= 3600) str_printf(out, "%lldh", n / 3600);
	n %= 3600;
	if (n >= 60) str_printf(out, "%lldm", n / 60);
	n %= 60;
	if (n || s < 60) str_printf(out, "%llds", n);
}

static bool
text_word(const struct field_word *words, int value, struct str *out)
{
	for (const struct field_word *w = words; w->name; w++) {
		if (w->value != value) continue;
		str_add(out, w->name);
		return true;
	}
	return false;
}

static bool
text_looks_typed(const char *text)
{
	double x;
	bool b;
	return scalar_real(text, &x) != SCALAR_NONE || scalar_bool(text, &b);
}

static bool
text_list(const struct field *f, const void *src, struct str *out)
{
	const struct real_list *reals = src;
	const struct int_list *ints = src;
	const struct str_list *strs = src;
	const size_t n = f->type == FIELD_T_REALS  ? reals->n
					 : f->type == FIELD_T_INTS ? ints->n
											   : strs->n;
	if (n == 0) return false;
	str_add_char(out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i) str_add(out, ", ");
		if (f->type == FIELD_T_REALS)
			text_real(reals->v[i], out);
		else if (f->type == FIELD_T_INTS)
			str_printf(out, "%lld", ints->v[i]);
		else
			field_text_string(strs->v[i],
				strs->node && strs->node[i]->quoted && text_looks_typed(strs->v[i]), out);
	}
	str_add_char(out, ']');
	return true;
}

bool
field_text_value(const struct field *f, const void *src, struct str *out)
{
	const struct int_pair *pair = src;
	const struct padding4 *pad = src;
	switch (f->type) {
	case FIELD_T_INT:
		if (f->classes && *(const int *)src == FIELD_NUM_CLASSES)
			str_add(out, "num_classes");
		else
			str_printf(out, "%d", *(const int *)src);
		return true;
	case FIELD_T_LONG:
		str_printf(out, "%lld", *(const long long *)src);
		return true;
	case FIELD_T_REAL:
		text_real(*(const double *)src, out);
		return true;
	case FIELD_T_BOOL:
		str_add(out, *(const bool *)src ? "true" : "false");
		return true;
	case FIELD_T_STR:
	case FIELD_T_SLUG:
		if (!*(const char *const *)src) return false;
		field_text_string(*(const char *const *)src, false, out);
		return true;
	case FIELD_T_WORD:
		return text_word(f->words, *(const int *)src, out);
	case FIELD_T_PAIR:
		str_printf(out, "[%d, %d]", pair->a, pair->b);
		return true;
	case FIELD_T_PADDING:
		str_printf(out, "[[%d, %d], [%d, %d]]", pad->top, pad->bottom, pad->left, pad->right);
		return true;
	case FIELD_T_BYTES:
		text_bytes(*(const long long *)src, out);
		return true;
	case FIELD_T_SECONDS:
		text_seconds(*(const double *)src, out);
		return true;
	case FIELD_T_CUSTOM:
		f->custom->print(src, out);
		return true;
	case FIELD_T_REALS:
	case FIELD_T_INTS:
	case FIELD_T_STRS:
		return text_list(f, src, out);
	default:
		return false;
	}
}

static bool
text_is_zero(const void *src, size_t n)
{
	const unsigned char *p = src;
	while (n > 0 && *p == 0)
		p++, n--;
	return n == 0;
}

bool
field_differs(const struct field *f, const void *src)
{
	const struct int_pair *pair = src;
	const struct padding4 *pad = src;
	const char *text;
	switch (f->type) {
	case FIELD_T_INT:
	case FIELD_T_WORD:
		return *(const int *)src != (int)f->preset;
	case FIELD_T_LONG:
	case FIELD_T_BYTES:
		return *(const long long *)src != (long long)f->preset;
	case FIELD_T_REAL:
	case FIELD_T_SECONDS:
		return *(const double *)src != f->preset;
	case FIELD_T_BOOL:
		return *(const bool *)src != (f->preset != 0);
	case FIELD_T_STR:
	case FIELD_T_SLUG:
		text = *(const char *const *)src;
		return text && (!f->preset_str || strcmp(text, f->preset_str) != 0);
	case FIELD_T_PAIR:
		return pair->a != (int)f->preset || pair->b != (int)f->preset;
	case FIELD_T_PADDING:
		return pad->top != (int)f->preset || pad->bottom != pad->top || pad->left != pad->top ||
			   pad->right != pad->top;
	case FIELD_T_REALS:
		return ((const struct real_list *)src)->n > 0;
	case FIELD_T_INTS:
		return ((const struct int_list *)src)->n > 0;
	case FIELD_T_STRS:
		return ((const struct str_list *)src)->n > 0;
	case FIELD_T_KIND:
		return ((const struct kind_value *)src)->kind != NULL;
	case FIELD_T_KINDS:
		return ((const struct kind_list *)src)->n > 0;
	case FIELD_T_MAPS:
		return field_maps_of(src).n > 0;
	case FIELD_T_CUSTOM:
		return !text_is_zero(src, f->custom->size);
	case FIELD_T_MAP:
		break;
	}
	return false;
}

bool
field_preset_is_text(const struct field *f)
{
	switch (f->type) {
	case FIELD_T_STR:
	case FIELD_T_SLUG:
	case FIELD_T_CUSTOM:
	case FIELD_T_KIND:
		return true;
	case FIELD_T_REALS:
	case FIELD_T_INTS:
	case FIELD_T_STRS:
		return f->preset_str && f->preset_str[0] == '[';
	default:
		return false;
	}
}

bool
field_text_preset(const struct field *f, struct str *out)
{
	union {
		int i;
		long long l;
		double x;
		bool b;
		struct int_pair pair;
		struct padding4 pad;
	} v;
	const int n = (int)f->preset;
	if (f->preset_str) {
		str_add(out, f->preset_str);
		return true;
	}
	if (f->optional || f->required) return false;
	switch (f->type) {
	case FIELD_T_INT:
	case FIELD_T_WORD:
		v.i = n;
		break;
	case FIELD_T_LONG:
	case FIELD_T_BYTES:
		v.l = (long long)f->preset;
		break;
	case FIELD_T_REAL:
	case FIELD_T_SECONDS:
		v.x = f->preset;
		break;
	case FIELD_T_BOOL:
		v.b = n != 0;
		break;
	case FIELD_T_PAIR:
		v.pair = (struct int_pair){ n, n };
		break;
	case FIELD_T_PADDING:
		v.pad = (struct padding4){ n, n, n, n };
		break;
	case FIELD_T_KIND:
		if (f->family->default_kind) str_add(out, f->family->default_kind);
		return f->family->default_kind != NULL;
	default:
		return false;
	}
	return field_text_value(f, &v, out);
}

void
document_flow(const struct node *n, struct str *out)
{
	double number;
	if (n->type == NODE_NULL) {
		str_add(out, "null");
	} else if (n->type == NODE_SCALAR) {
		/* A plain number may begin with a sign or a point. */
		if (!n->quoted && scalar_real(n->text, &number) != SCALAR_NONE) str_add(out, n->text);
		else field_text_string(n->text, n->quoted, out);
	} else {
		const bool map = n->type == NODE_MAP;
		str_add_char(out, map ? '{' : '[');
		for (size_t i = 0; i < n->n; i++) {
			if (i) str_add(out, ", ");
			if (map) field_text_string(n->keys[i], false, out), str_add(out, ": ");
			document_flow(n->items[i], out);
		}
		str_add_char(out, map ? '}' : ']');
	}
}
