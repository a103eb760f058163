/* trap_codec.h - packets of SNMP traps and informs to notifications (checks/notification.h), by net-snmp's decoder, and what
 * is to be answered: an inform's response, and in version 3 the Reports by which a sender of informs learns our engine and
 * its clock (RFC 3414 3.2, 4). Which engine, which user, how well protected is settled here before and after the library;
 * it keeps nobody in its lists between two packets. No socket, no clock. */
#ifndef VIGIA_PROBING_TRAP_CODEC_H
#define VIGIA_PROBING_TRAP_CODEC_H

#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/slice.h"
#include "checks/notification.h"
#include "probing/snmp_envelope.h"

/* Why a packet is not taken. X(symbol, word) */
#define TRAP_DROPS(X)                                                                              \
	X(STRANGER, "stranger") /* from an address of no check */                                  \
	X(FLOOD, "flood") /* its sender sends too much */                                          \
	X(COMMUNITY, "community") /* not one of ours */                                            \
	X(ENGINE, "engine") /* of an engine that no user is configured for */                      \
	X(USER, "user") /* unknown at that engine */                                               \
	X(AUTH, "auth") /* wrong keys, or less protected than its user is */                       \
	X(WINDOW, "window") /* old or repeated (version 3) */                                      \
	X(MALFORMED, "malformed") /* or no notification at all */                                  \
	X(UNMATCHED, "unmatched") /* of a known address, for no check */
enum trap_drop {
#define X(sym, word) TRAP_DROP_##sym,
	TRAP_DROPS(X)
#undef X
		TRAP_DROP_COUNT
};
const char *trap_drop_word(enum trap_drop d);

struct trap_engine {
	uint8_t bytes[SNMP_ENGINE_MAX];
	size_t size;
};
struct trap_user {
	const char *name, *auth_secret, *priv_secret; /* secrets NULL where there is none */
	enum snmp_auth auth;
	enum snmp_priv priv;
	const struct trap_engine *engines; /* from which it sends traps; informs need none */
	size_t engine_count;
};
struct trap_codec_options {
	const char *const *communities;
	size_t community_count;
	const struct trap_user *users;
	size_t user_count;
	const char *
		engine; /* text that makes our engine id: unlike any other's, the same at each start */
	uint32_t boots; /* of our engine: from 1 on, more at each start */
};

struct trap_codec;
/* ERR_SYNTAX: a user that cannot be used, with why. Copies everything; secrets stay as localised keys only. */
enum err trap_codec_new(const struct trap_codec_options *o, struct trap_codec **ret,
			struct err_info *info) NONNULL_ALL MUST_CHECK;
void trap_codec_free(struct trap_codec *c); /* accepts NULL */

enum trap_read {
	TRAP_READ_TAKEN, /* the notification is in *ret; an inform's answer in *ret_answer */
	TRAP_READ_ASKED, /* the sender asked who we are: *ret_answer goes at once, nothing was dropped */
	TRAP_READ_DROPPED /* *ret_why; where *ret_answer is not empty it tells the sender */
};
/* What it fills lives until the next call. ret->source is `source`. */
enum trap_read trap_codec_read(struct trap_codec *c, struct slice packet, const char *source,
			       struct mono_time now, struct notification *ret,
			       struct slice *ret_answer, enum trap_drop *ret_why) NONNULL_ALL;

#endif
