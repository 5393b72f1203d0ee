/* What the files of an experiment share. Used in src/run/ only. */
#ifndef EXPERIMENT_PARTS_H
#define EXPERIMENT_PARTS_H

#include "tlrun/experiment.h"

/* ---- experiment.c ---- */

/* Whether an experiment may have this name. */
bool experiment_is_slug(const char *s);
/* A path, relative to the file that names it (at its value), or on the command line to the working
 * folder and, where it is not there, to the experiment's. NULL gives NULL. */
const char *experiment_path(struct arena *a, const struct experiment *x, const struct node *at,
	const char *path);

/* ---- experiment_build.c ---- */

/* x->loader, as far as `dataset` could be read; NULL otherwise. */
enum status experiment_inspect(struct arena *a, struct experiment *x,
	const struct experiment_request *q, struct field_reader *r, struct err *e);
/* The network and its phases for what the data gives; x->loader NULL: what can be said without. */
void experiment_build(struct experiment *x, struct field_reader *r);

/* ---- smoke.c ---- */

/* One epoch a phase. */
void smoke_epochs(struct experiment *x);
/* As few images as will do, once x->loader says how many there are. */
void smoke_images(const struct experiment *x, struct loader_request *want);

/* ---- model.c ---- */

/* What can be said of `model` and start_from without data: one of the two forms, whole. */
void model_check(struct field_reader *r, const struct experiment *x);
/*
 * The layers of the whole network as far as they could be read, frozen as model.backbone says; info
 * NULL: the size of the images is not known. Never fails: a selector that means nothing is
 * reported. input and num_classes are left for the caller.
 */
struct model_net {
	struct kind_list layers;
	size_t backbone;			/* how many of them, from the first, are the backbone's */
	bool open;					/* a backbone comes before them that could not be read */
	bool whole;					/* the last of them is the network's last */
	struct shape input;			/* [n,h,w,c]; rank 0: not known */
	int num_classes;			/* 0: not known */
};
struct model_net model_layers(struct field_reader *r, const struct experiment *x,
	const struct loader_info *info);
/* preprocessing.normalize with `auto` resolved: what the backbone was trained with. */
struct normalize model_normalize(const struct experiment *x);
/* What is allowed and hardly meant. */
void model_warn(struct field_reader *r, const struct experiment *x);

/* ---- validation_check.c ---- */

/* Whether some images validate; true, too, where the dataset could not be read. */
bool validation_is_there(const struct experiment *x);
/* Report what watches a val_ value where no image validates. */
void validation_check(struct field_reader *r, const struct experiment *x);

/* ---- phase_nets.c ---- */

/* What phases say of a backbone that is not there; needs no data. */
void phases_model_check(struct field_reader *r, const struct experiment *x);
/*
 * x->phase, each with its own net, and x->net, of the network's layers. Everything wrong is
 * reported; x->net is NULL then, and where something is not known.
 */
void phases_build(struct field_reader *r, struct experiment *x, const struct model_net *net);

/* ---- pretrained.c ---- */

/* Whether there are such weights at all; reported. */
void pretrained_check(struct field_reader *r, const struct experiment *x,
	const struct loader_info *info);
/* Find, read and bind the weights that model names; none named is well. ERR_DATA, ERR_IO. */
enum status pretrained_open(struct arena *a, struct experiment *x,
	const struct experiment_request *q, struct err *e);
/* Copy them into a parameter block of a net of x; none named is well. */
enum status pretrained_apply(struct arena *a, const struct experiment *x, const struct net *net,
	float *block, struct err *e);
/* The name or path of the file, as `layers` would say it; NULL: none. */
const char *pretrained_file(struct arena *a, const struct experiment *x);
void pretrained_close(struct pretrained *p);	/* accepts NULL; twice is well */

#endif
