/*
 * Calibration: how far probabilities are from how often they are right, and the one temperature
 * that brings them nearest.
 *
 * Shapes  p [n,classes], label [n]
 * Source  Guo, Pleiss, Sun & Weinberger, "On calibration of modern neural networks", ICML 2017.
 */
#include <math.h>

#include "tlrun/arena.h"
#include "tlrun/num.h"
#include "tlrun/stats.h"

static const double calibration_least = 0x1p-149;	/* of a float, for ln 0 */

/* ln p of one image, its largest being 0; the largest's own ln is returned. */
static double
calibration_logs(int classes, const float *p, double *log_p)
{
	double most = -HUGE_VAL;
	for (int c = 0; c < classes; c++) {
		log_p[c] = num_log(p[c] > 0 ? (double)p[c] : calibration_least);
		if (log_p[c] > most) most = log_p[c];
	}
	for (int c = 0; c < classes; c++)
		log_p[c] -= most;
	return most;
}

/* q = softmax(ln p / temperature). */
static void
calibration_scale(int classes, const float *p, double temperature, double *q)
{
	double sum = 0;
	calibration_logs(classes, p, q);
	for (int c = 0; c < classes; c++) {
		q[c] = num_exp(q[c] / temperature);
		sum += q[c];
	}
	for (int c = 0; c < classes; c++)
		q[c] /= sum;
}

/* The bin of a confidence: (i/15, (i+1)/15]. */
static int
calibration_bin(double confidence)
{
	int i = (int)ceil(confidence * STATS_BINS) - 1;
	if (i < 0) i = 0;
	return i < STATS_BINS ? i : STATS_BINS - 1;
}

static void
calibration_add(int classes, const double *q, int label, struct calibration *out)
{
	int best = 0;
	double brier = 0;
	for (int c = 0; c < classes; c++) {
		const double miss = q[c] - (c == label);
		brier += miss * miss;
		if (q[c] > q[best]) best = c;
	}
	const int bin = calibration_bin(q[best]);
	out->brier += brier;
	out->nll -= num_log(q[label] > calibration_least ? q[label] : calibration_least);
	out->count[bin]++;
	out->confidence[bin] += q[best];
	out->accuracy[bin] += best == label;
}

void
stats_calibration(int n, int classes, const float *p, const int32_t *label, double temperature,
	struct calibration *out)
{
	struct arena *a = arena_new();
	double *q = ARENA_ARRAY(a, double, (size_t)classes);
	*out = (struct calibration){ 0 };
	for (int i = 0; i < n; i++, p += classes) {
		if (temperature == 1)
			for (int c = 0; c < classes; c++)
				q[c] = (double)p[c];
		else calibration_scale(classes, p, temperature, q);
		calibration_add(classes, q, label[i], out);
	}
	for (int b = 0; b < STATS_BINS; b++) {
		const double count = (double)out->count[b];
		if (!out->count[b]) continue;
		out->ece += fabs(out->accuracy[b] - out->confidence[b]) / n;
		out->accuracy[b] /= count;
		out->confidence[b] /= count;
	}
	out->brier /= n;
	out->nll /= n;
	arena_free(a);
}

/* The slope of the NLL in b = 1/temperature; it is convex in b. */
static double
calibration_slope(int n, int classes, const float *p, const int32_t *label, double b, double *l)
{
	double slope = 0;
	for (int i = 0; i < n; i++, p += classes) {
		double sum = 0, weighted = 0;
		calibration_logs(classes, p, l);
		for (int c = 0; c < classes; c++) {
			const double q = num_exp(l[c] * b);
			sum += q;
			weighted += q * l[c];
		}
		slope += weighted / sum - l[label[i]];
	}
	return slope;
}

double
stats_temperature(int n, int classes, const float *p, const int32_t *label)
{
	struct arena *a = arena_new();
	double *l = ARENA_ARRAY(a, double, (size_t)classes);
	double low = 1 / STATS_TEMPERATURE_MOST, high = 1 / STATS_TEMPERATURE_LEAST;
	double at_low = calibration_slope(n, classes, p, label, low, l);
	double at_high = calibration_slope(n, classes, p, label, high, l);
	if (at_low >= 0) high = low;
	else if (at_high <= 0) low = high;
	/* The secant's point, of the end that stays the value halved (Illinois): some ten rounds. */
	for (int i = 0, side = 0; i < 60 && high - low > 1e-12 * high; i++) {
		const double b = (low * at_high - high * at_low) / (at_high - at_low);
		const double at = calibration_slope(n, classes, p, label, b, l);
		if (at == 0) low = high = b;
		else if (at < 0) {
			low = b, at_low = at;
			if (side == -1) at_high /= 2;
			side = -1;
		} else {
			high = b, at_high = at;
			if (side == 1) at_low /= 2;
			side = 1;
		}
		if (fabs(at) < 1e-10 * n) low = high = b;
	}
	arena_free(a);
	return 1 / high;
}
