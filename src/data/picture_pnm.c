/* picture_pnm: binary PGM (P5) and PPM (P6) of 8 bits: a header of three numbers in text, then the
 * pixels (netpbm's pgm(5), ppm(5)). */
#include <string.h>

#include "data/picture_formats.h"

/* The next number of the header, comments skipped; -1: none. */
static long
pnm_number(const struct file_map *m, size_t *at)
{
	long n = -1;
	for (bool comment = false; *at < m->size; ++*at) {
		const unsigned char c = m->data[*at];
		if (comment) comment = c != '\n';
		else if (c == '#') comment = true;
		else if (!strchr(" \t\r\n", c) || !c) break;
	}
	for (; *at < m->size && m->data[*at] >= '0' && m->data[*at] <= '9' && n < 1000000; ++*at)
		n = (n < 0 ? 0 : n) * 10 + (m->data[*at] - '0');
	return n;
}

enum status
picture_pnm(const char *path, const struct file_map *m, struct picture *p, struct err *e)
{
	size_t at = 2;
	const int c = m->data[1] == '6' ? 3 : 1;
	const long w = pnm_number(m, &at), h = pnm_number(m, &at), most = pnm_number(m, &at);
	if (w < 0 || h < 0 || most != 255)
		return err_set(e, ERR_DATA, MARK_FILE(path),
			"damaged header: expected width, height and 255");
	at++;
	TRY(picture_alloc(p, path, (double)h, (double)w, c, e));
	if (at > m->size || m->size - at < p->pixels.size)
		return err_set(e, ERR_DATA, MARK_FILE(path), "%zu bytes of pixels, expected %zu: cut off",
			at < m->size ? m->size - at : 0, p->pixels.size);
	memcpy(p->pixels.data, m->data + at, p->pixels.size);
	return OK;
}
