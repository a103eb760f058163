#include "probing/snmp_user.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"
#include "probing/snmp_library.h"

/* The library has a function of this name, which nobody here calls. */
#define snmp_oid_compare library_snmp_oid_compare
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#undef snmp_oid_compare

enum { KEYS_MAX = 64, SECRET_MIN = 8 /* USM_LENGTH_P_MIN */ };

struct stretched {
	struct sha256 of; /* the hash's number and the pass phrase */
	uint64_t used;
	size_t size;
	u_char bytes[USM_LENGTH_KU_HASHBLOCK];
};

struct snmp_keys {
	struct sha256 secret; /* of this process: what is kept tells nothing of a pass phrase */
	uint64_t clock;
	size_t count;
	struct stretched all[KEYS_MAX];
};

struct snmp_user {
	netsnmp_session session;
	struct usmUser *user;
	struct usmUser *covered; /* somebody else's entry of the same name, while we are in */
	bool entered;
};

struct snmp_keys *snmp_keys_new(void)
{
	struct snmp_keys *k = mem_calloc(1, sizeof(*k));

	snmp_library_start();
	rand_system(&k->secret, sizeof(k->secret));
	return k;
}

void snmp_keys_free(struct snmp_keys *k)
{
	if (k == NULL)
		return;
	explicit_bzero(k, sizeof(*k));
	free(k);
}

static struct slice secret_of(const struct snmp_keys *k)
{
	return (struct slice){(const char *)k->secret.bytes, sizeof(k->secret.bytes)};
}

static int auth_type(enum snmp_auth a)
{
	static const int types[] = {
		[SNMP_AUTH_NONE] = NETSNMP_USMAUTH_NOAUTH,
		[SNMP_AUTH_MD5] = NETSNMP_USMAUTH_HMACMD5,
		[SNMP_AUTH_SHA1] = NETSNMP_USMAUTH_HMACSHA1,
		[SNMP_AUTH_SHA224] = NETSNMP_USMAUTH_HMAC128SHA224,
		[SNMP_AUTH_SHA256] = NETSNMP_USMAUTH_HMAC192SHA256,
		[SNMP_AUTH_SHA384] = NETSNMP_USMAUTH_HMAC256SHA384,
		[SNMP_AUTH_SHA512] = NETSNMP_USMAUTH_HMAC384SHA512,
	};

	assert((unsigned)a < COUNT_OF(types));
	return types[a];
}

static int priv_type(enum snmp_priv p)
{
	static const int types[] = {
		[SNMP_PRIV_NONE] = USM_CREATE_USER_PRIV_NONE,
		[SNMP_PRIV_DES] = USM_CREATE_USER_PRIV_DES,
		[SNMP_PRIV_AES128] = USM_CREATE_USER_PRIV_AES,
		[SNMP_PRIV_AES192] = USM_CREATE_USER_PRIV_AES192,
		[SNMP_PRIV_AES256] = USM_CREATE_USER_PRIV_AES256,
		[SNMP_PRIV_AES192_C] = USM_CREATE_USER_PRIV_AES192_CISCO,
		[SNMP_PRIV_AES256_C] = USM_CREATE_USER_PRIV_AES256_CISCO,
	};

	assert((unsigned)p < COUNT_OF(types));
	return types[p];
}

struct sha256 snmp_user_print(const struct snmp_keys *k, const struct snmp_target *t)
{
	const char *texts[] = {t->user, t->auth_secret, t->priv_secret};
	unsigned char kinds[2] = {(unsigned char)t->auth, (unsigned char)t->priv};
	struct sha256 h =
		sha256_of(secret_of(k), (struct slice){(const char *)kinds, sizeof(kinds)});

	for (size_t i = 0; i < COUNT_OF(texts); i++)
		h = sha256_of((struct slice){(const char *)h.bytes, sizeof(h.bytes)},
			      slice_of(texts[i] != NULL ? texts[i] : ""));
	return h;
}

/* --- pass phrases ---------------------------------------------------------------------------------------- */

static const struct stretched *stretch(struct snmp_keys *k, enum snmp_auth a, const oid *hash,
				       size_t hash_size, const char *secret)
{
	char kind = (char)a;
	struct sha256 of = sha256_hmac(secret_of(k), slice_of(secret));
	struct stretched *s = NULL;

	of = sha256_of((struct slice){(const char *)of.bytes, sizeof(of.bytes)},
		       (struct slice){&kind, 1});
	for (size_t i = 0; i < k->count; i++) {
		if (memcmp(&k->all[i].of, &of, sizeof(of)) == 0) {
			k->all[i].used = ++k->clock;
			return &k->all[i];
		}
		if (s == NULL || k->all[i].used < s->used)
			s = &k->all[i];
	}
	if (k->count < KEYS_MAX)
		s = &k->all[k->count++];
	*s = (struct stretched){.of = of, .used = ++k->clock, .size = sizeof(s->bytes)};
	if (generate_Ku(hash, (u_int)hash_size, (const u_char *)secret, strlen(secret), s->bytes,
			&s->size) != SNMPERR_SUCCESS) {
		*s = (struct stretched){0}; /* found by nobody, and the first to be replaced */
		return NULL;
	}
	return s;
}

/* --- users ----------------------------------------------------------------------------------------------- */

static const char not_offered[] = "the system's libraries do not offer this protocol";

/* Of the protocol, into what the library keeps; false: it has none of the kind. */
static bool set_protocol(const oid *o, size_t parts, oid **ret, size_t *ret_parts)
{
	if (o == NULL)
		return false;
	*ret = snmp_duplicate_objid(o, parts);
	*ret_parts = parts;
	return true;
}

static const char *set_auth(struct snmp_keys *k, netsnmp_session *s, const struct snmp_target *t)
{
	const struct stretched *key;
	size_t parts = 0;
	const oid *o = sc_get_auth_oid(auth_type(t->auth), &parts);

	if (!set_protocol(o, parts, &s->securityAuthProto, &s->securityAuthProtoLen))
		return not_offered;
	s->securityLevel = SNMP_SEC_LEVEL_NOAUTH;
	if (t->auth == SNMP_AUTH_NONE)
		return NULL;
	if (t->auth_secret == NULL || strlen(t->auth_secret) < SECRET_MIN)
		return "the authentication pass phrase has less than 8 characters";
	key = stretch(k, t->auth, o, parts, t->auth_secret);
	if (key == NULL)
		return not_offered;
	memcpy(s->securityAuthKey, key->bytes, key->size);
	s->securityAuthKeyLen = key->size;
	s->securityLevel = SNMP_SEC_LEVEL_AUTHNOPRIV;
	return NULL;
}

static const char *set_priv(struct snmp_keys *k, netsnmp_session *s, const struct snmp_target *t)
{
	const struct stretched *key;
	size_t parts = 0;
	const oid *o = sc_get_priv_oid(priv_type(t->priv), &parts);

	if (!set_protocol(o, parts, &s->securityPrivProto, &s->securityPrivProtoLen))
		return not_offered;
	if (t->priv == SNMP_PRIV_NONE)
		return NULL;
	if (t->auth == SNMP_AUTH_NONE)
		return "privacy needs authentication";
	if (t->priv_secret == NULL || strlen(t->priv_secret) < SECRET_MIN)
		return "the privacy pass phrase has less than 8 characters";
	/* RFC 3414 11.2: stretched with the hash of the authentication. */
	key = stretch(k, t->auth, s->securityAuthProto, s->securityAuthProtoLen, t->priv_secret);
	if (key == NULL)
		return not_offered;
	memcpy(s->securityPrivKey, key->bytes, key->size);
	s->securityPrivKeyLen = key->size;
	s->securityLevel = SNMP_SEC_LEVEL_AUTHPRIV;
	return NULL;
}

static void wipe_stretched(netsnmp_session *s)
{
	explicit_bzero(s->securityAuthKey, sizeof(s->securityAuthKey));
	explicit_bzero(s->securityPrivKey, sizeof(s->securityPrivKey));
	s->securityAuthKeyLen = s->securityPrivKeyLen = 0;
}

/* The library leaves the neighbours' addresses in who it takes off, and would join them again when that one is freed. */
static void unlist(struct usmUser *user)
{
	usm_remove_user(user);
	user->next = user->prev = NULL;
}

/* The library localises the keys and lists the user; it is taken off the list at once. */
static const char *localise(struct snmp_user *u)
{
	netsnmp_session *s = &u->session;

	if (usm_create_user_from_session(s) != SNMPERR_SUCCESS)
		return "the keys cannot be made with these protocols";
	u->user = usm_get_user(s->securityEngineID, s->securityEngineIDLen, s->securityName);
	if (u->user == NULL)
		return "the keys cannot be made with these protocols";
	unlist(u->user);
	return NULL;
}

struct snmp_user *snmp_user_new(struct snmp_keys *k, const struct snmp_target *t,
				const uint8_t *engine, size_t engine_size, const char **ret_why)
{
	struct snmp_user *u = mem_calloc(1, sizeof(*u));
	netsnmp_session *s = &u->session;
	const char *why = NULL;

	s->version = 3;
	s->securityModel = SNMP_SEC_MODEL_USM;
	s->isAuthoritative = SNMP_SESS_NONAUTHORITATIVE;
	s->rcvMsgMaxSize = s->sndMsgMaxSize = 65507;
	s->securityEngineIDLen = engine_size;
	s->securityEngineID = mem_calloc(1, engine_size);
	memcpy(s->securityEngineID, engine, engine_size);
	s->securityName = mem_strdup(t->user != NULL ? t->user : "");
	s->securityNameLen = strlen(s->securityName);
	/* The context is the request's (struct snmp_question). */
	s->contextName = mem_strdup("");
	if (s->securityNameLen == 0)
		why = "no user is named";
	else if (s->securityNameLen > 32)
		why = "the user's name has more than 32 characters"; /* RFC 3414 2.4 */
	if (why == NULL)
		why = set_auth(k, s, t);
	if (why == NULL)
		why = set_priv(k, s, t);
	if (why == NULL)
		why = localise(u);
	wipe_stretched(s);
	if (why == NULL)
		return u;
	*ret_why = why;
	snmp_user_free(u);
	return NULL;
}

void snmp_user_free(struct snmp_user *u)
{
	netsnmp_session *s;

	if (u == NULL)
		return;
	assert(!u->entered);
	s = &u->session;
	usm_free_user(u->user); /* wipes its keys */
	free(s->securityEngineID);
	free(s->securityName);
	free(s->contextName);
	free(s->securityAuthProto);
	free(s->securityPrivProto);
	free(u);
}

void snmp_user_enter(struct snmp_user *u, uint32_t boots, uint32_t time)
{
	const netsnmp_session *s = &u->session;

	assert(!u->entered);
	u->entered = true;
	/* Who is added frees whom it replaces. */
	u->covered = usm_get_user(s->securityEngineID, s->securityEngineIDLen, s->securityName);
	if (u->covered != NULL)
		unlist(u->covered);
	usm_add_user(u->user);
	set_enginetime(s->securityEngineID, (u_int)s->securityEngineIDLen, boots, time, TRUE);
}

void snmp_user_leave(struct snmp_user *u)
{
	assert(u->entered);
	u->entered = false;
	unlist(u->user);
	if (u->covered != NULL)
		usm_add_user(u->covered);
	u->covered = NULL;
	/* Not free_enginetime(): that one hashes the engine again, and drops its neighbours in any case. */
	free_etimelist();
}

void *snmp_user_session(struct snmp_user *u)
{
	return &u->session;
}
