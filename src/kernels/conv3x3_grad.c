/*
 * Backward of the fused 3x3 convolution, relu and pooling: shards of the batch, image after image,
 * band after band. The gradients of kernel and bias are sums of PARALLEL_SHARDS shards added in a
 * fixed tree; a large kernel's is taken whole instead, by blocks of 16 outputs that each go through
 * the batch.
 */
#include "kernels/conv3x3_grad.h"
#include "kernels/vector.h"

struct pool_backward {
	const struct kern_conv_pool *c;
	const float *x, *w, *dy;
	const uint8_t *which;
	float *dx, *dw, *db;
	bool dx_add;
	int rows, bands;
	float *turned, *whole, *shards;
	char *threads;
};

static struct pool_band
pool_band_at(const struct pool_backward *b, char *block, int image, int band)
{
	const struct kern_conv_pool *c = b->c;
	const int top = band * b->rows, height = c->h / 2, width = c->w / 2;
	const ptrdiff_t out = (((ptrdiff_t)image * height + top) * width) * c->cout;
	struct pool_band p = { .c = c, .rows = height - top < b->rows ? height - top : b->rows,
		.which = b->which + out, .dy = b->dy + out };
	pool_thread_at(c, block, &p.t);
	p.column = pool_is_thin(c) ? c->cin : pool_channels(c);
	p.row = (2 * width + 2) * p.column;
	return p;
}

/*
 * The band's input. What is read behind the last window must be a number, though nobody reads its
 * sum.
 */
static void
pool_load(const struct pool_backward *b, const struct pool_band *p, int image, int band)
{
	const struct kern_conv_pool *c = b->c;
	KERN(pool_strip)(c, b->x + (size_t)image * c->h * c->w * c->cin, band * b->rows, p->rows,
		(int)p->column, p->t.x);
	if (pool_is_thin(c))
		memset(p->t.x + (2 * p->rows + 2) * p->row, 0,
			(size_t)pool_kernel_row(c) * sizeof *p->t.x);
}

static void
pool_any_weights(const struct pool_band *p, int first, int last, float *dw)
{
	if (pool_is_thin(p->c)) KERN(pool_thin_weights)(p, first, last, dw);
	else KERN(pool_weights)(p, first, last, dw);
}

/*
 * Rows [first, last) of the strip's gradient to their places in dx, the strip's row 0 being `top`.
 */
static void
pool_emit(const struct pool_backward *b, const float *strip, int image, int top, int first,
	int last)
{
	const struct kern_conv_pool *c = b->c;
	const int channels = pool_channels(c), width = c->w / 2 * 2 + 2;
	const int inside = c->w < width - 1 ? c->w : width - 1;
	for (int r = first; r < last; r++) {
		const int y = top + r;
		if (y < 0 || y >= c->h) continue;
		float *dx = b->dx + (((size_t)image * c->h + y) * c->w) * c->cin;
		for (int x = 0; x < inside; x++, dx += c->cin) {
			const float *from = strip + ((size_t)r * width + x + 1) * channels;
			int k = 0;
			for (; k + VL <= c->cin; k += VL) {
				vf g = vf_load(from + k);
				if (b->dx_add) g += vf_load(dx + k);
				vf_store(dx + k, g);
			}
			for (; k < c->cin; k++) dx[k] = b->dx_add ? dx[k] + from[k] : from[k];
		}
	}
}

/* dx of one band. The last two rows of a strip are the first two of the next. */
static void
pool_band_data(const struct pool_backward *b, const struct pool_band *p, int image, int band)
{
	const struct kern_conv_pool *c = b->c;
	const size_t row = (size_t)(c->w / 2 * 2 + 2) * pool_channels(c);
	const int rows = 2 * p->rows;
	float *strip = p->t.dx;
	if (band == 0) memset(strip, 0, 2 * row * sizeof *strip);
	memset(strip + 2 * row, 0, rows * row * sizeof *strip);
	KERN(pool_data)(p, b->turned);
	pool_emit(b, strip, image, 2 * band * b->rows - 1, 0, band + 1 == b->bands ? rows + 2 : rows);
	memmove(strip, strip + rows * row, 2 * row * sizeof *strip);
}

static void
pool_shard_tile(const struct pool_backward *b, int s, char *block)
{
	const struct kern_conv_pool *c = b->c;
	const struct shard images = parallel_shard(c->n, s);
	const bool weights = b->dw && pool_sharded(c);
	const int outputs = pool_round(c->cout);
	float *sums = b->shards + s * pool_shard_floats(c);
	memset(sums, 0, (weights ? pool_shard_floats(c) : (size_t)outputs) * sizeof *sums);
	for (int image = images.first; image < images.last; image++)
		for (int band = 0; band < b->bands; band++) {
			const struct pool_band p = pool_band_at(b, block, image, band);
			KERN(pool_mask)(&p, 0, outputs, b->db ? sums : NULL);
			if (weights) {
				pool_load(b, &p, image, band);
				pool_any_weights(&p, 0, outputs, sums + outputs);
			}
			if (b->dx) pool_band_data(b, &p, image, band);
		}
}

/* The gradient of outputs first to first + 15 of a large kernel over the whole batch. */
static void
pool_whole_tile(const struct pool_backward *b, int first, char *block)
{
	const struct kern_conv_pool *c = b->c;
	const size_t kernel = (size_t)pool_kernel_floats(c);
	memset(b->whole + first * kernel, 0, POOL_WIDE * kernel * sizeof *b->whole);
	for (int image = 0; image < c->n; image++)
		for (int band = 0; band < b->bands; band++) {
			const struct pool_band p = pool_band_at(b, block, image, band);
			KERN(pool_mask)(&p, first, first + POOL_WIDE, NULL);
			pool_load(b, &p, image, band);
			pool_any_weights(&p, first, first + POOL_WIDE, b->whole);
		}
}

static void
pool_backward_tile(void *ctx, int i, int thread)
{
	const struct pool_backward *b = ctx;
	struct pool_thread unused;
	char *block = b->threads + thread * pool_thread_at(b->c, NULL, &unused);
	if (i < PARALLEL_SHARDS) pool_shard_tile(b, i, block);
	else pool_whole_tile(b, (i - PARALLEL_SHARDS) * POOL_WIDE, block);
}

/* 16 outputs: their shards added, and turned to Keras's layout. */
static void
pool_sum_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct pool_backward *b = ctx;
	const struct kern_conv_pool *c = b->c;
	const int first = i * POOL_WIDE, kernel = pool_kernel_floats(c);
	const int outputs = c->cout - first < POOL_WIDE ? c->cout - first : POOL_WIDE;
	const size_t shard = pool_shard_floats(c);
	if (b->db) KERN(add_shards)((size_t)outputs, b->shards + first, shard, b->db + first);
	if (!b->dw) return;
	float *sum = b->whole + (size_t)first * kernel;
	if (pool_sharded(c)) {
		sum = b->shards + pool_round(c->cout) + (size_t)first * kernel;
		KERN(add_shards)((size_t)outputs * kernel, sum, shard, sum);
	}
	if (pool_is_thin(c)) {
		for (int r = 0; r < 3; r++)
			KERN(transpose)(outputs, 3 * c->cin, sum + (size_t)r * pool_kernel_row(c), kernel,
				b->dw + (size_t)r * 3 * c->cin * c->cout + first, c->cout, false);
		return;
	}
	for (int t = 0; t < 9; t++)
		KERN(transpose)(outputs, c->cin, sum + (size_t)t * pool_channels(c), kernel,
			b->dw + (size_t)t * c->cin * c->cout + first, c->cout, false);
}

/* No pooled pixel, so no gradient. */
static void
pool_backward_nothing(const struct pool_backward *b)
{
	const struct kern_conv_pool *c = b->c;
	if (b->dx && !b->dx_add) memset(b->dx, 0, (size_t)c->n * c->h * c->w * c->cin * sizeof *b->dx);
	if (b->dw) memset(b->dw, 0, (size_t)9 * c->cin * c->cout * sizeof *b->dw);
	if (b->db) memset(b->db, 0, (size_t)c->cout * sizeof *b->db);
}

void
KERN(conv_pool_backward)(const struct kern_conv_pool *c, const float *x, const float *w,
	const uint8_t *which, const float *dy, float *dx, bool dx_add, float *dw, float *db,
	void *scratch)
{
	char *at = scratch;
	struct pool_backward b = { .c = c, .x = x, .w = w, .dy = dy, .which = which, .dx = dx, .dw = dw,
		.db = db, .dx_add = dx_add, .rows = pool_backward_rows(c) };
	if (c->h < 2 || c->w < 2) {
		pool_backward_nothing(&b);
		return;
	}
	b.bands = (c->h / 2 + b.rows - 1) / b.rows;
	b.turned = scratch_take(&at, pool_turned_bytes(c));
	b.whole = scratch_take(&at, pool_whole_bytes(c));
	b.shards = scratch_take(&at, pool_shard_floats(c) * PARALLEL_SHARDS * sizeof(float));
	b.threads = at;
	if (dx) KERN(pool_turn_kernel)(c, w, b.turned);
	const int blocks = (c->cout + POOL_WIDE - 1) / POOL_WIDE;
	parallel_for(PARALLEL_SHARDS + (dw && !pool_sharded(c) ? blocks : 0), pool_backward_tile, &b);
	parallel_for(blocks, pool_sum_tile, &b);
}
