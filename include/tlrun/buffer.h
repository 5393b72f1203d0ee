/* floor: base */
/*
 * Large blocks: parameters, gradients, optimizer state, activations, scratch, pixels.
 *
 * 64-byte aligned, zeroed, sized beforehand, counted. They may fail, with the size in the message.
 * Blocks of 2 MiB and more are aligned to huge pages and advised so.
 */
#ifndef TLRUN_BUFFER_H
#define TLRUN_BUFFER_H

#include <stddef.h>

#include "tlrun/error.h"

struct buffer {
	void *data;		/* NULL when empty */
	size_t size;	/* bytes */
};

/* Give b a zeroed block of bytes. what names it in the error ("activations"). ERR_MEMORY. */
enum status buffer_alloc(struct buffer *b, size_t bytes, const char *what, struct err *e);
void buffer_free(struct buffer *b);	/* empties b; accepts an empty one */

/* Bytes held in all buffers now, and the most held at once since the start. */
size_t buffer_total(void);
size_t buffer_peak(void);

#endif
