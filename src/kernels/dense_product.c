/*
 * dense: y[n,u] = x[n,d] w[d,u] + b. Forward by tiles of outputs; backward by tiles of the
 * rows of w, each of which is read once for dx, and then takes its own gradient, or the optimizer's
 * step with the gradient still in cache. dx^T = w dy^T is computed, so that w is read as it lies,
 * and transposed.
 */
#include "kernels/dense_product.h"
#include "kernels/vector.h"

struct dense_forward {
	const struct kern_dense *s;
	const float *x, *w, *b;
	float *y;
	int row_tiles;
	struct dense_scratch scratch;
};

static void
dense_forward_tile(void *ctx, int i, int thread)
{
	const struct dense_forward *f = ctx;
	const int d = f->s->d, u = f->s->u;
	const int m0 = i % f->row_tiles * DENSE_ROWS, j0 = i / f->row_tiles * MATMUL_PANEL;
	const struct product p = {
		.m = f->s->n - m0 < DENSE_ROWS ? f->s->n - m0 : DENSE_ROWS,
		.n = u - j0 < MATMUL_PANEL ? u - j0 : MATMUL_PANEL, .k = d,
		.a = f->x + (ptrdiff_t)m0 * d, .a_rs = d, .a_cs = 1, .b = f->w + j0, .b_rs = u, .b_cs = 1,
		.c = f->y + (ptrdiff_t)m0 * u + j0, .c_rs = u, .init = f->b ? f->b + j0 : NULL,
	};
	if (!matmul_openblas() || !matmul_openblas_product(&p))
		KERN(product)(&p, f->scratch.threads + thread * f->scratch.thread);
}

void
KERN(dense_forward)(const struct kern_dense *s, const float *x, const float *w, const float *b,
	float *y, void *scratch)
{
	struct dense_forward f = { .s = s, .x = x, .w = w, .b = b, .y = y,
		.row_tiles = (s->n + DENSE_ROWS - 1) / DENSE_ROWS };
	dense_scratch_at(s, scratch, &f.scratch);
	const int column_tiles = (s->u + MATMUL_PANEL - 1) / MATMUL_PANEL;
	parallel_for(f.row_tiles * column_tiles, dense_forward_tile, &f);
}

struct dense_backward {
	const struct kern_dense *s;
	const float *x, *dy;
	float *w, *dx, *dw, *db;
	bool dx_add;
	const struct kern_update *update;
	int dy_panels, dy_t_panels;	/* to pack; 0 when nobody reads them */
	struct dense_scratch scratch;
};

/* One panel of dy or of dy^T packed, or the sums of one panel's columns. */
static void
dense_prepare_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct dense_backward *b = ctx;
	const int n = b->s->n, u = b->s->u;
	if (i < b->dy_panels) {
		KERN(pack)(n, u, b->dy, u, 1, i, b->scratch.dy);
		return;
	}
	i -= b->dy_panels;
	if (i < b->dy_t_panels) {
		KERN(pack)(u, n, b->dy, 1, u, i, b->scratch.dy_t);
		return;
	}
	const int j = (i - b->dy_t_panels) * MATMUL_PANEL;
	KERN(column_sums)((size_t)n, u - j < MATMUL_PANEL ? u - j : MATMUL_PANEL, b->dy + j, u,
		b->db + j);
}

/* dx[:, k0 : k0+rows] from the rows of w. */
static void
dense_backward_data(const struct dense_backward *b, int k0, int rows, float *tile, void *pack)
{
	const int d = b->s->d, u = b->s->u;
	for (int m0 = 0; m0 < b->s->n; m0 += DENSE_ROWS) {
		const int m = b->s->n - m0 < DENSE_ROWS ? b->s->n - m0 : DENSE_ROWS;
		float *dx = b->dx + (ptrdiff_t)m0 * d + k0;
		const struct product p = { .m = rows, .n = m, .k = u, .a = b->w + (ptrdiff_t)k0 * u,
			.a_rs = u, .a_cs = 1, .b = b->dy + (ptrdiff_t)m0 * u, .b_rs = 1, .b_cs = u,
			.packed = b->scratch.dy_t + (ptrdiff_t)m0 * u, .c = tile, .c_rs = DENSE_ROWS };
		if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, pack);
		KERN(transpose)(rows, m, tile, DENSE_ROWS, dx, d, b->dx_add);
	}
}

/* The gradient of rows k0 on of w, written or given to the optimizer a few rows at a time. */
static void
dense_backward_weights(const struct dense_backward *b, int k0, int rows, float *x, float *g,
	void *pack)
{
	const int n = b->s->n, d = b->s->d, u = b->s->u;
	for (int i = 0; i < n; i++)
		for (int k = 0; k < rows; k += VL) {
			const float *from = b->x + (ptrdiff_t)i * d + k0 + k;
			vf_store(x + (ptrdiff_t)i * DENSE_TILE + k,
				rows - k >= VL ? vf_load(from) : vf_load_n(from, rows - k));
		}
	const int chunk = b->update ? DENSE_CHUNK : DENSE_TILE;
	for (int k = 0; k < rows; k += chunk) {
		const int m = rows - k < chunk ? rows - k : chunk;
		const struct product p = { .m = m, .n = u, .k = n, .a = x + k, .a_rs = 1,
			.a_cs = DENSE_TILE, .b = b->dy, .b_rs = u, .b_cs = 1, .packed = b->scratch.dy,
			.c = b->update ? g : b->dw + (ptrdiff_t)(k0 + k) * u, .c_rs = u };
		if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, pack);
		if (b->update)
			kern_update_tile(b->update, (size_t)(k0 + k) * u, (size_t)m * u, b->w, g);
	}
}

static void
dense_backward_tile(void *ctx, int i, int thread)
{
	const struct dense_backward *b = ctx;
	const struct kern_dense *s = b->s;
	const int most = dense_tile(s), k0 = i * most, rows = s->d - k0 < most ? s->d - k0 : most;
	char *at = b->scratch.threads + thread * b->scratch.thread;
	float *x = scratch_take(&at, (size_t)s->n * DENSE_TILE * sizeof(float));
	float *g = scratch_take(&at, (size_t)DENSE_CHUNK * s->u * sizeof(float));
	float *tile = scratch_take(&at, (size_t)DENSE_ROWS * DENSE_TILE * sizeof(float));
	if (b->dx) dense_backward_data(b, k0, rows, tile, at);
	if (b->dw || b->update) dense_backward_weights(b, k0, rows, x, g, at);
}

void
KERN(dense_backward)(const struct kern_dense *s, const float *x, float *w, const float *dy,
	float *dx, bool dx_add, float *dw, float *db, const struct kern_update *update, void *scratch)
{
	struct dense_backward b = { .s = s, .x = x, .dy = dy, .w = w, .dx = dx, .dw = dw, .db = db,
		.dx_add = dx_add, .update = update };
	dense_scratch_at(s, scratch, &b.scratch);
	if (dw || update) b.dy_panels = KERN(pack_panels)(s->u);
	if (dx) b.dy_t_panels = KERN(pack_panels)(s->n);
	const int sums = db ? (s->u + MATMUL_PANEL - 1) / MATMUL_PANEL : 0;
	parallel_for(b.dy_panels + b.dy_t_panels + sums, dense_prepare_tile, &b);
	if (dx || dw || update)
		parallel_for((s->d + dense_tile(s) - 1) / dense_tile(s), dense_backward_tile, &b);
}
