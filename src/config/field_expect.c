/* What a field takes, in words, and its limits. */
#include <math.h>
#include <string.h>

#include "config/field_parts.h"

/* Limits that are a type's own are none to speak of. */
static bool
expect_is_huge(double x)
{
	return fabs(x) >= 9223372036854775807.0 || fabs(x) == INT_MAX || x == INT_MIN;
}

static bool
expect_is_limited(const struct field *f)
{
	return f->min != 0 || f->max != 0 || f->min_open || f->max_open;
}

bool
field_has_min(const struct field *f)
{
	return expect_is_limited(f) && !expect_is_huge(f->min);
}

bool
field_has_max(const struct field *f)
{
	if (!expect_is_limited(f) || expect_is_huge(f->max) || f->max < f->min) return false;
	return f->max > f->min || f->max != 0;
}

bool
field_in_range(const struct field *f, double x)
{
	if (field_has_min(f) && (f->min_open ? x <= f->min : x < f->min)) return false;
	return !field_has_max(f) || (f->max_open ? x < f->max : x <= f->max);
}

static void
expect_number(double x, struct str *out)
{
	char text[32];
	num_format(x, text, sizeof(text));
	if (x == floor(x) && fabs(x) < 1e18)
		str_printf(out, "%.0f", x);
	else
		str_add(out, text);
}

/* " of 1 or more", " from 0 to 1", " above 0 and below 1". */
static void
expect_limits(const struct field *f, struct str *out)
{
	const bool min = field_has_min(f), max = field_has_max(f);
	if (min && max && !f->min_open && !f->max_open) {
		str_add(out, " from ");
		expect_number(f->min, out);
		str_add(out, " to ");
		expect_number(f->max, out);
		return;
	}
	if (min) {
		str_add(out, f->min_open ? " above " : " of ");
		expect_number(f->min, out);
		str_add(out, f->min_open ? "" : " or more");
	}
	if (min && max) str_add(out, " and");
	if (max) {
		str_add(out, f->max_open ? " below " : min ? " at most " : " of at most ");
		expect_number(f->max, out);
	}
}

static void
expect_one(const struct field *f, const char *noun, struct str *out)
{
	if (field_has_min(f) && field_has_max(f) && f->min == f->max) {
		expect_number(f->min, out);
		return;
	}
	str_add(out, noun);
	expect_limits(f, out);
}

static void
expect_words(const struct field_word *w, struct str *out)
{
	for (size_t i = 0; w[i].name; i++) {
		if (i) str_add(out, w[i + 1].name ? ", " : " or ");
		str_add(out, w[i].name);
	}
}

const char *
field_article(const struct family *family)
{
	return strchr("aeiou", family->name[0]) ? "an" : "a";
}

static void
expect_kind(const struct field *f, struct str *out)
{
	const struct family *m = f->family;
	if (f->type == FIELD_T_KINDS)
		str_printf(out, "a list of %ss", m->name);
	else if (m->style == FAMILY_ITEM)
		str_printf(out, "the name of %s %s, or name: {arguments}", field_article(m), m->name);
	else if (m->bare)
		str_printf(out, "the name of %s %s, or a map with %s", field_article(m), m->name, m->tag);
	else
		str_printf(out, "a map with %s: the name of %s %s", m->tag, field_article(m), m->name);
}

/* A size or a duration: its limits are bytes or seconds. */
static void
expect_measure(const struct field *f, const char *noun, const char *unit, struct str *out)
{
	str_add(out, noun);
	if (field_has_min(f) && f->min == 1) str_add(out, ", above 0");
	if (field_has_min(f) && f->min > 1) str_printf(out, ", %.0f %s or more", f->min, unit);
	if (field_has_max(f) && f->max < 1e15) str_printf(out, ", %.0f %s at most", f->max, unit);
}

/* Pairs, paddings, lists: what one of them is, and how several are written. */
static void
expect_several(const struct field *f, struct str *out)
{
	const char *one = f->type == FIELD_T_REALS ? "a number" : "an integer";
	const char *more = ", or a list of such";
	if (f->type == FIELD_T_PAIR) more = ", or a pair [height, width]";
	if (f->type == FIELD_T_PADDING) more = ", [height, width] or [[top, bottom], [left, right]]";
	if (f->type != FIELD_T_STRS)
		expect_one(f, one, out);
	else if (f->words)
		expect_words(f->words, out);
	else
		str_add(out, "text");
	if (f->ranges) str_add(out, ", a range such as 1-5");
	str_add(out, more);
}

void
field_expect(const struct field *f, struct str *out)
{
	switch (f->type) {
	case FIELD_T_INT:
	case FIELD_T_LONG:
		expect_one(f, "an integer", out);
		if (f->classes) str_add(out, ", or num_classes");
		break;
	case FIELD_T_REAL:
		expect_one(f, "a number", out);
		break;
	case FIELD_T_BOOL:
		str_add(out, "true or false");
		break;
	case FIELD_T_STR:
		str_add(out, "text");
		break;
	case FIELD_T_SLUG:
		str_add(out, "1 to 64 letters, digits, \".\", \"_\" or \"-\", the first a letter or digit");
		break;
	case FIELD_T_WORD:
		expect_words(f->words, out);
		break;
	case FIELD_T_PAIR:
	case FIELD_T_PADDING:
	case FIELD_T_REALS:
	case FIELD_T_INTS:
	case FIELD_T_STRS:
		expect_several(f, out);
		break;
	case FIELD_T_BYTES:
		expect_measure(f, "a size such as 512M or 2G", "bytes", out);
		break;
	case FIELD_T_SECONDS:
		expect_measure(f, "a duration such as 90s, 30m or 1h30m", "seconds", out);
		break;
	case FIELD_T_MAP:
		str_add(out, "a map of keys");
		break;
	case FIELD_T_MAPS:
		str_add(out, "a list of one or more maps");
		break;
	case FIELD_T_KIND:
	case FIELD_T_KINDS:
		expect_kind(f, out);
		break;
	case FIELD_T_CUSTOM:
		str_add(out, f->custom->expects);
		break;
	}
}
