/* A backbone read from a line of YAML, and a network of it with a small head. */
#ifndef BACKBONES_BASE_H
#define BACKBONES_BASE_H

#include "tlrun/arena.h"
#include "tlrun/backbone.h"
#include "tlrun/net.h"

enum { BASE_CLASSES = 10 };

struct base {
	struct arena *arena;
	struct diags *diags;
	struct field_reader reader;
	struct kind_value backbone;
	struct kind_list layers;	/* the backbone's, then the head's */
	size_t count;				/* of the backbone's */
	struct net *net;
};

/* Read "backbone: TEXT" through the family and its check; errors are in diags. */
void base_read(struct base *b, const char *text);
/* The network for images of h x w: freeze, then batch_normalization applied. */
void base_build(struct base *b, int h, int w, int batch);
void base_close(struct base *b);
/* Errors and warnings as text, in the arena. */
const char *base_errors(struct base *b);

#endif
