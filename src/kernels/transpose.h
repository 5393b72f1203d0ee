/* Four by four floats (or anything of 32 bits) transposed. */
#ifndef TLRUN_KERNELS_TRANSPOSE_H
#define TLRUN_KERNELS_TRANSPOSE_H

#include <stddef.h>

#include "kernels/vector.h"

/* y[j*y_rs + i] = x[i*x_rs + j], i, j < 4; strides in elements of 4 bytes. */
KERN_INLINE void
transpose_4x4(const void *x, ptrdiff_t x_rs, void *y, ptrdiff_t y_rs)
{
	typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));
	const char *from = x;
	char *to = y;
	const ptrdiff_t fs = 4 * x_rs, ts = 4 * y_rs;
	const v4 r0 = *(const v4 *)from, r1 = *(const v4 *)(from + fs),
		r2 = *(const v4 *)(from + 2 * fs), r3 = *(const v4 *)(from + 3 * fs);
	const v4 s0 = __builtin_shufflevector(r0, r1, 0, 4, 1, 5),
		s1 = __builtin_shufflevector(r0, r1, 2, 6, 3, 7),
		s2 = __builtin_shufflevector(r2, r3, 0, 4, 1, 5),
		s3 = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
	*(v4 *)to = __builtin_shufflevector(s0, s2, 0, 1, 4, 5);
	*(v4 *)(to + ts) = __builtin_shufflevector(s0, s2, 2, 3, 6, 7);
	*(v4 *)(to + 2 * ts) = __builtin_shufflevector(s1, s3, 0, 1, 4, 5);
	*(v4 *)(to + 3 * ts) = __builtin_shufflevector(s1, s3, 2, 3, 6, 7);
}

#endif
