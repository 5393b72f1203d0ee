#include "train/suites.h"
Suite *suite_runs(void) { return suite_create("runs"); }
