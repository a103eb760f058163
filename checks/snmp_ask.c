#include "checks/snmp_ask.h"

#include <stdio.h>
#include <string.h>

#include "base/micro.h"
#include "base/parse.h"

bool snmp_oid_parse(struct slice text, struct arena *memory, struct snmp_oid *ret)
{
	uint32_t parts[SNMP_OID_PARTS_MAX];
	size_t count = 0;
	struct slice rest = text;

	if (rest.n > 0 && rest.p[0] == '.')
		rest = (struct slice){rest.p + 1, rest.n - 1};
	for (;;) {
		const char *dot = rest.n > 0 ? memchr(rest.p, '.', rest.n) : NULL;
		struct slice part = {rest.p, dot != NULL ? (size_t)(dot - rest.p) : rest.n};
		int64_t v;

		if (count == SNMP_OID_PARTS_MAX || parse_i64(part, 0, UINT32_MAX, &v) != ERR_OK ||
		    (part.n > 0 && (part.p[0] < '0' || part.p[0] > '9')))
			return false;
		parts[count++] = (uint32_t)v;
		if (dot == NULL)
			break;
		rest = (struct slice){dot + 1, rest.n - part.n - 1};
	}
	/* X.660: the first two parts share one octet on the wire. */
	if (count < 2 || parts[0] > 2 || (parts[0] < 2 && parts[1] > 39))
		return false;
	*ret = snmp_oid_copy(memory, (struct snmp_oid){parts, count});
	return true;
}

void snmp_oid_format(struct snmp_oid oid, char *dst, size_t size)
{
	size_t used = 0;

	if (size == 0)
		return;
	dst[0] = '\0';
	for (size_t i = 0; i < oid.count; i++) {
		int n = snprintf(dst + used, size - used, "%s%lu", i > 0 ? "." : "",
				 (unsigned long)oid.parts[i]);

		if (n < 0 || (size_t)n >= size - used) {
			if (size > 4)
				memcpy(dst + size - 4, "...", 4);
			return;
		}
		used += (size_t)n;
	}
}

int snmp_oid_compare(struct snmp_oid a, struct snmp_oid b)
{
	size_t n = a.count < b.count ? a.count : b.count;

	for (size_t i = 0; i < n; i++) {
		if (a.parts[i] != b.parts[i])
			return a.parts[i] < b.parts[i] ? -1 : 1;
	}
	return a.count == b.count ? 0 : a.count < b.count ? -1 : 1;
}

bool snmp_oid_is_below(struct snmp_oid oid, struct snmp_oid root)
{
	return oid.count > root.count &&
	       memcmp(oid.parts, root.parts, root.count * sizeof(*root.parts)) == 0;
}

struct snmp_oid snmp_oid_copy(struct arena *memory, struct snmp_oid oid)
{
	uint32_t *parts;

	if (oid.count == 0)
		return (struct snmp_oid){NULL, 0};
	parts = arena_calloc(memory, oid.count, sizeof(*parts));
	memcpy(parts, oid.parts, oid.count * sizeof(*parts));
	return (struct snmp_oid){parts, oid.count};
}

/* The number that a text begins with: "58.000000 C". */
static int64_t leading_number(struct slice text)
{
	struct slice s = text;
	size_t n = 0;
	bool digits = false;
	int64_t v;

	for (; s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'); s.n--)
		s.p++;
	if (n < s.n && s.p[n] == '-')
		n++;
	for (; n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '.'); n++)
		digits = digits || s.p[n] != '.';
	if (n > 0 && s.p[n - 1] == '.')
		n--; /* "58." ends a sentence */
	if (!digits || micro_parse((struct slice){s.p, n}, &v) != ERR_OK)
		return MICRO_NONE;
	return v;
}

int64_t snmp_value_micro(const struct snmp_value *v)
{
	const int64_t most = INT64_MAX / MICRO;

	switch (v->kind) {
	case SNMP_SIGNED:
		return v->i > most || v->i < -most ? MICRO_NONE : v->i * MICRO;
	case SNMP_UNSIGNED:
		return v->u > (uint64_t)most ? MICRO_NONE : (int64_t)v->u * MICRO;
	case SNMP_FLOAT:
		if (!(v->f > -9e12 && v->f < 9e12))
			return MICRO_NONE;
		return (int64_t)(v->f * (double)MICRO + (v->f < 0 ? -0.5 : 0.5));
	case SNMP_OCTETS:
		return leading_number(v->octets);
	case SNMP_ABSENT:
	case SNMP_NULL:
	case SNMP_ADDRESS:
	case SNMP_NAME:
		break;
	}
	return MICRO_NONE;
}
