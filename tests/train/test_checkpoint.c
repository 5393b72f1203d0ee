/* Checkpoints whose digest is right and whose state no run can have: set aside, never believed. */
#include <stdlib.h>
#include <string.h>

#include "support/tmpdir.h"
#include "tlrun/file.h"
#include "tlrun/hash.h"
#include "tlrun/weights.h"
#include "train/rig.h"
#include "train/suites.h"

/* 5 steps an epoch, without the images that validate; the run stops in the second epoch. */
static const char yaml[] =
	"dataset: {name: synthetic, num_classes: 3, train_samples: 96, test_samples: 30, "
	"image_size: 12, noise: 0.1}\n"
	"model: {layers: [flatten, dropout: {rate: 0.2}, dense: {units: num_classes, activation: "
	"softmax}]}\nevaluation: {metrics: [accuracy, macro_f1]}\n"
	"training: {batch_size: 18, epochs: 3, optimizer: adam}\n";
enum { STOP_AFTER = 8, METAS = 5 };

static struct tmpdir dir;

static void
setup(void)
{
	tmpdir_make(&dir);
}

static void
teardown(void)
{
	tmpdir_remove(&dir);
}

/* Write the checkpoint again, with the digest of what now stands in it. */
static void
reseal(const char *path, const struct safetensors *f)
{
	static const char *const key[METAS] = { "format", "config", "seed", "initial", "digest" };
	struct metadata m[METAS];
	char digest[HASH_HEX];
	struct err e = ERR_INIT;
	struct hash *h = hash_new();
	for (int i = 0; i < METAS; i++) {
		m[i] = (struct metadata){ key[i], safetensors_meta(f, key[i]) };
		if (i + 1 < METAS) hash_add(h, m[i].value, strlen(m[i].value) + 1);
	}
	const size_t n = safetensors_count(f);
	const struct tensor *const t = safetensors_at(f, 0);
	for (size_t i = 0; i < n; i++) {
		hash_add(h, t[i].name, strlen(t[i].name) + 1);
		if (t[i].bytes) hash_add(h, t[i].data, t[i].bytes);
	}
	hash_hex(h, digest);
	m[METAS - 1].value = digest;
	ck_assert_int_eq(safetensors_write(path, t, n, m, METAS, &e), OK);
}

/* A number of a tensor of the checkpoint exchanged for another. */
static const struct { const char *tensor; int at; long long value; bool good; } changes[] = {
	{ "counters", 2, 8, true },					/* steps, as it was */
	{ "counters", 2, 9, false },
	{ "counters", 2, 1LL << 56, false },
	{ "counters", 2, -1, false },
	{ "counters", 1, 2, false },				/* steps of the epoch */
	{ "counters", 3, -1, false },				/* epochs without an improvement */
	{ "counters", 3, 1LL << 40, false },
	{ "counters", 7, 1LL << 40, false },		/* the plateau's cooldown, and its wait */
	{ "counters", 8, -5, false },
	{ "counters", 9, 53, false },				/* images counted, and hits */
	{ "counters", 10, 55, false },
	{ "counters", 14, 1, false },				/* the first step of the phase */
	{ "counters", 15, 1, false },
	{ "confusion", 0, 1LL << 62, false },
	{ "confusion", 1, -1, false },
	{ "rank", 2, 9223372036854775807LL, false },
};
enum { CHANGES = sizeof changes / sizeof *changes };

START_TEST(a_resealed_checkpoint_of_an_impossible_state_is_set_aside)
{
	struct rig whole, r;
	struct err e = ERR_INIT;
	struct safetensors *f;
	const char *const path = tmpdir_path(&dir, "checkpoint");
	rig_open(&r, yaml);
	r.setup.checkpoint = path;
	r.stop_after = STOP_AFTER;
	ck_assert_int_eq(rig_run(&r), ERR_STOPPED);
	rig_close(&r);
	ck_assert_int_eq(safetensors_open(&f, path, &e), OK);
	struct tensor *const t = (struct tensor *)safetensors_find(f, changes[_i].tensor);
	long long *const own = malloc(t->bytes);
	memcpy(own, t->data, t->bytes);
	own[changes[_i].at] = changes[_i].value;
	t->data = own;
	reseal(path, f);
	rig_open(&whole, yaml);
	rig_ran(&whole);
	rig_open(&r, yaml);
	r.setup.checkpoint = path;
	rig_ran(&r);
	ck_assert_msg(!strstr(r.notes, ".aside") == changes[_i].good, "\"%s\"", r.notes);
	rig_same(&whole, &r);
	rig_close(&whole);
	rig_close(&r);
	safetensors_close(f);
	free(own);
}
END_TEST

Suite *
suite_checkpoint(void)
{
	Suite *s = suite_create("checkpoint");
	TCase *c = tcase_create("checkpoint");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, a_resealed_checkpoint_of_an_impossible_state_is_set_aside, 0, CHANGES);
	suite_add_tcase(s, c);
	return s;
}
