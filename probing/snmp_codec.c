#include "probing/snmp_codec.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probing/snmp_library.h"
#include "probing/snmp_decoded.h"
#include "probing/snmp_user.h"

/* Our names of the versions, before the library's macros of the same names hide them. */
static const long wire_versions[] = {
	[SNMP_VERSION_1] = 0, [SNMP_VERSION_2C] = 1, [SNMP_VERSION_3] = 3};

/* The library has a function of this name, which nobody here calls. */
#define snmp_oid_compare library_snmp_oid_compare
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#undef snmp_oid_compare

enum { PACKET_FIRST = 4096, WIRE_V3 = 3, PACKET_MAX = 65535 };

struct snmp_codec {
	u_char *packet; /* the library may move it */
	size_t packet_size;
	netsnmp_session plain[2]; /* versions 1 and 2c */
	netsnmp_pdu *pdu; /* of the last answer: its octets are borrowed */
	struct snmp_decoded rows;
	unsigned char *copy; /* the library's decoder wants bytes that it may change */
	size_t copy_cap;
};

struct snmp_codec *snmp_codec_new(void)
{
	struct snmp_codec *c = mem_calloc(1, sizeof(*c));

	snmp_library_start();
	c->packet_size = PACKET_FIRST;
	c->packet = mem_calloc(1, c->packet_size);
	for (int i = 0; i < 2; i++) {
		c->plain[i].version = i;
		c->plain[i].rcvMsgMaxSize = c->plain[i].sndMsgMaxSize = PACKET_MAX;
	}
	return c;
}

static void forget(struct snmp_codec *c)
{
	if (c->pdu != NULL)
		snmp_free_pdu(c->pdu);
	c->pdu = NULL;
}

void snmp_codec_free(struct snmp_codec *c)
{
	if (c == NULL)
		return;
	forget(c);
	free(c->packet);
	snmp_decoded_release(&c->rows);
	free(c->copy);
	free(c);
}

/* --- writing --------------------------------------------------------------------------------------------- */

static void add_oid(netsnmp_pdu *pdu, struct snmp_oid o)
{
	oid parts[SNMP_OID_PARTS_MAX];

	assert(o.count <= SNMP_OID_PARTS_MAX);
	for (size_t i = 0; i < o.count; i++)
		parts[i] = o.parts[i];
	snmp_add_null_var(pdu, parts, o.count);
}

static netsnmp_pdu *pdu_of(const struct snmp_question *q)
{
	static const int commands[] = {[SNMP_OP_GET] = SNMP_MSG_GET,
				       [SNMP_OP_NEXT] = SNMP_MSG_GETNEXT,
				       [SNMP_OP_BULK] = SNMP_MSG_GETBULK};
	netsnmp_pdu *pdu = snmp_pdu_create(commands[q->operation]);

	if (pdu == NULL)
		abort();
	pdu->version = wire_versions[q->version];
	pdu->reqid = pdu->msgid = q->id;
	if (q->operation == SNMP_OP_BULK) {
		pdu->non_repeaters = 0;
		pdu->max_repetitions = (long)q->repetitions;
	}
	for (size_t i = 0; i < q->count; i++)
		add_oid(pdu, q->oids[i]);
	if (pdu->version == WIRE_V3 && q->context != NULL) {
		pdu->contextName = strdup(q->context);
		pdu->contextNameLen = strlen(q->context);
	}
	return pdu;
}

struct slice snmp_codec_write(struct snmp_codec *c, const struct snmp_question *q)
{
	netsnmp_pdu *pdu = pdu_of(q);
	netsnmp_session *s;
	size_t offset = 0;
	int rc;

	if (pdu->version == WIRE_V3) {
		s = snmp_user_session(q->user);
	} else {
		s = &c->plain[pdu->version];
		/* Borrowed: the library copies it into the request. */
		s->community = (u_char *)(uintptr_t)q->community;
		s->community_len = strlen(q->community);
	}
	rc = snmp_build(&c->packet, &c->packet_size, &offset, s, pdu);
	snmp_free_pdu(pdu);
	if (rc != 0 || offset == 0 || offset > c->packet_size)
		return (struct slice){"", 0};
	return (struct slice){(const char *)c->packet + c->packet_size - offset, offset};
}

/* --- reading --------------------------------------------------------------------------------------------- */

static void read_rows(struct snmp_codec *c, struct snmp_answer *ret)
{
	snmp_decoded_read(&c->rows, c->pdu);
	ret->id = (int32_t)c->pdu->reqid;
	ret->error = (int32_t)c->pdu->errstat;
	ret->error_index = (int32_t)c->pdu->errindex;
	ret->rows = c->rows.items;
	ret->count = c->rows.count;
}

/* RFC 3412 7.2.10: what answers must come from the same engine and user, as well protected as what was asked. */
static bool is_as_asked(const netsnmp_pdu *pdu, const netsnmp_session *s)
{
	return pdu->securityLevel == s->securityLevel &&
	       pdu->securityEngineIDLen == s->securityEngineIDLen &&
	       memcmp(pdu->securityEngineID, s->securityEngineID, s->securityEngineIDLen) == 0 &&
	       pdu->securityNameLen == s->securityNameLen &&
	       memcmp(pdu->securityName, s->securityName, s->securityNameLen) == 0;
}

static enum snmp_read refusal(int error)
{
	switch (error) {
	case SNMPERR_USM_AUTHENTICATIONFAILURE:
	case SNMPERR_USM_UNKNOWNSECURITYNAME:
	case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
	case SNMPERR_USM_NOTINTIMEWINDOW:
	case SNMPERR_USM_UNKNOWNENGINEID:
		return SNMP_READ_FORGED;
	default:
		return SNMP_READ_MALFORMED;
	}
}

enum snmp_read snmp_codec_read(struct snmp_codec *c, enum snmp_version version,
			       struct snmp_user *user, struct slice packet, struct snmp_answer *ret)
{
	long wire = wire_versions[version];
	netsnmp_session *s = wire == WIRE_V3 ? snmp_user_session(user) : &c->plain[wire];
	int rc;

	forget(c);
	if (packet.n > c->copy_cap) {
		c->copy_cap = packet.n;
		c->copy = mem_realloc(c->copy, packet.n, 1);
	}
	memcpy(c->copy, packet.p, packet.n);
	c->pdu = snmp_pdu_create(SNMP_MSG_RESPONSE);
	if (c->pdu == NULL)
		abort();
	rc = snmp_parse(NULL, s, c->pdu, c->copy, packet.n);
	if (rc != 0)
		return refusal(rc);
	if (c->pdu->version != wire)
		return SNMP_READ_MALFORMED;
	if (c->pdu->command == SNMP_MSG_REPORT && wire == WIRE_V3) {
		if (s->securityLevel != SNMP_SEC_LEVEL_NOAUTH &&
		    c->pdu->securityLevel == SNMP_SEC_LEVEL_NOAUTH)
			return SNMP_READ_FORGED;
		read_rows(c, ret);
		return SNMP_READ_REPORT;
	}
	if (c->pdu->command != SNMP_MSG_RESPONSE)
		return SNMP_READ_MALFORMED;
	if (wire == WIRE_V3 && !is_as_asked(c->pdu, s))
		return SNMP_READ_FORGED;
	read_rows(c, ret);
	return SNMP_READ_ANSWER;
}
