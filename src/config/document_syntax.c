/*
 * Syntax errors in our words: where the mistake is rather than where the parser gave up, and the
 * cure.
 *
 * libyaml names a problem and the construct it stands in by fixed English texts; they are the
 * keys of the table below. A text that is not in it is shown as it is.
 */
#include <string.h>

#include "config/document_parts.h"

struct syntax {
	const struct document_source *s;
	const yaml_parser_t *parser;
	struct arena *a;
	struct diags *d;
};

struct syntax_case {
	const char *problem, *context; /* equal, or NULL: any */
	bool at_context; /* the construct's start is the place */
	const char *message, *hint;
	void (*report)(const struct syntax *x); /* instead of message and hint */
};

/* The line of a mark, without its end; *len its bytes. */
static const char *
syntax_line(const struct document_source *s, size_t line, size_t *len)
{
	const char *p = s->text, *end = s->text + s->len;
	if (s->len >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) p += 3;
	for (; line > 0 && p < end; line--) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		p = newline ? newline + 1 : end;
	}
	const char *newline = memchr(p, '\n', (size_t)(end - p));
	*len = (size_t)((newline ? newline : end) - p);
	if (*len && p[*len - 1] == '\r') --*len;
	return p;
}

/* The text from a mark to the end of its line. */
static const char *
syntax_at(const struct document_source *s, yaml_mark_t m, size_t *len)
{
	const char *p = syntax_line(s, m.line, len);
	for (size_t column = m.column; column > 0 && *len > 0; column--)
		do {
			p++;
			--*len;
		} while (*len > 0 && ((unsigned char)*p & 0xc0) == 0x80);
	return p;
}

static char
syntax_char(const struct syntax *x)
{
	size_t len;
	const char *p = syntax_at(x->s, x->parser->problem_mark, &len);
	return len ? *p : '\0';
}

static size_t
syntax_indent(const char *line, size_t len)
{
	size_t n = 0;
	while (n < len && line[n] == ' ')
		n++;
	return n;
}

static bool
syntax_has_colon(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] == ':' && (i + 1 == len || p[i + 1] == ' ' || p[i + 1] == '\t')) return true;
	return false;
}

/* Characters of a line from column on, without a comment and the blanks before it. */
static int
syntax_rest(const char *p, size_t len)
{
	for (size_t i = 1; i < len; i++)
		if (p[i] == '#' && (p[i - 1] == ' ' || p[i - 1] == '\t')) len = i;
	while (len > 0 && (p[len - 1] == ' ' || p[len - 1] == '\t'))
		len--;
	int n = 0;
	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)p[i] & 0xc0) != 0x80;
	return n > 0 ? n : 1;
}

static void
syntax_add(const struct syntax *x, yaml_mark_t m, int span, const char *hint, const char *message)
{
	diag_add(x->d, DIAG_ERROR, document_mark(x->s, m), span, hint, "%s", message);
}

static void
syntax_missing_colon(const struct syntax *x, yaml_mark_t m)
{
	size_t len;
	const char *p = syntax_at(x->s, m, &len);
	syntax_add(x, m, syntax_rest(p, len), "write key: value",
		"no \":\" with a space after it follows this key");
}

static void
syntax_simple_key(const struct syntax *x)
{
	syntax_missing_colon(x, x->parser->context_mark);
}

/* "a: b: c", a key that lost its colon on the line before, or a key too deep. */
static void
syntax_colon(const struct syntax *x)
{
	const yaml_mark_t m = x->parser->problem_mark;
	size_t len, before_len = 0;
	const char *line = syntax_line(x->s, m.line, &len), *before = "";
	const size_t upto = len - (size_t)(line + len - syntax_at(x->s, m, &before_len));
	if (syntax_has_colon(line, upto)) {
		syntax_add(x, m, 1, "quote the value, or write the inner map in braces: {key: value}",
			"a second \":\" in one value");
		return;
	}
	yaml_mark_t last = m;
	before_len = 0;
	while (last.line > 0 && before_len == 0) {
		last.line--;
		before = syntax_line(x->s, last.line, &before_len);
		if (syntax_indent(before, before_len) == before_len) before_len = 0;
	}
	last.column = syntax_indent(before, before_len);
	if (before_len && !syntax_has_colon(before, before_len)) {
		syntax_missing_colon(x, last);
		return;
	}
	yaml_mark_t key = m;
	key.column = syntax_indent(line, len);
	syntax_add(x, key, (int)(m.column > key.column ? m.column - key.column : 1),
		"the keys of one map start in the same column", "unexpected indentation");
}

static void
syntax_token(const struct syntax *x)
{
	const yaml_mark_t m = x->parser->problem_mark;
	const char c = syntax_char(x);
	if (c == '\t')
		syntax_add(x, m, 1, "indent with spaces", "tab used for indentation");
	else
		diag_add(x->d, DIAG_ERROR, document_mark(x->s, m), 1, "quote the value",
			"a value cannot start with \"%c\"", c);
}

/* After a pair of a block map: text where a key or the end of the map is expected. */
static void
syntax_key(const struct syntax *x)
{
	const yaml_mark_t m = x->parser->problem_mark;
	size_t len;
	const char *line = syntax_line(x->s, m.line, &len);
	const char c = syntax_char(x);
	if (c == ':')
		syntax_add(x, m, 1, "write key: value", "nothing stands where a key is expected");
	else if (c == ']' || c == '}')
		diag_add(
			x->d, DIAG_ERROR, document_mark(x->s, m), 1, "remove it", "\"%c\" closes nothing", c);
	else if (syntax_indent(line, len) == m.column)
		syntax_add(
			x, m, 1, "the keys of one map start in the same column", "unexpected indentation");
	else
		syntax_add(x, m, 1, "quote the whole value", "unexpected text after a value");
}

/* Behind the map of the document, or behind its end. */
static void
syntax_behind(const struct syntax *x)
{
	const yaml_mark_t m = x->parser->problem_mark;
	size_t len = 0;
	const char *before = "";
	for (size_t line = m.line; line > 0 && len == 0; line--)
		before = syntax_line(x->s, line - 1, &len);
	if (len >= 3 && strncmp(before, "...", 3) == 0)
		syntax_add(x, m, 1, "remove the \"...\"", "text behind the end of the document");
	else
		syntax_add(x, m, 1, "the keys of one map start in the same column",
			"indented less than the first key");
}

static void
syntax_flow(const struct syntax *x)
{
	const yaml_mark_t m = x->parser->problem_mark, open = x->parser->context_mark;
	const bool list = strstr(x->parser->problem, "']'") != NULL;
	const char close = list ? ']' : '}', begin = list ? '[' : '{';
	if (m.line == open.line)
		diag_add(x->d, DIAG_ERROR, document_mark(x->s, m), 1, NULL,
			"\",\" or \"%c\" expected in the %s opened at column %d", close, list ? "list" : "map",
			(int)open.column + 1);
	else
		diag_add(x->d, DIAG_ERROR, document_mark(x->s, open), 1,
			x->s->lineless
				? arena_printf(x->a, "add \"%c\"", close)
				: arena_printf(x->a, "add \"%c\", or a \",\" that is missing before line %d", close,
					  (int)m.line + 1),
			"\"%c\" is not closed", begin);
}

static void
syntax_content(const struct syntax *x)
{
	const char c = syntax_char(x);
	if (c)
		diag_add(x->d, DIAG_ERROR, document_mark(x->s, x->parser->problem_mark), 1,
			"quote it where it is meant as text", "unexpected \"%c\"", c);
	else
		syntax_add(x, x->parser->context_mark, 1, NULL, "a value is expected here");
}

static const struct syntax_case syntax_cases[] = {
	{ "could not find expected ':'", NULL, .report = syntax_simple_key },
	{ "mapping values are not allowed in this context", NULL, .report = syntax_colon },
	{ "found character that cannot start any token", NULL, .report = syntax_token },
	{ "did not find expected key", NULL, .report = syntax_key },
	{ "did not find expected ',' or ']'", NULL, .report = syntax_flow },
	{ "did not find expected ',' or '}'", NULL, .report = syntax_flow },
	{ "did not find expected node content", NULL, .report = syntax_content },
	{ "did not find expected '-' indicator", NULL, false, "a list item is expected here",
		"start it with \"- \", or indent it below its key", NULL },
	{ "did not find expected <document start>", NULL, .report = syntax_behind },
	{ "block sequence entries are not allowed in this context", NULL, false,
		"a list cannot start behind a key on its line",
		"start it on the next line, or write [a, b]", NULL },
	{ "mapping keys are not allowed in this context", NULL, false, "a key cannot stand here", NULL,
		NULL },
	{ "found unexpected end of stream", NULL, true, "this quote is not closed",
		"add the closing quote", NULL },
	{ "found unexpected document indicator", NULL, true, "this quote is not closed",
		"add the closing quote", NULL },
	{ "found unknown escape character", NULL, false, "unknown escape in double quotes",
		"write \\\\ for a backslash, or use single quotes", NULL },
	{ "did not find expected hexdecimal number", NULL, false,
		"hexadecimal digits are expected after this escape", NULL, NULL },
	{ "found invalid Unicode character escape code", NULL, false,
		"this escape names no Unicode character", NULL, NULL },
	{ "did not find expected alphabetic or numeric character", "while scanning an alias", true,
		"\"*\" without the name of an anchor", "quote it where it is meant as text", NULL },
	{ "did not find expected alphabetic or numeric character", NULL, true, "\"&\" without a name",
		"quote it where it is meant as text", NULL },
	{ "found a tab character where an indentation space is expected", NULL, false,
		"tab used for indentation", "indent with spaces", NULL },
	{ "found a tab character that violates indentation", NULL, false, "tab used for indentation",
		"indent with spaces", NULL },
	{ "found unknown directive name", NULL, true, "unknown directive",
		"remove the line; only %YAML may stand there", NULL },
	{ "found incompatible YAML document", NULL, false, "this version of YAML is not known",
		"remove the line; YAML 1.2 is read", NULL },
	{ NULL, "while scanning a tag", true, "tags are not supported",
		"quote the value where it is meant as text", NULL },
	{ NULL, "while parsing a tag", true, "tags are not supported",
		"quote the value where it is meant as text", NULL },
	{ "found undefined tag handle", NULL, false, "tags are not supported",
		"quote the value where it is meant as text", NULL },
};

static bool
syntax_matches(const struct syntax_case *c, const char *problem, const char *context)
{
	return (!c->problem || strcmp(c->problem, problem) == 0) &&
		   (!c->context || strcmp(c->context, context) == 0);
}

void
document_syntax_error(
	const struct document_source *s, const yaml_parser_t *parser, struct arena *a, struct diags *d)
{
	const struct syntax x = { s, parser, a, d };
	const char *problem = parser->problem ? parser->problem : "not YAML";
	const char *context = parser->context ? parser->context : "";
	for (size_t i = 0; i < sizeof(syntax_cases) / sizeof(syntax_cases[0]); i++) {
		const struct syntax_case *c = &syntax_cases[i];
		if (!syntax_matches(c, problem, context)) continue;
		if (c->report)
			c->report(&x);
		else
			syntax_add(&x, c->at_context ? parser->context_mark : parser->problem_mark, 1, c->hint,
				c->message);
		return;
	}
	syntax_add(&x, parser->problem_mark, 1, NULL, problem);
}
