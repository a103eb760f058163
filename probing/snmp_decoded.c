#include "probing/snmp_decoded.h"

#include <stdlib.h>

#include "base/mem.h"

/* The library has a function of this name, which nobody here calls. */
#define snmp_oid_compare library_snmp_oid_compare
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#undef snmp_oid_compare

static size_t count_parts(const netsnmp_pdu *pdu, size_t *ret_rows)
{
	size_t parts = 0, rows = 0;

	for (const netsnmp_variable_list *v = pdu->variables; v != NULL; v = v->next_variable) {
		rows++;
		parts += v->name_length;
		if (v->type == ASN_OBJECT_ID)
			parts += v->val_len / sizeof(oid);
	}
	*ret_rows = rows;
	return parts;
}

static struct snmp_oid oid_of(uint32_t **parts, const oid *name, size_t count)
{
	struct snmp_oid o = {*parts, count};

	for (size_t i = 0; i < count; i++)
		(*parts)[i] = (uint32_t)name[i];
	*parts += count;
	return o;
}

static uint64_t u64_of(const struct counter64 *c)
{
	return (uint64_t)(uint32_t)c->high << 32 | (uint32_t)c->low;
}

/* The library has moved an opaque float into a tag of its own; the wire's tag is ASN_OPAQUE then. */
static void read_value(const netsnmp_variable_list *v, uint32_t **parts, struct snmp_value *ret)
{
	*ret = (struct snmp_value){.kind = SNMP_ABSENT, .tag = v->type};
	switch (v->type) {
	case ASN_INTEGER:
		ret->kind = SNMP_SIGNED;
		ret->i = *v->val.integer;
		break;
	case ASN_COUNTER:
	case ASN_GAUGE:
	case ASN_TIMETICKS:
	case ASN_UINTEGER:
		ret->kind = SNMP_UNSIGNED;
		ret->u = (uint32_t)*v->val.integer;
		break;
	case ASN_COUNTER64:
	case ASN_OPAQUE_COUNTER64:
	case ASN_OPAQUE_U64:
		ret->kind = SNMP_UNSIGNED;
		ret->u = u64_of(v->val.counter64);
		break;
	case ASN_OPAQUE_I64:
		ret->kind = SNMP_SIGNED;
		ret->i = (int64_t)u64_of(v->val.counter64);
		break;
	case ASN_OPAQUE_FLOAT:
		ret->kind = SNMP_FLOAT;
		ret->f = (double)*v->val.floatVal;
		break;
	case ASN_OPAQUE_DOUBLE:
		ret->kind = SNMP_FLOAT;
		ret->f = *v->val.doubleVal;
		break;
	case ASN_OBJECT_ID:
		ret->kind = SNMP_NAME;
		ret->name = oid_of(parts, v->val.objid, v->val_len / sizeof(oid));
		break;
	case ASN_IPADDRESS:
	case ASN_OCTET_STR:
	case ASN_OPAQUE:
	case ASN_NSAP:
	case ASN_BIT_STR:
		ret->kind = v->type == ASN_IPADDRESS ? SNMP_ADDRESS : SNMP_OCTETS;
		ret->octets = (struct slice){(const char *)v->val.string, v->val_len};
		break;
	case ASN_NULL:
		ret->kind = SNMP_NULL;
		break;
	default: /* noSuchObject, noSuchInstance, endOfMibView */
		break;
	}
}

void snmp_decoded_read(struct snmp_decoded *r, const void *of)
{
	const netsnmp_pdu *pdu = of;
	size_t rows, parts = count_parts(pdu, &rows), i = 0;
	uint32_t *p;

	if (rows > r->cap) {
		r->cap = rows * 2;
		r->items = mem_realloc(r->items, r->cap, sizeof(*r->items));
	}
	if (parts > r->part_cap) {
		r->part_cap = parts * 2;
		r->parts = mem_realloc(r->parts, r->part_cap, sizeof(*r->parts));
	}
	p = r->parts;
	for (const netsnmp_variable_list *v = pdu->variables; v != NULL; v = v->next_variable) {
		r->items[i].oid = oid_of(&p, v->name, v->name_length);
		read_value(v, &p, &r->items[i++].value);
	}
	r->count = rows;
}

void snmp_decoded_release(struct snmp_decoded *r)
{
	free(r->items);
	free(r->parts);
	*r = (struct snmp_decoded){0};
}
