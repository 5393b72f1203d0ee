/*
 * The gradients of a convolution's kernel and bias: x^T dy over all output pixels. A small kernel
 * is summed in PARALLEL_SHARDS shards of the batch, added in a fixed tree; a large one is cut in
 * tiles of its own elements, each over the whole batch, so that no copies of it are held. Which is
 * which depends on its size alone.
 */
#include "kernels/conv.h"
#include "kernels/vector.h"

struct conv_grad {
	const struct kern_conv *c;
	const float *x, *dy;
	float *dw, *db;
	float *shards;		/* conv_shard_floats each: kernel (when sharded), then bias */
	char *threads;
	size_t kernel;		/* floats of the kernel in a shard */
	int row_tiles, column_tiles;	/* of each tap of a large kernel */
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
	if (j->kernel == 0 || !j->dw) return;
	memset(sums, 0, j->kernel * sizeof *sums);
	const int rows = conv_tile_rows(conv_depth(c));
	for (long p = first; p < last; p += rows)
		conv_grad_block(j, p, p + rows < last ? p + rows : last, sums, tile, pack);
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
	const int column = i % j->column_tiles * CONV_COLUMNS, row_tile = i / j->column_tiles;
	const int block = row_tile % j->row_tiles * CONV_BLOCK, rest = row_tile / j->row_tiles;
	const int g = rest % c->groups, tap = rest / c->groups;
	const int rows = inputs - block < CONV_BLOCK ? inputs - block : CONV_BLOCK;
	const long pixels = (long)c->n * c->oh * c->ow;
	/* The tap as a 1x1 convolution of those channels: the rest of the input is stepped over. */
	struct kern_conv one = *c;
	one.kh = one.kw = 1;
	one.pt = c->pt - tap / c->kw * c->dh;
	one.pl = c->pl - tap % c->kw * c->dw;
	const ptrdiff_t offset = g * inputs + block;
	struct product p = { .m = rows,
		.n = outputs - column < CONV_COLUMNS ? outputs - column : CONV_COLUMNS, .a_rs = 1,
		.b_rs = c->cout, .b_cs = 1,
		.c = j->dw + ((ptrdiff_t)tap * inputs + block) * c->cout + g * outputs + column,
		.c_rs = c->cout, .init_rs = c->cout };
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
	if (first < j->kernel && j->dw) {
		const size_t n = j->kernel - first < SUM_TILE ? j->kernel - first : SUM_TILE;
		KERN(add_shards)(n, j->shards + first, stride, j->dw + first);
	}
	if (i == 0 && j->db) KERN(add_shards)((size_t)j->c->cout, j->shards + j->kernel, stride, j->db);
}

void
KERN(conv_backward_weights)(const struct kern_conv *c, const float *x, const float *dy, float *dw,
	float *db, void *scratch)
{
	const bool sharded = conv_weights_sharded(c);
	const int inputs = c->cin / c->groups, outputs = c->cout / c->groups;
	struct conv_grad j = { .c = c, .x = x, .dy = dy, .dw = dw, .db = db, .shards = scratch,
		.threads = (char *)scratch + conv_shard_floats(c) * PARALLEL_SHARDS * sizeof(float),
		.kernel = sharded ? (size_t)conv_depth(c) * c->cout : 0,
		.row_tiles = (inputs + CONV_BLOCK - 1) / CONV_BLOCK,
		.column_tiles = (outputs + CONV_COLUMNS - 1) / CONV_COLUMNS };
	const int tiles = sharded || !dw ? 0
		: c->kh * c->kw * c->groups * j.row_tiles * j.column_tiles;
	parallel_for(PARALLEL_SHARDS + tiles, conv_grad_any, &j);
	const int sums = sharded && dw ? (int)((j.kernel + SUM_TILE - 1) / SUM_TILE) : 1;
	parallel_for(sums, conv_grad_sum, &j);
}
