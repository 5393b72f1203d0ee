/*
 * Folded convolutions by themselves: x [n,h,w,cin] to y [n,oh,ow,cout].
 *
 * 1x1 is a product over pixels. Larger kernels read their windows where they lie in a strip of the
 * image with zeros around it, one run of terms a row of the kernel; narrow images and dilated
 * kernels go through an im2col tile.
 */
#include "kernels/conv.h"
#include "kernels/folded.h"
#include "kernels/loop.h"

struct folded_conv_job {
	const struct kern_conv *c;
	const float *constants, *x;
	float *y;
	struct folded_limits limits;
	int rows, tiles;	/* pixels (or rows of output) of a tile; tiles of pixels (or of an image) */
	int panels, parts;	/* of the outputs; how many parts they are cut into */
	long pixels;
	char *threads;
	size_t thread_bytes;
};

static struct folded_product
folded_conv_product(const struct folded_conv_job *j, int m, int part)
{
	return (struct folded_product){ .m = m, .n = j->c->cout, .first = j->panels * part / j->parts,
		.last = j->panels * (part + 1) / j->parts, .depth = conv_depth(j->c),
		.run = conv_depth(j->c), .constants = j->constants, .c_rs = j->c->cout,
		.limits = j->limits };
}

/* ---- 1x1, and im2col tiles ---- */

static void
folded_pixels_tile(void *ctx, int i, int thread)
{
	const struct folded_conv_job *j = ctx;
	const struct kern_conv *c = j->c;
	const int depth = conv_depth(c);
	const long first = (long)(i / j->parts) * j->rows, last = first + j->rows;
	const int m = folded_least(last, j->pixels) - (int)first;
	struct folded_product p = folded_conv_product(j, m, i % j->parts);
	p.c = j->y + (size_t)first * c->cout;
	if (conv_is_pointwise(c)) {
		p.a = j->x + (size_t)first * c->cin;
		p.rs = c->cin;
	} else {
		float *tile = (float *)(void *)(j->threads + thread * j->thread_bytes);
		p.a = tile;
		p.rs = conv_tile_stride(depth);
		KERN(im2col)(c, j->x, c->cin, first, first + m, tile, (int)p.rs);
	}
	KERN(folded_product)(&p);
}

/* Few pixels and many outputs are cut by outputs, so that no thread reads all of the kernel. */
static void
folded_pixels_cut(struct folded_conv_job *j)
{
	const int threads = parallel_threads(), most = conv_is_pointwise(j->c) ? FOLDED_ROWS :
		conv_tile_rows(conv_depth(j->c));
	const long share = (j->pixels + threads - 1) / threads;
	j->rows = folded_least((share + 11) / 12 * 12, most);
	if (conv_is_pointwise(j->c) && j->pixels <= FOLDED_ROWS && j->panels >= 2 * threads) {
		j->rows = FOLDED_ROWS;
		j->parts = 2 * threads;
	}
	j->tiles = (int)((j->pixels + j->rows - 1) / j->rows);
}

/* ---- strips ---- */

/* Rows of the image from `first` on as the windows see them, zeros where there are none. */
static void
folded_strip(const struct kern_conv *c, const float *image, int first, int rows, float *strip)
{
	const int line = (int)folded_strip_line(c), cells = line / c->cin;
	const int left = c->pl < cells ? c->pl : cells;
	const int some = cells - left < c->w ? cells - left : c->w, right = cells - left - some;
	for (int r = 0; r < rows; r++, strip += line) {
		const int y = first + r;
		if (y < 0 || y >= c->h) {
			memset(strip, 0, (size_t)line * sizeof *strip);
			continue;
		}
		memset(strip, 0, (size_t)left * c->cin * sizeof *strip);
		memcpy(strip + left * c->cin, image + (size_t)y * c->w * c->cin,
			(size_t)some * c->cin * sizeof *strip);
		memset(strip + (left + some) * c->cin, 0, (size_t)right * c->cin * sizeof *strip);
	}
}

static void
folded_strip_tile(void *ctx, int i, int thread)
{
	const struct folded_conv_job *j = ctx;
	const struct kern_conv *c = j->c;
	float *strip = (float *)(void *)(j->threads + thread * j->thread_bytes);
	const int image = i / j->tiles, first = i % j->tiles * j->rows;
	const int last = folded_least(first + j->rows, c->oh);
	const ptrdiff_t line = (ptrdiff_t)folded_strip_line(c);
	folded_strip(c, j->x + (size_t)image * c->h * c->w * c->cin, first * c->sh - c->pt,
		folded_strip_rows(c, last - first), strip);
	struct folded_product p = folded_conv_product(j, c->ow, 0);
	p.run = c->kw * c->cin;
	p.jump = c->dh * line;
	p.rs = (ptrdiff_t)c->sw * c->cin;
	for (int y = first; y < last; y++) {
		p.a = strip + (y - first) * c->sh * line;
		p.c = j->y + ((size_t)image * c->oh + y) * c->ow * c->cout;
		KERN(folded_product)(&p);
	}
}

void
KERN(folded_conv_forward)(const struct kern_conv *c, const void *constants,
	const struct kern_act *act, const float *x, float *y, void *scratch)
{
	struct folded_conv_job j = { .c = c, .constants = constants, .x = x, .y = y, .parts = 1,
		.panels = KERN(pack_panels)(c->cout), .pixels = (long)c->n * c->oh * c->ow,
		.threads = scratch, .thread_bytes = folded_conv_thread_bytes(c) };
	if (j.pixels == 0) return;
	const bool limited = folded_limits(act, &j.limits);
	if (!conv_is_pointwise(c) && folded_strips(c)) {
		j.rows = folded_strip_outputs(c);
		j.tiles = (c->oh + j.rows - 1) / j.rows;
		parallel_for(c->n * j.tiles, folded_strip_tile, &j);
	} else {
		folded_pixels_cut(&j);
		parallel_for(j.tiles * j.parts, folded_pixels_tile, &j);
	}
	if (!limited) KERN(act_forward)(act, (size_t)j.pixels * c->cout, y, y);
}

void
KERN(folded_conv_fold)(const struct kern_conv *c, const struct kern_fold *f, void *constants)
{
	KERN(folded_pack)(conv_depth(c), c->cout, f, constants);
}
