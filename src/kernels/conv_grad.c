/*
 * The gradients of a convolution's kernel and bias: x^T dy over all output pixels. A small kernel
 * that meets many pixels is summed in PARALLEL_SHARDS shards of the batch, added in a fixed tree;
 * another is cut in tiles of its own elements, each over the whole batch, so that no copies of it
 * are held. Which is which depends on sizes alone. A 1x1 convolution in shards takes the gradient
 * of its input in the same pass, while dy is in cache; the optimizer's step is taken in the tile
 * that has the whole gradient of some weights.
 */
#include "kernels/conv.h"
#include "kernels/vector.h"

struct conv_grad {
	const struct kern_conv *c;
	const float *x, *dy;
	float *w, *dw, *db, *dx;
	bool dx_add;
	const struct kern_update *update;
	char *back;			/* w^T packed, where dx is taken in the shards */
	float *shards;		/* conv_shard_floats each: kernel (when sharded), then bias */
	char *threads;
	size_t kernel;		/* floats of the kernel in a shard */
	int rows, columns;	/* of a tile of a large kernel */
	int row_tiles, column_tiles;	/* of each of its taps */
};

/* The sum of 16 arrays in the tree ((0+1)+(2+3))+… . */
void
KERN(add_shards)(size_t n, const float *shards, size_t stride, float *out)
{
	for (size_t i = 0; i < n; i += VL) {
		const int lanes = n - i < VL ? (int)(n - i) : VL;
		vf q[PARALLEL_SHARDS];
		for (int s = 0; s < PARALLEL_SHARDS; s++) {
			const float *from = shards + s * stride + i;
			q[s] = lanes == VL ? vf_load(from) : vf_load_n(from, lanes);
		}
		for (int step = 1; step < PARALLEL_SHARDS; step *= 2)
			for (int s = 0; s < PARALLEL_SHARDS; s += 2 * step) q[s] += q[s + step];
		if (lanes == VL) vf_store(out + i, q[0]);
		else vf_store_n(out + i, lanes, q[0]);
	}
}

/* x^T dy of the pixels [first, last) added to the kernel at dw. */
static void
conv_grad_block(const struct conv_grad *j, long first, long last, float *dw, float *tile,
	void *pack)
{
	const struct kern_conv *c = j->c;
	const int depth = conv_depth(c), outputs = c->cout / c->groups;
	for (int g = 0; g < c->groups; g++) {
		struct product p = { .m = depth, .n = outputs, .k = (int)(last - first), .a = tile,
			.a_rs = 1, .a_cs = conv_tile_stride(depth), .b = j->dy + first * c->cout + g * outputs,
			.b_rs = c->cout, .b_cs = 1, .c = dw + g * outputs, .c_rs = c->cout,
			.init = dw + g * outputs, .init_rs = c->cout };
		if (conv_is_pointwise(c)) {
			p.a = j->x + first * c->cin + g * depth;
			p.a_cs = c->cin;
		} else {
			const int inputs = c->cin / c->groups;
			KERN(im2col)(c, j->x + g * inputs, inputs, first, last, tile, (int)p.a_cs);
		}
		if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, pack);
	}
}

/* dx of the pixels [first, last). */
static void
conv_grad_data(const struct conv_grad *j, long first, long last)
{
	const struct kern_conv *c = j->c;
	struct product p = { .m = (int)(last - first), .n = c->cin, .k = c->cout,
		.a = j->dy + first * c->cout, .a_rs = c->cout, .a_cs = 1, .b = j->w, .b_rs = 1,
		.b_cs = c->cout, .packed = (const float *)j->back, .c = j->dx + first * c->cin,
		.c_rs = c->cin };
	if (j->dx_add) p.init = p.c, p.init_rs = p.c_rs;
	if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, NULL);
}

static void
conv_grad_back_tile(void *ctx, int i, int thread)
{
	(void)thread;
	const struct conv_grad *j = ctx;
	KERN(pack)(j->c->cout, j->c->cin, j->w, 1, j->c->cout, i, (float *)j->back);
}

static void
conv_grad_shard(const struct conv_grad *j, int s, float *tile, void *pack)
{
	const struct kern_conv *c = j->c;
	const struct shard images = parallel_shard(c->n, s);
	const long area = (long)c->oh * c->ow, first = images.first * area, last = images.last * area;
	float *sums = j->shards + s * conv_shard_floats(c);
	if (j->db)
		KERN(column_sums)((size_t)(last - first), c->cout, j->dy + first * c->cout, c->cout,
			sums + j->kernel);
	if (j->kernel == 0 || (!j->dw && !j->update)) return;
	memset(sums, 0, j->kernel * sizeof *sums);
	const int rows = conv_is_pointwise(c) ? CONV_GRAD_ROWS : conv_tile_rows(conv_depth(c));
	for (long p = first; p < last; p += rows) {
		const long end = p + rows < last ? p + rows : last;
		conv_grad_block(j, p, end, sums, tile, pack);
		if (j->back) conv_grad_data(j, p, end);
	}
}

/*
 * One tap's block of CONV_BLOCK input channels and CONV_COLUMNS outputs of a large kernel, over all
 * pixels.
 */
static void
conv_grad_tile(const struct conv_grad *j, int i, float *tile, void *pack)
{
	const struct kern_conv *c = j->c;
	const int inputs = c->cin / c->groups, outputs = c->cout / c->groups;
	const int column = i % j->column_tiles * j->columns, row_tile = i / j->column_tiles;
	const int block = row_tile % j->row_tiles * j->rows, rest = row_tile / j->row_tiles;
	const int g = rest % c->groups, tap = rest / c->groups;
	const int rows = inputs - block < j->rows ? inputs - block : j->rows;
	const long pixels = (long)c->n * c->oh * c->ow;
	/* The tap as a 1x1 convolution of those channels: the rest of the input is stepped over. */
	struct kern_conv one = *c;
	one.kh = one.kw = 1;
	one.pt = c->pt - tap / c->kw * c->dh;
	one.pl = c->pl - tap % c->kw * c->dw;
	const ptrdiff_t offset = g * inputs + block;
	const size_t at = ((size_t)tap * inputs + block) * c->cout + g * outputs + column;
	struct product p = { .m = rows, .n = outputs - column < j->columns ? outputs - column
		: j->columns, .a_rs = 1, .b_rs = c->cout, .b_cs = 1 };
	p.c = j->update ? tile + (size_t)CONV_TILE_ROWS * CONV_BLOCK : j->dw + at;
	p.c_rs = p.init_rs = j->update ? p.n : c->cout;
	for (long first = 0; first < pixels; first += CONV_TILE_ROWS) {
		const long last = first + CONV_TILE_ROWS < pixels ? first + CONV_TILE_ROWS : pixels;
		p.k = (int)(last - first);
		p.init = first ? p.c : NULL;
		p.b = j->dy + first * c->cout + g * outputs + column;
		if (conv_is_pointwise(c)) {
			p.a = j->x + first * c->cin + offset;
			p.a_cs = c->cin;
		} else {
			KERN(im2col)(&one, j->x + offset, rows, first, last, tile, CONV_BLOCK);
			p.a = tile;
			p.a_cs = CONV_BLOCK;
		}
		if (!matmul_openblas() || !matmul_openblas_product(&p)) KERN(product)(&p, pack);
	}
	for (int r = 0; j->update && r < rows; r++)
		kern_update_tile(j->update, at + (size_t)r * c->cout, (size_t)p.n, j->w, p.c + r * p.c_rs);
}

static void
conv_grad_any(void *ctx, int i, int thread)
{
	const struct conv_grad *j = ctx;
	char *at = j->threads + thread * conv_thread_bytes(j->c);
	void *pack = scratch_take(&at, kern_gemm_pack(0, 0, 0));
	if (i < PARALLEL_SHARDS) conv_grad_shard(j, i, (float *)at, pack);
	else conv_grad_tile(j, i - PARALLEL_SHARDS, (float *)at, pack);
}

/* The shards of SUM_TILE floats of the kernel and bias added. */
enum { SUM_TILE = 2048 };

static void
conv_grad_sum(void *ctx, int i, int thread)
{
	(void)thread;
	const struct conv_grad *j = ctx;
	const size_t stride = conv_shard_floats(j->c), first = (size_t)i * SUM_TILE;
	if (first < j->kernel && (j->dw || j->update)) {
		float sum[SUM_TILE];
		const size_t n = j->kernel - first < SUM_TILE ? j->kernel - first : SUM_TILE;
		KERN(add_shards)(n, j->shards + first, stride, j->update ? sum : j->dw + first);
		if (j->update) kern_update_tile(j->update, first, n, j->w, sum);
	}
	if (i == 0 && j->db) KERN(add_shards)((size_t)j->c->cout, j->shards + j->kernel, stride, j->db);
}

/* Tiles of a large kernel: as many as there are shards, or the smallest that pay. */
static void
conv_grad_cut(struct conv_grad *j)
{
	const struct kern_conv *c = j->c;
	const int inputs = c->cin / c->groups, outputs = c->cout / c->groups;
	const int parts = c->kh * c->kw * c->groups;
	j->rows = CONV_BLOCK;
	j->columns = CONV_COLUMNS;
	for (;;) {
		j->row_tiles = (inputs + j->rows - 1) / j->rows;
		j->column_tiles = (outputs + j->columns - 1) / j->columns;
		if (parts * j->row_tiles * j->column_tiles >= PARALLEL_SHARDS) return;
		if (j->columns > 2 * MATMUL_PANEL) j->columns /= 2;
		else if (j->rows > 12) j->rows /= 2;
		else return;
	}
}

static void
conv_grad_run(struct conv_grad *j, char *scratch)
{
	const struct kern_conv *c = j->c;
	const bool sharded = conv_weights_sharded(c), kernel = j->dw || j->update;
	j->shards = (float *)scratch;
	j->threads = scratch + conv_shard_floats(c) * PARALLEL_SHARDS * sizeof(float);
	j->kernel = sharded ? (size_t)conv_depth(c) * c->cout : 0;
	if (j->dx) {
		j->back = j->threads + conv_thread_bytes(c) * parallel_threads();
		parallel_for(KERN(pack_panels)(c->cin), conv_grad_back_tile, j);
	}
	conv_grad_cut(j);
	const int tiles = sharded || !kernel ? 0
		: c->kh * c->kw * c->groups * j->row_tiles * j->column_tiles;
	parallel_for(PARALLEL_SHARDS + tiles, conv_grad_any, j);
	const int sums = sharded && kernel ? (int)((j->kernel + SUM_TILE - 1) / SUM_TILE) : 1;
	if (j->kernel || j->db) parallel_for(sums, conv_grad_sum, j);
}

void
KERN(conv_backward)(const struct kern_conv *c, const float *x, float *w, const float *dy,
	float *dx, bool dx_add, float *dw, float *db, const struct kern_update *update, void *scratch)
{
	if (conv_is_dense(c)) {
		const struct kern_dense s = conv_dense(c);
		KERN(dense_backward)(&s, x, w, dy, dx, dx_add, dw, db, update, scratch);
		return;
	}
	struct conv_grad j = { .c = c, .x = x, .w = w, .dy = dy, .dw = dw, .db = db,
		.update = update };
	const bool together = conv_is_pointwise(c) && c->groups == 1 && conv_weights_sharded(c) &&
		(dw || update);
	if (together) {
		j.dx = dx;
		j.dx_add = dx_add;
	} else if (dx) {
		KERN(conv_backward_data)(c, dy, w, dx, dx_add, scratch);
	}
	if (dw || db || update) conv_grad_run(&j, scratch);
}

void
KERN(conv_backward_weights)(const struct kern_conv *c, const float *x, const float *dy, float *dw,
	float *db, void *scratch)
{
	KERN(conv_backward)(c, x, NULL, dy, NULL, false, dw, db, NULL, scratch);
}
