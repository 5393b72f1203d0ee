/*
 * Vectors of VL floats: one source, compiled once for each instruction set that KERN_ISA names
 * (generic 4 lanes, avx2 8, avx512 16). Used by the sources in KERNEL_SET alone.
 *
 * Every operation gives the same bits in every lane on every instruction set: a lane is computed as
 * the scalar twin sf_ computes it. There is no operation across lanes. + - * / on vf and + - & | ^
 * << >> on vi are the plain C operators; a*b + c is two roundings, vf_fma one.
 */
#ifndef TLRUN_KERNELS_VECTOR_H
#define TLRUN_KERNELS_VECTOR_H

#include <stdint.h>
#include <string.h>

#define KERN_LANES_generic 4
#define KERN_LANES_avx2 8
#define KERN_LANES_avx512 16
#define KERN_PASTE_(a, b) a##b
#define KERN_PASTE(a, b) KERN_PASTE_(a, b)
#define VL KERN_PASTE(KERN_LANES_, KERN_ISA)

#if VL > 4
#include <immintrin.h>
#endif

#define KERN_INLINE static inline __attribute__((always_inline, unused))

typedef float vf __attribute__((vector_size(VL * 4), may_alias));
typedef int32_t vi __attribute__((vector_size(VL * 4), may_alias));
typedef uint32_t vu __attribute__((vector_size(VL * 4), may_alias));
typedef float vf_loose __attribute__((vector_size(VL * 4), aligned(4), may_alias));
typedef int32_t vi_loose __attribute__((vector_size(VL * 4), aligned(4), may_alias));
#if VL == 16
typedef __mmask16 vm;	/* a truth value a lane */
#else
typedef vi vm;	/* -1 or 0 a lane */
#endif

/* ---- loads and stores, any alignment ---- */

KERN_INLINE vf
vf_load(const float *p)
{
	return *(const vf_loose *)p;
}

KERN_INLINE void
vf_store(float *p, vf v)
{
	*(vf_loose *)p = v;
}

KERN_INLINE vi
vi_load(const int32_t *p)
{
	return *(const vi_loose *)p;
}

KERN_INLINE void
vi_store(int32_t *p, vi v)
{
	*(vi_loose *)p = v;
}

/* All lanes s. */
KERN_INLINE vf
vf_set(float s)
{
#if VL == 16
	return (vf)_mm512_set1_ps(s);
#elif VL == 8
	return (vf)_mm256_set1_ps(s);
#else
	return (vf){ s, s, s, s };
#endif
}

KERN_INLINE vi
vi_set(int32_t s)
{
#if VL == 16
	return (vi)_mm512_set1_epi32(s);
#elif VL == 8
	return (vi)_mm256_set1_epi32(s);
#else
	return (vi){ s, s, s, s };
#endif
}

/* 0 1 2 … */
KERN_INLINE vi
vi_iota(void)
{
#if VL == 16
	return (vi){ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
#elif VL == 8
	return (vi){ 0, 1, 2, 3, 4, 5, 6, 7 };
#else
	return (vi){ 0, 1, 2, 3 };
#endif
}

/* The first n of VL lanes (0 <= n <= VL), the others 0. Nothing behind p[n-1] is touched. */
KERN_INLINE vf
vf_load_n(const float *p, int n)
{
#if VL == 16
	return (vf)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#elif VL == 8
	return (vf)_mm256_maskload_ps(p, (__m256i)(vi_iota() < vi_set(n)));
#else
	float t[VL] = { 0 };
	for (int i = 0; i < n; i++) t[i] = p[i];
	return vf_load(t);
#endif
}

KERN_INLINE void
vf_store_n(float *p, int n, vf v)
{
#if VL == 16
	_mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)v);
#elif VL == 8
	_mm256_maskstore_ps(p, (__m256i)(vi_iota() < vi_set(n)), (__m256)v);
#else
	for (int i = 0; i < n; i++) p[i] = v[i];
#endif
}

KERN_INLINE vi
vi_load_n(const int32_t *p, int n)
{
	return (vi)vf_load_n((const float *)p, n);
}

KERN_INLINE void
vi_store_n(int32_t *p, int n, vi v)
{
	vf_store_n((float *)p, n, (vf)v);
}

/* Bytes to lanes and back; stored values must be 0 to 255. */
KERN_INLINE vi
vi_load_u8(const uint8_t *p)
{
#if VL == 16
	return (vi)_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p));
#elif VL == 8
	return (vi)_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p));
#else
	return (vi){ p[0], p[1], p[2], p[3] };
#endif
}

/* Written out: compilers take a conversion to bytes lane by lane. */
KERN_INLINE void
vi_store_u8(uint8_t *p, vi v)
{
#if VL == 16
	_mm_storeu_si128((__m128i *)p, _mm512_cvtepi32_epi8((__m512i)v));
#elif VL == 8
	const __m256i low = _mm256_set_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 12, 8, 4, 0,
		-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 12, 8, 4, 0);
	const __m256i b = _mm256_shuffle_epi8((__m256i)v, low);
	const __m128i both = _mm_unpacklo_epi32(_mm256_castsi256_si128(b),
		_mm256_extracti128_si256(b, 1));
	_mm_storel_epi64((__m128i *)p, both);
#else
	for (int i = 0; i < VL; i++) p[i] = (uint8_t)v[i];
#endif
}

KERN_INLINE vi
vi_load_u8_n(const uint8_t *p, int n)
{
#if VL == 16
	return (vi)_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8((__mmask16)((1u << n) - 1), p));
#else
	uint8_t t[VL] = { 0 };
	for (int i = 0; i < n; i++) t[i] = p[i];
	return vi_load_u8(t);
#endif
}

KERN_INLINE void
vi_store_u8_n(uint8_t *p, int n, vi v)
{
#if VL == 16
	_mm_mask_storeu_epi8(p, (__mmask16)((1u << n) - 1), _mm512_cvtepi32_epi8((__m512i)v));
#else
	uint8_t t[VL];
	vi_store_u8(t, v);
	for (int i = 0; i < n; i++) p[i] = t[i];
#endif
}

/* ---- arithmetic ---- */

KERN_INLINE float
sf_fma(float a, float b, float c)
{
	return __builtin_fmaf(a, b, c);
}

/* a*b + c, rounded once */
KERN_INLINE vf
vf_fma(vf a, vf b, vf c)
{
#if VL == 16
	return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
#elif VL == 8
	return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
#else
	return (vf){ sf_fma(a[0], b[0], c[0]), sf_fma(a[1], b[1], c[1]), sf_fma(a[2], b[2], c[2]),
		sf_fma(a[3], b[3], c[3]) };
#endif
}

/* a*b + c, rounded twice */
KERN_INLINE vf
vf_mul_add(vf a, vf b, vf c)
{
	return a * b + c;
}

/* a > b ? a : b, so b when either is not a number, and b of two zeros. */
KERN_INLINE float
sf_max(float a, float b)
{
	return a > b ? a : b;
}

/* a < b ? a : b */
KERN_INLINE float
sf_min(float a, float b)
{
	return a < b ? a : b;
}

KERN_INLINE vf
vf_max(vf a, vf b)
{
#if VL == 16
	return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif VL == 8
	return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#else
	return (vf){ sf_max(a[0], b[0]), sf_max(a[1], b[1]), sf_max(a[2], b[2]), sf_max(a[3], b[3]) };
#endif
}

KERN_INLINE vf
vf_min(vf a, vf b)
{
#if VL == 16
	return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif VL == 8
	return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#else
	return (vf){ sf_min(a[0], b[0]), sf_min(a[1], b[1]), sf_min(a[2], b[2]), sf_min(a[3], b[3]) };
#endif
}

KERN_INLINE float
sf_sqrt(float a)
{
	return __builtin_sqrtf(a);
}

/* IEEE square root */
KERN_INLINE vf
vf_sqrt(vf a)
{
#if VL == 16
	return (vf)_mm512_sqrt_ps((__m512)a);
#elif VL == 8
	return (vf)_mm256_sqrt_ps((__m256)a);
#else
	return (vf){ sf_sqrt(a[0]), sf_sqrt(a[1]), sf_sqrt(a[2]), sf_sqrt(a[3]) };
#endif
}

/* ---- bits and conversions ---- */

KERN_INLINE vi
vf_bits(vf a)
{
	return (vi)a;
}

KERN_INLINE vf
vf_from_bits(vi a)
{
	return (vf)a;
}

KERN_INLINE vf
vf_abs(vf a)
{
	return (vf)((vi)a & vi_set(0x7fffffff));
}

/* Towards zero; |a| below 2^31. */
KERN_INLINE vi
vi_truncate(vf a)
{
	return __builtin_convertvector(a, vi);
}

KERN_INLINE vf
vf_from_int(vi a)
{
	return __builtin_convertvector(a, vf);
}

/* VL/2 lanes of 64 bits, for whole numbers. */
typedef uint64_t vw __attribute__((vector_size(VL * 4), may_alias));

/* a*b of the lower 32 bits of each lane. */
KERN_INLINE vw
vw_multiply(vw a, vw b)
{
#if VL == 16
	return (vw)_mm512_mul_epu32((__m512i)a, (__m512i)b);
#elif VL == 8
	return (vw)_mm256_mul_epu32((__m256i)a, (__m256i)b);
#else
	return (a & 0xffffffff) * (b & 0xffffffff);
#endif
}

/* ---- comparisons (false when either is not a number) and choice ---- */

#if VL == 16
#define KERN_COMPARE(name, op, predicate)                                                          \
	KERN_INLINE vm vf_##name(vf a, vf b)                                                           \
	{                                                                                              \
		return _mm512_cmp_ps_mask((__m512)a, (__m512)b, predicate);                                \
	}                                                                                              \
	KERN_INLINE vm vi_##name(vi a, vi b)                                                           \
	{                                                                                              \
		return _mm512_cmp##name##_epi32_mask((__m512i)a, (__m512i)b);                              \
	}
#else
#define KERN_COMPARE(name, op, predicate)                                                          \
	KERN_INLINE vm vf_##name(vf a, vf b)                                                           \
	{                                                                                              \
		return (vm)(a op b);                                                                       \
	}                                                                                              \
	KERN_INLINE vm vi_##name(vi a, vi b)                                                           \
	{                                                                                              \
		return (vm)(a op b);                                                                       \
	}
#endif
KERN_COMPARE(gt, >, _CMP_GT_OQ)
KERN_COMPARE(ge, >=, _CMP_GE_OQ)
KERN_COMPARE(lt, <, _CMP_LT_OQ)
KERN_COMPARE(le, <=, _CMP_LE_OQ)
KERN_COMPARE(eq, ==, _CMP_EQ_OQ)
#undef KERN_COMPARE

KERN_INLINE vm
vm_and(vm a, vm b)
{
	return (vm)(a & b);
}

KERN_INLINE vm
vm_or(vm a, vm b)
{
	return (vm)(a | b);
}

KERN_INLINE vm
vm_not(vm a)
{
	return (vm)~a;
}

/* m ? a : b, lane by lane */
KERN_INLINE vf
vf_select(vm m, vf a, vf b)
{
#if VL == 16
	return (vf)_mm512_mask_blend_ps(m, (__m512)b, (__m512)a);
#elif VL == 8
	return (vf)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)m);
#else
	return (vf)((m & (vi)a) | (~m & (vi)b));
#endif
}

KERN_INLINE vi
vi_select(vm m, vi a, vi b)
{
	return (vi)vf_select(m, (vf)a, (vf)b);
}

#endif
