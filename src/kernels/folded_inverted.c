/*
 * An inverted residual block in one pass: for each panel of the expanded channels, the 1x1
 * convolution into a plane of two vectors a pixel, which stays in the first-level cache, and its
 * depthwise convolution; then the 1x1 convolution of all panels, with the residual.
 *
 * The depthwise outputs of a tile lie panel by panel: [panel][pixel][2 vectors].
 */
#include "kernels/folded_inverted.h"
#include "kernels/vector.h"

enum { INVERTED_PANEL = 2 * VL };

struct inverted_job {
	const struct kern_inverted *b;
	struct inverted_cut cut;
	struct inverted_parts parts;
	const float *constants, *x;
	float *y;
	struct folded_limits limits[2];
	int panels;				/* of the expanded channels */
	float *shared;			/* depthwise outputs of all images */
	int rows, out_panels;	/* of a tile of the last product over them */
	char *threads;
};

/* Rows [first, last) of the output of some images, and the rows of x that they need. */
struct inverted_region {
	int image, images, first, last, x_first, x_last;
	int pixels;		/* of output */
};

static struct inverted_region
inverted_region(const struct kern_inverted *b, int image, int images, int first, int last)
{
	struct inverted_region r = { image, images, first, last, first * b->stride - b->pt,
		(last - 1) * b->stride - b->pt + 3, images * (last - first) * b->ow };
	if (r.x_first < 0 || first == 0) r.x_first = 0;
	if (r.x_last > b->h || last == b->oh) r.x_last = b->h;
	if (r.x_last < r.x_first) r.x_last = r.x_first;
	return r;
}

/* One panel's plane of x rows [x_first, x_last) of some images from `image` on. */
static void
inverted_expand(const struct inverted_job *j, const struct inverted_region *r, int image,
	int images, int panel, float *plane)
{
	const struct kern_inverted *b = j->b;
	const struct folded_product p = { .m = images * (r->x_last - r->x_first) * b->w,
		.n = b->expanded, .first = panel, .last = panel + 1, .depth = b->cin, .run = b->cin,
		.a = j->x + ((size_t)image * b->h + r->x_first) * b->w * b->cin, .rs = b->cin,
		.constants = j->constants, .c = plane, .c_rs = INVERTED_PANEL, .apart = true,
		.limits = j->limits[0] };
	KERN(folded_product)(&p);
}

/* The depthwise outputs of one panel, as many images at a time as a plane holds. */
static void
inverted_front(const struct inverted_job *j, const struct inverted_region *r, int panel,
	float *plane, float *out)
{
	const struct kern_inverted *b = j->b;
	const int rows = r->x_last - r->x_first, first = panel * INVERTED_PANEL;
	const ptrdiff_t cells = (ptrdiff_t)rows * b->w, outputs = (r->last - r->first) * b->ow;
	int some = (int)(FOLDED_PLANE_FLOATS / (cells * INVERTED_PANEL + 1));
	if (some < 1) some = 1;
	struct folded_plane p = { .h = b->h, .w = b->w, .stride = b->stride, .pt = b->pt, .pl = b->pl,
		.ow = b->ow, .first = r->first, .last = r->last, .padded = b->expand, .top = r->x_first,
		.channels = folded_least(b->expanded - first, INVERTED_PANEL),
		.x = plane, .x_pixel = INVERTED_PANEL, .x_row = b->w * INVERTED_PANEL,
		.x_image = cells * INVERTED_PANEL,
		.constants = j->constants + j->parts.plane + (size_t)first * FOLDED_LINES,
		.y_pixel = INVERTED_PANEL, .y_row = b->ow * INVERTED_PANEL,
		.y_image = outputs * INVERTED_PANEL, .limits = j->limits[1] };
	for (int i = 0; i < r->images; i += some) {
		p.images = folded_least(some, r->images - i);
		p.y = out + i * p.y_image;
		if (b->expand) {
			inverted_expand(j, r, r->image + i, p.images, panel, plane);
		} else {
			p.x_pixel = b->cin;
			p.x_row = (ptrdiff_t)b->w * b->cin;
			p.x_image = b->h * p.x_row;
			p.x = j->x + (r->image + i) * p.x_image + r->x_first * p.x_row + first;
		}
		KERN(folded_plane)(&p);
	}
}

/* Output panels [first, last) of m pixels from `pixel` (of all images) on; those of depthwise lie
 * `panel` floats apart. */
static void
inverted_back(const struct inverted_job *j, size_t pixel, int m, int first, int last,
	const float *depthwise, ptrdiff_t panel)
{
	const struct kern_inverted *b = j->b;
	struct folded_product p = { .m = m, .n = b->cout, .first = first, .last = last,
		.depth = b->expanded, .run = INVERTED_PANEL, .a = depthwise, .rs = INVERTED_PANEL,
		.jump = panel, .constants = j->constants + j->parts.project, .c = j->y + pixel * b->cout,
		.c_rs = b->cout };
	const struct kern_act none = { .type = ACT_LINEAR };
	folded_limits(&none, &p.limits);
	if (b->residual) {
		p.add = j->x + pixel * b->cin;
		p.add_rs = b->cin;
	}
	KERN(folded_product)(&p);
}

static void
inverted_tile(void *ctx, int i, int thread)
{
	const struct inverted_job *j = ctx;
	const struct kern_inverted *b = j->b;
	const int image = i / j->cut.bands * j->cut.images, first = i % j->cut.bands * j->cut.rows;
	const struct inverted_region r = inverted_region(b, image,
		folded_least(j->cut.images, b->n - image), first,
		folded_least(first + j->cut.rows, b->oh));
	char *at = j->threads + (size_t)thread * inverted_thread_bytes(b);
	float *plane = scratch_take(&at, inverted_panel_bytes(b)), *depthwise = (float *)(void *)at;
	const ptrdiff_t panel = (ptrdiff_t)r.pixels * INVERTED_PANEL;
	for (int g = 0; g < j->panels; g++) inverted_front(j, &r, g, plane, depthwise + g * panel);
	inverted_back(j, ((size_t)image * b->oh + first) * b->ow, r.pixels, 0,
		KERN(pack_panels)(b->cout), depthwise, panel);
}

/* ---- few pixels: the channels are shared out ---- */

static void
inverted_front_tile(void *ctx, int g, int thread)
{
	const struct inverted_job *j = ctx;
	const struct kern_inverted *b = j->b;
	const struct inverted_region r = inverted_region(b, 0, b->n, 0, b->oh);
	char *at = j->threads + (size_t)thread * inverted_thread_bytes(b);
	inverted_front(j, &r, g, (float *)(void *)at, j->shared + (ptrdiff_t)g * r.pixels *
		INVERTED_PANEL);
}

static void
inverted_back_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct inverted_job *j = ctx;
	const struct kern_inverted *b = j->b;
	const int pixels = b->n * b->oh * b->ow, first = i / j->out_panels * j->rows;
	const int panel = i % j->out_panels;
	inverted_back(j, (size_t)first, folded_least(j->rows, pixels - first), panel, panel + 1,
		j->shared + (ptrdiff_t)first * INVERTED_PANEL, (ptrdiff_t)pixels * INVERTED_PANEL);
}

static void
inverted_shared(struct inverted_job *j)
{
	const struct kern_inverted *b = j->b;
	const int pixels = b->n * b->oh * b->ow, threads = parallel_threads();
	parallel_for(j->panels, inverted_front_tile, j);
	j->out_panels = KERN(pack_panels)(b->cout);
	const int parts = (4 * threads + j->out_panels - 1) / j->out_panels;
	j->rows = folded_least(((pixels + parts - 1) / parts + 11) / 12 * 12, FOLDED_ROWS);
	parallel_for((pixels + j->rows - 1) / j->rows * j->out_panels, inverted_back_tile, j);
}

void
KERN(inverted_forward)(const struct kern_inverted *b, const void *constants, const float *x,
	float *y, void *scratch)
{
	struct inverted_job j = { .b = b, .cut = inverted_cut(b), .parts = inverted_parts(b),
		.constants = constants, .x = x, .y = y, .panels = KERN(pack_panels)(b->expanded) };
	if (b->n == 0) return;
	for (int i = 0; i < 2; i++) folded_limits(&b->act[i], &j.limits[i]);
	char *at = scratch;
	j.shared = scratch_take(&at, inverted_shared_bytes(b));
	j.threads = at;
	const int groups = (b->n + j.cut.images - 1) / j.cut.images;
	if (j.cut.shared) inverted_shared(&j);
	else parallel_for(groups * j.cut.bands, inverted_tile, &j);
}

void
KERN(inverted_fold)(const struct kern_inverted *b, const struct kern_fold *f, void *constants)
{
	const struct inverted_parts parts = inverted_parts(b);
	float *to = constants;
	if (b->expand) KERN(folded_pack)(b->cin, b->expanded, &f[0], to);
	KERN(folded_pack_plane)(b->expanded, &f[1], to + parts.plane);
	KERN(folded_pack)(b->expanded, b->cout, &f[2], to + parts.project);
}
