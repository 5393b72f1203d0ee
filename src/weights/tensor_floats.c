/*
 * Tensors of other float types as float32: float16 and bfloat16 are exact, float64 is rounded to
 * the nearest, ties to even.
 *
 * Errors  ERR_DATA: a float64 that is finite and beyond float32.
 * Source  IEEE 754-2019, 3.4 (binary16, binary32, binary64) and 4.3.1 (roundTiesToEven).
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tlrun/arena.h"
#include "weights/weights_parts.h"

const char *
tensor_type_name(enum tensor_type t)
{
	static const char *const names[] = { [TENSOR_F32] = "float32", [TENSOR_F64] = "float64",
		[TENSOR_F16] = "float16", [TENSOR_BF16] = "bfloat16", [TENSOR_I64] = "int64",
		[TENSOR_I32] = "int32", [TENSOR_U8] = "uint8" };
	return names[t];
}

static float
floats_of_bits(uint32_t bits)
{
	float f;
	memcpy(&f, &bits, sizeof f);
	return f;
}

static float
floats_of_half(uint16_t half)
{
	const uint32_t sign = (uint32_t)(half & 0x8000) << 16, exponent = half >> 10 & 31;
	const uint32_t fraction = half & 1023;
	/* Below 2^-14 a half is a multiple of 2^-24, which a float32 holds without an exponent of 0. */
	if (exponent == 0) return (sign ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
	if (exponent == 31) return floats_of_bits(sign | 0x7f800000 | fraction << 13);
	return floats_of_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
}

static float
floats_at(const struct tensor *t, size_t i)
{
	uint16_t half;
	double wide;
	if (t->type == TENSOR_F64) {
		memcpy(&wide, (const char *)t->data + i * sizeof wide, sizeof wide);
		return (float)wide;
	}
	memcpy(&half, (const char *)t->data + i * sizeof half, sizeof half);
	return t->type == TENSOR_BF16 ? floats_of_bits((uint32_t)half << 16) : floats_of_half(half);
}

/* Whether value i is finite in the file: an infinity there stays one. */
static bool
floats_finite(const struct tensor *t, size_t i)
{
	double wide;
	if (t->type != TENSOR_F64) return false;
	memcpy(&wide, (const char *)t->data + i * sizeof wide, sizeof wide);
	return isfinite(wide);
}

enum status
tensor_to_float32(struct arena *a, const char *path, struct tensor *t, struct err *e)
{
	if (t->type != TENSOR_F64 && t->type != TENSOR_F16 && t->type != TENSOR_BF16) return OK;
	const size_t n = t->bytes / (t->type == TENSOR_F64 ? sizeof(double) : sizeof(uint16_t));
	float *const out = ARENA_ARRAY(a, float, n + 1);
	for (size_t i = 0; i < n; i++) {
		out[i] = floats_at(t, i);
		if (isinf(out[i]) && floats_finite(t, i))
			return err_set(e, ERR_DATA, MARK_FILE(path),
				"tensor \"%.80s\": number %zu is a float64 beyond float32, in which tlrun "
				"computes", t->name, i);
	}
	t->data = out;
	t->bytes = n * sizeof *out;
	t->type = TENSOR_F32;
	return OK;
}
