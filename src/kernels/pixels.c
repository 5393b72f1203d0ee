/* Pixels to floats by table: the same on every instruction set, since nothing is computed. */
#include "tlrun/kernels.h"

void
kern_pixels_tile(size_t pixels, int c, const uint8_t *x, const float *table, float *y)
{
	if (c == 3) {
		for (size_t i = 0; i < 3 * pixels; i += 3) {
			y[i] = table[x[i]];
			y[i + 1] = table[256 + x[i + 1]];
			y[i + 2] = table[512 + x[i + 2]];
		}
		return;
	}
	for (size_t i = 0; i < pixels; i++)
		for (int j = 0; j < c; j++)
			y[i * (size_t)c + j] = table[j * 256 + x[i * (size_t)c + j]];
}
