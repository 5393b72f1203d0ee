/*
 * Numbers below FLT_MIN are 0 inside a parallel loop, read or written, on every thread alike.
 *
 * The moments of weights that stopped moving decay into that range after some 800 steps, and a
 * processor
 * needs a hundred cycles more for each such operand: without this the second epoch takes twice
 * the time
 * of the first. TensorFlow does the same in its threads. Used in src/kernels/ only.
 */
#ifndef KERNELS_DENORMALS_H
#define KERNELS_DENORMALS_H

#include <stdint.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

/* What a thread's control register held. */
struct denormals { uint64_t control; };

static inline struct denormals
denormals_flush(void)
{
	struct denormals before = { 0 };
#if defined(__x86_64__)
	enum { FLUSH_TO_ZERO = 0x8000, DENORMALS_ARE_ZERO = 0x0040 };
	before.control = _mm_getcsr();
	_mm_setcsr((unsigned)before.control | FLUSH_TO_ZERO | DENORMALS_ARE_ZERO);
#elif defined(__aarch64__)
	const uint64_t flush = UINT64_C(1) << 24;
	__asm__ volatile("mrs %0, fpcr" : "=r"(before.control));
	__asm__ volatile("msr fpcr, %0" : : "r"(before.control | flush));
#endif
	return before;
}

static inline void
denormals_restore(struct denormals before)
{
#if defined(__x86_64__)
	_mm_setcsr((unsigned)before.control);
#elif defined(__aarch64__)
	__asm__ volatile("msr fpcr, %0" : : "r"(before.control));
#else
	(void)before;
#endif
}

#endif
