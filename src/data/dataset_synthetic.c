/*
 * synthetic: pictures drawn from the seed; needs no files.
 *
 * A class is a pattern: stripes in four directions, a chequerboard, and five shapes. Where it lies,
 * how large it is, its colours and which of figure and ground is the brighter are drawn for each
 * picture, so the mean picture of every class is the same and no weighted sum of pixels tells them
 * apart; local structure does.
 *
 * Shapes  [n, image_size, image_size, channels]; picture i has class i % num_classes.
 * Bits    Whole-number draws, plain double arithmetic and sqrt, which IEEE 754 rounds correctly:
 *         the same pictures everywhere, for any number of threads.
 */
#include <math.h>

#include "data/image_set.h"
#include "tlrun/parallel.h"
#include "tlrun/rng.h"

struct synthetic {
	int num_classes, train_samples, test_samples, image_size, channels;
	double noise;
};

static const char *const names[] = { "rows", "columns", "rising", "falling", "chequers", "disc",
	"ring", "square", "cross", "frame" };
enum { SYNTHETIC_CLASSES = sizeof names / sizeof names[0], SYNTHETIC_CHANNELS = 3 };

/* 1 or 3: not a range. */
static bool
synthetic_channels_read(struct field_reader *r, const struct field *f, const struct node *node,
	void *dst)
{
	double x;
	if (!field_number(r, node, f->custom->expects, &x)) return false;
	if (x != 1 && x != SYNTHETIC_CHANNELS) {
		field_error(r, node, NULL, "%s is %s, expected %s", f->key, node->text, f->custom->expects);
		return false;
	}
	*(int *)dst = (int)x;
	return true;
}

static void
synthetic_channels_print(const void *src, struct str *out)
{
	str_printf(out, "%d", *(const int *)src);
}

static const struct field_custom channels_custom = {
	.expects = "1 (grey) or 3 (colour)", .size = sizeof(int),
	.read = synthetic_channels_read, .print = synthetic_channels_print,
	.schema = "{\"enum\": [1, 3]}",
};

static const struct field fields[] = {
	FIELD_INT(struct synthetic, num_classes, .preset = SYNTHETIC_CLASSES, .min = 2,
		.max = SYNTHETIC_CLASSES, .doc = "patterns, from the first on"),
	FIELD_INT(struct synthetic, train_samples, .preset = 2000, .min = 1, .max = 1000000,
		.unit = "images", .doc = "size of the training set"),
	FIELD_INT(struct synthetic, test_samples, .preset = 500, .min = 1, .max = 1000000,
		.unit = "images", .doc = "size of the test set"),
	FIELD_INT(struct synthetic, image_size, .preset = 32, .min = 8, .max = 512, .unit = "pixels",
		.doc = "height and width"),
	FIELD_CUSTOM(struct synthetic, channels, .custom = &channels_custom, .preset_str = "3",
		.doc = "1 (grey) or 3 (colour)"),
	FIELD_REAL(struct synthetic, noise, .preset = 0.3, .max = 2,
		.doc = "standard deviation of the noise, in units of the contrast of figure and ground"),
	FIELD_END
};
static const char *const examples[] = { "{}", "{num_classes: 4, train_samples: 200, noise: 0}",
	"{image_size: 16, channels: 1}", NULL };

/* What is drawn for one picture. Lengths in pixels. */
struct synthetic_draw {
	double x, y;		/* centre of a shape */
	double radius, inner;	/* half its size; half the size of its hole, or width of its arms */
	double period, phase_x, phase_y;	/* of stripes */
	double ground[SYNTHETIC_CHANNELS], contrast[SYNTHETIC_CHANNELS];	/* 0 … 1 */
};

/* Element i of r, evenly between a and b. */
static double
synthetic_between(const struct rng *r, uint64_t i, double a, double b)
{
	return a + (b - a) * rng_uniform(r, i);
}

static struct synthetic_draw
synthetic_draw(const struct rng *r, double size)
{
	struct synthetic_draw d;
	d.radius = synthetic_between(r, 0, 0.22, 0.36) * size;
	d.x = synthetic_between(r, 1, d.radius, size - d.radius);
	d.y = synthetic_between(r, 2, d.radius, size - d.radius);
	d.inner = synthetic_between(r, 3, 0.3, 0.5) * d.radius;
	d.period = synthetic_between(r, 4, 4, 8);
	d.phase_x = synthetic_between(r, 5, 0, d.period);
	d.phase_y = synthetic_between(r, 6, 0, d.period);
	const double sign = rng_below(r, 7, 2) ? 1 : -1;
	for (int k = 0; k < SYNTHETIC_CHANNELS; k++) {
		d.contrast[k] = sign * synthetic_between(r, 8 + 2 * (uint64_t)k, 0.25, 0.6);
		d.ground[k] = synthetic_between(r, 9 + 2 * (uint64_t)k, 0.4, 0.6) - d.contrast[k] / 2;
	}
	return d;
}

/* 1 inside, 0 outside, linear over the pixel at the edge; d: distance, negative inside. */
static double
synthetic_edge(double d)
{
	return d <= -0.5 ? 1 : d >= 0.5 ? 0 : 0.5 - d;
}

/* Stripes of half a period, at distance t along their normal. */
static double
synthetic_stripe(double t, double period)
{
	const double u = t / period, f = (u - floor(u)) * period;
	return synthetic_edge(fabs(f - period / 2) - period / 4);
}

/* How much of pixel (x, y) is figure, 0 … 1. */
static double
synthetic_figure(int class, const struct synthetic_draw *d, double x, double y)
{
	const double diagonal = 0.70710678118654752440;
	const double dx = fabs(x - d->x), dy = fabs(y - d->y), most = dx > dy ? dx : dy;
	const double least = dx > dy ? dy : dx;
	switch (class) {
	case 0: return synthetic_stripe(y + d->phase_y, d->period);
	case 1: return synthetic_stripe(x + d->phase_x, d->period);
	case 2: return synthetic_stripe((x + y) * diagonal + d->phase_x, d->period);
	case 3: return synthetic_stripe((x - y) * diagonal + d->phase_x, d->period);
	case 4: {
		const double a = synthetic_stripe(x + d->phase_x, 1.5 * d->period);
		const double b = synthetic_stripe(y + d->phase_y, 1.5 * d->period);
		return a + b - 2 * a * b;
	}
	case 5: return synthetic_edge(sqrt(dx * dx + dy * dy) - d->radius);
	case 6: {
		const double out = sqrt(dx * dx + dy * dy) - d->radius;
		return synthetic_edge(out) - synthetic_edge(out + d->inner);
	}
	case 7: return synthetic_edge(most - d->radius);
	case 8: return synthetic_edge(most - d->radius) * synthetic_edge(least - d->inner / 2);
	default:
		return synthetic_edge(most - d->radius) - synthetic_edge(most - d->radius + d->inner);
	}
}

/* Four pixels' noise of standard deviation 1: sums of four bytes, near enough to normal. */
static void
synthetic_noise(const struct rng *r, uint32_t i, double out[4])
{
	const double mean = 4 * 127.5, deviation = 147.80054127099805;	/* sqrt(4 * (256^2 - 1) / 12) */
	uint32_t word[4];
	rng_block(r, i, word);
	for (int j = 0; j < 4; j++) {
		const uint32_t w = word[j];
		out[j] = ((w & 255) + (w >> 8 & 255) + (w >> 16 & 255) + (w >> 24) - mean) / deviation;
	}
}

static uint8_t
synthetic_level(double v)
{
	return v <= 0 ? 0 : v >= 1 ? 255 : (uint8_t)(v * 255 + 0.5);
}

struct synthetic_job {
	const struct synthetic *o;
	uint64_t seed;
	enum dataset_split split;
	struct image_set *set;
};

static void
synthetic_tile(void *ctx, int i, int thread)
{
	enum { NOISE = 64 };	/* its first block; those before draw the picture */
	const struct synthetic_job *const job = ctx;
	const struct synthetic *const o = job->o;
	const int size = o->image_size, c = o->channels, class = i % o->num_classes;
	const struct rng r = rng_stream(job->seed, RNG_SYNTHETIC, (uint32_t)job->split, (uint64_t)i);
	const struct synthetic_draw d = synthetic_draw(&r, size);
	uint8_t *const pixels = (uint8_t *)job->set->pixels.data + (size_t)i * size * size * c;
	double noise[4];
	(void)thread;
	job->set->labels[i] = class;
	for (int p = 0, e = 0; p < size * size; p++) {
		const double figure = synthetic_figure(class, &d, p % size + 0.5, p / size + 0.5);
		for (int k = 0; k < c; k++, e++) {
			if (e % 4 == 0) synthetic_noise(&r, (uint32_t)(NOISE + e / 4), noise);
			const double grain = o->noise * fabs(d.contrast[k]) * noise[e % 4];
			pixels[e] = synthetic_level(d.ground[k] + d.contrast[k] * figure + grain);
		}
	}
}

static enum status
synthetic_inspect(const void *opts, const struct dataset_request *q, struct arena *a,
	struct dataset_info *info, struct err *e)
{
	const struct synthetic *const o = opts;
	(void)q, (void)a, (void)e;
	*info = (struct dataset_info){ .h = o->image_size, .w = o->image_size, .c = o->channels,
		.n = { [SPLIT_TRAIN] = o->train_samples, [SPLIT_TEST] = o->test_samples },
		.classes = o->num_classes, .class_names = names };
	return OK;
}

static enum status
synthetic_read(const void *opts, const struct dataset_request *q, const struct dataset_info *info,
	enum dataset_split split, struct image_set *set, struct err *e)
{
	struct synthetic_job job = { opts, q->split_seed, split, set };
	TRY(image_set_alloc(set, info, split, e));
	parallel_for(set->n, synthetic_tile, &job);
	return OK;
}

static struct dataset_known
synthetic_known(const struct field_reader *r, const void *opts)
{
	const struct synthetic *o = opts;
	return (struct dataset_known){
		.images = field_sound(r, &o->image_size) && field_sound(r, &o->channels),
		.classes = field_sound(r, &o->num_classes),
		.counts = field_sound(r, &o->train_samples) && field_sound(r, &o->test_samples),
	};
}

const struct dataset_kind dataset_synthetic = {
	.kind = { .name = "synthetic", .summary = "Patterns drawn from split_seed; needs no files.",
		.opts_size = sizeof(struct synthetic), .fields = fields, .examples = examples },
	.drawn = true, .inspect = synthetic_inspect, .read = synthetic_read,
	.known = synthetic_known,
};
