#include "tests/support/heard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/parse.h"

struct snmp_oid heard_oid(struct arena *a, const char *text)
{
	struct snmp_oid r;

	assert_true(snmp_oid_parse(slice_of(text), a, &r));
	return r;
}

struct notification heard_of(struct arena *a, const char *oid, const char *const *varbinds)
{
	struct notification n = {.source = "192.0.2.1", .oid = heard_oid(a, oid)};
	struct snmp_row *rows = arena_calloc(a, 64, sizeof(*rows));

	n.rows = rows;
	for (; *varbinds != NULL; varbinds++) {
		const char *equals = strchr(*varbinds, '=');
		struct snmp_row *r = &rows[n.count++];

		assert_non_null(equals);
		r->oid = heard_oid(a, arena_strndup(a, *varbinds, (size_t)(equals - *varbinds)));
		r->value.kind = SNMP_OCTETS;
		r->value.octets = slice_of(arena_strdup(a, equals + 1));
		if (parse_i64(r->value.octets, INT64_MIN, INT64_MAX, &r->value.i) == ERR_OK)
			r->value.kind = SNMP_SIGNED;
	}
	return n;
}
