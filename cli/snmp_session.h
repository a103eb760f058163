/* snmp_session.h - a device that a command asks over SNMP from here, on a loop of its own: who is asked and as whom comes from
 * the command line (HOST[:PORT] and KEY=VALUE of checks/snmp_params.h), secrets from --secrets. */
#ifndef VIGIA_CLI_SNMP_SESSION_H
#define VIGIA_CLI_SNMP_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "checks/check.h"
#include "checks/snmp_ask.h"
#include "checks/snmp_params.h"
#include "cli/options.h"

struct snmp_io;
struct uv_loop_s;

struct snmp_session {
	struct uv_loop_s *loop; /* owned */
	struct snmp_io *io;
	struct arena *arena; /* of the parameters: holds secrets, wiped when it is closed */
	struct snmp_params params;
	struct snmp_target target;
	char address[ADDRESS_TEXT_SIZE];
	bool over;
};

/* The arguments that are KEY=VALUE begin here; those before are the command's own. */
size_t snmp_session_first_key(const struct options *o) NONNULL_ALL;
/* Reads the keys (args[from] and on), finds the address of args[0]. On failure nothing is to be closed. */
enum err snmp_session_open(struct snmp_session *s, const struct options *o, size_t from,
			   struct err_info *info) NONNULL_ALL MUST_CHECK;
/* Asks and waits. ERR_TIMEOUT and the like with a sentence for people when nothing was answered at all. */
enum err snmp_session_ask(struct snmp_session *s, struct snmp_ask *ask, int64_t within_us,
			  bool english, struct err_info *info) NONNULL_ALL MUST_CHECK;
void snmp_session_close(struct snmp_session *s) NONNULL_ALL;

#endif
