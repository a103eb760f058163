/* trap_packets.h - what the real snmptrap and snmpinform (net-snmp 5.9.3) send, as hexadecimal. Community traplab; engine
 * 8000000001020304, boots 5, time 1000; users trapuser (SHA-256 auth-secret-1, AES priv-secret-1), informuser (SHA auth-secret-1). */
#ifndef VIGIA_TESTS_SUPPORT_TRAP_PACKETS_H
#define VIGIA_TESTS_SUPPORT_TRAP_PACKETS_H

#include "base/slice.h"

extern const char packet_v1_trap[];
extern const char packet_v2_trap[];
extern const char packet_v2_inform[];
extern const char packet_v3_trap[];
extern const char packet_v3_old[];
extern const char packet_v3_wrong[];
extern const char packet_v3_open[];
extern const char packet_v3_nobody[];
extern const char packet_v3_engine[];
extern const char packet_v3_ask[];
extern const char packet_get[];

/* The bytes, until the next call. */
struct slice packet_of(const char *hex);

#endif
