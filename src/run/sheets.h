/* Contact sheets of mistakes. Used in src/run/ only. */
#ifndef RUN_SHEETS_H
#define RUN_SHEETS_H

#include "tlrun/report.h"
#include "tlrun/trainer.h"

/*
 * The sheets of a run: the most confident mistakes, and the pairs of classes confused most, each
 * with its most confident images, from the original pixels of the part that t evaluated. In the
 * arena, without PNG; a sheet without an image has n 0.
 */
struct sheets *sheets_make(struct arena *a, const struct loader_part *part,
	const struct evaluation_result *t);
/* The PNG of a sheet, its images enlarged (or thinned out) to tiles; n is not 0. */
enum status sheets_draw(const struct sheet *s, const struct image_set *images, struct str *out,
	struct err *e);

/* sheets_file.c: mistakes.json, mistakes.png and pairs.png in the folder of a seed. */
enum status sheets_write(struct arena *a, const char *folder, const struct record *r,
	const struct loader_part *part, const struct evaluation_result *t, struct err *e);
/* What sheets_write left of the first seed of a set that has it; NULL: none, or damaged. */
const struct sheets *sheets_read(struct arena *a, const struct record_set *set);

#endif
