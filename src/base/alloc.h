/*
 * The one place that asks for small memory: never NULL. A machine that cannot give it cannot run
 * us, so these say so and end with exit code 5. Large memory is buffer.h, which fails with an
 * error.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

void *alloc_zeroed(size_t bytes);
void *alloc_resize(void *old, size_t bytes); /* old may be NULL; what grows is not zeroed */
_Noreturn void alloc_fail(void);

#endif
