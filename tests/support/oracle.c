/* Naive layers in double; the slowest and plainest form of each. */
#include "support/oracle.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- arguments ---- */

static double
oracle_number(const struct oracle *o, const char *key, double preset)
{
	const struct node *v = node_get(o->opts, key);
	if (!v) return preset;
	if (strcmp(v->text, "num_classes") == 0) return o->num_classes;
	if (strcmp(v->text, "true") == 0) return 1;
	if (strcmp(v->text, "false") == 0) return 0;
	return strtod(v->text, NULL);
}

static int
oracle_pair(const struct oracle *o, const char *key, int which, int preset)
{
	const struct node *v = node_get(o->opts, key);
	if (!v) return preset;
	return atoi(v->type == NODE_LIST ? v->items[which]->text : v->text);
}

static bool
oracle_same(const struct oracle *o)
{
	const struct node *v = node_get(o->opts, "padding");
	return v && strcmp(v->text, "same") == 0;
}

/* ---- windows ---- */

struct oracle_axis { int out, before, size, stride, dilation; };

static struct oracle_axis
oracle_axis(const struct oracle *o, const char *size_key, int which)
{
	struct oracle_axis a = {
		.size = oracle_pair(o, size_key, which, 2),
		.dilation = oracle_pair(o, "dilation_rate", which, 1),
	};
	const bool pool = strcmp(size_key, "pool_size") == 0;
	const int in = o->in[0].d[1 + which];
	a.stride = oracle_pair(o, "strides", which, pool ? a.size : 1);
	/* Slide a window over the padded axis and count. */
	const int extent = (a.size - 1) * a.dilation + 1;
	int padded = in;
	if (oracle_same(o)) {
		const int want = (int)ceil((double)in / a.stride);
		while ((padded - extent < 0 ? 0 : (padded - extent) / a.stride + 1) < want) padded++;
		a.before = (padded - in) / 2;
	}
	for (int at = 0; at + extent <= padded; at += a.stride) a.out++;
	return a;
}

static double
oracle_pixel(const struct oracle *o, int n, int y, int x, int c)
{
	const struct shape *s = &o->in[0];
	if (y < 0 || x < 0 || y >= s->d[1] || x >= s->d[2]) return 0;
	return o->x[0][((n * s->d[1] + y) * s->d[2] + x) * s->d[3] + c];
}

static bool
oracle_inside(const struct oracle *o, int y, int x)
{
	return y >= 0 && x >= 0 && y < o->in[0].d[1] && x < o->in[0].d[2];
}

/*
 * One output of a convolution: input channels first … first+cin-1, kernel element stride 1 or
 * by channel.
 */
static double
oracle_conv_at(const struct oracle *o, int n, int i, int j, int first, int cin, int out, int outs)
{
	const struct oracle_axis a = oracle_axis(o, "kernel_size", 0),
		b = oracle_axis(o, "kernel_size", 1);
	double sum = 0;
	for (int u = 0; u < a.size; u++)
		for (int v = 0; v < b.size; v++)
			for (int c = 0; c < cin; c++)
				sum += o->p[0][((u * b.size + v) * cin + c) * outs + out] *
					oracle_pixel(o, n, i * a.stride + u * a.dilation - a.before,
						j * b.stride + v * b.dilation - b.before, first + c);
	return sum;
}

static void
oracle_conv(const struct oracle *o, double *y)
{
	const struct shape *s = &o->out;
	const int cin = o->param[0].d[2], per_group = s->d[3] / (int)oracle_number(o, "groups", 1);
	for (int n = 0; n < o->n; n++)
		for (int i = 0; i < s->d[1]; i++)
			for (int j = 0; j < s->d[2]; j++)
				for (int c = 0; c < s->d[3]; c++)
					*y++ = (o->p[1] ? o->p[1][c] : 0) +
						oracle_conv_at(o, n, i, j, c / per_group * cin, cin, c, s->d[3]);
}

static void
oracle_depthwise(const struct oracle *o, double *y)
{
	const struct oracle_axis a = oracle_axis(o, "kernel_size", 0),
		b = oracle_axis(o, "kernel_size", 1);
	const struct shape *s = &o->out;
	const int m = o->param[0].d[3], channels = o->param[0].d[2];
	for (int n = 0; n < o->n; n++)
		for (int i = 0; i < s->d[1]; i++)
			for (int j = 0; j < s->d[2]; j++)
				for (int c = 0; c < s->d[3]; c++, y++) {
					*y = o->p[1] ? o->p[1][c] : 0;
					for (int u = 0; u < a.size; u++)
						for (int v = 0; v < b.size; v++)
							*y += o->p[0][((u * b.size + v) * channels + c / m) * m + c % m] *
								oracle_pixel(o, n, i * a.stride + u * a.dilation - a.before,
									j * b.stride + v * b.dilation - b.before, c / m);
				}
}

static void
oracle_separable(const struct oracle *o, double *y)
{
	struct oracle inner = *o;
	const int middle = o->param[1].d[2], filters = o->param[1].d[3];
	const int pixels = o->n * o->out.d[1] * o->out.d[2];
	double *t = calloc((size_t)(pixels * middle), sizeof *t);
	ck_assert_ptr_nonnull(t);
	inner.out.d[3] = middle;
	inner.p[1] = NULL;
	oracle_depthwise(&inner, t);
	for (int i = 0; i < pixels; i++)
		for (int f = 0; f < filters; f++, y++) {
			*y = o->p[2] ? o->p[2][f] : 0;
			for (int q = 0; q < middle; q++) *y += t[i * middle + q] * o->p[1][q * filters + f];
		}
	free(t);
}

static void
oracle_pool(const struct oracle *o, bool max, double *y)
{
	const struct oracle_axis a = oracle_axis(o, "pool_size", 0), b = oracle_axis(o, "pool_size", 1);
	const struct shape *s = &o->out;
	for (int n = 0; n < o->n; n++)
		for (int i = 0; i < s->d[1]; i++)
			for (int j = 0; j < s->d[2]; j++)
				for (int c = 0; c < s->d[3]; c++) {
					double best = -INFINITY, sum = 0;
					int cells = 0;
					for (int u = 0; u < a.size; u++)
						for (int v = 0; v < b.size; v++) {
							const int yy = i * a.stride + u - a.before,
								xx = j * b.stride + v - b.before;
							if (!oracle_inside(o, yy, xx)) continue;
							best = fmax(best, oracle_pixel(o, n, yy, xx, c));
							sum += oracle_pixel(o, n, yy, xx, c);
							cells++;
						}
					*y++ = max ? best : sum / cells;
				}
}

static void
oracle_global(const struct oracle *o, bool max, double *y)
{
	const struct shape *s = &o->in[0];
	for (int n = 0; n < o->n; n++)
		for (int c = 0; c < s->d[3]; c++) {
			double sum = 0, best = -INFINITY;
			for (int i = 0; i < s->d[1]; i++)
				for (int j = 0; j < s->d[2]; j++) {
					sum += oracle_pixel(o, n, i, j, c);
					best = fmax(best, oracle_pixel(o, n, i, j, c));
				}
			*y++ = max ? best : sum / (s->d[1] * s->d[2]);
		}
}

static void
oracle_padding_of(const struct oracle *o, int p[4])
{
	const struct node *v = node_get(o->opts, "padding");
	for (int i = 0; i < 4; i++) {
		if (!v) p[i] = 1;
		else if (v->type == NODE_SCALAR) p[i] = atoi(v->text);
		else if (v->items[i / 2]->type == NODE_SCALAR) p[i] = atoi(v->items[i / 2]->text);
		else p[i] = atoi(v->items[i / 2]->items[i % 2]->text);
	}
}

static void
oracle_zero_pad(const struct oracle *o, double *y)
{
	int p[4];
	oracle_padding_of(o, p);
	for (int n = 0; n < o->n; n++)
		for (int i = 0; i < o->out.d[1]; i++)
			for (int j = 0; j < o->out.d[2]; j++)
				for (int c = 0; c < o->out.d[3]; c++)
					*y++ = oracle_pixel(o, n, i - p[0], j - p[2], c);
}

/* ---- pointwise ---- */

static double
oracle_act(const char *w, double x)
{
	const double s = 1 / (1 + exp(-x)), hs = fmin(fmax(x + 3, 0), 6) / 6;
	if (strcmp(w, "linear") == 0) return x;
	if (strcmp(w, "relu") == 0) return fmax(x, 0);
	if (strcmp(w, "relu6") == 0) return fmin(fmax(x, 0), 6);
	if (strcmp(w, "leaky_relu") == 0) return x > 0 ? x : 0.2 * x;
	if (strcmp(w, "elu") == 0) return x > 0 ? x : expm1(x);
	if (strcmp(w, "selu") == 0)
		return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * expm1(x));
	if (strcmp(w, "silu") == 0 || strcmp(w, "swish") == 0) return x * s;
	if (strcmp(w, "hard_sigmoid") == 0) return hs;
	if (strcmp(w, "hard_silu") == 0 || strcmp(w, "hard_swish") == 0) return x * hs;
	if (strcmp(w, "gelu") == 0) return 0.5 * x * (1 + erf(x / sqrt(2)));
	if (strcmp(w, "gelu_tanh") == 0)
		return 0.5 * x * (1 + tanh(sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
	if (strcmp(w, "sigmoid") == 0) return s;
	if (strcmp(w, "tanh") == 0) return tanh(x);
	if (strcmp(w, "softplus") == 0) return log1p(exp(x));
	if (strcmp(w, "softsign") == 0) return x / (1 + fabs(x));
	if (strcmp(w, "exponential") == 0) return exp(x);
	if (strcmp(w, "mish") == 0) return x * tanh(log1p(exp(x)));
	ck_abort_msg("the oracle knows no activation %s", w);
}

void
oracle_activation(const char *word, int rows, int c, const double *x, double *y)
{
	const bool log_of = strcmp(word, "log_softmax") == 0;
	for (int r = 0; r < rows; r++, x += c, y += c) {
		double sum = 0;
		for (int j = 0; j < c; j++) sum += exp(x[j]);
		for (int j = 0; j < c; j++) {
			if (log_of) y[j] = x[j] - log(sum);
			else if (strcmp(word, "softmax") == 0) y[j] = exp(x[j]) / sum;
			else y[j] = oracle_act(word, x[j]);
		}
	}
}

static void
oracle_re_lu(const struct oracle *o, size_t count, double *y)
{
	const double max = oracle_number(o, "max_value", INFINITY),
		t = oracle_number(o, "threshold", 0);
	const double slope = oracle_number(o, "negative_slope", 0);
	for (size_t i = 0; i < count; i++) {
		const double x = o->x[0][i];
		y[i] = x > t ? fmin(x, max) : slope * (x - t);
	}
}

static void
oracle_dropout(const struct oracle *o, size_t count, double *y)
{
	const double rate = oracle_number(o, "rate", 0);
	for (size_t i = 0; i < count; i++) {
		const bool keep = rate < 1 && rng_u32(&o->rng, i) >= rate * 4294967296.0;
		y[i] = !o->training || rate == 0 ? o->x[0][i] : keep ? o->x[0][i] / (1 - rate) : 0;
	}
}

static double
oracle_listed(const struct oracle *o, const char *key, int channel, double preset)
{
	const struct node *v = node_get(o->opts, key);
	if (!v) return preset;
	return strtod(v->type == NODE_LIST ? v->items[channel]->text : v->text, NULL);
}

static void
oracle_batch_norm(const struct oracle *o, int rows, int c, double *y, double *mean,
	double *variance)
{
	const double eps = oracle_number(o, "epsilon", 1e-3);
	const struct node *fixed = node_get(o->opts, "inference");
	const bool moving = !o->training || !o->trainable || (fixed && fixed->text[0] == 't');
	for (int j = 0; j < c; j++) {
		double m = 0, v = 0;
		for (int r = 0; r < rows; r++) m += o->x[0][r * c + j] / rows;
		for (int r = 0; r < rows; r++) v += pow(o->x[0][r * c + j] - m, 2) / rows;
		if (moving) {
			m = o->p[2][j];
			v = o->p[3][j];
		} else if (mean) {
			mean[j] = m;
			variance[j] = v;
		}
		for (int r = 0; r < rows; r++)
			y[r * c + j] = (o->x[0][r * c + j] - m) / sqrt(v + eps) * (o->p[0] ? o->p[0][j] : 1) +
				(o->p[1] ? o->p[1][j] : 0);
	}
}

static void
oracle_dense(const struct oracle *o, double *y)
{
	const int d = o->in[0].d[1], u = o->out.d[1];
	for (int n = 0; n < o->n; n++)
		for (int j = 0; j < u; j++, y++) {
			*y = o->p[1] ? o->p[1][j] : 0;
			for (int i = 0; i < d; i++) *y += o->x[0][n * d + i] * o->p[0][i * u + j];
		}
}

/* ---- by kind ---- */

static bool
oracle_is(const struct oracle *o, const char *kind)
{
	return strcmp(o->kind, kind) == 0;
}

static bool
oracle_shape_window(struct oracle *o, const char *size, int channels)
{
	if (o->in[0].rank != 4) return false;
	o->out = SHAPE4(0, oracle_axis(o, size, 0).out, oracle_axis(o, size, 1).out, channels);
	return o->out.d[1] > 0 && o->out.d[2] > 0;
}

static bool
oracle_shape_conv(struct oracle *o)
{
	if (o->in[0].rank != 4) return false;
	const int filters = (int)oracle_number(o, "filters", 0),
		groups = (int)oracle_number(o, "groups", 1);
	if (o->in[0].d[3] % groups || filters % groups) return false;
	o->param[0] = SHAPE4(oracle_pair(o, "kernel_size", 0, 0), oracle_pair(o, "kernel_size", 1, 0),
		o->in[0].d[3] / groups, filters);
	if (oracle_number(o, "use_bias", 1)) o->param[1] = SHAPE1(filters);
	return oracle_shape_window(o, "kernel_size", filters);
}

static bool
oracle_shape_depthwise(struct oracle *o)
{
	if (o->in[0].rank != 4) return false;
	const int c = o->in[0].d[3], m = (int)oracle_number(o, "depth_multiplier", 1);
	o->param[0] = SHAPE4(oracle_pair(o, "kernel_size", 0, 0), oracle_pair(o, "kernel_size", 1, 0),
		c, m);
	if (oracle_number(o, "use_bias", 1)) o->param[1] = SHAPE1(c * m);
	return oracle_shape_window(o, "kernel_size", c * m);
}

static bool
oracle_shape_separable(struct oracle *o)
{
	if (o->in[0].rank != 4) return false;
	const int c = o->in[0].d[3], m = (int)oracle_number(o, "depth_multiplier", 1);
	const int filters = (int)oracle_number(o, "filters", 0);
	o->param[0] = SHAPE4(oracle_pair(o, "kernel_size", 0, 0), oracle_pair(o, "kernel_size", 1, 0),
		c, m);
	o->param[1] = SHAPE4(1, 1, c * m, filters);
	if (oracle_number(o, "use_bias", 1)) o->param[2] = SHAPE1(filters);
	return oracle_shape_window(o, "kernel_size", filters);
}

static bool
oracle_shape_dense(struct oracle *o)
{
	const int units = (int)oracle_number(o, "units", 0);
	if (o->in[0].rank != 2) return false;
	o->out = SHAPE2(0, units);
	o->param[0] = SHAPE2(o->in[0].d[1], units);
	if (oracle_number(o, "use_bias", 1)) o->param[1] = SHAPE1(units);
	return true;
}

static bool
oracle_shape_norm(struct oracle *o)
{
	o->out = o->in[0];
	for (int k = 0; k < 4; k++) o->param[k] = SHAPE1(o->out.d[o->out.rank - 1]);
	if (!oracle_number(o, "scale", 1)) o->param[0].rank = 0;
	if (!oracle_number(o, "center", 1)) o->param[1].rank = 0;
	return true;
}

bool
oracle_shape(struct oracle *o)
{
	const struct shape *in = &o->in[0];
	memset(o->param, 0, sizeof o->param);
	if (oracle_is(o, "conv2d")) return oracle_shape_conv(o);
	if (oracle_is(o, "depthwise_conv2d")) return oracle_shape_depthwise(o);
	if (oracle_is(o, "dense")) return oracle_shape_dense(o);
	if (oracle_is(o, "max_pooling2d") || oracle_is(o, "average_pooling2d"))
		return oracle_shape_window(o, "pool_size", in->d[3]);
	if (oracle_is_merge(o)) return oracle_merge_shape(o);
	if (oracle_is(o, "separable_conv2d")) return oracle_shape_separable(o);
	if (oracle_is(o, "batch_normalization")) return oracle_shape_norm(o);
	if (oracle_is(o, "flatten")) {
		o->out = SHAPE2(0, (int)shape_count(in));
		return true;
	}
	if (oracle_is(o, "global_average_pooling2d") || oracle_is(o, "global_max_pooling2d")) {
		const bool image = oracle_number(o, "keepdims", 0) > 0;
		o->out = image ? SHAPE4(0, 1, 1, in->d[3]) : SHAPE2(0, in->d[3]);
		return in->rank == 4;
	}
	if (oracle_is(o, "zero_padding2d")) {
		int p[4];
		if (in->rank != 4) return false;
		oracle_padding_of(o, p);
		o->out = SHAPE4(0, in->d[1] + p[0] + p[1], in->d[2] + p[2] + p[3], in->d[3]);
		return true;
	}
	o->out = *in;
	return true;
}

void
oracle_forward(const struct oracle *o, double *y, double *mean, double *variance)
{
	const int c = o->out.d[o->out.rank - 1];
	const size_t count = (size_t)o->n * shape_count(&o->out);
	const int rows = (int)(count / (size_t)c);
	if (oracle_is(o, "conv2d")) oracle_conv(o, y);
	else if (oracle_is(o, "depthwise_conv2d")) oracle_depthwise(o, y);
	else if (oracle_is(o, "dense")) oracle_dense(o, y);
	else if (oracle_is(o, "max_pooling2d")) oracle_pool(o, true, y);
	else if (oracle_is(o, "average_pooling2d")) oracle_pool(o, false, y);
	else if (oracle_is(o, "global_average_pooling2d")) oracle_global(o, false, y);
	else if (oracle_is(o, "global_max_pooling2d")) oracle_global(o, true, y);
	else if (oracle_is(o, "zero_padding2d")) oracle_zero_pad(o, y);
	else if (oracle_is_merge(o)) oracle_merge(o, y);
	else if (oracle_is(o, "separable_conv2d")) oracle_separable(o, y);
	else if (oracle_is(o, "batch_normalization")) oracle_batch_norm(o, rows, c, y, mean, variance);
	else if (oracle_is(o, "dropout")) oracle_dropout(o, count, y);
	else if (oracle_is(o, "re_lu")) oracle_re_lu(o, count, y);
	else if (oracle_is(o, "softmax")) oracle_activation("softmax", rows, c, o->x[0], y);
	else if (oracle_is(o, "activation"))
		oracle_activation(node_get(o->opts, "activation")->text, rows, c, o->x[0], y);
	else if (oracle_is(o, "flatten")) memcpy(y, o->x[0], count * sizeof *y);
	else if (oracle_is(o, "rescaling"))
		for (size_t i = 0; i < count; i++)
			y[i] = o->x[0][i] * oracle_listed(o, "scale", (int)(i % (size_t)c), 1) +
				oracle_listed(o, "offset", (int)(i % (size_t)c), 0);
	else ck_abort_msg("the oracle knows no %s", o->kind);
}
