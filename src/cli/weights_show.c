/* tlrun weights show: the tensors of a file. */
#include "cli.h"
#include "tlrun/json.h"
#include "tlrun/weights.h"

static const char *
show_type(enum tensor_type t)
{
	static const char *const names[] = { [TENSOR_F32] = "float32", [TENSOR_F64] = "float64",
		[TENSOR_I64] = "int64", [TENSOR_I32] = "int32", [TENSOR_U8] = "uint8" };
	return names[t];
}

static void
show_shape(const struct tensor *t, struct str *out)
{
	str_add_char(out, '[');
	for (int i = 0; i < t->rank; i++) str_printf(out, "%s%lld", i ? "," : "", t->d[i]);
	str_add_char(out, ']');
}

int
weights_show(const struct options *o, struct arena *a)
{
	struct weights_file *f;
	struct err e = ERR_INIT;
	struct str text = STR_INIT;
	if (weights_open(a, o->arg[0], NULL, &f, &e) != OK) return cli_fail(o, &e);
	for (size_t i = 0; i < safetensors_count(f->tensors); i++) {
		const struct tensor *const t = safetensors_at(f->tensors, i);
		str_printf(&text, "%-48s %-8s ", t->name, show_type(t->type));
		show_shape(t, &text);
		str_add_char(&text, '\n');
	}
	weights_close(f);
	return cli_print_free(&text);
}
