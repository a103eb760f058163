#include "checks/snmp_params.h"

#include <string.h>

enum { SECRET_MIN = 8 }; /* RFC 3414 11.2 */

/* In the order of enum snmp_version, snmp_auth, snmp_priv. */
const char *const snmp_version_words[] = {"1", "2c", "3", NULL};
const char *const snmp_auth_words[] = {"none",    "md5",     "sha",     "sha-224",
				       "sha-256", "sha-384", "sha-512", NULL};
const char *const snmp_priv_words[] = {"none",    "des",       "aes",       "aes-192",
				       "aes-256", "aes-192-c", "aes-256-c", NULL};
_Static_assert(COUNT_OF(snmp_version_words) == SNMP_VERSION_3 + 2, "one word each");
_Static_assert(COUNT_OF(snmp_auth_words) == SNMP_AUTH_SHA512 + 2, "one word each");
_Static_assert(COUNT_OF(snmp_priv_words) == SNMP_PRIV_AES256_C + 2, "one word each");

static bool is_set(const char *s)
{
	return s != NULL && s[0] != '\0';
}

static enum err check_secret(const char *key, const char *for_key, bool wanted, const char *secret,
			     struct err_info *info)
{
	if (wanted && !is_set(secret))
		return err_fail(info, ERR_SYNTAX, "%s: '%s' needs it", key, for_key);
	if (!wanted && is_set(secret))
		return err_fail(info, ERR_SYNTAX, "%s: without '%s' nobody uses it", key, for_key);
	if (wanted && strlen(secret) < SECRET_MIN)
		return err_fail(info, ERR_RANGE, "%s: SNMP wants %d characters or more", key,
				SECRET_MIN);
	return ERR_OK;
}

enum err snmp_params_validate(const struct snmp_params *p, struct err_info *info)
{
	enum err e;

	if (p->version != SNMP_VERSION_3) {
		if (!is_set(p->community))
			return err_fail(info, ERR_SYNTAX,
					"community: versions 1 and 2c need one (write community: "
					"${secret:NAME})");
		if (is_set(p->user) || p->auth != SNMP_AUTH_NONE || p->priv != SNMP_PRIV_NONE ||
		    is_set(p->auth_secret) || is_set(p->priv_secret) || is_set(p->context))
			return err_fail(info, ERR_SYNTAX,
					"version: user, auth, priv and context are version 3's "
					"(write version: 3)");
		return ERR_OK;
	}
	if (is_set(p->community))
		return err_fail(info, ERR_SYNTAX, "community: version 3 has none");
	if (!is_set(p->user))
		return err_fail(info, ERR_SYNTAX, "user: version 3 needs one");
	if (p->priv != SNMP_PRIV_NONE && p->auth == SNMP_AUTH_NONE)
		return err_fail(info, ERR_SYNTAX, "priv: SNMP encrypts only with 'auth'");
	e = check_secret("auth_secret", "auth", p->auth != SNMP_AUTH_NONE, p->auth_secret, info);
	if (e == ERR_OK)
		e = check_secret("priv_secret", "priv", p->priv != SNMP_PRIV_NONE, p->priv_secret,
				 info);
	return e;
}

struct snmp_target snmp_params_target(const struct snmp_params *p, const char *address)
{
	return (struct snmp_target){
		.address = address,
		.port = (uint16_t)p->port,
		.version = (enum snmp_version)p->version,
		.community = p->community,
		.user = p->user,
		.auth_secret = p->auth_secret,
		.priv_secret = p->priv_secret,
		.context = p->context,
		.auth = (enum snmp_auth)p->auth,
		.priv = (enum snmp_priv)p->priv,
		.try_us = p->try_timeout_us,
		.retries = (uint32_t)p->tries - 1,
		.outstanding_max = (uint32_t)p->outstanding,
		.repetitions_max = (uint32_t)p->repetitions,
		.oids_max = (uint32_t)p->oids_max,
	};
}
