/* What the benchmarks in C share: clock, memory, MobileNetV2. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>

struct arena;
struct net;

/* Seconds. With one thread its own time, so that a busy machine disturbs little. */
double bench_now(void);
/* 64-byte aligned; the program ends where there is none. */
void *bench_memory(size_t bytes);
/*
 * MobileNetV2 (alpha 1, random weights) without its top, and a head of 10 classes, for square
 * images. freeze: a value of model.backbone.freeze; norms: inference or train. The program ends
 * where it does not build.
 */
const struct net *bench_mobilenet(struct arena *a, int size, int batch, const char *freeze,
	const char *norms);

#endif
