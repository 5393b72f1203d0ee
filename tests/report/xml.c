/* A reader of well-formed XML without a DTD's powers, for pages and charts. */
#include "report/xml.h"

#include <ctype.h>
#include <string.h>

enum { XML_DEPTH = 64, XML_NAME = 32, XML_ATTRIBUTES = 16 };

struct xml {
	const char *at;
	struct str *skeleton, *wrong;
	int depth;
	char open[XML_DEPTH][XML_NAME];
	char seen[XML_ATTRIBUTES][XML_NAME];
	int attributes;
};

static bool
xml_bad(struct xml *x, const char *why)
{
	str_printf(x->wrong, "%s at \"%.60s\"", why, x->at);
	return false;
}

static bool
xml_name(struct xml *x, char out[XML_NAME])
{
	int n = 0;
	while (isalnum((unsigned char)*x->at) || strchr("-:_", *x->at)) {
		if (!*x->at) break;
		if (n == XML_NAME - 1) return xml_bad(x, "a long name");
		out[n++] = *x->at++;
	}
	out[n] = '\0';
	return n ? true : xml_bad(x, "no name");
}

/* &name; of the five, or &#39; */
static bool
xml_entity(struct xml *x)
{
	static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;", "&#39;" };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strncmp(x->at, known[i], strlen(known[i]))) {
			x->at += strlen(known[i]);
			return true;
		}
	return xml_bad(x, "a stray &");
}

/* Up to the character that ends it. */
static bool
xml_text(struct xml *x, char end)
{
	while (*x->at && *x->at != end) {
		const unsigned char c = (unsigned char)*x->at;
		if (c == '<') return xml_bad(x, "a stray <");
		if (c < 0x20 && !strchr("\t\n\r", c)) return xml_bad(x, "a control character");
		if (c == '&') {
			if (!xml_entity(x)) return false;
		} else x->at++;
	}
	return true;
}

/* What an attribute may not do. */
static bool
xml_harmless(struct xml *x, const char *name, const char *value)
{
	const size_t n = strcspn(value, "\"");
	const char *const colon = memchr(value, ':', n);
	if (!strncmp(name, "on", 2) || !strcmp(name, "style")) return xml_bad(x, "a handler or style");
	if (!strcmp(name, "src") && strncmp(value, "data:", 5) != 0) return xml_bad(x, "a load");
	if (!strcmp(name, "href") && !strncmp(value, "data:image/png;base64,", 22)) return true;
	if (!strcmp(name, "href") && (colon || *value == '/')) return xml_bad(x, "a link elsewhere");
	return true;
}

static bool
xml_attribute(struct xml *x)
{
	char name[XML_NAME];
	if (!xml_name(x, name)) return false;
	for (int i = 0; i < x->attributes; i++)
		if (!strcmp(x->seen[i], name)) return xml_bad(x, "an attribute twice");
	if (x->attributes == XML_ATTRIBUTES) return xml_bad(x, "many attributes");
	strcpy(x->seen[x->attributes++], name);
	if (x->at[0] != '=' || x->at[1] != '"') return xml_bad(x, "no quoted value");
	x->at += 2;
	if (x->skeleton) str_printf(x->skeleton, " %s", name);
	if (!xml_harmless(x, name, x->at) || !xml_text(x, '"')) return false;
	if (*x->at != '"') return xml_bad(x, "an open value");
	x->at++;
	return true;
}

static bool
xml_raw(struct xml *x, const char *name)
{
	char end[XML_NAME + 4] = "</";
	strcat(strcat(end, name), ">");
	const char *const found = strstr(x->at, end);
	if (!found) return xml_bad(x, "raw text without end");
	x->at = found;
	return true;
}

static bool
xml_open(struct xml *x)
{
	char name[XML_NAME];
	x->at++;
	if (!xml_name(x, name)) return false;
	if (x->skeleton) str_printf(x->skeleton, "<%s", name);
	x->attributes = 0;
	while (isspace((unsigned char)*x->at)) {
		while (isspace((unsigned char)*x->at)) x->at++;
		if (*x->at != '>' && *x->at != '/' && !xml_attribute(x)) return false;
	}
	if (x->at[0] == '/' && x->at[1] == '>') {
		x->at += 2;
		return true;
	}
	if (*x->at != '>') return xml_bad(x, "an open tag");
	x->at++;
	if (x->depth == XML_DEPTH) return xml_bad(x, "deep");
	strcpy(x->open[x->depth++], name);
	return !strcmp(name, "script") || !strcmp(name, "style") ? xml_raw(x, name) : true;
}

static bool
xml_close(struct xml *x)
{
	char name[XML_NAME];
	x->at += 2;
	if (!xml_name(x, name)) return false;
	if (!x->depth || strcmp(x->open[x->depth - 1], name) != 0) return xml_bad(x, "closed wrongly");
	x->depth--;
	if (x->skeleton) str_printf(x->skeleton, "</%s", name);
	if (*x->at++ != '>') return xml_bad(x, "an open end");
	return true;
}

bool
xml_read(const char *text, struct str *skeleton, struct str *wrong)
{
	struct xml x = { .at = text, .skeleton = skeleton, .wrong = wrong };
	int roots = 0;
	if (!strncmp(x.at, "<!DOCTYPE html>\n", 16)) x.at += 16;
	while (*x.at) {
		if (!x.depth) {
			while (isspace((unsigned char)*x.at)) x.at++;
			if (*x.at && (*x.at != '<' || roots++)) return xml_bad(&x, "outside the root");
			if (!*x.at) break;
		}
		if (x.at[0] == '<' && x.at[1] == '/') {
			if (!xml_close(&x)) return false;
		} else if (*x.at == '<') {
			if (!xml_open(&x)) return false;
		} else if (!xml_text(&x, '<')) return false;
	}
	return x.depth || !roots ? xml_bad(&x, "not closed") : true;
}
