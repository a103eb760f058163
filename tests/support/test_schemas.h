/* test_schemas.h - check types for tests of layers below checks/: the tables of icmp, http and tcp in
 * small. */
#ifndef VIGIA_TESTS_SUPPORT_TEST_SCHEMAS_H
#define VIGIA_TESTS_SUPPORT_TEST_SCHEMAS_H

#include "base/schema.h"

extern const struct schema_list test_schemas_list;

#endif
