/* c[m,n] (=|+=) a[m,k] b[k,n], any strides. */
#include "kernels/kernel_set.h"
#include "kernels/vector.h"

void
KERN(gemm_tile)(const struct kern_gemm *g, void *pack)
{
	(void)pack;
	for (int i = 0; i < g->m; i++)
		for (int j = 0; j < g->n; j++) {
			float s = g->add ? g->c[i * g->c_rs + j] : 0;
			for (int p = 0; p < g->k; p++)
				s = sf_fma(g->a[i * g->a_rs + p * g->a_cs], g->b[p * g->b_rs + j * g->b_cs], s);
			g->c[i * g->c_rs + j] = s;
		}
}
