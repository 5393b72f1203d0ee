/*
 * Large blocks. Small ones come from the heap; those of 2 MiB and more are mapped, aligned to huge
 * pages and zeroed by the system page by page as they are first touched.
 */
#include "tlrun/buffer.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "tlrun/num.h"

enum { BUFFER_ALIGN = 64, BUFFER_HUGE = 2 << 20 };

static atomic_size_t buffer_now, buffer_most;

static size_t
buffer_round(size_t bytes, size_t to)
{
	return (bytes + to - 1) / to * to;
}

static void *
buffer_map(size_t bytes)
{
	const size_t size = buffer_round(bytes, BUFFER_HUGE), all = size + BUFFER_HUGE;
	char *p = mmap(NULL, all, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED) return NULL;
	char *start = p + (BUFFER_HUGE - (uintptr_t)p % BUFFER_HUGE) % BUFFER_HUGE;
	if (start > p) munmap(p, (size_t)(start - p));
	if (p + all > start + size) munmap(start + size, (size_t)(p + all - (start + size)));
#ifdef MADV_HUGEPAGE
	madvise(start, size, MADV_HUGEPAGE); /* only advice: without it all works, slower */
#endif
	return start;
}

static void *
buffer_heap(size_t bytes)
{
	void *p = NULL;
	if (posix_memalign(&p, BUFFER_ALIGN, bytes) != 0) return NULL;
	return memset(p, 0, bytes);
}

static void
buffer_count(size_t bytes)
{
	const size_t now = atomic_fetch_add(&buffer_now, bytes) + bytes;
	size_t most = atomic_load(&buffer_most);
	while (now > most && !atomic_compare_exchange_weak(&buffer_most, &most, now))
		continue;
}

enum status
buffer_alloc(struct buffer *b, size_t bytes, const char *what, struct err *e)
{
	*b = (struct buffer){ NULL, 0 };
	if (bytes == 0) return OK;
	if (bytes < SIZE_MAX / 4)
		b->data = bytes >= BUFFER_HUGE ? buffer_map(bytes) : buffer_heap(bytes);
	if (!b->data) {
		char size[32];
		num_human_bytes((double)bytes, size, sizeof size);
		return err_set(e, ERR_MEMORY, MARK_NONE,
			"not enough memory for %s: %s (%zu bytes) are needed; use a smaller batch, or close "
			"other programs",
			what, size, bytes);
	}
	b->size = bytes;
	buffer_count(bytes);
	return OK;
}

void
buffer_free(struct buffer *b)
{
	if (b->data) {
		if (b->size >= BUFFER_HUGE)
			munmap(b->data, buffer_round(b->size, BUFFER_HUGE));
		else
			free(b->data);
		atomic_fetch_sub(&buffer_now, b->size);
	}
	*b = (struct buffer){ NULL, 0 };
}

size_t
buffer_total(void)
{
	return atomic_load(&buffer_now);
}

size_t
buffer_peak(void)
{
	return atomic_load(&buffer_most);
}
