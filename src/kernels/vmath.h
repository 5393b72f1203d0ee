/*
 * exp, log, tanh, erf and their kin, lane by lane, on vectors of vector.h.
 *
 * The same operations in the same order on every instruction set, so the same bits; libm is not
 * asked. Not-a-number goes through; limits at plus and minus infinity are the exact ones. Errors
 * against double: exp, log and expm1 1 ulp; tanh, softplus, log1p and erf 2; sigmoid 3.
 * tests/kernels/test_vmath.c holds them to it.
 *
 * Range reductions are the classic ones (Cody & Waite, Software Manual for the Elementary
 * Functions, 1980); the polynomials are minimax fits (Remez) made for this file on the intervals
 * named beside them.
 */
#ifndef TLRUN_KERNELS_VMATH_H
#define TLRUN_KERNELS_VMATH_H

#include <math.h>

#include "kernels/vector.h"

/* 2^n as a float, -126 <= n <= 127. */
KERN_INLINE vf
vf_power_of_two(vi n)
{
	return vf_from_bits((n + vi_set(127)) << 23);
}

/*
 * x = n ln 2 + r with |r| <= ln(2)/2; returns e^r - 1. Adding 1.5*2^23 rounds to a whole number;
 * |x| is at most a few hundred. ln 2 is split so that n times its upper part is exact.
 */
KERN_INLINE vf
vf_exp_reduce(vf x, vi *n)
{
	const vf magic = vf_set(12582912.0f);
	const vf t = vf_fma(x, vf_set(1.44269504f), magic);
	const vf whole = t - magic;
	*n = vf_bits(t) - vf_bits(magic);
	vf r = vf_fma(whole, vf_set(-0.693145752f), x);
	r = vf_fma(whole, vf_set(-1.42860677e-06f), r);
	vf q = vf_set(0.00019918551f);	/* (e^r - 1 - r)/r^2 on [-0.347, 0.347], 5e-11 */
	q = vf_fma(q, r, vf_set(0.00139462028f));
	q = vf_fma(q, r, vf_set(0.00833326392f));
	q = vf_fma(q, r, vf_set(0.0416662693f));
	q = vf_fma(q, r, vf_set(0.166666672f));
	q = vf_fma(q, r, vf_set(0.5f));
	return vf_fma(r * r, q, r);
}

/* e^x; 2^n in two factors so that results below the normal range are rounded once. */
KERN_INLINE vf
vf_exp(vf x)
{
	x = vf_min(vf_set(89.0f), vf_max(vf_set(-104.0f), x));
	vi n;
	const vf p = vf_exp_reduce(x, &n) + vf_set(1.0f);
	const vi half = n >> 1;
	return p * vf_power_of_two(half) * vf_power_of_two(n - half);
}

/* e^x - 1 for x <= 0; above 0 the value at 0. */
KERN_INLINE vf
vf_expm1_negative(vf x)
{
	x = vf_min(vf_set(0.0f), vf_max(vf_set(-30.0f), x));
	vi n;
	const vf p = vf_exp_reduce(x, &n);
	const vf s = vf_power_of_two(n);
	return vf_fma(s, p, s - vf_set(1.0f));
}

/* ln x; -inf at 0, not a number below. */
KERN_INLINE vf
vf_log(vf x)
{
	const vm tiny = vf_lt(x, vf_set(1.17549435e-38f));
	const vf scaled = vf_select(tiny, x * vf_set(8388608.0f), x);
	/* scaled = m 2^e with m from sqrt(1/2) to sqrt(2) */
	const vi e = (vf_bits(scaled) - vi_set(0x3f3504f3)) >> 23;
	const vf f = vf_from_bits(vf_bits(scaled) - (e << 23)) - vf_set(1.0f);
	const vf k = vf_from_int(e) - vf_select(tiny, vf_set(23.0f), vf_set(0.0f));
	vf p = vf_set(0.069155395f);	/* (ln(1+f) - f + f^2/2)/f^3 on [-0.293, 0.415], 7e-10 */
	p = vf_fma(p, f, vf_set(-0.117898479f));
	p = vf_fma(p, f, vf_set(0.118729167f));
	p = vf_fma(p, f, vf_set(-0.123843372f));
	p = vf_fma(p, f, vf_set(0.142186657f));
	p = vf_fma(p, f, vf_set(-0.166692525f));
	p = vf_fma(p, f, vf_set(0.200022265f));
	p = vf_fma(p, f, vf_set(-0.249999866f));
	p = vf_fma(p, f, vf_set(0.333333105f));
	const vf f2 = f * f;
	vf y = p * f2 * f;
	y = vf_fma(k, vf_set(-0.000212194442f), y);
	y = vf_fma(f2, vf_set(-0.5f), y);
	y = vf_fma(k, vf_set(0.693359375f), f + y);
	y = vf_select(vf_eq(x, vf_set(0.0f)), vf_set(-INFINITY), y);
	y = vf_select(vf_lt(x, vf_set(0.0f)), vf_set(NAN), y);
	return vf_select(vf_lt(x, vf_set(INFINITY)), y, x);	/* +inf and not a number are themselves */
}

/* ln(1+x) for 0 <= x <= 1: what 1+x lost in rounding is put back to first order. */
KERN_INLINE vf
vf_log1p_unit(vf x)
{
	const vf u = vf_set(1.0f) + x;
	return vf_log(u) + (x - (u - vf_set(1.0f))) / u;
}

KERN_INLINE vf
vf_copysign(vf magnitude, vf sign)
{
	return vf_from_bits(vf_bits(magnitude) | (vf_bits(sign) & vi_set(INT32_MIN)));
}

KERN_INLINE vf
vf_tanh(vf x)
{
	const vf a = vf_abs(x), s = x * x;
	vf p = vf_set(0.00223106216f);	/* (tanh(x)/x - 1)/x^2 on [0, 0.6], 1e-10 */
	p = vf_fma(p, s, vf_set(-0.00826708879f));
	p = vf_fma(p, s, vf_set(0.0217344388f));
	p = vf_fma(p, s, vf_set(-0.0539524741f));
	p = vf_fma(p, s, vf_set(0.133332476f));
	p = vf_fma(p, s, vf_set(-0.333333313f));
	const vf small = vf_fma(p * s, x, x);
	const vf one = vf_set(1.0f);
	const vf large = one - vf_set(2.0f) / (vf_exp(a + a) + one);
	return vf_select(vf_lt(a, vf_set(0.6f)), small, vf_copysign(large, x));
}

/* 1/(1+e^-x) */
KERN_INLINE vf
vf_sigmoid(vf x)
{
	const vf one = vf_set(1.0f);
	return one / (one + vf_exp(-x));
}

/* ln(1+e^x), without overflow */
KERN_INLINE vf
vf_softplus(vf x)
{
	return vf_max(vf_set(0.0f), x) + vf_log1p_unit(vf_exp(-vf_abs(x)));
}

/* erf x; from 1 on, 1 - e^p with a polynomial p; from 4 on it is 1. */
KERN_INLINE vf
vf_erf(vf x)
{
	const vf s = x * x;
	vf p = vf_set(-9.64152878e-06f);	/* erf(x)/x - 1 on [0, 1], 3e-11 */
	p = vf_fma(p, s, vf_set(0.000112569527f));
	p = vf_fma(p, s, vf_set(-0.000848282943f));
	p = vf_fma(p, s, vf_set(0.00522094546f));
	p = vf_fma(p, s, vf_set(-0.0268654004f));
	p = vf_fma(p, s, vf_set(0.112837821f));
	p = vf_fma(p, s, vf_set(-0.376126379f));
	p = vf_fma(p, s, vf_set(0.128379168f));
	const vf a = vf_min(vf_set(4.0f), vf_abs(x));
	vf q = vf_set(-2.16866847e-05f);	/* ln(1 - erf(x)) on [1, 4], 2e-11 in erf */
	q = vf_fma(q, a, vf_set(0.000441334356f));
	q = vf_fma(q, a, vf_set(-0.00420455122f));
	q = vf_fma(q, a, vf_set(0.0252082273f));
	q = vf_fma(q, a, vf_set(-0.108418524f));
	q = vf_fma(q, a, vf_set(-0.633219957f));
	q = vf_fma(q, a, vf_set(-1.12957835f));
	q = vf_fma(q, a, vf_set(0.000188034464f));
	const vf large = vf_copysign(vf_set(1.0f) - vf_exp(q), x);
	return vf_select(vf_lt(vf_abs(x), vf_set(1.0f)), vf_fma(p, x, x), large);
}

#endif
