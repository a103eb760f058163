/* snmp_params.h - whom a check over SNMP asks and as whom: the parameters that all such types share. */
#ifndef VIGIA_CHECKS_SNMP_PARAMS_H
#define VIGIA_CHECKS_SNMP_PARAMS_H

#include "base/attr.h"
#include "base/err.h"
#include "base/param.h"
#include "checks/snmp_ask.h"

struct snmp_params {
	int64_t port, tries, try_timeout_us, repetitions, oids_max, outstanding, rows_max;
	int version, auth, priv;
	const char *community, *user, *auth_secret, *priv_secret, *context;
};

extern const char *const snmp_version_words[], *const snmp_auth_words[], *const snmp_priv_words[];

/* Rows of a table of parameters: struct S holds them as its member `m`. */
#define SNMP_PARAMS(S, m)                                                                          \
	PARAM_INT(S, m.port, "port", "161", 1, 65535, 0, "UDP port"),                              \
		PARAM_ENUM(S, m.version, "version", "2c", snmp_version_words, 0, "of SNMP"),       \
		PARAM_STR(S, m.community, "community", NULL, PARAM_REFERS,                         \
			  "of versions 1 and 2c"),                                                 \
		PARAM_STR(S, m.user, "user", NULL, PARAM_REFERS, "of version 3"),                  \
		PARAM_ENUM(S, m.auth, "auth", "none", snmp_auth_words, 0,                          \
			   "how version 3 proves who asks"),                                       \
		PARAM_STR(S, m.auth_secret, "auth_secret", NULL, PARAM_SECRET,                     \
			  "its pass phrase, 8 or more"),                                           \
		PARAM_ENUM(S, m.priv, "priv", "none", snmp_priv_words, 0,                          \
			   "how version 3 encrypts; -c: the key extension that Cisco uses"),       \
		PARAM_STR(S, m.priv_secret, "priv_secret", NULL, PARAM_SECRET,                     \
			  "its pass phrase, 8 or more"),                                           \
		PARAM_STR(S, m.context, "context", "", 0, "of version 3"),                         \
		PARAM_INT(S, m.tries, "tries", "2", 1, 10, 0, "how often one request is sent"),    \
		PARAM_DURATION(S, m.try_timeout_us, "try_timeout", "2s", 50000, 60000000, 0,       \
			       "how long one try is waited for"),                                  \
		PARAM_INT(S, m.repetitions, "repetitions", "10", 1, 100, 0,                        \
			  "rows of one answer at most"),                                           \
		PARAM_INT(S, m.oids_max, "oids_max", "0", 0, 512, 0,                               \
			  "values of one request at most; 0: what fits a packet"),                 \
		PARAM_INT(S, m.outstanding, "outstanding", "1", 1, 10, 0,                          \
			  "requests to the device at one time"),                                   \
		PARAM_INT(S, m.rows_max, "rows_max", "2000", 1, SNMP_ROWS_MAX, 0,                  \
			  "rows of one column at most: more, and there is no value")

/* Cross-field rules: who asks must be complete. One sentence that begins with the key. */
enum err snmp_params_validate(const struct snmp_params *p,
			      struct err_info *info) NONNULL_ALL MUST_CHECK;
/* `address` is numeric. The texts stay those of `p`. */
struct snmp_target snmp_params_target(const struct snmp_params *p, const char *address) NONNULL_ALL;

#endif
