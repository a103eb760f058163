/* heard.h - notifications for tests, written down as text. */
#ifndef VIGIA_TESTS_SUPPORT_HEARD_H
#define VIGIA_TESTS_SUPPORT_HEARD_H

#include "base/arena.h"
#include "checks/notification.h"

/* "OID=value" texts, NULL at the end: a value of digits is a number, else text. From 192.0.2.1. */
struct notification heard_of(struct arena *a, const char *oid, const char *const *varbinds);
#define HEARD(a, oid, ...) heard_of(a, oid, (const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})
struct snmp_oid heard_oid(struct arena *a, const char *text);

#endif
