/*
 * transfer: one HTTP request through libcurl, from the place where the file ends.
 *
 * Nothing the server says is believed: the status decides whether bytes are taken, a range must
 * begin where it was asked for, lengths are compared with what is expected, and a body that does
 * not end is cut at the limit.
 * Source  RFC 9110, sections 13 (conditions) and 14 (ranges).
 */
#include "data/transfer.h"

#include "build-config.h"

#ifdef HAVE_CURL

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "tlrun/file.h"
#include "tlrun/num.h"

enum { TRANSFER_REDIRECTS = 5, TRANSFER_SLOW = 1000 /* bytes a second */ };

/* What the last answer's head says. */
struct answer {
	int status;
	long long length, first, total;	/* Content-Length; of Content-Range; -1: not said */
	bool range;
	char tag[TRANSFER_TEXT], date[TRANSFER_TEXT];
};

struct request {
	struct transfer *t;
	struct answer head;
	long long asked;			/* the range's first byte */
	bool begun;					/* the body is being taken */
	double watched;				/* seconds: since when the rate is measured, */
	long long watched_at;		/* and from which byte on */
	enum transfer_end end;		/* other than DONE: why we stopped it */
};

static size_t
request_give_up(struct request *r, enum transfer_end end, const char *why)
{
	r->end = end;
	snprintf(r->t->why, sizeof r->t->why, "%s", why);
	return 0;
}

/* ---- the head ---- */

/* The value when line is this field, blanks taken off, in out; false otherwise or too long. */
static bool
answer_field(const char *line, size_t n, const char *name, char *out)
{
	const size_t len = strlen(name);
	if (n <= len || line[len] != ':' || strncasecmp(line, name, len) != 0) return false;
	const char *from = line + len + 1, *to = line + n;
	while (from < to && (*from == ' ' || *from == '\t')) from++;
	while (to > from && strchr(" \t\r\n", to[-1])) to--;
	if (to - from >= TRANSFER_TEXT) return false;
	snprintf(out, TRANSFER_TEXT, "%.*s", (int)(to - from), from);
	return true;
}

/* "bytes 100-199/1000"; the total may be "*". */
static void
answer_range(struct answer *h, const char *v)
{
	char first[32], last[32], total[32];
	long long end;
	h->range = true;
	h->first = h->total = -1;
	if (sscanf(v, "bytes %31[0-9]-%31[0-9]/%31[0-9*]", first, last, total) != 3) return;
	if (!num_parse_int(first, &h->first) || !num_parse_int(last, &end) || end < h->first)
		h->first = -1;
	if (strcmp(total, "*") != 0 && !num_parse_int(total, &h->total)) h->first = -1;
}

static size_t
request_header(char *line, size_t size, size_t n, void *ctx)
{
	struct request *const r = ctx;
	struct answer *const h = &r->head;
	char v[TRANSFER_TEXT];
	n *= size;
	if (n > 5 && strncmp(line, "HTTP/", 5) == 0) {	/* another answer, after a redirect */
		const char *const blank = memchr(line, ' ', n);
		*h = (struct answer){ .length = -1, .first = -1, .total = -1 };
		for (const char *s = blank; s && s + 1 < line + n && h->status < 1000; s++)
			if (s[1] < '0' || s[1] > '9') break;
			else h->status = 10 * h->status + s[1] - '0';
	} else if (answer_field(line, n, "content-length", v)) {
		if (!num_parse_int(v, &h->length) || h->length < 0) h->length = -1;
	} else if (answer_field(line, n, "content-range", v)) answer_range(h, v);
	else if (answer_field(line, n, "etag", v)) memcpy(h->tag, v, sizeof v);
	else if (answer_field(line, n, "last-modified", v)) memcpy(h->date, v, sizeof v);
	return n;
}

/* ---- the body ---- */

static long long
request_limit(const struct transfer *t)
{
	return t->d->size ? t->d->size : t->d->most;
}

/* Whether the promised total can be right. */
static bool
request_total(struct request *r)
{
	struct transfer *const t = r->t;
	char why[TRANSFER_TEXT];
	if (t->total < 0 || (t->total <= request_limit(t) && (!t->d->size || t->total == t->d->size)))
		return true;
	snprintf(why, sizeof why, "the server offers %lld bytes, expected %s%lld", t->total,
		t->d->size ? "" : "at most ", request_limit(t));
	request_give_up(r, TRANSFER_WRONG, why);
	return false;
}

/* So that another process can go on; without it that one begins afresh. */
static void
request_remember(const struct transfer *t)
{
	struct str text = STR_INIT;
	str_printf(&text, "%s\n%s\n", t->d->url, t->validator);
	if (!*t->validator || file_write(t->tag, text.data, text.len, NULL) != OK) file_remove(t->tag);
	str_free(&text);
}

/* The head is complete: may its body be taken, and from where? */
static bool
request_begin(struct request *r)
{
	struct transfer *const t = r->t;
	const struct answer *const h = &r->head;
	char why[TRANSFER_TEXT];
	if (h->status == 206 && h->range && h->first == r->asked && r->asked > 0) {
		t->total = h->total;
		return r->begun = request_total(r);
	}
	if (h->status == 206) {
		snprintf(why, sizeof why, "the server sent a range from byte %lld, asked for byte %lld on",
			h->first, r->asked);
		return request_give_up(r, r->asked ? TRANSFER_AFRESH : TRANSFER_AGAIN, why);
	}
	if (h->status != 200) {
		snprintf(why, sizeof why, "the server answered %d, expected 200", h->status);
		return request_give_up(r, TRANSFER_WRONG, why);
	}
	t->total = h->length;
	if (!request_total(r)) return false;
	if (t->at && ftruncate(t->fd, 0) != 0) {
		t->disk = errno;
		return request_give_up(r, TRANSFER_DISK, "");
	}
	t->at = 0;
	const bool strong = h->tag[0] == '"';
	memcpy(t->validator, strong ? h->tag : h->date, sizeof t->validator);
	request_remember(t);
	return r->begun = true;
}

static size_t
request_body(char *data, size_t size, size_t n, void *ctx)
{
	struct request *const r = ctx;
	struct transfer *const t = r->t;
	char why[TRANSFER_TEXT];
	n *= size;
	if (!r->begun && !request_begin(r)) return 0;
	if (t->at + (long long)n > request_limit(t)) {
		snprintf(why, sizeof why, "the server sends more than the %lld bytes expected",
			request_limit(t));
		return request_give_up(r, TRANSFER_WORTHLESS, why);
	}
	for (size_t done = 0; done < n;) {
		const ssize_t k = pwrite(t->fd, data + done, n - done, (off_t)t->at);
		if (k < 0 && errno == EINTR) continue;
		if (k <= 0) {
			t->disk = k < 0 ? errno : ENOSPC;
			return request_give_up(r, TRANSFER_DISK, "");
		}
		done += (size_t)k;
		t->at += k;
	}
	return n;
}

static double
request_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Whether too little came in the last `idle` seconds. */
static bool
request_stalls(struct request *r)
{
	struct transfer *const t = r->t;
	const double now = request_clock(), idle = t->d->patience.idle;
	char why[TRANSFER_TEXT];
	if (now - r->watched < idle) return false;
	const long long came = t->at - r->watched_at;
	r->watched = now;
	r->watched_at = t->at;
	if ((double)came >= TRANSFER_SLOW * idle) return false;
	snprintf(why, sizeof why, "only %lld bytes came in %g s", came < 0 ? t->at : came, idle);
	request_give_up(r, TRANSFER_AGAIN, why);
	return true;
}

static int
request_tick(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	struct request *const r = ctx;
	const struct download *const o = r->t->d;
	(void)a, (void)b, (void)c, (void)d;
	if (o->progress && r->begun) o->progress(o->ctx, r->t->at, r->t->total);
	return (o->stop && o->stop(o->ctx)) || request_stalls(r);
}

/* ---- the end ---- */

static enum transfer_end
request_refused(struct request *r)
{
	struct transfer *const t = r->t;
	const int s = r->head.status;
	const bool later = s == 408 || s == 425 || s == 429 || s >= 500;
	snprintf(t->why, sizeof t->why, "the server answered %d%s", s,
		s == 404 ? " (no such file)" : s == 403 ? " (forbidden)" : "");
	if (s == 416 && r->asked) return TRANSFER_AFRESH;
	return later ? TRANSFER_AGAIN : TRANSFER_WRONG;
}

static enum transfer_end
request_end(struct request *r, CURLcode code, const char *text)
{
	struct transfer *const t = r->t;
	if (code == CURLE_OK && !r->begun) request_begin(r);
	if (r->end != TRANSFER_DONE) return r->end;
	const long long expected = t->d->size ? t->d->size : t->total;
	switch (code) {
	case CURLE_OK: break;
	case CURLE_HTTP_RETURNED_ERROR: return request_refused(r);
	case CURLE_ABORTED_BY_CALLBACK: return TRANSFER_STOPPED;
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
		if (expected < 0) break;
		snprintf(t->why, sizeof t->why, "the connection ended after %lld of %lld bytes", t->at,
			expected);
		return TRANSFER_AGAIN;
	default: break;
	}
	if (code != CURLE_OK) {
		snprintf(t->why, sizeof t->why, "%s", *text ? text : curl_easy_strerror(code));
		switch (code) {
		case CURLE_TOO_MANY_REDIRECTS:
		case CURLE_UNSUPPORTED_PROTOCOL:
		case CURLE_URL_MALFORMAT:
		case CURLE_PEER_FAILED_VERIFICATION: return TRANSFER_WRONG;
		default: return TRANSFER_AGAIN;
		}
	}
	if (t->at >= expected) return TRANSFER_DONE;
	snprintf(t->why, sizeof t->why, "the server ended after %lld of %lld bytes", t->at, expected);
	return TRANSFER_AGAIN;
}

static void
request_protocols(CURL *c, const char *url)
{
	const bool plain = strncasecmp(url, "http:", 5) == 0;
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, plain ? "http,https" : "https");
#else
	const long https = CURLPROTO_HTTPS, both = CURLPROTO_HTTP | CURLPROTO_HTTPS;
	curl_easy_setopt(c, CURLOPT_PROTOCOLS, both);
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS, plain ? both : https);
#endif
}

static void
request_setup(CURL *c, struct request *r, struct curl_slist *fields, char *text)
{
	const struct download *const d = r->t->d;
	curl_easy_setopt(c, CURLOPT_URL, d->url);
	request_protocols(c, d->url);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 1L);
	curl_easy_setopt(c, CURLOPT_MAXREDIRS, (long)TRANSFER_REDIRECTS);
	curl_easy_setopt(c, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "tlrun/" PACKAGE_VERSION);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, fields);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)(1000 * d->patience.connect));
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, request_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, request_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, request_tick);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, r);
}

bool
download_possible(void)
{
	return true;
}

enum transfer_end
transfer_run(struct transfer *t)
{
	struct request r = { .t = t, .asked = t->at, .watched = request_clock(), .watched_at = t->at };
	struct curl_slist *fields = NULL;
	char text[CURL_ERROR_SIZE] = "", line[TRANSFER_TEXT + 32];
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		snprintf(t->why, sizeof t->why, "libcurl cannot start");
		return TRANSFER_WRONG;
	}
	CURL *const c = curl_easy_init();
	/* What is stored may already be packed: no other coding on the way. */
	fields = curl_slist_append(fields, "Accept-Encoding: identity");
	if (t->at) {
		snprintf(line, sizeof line, "Range: bytes=%lld-", t->at);
		fields = curl_slist_append(fields, line);
	}
	if (t->at && *t->validator) {
		snprintf(line, sizeof line, "If-Range: %s", t->validator);
		fields = curl_slist_append(fields, line);
	}
	enum transfer_end end = TRANSFER_AGAIN;
	snprintf(t->why, sizeof t->why, "libcurl has no memory");
	if (c && fields) {
		request_setup(c, &r, fields, text);
		t->total = -1;
		end = request_end(&r, curl_easy_perform(c), text);
	}
	curl_slist_free_all(fields);
	curl_easy_cleanup(c);
	return end;
}

#else

#include <stdio.h>

bool
download_possible(void)
{
	return false;
}

enum transfer_end
transfer_run(struct transfer *t)
{
	snprintf(t->why, sizeof t->why, "this tlrun was built without libcurl "
		"(libcurl4-openssl-dev); bring the file by other means");
	return TRANSFER_WRONG;
}

#endif
