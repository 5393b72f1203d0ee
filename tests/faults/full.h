/* A small file system that fills up under a run. */
#ifndef TESTS_FAULTS_FULL_H
#define TESTS_FAULTS_FULL_H

/* An experiment in tmpfs of several sizes, against its undisturbed results: 0, or 1 where something
 * was wrong, which is printed. */
int full_walk(const char *name, const char *reference);

#endif
