/* Reading the maps of the train floor from a few lines of YAML. */
#include "train/experiment.h"

#include <check.h>
#include <string.h>

void
experiment_read(struct experiment_text *x, const char *yaml)
{
	memset(x, 0, sizeof *x);
	x->arena = arena_new();
	x->diags = diags_new();
	x->reader = (struct field_reader){ .arena = x->arena, .diags = x->diags };
	document_parse(x->arena, "test.yaml", yaml, strlen(yaml), &x->root, x->diags);
	if (!x->root) return;
	const bool good = field_read(&x->reader, training_fields, node_get(x->root, "training"),
	    "training", &x->training);
	if (field_read(&x->reader, evaluation_fields, node_get(x->root, "evaluation"), "evaluation",
	    &x->evaluation) && good)
		training_check(&x->reader, x->root, &x->training, &x->evaluation);
}

void
experiment_open(struct experiment_text *x, const char *yaml)
{
	experiment_read(x, yaml);
	if (diags_errors(x->diags) == 0) return;
	struct str out = STR_INIT;
	diags_format(x->diags, false, &out);
	ck_abort_msg("%s", str_text(&out));
}

void
experiment_close(struct experiment_text *x)
{
	diags_free(x->diags);
	arena_free(x->arena);
}

void
experiment_refused(const char *yaml, const char *words)
{
	struct experiment_text x;
	struct str out = STR_INIT;
	experiment_read(&x, yaml);
	diags_format(x.diags, false, &out);
	ck_assert_msg(diags_errors(x.diags) > 0, "accepted: %s", yaml);
	ck_assert_msg(strstr(str_text(&out), words) != NULL, "%s does not say \"%s\"", str_text(&out),
	    words);
	str_free(&out);
	experiment_close(&x);
}
