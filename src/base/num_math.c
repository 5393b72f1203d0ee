/*
 * exp, log, cos and powers in plain double arithmetic of one fixed order.
 *
 * Each reduces its argument with constants split so that the leading product is exact, then sums a
 * Taylor series long enough for double. sqrt, rint, frexp and ldexp of libm are used: IEEE 754 fixes
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
	if (isnan(x))
		return x;
	if (x > 710.0)
		return HUGE_VAL;
	if (x < -746.0)
		return 0.0;
	const double k = rint(x * 0x1.71547652b82fep+0);	/* 1 / ln 2 */
	const double high = x - k * ln2_high, rest = k * ln2_low - low;
	const double r = high - rest;
	const double tail = (high - r) - rest;	/* what rounding r lost */
	const double sum = 1.0 + (r + (r * r * num_series(r, inverse_factorial, 12) + tail));
	return ldexp(sum, (int)k);
}

double
num_exp(double x)
{
	return num_exp_parts(x, 0.0);
}

/*
 * log of a finite x > 0 as a sum: x = 2^k (1 + f), s = f / (2 + f),
 * log(1 + f) = 2 (s + s^3/3 + s^5/5 + …) = f - f^2/2 + s (f^2/2 + R), R = 2 s^2/3 + 2 s^4/5 + ….
 */
double
num_log(double x)
{
	static const double odd[] = { 2.0 / 3, 2.0 / 5, 2.0 / 7, 2.0 / 9, 2.0 / 11, 2.0 / 13, 2.0 / 15,
		2.0 / 17, 2.0 / 19, 2.0 / 21, 2.0 / 23 };
	if (isnan(x) || x == HUGE_VAL)
		return x;
	if (x <= 0.0)
		return x == 0.0 ? -HUGE_VAL : (double)NAN;
	int k;
	double m = frexp(x, &k) * 2.0;
	k--;
	if (m > 0x1.6a09e667f3bcdp+0) {	/* sqrt 2: keeps f in [sqrt(1/2) - 1, sqrt(2) - 1] */
		m *= 0.5;
		k++;
	}
	const double f = m - 1.0, s = f / (2.0 + f), z = s * s;
	const double half = 0.5 * f * f, r = z * num_series(z, odd, 11);
	return k * ln2_high - ((half - (s * (half + r) + k * ln2_low)) - f);
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
	static const double c[] = { 1.0 / 24, -1.0 / 720, 1.0 / 40320, -1.0 / 3628800,
		1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000 };
	const double z = r * r, half = 0.5 * z, w = 1.0 - half;
	return w + (((1.0 - w) - half) + (z * z * num_series(z, c, 7) - r * low));
}

/* a - b = result + *lost, exactly (Knuth's two-sum). */
static double
num_subtract(double a, double b, double *lost)
{
	const double d = a - b, bb = a - d;
	*lost = (a - (d + bb)) + (bb - b);
	return d;
}

double
num_cos(double x)
{
	/* pi / 2 in four parts; the first three have 33 bits, so k * part is exact for k below 2^20. */
	static const double part[] = { 0x1.921fb54400000p+0, 0x1.0b4611a600000p-34,
		0x1.3198a2e000000p-69, 0x1.b839a252049c1p-104 };
	if (!isfinite(x))
		return (double)NAN;
	const double k = rint(x * 0x1.45f306dc9c883p-1);	/* 2 / pi */
	double lost1, lost2;
	double high = num_subtract(x - k * part[0], k * part[1], &lost1);
	high = num_subtract(high, k * part[2], &lost2);
	const double rest = (lost1 + lost2) - k * part[3];
	const double r = high + rest, low = (high - r) + rest;
	switch ((long long)k & 3) {
	case 0: return num_cos_near(r, low);
	case 1: return -num_sin_near(r, low);
	case 2: return -num_cos_near(r, low);
	default: return num_sin_near(r, low);
	}
}

double
num_powi(double x, unsigned long n)
{
	double power = 1.0;
	for (; n; n >>= 1) {
		if (n & 1)
			power *= x;
		x *= x;
	}
	return power;
}

double
num_pow(double x, double y)
{
	if (y == rint(y) && fabs(y) <= 64.0) {
		const double power = num_powi(x, (unsigned long)fabs(y));
		return y < 0 ? 1.0 / power : power;
	}
	return num_exp(y * num_log(x));
}
