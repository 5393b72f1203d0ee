/*
 * OpenBLAS, the other provider of matrix products: always held to one thread and called inside
 * tiles, because its own threading changes bits.
 */
#include <cblas.h>
#include <stdio.h>

#include "kernels/matmul.h"

static enum kern_matmul openblas_provider = MATMUL_NATIVE;

void
kern_set_matmul(enum kern_matmul m)
{
	if (m == MATMUL_OPENBLAS) openblas_set_num_threads(1);
	openblas_provider = m;
}

enum kern_matmul
kern_matmul(void)
{
	return openblas_provider;
}

bool
matmul_openblas(void)
{
	return openblas_provider == MATMUL_OPENBLAS;
}

const char *
kern_openblas_info(void)
{
	static char info[256];
	snprintf(info, sizeof info, "%s (%s)", openblas_get_config(), openblas_get_corename());
	return info;
}

/*
 * How BLAS sees a matrix of these strides: the transposition and the leading dimension; 0 when it
 * cannot.
 */
static blasint
openblas_leading(int rows, int columns, ptrdiff_t rs, ptrdiff_t cs, enum CBLAS_TRANSPOSE *trans)
{
	if ((cs == 1 || columns == 1) && (rs >= columns || rows == 1)) {
		*trans = CblasNoTrans;
		return (blasint)(rows == 1 && rs < columns ? columns : rs);
	}
	if ((rs == 1 || rows == 1) && (cs >= rows || columns == 1)) {
		*trans = CblasTrans;
		return (blasint)(columns == 1 && cs < rows ? rows : cs);
	}
	return 0;
}

bool
matmul_openblas_product(const struct product *p)
{
	enum CBLAS_TRANSPOSE ta = CblasNoTrans, tb = CblasNoTrans;
	const blasint lda = openblas_leading(p->m, p->k, p->a_rs, p->a_cs, &ta);
	const blasint ldb = openblas_leading(p->k, p->n, p->b_rs, p->b_cs, &tb);
	if (lda < 1 || ldb < 1 || p->k < 1) return false;
	if (p->init && p->init != p->c)
		for (int i = 0; i < p->m; i++)
			for (int j = 0; j < p->n; j++) p->c[i * p->c_rs + j] = p->init[i * p->init_rs + j];
	cblas_sgemm(CblasRowMajor, ta, tb, p->m, p->n, p->k, 1.0f, p->a, lda, p->b, ldb,
		p->init ? 1.0f : 0.0f, p->c, (blasint)(p->m == 1 ? p->n : p->c_rs));
	return true;
}
