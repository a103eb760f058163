/* snmp_by_hand.h - a device of a few rows that answers asks at once, without a network: for what asks and works out. */
#ifndef VIGIA_TESTS_SUPPORT_SNMP_BY_HAND_H
#define VIGIA_TESTS_SUPPORT_SNMP_BY_HAND_H

#include "base/arena.h"
#include "checks/snmp_ask.h"

enum { HAND_ROWS_MAX = 2048, HAND_FAULTS_MAX = 8 };
/* Tags as on the wire. */
enum {
	HAND_INTEGER = 0x02,
	HAND_COUNTER32 = 0x41,
	HAND_GAUGE32 = 0x42,
	HAND_TICKS = 0x43,
	HAND_COUNTER64 = 0x46
};

struct hand_device {
	struct arena *arena;
	struct snmp_row rows[HAND_ROWS_MAX]; /* in order */
	size_t count;
	struct {
		struct snmp_oid oid;
		enum snmp_end end;
	} faults[HAND_FAULTS_MAX]; /* how what is asked of this oid ends */
	size_t fault_count;
	enum outcome outcome; /* not OK: nothing is answered */
	bool identity_changed; /* told once */
	unsigned asks, walks, gets; /* so far: asks, and the items in them */
};

void hand_begin(struct hand_device *d);
void hand_end(struct hand_device *d);
struct snmp_oid hand_oid(struct hand_device *d, const char *text);
/* Sets or replaces. */
void hand_number(struct hand_device *d, const char *oid, uint8_t tag, uint64_t number);
void hand_signed(struct hand_device *d, const char *oid, int64_t number);
void hand_text(struct hand_device *d, const char *oid, const char *text);
void hand_value(struct hand_device *d, const char *oid, struct snmp_value v);
void hand_remove(struct hand_device *d, const char *oid);
/* SNMP_END_WHOLE: no fault any more. */
void hand_fault(struct hand_device *d, const char *oid, enum snmp_end end);
void hand_answer(struct hand_device *d, struct snmp_ask *ask);

#endif
