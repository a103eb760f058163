/* snmp_user.h - a version 3 user as one engine knows it (RFC 3414): name, level, keys localised to that engine. The
 * library keeps users and engines' clocks in lists of the whole process, found by engine and name; here they stand in them
 * only while a message of theirs is written or read (snmp_user_enter .. snmp_user_leave), so that two devices with the same
 * engine (cloned machines), or one user with two pass phrases, do not disturb each other, and no list is ever long.
 *
 * A pass phrase costs 2 ms to stretch (RFC 3414 A.2): done once for each pass phrase and hash, and kept by snmp_keys. */
#ifndef VIGIA_PROBING_SNMP_USER_H
#define VIGIA_PROBING_SNMP_USER_H

#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/sha256.h"
#include "checks/snmp_ask.h"

struct snmp_keys; /* stretched pass phrases, wiped when they go */
struct snmp_user;

struct snmp_keys *snmp_keys_new(void) __attribute__((returns_nonnull));
void snmp_keys_free(struct snmp_keys *k); /* accepts NULL */

/* Tells apart whoever is asked as: user, level, protocols, pass phrases; not the context. */
struct sha256 snmp_user_print(const struct snmp_keys *k, const struct snmp_target *t) NONNULL_ALL;
/* NULL: these credentials cannot be used, *ret_why says why. */
struct snmp_user *snmp_user_new(struct snmp_keys *k, const struct snmp_target *t,
				const uint8_t *engine, size_t engine_size,
				const char **ret_why) NONNULL_ALL;
void snmp_user_free(struct snmp_user *u); /* accepts NULL; wipes the keys */

/* The library's lists hold the user, and the engine's clock as given; one user at a time. */
void snmp_user_enter(struct snmp_user *u, uint32_t boots, uint32_t time) NONNULL_ALL;
void snmp_user_leave(struct snmp_user *u) NONNULL_ALL;
/* The library's session (netsnmp_session), for the codec. */
void *snmp_user_session(struct snmp_user *u) NONNULL_ALL;

#endif
