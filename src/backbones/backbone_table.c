/* The list of backbones. */
#include <string.h>

#include "backbones/backbone_parts.h"

extern const struct backbone_kind backbone_mobilenet_v2;

static const struct kind *const kinds[] = {
	&backbone_mobilenet_v2.kind,
	NULL,
};

const struct family family_backbone = {
	.name = "backbone", .style = FAMILY_TAG, .tag = "name", .kinds = kinds, .bare = true,
	.common = backbone_common_fields, .common_size = sizeof(struct backbone_common),
};

const struct backbone_kind *
backbone_kind_of(const struct kind *k)
{
	return (const struct backbone_kind *)k;	/* kind is the first member */
}

const struct backbone_kind *
backbone_find(const char *name)
{
	const struct kind *k = family_find(&family_backbone, name);
	return k ? backbone_kind_of(k) : NULL;
}
