#include "checks/notification.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/slice.h"
#include "base/utf8.h"

static const uint32_t sys_up_time[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
static const uint32_t trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
static const uint32_t trap_enterprise[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 3, 0};
/* snmpCommunityMIB: snmpTrapAddress.0, snmpTrapCommunity.0 */
static const uint32_t trap_address[] = {1, 3, 6, 1, 6, 3, 18, 1, 3, 0};
static const uint32_t trap_community[] = {1, 3, 6, 1, 6, 3, 18, 1, 4, 0};
static const uint32_t generic_traps[] = {1, 3, 6, 1, 6, 3, 1, 1, 5};

#define OID(a)                                                                                     \
	(struct snmp_oid)                                                                          \
	{                                                                                          \
		(a), COUNT_OF(a)                                                                   \
	}

enum { GENERIC_MAX = 5, GENERIC_SPECIFIC = 6 };

static bool is(struct snmp_oid a, struct snmp_oid b)
{
	return snmp_oid_compare(a, b) == 0;
}

/* What a proxy adds behind the values (RFC 3584 3.1 (4)). */
static bool is_of_proxy(struct snmp_oid o)
{
	return is(o, OID(trap_address)) || is(o, OID(trap_community)) ||
	       is(o, OID(trap_enterprise));
}

static void take_address(const struct snmp_row *r, struct notification *ret)
{
	const unsigned char *b = (const unsigned char *)r->value.octets.p;

	if (is(r->oid, OID(trap_address)) && r->value.kind == SNMP_ADDRESS &&
	    r->value.octets.n == 4)
		snprintf(ret->said, sizeof(ret->said), "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

bool notification_from_v2(const struct snmp_row *rows, size_t count, struct notification *ret)
{
	size_t first = count > 0 && is(rows[0].oid, OID(sys_up_time)) ? 1 : 0;

	if (first >= count || !is(rows[first].oid, OID(trap_oid)) ||
	    rows[first].value.kind != SNMP_NAME || rows[first].value.name.count == 0)
		return false;
	ret->oid = rows[first].value.name;
	while (count > first + 1 && is_of_proxy(rows[count - 1].oid))
		take_address(&rows[--count], ret);
	ret->rows = rows + first + 1;
	ret->count = count - first - 1;
	return true;
}

bool notification_from_v1(struct snmp_oid enterprise, int64_t generic, int64_t specific,
			  uint32_t memory[SNMP_OID_PARTS_MAX], struct notification *ret)
{
	struct snmp_oid from = enterprise;
	size_t n;

	if (generic < 0 || generic > GENERIC_SPECIFIC || specific < 0 || specific > UINT32_MAX)
		return false;
	if (generic <= GENERIC_MAX)
		from = OID(generic_traps);
	if (from.count == 0 || from.count + 2 > SNMP_OID_PARTS_MAX)
		return false;
	memcpy(memory, from.parts, from.count * sizeof(*memory));
	n = from.count;
	if (generic <= GENERIC_MAX) {
		memory[n++] = (uint32_t)generic + 1;
	} else {
		memory[n++] = 0;
		memory[n++] = (uint32_t)specific;
	}
	ret->oid = (struct snmp_oid){memory, n};
	return true;
}

/* Without the 0 before its last part, which only one of the two spellings has. */
static size_t plain_count(struct snmp_oid o)
{
	return o.count >= 2 && o.parts[o.count - 2] == 0 ? o.count - 1 : o.count;
}

bool notification_is(struct snmp_oid a, struct snmp_oid b)
{
	size_t n = plain_count(a);

	return n > 0 && n == plain_count(b) && a.parts[a.count - 1] == b.parts[b.count - 1] &&
	       memcmp(a.parts, b.parts, (n - 1) * sizeof(*a.parts)) == 0;
}

const struct snmp_row *notification_find(const struct notification *n, struct snmp_oid oid)
{
	for (size_t i = 0; i < n->count; i++) {
		if (is(n->rows[i].oid, oid) || snmp_oid_is_below(n->rows[i].oid, oid))
			return &n->rows[i];
	}
	return NULL;
}

/* --- text -------------------------------------------------------------------------------------------------- */

static bool is_blank(unsigned char c)
{
	return c == '\t' || c == '\r' || c == '\n';
}

static bool is_text(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && !is_blank(c)) || c == 0x7f)
			return false;
	}
	return true;
}

static size_t put_hex(struct slice s, char *dst, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < s.n && used + 4 <= size; i++)
		used += (size_t)snprintf(dst + used, size - used, i > 0 ? ":%02x" : "%02x",
					 (unsigned char)s.p[i]);
	return used;
}

/* Cards of ten years ago write Latin-1. */
static size_t put_latin(unsigned char c, char *dst)
{
	if (c < 0x80) {
		dst[0] = (char)c;
		return 1;
	}
	if (c < 0xa0) {
		dst[0] = '?';
		return 1;
	}
	dst[0] = (char)(0xc0 | c >> 6);
	dst[1] = (char)(0x80 | (c & 0x3f));
	return 2;
}

static bool is_utf8(struct slice s)
{
	for (size_t i = 0, n; i < s.n; i += n) {
		n = utf8_length((const unsigned char *)s.p + i, s.n - i);
		if (n == 0)
			return false;
	}
	return true;
}

/* One character of the text, as UTF-8; nothing of C1 controls. */
static size_t take_character(struct slice *s, bool utf8, char piece[4])
{
	unsigned char c = (unsigned char)s->p[0];
	size_t n = utf8 ? utf8_length((const unsigned char *)s->p, s->n) : 1, made = n;

	if (utf8)
		memcpy(piece, s->p, n);
	else
		made = put_latin(c, piece);
	if (utf8 && n == 2 && c == 0xc2 && (unsigned char)piece[1] < 0xa0)
		made = 0;
	s->p += n;
	s->n -= n;
	return made;
}

/* Runs of blanks and line ends become one blank. */
static size_t put_text(struct slice s, char *dst, size_t size)
{
	bool utf8 = is_utf8(s);
	size_t used = 0;

	while (s.n > 0) {
		char piece[4];
		size_t made = take_character(&s, utf8, piece);

		if (made == 1 && (is_blank((unsigned char)piece[0]) || piece[0] == ' ')) {
			if (used == 0 || dst[used - 1] == ' ')
				continue;
			piece[0] = ' ';
		}
		if (used + made >= size)
			break;
		memcpy(dst + used, piece, made);
		used += made;
	}
	while (used > 0 && dst[used - 1] == ' ')
		used--;
	return used;
}

static size_t put_octets(struct slice s, char *dst, size_t size)
{
	while (s.n > 0 && s.p[s.n - 1] == '\0')
		s.n--; /* some agents send C strings whole */
	return is_text(s) ? put_text(s, dst, size) : put_hex(s, dst, size);
}

static size_t put_formatted(const struct snmp_value *v, char *dst, size_t size)
{
	const unsigned char *b = (const unsigned char *)v->octets.p;
	int n = 0;

	dst[0] = '\0';
	switch (v->kind) {
	case SNMP_SIGNED:
		n = snprintf(dst, size, "%" PRId64, v->i);
		break;
	case SNMP_UNSIGNED:
		n = snprintf(dst, size, "%" PRIu64, v->u);
		break;
	case SNMP_FLOAT:
		n = snprintf(dst, size, "%g", v->f);
		break;
	case SNMP_ADDRESS:
		n = v->octets.n == 4 ? snprintf(dst, size, "%u.%u.%u.%u", b[0], b[1], b[2], b[3])
				     : (int)put_hex(v->octets, dst, size);
		break;
	case SNMP_NAME:
		snmp_oid_format(v->name, dst, size);
		return strlen(dst);
	case SNMP_ABSENT:
	case SNMP_NULL:
	case SNMP_OCTETS:
		break;
	}
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

size_t notification_value_text(const struct snmp_value *v, char *dst, size_t size)
{
	size_t n;

	if (size == 0)
		return 0;
	n = v->kind == SNMP_OCTETS ? put_octets(v->octets, dst, size) : put_formatted(v, dst, size);
	dst[n] = '\0';
	return n;
}
