/*
 * A made-up schema with one field of every type, shaped like an experiment, and the reading of a
 * text through it.
 */
#ifndef TESTS_CONFIG_SCHEMA_H
#define TESTS_CONFIG_SCHEMA_H

#include <check.h>

#include "tlrun/arena.h"
#include "tlrun/document.h"
#include "tlrun/field.h"

struct toy_conv {
	int filters;
	struct int_pair kernel_size, strides;
	int padding;
	bool use_bias;
};
struct toy_dense {
	int units;
};
struct toy_pad {
	struct padding4 padding;
};
struct toy_dropout {
	double rate;
};
struct toy_common {
	const char *name;
	struct str_list from;
};

struct toy_sgd {
	double learning_rate, momentum;
	bool nesterov;
};
struct toy_adam {
	double learning_rate, beta_1;
};

struct toy_stopping {
	const char *monitor;
	int patience;
	double min_delta;
};
struct toy_phase {
	const char *name;
	int rounds;
	double ease;
	bool ease_given;
	struct kind_value stepper;
};
struct toy_phases {
	size_t n;
	struct toy_phase *v;
};
struct toy_training {
	int epochs, batch_size, eval_batch_size;
	bool shuffle;
	struct kind_value optimizer;
	struct toy_stopping early_stopping;
	bool early_stopping_given;
	double max_time;
	bool max_time_given;
	struct toy_phases phases;
};
struct toy_runtime {
	int threads;
	long long memory_limit;
};
struct toy_odd {
	long long value;
};
struct toy {
	int version;
	const char *name, *description;
	struct toy_odd odd;
	struct kind_value dataset;
	struct kind_list layers;
	struct toy_training training;
	struct toy_runtime runtime;
	struct real_list mean;
	struct int_list seeds;
	struct str_list classes, reports;
};

extern const struct family toy_layers, toy_optimizers;
extern const struct field toy_fields[];

/* A document read through toy_fields: all it gives, and its errors as they are shown. */
struct toy_reading {
	struct arena *arena;
	struct diags *diags;
	struct field_reader reader;
	struct node *root;
	struct toy value;
	bool good;
	const char *errors;
};

struct toy_reading *toy_read(const char *text); /* as file "x.yaml" */
struct toy_reading *toy_read_node(struct arena *a, struct diags *d, struct node *root);
void toy_free(struct toy_reading *t);

/* The errors of a text are exactly these; "" for none. */
void toy_expect(const char *text, const char *errors);
/* Only what document_parse says. */
void toy_expect_document(const char *text, size_t len, const char *errors);
const char *toy_errors(struct arena *a, struct diags *d);

#endif
