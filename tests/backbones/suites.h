/* The suites of the backbones floor. */
#ifndef BACKBONES_SUITES_H
#define BACKBONES_SUITES_H

#include <check.h>

Suite *suite_backbone_common(void);
Suite *suite_imagenet(void);
Suite *suite_mobilenet_v2(void);

#endif
