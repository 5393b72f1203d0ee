/*
 * download: tries, the lock, what is gone on with, checks, and the rename.
 *
 * Files   PATH.part: what came so far, locked by the process that writes it; PATH.part.tag: of
 *         which answer of which url (transfer.c). Both are gone when PATH is there.
 */
#include "tlrun/download.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "data/transfer.h"
#include "tlrun/arena.h"
#include "tlrun/dataset.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/num.h"

enum { DOWNLOAD_TRIES = 5, DOWNLOAD_CONNECT = 30, DOWNLOAD_IDLE = 30, DOWNLOAD_PAUSE = 1,
	DOWNLOAD_MOST_TRIES = 100 };

const char *
download_mirror(struct arena *a, const char *group, const char *url)
{
	const char *const mirror = getenv("TLRUN_MIRROR");
	if (!mirror || !*mirror) return url;
	const char *const below = path_join(a, mirror, group);
	return path_join(a, below, strrchr(url, '/') + 1);
}

const char *
download_root(struct arena *a, const char *data)
{
	const char *const root = getenv("TLRUN_DATA");
	if (data) return data;
	return root && *root ? root : dataset_cache_folder(a);
}

/* ---- checks ---- */

static enum status
download_digest(const char *path, const struct file_map *m, struct hash *h, const char *name,
	const char *expected, const char *cure, struct err *e)
{
	char found[HASH_HEX];
	hash_add(h, m->data, m->size);
	hash_hex(h, found);
	if (strcmp(found, expected) == 0) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(path), "the %s is %s, expected %s: %s", name, found,
		expected, cure);
}

enum status
download_verify(const char *path, long long size, const char *sha256, const char *md5,
	const char *cure, struct err *e)
{
	struct file_map m;
	enum status s = OK;
	TRY(file_map_open(&m, path, ERR_DATA, e));
	if (size && m.size != (size_t)size)
		s = err_set(e, ERR_DATA, MARK_FILE(path), "found %zu bytes, expected %lld: %s", m.size,
			size, cure);
	if (s == OK && sha256) s = download_digest(path, &m, hash_new(), "SHA-256", sha256, cure, e);
	if (s == OK && md5) s = download_digest(path, &m, hash_new_md5(), "MD5", md5, cure, e);
	file_map_close(&m);
	return s;
}

/* ---- the part ---- */

struct part {
	const struct download *d;
	struct download own;	/* d with the usual patience; what t.d points to */
	const char *path;
	struct transfer t;
	bool old;				/* it holds bytes of an earlier process or answer */
};

/* Open and lock it, to go on at its end. */
static enum status
part_open(struct part *p, struct err *e)
{
	struct stat st;
	p->t.fd = file_lock(p->path);
	if (p->t.fd < 0 && errno == EWOULDBLOCK)
		return err_set(e, ERR_FAILED, MARK_FILE(p->path),
			"another tlrun is bringing this file; wait for it");
	if (p->t.fd < 0)
		return err_errno(e, ERR_IO, MARK_FILE(p->path), errno, "cannot write this file");
	if (fstat(p->t.fd, &st) == 0) p->t.at = st.st_size;
	return OK;
}

/* A digest tells in the end whether pieces fit together, or the server does, asked by validator. */
static bool
part_goes_on(const struct part *p)
{
	return p->t.at > 0 && (p->d->sha256 || p->d->md5 || *p->t.validator);
}

static void
part_empty(struct part *p)
{
	if (ftruncate(p->t.fd, 0) != 0) unlink(p->path);
	p->t.at = 0;
	p->t.validator[0] = '\0';
	p->old = false;
}

/* What of an earlier process can be gone on with. */
static void
part_recall(struct part *p)
{
	struct str text = STR_INIT;
	char *line, *end;
	const size_t url = strlen(p->d->url);
	p->old = p->t.at > 0;
	if (p->old && file_exists(p->t.tag) &&
		file_read(p->t.tag, 1 << 14, &text, ERR_IO, NULL) == OK && text.len > url + 1 &&
		strncmp(text.data, p->d->url, url) == 0 && text.data[url] == '\n') {
		line = text.data + url + 1;
		end = strchr(line, '\n');
		if (end && end - line < TRANSFER_TEXT)
			snprintf(p->t.validator, TRANSFER_TEXT, "%.*s", (int)(end - line), line);
	}
	str_free(&text);
	if (!part_goes_on(p) || p->t.at > (p->d->size ? p->d->size : p->d->most)) part_empty(p);
}

/* Leave what can be gone on with, or nothing. */
static void
part_leave(struct part *p)
{
	if (!part_goes_on(p)) {
		unlink(p->path);
		file_remove(p->t.tag);
	}
	close(p->t.fd);
}

/* ---- tries ---- */

static enum status
part_room(const struct part *p, struct err *e)
{
	struct statvfs v;
	char need[32], room[32];
	if (!p->d->size || fstatvfs(p->t.fd, &v) != 0) return OK;
	const double left = (double)v.f_bavail * (double)v.f_frsize;
	const double wants = (double)(p->d->size - p->t.at);
	if (left >= wants) return OK;
	num_human_bytes(wants, need, sizeof need);
	num_human_bytes(left, room, sizeof room);
	return err_set(e, ERR_MEMORY, MARK_FILE(p->path),
		"%s are still to come and the disk has room for %s; make room, or name another folder by "
		"--data", need, room);
}

static bool
part_stopped(const struct part *p)
{
	return p->d->stop && p->d->stop(p->d->ctx);
}

/* false: stopped meanwhile. */
static bool
part_pause(const struct part *p, double seconds)
{
	const double slice = 0.1;
	char text[2 * TRANSFER_TEXT + 64], pause[32];
	num_human_seconds(seconds, pause, sizeof pause);
	snprintf(text, sizeof text, "%s: trying again in %s", p->t.why, pause);
	if (p->d->note) p->d->note(p->d->ctx, text);
	for (; seconds > 0 && !part_stopped(p); seconds -= slice) {
		const double s = seconds < slice ? seconds : slice;
		nanosleep(&(struct timespec){ 0, (long)(s * 1e9) }, NULL);
	}
	return !part_stopped(p);
}

static enum status
part_error(const struct part *p, enum transfer_end end, int tries, struct err *e)
{
	const char *const url = p->d->url;
	char left[TRANSFER_TEXT * 4] = "", times[64] = "";
	if (part_goes_on(p))
		snprintf(left, sizeof left, "; %lld bytes stay in %s", p->t.at, p->path);
	if (end == TRANSFER_STOPPED)
		return err_set(e, ERR_STOPPED, MARK_FILE(url), "stopped%s: %s", left, p->d->cure);
	if (end == TRANSFER_DISK)
		return err_errno(e, ERR_IO, MARK_FILE(p->path), p->t.disk, "cannot write this file");
	if (tries > 1) snprintf(times, sizeof times, ", at the last of %d tries", tries);
	return err_set(e, ERR_DATA, MARK_FILE(url), "%s%s%s: %s", p->t.why, times, left, p->d->cure);
}

/* Until the server has no more. */
static enum status
part_fill(struct part *p, struct err *e)
{
	const struct download_patience *const w = &p->own.patience;
	double pause = w->pause;
	long long farthest = p->t.at;
	for (int idle = 0, tries = 1;; tries++) {
		if (p->d->size && p->t.at == p->d->size) return OK;
		if (!part_goes_on(p)) part_empty(p);
		TRY(part_room(p, e));
		const enum transfer_end end = transfer_run(&p->t);
		if (end == TRANSFER_DONE) return OK;
		if (end == TRANSFER_WORTHLESS || end == TRANSFER_AFRESH) part_empty(p);
		if (end != TRANSFER_AGAIN && end != TRANSFER_AFRESH) return part_error(p, end, tries, e);
		p->old = p->t.at > 0;
		idle++;
		if (p->t.at > farthest) {
			farthest = p->t.at;
			idle = 0;
			pause = w->pause;
		}
		if (idle >= w->tries || tries >= DOWNLOAD_MOST_TRIES) return part_error(p, end, tries, e);
		if (!part_pause(p, pause)) return part_error(p, TRANSFER_STOPPED, tries, e);
		pause *= 2;
	}
}

/* What came is what was meant; else it is thrown away. */
static enum status
part_check(struct part *p, struct err *e)
{
	const struct download *const d = p->d;
	char cure[TRANSFER_TEXT * 2];
	snprintf(cure, sizeof cure, "%s did not send the right file; %s", d->url, d->cure);
	struct err why = ERR_INIT;
	enum status s = download_verify(p->path, d->size, d->sha256, d->md5, cure, e);
	if (s == OK && d->check) {
		s = d->check(d->ctx, p->path, &why);
		if (s != OK) err_set(e, s, MARK_FILE(d->url), "%s: %s", why.message, d->cure);
	}
	if (s != OK) part_empty(p);
	return s;
}

enum status
download_file(const struct download *d, struct err *e)
{
	struct arena *const a = arena_new();
	const char *const part = arena_printf(a, "%s.part", d->path);
	struct part p = { .d = d, .own = *d, .path = part };
	struct download_patience *const w = &p.own.patience;
	if (!w->connect) w->connect = DOWNLOAD_CONNECT;
	if (!w->idle) w->idle = DOWNLOAD_IDLE;
	if (!w->pause) w->pause = DOWNLOAD_PAUSE;
	if (!w->tries) w->tries = DOWNLOAD_TRIES;
	p.t = (struct transfer){ .d = &p.own, .fd = -1, .tag = arena_printf(a, "%s.tag", part) };
	enum status s = file_make_folders(path_folder(a, d->path), e);
	if (s == OK) s = part_open(&p, e);
	if (s != OK) goto done;
	part_recall(&p);
	s = part_fill(&p, e);
	if (s == OK) {
		const bool mixed = p.old;
		s = part_check(&p, mixed ? NULL : e);
		/* Bytes of two answers may not fit together: once more from the start. */
		if (s == ERR_DATA && mixed) {
			s = part_fill(&p, e);
			if (s == OK) s = part_check(&p, e);
		}
	}
	if (s == OK) s = file_move(part, d->path, e);
	if (s == OK) {
		file_remove(p.t.tag);
		close(p.t.fd);
	} else part_leave(&p);
done:
	arena_free(a);
	return s;
}
