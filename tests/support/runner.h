/* How every Check program runs its suites. */
#ifndef TESTS_SUPPORT_RUNNER_H
#define TESTS_SUPPORT_RUNNER_H

#include <check.h>
#include <stddef.h>

/*
 * Run the n suites and return the exit status of main. A test that is still running after ten
 * minutes hangs and fails; no test may set a limit of its own, because a slow or busy machine would
 * break it. CK_DEFAULT_TIMEOUT, in seconds, is another limit for all of them.
 */
int runner_main(size_t n, Suite *(*const suites[])(void));

#endif
