/*
 * Features of the parts of the data: found in the cache, or computed by one pass of the prefix and
 * stored there. Two runs that need the same compute it once: the second waits for the lock of the
 * first, which is gone with its holder. What cannot be stored is noted in one line, and the prefix
 * runs in each epoch instead.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tlrun/arena.h"
#include "train/features_store.h"

/* Between two looks at a lock that another run holds. */
static const struct timespec features_pause = { .tv_nsec = 100000000 };

static bool
features_stops(const struct trainer_setup *s)
{
	return s->events && s->events->stop && s->events->stop(s->events->ctx);
}

static enum status
features_stopped(const char *name, struct err *e)
{
	return err_set(e, ERR_STOPPED, MARK_NONE,
		"stopped while the %s images' features were computed; run again to go on", name);
}

static void
features_say(const struct trainer_setup *s, const char *text)
{
	if (s->events && s->events->note) s->events->note(s->events->ctx, text);
}

static void
features_used(struct features *f, enum features_use use)
{
	if (use > f->use) f->use = use;
}

/* That there is no cache is said once for a prefix, not for each part. */
static void
features_note_without(struct features *f, const struct trainer_setup *s, const struct err *why)
{
	char text[ERR_TEXT + 96];
	features_used(f, FEATURES_EACH_EPOCH);
	if (strcmp(f->noted, f->prefix) == 0) return;
	memcpy(f->noted, f->prefix, sizeof f->noted);
	snprintf(text, sizeof text, "features are not stored but computed again in each epoch: %s",
		why->message);
	features_say(s, text);
}

/* ---- computing ---- */

static enum status
features_write(const struct features *f, const struct features_pass *p,
	const struct features_part *part, struct features_writer *w, const char *name, struct err *e)
{
	const struct trainer_events *v = p->setup->events;
	const int n = part->part->n;
	for (int first = 0; first < n; first += p->batch) {
		const int k = n - first < p->batch ? n - first : p->batch;
		if (features_stops(p->setup)) return features_stopped(name, e);
		loader_batch(p->setup->loader, part->part, NULL, first, k, exec_input(p->exec), NULL);
		TRY(features_writer_add(w, exec_forward(p->exec, k, false, 0, 0), (size_t)k * f->row, e));
		if (v && v->features) v->features(v->ctx, first + k, n);
	}
	return OK;
}

static enum status
features_compute(struct features *f, const struct features_pass *p, struct features_part *part,
	const char *path, const struct features_label *label, const char *name, struct err *e)
{
	const struct trainer_events *v = p->setup->events;
	struct features_writer w;
	struct err why = ERR_INIT;
	const long long bytes = label->n * label->row * (long long)sizeof(float);
	TRY(features_room(&p->setup->cache, bytes, e));
	if (v && v->stage) v->stage(v->ctx, "compute features");
	features_used(f, FEATURES_COMPUTED);
	TRY(features_writer_open(&w, path, e));
	const enum status s = features_write(f, p, part, &w, name, e);
	if (s != OK) {
		features_writer_abandon(&w);
		return s;
	}
	TRY(features_writer_commit(&w, label, e));
	if (features_file_open(path, label, &part->file, &why) == FEATURES_WHOLE) return OK;
	return err_set(e, ERR_IO, MARK_NONE, "%s", why.code ? why.message : "they are gone again");
}

/* With the lock of the key: another run may have been faster. */
static enum status
features_make(struct features *f, const struct features_pass *p, struct features_part *part,
	const char *path, const struct features_label *label, const char *name, struct err *e)
{
	struct err why = ERR_INIT;
	const enum features_found found = features_file_open(path, label, &part->file, &why);
	if (found == FEATURES_WHOLE) return OK;
	if (found == FEATURES_DAMAGED) {
		char text[ERR_TEXT + 64];
		snprintf(text, sizeof text, "damaged features are computed again: %s", why.message);
		features_say(p->setup, text);
	}
	return features_compute(f, p, part, path, label, name, e);
}

static enum status
features_make_locked(struct features *f, const struct features_pass *p, struct features_part *part,
	const char *path, const struct features_label *label, const char *name, struct err *e)
{
	const char *lock_path = arena_printf(f->a, "%s.lock", path);
	TRY(file_make_folders(p->setup->cache.folder, e));
	int lock;
	for (bool said = false; (lock = file_lock(lock_path)) < 0 && errno == EWOULDBLOCK;) {
		if (!said) features_say(p->setup, "waiting for a run that computes the same features");
		said = true;
		if (features_stops(p->setup)) return features_stopped(name, e);
		nanosleep(&features_pause, NULL);
	}
	/* Without a lock two runs may do the same work; each writes a whole file. */
	const enum status s = features_make(f, p, part, path, label, name, e);
	features_unlock(lock, lock_path);
	return s;
}

/* ---- parts ---- */

void
features_begin(struct features *f, const struct features_pass *p, const float *params)
{
	char key[HASH_HEX];
	features_prefix_key(p->net, params, p->setup->loader, p->setup->fuse, key);
	if (strcmp(key, f->prefix) != 0) features_close(f);
	memcpy(f->prefix, key, sizeof key);
	f->row = shape_count(&p->net->node[p->net->cut - 1].layer.out);
}

static const struct features_part *
features_find(const struct features *f, const struct loader_part *part)
{
	for (int i = 0; i < f->parts; i++)
		if (f->part[i].part == part) return &f->part[i];
	return NULL;
}

enum status
features_open(struct features *f, const struct features_pass *p, const struct loader_part *part,
	const char *name, struct err *e)
{
	const struct trainer_setup *s = p->setup;
	struct err why = ERR_INIT;
	if (!s->cache.folder && part->n) features_used(f, FEATURES_EACH_EPOCH);
	if (!s->cache.folder || part->n == 0 || features_find(f, part)) return OK;
	features_used(f, FEATURES_CACHED);
	struct features_part *own = &f->part[f->parts++];
	struct features_label label = { .n = part->n, .row = (long long)f->row };
	*own = (struct features_part){ .part = part, .file.lock = -1 };
	features_part_key(f->prefix, part, own->key);
	memcpy(label.key, own->key, sizeof label.key);
	const struct layer *last = &p->net->node[p->net->cut - 1].layer;
	snprintf(label.what, sizeof label.what, "%.80s%s%s images, to %.80s, [%d,%zu]",
		s->data_name ? s->data_name : "", s->data_name ? ", " : "", name, last->name, part->n,
		f->row);
	const char *path = path_join(f->a, s->cache.folder, arena_printf(f->a, "%s.features",
		own->key));
	if (features_file_open(path, &label, &own->file, &why) == FEATURES_WHOLE) return OK;
	why = (struct err)ERR_INIT;
	const enum status status = features_make_locked(f, p, own, path, &label, name, &why);
	if (status == ERR_STOPPED) return err_set(e, status, MARK_NONE, "%s", why.message);
	if (status != OK) features_note_without(f, s, &why);
	return OK;
}

const float *
features_rows(const struct features *f, const struct loader_part *part)
{
	const struct features_part *p = features_find(f, part);
	return p ? p->file.rows : NULL;
}

void
features_close(struct features *f)
{
	for (int i = 0; i < f->parts; i++) features_file_close(&f->part[i].file);
	f->parts = 0;
	f->prefix[0] = 0;
}
