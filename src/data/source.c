/*
 * source: the public files of a dataset brought, and what stands there compared with their sums.
 *
 * An archive is unpacked into the folder that the reader looks for, one file after the other, each
 * whole or not at all; its digests are written to SHA256SUMS there last (the form of sha256sum), so
 * that the files can be verified when the archive is gone.
 */
#include "tlrun/source.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "data/tar.h"
#include "tlrun/arena.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"

static const char sums_name[] = "SHA256SUMS";

static const char *
source_cure(struct arena *a, const struct dataset_kind *k)
{
	return arena_printf(a, "`tlrun data get %s` brings it again", k->kind.name);
}

/* ---- bring ---- */

static enum status
source_bring(const struct dataset_kind *k, const struct dataset_file *f, const char *path,
	const struct download *how, struct arena *a, struct err *e)
{
	const char *const cure = source_cure(a, k);
	struct download d = *how;
	if (file_exists(path) && download_verify(path, f->size, f->sha256, f->md5, cure, NULL) == OK)
		return OK;
	d.url = download_mirror(a, k->kind.name, arena_printf(a, "%s%s", k->source->url, f->name));
	d.path = path;
	d.size = f->size;
	d.sha256 = f->sha256;
	d.md5 = f->md5;
	d.cure = arena_printf(a, "`tlrun data get %s` tries again", k->kind.name);
	if (how->note)
		how->note(how->ctx, arena_printf(a, "%s to %s", d.url, path));
	return download_file(&d, e);
}

static enum status
source_unpack(const struct dataset_source *s, const char *archive, const char *folder,
	struct arena *a, struct err *e)
{
	struct tar_want *const want = ARENA_ARRAY(a, struct tar_want, s->n);
	char (*const sums)[HASH_HEX] = arena_array(a, s->n, sizeof *sums);
	struct str text = STR_INIT;
	for (size_t i = 0; i < s->n; i++)
		want[i] = (struct tar_want){ s->file[i].name, s->file[i].size };
	TRY(file_make_folders(folder, e));
	TRY(tar_unpack(archive, s->folder, want, s->n, folder, sums, e));
	for (size_t i = 0; i < s->n; i++) str_printf(&text, "%s  %s\n", sums[i], want[i].name);
	const enum status status = file_put(a, folder, sums_name, &text, e);
	str_free(&text);
	return status;
}

enum status
source_get(const struct dataset_kind *k, const char *root, const struct download *how,
	struct arena *a, const char **folder, struct err *e)
{
	const struct dataset_source *const s = k->source;
	*folder = path_join(a, root, s->folder);
	if (!s->archive.name) {
		for (size_t i = 0; i < s->n; i++)
			TRY(source_bring(k, &s->file[i], path_join(a, *folder, s->file[i].name), how, a, e));
		return OK;
	}
	const char *const archive = path_join(a, root, s->archive.name);
	const bool ours = !file_exists(archive);
	TRY(source_bring(k, &s->archive, archive, how, a, e));
	if (how->note) how->note(how->ctx, arena_printf(a, "unpacking to %s", *folder));
	TRY(source_unpack(s, archive, *folder, a, e));
	if (ours) file_remove(archive);
	return OK;
}

/* ---- verify ---- */

/* The sum of a file in SHA256SUMS; NULL: none. */
static const char *
source_sum(const char *folder, const char *name, struct arena *a)
{
	enum { MOST = 1 << 16 };
	struct str text = STR_INIT;
	const char *sum = NULL;
	const char *const path = path_join(a, folder, sums_name);
	if (file_exists(path) && file_read(path, MOST, &text, ERR_DATA, NULL) == OK) {
		const char *const end = arena_printf(a, "  %s\n", name);
		const char *const at = strstr(str_text(&text), end);
		if (at && at - text.data >= HASH_HEX - 1)
			sum = arena_strndup(a, at - (HASH_HEX - 1), HASH_HEX - 1);
	}
	str_free(&text);
	return sum;
}

/* The SHA-256 of a file's content, unpacked where it is packed. ERR_DATA. */
static enum status
source_content(const char *path, char sum[HASH_HEX], struct err *e)
{
	enum { CHUNK = 65536 };
	unsigned char block[CHUNK];
	const gzFile f = gzopen(path, "rb");
	if (!f) return err_errno(e, ERR_DATA, MARK_FILE(path), errno, "cannot open");
	struct hash *const h = hash_new();
	int n;
	while ((n = gzread(f, block, sizeof block)) > 0) hash_add(h, block, (size_t)n);
	hash_hex(h, sum);
	/* What was cut off gives fewer bytes and is told only now. */
	if (gzclose(f) == Z_OK && n == 0) return OK;
	return err_set(e, ERR_DATA, MARK_FILE(path), "a damaged .gz");
}

/* The file, or the same one unpacked; NULL: neither is there. */
static const char *
source_path(struct arena *a, const char *folder, const struct dataset_file *f)
{
	const size_t len = strlen(f->name);
	const char *const path = path_join(a, folder, f->name);
	if (file_exists(path)) return path;
	if (len < 3 || strcmp(f->name + len - 3, ".gz") != 0) return NULL;
	const char *const plain = arena_strndup(a, path, strlen(path) - 3);
	return file_exists(plain) ? plain : NULL;
}

static enum status
source_verify_file(const struct dataset_kind *k, const struct dataset_file *f, const char *folder,
	struct arena *a, struct str *out, struct err *e)
{
	const char *const path = source_path(a, folder, f);
	const char *const cure = source_cure(a, k), *how = "right size, no sum is known";
	char content[HASH_HEX];
	if (!path) {
		str_printf(out, "%s: missing\n", path_join(a, folder, f->name));
		return OK;	/* the reader says so where it matters */
	}
	const char *const sha256 = f->sha256 || f->md5 ? f->sha256 : source_sum(folder, f->name, a);
	struct err wrong = ERR_INIT;
	enum status s = download_verify(path, f->size, sha256, f->md5, cure, &wrong);
	if (s == OK && (sha256 || f->md5)) how = sha256 ? "ok (SHA-256)" : "ok (MD5)";
	if (s != OK && f->content && source_content(path, content, NULL) == OK &&
		strcmp(content, f->content) == 0) {
		s = OK;
		how = "ok (SHA-256 of its content)";
	}
	str_printf(out, "%s: %s\n", path, s == OK ? how : "WRONG");
	if (s != OK && e->code == OK) *e = wrong;
	return s;
}

enum status
source_verify(const struct dataset_kind *k, const char *folder, struct arena *a, struct str *out,
	struct err *e)
{
	enum status worst = OK;
	for (size_t i = 0; i < k->source->n; i++) {
		const enum status s = source_verify_file(k, &k->source->file[i], folder, a, out, e);
		if (worst == OK) worst = s;
	}
	return worst;
}
