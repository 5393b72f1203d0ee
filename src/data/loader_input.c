/*
 * loader_input: what of an image reaches the network: channels, crop, resize, normalization.
 *
 * Errors  in the YAML (diags): normalization of three channels on one.
 */
#include "data/loader_state.h"
#include "data/resampling.h"
#include "tlrun/arena.h"

static const char *const method_names[] = { [RESIZE_NEAREST] = "nearest",
	[RESIZE_BILINEAR] = "bilinear", [RESIZE_BICUBIC] = "bicubic", [RESIZE_AREA] = "area" };
static const char *const channel_names[] = { [CHANNELS_KEEP] = "keep", [CHANNELS_RGB] = "rgb",
	[CHANNELS_GRAY] = "gray" };

/* The place of the crop in the image. */
struct input_window { int top, left, h, w; };

static struct input_window
input_window(const struct loader *l)
{
	const int h = l->data.h, w = l->data.w;
	struct input_window c = { 0, 0, h, w };
	if (l->q.crop <= 0) return c;
	c.top = crop_margin(h, l->q.crop);
	c.left = crop_margin(w, l->q.crop);
	c.h = h - 2 * c.top;
	c.w = w - 2 * c.left;
	return c;
}

/* Pixels that only move are taken as they are: a crop alone interpolates nothing. */
static void
input_resize(struct loader *l, struct arena *a, const struct input_window *c)
{
	const struct loader_info *const i = &l->info;
	const bool moved = i->h == c->h && i->w == c->w;
	const enum resize_method method = moved ? RESIZE_NEAREST : l->q.interpolation;
	l->resized = i->h != l->data.h || i->w != l->data.w || !moved;
	if (!l->resized) return;
	l->resize = (struct kern_resize){ .width = l->data.w, .lerp = method == RESIZE_BILINEAR };
	l->resize.rows = resampling_axis(a, method, c->top, c->h, i->h);
	l->resize.columns = resampling_axis(a, method, c->left, c->w, i->w);
	pixels_resize(&l->pixels, &l->resize);
}

static const char *
input_formula(const struct loader *l, struct arena *a, const struct input_window *c,
	const struct normalize *n)
{
	const struct loader_info *const i = &l->info;
	struct str s = STR_INIT;
	if (c->h != l->data.h || c->w != l->data.w) str_printf(&s, "crop %dx%d, ", c->h, c->w);
	if (i->h != c->h || i->w != c->w)
		str_printf(&s, "resize %dx%d %s, ", i->h, i->w, method_names[l->q.interpolation]);
	normalize_formula(n, &s);
	const char *const text = arena_strdup(a, str_text(&s));
	str_free(&s);
	return text;
}

void
loader_input(struct loader *l, struct arena *a, const struct node *dataset, struct field_reader *r)
{
	struct loader_info *const i = &l->info;
	struct normalize *const n = &l->q.normalize;
	const struct node *const at = l->q.preprocessing ? l->q.preprocessing : dataset;
	const struct input_window window = input_window(l);
	i->h = l->q.resize.a ? l->q.resize.a : window.h;
	i->w = l->q.resize.b ? l->q.resize.b : window.w;
	i->c = l->q.channels == CHANNELS_RGB ? 3 : l->q.channels == CHANNELS_GRAY ? 1 : l->data.c;
	if (n->type == NORMALIZE_AUTO) n->type = NORMALIZE_ZERO_ONE;
	const bool three = n->type == NORMALIZE_MEAN_STD ? n->n == 3 : n->type == NORMALIZE_IMAGENET;
	if (three && i->c != 3)
		LOADER_ERROR(r, at, "normalize", "channels: rgb makes three of them",
			"normalize has values for 3 channels, the images have %d", i->c);
	pixels_init(&l->pixels, n, l->data.c, i->c);
	input_resize(l, a, &window);
	for (int j = 0; j < i->c; j++)
		normalize_affine(n, j, &i->scale[j], &i->offset[j]);
	i->formula = input_formula(l, a, &window, n);
}

void
loader_preprocessing_text(const struct loader *l, struct str *out)
{
	const struct kind *const k = &l->q.kind->kind;
	const struct input_window c = input_window(l);
	str_printf(out, "dataset: %s\n", k->name);
	if (k->fields) field_print(k->fields, l->q.opts, NULL, false, out);
	if (l->q.kind->drawn)
		str_printf(out, "split_seed: %llu\n", (unsigned long long)l->q.split_seed);
	str_printf(out, "images: %dx%dx%d\nchannels: %s\n", l->data.h, l->data.w, l->data.c,
		channel_names[l->q.channels]);
	str_printf(out, "crop: %dx%d at %d, %d\nresize: %dx%d\ninterpolation: %s\nnormalize: ", c.h,
		c.w, c.top, c.left, l->info.h, l->info.w, method_names[l->q.interpolation]);
	normalize_custom.print(&l->q.normalize, out);
	str_add_char(out, '\n');
}
