/*
 * What the multiply-add units give at most: independent chains of fused multiply-adds in registers.
 * The empty assembly makes the compiler believe that every accumulator may have changed, so that it
 * folds nothing.
 */
#include "kernels/kernel_set.h"
#include "kernels/vector.h"

#if defined(__x86_64__)
#define PEAK_REGISTER "+v"
#if VL < 16
#undef PEAK_REGISTER
#define PEAK_REGISTER "+x"
#endif
#elif defined(__aarch64__)
#define PEAK_REGISTER "+w"
#else
#define PEAK_REGISTER "+m"
#endif

#define PEAK_CHAINS(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11)
#define PEAK_START(i) vf c##i = vf_set((float)i);
#define PEAK_STEP(i) c##i = vf_fma(c##i, scale, offset);
#define PEAK_HOLD(i) __asm__ volatile("" : PEAK_REGISTER(c##i));
#define PEAK_SUM(i) sum += c##i;

/* 12 chains of 4 steps a round: PEAK_TERMS. */
void
KERN(peak_chain)(long rounds, float *out)
{
	const vf scale = vf_set(0.999f), offset = vf_set(0.001f);
	vf sum = vf_set(0);
	PEAK_CHAINS(PEAK_START)
	for (long r = 0; r < rounds; r++) {
		PEAK_CHAINS(PEAK_STEP)
		PEAK_CHAINS(PEAK_HOLD)
		PEAK_CHAINS(PEAK_STEP)
		PEAK_CHAINS(PEAK_HOLD)
		PEAK_CHAINS(PEAK_STEP)
		PEAK_CHAINS(PEAK_HOLD)
		PEAK_CHAINS(PEAK_STEP)
		PEAK_CHAINS(PEAK_HOLD)
	}
	PEAK_CHAINS(PEAK_SUM)
	*out = sum[0];
}
