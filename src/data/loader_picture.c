/* loader_picture: a picture of any size as the network sees the images of a loader. */
#include "data/loader_state.h"

void
loader_picture(const struct loader *like, struct arena *a, const struct picture *p, float *x)
{
	const uint32_t index = 0;
	const int32_t label = 0;
	struct loader l = *like;
	struct field_reader r = { .arena = a, .diags = diags_new() };
	const struct image_set set = { .n = 1, .h = p->h, .w = p->w, .c = p->c, .pixels = p->pixels };
	const struct loader_part part = { .set = &set, .n = 1, .index = &index, .label = &label };
	l.data.h = p->h;
	l.data.w = p->w;
	l.data.c = p->c;
	l.q.resize = (struct int_pair){ like->info.h, like->info.w };
	l.q.channels = like->info.c == 3 ? CHANNELS_RGB : CHANNELS_GRAY;
	loader_input(&l, a, NULL, &r);
	loader_batch(&l, &part, NULL, 0, 1, x, NULL);
	diags_free(r.diags);
}
