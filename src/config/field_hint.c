/*
 * Cures: the field's other words first, then what is spelt alike, then where a key belongs, then
 * all that is valid. Nothing is ever named that the schema does not know at that place.
 */
#include <ctype.h>
#include <string.h>

#include "config/field_parts.h"
#include "tlrun/suggest.h"

/* Past this many errors nobody reads hints, and finding them would take the time. */
enum { HINT_MAX_ERRORS = 1000, HINT_MAX_PLACES = 3, HINT_FOLDED = 64, HINT_SHORT = 5 };

/*
 * What others call it. A word may stand more than once: the first that is valid at the place is
 * taken.
 */
static const struct hint_word {
	const char *other, *ours;
} hint_words[] = {
	{ "lr", "learning_rate" },
	{ "lr0", "learning_rate" },
	{ "eta", "learning_rate" },
	{ "initial_learning_rate", "learning_rate" },
	{ "trainable", "freeze" },
	{ "frozen", "freeze" },
	{ "freeze", "trainable" },
	{ "pretrained", "weights" },
	{ "weight", "weights" },
	{ "max_epochs", "epochs" },
	{ "num_epochs", "epochs" },
	{ "n_epochs", "epochs" },
	{ "nb_epoch", "epochs" },
	{ "epoch", "epochs" },
	{ "batch", "batch_size" },
	{ "bs", "batch_size" },
	{ "mini_batch_size", "batch_size" },
	{ "val_batch_size", "eval_batch_size" },
	{ "test_batch_size", "eval_batch_size" },
	{ "wd", "weight_decay" },
	{ "decay", "weight_decay" },
	{ "l2", "weight_decay" },
	{ "betas", "beta_1" },
	{ "beta1", "beta_1" },
	{ "beta2", "beta_2" },
	{ "eps", "epsilon" },
	{ "clipnorm", "clip_norm" },
	{ "clipvalue", "clip_value" },
	{ "global_clipnorm", "global_clip_norm" },
	{ "grad_clip", "clip_norm" },
	{ "sparse_categorical_crossentropy", "cross_entropy" },
	{ "categorical_crossentropy", "cross_entropy" },
	{ "crossentropy", "cross_entropy" },
	{ "binary_crossentropy", "cross_entropy" },
	{ "nll", "cross_entropy" },
	{ "ce", "cross_entropy" },
	{ "val_acc", "val_accuracy" },
	{ "acc", "accuracy" },
	{ "sparse_categorical_accuracy", "accuracy" },
	{ "categorical_accuracy", "accuracy" },
	{ "top_k_categorical_accuracy", "top_k_accuracy" },
	{ "sparse_top_k_categorical_accuracy", "top_k_accuracy" },
	{ "top5", "top_k_accuracy" },
	{ "f1", "macro_f1" },
	{ "f1_score", "macro_f1" },
	{ "f1_macro", "macro_f1" },
	{ "class_names", "classes" },
	{ "labels", "classes" },
	{ "nclasses", "num_classes" },
	{ "n_classes", "num_classes" },
	{ "classes", "num_classes" },
	{ "val_split", "validation_split" },
	{ "validation_data", "validation" },
	{ "val", "validation" },
	{ "random_state", "seed" },
	{ "random_seed", "seed" },
	{ "split_random_state", "split_seed" },
	{ "dir", "path" },
	{ "root", "path" },
	{ "directory", "path" },
	{ "data_dir", "path" },
	{ "data", "dataset" },
	{ "datasets", "dataset" },
	{ "network", "model" },
	{ "net", "model" },
	{ "architecture", "model" },
	{ "train", "training" },
	{ "fit", "training" },
	{ "eval", "evaluation" },
	{ "preprocess", "preprocessing" },
	{ "transforms", "preprocessing" },
	{ "augment", "augmentation" },
	{ "normalization", "normalize" },
	{ "scale", "normalize" },
	{ "mean_std", "normalize" },
	{ "size", "resize" },
	{ "image_size", "resize" },
	{ "input_size", "resize" },
	{ "img_size", "resize" },
	{ "target_size", "resize" },
	{ "criterion", "loss" },
	{ "objective", "loss" },
	{ "opt", "optimizer" },
	{ "optim", "optimizer" },
	{ "scheduler", "lr_schedule" },
	{ "lr_scheduler", "lr_schedule" },
	{ "learning_rate_schedule", "lr_schedule" },
	{ "schedule", "lr_schedule" },
	{ "reduce_lr", "reduce_lr_on_plateau" },
	{ "plateau", "reduce_lr_on_plateau" },
	{ "early_stop", "early_stopping" },
	{ "restore_best", "restore_best_weights" },
	{ "base_model", "backbone" },
	{ "encoder", "backbone" },
	{ "classifier", "head" },
	{ "top", "head" },
	{ "finetune", "phases" },
	{ "stages", "phases" },
	{ "kind", "type" },
	{ "name", "type" },
	{ "type", "name" },
	{ "inputs", "from" },
	{ "input", "from" },
	{ "callbacks", "early_stopping" },
	{ "out_channels", "filters" },
	{ "channels", "filters" },
	{ "kernel", "kernel_size" },
	{ "stride", "strides" },
	{ "pool", "pool_size" },
	{ "dilation", "dilation_rate" },
	{ "bias", "use_bias" },
	{ "out_features", "units" },
	{ "neurons", "units" },
	{ "nodes", "units" },
	{ "p", "rate" },
	{ "prob", "rate" },
	{ "dropout_rate", "rate" },
	{ "act", "activation" },
	{ "weight_initializer", "kernel_initializer" },
	{ "init", "kernel_initializer" },
	{ "conv", "conv2d" },
	{ "convolution2d", "conv2d" },
	{ "maxpool", "max_pooling2d" },
	{ "maxpool2d", "max_pooling2d" },
	{ "max_pool2d", "max_pooling2d" },
	{ "max_pool", "max_pooling2d" },
	{ "avgpool", "average_pooling2d" },
	{ "avg_pool2d", "average_pooling2d" },
	{ "avgpool2d", "average_pooling2d" },
	{ "gap", "global_average_pooling2d" },
	{ "global_avg_pool2d", "global_average_pooling2d" },
	{ "adaptive_avg_pool2d", "global_average_pooling2d" },
	{ "linear", "dense" },
	{ "fc", "dense" },
	{ "fully_connected", "dense" },
	{ "bn", "batch_normalization" },
	{ "batch_norm", "batch_normalization" },
	{ "batchnorm2d", "batch_normalization" },
	{ "batchnorm", "batch_normalization" },
	{ "relu", "re_lu" },
	{ "relu6", "re_lu" },
	{ "zero_pad2d", "zero_padding2d" },
	{ "concat", "concatenate" },
	{ "cifar", "cifar10" },
	{ "fmnist", "fashion_mnist" },
	{ "logsoftmax", "log_softmax" },
	{ "swish", "silu" },
	{ "xavier_uniform", "glorot_uniform" },
	{ "xavier_normal", "glorot_normal" },
	{ "kaiming_uniform", "he_uniform" },
	{ "kaiming_normal", "he_normal" },
	{ "xavier", "glorot_uniform" },
	{ "kaiming", "he_normal" },
	{ "cosine_decay", "cosine" },
	{ "cosine_annealing", "cosine" },
	{ "exponential_decay", "exponential" },
	{ "piecewise_constant", "piecewise" },
	{ "polynomial_decay", "polynomial" },
	{ "cosine_decay_restarts", "cosine_restarts" },
	{ "multistep", "piecewise" },
	{ "rescale", "zero_one" },
	{ "tf", "minus_one_one" },
	{ "grayscale", "gray" },
	{ "grey", "gray" },
	{ "decay_steps", "decay_epochs" },
	{ "first_decay_steps", "first_decay_epochs" },
	{ "warmup_steps", "warmup_epochs" },
	{ "warmup", "warmup_epochs" },
	{ "step_size", "every_epochs" },
	{ "gamma", "factor" },
	{ "milestones", "boundaries" },
	{ "workers", "threads" },
	{ "num_workers", "threads" },
	{ "jobs", "threads" },
	{ "memory", "memory_limit" },
	{ "blas", "matmul" },
	{ "notes", "description" },
	{ "confusion", "confusion_matrix" },
	{ "report", "classification_report" },
	{ "curves", "learning_curves" },
};

static size_t
hint_find(const char *name, const char *const *names, size_t n)
{
	size_t i = 0;
	while (i < n && strcmp(names[i], name) != 0)
		i++;
	return i;
}

/* Letters and digits alone, in lower case: Early-Stopping and early_stopping are one word. */
static void
hint_fold(const char *word, char out[HINT_FOLDED])
{
	size_t n = 0;
	for (; *word && n < HINT_FOLDED - 1; word++)
		if (isalnum((unsigned char)*word)) out[n++] = (char)tolower((unsigned char)*word);
	out[n] = '\0';
}

/* The name that word certainly means, or NULL. */
static const char *
hint_same(const char *word, const char *const *names, size_t n)
{
	char folded[HINT_FOLDED], other[HINT_FOLDED];
	hint_fold(word, folded);
	if (!folded[0]) return NULL;
	for (size_t i = 0; i < n; i++) {
		hint_fold(names[i], other);
		if (strcmp(folded, other) == 0) return names[i];
	}
	for (size_t i = 0; i < sizeof(hint_words) / sizeof(hint_words[0]); i++) {
		hint_fold(hint_words[i].other, other);
		if (strcmp(folded, other) != 0) continue;
		const size_t at = hint_find(hint_words[i].ours, names, n);
		if (at < n) return names[at];
	}
	return NULL;
}

static const char *
hint_did_you_mean(struct arena *a, const char *name)
{
	return arena_printf(a, "did you mean \"%s\"?", name);
}

const char *
field_nearest(const char *word, const char *const *names, size_t n)
{
	const char *same = hint_same(word, names, n);
	if (same || !word[0]) return same;
	const int near = suggest_nearest(word, names, n);
	return near >= 0 ? names[near] : NULL;
}

const char *
field_hint_near(struct arena *a, const char *word, const char *const *names, size_t n)
{
	const char *name = field_nearest(word, names, n);
	return name ? hint_did_you_mean(a, name) : NULL;
}

static const char *
hint_all(struct arena *a, const char *const *names, size_t n)
{
	struct str list = STR_INIT;
	for (size_t i = 0; i < n; i++)
		str_printf(&list, "%s%s", i ? ", " : "", names[i]);
	const char *text = n == 1 ? arena_printf(a, "only %s", str_text(&list))
					   : n    ? arena_printf(a, "one of: %s", str_text(&list))
							  : "none is known";
	str_free(&list);
	return text;
}

const char *
field_hint(struct arena *a, const char *word, const char *const *names, size_t n)
{
	const char *near = field_hint_near(a, word, names, n);
	return near ? near : hint_all(a, names, n);
}

const char *
field_hint_word(struct arena *a, const char *word, const struct field_word *words)
{
	size_t n = 0;
	while (words[n].name)
		n++;
	const char **names = ARENA_ARRAY(a, const char *, n);
	for (size_t i = 0; i < n; i++)
		names[i] = words[i].name;
	return field_hint_near(a, word, names, n);
}

/* ---- keys ---- */

struct hint_names {
	const char **v;
	size_t n;
};

static struct hint_names
hint_scope_names(struct field_reader *r, const struct field_scope *s)
{
	struct hint_names names = { NULL, 0 };
	size_t n = 1;
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			n++;
	names.v = ARENA_ARRAY(r->arena, const char *, n);
	if (field_scope_tag(s)) names.v[names.n++] = field_scope_tag(s);
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			names.v[names.n++] = f->key;
	return names;
}

/* "an argument of adam, nadam", when the key is one of other kinds of the family. */
static const char *
hint_other_kinds(struct field_reader *r, const struct field_scope *s, size_t at)
{
	const char *key = s->map->keys[at], *tag = field_scope_tag(s);
	struct str list = STR_INIT;
	const char *hint = NULL;
	for (const struct kind *const *k = s->family ? s->family->kinds : NULL; k && *k; k++)
		for (const struct field *f = (*k)->fields; f && f->key; f++)
			if (strcmp(f->key, key) == 0)
				str_printf(&list, "%s%s", list.len ? ", " : "", (*k)->name);
	const struct node *name = node_get(s->map, tag ? tag : "");
	if (list.len && name && strcmp(name->at.file, s->map->key_at[at].file) != 0)
		hint = arena_printf(r->arena,
			"it is inherited and belongs to %s; remove it by \"%s: null\"", str_text(&list), key);
	else if (list.len)
		hint = arena_printf(r->arena, "an argument of %s", str_text(&list));
	str_free(&list);
	return hint;
}

static struct field_index *
hint_index(struct field_reader *r)
{
	if (!r->index && r->root) {
		r->index = ARENA_NEW(r->arena, struct field_index);
		field_index_make(r->arena, r->root, r->index);
	}
	return r->index;
}

/* Is e's key known in the scope that the hint is for? Then e is that place itself. */
static bool
hint_is_here(const struct field_scope *s, const struct field_entry *e)
{
	for (int t = 0; t < FIELD_MAX_TABLES; t++)
		for (const struct field *f = s->table[t]; f && f->key; f++)
			if (f == e->field) return true;
	return false;
}

/* Where in the schema key stands, the places nearest the top: "belongs under training". */
static const char *
hint_elsewhere(struct field_reader *r, const struct field_scope *s, const char *key, bool name_it)
{
	const struct field_index *index = hint_index(r);
	const char *places[HINT_MAX_PLACES];
	int n = 0, depth = 0;
	for (size_t i = 0; index && i < index->n; i++) {
		const struct field_entry *e = &index->v[i];
		if (strcmp(e->field->key, key) != 0 || hint_is_here(s, e)) continue;
		if (n && e->depth > depth) continue;
		if (n && e->depth < depth) n = 0;
		depth = e->depth;
		if (hint_find(e->parent, places, (size_t)n) < (size_t)n) continue;
		if (n == HINT_MAX_PLACES) return NULL; /* it may stand in too many places to help */
		places[n++] = e->parent;
	}
	if (n == 0) return NULL;
	const char *subject = name_it ? arena_printf(r->arena, "\"%s\" ", key) : "";
	if (!places[0][0]) return arena_printf(r->arena, "%sbelongs at the top level", subject);
	const char *list = places[0];
	for (int i = 1; i < n; i++)
		list = arena_printf(r->arena, "%s%s%s", list, i + 1 < n ? ", " : " or ", places[i]);
	return arena_printf(r->arena, "%sbelongs under %s", subject, list);
}

/* The same for a key that is spelt another way or called by another word. */
static const char *
hint_elsewhere_by_other_word(struct field_reader *r, const struct field_scope *s, const char *key)
{
	const struct field_index *index = hint_index(r);
	char folded[HINT_FOLDED], other[HINT_FOLDED];
	hint_fold(key, folded);
	for (size_t i = 0; index && folded[0] && i < index->n; i++) {
		hint_fold(index->v[i].field->key, other);
		if (strcmp(folded, other) != 0) continue;
		const char *hint = hint_elsewhere(r, s, index->v[i].field->key, true);
		if (hint) return hint;
	}
	for (size_t i = 0; i < sizeof(hint_words) / sizeof(hint_words[0]); i++) {
		hint_fold(hint_words[i].other, other);
		if (strcmp(folded, other) != 0) continue;
		const char *hint = hint_elsewhere(r, s, hint_words[i].ours, true);
		if (hint) return hint;
	}
	return NULL;
}

static const char *
hint_colon(struct arena *a, const char *name)
{
	return arena_printf(a, "a colon is missing: write \"%s: …\"", name);
}

/* The key of "dataset {name: cifar10}", which lost its colon; NULL when there is no such. */
static const char *
hint_without_colon(struct field_reader *r, const struct hint_names *names, const char *key)
{
	const size_t len = strcspn(key, " ");
	if (!key[len]) return NULL;
	const size_t at = hint_find(arena_strndup(r->arena, key, len), names->v, names->n);
	return at < names->n ? names->v[at] : NULL;
}

const char *
field_hint_key(struct field_reader *r, const struct field_scope *s, size_t at)
{
	const char *key = s->map->keys[at], *hint;
	if (diags_errors(r->diags) > HINT_MAX_ERRORS) return NULL;
	if (strcmp(key, "<<") == 0) return "write \"extends: parent.yaml\" at the top level";
	const struct hint_names names = hint_scope_names(r, s);
	const char *bare = hint_without_colon(r, &names, key);
	if (bare) return hint_colon(r->arena, bare);
	const char *same = hint_same(key, names.v, names.n);
	if (same) return hint_did_you_mean(r->arena, same);
	const int near = suggest_nearest(key, names.v, names.n);
	if (near >= 0 && suggest_distance(key, names.v[near]) <= 1)
		return hint_did_you_mean(r->arena, names.v[near]);
	if (strcasecmp(key, "extends") == 0) return "\"extends\" belongs at the top level";
	if ((hint = hint_other_kinds(r, s, at))) return hint;
	if ((hint = hint_elsewhere(r, s, key, false))) return hint;
	/* Two edits of a short key make another one of it (sweep and seed). */
	if (near >= 0 && strlen(key) > HINT_SHORT) return hint_did_you_mean(r->arena, names.v[near]);
	if ((hint = hint_elsewhere_by_other_word(r, s, key))) return hint;
	return hint_all(r->arena, names.v, names.n);
}

bool
field_hint_offers(struct field_reader *r, const struct field_scope *s, const char *name)
{
	const char *asked = hint_did_you_mean(r->arena, name), *colon = hint_colon(r->arena, name);
	for (size_t i = 0; s->map && i < s->map->n; i++) {
		if (field_scope_knows(s, s->map->keys[i])) continue;
		const char *hint = field_hint_key(r, s, i);
		if (hint && (strcmp(hint, asked) == 0 || strcmp(hint, colon) == 0)) return true;
	}
	return false;
}
