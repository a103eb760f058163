#include "probing/snmp_envelope.h"

#include <assert.h>
#include <string.h>

enum {
	TAG_INTEGER = 0x02,
	TAG_OCTETS = 0x04,
	TAG_NULL = 0x05,
	TAG_OID = 0x06,
	TAG_SEQUENCE = 0x30,
	TAG_GET = 0xa0,
	LENGTH_OCTETS_MAX = 4,
	WINDOW_ID_MAX = 0x7fffffff,
	SECURITY_USM = 3,
	MESSAGE_MAX = 65507
};

struct cursor {
	const uint8_t *p;
	size_t left;
};

/* Tag and length; *ret_inner is what they hold, *c goes on behind it. */
static bool take_any(struct cursor *c, uint8_t *ret_tag, struct cursor *ret_inner)
{
	size_t head = 2, n;

	if (c->left < 2)
		return false;
	*ret_tag = c->p[0];
	n = c->p[1];
	if (n & 0x80) {
		size_t octets = n & 0x7f;

		if (octets == 0 || octets > LENGTH_OCTETS_MAX || c->left < 2 + octets)
			return false;
		n = 0;
		for (size_t i = 0; i < octets; i++)
			n = n << 8 | c->p[2 + i];
		head += octets;
	}
	if (n > c->left - head)
		return false;
	*ret_inner = (struct cursor){c->p + head, n};
	*c = (struct cursor){c->p + head + n, c->left - head - n};
	return true;
}

static bool take(struct cursor *c, uint8_t tag, struct cursor *ret_inner)
{
	uint8_t found;

	return take_any(c, &found, ret_inner) && found == tag;
}

static bool take_int(struct cursor *c, int64_t lo, int64_t hi, int64_t *ret)
{
	struct cursor v;
	int64_t n;

	if (!take(c, TAG_INTEGER, &v) || v.left == 0 || v.left > 5)
		return false;
	n = (int8_t)v.p[0];
	for (size_t i = 1; i < v.left; i++)
		n = n * 256 + v.p[i];
	*ret = n;
	return n >= lo && n <= hi;
}

/* Whose request a PDU answers; `pdu` holds the inside of its tag. */
static bool read_id(struct cursor *pdu, int32_t *ret)
{
	int64_t id;

	if (!take_int(pdu, INT32_MIN, INT32_MAX, &id))
		return false;
	*ret = (int32_t)id;
	return true;
}

/* The counter that a Report names, its first varbind: 1.3.6.1.6.3.15.1.1.N.0 */
static enum snmp_report read_report(struct cursor pdu)
{
	static const uint8_t stats[] = {0x2b, 6, 1, 6, 3, 15, 1, 1};
	struct cursor list, bind, oid;
	int64_t status, index;
	int32_t id;

	if (!read_id(&pdu, &id) || !take_int(&pdu, 0, INT32_MAX, &status) ||
	    !take_int(&pdu, 0, INT32_MAX, &index) || !take(&pdu, TAG_SEQUENCE, &list) ||
	    !take(&list, TAG_SEQUENCE, &bind) || !take(&bind, TAG_OID, &oid))
		return SNMP_REPORT_OTHER;
	if (oid.left < sizeof(stats) + 1 || memcmp(oid.p, stats, sizeof(stats)) != 0)
		return SNMP_REPORT_OTHER;
	switch (oid.p[sizeof(stats)]) {
	case 1:
		return SNMP_REPORT_LEVEL;
	case 2:
		return SNMP_REPORT_TIME;
	case 3:
		return SNMP_REPORT_USER;
	case 4:
		return SNMP_REPORT_ENGINE;
	case 5:
		return SNMP_REPORT_DIGEST;
	case 6:
		return SNMP_REPORT_DECRYPT;
	default:
		return SNMP_REPORT_OTHER;
	}
}

static bool read_security(struct cursor octets, struct snmp_envelope *e)
{
	struct cursor params, engine, user;
	int64_t boots, time;

	if (!take(&octets, TAG_SEQUENCE, &params) || !take(&params, TAG_OCTETS, &engine) ||
	    engine.left > SNMP_ENGINE_MAX || !take_int(&params, 0, WINDOW_ID_MAX, &boots) ||
	    !take_int(&params, 0, WINDOW_ID_MAX, &time) || !take(&params, TAG_OCTETS, &user) ||
	    user.left > SNMP_USER_MAX)
		return false;
	memcpy(e->user, user.p, user.left);
	memcpy(e->engine, engine.p, engine.left);
	e->engine_size = (uint8_t)engine.left;
	e->boots = (uint32_t)boots;
	e->time = (uint32_t)time;
	return true;
}

static bool read_scoped(struct cursor scoped, struct snmp_envelope *e)
{
	struct cursor context, pdu;

	if (!take(&scoped, TAG_OCTETS, &context) || !take(&scoped, TAG_OCTETS, &context) ||
	    !take_any(&scoped, &e->pdu, &pdu))
		return false;
	if (e->pdu == SNMP_PDU_REPORT)
		e->report = read_report(pdu);
	return true;
}

static bool read_v3(struct cursor message, struct snmp_envelope *e)
{
	struct cursor global, flags, security, body;
	int64_t id, size, model;

	if (!take(&message, TAG_SEQUENCE, &global) || !take_int(&global, 0, INT32_MAX, &id) ||
	    !take_int(&global, 484, INT32_MAX, &size) || !take(&global, TAG_OCTETS, &flags) ||
	    flags.left != 1 || !take_int(&global, SECURITY_USM, SECURITY_USM, &model) ||
	    !take(&message, TAG_OCTETS, &security) || !read_security(security, e))
		return false;
	e->id = (int32_t)id;
	e->flags = flags.p[0];
	if ((e->flags & SNMP_FLAG_PRIV) != 0)
		return (e->flags & SNMP_FLAG_AUTH) != 0 && take(&message, TAG_OCTETS, &body);
	return take(&message, TAG_SEQUENCE, &body) && read_scoped(body, e);
}

bool snmp_envelope_read(const void *packet, size_t n, struct snmp_envelope *ret)
{
	struct cursor c = {packet, n}, message, community, pdu;
	int64_t version;

	*ret = (struct snmp_envelope){0};
	if (!take(&c, TAG_SEQUENCE, &message) || !take_int(&message, 0, 3, &version) ||
	    version == 2)
		return false;
	ret->version = (int)version;
	if (version == 3)
		return read_v3(message, ret);
	return take(&message, TAG_OCTETS, &community) && take_any(&message, &ret->pdu, &pdu) &&
	       (ret->pdu == SNMP_PDU_TRAP_1 || read_id(&pdu, &ret->id));
}

/* --- writing: everything but the two ids is constant ----------------------------------------------------- */

static void put(uint8_t **p, const void *bytes, size_t n)
{
	memcpy(*p, bytes, n);
	*p += n;
}

static void put_id(uint8_t **p, int32_t id)
{
	uint32_t u = (uint32_t)id;
	uint8_t v[6] = {TAG_INTEGER,       4,         (uint8_t)(u >> 24), (uint8_t)(u >> 16),
			(uint8_t)(u >> 8), (uint8_t)u};

	put(p, v, sizeof(v));
}

size_t snmp_discovery_write(uint8_t dst[SNMP_DISCOVERY_MAX], int32_t id)
{
	/* clang-format off */
	static const uint8_t head[] = {
		TAG_SEQUENCE, 64,
			TAG_INTEGER, 1, 3,
			TAG_SEQUENCE, 17};
	static const uint8_t global[] = {
				TAG_INTEGER, 3, MESSAGE_MAX >> 16, MESSAGE_MAX >> 8 & 0xff, MESSAGE_MAX & 0xff,
				TAG_OCTETS, 1, SNMP_FLAG_REPORTABLE,
				TAG_INTEGER, 1, SECURITY_USM,
			TAG_OCTETS, 16, TAG_SEQUENCE, 14,
				TAG_OCTETS, 0, TAG_INTEGER, 1, 0, TAG_INTEGER, 1, 0,
				TAG_OCTETS, 0, TAG_OCTETS, 0, TAG_OCTETS, 0,
			TAG_SEQUENCE, 20,
				TAG_OCTETS, 0, TAG_OCTETS, 0,
				TAG_GET, 14};
	static const uint8_t pdu[] = {
					TAG_INTEGER, 1, 0, TAG_INTEGER, 1, 0, TAG_SEQUENCE, 0};
	/* clang-format on */
	uint8_t *p = dst;

	assert(id >= 0);
	put(&p, head, sizeof(head));
	put_id(&p, id);
	put(&p, global, sizeof(global));
	put_id(&p, id);
	put(&p, pdu, sizeof(pdu));
	dst[1] = (uint8_t)(p - dst - 2);
	return (size_t)(p - dst);
}
