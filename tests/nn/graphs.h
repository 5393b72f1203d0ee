/* Random networks: chains, residuals, views, frozen layers, in every order. */
#ifndef NN_GRAPHS_H
#define NN_GRAPHS_H

#include "tlrun/str.h"

/* The YAML of network number `which` for an input [n,6,6,4] and 10 classes. */
void graphs_make(unsigned which, struct str *yaml);

#endif
