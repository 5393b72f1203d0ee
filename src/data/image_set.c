/* image_set: pixels uint8 [n,h,w,c] and labels int32 [n], in two buffers. */
#include "data/image_set.h"

enum status
image_set_alloc(struct image_set *set, const struct dataset_info *info, enum dataset_split split,
	struct err *e)
{
	const size_t n = (size_t)info->n[split];
	*set = (struct image_set){ .n = info->n[split], .h = info->h, .w = info->w, .c = info->c };
	TRY(buffer_alloc(&set->pixels, n * (size_t)info->h * (size_t)info->w * (size_t)info->c,
		split == SPLIT_TRAIN ? "training images" : "test images", e));
	const enum status s = buffer_alloc(&set->labels_buffer, n * sizeof(int32_t), "labels", e);
	if (s != OK) {
		image_set_free(set);
		return s;
	}
	set->labels = set->labels_buffer.data;
	return OK;
}

void
image_set_free(struct image_set *s)
{
	if (!s) return;
	buffer_free(&s->pixels);
	buffer_free(&s->labels_buffer);
	*s = (struct image_set){ 0 };
}
