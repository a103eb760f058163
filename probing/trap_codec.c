#include "probing/trap_codec.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probing/snmp_library.h"
#include "probing/snmp_decoded.h"
#include "probing/snmp_user.h"

/* The library has a function of this name, which nobody here calls. */
#define snmp_oid_compare library_snmp_oid_compare
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#undef snmp_oid_compare

enum { PACKET_FIRST = 4096, PACKET_MAX = 65507 };
enum { WIRE_V1, WIRE_V2C, WIRE_V3 = 3 };

/* A user as one engine knows it. */
struct known_user {
	char name[SNMP_USER_MAX + 1];
	struct snmp_user *user;
	uint8_t flags; /* so well protected it must come */
	size_t engine; /* index */
};
/* An engine, and the newest that was heard of its clock with proof. Ours is the first. */
struct known_engine {
	struct trap_engine id;
	uint32_t boots, time;
	struct mono_time at;
};

struct trap_codec {
	char **communities;
	size_t community_count;
	struct known_engine *engines;
	size_t engine_count;
	struct known_user *users;
	size_t user_count, user_cap;
	uint32_t asked; /* usmStatsUnknownEngineIDs, as the Reports tell */
	netsnmp_session plain;
	netsnmp_pdu *pdu; /* of the last packet */
	struct snmp_decoded rows;
	uint32_t parts[SNMP_OID_PARTS_MAX];
	u_char *answer; /* the library may move it */
	size_t answer_size;
	uint8_t report[256];
	unsigned char *copy; /* the library's decoder wants bytes that it may change */
	size_t copy_cap;
};

static const char *const drop_words[] = {
#define X(sym, word) word,
	TRAP_DROPS(X)
#undef X
};

const char *trap_drop_word(enum trap_drop d)
{
	return drop_words[d];
}

/* --- who is known ------------------------------------------------------------------------------------------ */

static size_t find_engine(const struct trap_codec *c, const uint8_t *id, size_t size)
{
	size_t i = 0;

	while (i < c->engine_count &&
	       (c->engines[i].id.size != size || memcmp(c->engines[i].id.bytes, id, size) != 0))
		i++;
	return i;
}

static size_t add_engine(struct trap_codec *c, const struct trap_engine *id)
{
	size_t i = find_engine(c, id->bytes, id->size);

	if (i == c->engine_count)
		c->engines[c->engine_count++] = (struct known_engine){.id = *id};
	return i;
}

static uint8_t flags_of(const struct trap_user *u)
{
	return (uint8_t)((u->auth != SNMP_AUTH_NONE ? SNMP_FLAG_AUTH : 0) |
			 (u->priv != SNMP_PRIV_NONE ? SNMP_FLAG_PRIV : 0));
}

static enum err add_user(struct trap_codec *c, struct snmp_keys *keys, const struct trap_user *u,
			 size_t engine, struct err_info *info)
{
	const struct snmp_target target = {.version = SNMP_VERSION_3,
					   .user = u->name,
					   .auth = u->auth,
					   .priv = u->priv,
					   .auth_secret = u->auth_secret,
					   .priv_secret = u->priv_secret};
	const struct trap_engine *id = &c->engines[engine].id;
	struct known_user k = {.flags = flags_of(u), .engine = engine};
	const char *why = NULL;

	k.user = snmp_user_new(keys, &target, id->bytes, id->size, &why);
	if (k.user == NULL)
		return err_fail(info, ERR_SYNTAX, "user '%s': %s", u->name, why);
	snprintf(k.name, sizeof(k.name), "%s", u->name);
	c->users = mem_grow(c->users, c->user_count, &c->user_cap, sizeof(*c->users));
	c->users[c->user_count++] = k;
	return ERR_OK;
}

static enum err add_users(struct trap_codec *c, const struct trap_codec_options *o,
			  struct err_info *info)
{
	struct snmp_keys *keys = snmp_keys_new();
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < o->user_count; i++) {
		const struct trap_user *u = &o->users[i];

		e = add_user(c, keys, u, 0, info);
		for (size_t k = 0; e == ERR_OK && k < u->engine_count; k++)
			e = add_user(c, keys, u, add_engine(c, &u->engines[k]), info);
	}
	snmp_keys_free(keys);
	return e;
}

/* Of the library, which compares with it whether the clock of a message is ours. */
static void add_own_engine(struct trap_codec *c, const struct trap_codec_options *o)
{
	struct trap_engine own;

	char before[16];

	setup_engineID(NULL, o->engine);
	/* The library counts a start of its own on top of what its file said. */
	snprintf(before, sizeof(before), "%u", o->boots - 1);
	engineBoots_conf("engineBoots", before);
	own.size = snmpv3_get_engineID(own.bytes, sizeof(own.bytes));
	assert(own.size > 0 && own.size <= sizeof(own.bytes));
	add_engine(c, &own);
	c->engines[0].boots = o->boots;
}

enum err trap_codec_new(const struct trap_codec_options *o, struct trap_codec **ret,
			struct err_info *info)
{
	struct trap_codec *c = mem_calloc(1, sizeof(*c));
	size_t engines = 1;
	enum err e;

	snmp_library_start();
	for (size_t i = 0; i < o->user_count; i++)
		engines += o->users[i].engine_count;
	c->engines = mem_calloc(engines, sizeof(*c->engines));
	c->answer_size = PACKET_FIRST;
	c->answer = mem_calloc(1, c->answer_size);
	c->plain.rcvMsgMaxSize = c->plain.sndMsgMaxSize = PACKET_MAX;
	c->communities = mem_calloc(o->community_count, sizeof(char *));
	for (size_t i = 0; i < o->community_count; i++)
		c->communities[c->community_count++] = mem_strdup(o->communities[i]);
	add_own_engine(c, o);
	e = add_users(c, o, info);
	if (e == ERR_OK)
		*ret = c;
	else
		trap_codec_free(c);
	return e;
}

static void forget(struct trap_codec *c)
{
	if (c->pdu != NULL)
		snmp_free_pdu(c->pdu);
	c->pdu = NULL;
}

void trap_codec_free(struct trap_codec *c)
{
	if (c == NULL)
		return;
	forget(c);
	for (size_t i = 0; i < c->user_count; i++)
		snmp_user_free(c->users[i].user);
	for (size_t i = 0; i < c->community_count; i++) {
		explicit_bzero(c->communities[i], strlen(c->communities[i]));
		free(c->communities[i]);
	}
	snmp_decoded_release(&c->rows);
	free(c->communities);
	free(c->engines);
	free(c->users);
	free(c->answer);
	free(c->copy);
	free(c);
}

/* --- the library ------------------------------------------------------------------------------------------- */

static int parse(struct trap_codec *c, netsnmp_session *s, struct slice packet)
{
	forget(c);
	if (packet.n > c->copy_cap) {
		c->copy_cap = packet.n;
		c->copy = mem_realloc(c->copy, packet.n, 1);
	}
	memcpy(c->copy, packet.p, packet.n);
	c->pdu = snmp_pdu_create(0);
	if (c->pdu == NULL)
		abort();
	return snmp_parse(NULL, s, c->pdu, c->copy, packet.n);
}

static struct slice build(struct trap_codec *c, netsnmp_session *s)
{
	size_t offset = 0;

	if (snmp_build(&c->answer, &c->answer_size, &offset, s, c->pdu) != 0 || offset == 0 ||
	    offset > c->answer_size)
		return (struct slice){"", 0};
	return (struct slice){(const char *)c->answer + c->answer_size - offset, offset};
}

/* RFC 3416 4.2.7: the response holds the same variables. */
static struct slice build_response(struct trap_codec *c, netsnmp_session *s)
{
	c->pdu->command = SNMP_MSG_RESPONSE;
	c->pdu->errstat = c->pdu->errindex = 0;
	c->pdu->flags &= ~(u_long)UCD_MSG_FLAG_EXPECT_RESPONSE;
	return build(c, s);
}

/* --- versions 1 and 2c ------------------------------------------------------------------------------------- */

static bool is_our_community(const struct trap_codec *c)
{
	for (size_t i = 0; i < c->community_count; i++) {
		if (strlen(c->communities[i]) == c->pdu->community_len &&
		    memcmp(c->communities[i], c->pdu->community, c->pdu->community_len) == 0)
			return true;
	}
	return false;
}

static bool take_v1(struct trap_codec *c, struct notification *ret)
{
	const netsnmp_pdu *pdu = c->pdu;
	const u_char *a = pdu->agent_addr;
	uint32_t enterprise[SNMP_OID_PARTS_MAX];

	if (pdu->command != SNMP_MSG_TRAP || pdu->enterprise_length > SNMP_OID_PARTS_MAX)
		return false;
	for (size_t i = 0; i < pdu->enterprise_length; i++)
		enterprise[i] = (uint32_t)pdu->enterprise[i];
	if (a[0] != 0)
		snprintf(ret->said, sizeof(ret->said), "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
	snmp_decoded_read(&c->rows, pdu);
	ret->rows = c->rows.items;
	ret->count = c->rows.count;
	return notification_from_v1((struct snmp_oid){enterprise, pdu->enterprise_length},
				    pdu->trap_type, pdu->specific_type, c->parts, ret);
}

static bool take_v2(struct trap_codec *c, struct notification *ret)
{
	if (c->pdu->command != SNMP_MSG_TRAP2 && c->pdu->command != SNMP_MSG_INFORM)
		return false;
	ret->inform = c->pdu->command == SNMP_MSG_INFORM;
	snmp_decoded_read(&c->rows, c->pdu);
	return notification_from_v2(c->rows.items, c->rows.count, ret);
}

static enum trap_read drop(enum trap_drop why, enum trap_drop *ret_why)
{
	*ret_why = why;
	return TRAP_READ_DROPPED;
}

static enum trap_read read_plain(struct trap_codec *c, struct slice packet, int version,
				 struct notification *ret, struct slice *ret_answer,
				 enum trap_drop *ret_why)
{
	c->plain.version = version;
	if (parse(c, &c->plain, packet) != 0 || c->pdu->version != version)
		return drop(TRAP_DROP_MALFORMED, ret_why);
	if (!is_our_community(c))
		return drop(TRAP_DROP_COMMUNITY, ret_why);
	if (!(version == WIRE_V1 ? take_v1(c, ret) : take_v2(c, ret)))
		return drop(TRAP_DROP_MALFORMED, ret_why);
	if (ret->inform)
		*ret_answer = build_response(c, &c->plain);
	return TRAP_READ_TAKEN;
}

/* --- version 3 --------------------------------------------------------------------------------------------- */

/* The library compares with its own count of seconds. */
static uint32_t own_time(void)
{
	return (uint32_t)snmpv3_local_snmpEngineTime();
}

/* Bytes of BER from their end to their beginning: lengths are known when their turn comes. */
struct backwards {
	uint8_t *start, *p;
};

static void put_bytes(struct backwards *b, const void *bytes, size_t n)
{
	assert((size_t)(b->p - b->start) >= n);
	b->p -= n;
	memcpy(b->p, bytes, n);
}

/* Around all that was put since `end`. Never 128 bytes of content but in the outermost two, so two forms do. */
static void put_head(struct backwards *b, uint8_t tag, const uint8_t *end)
{
	size_t n = (size_t)(end - b->p);
	const uint8_t shorter[] = {tag, (uint8_t)n}, longer[] = {tag, 0x81, (uint8_t)n};

	assert(n < 256);
	if (n < 128)
		put_bytes(b, shorter, sizeof(shorter));
	else
		put_bytes(b, longer, sizeof(longer));
}

static void put_uint(struct backwards *b, uint8_t tag, uint32_t v)
{
	const uint8_t bytes[] = {0, (uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
				 (uint8_t)v};
	const uint8_t *end = b->p;
	size_t first = 0;

	while (first < 4 && bytes[first] == 0 && bytes[first + 1] < 0x80)
		first++;
	put_bytes(b, bytes + first, sizeof(bytes) - first);
	put_head(b, tag, end);
}

static void put_octets(struct backwards *b, const void *bytes, size_t n)
{
	const uint8_t *end = b->p;

	put_bytes(b, bytes, n);
	put_head(b, ASN_OCTET_STR, end);
}

/* RFC 3414 4: who we are, to who does not know. Not authentic, and nobody takes it for that: the sender learns our clock
 * with keys in the next step. The library would build it only with a user. */
static struct slice report_engine(struct trap_codec *c, const struct snmp_envelope *env)
{
	static const uint8_t counter[] = {0x2b, 6, 1, 6, 3, 15, 1, 1, 4, 0};
	const struct trap_engine *own = &c->engines[0].id;
	struct backwards b = {c->report, c->report + sizeof(c->report)};
	const uint8_t flags = 0, *end = b.p, *part, *inner;

	/* scopedPDU */
	put_uint(&b, ASN_COUNTER, ++c->asked);
	part = b.p;
	put_bytes(&b, counter, sizeof(counter));
	put_head(&b, ASN_OBJECT_ID, part);
	put_head(&b, 0x30, end);
	put_head(&b, 0x30, end);
	put_uint(&b, ASN_INTEGER, 0);
	put_uint(&b, ASN_INTEGER, 0);
	put_uint(&b, ASN_INTEGER, (uint32_t)env->id & INT32_MAX);
	put_head(&b, SNMP_PDU_REPORT, end);
	put_octets(&b, "", 0);
	put_octets(&b, own->bytes, own->size);
	put_head(&b, 0x30, end);
	/* msgSecurityParameters */
	inner = b.p;
	put_octets(&b, "", 0);
	put_octets(&b, "", 0);
	put_octets(&b, "", 0);
	put_uint(&b, ASN_INTEGER, own_time());
	put_uint(&b, ASN_INTEGER, c->engines[0].boots);
	put_octets(&b, own->bytes, own->size);
	put_head(&b, 0x30, inner);
	put_head(&b, ASN_OCTET_STR, inner);
	/* msgGlobalData */
	inner = b.p;
	put_uint(&b, ASN_INTEGER, SNMP_SEC_MODEL_USM);
	put_octets(&b, &flags, 1);
	put_uint(&b, ASN_INTEGER, PACKET_MAX);
	put_uint(&b, ASN_INTEGER, (uint32_t)env->id & INT32_MAX);
	put_head(&b, 0x30, inner);
	put_uint(&b, ASN_INTEGER, WIRE_V3);
	put_head(&b, 0x30, end);
	return (struct slice){(const char *)b.p, (size_t)(end - b.p)};
}

static struct known_user *find_user(struct trap_codec *c, size_t engine, const char *name)
{
	for (size_t i = 0; i < c->user_count; i++) {
		if (c->users[i].engine == engine && strcmp(c->users[i].name, name) == 0)
			return &c->users[i];
	}
	return NULL;
}

static void enter(struct trap_codec *c, const struct known_user *u, struct mono_time now)
{
	const struct known_engine *e = &c->engines[u->engine];
	uint32_t time = u->engine == 0 ? own_time() : e->time;

	if (u->engine != 0 && e->boots != 0)
		time += (uint32_t)(mono_diff_us(now, e->at) / US_PER_S);
	snmp_user_enter(u->user, e->boots, time);
}

static enum trap_drop drop_of(int error)
{
	switch (error) {
	case SNMPERR_USM_AUTHENTICATIONFAILURE:
	case SNMPERR_USM_DECRYPTIONERROR:
	case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
		return TRAP_DROP_AUTH;
	case SNMPERR_USM_NOTINTIMEWINDOW:
		return TRAP_DROP_WINDOW;
	case SNMPERR_USM_UNKNOWNSECURITYNAME:
		return TRAP_DROP_USER;
	case SNMPERR_USM_UNKNOWNENGINEID:
		return TRAP_DROP_ENGINE;
	default:
		return TRAP_DROP_MALFORMED;
	}
}

/* The sender of an inform has our clock wrong: an authentic Report sets it right. That is no loss: it sends again. */
static struct slice report_window(struct trap_codec *c, netsnmp_session *s)
{
	if (snmpv3_make_report(c->pdu, SNMPERR_USM_NOTINTIMEWINDOW) != SNMPERR_SUCCESS)
		return (struct slice){"", 0};
	return build(c, s);
}

/* The user stands in the library's lists. A trap is the sender's engine's word, an inform is addressed to ours. */
static enum trap_read read_entered(struct trap_codec *c, struct slice packet,
				   const struct known_user *u, const struct snmp_envelope *env,
				   struct notification *ret, struct slice *ret_answer,
				   enum trap_drop *ret_why)
{
	netsnmp_session *s = snmp_user_session(u->user);
	bool own = u->engine == 0;
	int rc = parse(c, s, packet);

	if (rc == SNMPERR_USM_NOTINTIMEWINDOW && own && (env->flags & SNMP_FLAG_REPORTABLE) != 0) {
		*ret_answer = report_window(c, s);
		return TRAP_READ_ASKED;
	}
	if (rc != 0)
		return drop(drop_of(rc), ret_why);
	if (!take_v2(c, ret) || ret->inform != own)
		return drop(TRAP_DROP_MALFORMED, ret_why);
	if (own)
		*ret_answer = build_response(c, s);
	return TRAP_READ_TAKEN;
}

static enum trap_read read_v3(struct trap_codec *c, struct slice packet,
			      const struct snmp_envelope *env, struct mono_time now,
			      struct notification *ret, struct slice *ret_answer,
			      enum trap_drop *ret_why)
{
	size_t engine = find_engine(c, env->engine, env->engine_size);
	struct known_user *u;
	enum trap_read r;

	if (engine == c->engine_count) {
		bool asks = (env->flags & SNMP_FLAG_REPORTABLE) != 0;

		if (asks)
			*ret_answer = report_engine(c, env);
		return asks && env->engine_size == 0 ? TRAP_READ_ASKED
						     : drop(TRAP_DROP_ENGINE, ret_why);
	}
	u = find_user(c, engine, env->user);
	if (u == NULL)
		return drop(TRAP_DROP_USER, ret_why);
	if ((env->flags & u->flags) != u->flags)
		return drop(TRAP_DROP_AUTH, ret_why);
	enter(c, u, now);
	r = read_entered(c, packet, u, env, ret, ret_answer, ret_why);
	snmp_user_leave(u->user);
	if (r == TRAP_READ_TAKEN && engine != 0 && (u->flags & SNMP_FLAG_AUTH) != 0) {
		struct known_engine *e = &c->engines[engine];

		e->boots = env->boots;
		e->time = env->time;
		e->at = now;
	}
	return r;
}

enum trap_read trap_codec_read(struct trap_codec *c, struct slice packet, const char *source,
			       struct mono_time now, struct notification *ret,
			       struct slice *ret_answer, enum trap_drop *ret_why)
{
	struct snmp_envelope env;

	*ret = (struct notification){.source = source};
	*ret_answer = (struct slice){"", 0};
	if (!snmp_envelope_read(packet.p, packet.n, &env))
		return drop(TRAP_DROP_MALFORMED, ret_why);
	if (env.version == WIRE_V3)
		return read_v3(c, packet, &env, now, ret, ret_answer, ret_why);
	return read_plain(c, packet, env.version, ret, ret_answer, ret_why);
}
