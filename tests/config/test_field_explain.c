/* `explain`: keys by their paths and their ends, kinds by their names. */
#include <string.h>

#include "config/schema.h"
#include "config/suites.h"

static const struct {
	const char *topic, *text;
} cases[] = {
	{ "epochs", "training.epochs\n"
				"  how often the training set is seen\n"
				"\n"
				"  type     an integer of 1 or more\n"
				"  default  10\n"
				"  unit     epochs\n"
				"  example  epochs: 20\n" },
	{ "training.epochs", "training.epochs\n"
						 "  how often the training set is seen\n"
						 "\n"
						 "  type     an integer of 1 or more\n"
						 "  default  10\n"
						 "  unit     epochs\n"
						 "  example  epochs: 20\n" },
	{ "training",
		"training\n"
		"  how it is trained\n"
		"\n"
		"  type     a map of keys\n"
		"  default  none\n"
		"\n"
		"  epochs           how often the training set is seen (an integer of 1 or more; d"
		"efault 10)\n"
		"  batch_size       images in a step (an integer from 1 to 4096; default 32)\n"
		"  eval_batch_size  images in a step of evaluation (an integer of 1 or more; defau"
		"lt same as batch_size)\n"
		"  shuffle          another order each epoch (true or false; default true)\n"
		"  optimizer        who steps (the name of an optimizer, or a map with type; defau"
		"lt adam)\n"
		"  early_stopping   stop when it gets no better (a map of keys)\n"
		"  max_time         longest time of a run (a duration such as 90s, 30m or 1h30m)\n"
		"  phases           one after another (a list of one or more maps)\n" },
	{ "training.phases", "training.phases\n"
						 "  one after another\n"
						 "\n"
						 "  type     a list of one or more maps\n"
						 "  default  none\n"
						 "  example  phases: [{rounds: 3}]\n"
						 "\n"
						 "  name     what it is called (1 to 64 letters, digits, \".\", \"_\" or "
						 "\"-\", the first a letter or digit)\n"
						 "  rounds   how long it takes (an integer of 1 or more; required)\n"
						 "  ease     how easy it is (a number above 0)\n"
						 "  stepper  who steps instead (the name of an optimizer, or a map with "
						 "type)\n" },
	{ "training.phases.rounds", "training.phases.rounds\n"
								"  how long it takes\n"
								"\n"
								"  type     an integer of 1 or more\n"
								"  default  none; the key is required\n"
								"  unit     rounds\n"
								"  example  rounds: 4\n" },
	{ "phases.stepper.sgd.momentum", "training.phases.stepper.momentum (sgd)\n"
									 "  share kept\n"
									 "\n"
									 "  type     a number of 0 or more and below 1\n"
									 "  default  0\n" },
	{ "learning_rate", "learning_rate stands in 2 places:\n"
					   "  training.optimizer.learning_rate\n"
					   "  training.phases.stepper.learning_rate\n" },
	{ "training.optimizer", "training.optimizer\n"
							"  who steps\n"
							"\n"
							"  type     the name of an optimizer, or a map with type\n"
							"  default  adam\n"
							"\n"
							"  adam  Adam.\n"
							"  sgd   Steps along the gradient.\n" },
	{ "optimizer.momentum", "training.optimizer.momentum (sgd)\n"
							"  share kept\n"
							"\n"
							"  type     a number of 0 or more and below 1\n"
							"  default  0\n" },
	{ "training.optimizer.sgd.momentum", "training.optimizer.momentum (sgd)\n"
										 "  share kept\n"
										 "\n"
										 "  type     a number of 0 or more and below 1\n"
										 "  default  0\n" },
	{ "training.optimizer.sgd",
		"sgd (optimizer)\n"
		"  Steps along the gradient.\n"
		"\n"
		"  learning_rate  step size (a number above 0; default 0.01)\n"
		"  momentum       share kept (a number of 0 or more and below 1; default 0)\n"
		"  nesterov       look ahead (true or false; default false)\n" },
	{ "conv2d", "conv2d (layer)\n"
				"  Convolution.\n"
				"\n"
				"  filters      channels of the output (an integer of 1 or more, or num_classes; r"
				"equired)\n"
				"  kernel_size  window (an integer of 1 or more, or a pair [height, width]; requir"
				"ed)\n"
				"  strides      steps of the window (an integer of 1 or more, or a pair [height, w"
				"idth]; default [1, 1])\n"
				"  padding      what is put around (valid or same; default valid)\n"
				"  use_bias     add an offset (true or false; default true)\n"
				"\n"
				"  As every layer:\n"
				"  name  name of the layer (1 to 64 letters, digits, \".\", \"_\" or \"-\", the fi"
				"rst a letter or digit)\n"
				"  from  layers that it reads (text, or a list of such)\n"
				"\n"
				"  - conv2d: {filters: 8, kernel_size: 3}\n"
				"  - conv2d: {filters: 8, kernel_size: [3, 5], padding: same}\n" },
	{ "layers.flatten",
		"flatten (layer)\n"
		"  One row an image.\n"
		"\n"
		"  As every layer:\n"
		"  name  name of the layer (1 to 64 letters, digits, \".\", \"_\" or \"-\", the fi"
		"rst a letter or digit)\n"
		"  from  layers that it reads (text, or a list of such)\n" },
	{ "dropout", "dropout (layer)\n"
				 "  Drop at random.\n"
				 "\n"
				 "  rate  share of values dropped (a number of 0 or more and below 1; required)\n"
				 "\n"
				 "  As every layer:\n"
				 "  name  name of the layer (1 to 64 letters, digits, \".\", \"_\" or \"-\", the fi"
				 "rst a letter or digit)\n"
				 "  from  layers that it reads (text, or a list of such)\n" },
	{ "layers.dense.units", "layers.dense.units (dense)\n"
							"  outputs\n"
							"\n"
							"  type     an integer of 1 or more, or num_classes\n"
							"  default  none; the key is required\n"
							"  example  units: 10\n" },
	{ "units", "layers.dense.units (dense)\n"
			   "  outputs\n"
			   "\n"
			   "  type     an integer of 1 or more, or num_classes\n"
			   "  default  none; the key is required\n"
			   "  example  units: 10\n" },
	{ "optimizer.learning_rate", "training.optimizer.learning_rate (adam)\n"
					   "  step size\n"
					   "\n"
					   "  type     a number above 0\n"
					   "  default  0.001\n"
					   "  example  learning_rate: 1e-3\n"
					   "\n"
					   "training.optimizer.learning_rate (sgd)\n"
					   "  step size\n"
					   "\n"
					   "  type     a number above 0\n"
					   "  default  0.01\n" },
	{ "dataset.name",
		"dataset\n"
		"  the data\n"
		"\n"
		"  type     a map with name: the name of a dataset\n"
		"  default  none; the key is required\n"
		"\n"
		"  cifar10  Small pictures.\n"
		"  folder   One subfolder a class.\n"
		"\n"
		"  Every dataset also takes:\n"
		"  validation_split  part that validates (a number above 0 and below 1; default 0."
		"1)\n" },
	{ "dataset.folder.path", "dataset.path (folder)\n"
							 "  root of the images\n"
							 "\n"
							 "  type     text\n"
							 "  default  none; the key is required\n" },
	{ "layers", "layers\n"
				"  the network\n"
				"\n"
				"  type     a list of layers\n"
				"  default  none\n"
				"\n"
				"  conv2d          Convolution.\n"
				"  dense           Fully connected.\n"
				"  dropout         Drop at random.\n"
				"  flatten         One row an image.\n"
				"  zero_padding2d  Zeros around.\n"
				"\n"
				"  Every layer also takes:\n"
				"  name  name of the layer (1 to 64 letters, digits, \".\", \"_\" or \"-\", the fi"
				"rst a letter or digit)\n"
				"  from  layers that it reads (text, or a list of such)\n" },
	{ "padding", "padding stands in 2 places:\n"
				 "  layers.conv2d.padding\n"
				 "  layers.zero_padding2d.padding\n" },
	{ "name", "name\n"
			  "  folder of the results\n"
			  "\n"
			  "  type     1 to 64 letters, digits, \".\", \"_\" or \"-\", the first a letter or "
			  "digit\n"
			  "  default  none\n" },
	{ "version", "version\n"
				 "  format version\n"
				 "\n"
				 "  type     1\n"
				 "  default  none; the key is required\n" },
	{ "odd", "odd\n"
			 "  an odd one\n"
			 "\n"
			 "  type     an odd number\n"
			 "  default  7\n" },
	{ "reports", "reports\n"
				 "  what is written\n"
				 "\n"
				 "  type     confusion_matrix or calibration, or a list of such\n"
				 "  default  all\n" },
	{ "runtime.memory_limit", "runtime.memory_limit\n"
							  "  most memory taken\n"
							  "\n"
							  "  type     a size such as 512M or 2G, 1024 bytes or more\n"
							  "  default  none\n" },
};

START_TEST(topics_are_answered_from_the_table)
{
	struct str out = STR_INIT;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *near = "not set";
		str_clear(&out);
		ck_assert_msg(field_explain(toy_fields, cases[i].topic, &out, &near), "%s", cases[i].topic);
		ck_assert_str_eq(str_text(&out), cases[i].text);
		ck_assert_ptr_null(near);
	}
	str_free(&out);
}
END_TEST

START_TEST(unknown_topics_get_the_nearest_name)
{
	static const char *const unknown[][2] = {
		{ "epoch", "epochs" },
		{ "training.epocs", "epochs" },
		{ "lr", "learning_rate" },
		{ "Conv2D", "conv2d" },
		{ "optimizer.momentun", "momentum" },
		{ "training.foo.bar.baz", NULL },
		{ "zebra", NULL },
		{ "", NULL },
		{ ".", NULL },
		{ "raining", "training" },
	};
	struct str out = STR_INIT;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		const char *near = "not set";
		ck_assert_msg(!field_explain(toy_fields, unknown[i][0], &out, &near), "%s", unknown[i][0]);
		ck_assert_pstr_eq(near, unknown[i][1]);
		ck_assert_str_eq(str_text(&out), "");
	}
	str_free(&out);
}
END_TEST

Suite *
suite_field_explain(void)
{
	Suite *s = suite_create("field_explain");
	TCase *t = tcase_create("field_explain");
	tcase_add_test(t, topics_are_answered_from_the_table);
	tcase_add_test(t, unknown_topics_get_the_nearest_name);
	suite_add_tcase(s, t);
	return s;
}
