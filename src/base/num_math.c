/*
 * exp, log, cos and powers in plain double arithmetic of one fixed order.
 *
 * Each reduces its argument with constants split so that the leading product is exact, then sums a
 * Taylor series long enough for double. fma, rint, frexp and ldexp of libm are used: IEEE 754 fixes
 * their every bit.
 *
 * Source  Cody & Waite, Software Manual for the Elementary Functions (1980), for the reductions.
 */
#include "tlrun/num.h"

#include <math.h>

/* ln 2 = high + low; high has 32 bits, so k * high is exact for every exponent k. */
static const double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;

/* c[0] + c[1] x + … + c[n-1] x^(n-1), by Horner's rule. */
static double
num_series(double x, const double *c, int n)
{
	double sum = c[n - 1];
	for (int i = n - 2; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

/* exp(x + low), low being small beside x. */
static double
num_exp_parts(double x, double low)
{
	static const double inverse_factorial[] = { 1.0 / 2, 1.0 / 6, 1.0 / 24, 1.0 / 120, 1.0 / 720,
		1.0 / 5040, 1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600,
		1.0 / 6227020800 };
	if (isnan(x)) return x;
	if (x > 710.0) return HUGE_VAL;
	if (x < -746.0) return 0.0;
	const double k = rint(x * 0x1.71547652b82fep+0); /* 1 / ln 2 */
	const double high = x - k * ln2_high, rest = k * ln2_low - low;
	const double r = high - rest;
	const double tail = (high - r) - rest; /* what rounding r lost */
	const double sum = 1.0 + (r + (r * r * num_series(r, inverse_factorial, 12) + tail));
	return ldexp(sum, (int)k);
}

double
num_exp(double x)
{
	return num_exp_parts(x, 0.0);
}

/* a + b = result + *lost, exactly (Knuth's two-sum). */
static double
num_add(double a, double b, double *lost)
{
	const double sum = a + b, bb = sum - a;
	*lost = (a - (sum - bb)) + (b - bb);
	return sum;
}

/*
 * log of a finite x > 0 as a double and what it lost, to some 2^-65 of it, so that powers are right
 * too: x = 2^k (1 + f), s = f / (2 + f), log(1 + f) = 2 s + 2 s^3/3 + 2 s^5/5 + …, the first two
 * terms in two doubles each. fma is exact by definition, on any machine.
 */
static double
num_log_parts(double x, double *lost)
{
	static const double odd[] = { 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15, 2.0 / 17,
		2.0 / 19, 2.0 / 21, 2.0 / 23 };
	const double third = 2.0 / 3, third_low = 0x1.5555555555555p-55;
	int k;
	double m = frexp(x, &k);
	if (m < 0x1.6a09e667f3bcdp-1) { /* sqrt(1/2): f stays within [sqrt(1/2) - 1, sqrt(2) - 1] */
		m *= 2.0;
		k--;
	}
	const double f = m - 1.0, d = 2.0 + f, d_low = f - (d - 2.0);
	const double s = f / d, s_low = (fma(-s, d, f) - s * d_low) / d;
	const double z = s * s, z_low = fma(s, s, -z) + 2.0 * s * s_low;
	const double c = s * z, c_low = fma(s, z, -c) + (s * z_low + s_low * z);
	const double t = c * third, t_low = fma(c, third, -t) + (c * third_low + c_low * third);
	const double rest = c * z * num_series(z, odd, 10);
	double lost1, lost2;
	const double sum = num_add(num_add(k * ln2_high, 2.0 * s, &lost1), t, &lost2);
	const double low = (lost1 + lost2) + (k * ln2_low + (2.0 * s_low + (t_low + rest)));
	const double high = sum + low;
	*lost = (sum - high) + low;
	return high;
}

double
num_log(double x)
{
	double lost;
	if (isnan(x) || x == HUGE_VAL) return x;
	if (x <= 0.0) return x == 0.0 ? -HUGE_VAL : (double)NAN;
	return num_log_parts(x, &lost);
}

/* sin(r + low) and cos(r + low) for |r| <= pi/4. */
static double
num_sin_near(double r, double low)
{
	static const double c[] = { -1.0 / 6, 1.0 / 120, -1.0 / 5040, 1.0 / 362880, -1.0 / 39916800,
		1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000 };
	const double z = r * r;
	return r + (r * z * num_series(z, c, 8) + low * (1.0 - 0.5 * z));
}

static double
num_cos_near(double r, double low)
{
	static const double c[] = { 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800, 1.0 / 479001600,
		-1.0 / 87178291200, 1.0 / 20922789888000 };
	const double z = r * r, half = 0.5 * z, w = 1.0 - half;
	return w + (((1.0 - w) - half) + (z * z * num_series(z, c, 7) - r * low));
}

double
num_cos(double x)
{
	/* pi / 2 in four parts; the first three have 33 bits, so k * part is exact for k below 2^20. */
	static const double part[] = { 0x1.921fb54400000p+0, 0x1.0b4611a600000p-34,
		0x1.3198a2e000000p-69, 0x1.b839a252049c1p-104 };
	if (!isfinite(x)) return (double)NAN;
	const double k = rint(x * 0x1.45f306dc9c883p-1); /* 2 / pi */
	double lost1, lost2;
	double high = num_add(x - k * part[0], -k * part[1], &lost1);
	high = num_add(high, -k * part[2], &lost2);
	const double rest = (lost1 + lost2) - k * part[3];
	const double r = high + rest, low = (high - r) + rest;
	switch ((long long)k & 3) {
	case 0:
		return num_cos_near(r, low);
	case 1:
		return -num_sin_near(r, low);
	case 2:
		return -num_cos_near(r, low);
	default:
		return num_sin_near(r, low);
	}
}

double
num_powi(double x, unsigned long n)
{
	double power = 1.0;
	for (; n; n >>= 1) {
		if (n & 1) power *= x;
		x *= x;
	}
	return power;
}

double
num_pow(double x, double y)
{
	if (y == 0.0) return 1.0;
	if (!(x > 0.0) || isinf(x)) return num_exp(y * num_log(x));
	double low;
	const double high = num_log_parts(x, &low), p = y * high;
	return num_exp_parts(p, fma(y, high, -p) + y * low);
}
