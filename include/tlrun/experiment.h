/* floor: run */
/*
 * One experiment: the top-level keys of the experiment file as a struct, and what is known of it
 * before anything is allocated: data, network, plan, memory.
 */
#ifndef TLRUN_EXPERIMENT_H
#define TLRUN_EXPERIMENT_H

#include "tlrun/backbone.h"
#include "tlrun/document.h"
#include "tlrun/loader.h"
#include "tlrun/net.h"
#include "tlrun/sweep.h"
#include "tlrun/trainer.h"
#include "tlrun/weights.h"

struct crop { double center; };	/* 0: none */
struct preprocessing {
	int channels;				/* enum loader_channels */
	struct crop crop;
	struct int_pair resize;		/* 0: the data's own size */
	int interpolation;			/* enum resize_method */
	struct normalize normalize;
};
/*
 * The network: layers, or backbone and head. weights and backbone_layers belong to layers; with
 * them a backbone written out is what the backbone is.
 */
struct model {
	struct kind_list layers;
	struct kind_value backbone;	/* kind NULL: not given; common: struct backbone_common */
	struct kind_list head;
	const char *weights;		/* a file's name or path; NULL: none */
	int backbone_layers;		/* how many of layers, from the first; 0: none */
};
enum start_checkpoint { START_BEST };
struct start_from {
	bool given;
	const char *experiment;
	int checkpoint;				/* enum start_checkpoint */
};
struct engine {
	int matmul;					/* enum kern_matmul */
	bool fuse;					/* false: layer by layer */
};
struct runtime {
	int threads;				/* 0: the machine's */
	long long memory_limit;		/* bytes; 0: none but the machine's */
};

/* The file, as its field table reads it. */
struct experiment_options {
	int version;
	const char *name, *description, *compare_with;
	long long seed;
	struct int_list seeds;
	bool seed_given, seeds_given;
	struct start_from start_from;
	struct kind_value dataset;	/* common: struct dataset_common */
	struct preprocessing preprocessing;
	struct model model;
	struct training training;
	struct evaluation evaluation;
	struct sweep_options sweep;
	struct engine engine;
	struct runtime runtime;
};
extern const struct field experiment_fields[];	/* the schema of the whole language */

/* What the command line adds to the file. */
struct experiment_request {
	const char *path;
	const char *text;			/* the experiment itself, path only its name; NULL: read path */
	const char *const *overrides;	/* "a.b.c=value" */
	int n_overrides;
	const char *data;			/* --data, NULL */
	const char *seeds;			/* --seeds "1,2,5", NULL */
	int threads;				/* --threads, 0 */
	/* folder of the results, in whose cache weights of other formats are kept; NULL: nothing is
	 * written */
	const char *results;
	bool smoke;					/* one epoch a phase, as few images as will do */
	/* what stands for the data set, of which no file is looked for; NULL: the data themselves */
	const struct dataset_info *known;
	bool without_weights;		/* files of weights are not looked for */
	/* where dataset.path and the weights are, whatever the file says; NULL */
	const char *data_path, *weights_path;
	const struct sweep_trial *trial;	/* of the file's sweep; NULL: the file itself */
};

/* Weights that training starts from: a file, found, read and bound to the backbone. */
struct pretrained {
	const char *name, *path;	/* the file's name alone, and where it was found */
	const char *cache;			/* where other formats are kept; NULL: nowhere */
	char hash[65];				/* SHA-256 of the file */
	struct weights_target target;
	struct weights_binding binding;
	struct weights_file *file;	/* NULL once closed */
};

/* The experiment that start_from names, known once experiments_link has looked for it. */
struct start_source {
	const char *name;
	char config_hash[65];
};

struct experiment {
	const char *path;			/* of the file */
	const char *name;
	struct experiment_options o;
	const struct node *root;	/* the merged document */
	/* experiment.yaml: canonical, presets written out, without runtime */
	const char *resolved;
	/* of resolved without seeds, description and compare_with, and of the source's where it starts
	 * from one */
	char config_hash[65];
	const char *data_path;		/* where dataset.path leads; NULL: none is given */
	struct loader *loader;		/* inspected */
	struct kind_list layers;	/* the network's: the backbone's, then the head's */
	size_t backbone;			/* how many of them are the backbone's */
	struct pretrained *pretrained;	/* NULL: none */
	const char *missing;		/* the public file of weights that was not found; NULL: none */
	struct start_source *source;	/* NULL: none, or not looked for yet */
	int phases;					/* at least 1 once opened */
	struct trainer_phase *phase;
	const struct net *net;		/* of the first phase */
	bool one_seed;				/* the file says `seeds: N`: the one seed N, above 1 */
	int threads;				/* that will run; the nets are sized for them */
	/*
	 * A sweep's trial: what makes it of its file, to be put behind the command line's own overrides
	 * ("sweep=null", "name=lr-units-64", "model.layers.dense.units=64"). 0: it is the file itself.
	 */
	int n_overrides;
	const char *const *overrides;
	const struct sweep_trial *trial;	/* NULL: none */
};

/*
 * Read and check everything that can be known without reading an image: the file (diags), the data
 * (err, ERR_DATA), the network (diags). Configuration errors come before missing data. ERR_CONFIG
 * when diags has errors. *out lives in the arena. Sets the number of threads to the experiment's.
 */
enum status experiment_open(struct arena *a, const struct experiment_request *q,
	struct experiment **out, struct diags *d, struct err *e);
/* The parts that need no data: file and schema alone (`tlrun config`). */
enum status experiment_read(struct arena *a, const struct experiment_request *q,
	struct experiment **out, struct diags *d);
/*
 * The options of an experiment that was opened, its backbone written out as layers: a backbone's
 * freeze and batch_normalization are the layers' own flags then. What is printed of them runs to
 * the same bits.
 */
struct experiment_options experiment_expand(struct arena *a, const struct experiment *x);
/* Releases the images; twice is well, and what was read can be read again. Accepts NULL. */
void experiment_close(struct experiment *x);

/*
 * What a trainer is given of an experiment: phases, data, evaluation, the first seed. The rest is
 * the caller's.
 */
void experiment_setup(struct arena *a, const struct experiment *x, struct trainer_setup *out);

/* The trainer's plan of an experiment; its memory is not compared with the machine's. Sets the
 * number of threads to x's. */
enum status experiment_plan(struct arena *a, const struct experiment *x, struct trainer **t,
	struct trainer_memory *m, struct err *e);

/* What an experiment will take over all its seeds: bytes of disk, seconds by itself. */
struct experiment_estimate {
	struct trainer_memory memory;
	double disk, seconds;
};
/* gflops: what one core gives at most (kern_peak_gflops). Sets the number of threads to x's. */
enum status experiment_estimate(struct arena *a, struct experiment *x, double gflops,
	struct experiment_estimate *out, struct err *e);
/*
 * Multiply-adds of one phase with all its epochs. Backward costs about twice the forward pass, and
 * a frozen prefix is computed once.
 */
double experiment_phase_work(const struct experiment *x, int phase);
/* Images that go through a phase's frozen prefix: the test split in the last one. */
long long experiment_images(const struct experiment *x, int phase);

/*
 * Compare what a trainer will hold with runtime.memory_limit and the machine's free memory:
 * ERR_MEMORY, with both numbers and the cure.
 */
enum status experiment_fits(struct arena *a, const struct experiment *x,
	const struct trainer_memory *m, struct err *e);

#endif
