/* http_status.h - lists of status codes ("200-299,301") and days until a moment. Pure. */
#ifndef VIGIA_BASE_HTTP_STATUS_H
#define VIGIA_BASE_HTTP_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

bool http_status_is_sound(const char *list) NONNULL_ALL;
bool http_status_is_listed(const char *list, long status) NONNULL_ALL;

#endif
