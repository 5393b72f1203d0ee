/* Rows of one array into rows of another: concatenation, zero padding, cropping. */
#include "kernels/kernel_set.h"
#include "kernels/loop.h"

struct copy_rows_job {
	size_t rows, per;
	int width;
	const float *x;
	size_t x_stride;
	float *y;
	size_t y_stride;
	bool add;
};

static void
copy_rows_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct copy_rows_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	for (size_t i = r.first; i < r.last; i++)
		loop_copy((size_t)j->width, j->x + i * j->x_stride, j->y + i * j->y_stride, j->add);
}

void
KERN(copy_rows)(size_t rows, int width, const float *x, size_t x_stride, float *y, size_t y_stride,
	bool add)
{
	struct copy_rows_job j = { rows, loop_rows(width), width, x, x_stride, y, y_stride, add };
	parallel_for(loop_blocks(rows, j.per), copy_rows_block, &j);
}

/* ---- an image inside a larger one ---- */

/* Rows are image rows of the larger one (pad) or of the smaller one (crop). */
struct frame_job {
	int h, w, c, top, left, right, rows_large;
	size_t rows, per;
	const float *x;
	float *y;
	bool add;
};

static void
pad_row(const struct frame_job *j, size_t row)
{
	const int image = (int)(row / j->rows_large), y = (int)(row % j->rows_large) - j->top;
	const size_t inner = (size_t)j->w * j->c, before = (size_t)j->left * j->c;
	const size_t after = (size_t)j->right * j->c;
	float *out = j->y + row * (before + inner + after);
	if (y < 0 || y >= j->h) {
		memset(out, 0, (before + inner + after) * sizeof *out);
		return;
	}
	memset(out, 0, before * sizeof *out);
	loop_copy(inner, j->x + ((size_t)image * j->h + y) * inner, out + before, false);
	memset(out + before + inner, 0, after * sizeof *out);
}

static void
pad_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct frame_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	for (size_t i = r.first; i < r.last; i++) pad_row(j, i);
}

static void
crop_block(void *ctx, int block, int thread)
{
	(void)thread;
	const struct frame_job *j = ctx;
	const struct loop_range r = loop_block(j->rows, j->per, block);
	const size_t inner = (size_t)j->w * j->c;
	const size_t width = (size_t)(j->w + j->left + j->right) * j->c;
	for (size_t i = r.first; i < r.last; i++) {
		const size_t from = i / j->h * j->rows_large + i % j->h + j->top;
		loop_copy(inner, j->x + from * width + (size_t)j->left * j->c, j->y + i * inner, j->add);
	}
}

void
KERN(zero_pad)(int n, int h, int w, int c, int top, int bottom, int left, int right, const float *x,
	float *y)
{
	struct frame_job j = { h, w, c, top, left, right, h + top + bottom, 0, 0, x, y, false };
	j.rows = (size_t)n * j.rows_large;
	j.per = loop_rows((size_t)(w + left + right) * c);
	parallel_for(loop_blocks(j.rows, j.per), pad_block, &j);
}

void
KERN(crop)(int n, int h, int w, int c, int top, int bottom, int left, int right, const float *dy,
	float *dx, bool add)
{
	struct frame_job j = { h, w, c, top, left, right, h + top + bottom, 0, 0, dy, dx, add };
	j.rows = (size_t)n * h;
	j.per = loop_rows((size_t)w * c);
	parallel_for(loop_blocks(j.rows, j.per), crop_block, &j);
}
