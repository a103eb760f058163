/* host_units.h - systemd's word on units: one dialogue over the system's D-Bus (D-Bus specification 0.38+, systemd's
 * org.freedesktop.systemd1(5)), written and read here so that no process is started and nothing waits. Pure: bytes in and
 * out; who calls owns the socket. The whole question is sent at once: authentication, Hello, ListUnitsByNames. */
#ifndef VIGIA_CHECKS_HOST_UNITS_H
#define VIGIA_CHECKS_HOST_UNITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

enum { HOST_UNITS_MAX = 32, HOST_UNITS_ANSWER_MAX = 256 << 10, HOST_UNIT_TEXT = 128 };

enum host_units_state {
	HOST_UNITS_MORE, /* the answer is not complete */
	HOST_UNITS_DONE,
	HOST_UNITS_REFUSED, /* by the bus or by systemd; `text` says how */
	HOST_UNITS_MALFORMED
};
struct host_units {
	uint32_t told, down; /* units in the answer; of these not active */
	char text
		[HOST_UNIT_TEXT]; /* of those that are down: "nginx.service failed" ..., or of a refusal */
};

/* A name of a unit; without a suffix it is a service's. */
bool host_units_is_name(struct slice name);
/* The question for `units` (a list of PARAM_TYPE_LIST, names that are valid), asked by user `uid`. */
void host_units_ask(struct buf *out, uint32_t uid, const char *units) NONNULL_ALL;
/* What has been received so far, from the first byte. */
enum host_units_state host_units_read(struct slice in, struct host_units *ret) NONNULL(2);

#endif
