/* The list of optimizers. */
#include "train/optimizer_options.h"
#include "tlrun/num.h"

static const struct kind *const kinds[] = {
	&optimizer_adam.kind,
	&optimizer_adamw.kind,
	&optimizer_nadam.kind,
	&optimizer_rmsprop.kind,
	&optimizer_sgd.kind,
	NULL
};

const struct family family_optimizer = {
	.name = "optimizer", .style = FAMILY_TAG, .tag = "type", .kinds = kinds, .bare = true,
	.default_kind = "adam",
};

const struct field optimizer_lr_mult_fields[] = {
	{ .key = "backbone", .type = FIELD_T_REAL, .preset = 1, .min = 0, .max = FLT_MAX,
		.offset = offsetof(struct optimizer_options, lr_mult_backbone),
		.doc = "of the backbone's layers" },
	{ .key = "head", .type = FIELD_T_REAL, .preset = 1, .min = 0, .max = FLT_MAX,
		.offset = offsetof(struct optimizer_options, lr_mult_head), .doc = "of all others" },
	FIELD_END
};

const struct optimizer_kind *
optimizer_kind_of(const struct kind *k)
{
	return (const struct optimizer_kind *)k;
}

void
optimizer_prepare(const struct kind_value *optimizer, unsigned long t, double lr,
	struct kern_update *u)
{
	const struct optimizer_options *o = optimizer->opts;
	*u = (struct kern_update){ .grad_scale = 1 };
	optimizer_kind_of(optimizer->kind)->prepare(o, t, lr, u);
	u->decay = (float)(o->weight_decay * lr);
	u->clip_value = (float)o->clip_value;
}

float
optimizer_power(double beta, unsigned long t)
{
	return (float)num_powi((double)(float)beta, t);
}
