/* Keys that are missing or unknown, and the cure. */
#include "config/schema.h"
#include "config/suites.h"

#define HEAD "version: 1\ndataset: {name: cifar10}\n"

static const struct {
	const char *text, *errors;
} keys_of_the_top_level_cases[] = {
	{ "name: x\n", "x.yaml:1:1: error: missing key \"version\" in the experiment\n"
				   "    1 | name: x\n"
				   "      | ^~~~  version: format version\n"
				   "x.yaml:1:1: error: missing key \"dataset\" in the experiment\n"
				   "    1 | name: x\n"
				   "      | ^~~~  dataset: the data\n" },
	{ "version: null\n"
	  "dataset: null\n",
		"x.yaml:1:1: error: missing key \"version\" in the experiment\n"
		"    1 | version: null\n"
		"      | ^~~~~~~  version: format version\n"
		"x.yaml:2:1: error: missing key \"dataset\" in the experiment\n"
		"    2 | dataset: null\n"
		"      | ^~~~~~~  dataset: the data\n" },
	{ HEAD "foo: 1\n",
		"x.yaml:3:1: error: unknown key \"foo\" in the experiment\n"
		"    3 | foo: 1\n"
		"      | ^~~  one of: version, name, description, odd, dataset, layers, training, "
		"runtime, mean, seeds, classes, reports\n" },
	{ HEAD "verson: 1\n", "x.yaml:3:1: error: unknown key \"verson\" in the experiment\n"
						  "    3 | verson: 1\n"
						  "      | ^~~~~~  did you mean \"version\"?\n" },
	{ HEAD "<<: {a: 1}\n", "x.yaml:3:1: error: unknown key \"<<\" in the experiment\n"
						   "    3 | <<: {a: 1}\n"
						   "      | ^~  write \"extends: parent.yaml\" at the top level\n" },
	{ HEAD "Extends: x\n", "x.yaml:3:1: error: unknown key \"Extends\" in the experiment\n"
						   "    3 | Extends: x\n"
						   "      | ^~~~~~~  \"extends\" belongs at the top level\n" },
	{ HEAD "epochs: 3\n", "x.yaml:3:1: error: unknown key \"epochs\" in the experiment\n"
						  "    3 | epochs: 3\n"
						  "      | ^~~~~~  belongs under training\n" },
	{ HEAD "max_epochs: 3\n", "x.yaml:3:1: error: unknown key \"max_epochs\" in the experiment\n"
							  "    3 | max_epochs: 3\n"
							  "      | ^~~~~~~~~~  \"epochs\" belongs under training\n" },
	{ HEAD "lr: 1\n", "x.yaml:3:1: error: unknown key \"lr\" in the experiment\n"
					  "    3 | lr: 1\n"
					  "      | ^~  \"learning_rate\" belongs under training.optimizer\n" },
	{ HEAD "learning-rate: 1\n",
		"x.yaml:3:1: error: unknown key \"learning-rate\" in the experiment\n"
		"    3 | learning-rate: 1\n"
		"      | ^~~~~~~~~~~~~  \"learning_rate\" belongs under training.optimizer\n" },
	{ HEAD "patience: 3\n", "x.yaml:3:1: error: unknown key \"patience\" in the experiment\n"
							"    3 | patience: 3\n"
							"      | ^~~~~~~~  belongs under training.early_stopping\n" },
	{ HEAD "rounds: 3\n", "x.yaml:3:1: error: unknown key \"rounds\" in the experiment\n"
						  "    3 | rounds: 3\n"
						  "      | ^~~~~~  belongs under training.phases\n" },
	{ HEAD "units: 3\n", "x.yaml:3:1: error: unknown key \"units\" in the experiment\n"
						 "    3 | units: 3\n"
						 "      | ^~~~~  belongs under layers.dense\n" },
	{ HEAD "padding: 3\n",
		"x.yaml:3:1: error: unknown key \"padding\" in the experiment\n"
		"    3 | padding: 3\n"
		"      | ^~~~~~~  belongs under layers.conv2d or layers.zero_padding2d\n" },
	{ HEAD "threads: 3\n", "x.yaml:3:1: error: unknown key \"threads\" in the experiment\n"
						   "    3 | threads: 3\n"
						   "      | ^~~~~~~  belongs under runtime\n" },
	{ HEAD "EarlyStopping: {}\n",
		"x.yaml:3:1: error: unknown key \"EarlyStopping\" in the experiment\n"
		"    3 | EarlyStopping: {}\n"
		"      | ^~~~~~~~~~~~~  \"early_stopping\" belongs under training\n" },
	{ HEAD "\"a\\nb\": 1\n",
		"x.yaml:3:1: error: unknown key \"a b\" in the experiment\n"
		"    3 | \"a\\nb\": 1\n"
		"      | ^~~~~~  one of: version, name, description, odd, dataset, layers, trainin"
		"g, runtime, mean, seeds, classes, reports\n" },
	{ HEAD "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: 1\n",
		"x.yaml:3:1: error: unknown key \"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…\" in t"
		"he experiment\n"
		"    3 | kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk: 1\n"
		"      | ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~  one of: version, name, "
		"description, odd, dataset, layers, training, runtime, mean, seeds, classes, repor"
		"ts\n" },
	{ HEAD "\"\": 1\n", "x.yaml:3:1: error: nothing stands where a key is expected\n"
						"    3 | \"\": 1\n"
						"      | ^~  write key: value\n" },
};

START_TEST(keys_of_the_top_level)
{
	for (size_t i = 0;
		 i < sizeof(keys_of_the_top_level_cases) / sizeof(keys_of_the_top_level_cases[0]); i++)
		toy_expect(keys_of_the_top_level_cases[i].text, keys_of_the_top_level_cases[i].errors);
}
END_TEST

static const struct {
	const char *text, *errors;
} keys_of_inner_maps_cases[] = {
	{ HEAD "training: {extends: x}\n",
		"x.yaml:3:12: error: unknown key \"extends\" in training\n"
		"    3 | training: {extends: x}\n"
		"      |            ^~~~~~~  \"extends\" belongs at the top level\n" },
	{ HEAD "training: {lr: 1}\n",
		"x.yaml:3:12: error: unknown key \"lr\" in training\n"
		"    3 | training: {lr: 1}\n"
		"      |            ^~  \"learning_rate\" belongs under training.optimizer\n" },
	{ HEAD "training: {learning_rate: 1}\n",
		"x.yaml:3:12: error: unknown key \"learning_rate\" in training\n"
		"    3 | training: {learning_rate: 1}\n"
		"      |            ^~~~~~~~~~~~~  belongs under training.optimizer\n" },
	{ HEAD "training: {Batch-Size: 3}\n",
		"x.yaml:3:12: error: unknown key \"Batch-Size\" in training\n"
		"    3 | training: {Batch-Size: 3}\n"
		"      |            ^~~~~~~~~~  did you mean \"batch_size\"?\n" },
	{ HEAD "training: {batchsize: 3}\n",
		"x.yaml:3:12: error: unknown key \"batchsize\" in training\n"
		"    3 | training: {batchsize: 3}\n"
		"      |            ^~~~~~~~~  did you mean \"batch_size\"?\n" },
	{ HEAD "training: {batch: 3}\n", "x.yaml:3:12: error: unknown key \"batch\" in training\n"
									 "    3 | training: {batch: 3}\n"
									 "      |            ^~~~~  did you mean \"batch_size\"?\n" },
	{ HEAD "training: {max_epochs: 3}\n",
		"x.yaml:3:12: error: unknown key \"max_epochs\" in training\n"
		"    3 | training: {max_epochs: 3}\n"
		"      |            ^~~~~~~~~~  did you mean \"epochs\"?\n" },
	{ HEAD "training: {epoch: 3}\n", "x.yaml:3:12: error: unknown key \"epoch\" in training\n"
									 "    3 | training: {epoch: 3}\n"
									 "      |            ^~~~~  did you mean \"epochs\"?\n" },
	{ HEAD "training: {patience: 3}\n",
		"x.yaml:3:12: error: unknown key \"patience\" in training\n"
		"    3 | training: {patience: 3}\n"
		"      |            ^~~~~~~~  belongs under training.early_stopping\n" },
	{ HEAD "training: {earlystopping: {}}\n",
		"x.yaml:3:12: error: unknown key \"earlystopping\" in training\n"
		"    3 | training: {earlystopping: {}}\n"
		"      |            ^~~~~~~~~~~~~  did you mean \"early_stopping\"?\n" },
	{ HEAD "training: {dataset: {}}\n", "x.yaml:3:12: error: unknown key \"dataset\" in training\n"
										"    3 | training: {dataset: {}}\n"
										"      |            ^~~~~~~  belongs at the top level\n" },
	{ HEAD "training: {opt: sgd}\n", "x.yaml:3:12: error: unknown key \"opt\" in training\n"
									 "    3 | training: {opt: sgd}\n"
									 "      |            ^~~  did you mean \"optimizer\"?\n" },
	{ HEAD "training: {shufle: true}\n", "x.yaml:3:12: error: unknown key \"shufle\" in training\n"
										 "    3 | training: {shufle: true}\n"
										 "      |            ^~~~~~  did you mean \"shuffle\"?\n" },
	{ HEAD "training: {zzz: 1}\n",
		"x.yaml:3:12: error: unknown key \"zzz\" in training\n"
		"    3 | training: {zzz: 1}\n"
		"      |            ^~~  one of: epochs, batch_size, eval_batch_size, shuffle, opt"
		"imizer, early_stopping, max_time, phases\n" },
	{ HEAD "training: {validation_split: 0.2}\n",
		"x.yaml:3:12: error: unknown key \"validation_split\" in training\n"
		"    3 | training: {validation_split: 0.2}\n"
		"      |            ^~~~~~~~~~~~~~~~  belongs under dataset\n" },
	{ HEAD "training: {optimizer: {type: adam, lr: 1}}\n",
		"x.yaml:3:36: error: unknown key \"lr\" in adam\n"
		"    3 | training: {optimizer: {type: adam, lr: 1}}\n"
		"      |                                    ^~  did you mean \"learning_rate\"?\n" },
	{ HEAD "training: {optimizer: {type: adam, lr0: 1}}\n",
		"x.yaml:3:36: error: unknown key \"lr0\" in adam\n"
		"    3 | training: {optimizer: {type: adam, lr0: 1}}\n"
		"      |                                    ^~~  did you mean \"learning_rate\"?\n" },
	{ HEAD "training: {optimizer: {type: adam, beta1: 1}}\n",
		"x.yaml:3:36: error: unknown key \"beta1\" in adam\n"
		"    3 | training: {optimizer: {type: adam, beta1: 1}}\n"
		"      |                                    ^~~~~  did you mean \"beta_1\"?\n" },
	{ HEAD "training: {optimizer: {type: sgd, wd: 1}}\n",
		"x.yaml:3:35: error: unknown key \"wd\" in sgd\n"
		"    3 | training: {optimizer: {type: sgd, wd: 1}}\n"
		"      |                                   ^~  one of: type, learning_rate, moment"
		"um, nesterov\n" },
	{ HEAD "training: {early_stopping: {patience: 1, epochs: 3}}\n",
		"x.yaml:3:42: error: unknown key \"epochs\" in early_stopping\n"
		"    3 | training: {early_stopping: {patience: 1, epochs: 3}}\n"
		"      |                                          ^~~~~~  belongs under training\n" },
	{ HEAD "training: {early_stopping: {patince: 1}}\n",
		"x.yaml:3:29: error: unknown key \"patince\" in early_stopping\n"
		"    3 | training: {early_stopping: {patince: 1}}\n"
		"      |                             ^~~~~~~  did you mean \"patience\"?\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 1, stride: 2}]\n",
		"x.yaml:3:47: error: unknown key \"stride\" in conv2d\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 1, stride: 2}]\n"
		"      |                                               ^~~~~~  did you mean \"stri"
		"des\"?\n" },
	{ HEAD "layers: [conv2d: {out_channels: 1, kernel: 1}]\n",
		"x.yaml:3:19: error: unknown key \"out_channels\" in conv2d\n"
		"    3 | layers: [conv2d: {out_channels: 1, kernel: 1}]\n"
		"      |                   ^~~~~~~~~~~~  did you mean \"filters\"?\n"
		"x.yaml:3:36: error: unknown key \"kernel\" in conv2d\n"
		"    3 | layers: [conv2d: {out_channels: 1, kernel: 1}]\n"
		"      |                                    ^~~~~~  did you mean \"kernel_size\"?\n" },
	{ HEAD "layers: [conv2d: {filters: 1, kernel_size: 1, units: 2}]\n",
		"x.yaml:3:47: error: unknown key \"units\" in conv2d\n"
		"    3 | layers: [conv2d: {filters: 1, kernel_size: 1, units: 2}]\n"
		"      |                                               ^~~~~  an argument of dense"
		"\n" },
	{ HEAD "layers: [dropout: {p: 0.5}]\n",
		"x.yaml:3:20: error: unknown key \"p\" in dropout\n"
		"    3 | layers: [dropout: {p: 0.5}]\n"
		"      |                    ^  did you mean \"rate\"?\n" },
	{ HEAD "layers: [dense: {units: 3, bias: true}]\n",
		"x.yaml:3:28: error: unknown key \"bias\" in dense\n"
		"    3 | layers: [dense: {units: 3, bias: true}]\n"
		"      |                            ^~~~  \"use_bias\" belongs under layers.conv2d"
		"\n" },
	{ HEAD "runtime: {jobs: 3}\n", "x.yaml:3:11: error: unknown key \"jobs\" in runtime\n"
								   "    3 | runtime: {jobs: 3}\n"
								   "      |           ^~~~  did you mean \"threads\"?\n" },
};

START_TEST(keys_of_inner_maps)
{
	for (size_t i = 0; i < sizeof(keys_of_inner_maps_cases) / sizeof(keys_of_inner_maps_cases[0]);
		 i++)
		toy_expect(keys_of_inner_maps_cases[i].text, keys_of_inner_maps_cases[i].errors);
}
END_TEST

Suite *
suite_field_key(void)
{
	Suite *s = suite_create("field_key");
	TCase *t = tcase_create("field_key");
	tcase_add_test(t, keys_of_the_top_level);
	tcase_add_test(t, keys_of_inner_maps);
	suite_add_tcase(s, t);
	return s;
}
