/* snmp_work.h - one ask (checks/snmp_ask.h) as requests, and their answers as rows. Decides what is asked next and how much
 * at once; no socket, no clock.
 *
 * GETs go as many in a request as the device bears. Columns of one table (the same OID above them) are walked side by side
 * in one GETBULK, so that a row's cells are of one moment; version 1 gets GETNEXT. A walk ends when it leaves its column,
 * at endOfMibView, when an OID is not greater than the last (it would never end), and at rows_max. */
#ifndef VIGIA_PROBING_SNMP_WORK_H
#define VIGIA_PROBING_SNMP_WORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "checks/snmp_ask.h"
#include "probing/snmp_codec.h"

struct snmp_device;
struct snmp_work;

enum { SNMP_BATCH_MAX = 100, SNMP_PACKET_WISHED = 1400 };

/* What one request asks. */
struct snmp_batch {
	enum snmp_operation operation;
	uint16_t count, repetitions;
	uint16_t silent; /* the varbinds of a larger try that met silence, 0 = none */
	uint16_t items[SNMP_BATCH_MAX];
};

/* Clears the answers of the ask. */
struct snmp_work *snmp_work_new(struct snmp_ask *ask) NONNULL_ALL __attribute__((returns_nonnull));
/* What was answered is in the ask's arena then; items that have no end get `end` if they were asked. */
void snmp_work_free(struct snmp_work *w, enum snmp_end end) NONNULL_ALL;

/* The next request; false: nothing is to be asked now. */
bool snmp_work_next(struct snmp_work *w, struct snmp_device *d, struct snmp_batch *ret) NONNULL_ALL;
/* Its OIDs, `count` of them. */
void snmp_work_oids(const struct snmp_work *w, const struct snmp_batch *b,
		    struct snmp_oid oids[SNMP_BATCH_MAX]) NONNULL_ALL;
/* A try met silence: makes the next try smaller, the smallest if it is the last. False: it stays as it is. */
bool snmp_work_shrink(struct snmp_work *w, struct snmp_device *d, struct snmp_batch *b,
		      bool last) NONNULL_ALL;
/* False: it is no answer to what was asked. */
bool snmp_work_answer(struct snmp_work *w, struct snmp_device *d, const struct snmp_batch *b,
		      const struct snmp_answer *a) NONNULL_ALL;
/* No try was answered. */
void snmp_work_silent(struct snmp_work *w, struct snmp_device *d,
		      const struct snmp_batch *b) NONNULL_ALL;
/* Ends whatever the batch asks. */
void snmp_work_end(struct snmp_work *w, const struct snmp_batch *b, enum snmp_end end) NONNULL_ALL;

/* Every item has its end. */
bool snmp_work_is_done(const struct snmp_work *w) NONNULL_ALL;
/* Something is to be asked. */
bool snmp_work_has_open(const struct snmp_work *w) NONNULL_ALL;

#endif
