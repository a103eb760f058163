/* snmp_device.h - what is known of one SNMP agent (an address and a port), kept from ask to ask: how much one answer of it
 * holds, its engine, its users' keys. The driver (snmp_io) hangs its queue here. Devices that nobody asked for long are
 * forgotten. */
#ifndef VIGIA_PROBING_SNMP_DEVICE_H
#define VIGIA_PROBING_SNMP_DEVICE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/sha256.h"
#include "checks/snmp_ask.h"
#include "probing/snmp_size.h"

struct snmp_envelope;
struct snmp_keys;
struct snmp_run;
struct snmp_user;

enum { SNMP_TABLES_MAX = 64, SNMP_USERS_MAX = 4, SNMP_ENGINE_ID_MAX = 32 };

union snmp_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};
/* False: the text is no numeric address. */
bool snmp_address_parse(const char *text, uint16_t port, union snmp_address *ret) NONNULL_ALL;
bool snmp_address_eq(const union snmp_address *a, const union snmp_address *b) NONNULL_ALL;
void snmp_address_format(const union snmp_address *a, char *dst, size_t size) NONNULL_ALL;
socklen_t snmp_address_size(const union snmp_address *a) NONNULL_ALL;

struct snmp_engine {
	uint8_t id[SNMP_ENGINE_ID_MAX];
	uint8_t id_size; /* 0 = not known */
	uint32_t boots, time;
	int64_t at_us; /* when its clock said so */
};
struct snmp_table {
	uint64_t key; /* of the OID above its columns */
	struct snmp_size size;
};
struct snmp_held_user { /* keys for an engine, by who it is */
	struct sha256 print;
	struct snmp_user *user;
	uint64_t used;
	bool answered; /* the device has accepted these keys */
};

struct snmp_device {
	union snmp_address address;
	struct snmp_size oids; /* of a GET */
	struct snmp_table *tables;
	size_t table_count, table_cap, table_next; /* the one to give way */
	struct snmp_engine engine;
	uint32_t engines_seen, engines_told; /* how often another one, or older boots, were found */
	uint32_t malformed; /* packets of it */
	uint32_t silent_v3; /* requests in a row */
	struct snmp_held_user users[SNMP_USERS_MAX];
	uint64_t user_clock;
	int64_t used_us;
	/* Of the driver */
	struct snmp_run *first, *last; /* in the order of their turns */
	unsigned in_flight, runs;
	bool discovering, waiting;
	struct snmp_device *next_waiting;
	/* Of the set */
	struct snmp_device *next_in_bucket, *newer, *older;
};

struct snmp_devices {
	struct snmp_device **buckets;
	size_t bucket_count, count;
	struct snmp_device *newest, *oldest; /* by use */
};

void snmp_devices_init(struct snmp_devices *s) NONNULL_ALL;
void snmp_devices_release(struct snmp_devices *s) NONNULL_ALL;
/* Found or made; its use is noted. Others that are idle for a day (or if there are too many, the longest idle) go. */
struct snmp_device *snmp_devices_use(struct snmp_devices *s, const union snmp_address *a,
				     int64_t now_us) NONNULL_ALL;
struct snmp_device *snmp_devices_find(const struct snmp_devices *s,
				      const union snmp_address *a) NONNULL_ALL;

/* What one answer holds of the table above `column`. */
struct snmp_size *snmp_device_table(struct snmp_device *d, struct snmp_oid column, unsigned start,
				    unsigned most) NONNULL(1);
/* What its engine says of itself, authentic or not. True: it is another than before (then the keys are forgotten too), or
 * its boots went back. */
bool snmp_device_set_engine(struct snmp_device *d, const struct snmp_envelope *e,
			    int64_t now_us) NONNULL_ALL;
/* An authentic message moves the engine's clock on. */
void snmp_device_hear(struct snmp_device *d, const struct snmp_envelope *e,
		      int64_t now_us) NONNULL_ALL;
uint32_t snmp_engine_time(const struct snmp_engine *e, int64_t now_us) NONNULL_ALL;
/* The keys of a target's user at this engine, made if need be. NULL: they cannot be used, *ret_why says why. */
struct snmp_held_user *snmp_device_user(struct snmp_device *d, struct snmp_keys *keys,
					const struct snmp_target *t, const struct sha256 *print,
					const char **ret_why) NONNULL_ALL;
/* The device has answered as this user. */
bool snmp_device_has_accepted(const struct snmp_device *d, const struct sha256 *print) NONNULL_ALL;

#endif
