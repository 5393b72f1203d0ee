/*
 * Folded depthwise convolution by itself: x [n,h,w,c] to y [n,oh,ow,c*m]. The common 3x3 goes panel
 * by panel (folded_plane.c), others through the plain kernel with folded weights.
 */
#include "kernels/folded.h"
#include "kernels/loop.h"

struct folded_depthwise_job {
	const struct kern_depthwise *c;
	const float *constants, *x;
	float *y;
	struct folded_limits limits;
	int rows, bands;	/* of output, of a tile; of an image */
};

static void
folded_depthwise_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct folded_depthwise_job *j = ctx;
	const struct kern_depthwise *c = j->c;
	const int image = i / j->bands, first = i % j->bands * j->rows;
	const float *x = j->x + (size_t)image * c->h * c->w * c->c;
	float *y = j->y + ((size_t)image * c->oh + first) * c->ow * c->c;
	for (int k = 0; k < c->c; k += 2 * VL) {
		const struct folded_plane p = { .images = 1, .h = c->h, .w = c->w, .stride = c->sh,
			.pt = c->pt, .pl = c->pl, .ow = c->ow, .first = first,
			.last = folded_least(first + j->rows, c->oh),
			.channels = folded_least(c->c - k, 2 * VL), .x = x + k, .x_pixel = c->c,
			.x_row = (ptrdiff_t)c->w * c->c, .lines = c->h,
			.constants = j->constants + (size_t)k * FOLDED_LINES, .y = y + k, .y_pixel = c->c,
			.y_row = (ptrdiff_t)c->ow * c->c, .limits = j->limits };
		KERN(folded_plane)(&p);
	}
}

void
KERN(folded_depthwise_forward)(const struct kern_depthwise *c, const void *constants,
	const struct kern_act *act, const float *x, float *y, void *scratch)
{
	struct folded_depthwise_job j = { .c = c, .constants = constants, .x = x, .y = y };
	const int channels = c->c * c->m;
	if (!folded_is_plane(c)) {
		KERN(depthwise_forward)(c, x, j.constants + folded_line(channels), constants, y, scratch);
		KERN(act_forward)(act, (size_t)c->n * c->oh * c->ow * channels, y, y);
		return;
	}
	const bool limited = folded_limits(act, &j.limits);
	j.rows = folded_least((long)loop_rows((size_t)c->ow * c->c), c->oh);
	j.bands = (c->oh + j.rows - 1) / j.rows;
	parallel_for(c->n * j.bands, folded_depthwise_tile, &j);
	if (!limited) KERN(act_forward)(act, (size_t)c->n * c->oh * c->ow * channels, y, y);
}

void
KERN(folded_depthwise_fold)(const struct kern_depthwise *c, const struct kern_fold *f,
	void *constants)
{
	if (folded_is_plane(c)) KERN(folded_pack_plane)(c->c, f, constants);
	else KERN(folded_scale)(c->kh * c->kw, c->c * c->m, f, constants);
}
