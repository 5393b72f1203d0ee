/* The list of losses. */
#include "train/losses.h"

static const struct kind *const kinds[] = { &loss_cross_entropy.kind, NULL };

const struct family family_loss = {
	.name = "loss", .style = FAMILY_TAG, .tag = "type", .kinds = kinds, .bare = true,
	.default_kind = "cross_entropy",
};

const struct loss_kind *
loss_kind_of(const struct kind *k)
{
	return (const struct loss_kind *)k;
}
