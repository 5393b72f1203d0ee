/* picture: which format a file is of, and the limits that all of them keep. */
#include "tlrun/picture.h"

#include <string.h>

#include "data/picture_formats.h"

static const struct {
	const char *magic;
	size_t len;
	enum status (*read)(const char *path, const struct file_map *m, struct picture *p,
		struct err *e);
} formats[] = {
	{ "\x89PNG\r\n\x1a\n", 8, picture_png },
	{ "\xff\xd8\xff", 3, picture_jpeg },
	{ "P5", 2, picture_pnm },
	{ "P6", 2, picture_pnm },
};

enum status
picture_alloc(struct picture *p, const char *path, double h, double w, int c, struct err *e)
{
	if (h < 1 || w < 1 || h > PICTURE_SIDE || w > PICTURE_SIDE || h * w > PICTURE_PIXELS)
		return err_set(e, ERR_DATA, MARK_FILE(path),
			"%.0f x %.0f pixels: expected 1 to %d a side, and at most %d in all", h, w,
			PICTURE_SIDE, PICTURE_PIXELS);
	p->h = (int)h;
	p->w = (int)w;
	p->c = c;
	return buffer_alloc(&p->pixels, (size_t)h * (size_t)w * (size_t)c, "a picture", e);
}

/* The format that these bytes begin like; -1: none. */
static int
picture_format(const struct file_map *m)
{
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (m->size >= formats[i].len && memcmp(m->data, formats[i].magic, formats[i].len) == 0)
			return (int)i;
	return -1;
}

bool
picture_is(const char *path)
{
	struct file_map m;
	struct err e = ERR_INIT;
	if (file_map_open(&m, path, ERR_DATA, &e) != OK) return false;
	const bool is = picture_format(&m) >= 0;
	file_map_close(&m);
	return is;
}

enum status
picture_read(const char *path, struct picture *out, struct err *e)
{
	struct file_map m;
	*out = (struct picture){ 0 };
	TRY(file_map_open(&m, path, ERR_DATA, e));
	enum status s = OK;
	const int i = picture_format(&m);
	if (i < 0)
		s = err_set(e, ERR_DATA, MARK_FILE(path),
			"not an image file: expected PNG, JPEG, PGM or PPM");
	else if (m.size > PICTURE_BYTES)
		s = err_set(e, ERR_DATA, MARK_FILE(path), "%zu bytes: a picture has at most %d", m.size,
			PICTURE_BYTES);
	else s = formats[i].read(path, &m, out, e);
	file_map_close(&m);
	if (s != OK) picture_free(out);
	return s;
}

void
picture_free(struct picture *p)
{
	buffer_free(&p->pixels);
	*p = (struct picture){ 0 };
}
