#include "train/suites.h"
Suite *suite_trainer(void) { return suite_create("trainer"); }
