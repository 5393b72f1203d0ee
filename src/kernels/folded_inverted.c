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

/* One panel of m pixels of x. */
static void
inverted_expand(const struct inverted_job *j, size_t pixel, int m, int panel, float *plane)
{
	const struct kern_inverted *b = j->b;
	const struct folded_product p = { .m = m, .n = b->expanded, .first = panel, .last = panel + 1,
		.depth = b->cin, .run = b->cin, .a = j->x + pixel * b->cin, .rs = b->cin,
		.constants = j->constants, .c = plane, .c_rs = INVERTED_PANEL, .apart = true,
		.limits = j->limits[0] };
	KERN(folded_product)(&p);
}

/* Some whole images of one panel, or a band of one image, whose plane is taken at once. */
static void
inverted_whole(const struct inverted_job *j, const struct inverted_region *r,
	struct folded_plane p, int image, int panel, float *plane)
{
	const struct kern_inverted *b = j->b;
	p.lines = r->x_last - r->x_first;
	p.x_image = (ptrdiff_t)p.lines * p.x_row;
	inverted_expand(j, ((size_t)image * b->h + r->x_first) * b->w, p.images * p.lines * b->w, panel,
		plane);
	KERN(folded_plane)(&p);
}

/* One image or band whose plane is large: some of its rows at a time, in a ring. */
static void
inverted_ring(const struct inverted_job *j, const struct inverted_region *r,
	struct folded_plane p, int image, int panel, float *plane)
{
	const struct kern_inverted *b = j->b;
	const int some = inverted_ring_rows(b), last = p.last;
	int done = p.first;		/* rows of output */
	p.lines = 2 * some;
	for (int y = r->x_first; y < r->x_last; y += some) {
		const int end = folded_least(y + some, r->x_last);
		inverted_expand(j, ((size_t)image * b->h + y) * b->w, (end - y) * b->w, panel,
			plane + (y - r->x_first) % p.lines * p.x_row);
		p.first = p.last = done;
		while (p.last < last && (end == r->x_last || p.last * b->stride - b->pt + 3 <= end))
			p.last++;
		if (p.last == done) continue;
		KERN(folded_plane)(&p);
		p.y += (p.last - done) * p.y_row;
		done = p.last;
	}
}

/* The depthwise outputs of one panel. */
static void
inverted_front(const struct inverted_job *j, const struct inverted_region *r, int panel,
	float *plane, float *out)
{
	const struct kern_inverted *b = j->b;
	const int first = panel * INVERTED_PANEL, cells = (r->x_last - r->x_first) * b->w;
	struct folded_plane p = { .images = r->images, .h = b->h, .w = b->w, .stride = b->stride,
		.pt = b->pt, .pl = b->pl, .ow = b->ow, .first = r->first, .last = r->last,
		.padded = b->expand, .top = r->x_first,
		.channels = folded_least(b->expanded - first, INVERTED_PANEL),
		.constants = j->constants + j->parts.plane + (size_t)first * FOLDED_LINES,
		.x = plane, .x_pixel = INVERTED_PANEL, .x_row = (ptrdiff_t)b->w * INVERTED_PANEL,
		.y = out, .y_pixel = INVERTED_PANEL, .y_row = (ptrdiff_t)b->ow * INVERTED_PANEL,
		.y_image = (ptrdiff_t)(r->last - r->first) * b->ow * INVERTED_PANEL,
		.limits = j->limits[1] };
	if (!b->expand) {
		p.lines = b->h;
		p.x_pixel = b->cin;
		p.x_row = (ptrdiff_t)b->w * b->cin;
		p.x_image = b->h * p.x_row;
		p.x = j->x + r->image * p.x_image + r->x_first * p.x_row + first;
		KERN(folded_plane)(&p);
		return;
	}
	const int some = FOLDED_PLANE_FLOATS / (cells * INVERTED_PANEL + 1);
	for (int i = 0; i < r->images; i += p.images) {
		p.images = folded_least(some > 1 ? some : 1, r->images - i);
		p.y = out + i * p.y_image;
		if (some) inverted_whole(j, r, p, r->image + i, panel, plane);
		else inverted_ring(j, r, p, r->image + i, panel, plane);
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
