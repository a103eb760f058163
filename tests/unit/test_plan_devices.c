/* plan_devices - what a component says once for all its checks, with a profile and without; where it comes from a template. Wrong
 * ones: tests/fixtures/profiles, by test_plan_file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

static void same_plan(const char *yaml, const char *by_hand)
{
	struct plan *a = test_plan_from_files(yaml, NULL), *b = test_plan_from_files(by_hand, NULL);

	if (strcmp(a->hash, b->hash) != 0)
		fail_msg("made:\n%s\nby hand:\n%s", a->json.p, b->json.p);
	plan_free(a);
	plan_free(b);
}

/* `from`, `interval` and `snmp` count for whom they concern and who does not say it. */
static void said_once_for_all_checks(void **state)
{
	(void)state;
	same_plan("agents: [{id: a}, {id: b}]\n"
		  "components:\n"
		  "  - id: c\n"
		  "    address: h\n"
		  "    from: [a, b]\n"
		  "    interval: 20s\n"
		  "    snmp: {version: 1, port: 1161, community: other}\n"
		  "    checks:\n"
		  "      - {id: p, type: icmp}\n"
		  "      - {id: q, type: tcp, port: 22, from: [b], interval: 5s}\n"
		  "      - {id: s, type: snmp, version: 2c, values: {v: {oid: 1.3}}}\n",
		  "agents: [{id: a}, {id: b}]\n"
		  "components:\n"
		  "  - id: c\n"
		  "    address: h\n"
		  "    checks:\n"
		  "      - {id: p, type: icmp, from: [a, b], interval: 20s}\n"
		  "      - {id: q, type: tcp, port: 22, from: [b], interval: 5s}\n"
		  "      - {id: s, type: snmp, version: 2c, port: 1161, community: "
		  "other, values: {v: {oid: 1.3}}, from: [a, b], interval: 20s}\n");
}

/* The port of SNMP is not that of the shell. */
static void credentials_are_for_snmp(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(test_plan_complaints_of_files(
				    "agents: [{id: a}]\ncomponents: [{id: c, address: h, snmp: "
				    "{port: 1161}, checks: [{id: q, type: tcp}]}]\n",
				    NULL, a),
			    "plan.yaml:2:63: error: missing-key: 'port' is missing: port\n");
	arena_free(a);
}

/* A pair without a profile: the check of both has the members. */
static void a_pair_by_hand(void **state)
{
	(void)state;
	same_plan("agents: [{id: a}]\n"
		  "components: [{id: c, members: {x: h1, y: h2}, checks: [{id: q, type: snmp-pair, "
		  "values: {own: {oid: 1.3}}}, {id: r, type: snmp-pair, members: {z: h3}, values: "
		  "{own: {oid: 1.3}}}, {id: p, type: icmp, address: h1}]}]\n",
		  "agents: [{id: a}]\n"
		  "components: [{id: c, checks: [{id: q, type: snmp-pair, members: {x: h1, y: h2}, "
		  "values: {own: {oid: 1.3}}}, {id: r, type: snmp-pair, members: {z: h3}, values: "
		  "{own: {oid: 1.3}}}, {id: p, type: icmp, address: h1}]}]\n");
}

#define PROFILE                                                                                    \
	"agents: [{id: a}]\nprofiles: [{id: p, options: {port: {default: \"22\", type: integer, "  \
	"help: x}}, checks: [{id: ssh, type: tcp, port: \"${port}\"}], each: {more: {checks: "     \
	"[{id: \"m-${each.id}\", type: icmp}]}}}]\n"

/* The component comes from a template: its options are the site's variables, its faults have the names of both. */
static void a_profile_within_a_template(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	same_plan(
		PROFILE
		"sites: [{id: s1, vars: {ip: h1, port: 2222}}, {id: s2, vars: {ip: h2}}]\n"
		"templates: [{id: t, for_sites: all, components: [{id: \"${site.id}/x\", address: "
		"\"${site.vars.ip}\", profile: p, with: {port: \"${site.vars.port|80}\"}, more: "
		"[{id: \"${site.id}\"}], checks: [{id: ssh, interval: 30s}]}]}]\n",
		"agents: [{id: a}]\nsites: [{id: s1}, {id: s2}]\n"
		"components:\n"
		"  - {id: s1/x, address: h1, checks: [{id: ssh, type: tcp, port: 2222, interval: "
		"30s}, {id: m-s1, type: icmp}]}\n"
		"  - {id: s2/x, address: h2, checks: [{id: ssh, type: tcp, port: 80, interval: "
		"30s}, {id: m-s2, type: icmp}]}\n");
	assert_string_equal(
		test_plan_complaints_of_files(
			PROFILE "sites: [{id: s1}, {id: s2}]\n"
				"templates: [{id: t, for_sites: all, components: [{id: "
				"\"${site.id}/x\", address: h, profile: p, with: {port: x}, from: "
				"[b], checks: [{id: m, type: icmp}]}]}]\n",
			NULL, a),
		"plan.yaml:4:108: error: syntax: port: 'x' is not an integer (write 750000): x "
		"(template t, all 2 sites)\n");
	assert_string_equal(
		test_plan_complaints_of_files(
			PROFILE
			"sites: [{id: s1}, {id: s2}]\n"
			"templates: [{id: t, for_sites: {ids: [s1]}, components: [{id: "
			"\"${site.id}/x\", address: h, profile: p, from: [b], checks: [{id: "
			"m, type: icmp}]}]}]\n",
			NULL, a),
		"plan.yaml:4:110: error: dangling-id: there is no agent 'b' (template t, site s1, "
		"component s1/x, all 2 checks)\n");
	arena_free(a);
}

/* What stands in the journal is what was made. */
static void the_journal_knows_no_device(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(
		test_plan_complaints(
			"{\"profiles\":[],\"components\":[{\"id\":\"c\",\"profile\":\"p\","
			"\"snmp\":{}}]}",
			a),
		"journal:1:2: error: not-expanded: 'profiles' stands in files only\n"
		"journal:1:40: error: not-expanded: 'profile' stands in files only\n"
		"journal:1:54: error: not-expanded: 'snmp' stands in files only\n");
	arena_free(a);
}

/* Whose checks are all left out has none, and is no fault of form. */
static void nothing_is_left(void **state)
{
	struct plan *p = test_plan_from_files(
		PROFILE "components: [{id: c, address: h, profile: p, checks: [{id: \"*\", omit: "
			"true}]}]\n",
		NULL);

	(void)state;
	assert_int_equal(p->check_count, 0);
	plan_free(p);
}

/* A plan that would be too large is told so, once, and nothing of what follows from it. */
static void a_thousand_entries_of_a_thousand_devices(void **state)
{
	struct arena *a = arena_new();
	struct buf yaml CLEANUP(buf_release);

	(void)state;
	buf_init(&yaml, 8 << 20);
	buf_puts(&yaml, PROFILE "components:\n");
	for (int i = 0; i < 300; i++) {
		buf_printf(&yaml, "  - {id: c%d, address: h, profile: p, more: [{id: e0}", i);
		for (int k = 1; k < 1000; k++)
			buf_printf(&yaml, ",{id: e%d}", k);
		buf_puts(&yaml, "]}\n");
	}
	assert_string_equal(
		test_plan_complaints_of_files(buf_cstr(&yaml), NULL, a),
		"plan.yaml:2:151: error: too-large: written out, the plan would hold more than "
		"1000000 values or 32 MiB; it is not carried out any further\n");
	arena_free(a);
}

/* A profile that nobody names is a slip, or was forgotten. */
static void a_profile_that_nobody_names(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	assert_string_equal(test_plan_complaints_of_files(PROFILE, NULL, a),
			    "plan.yaml:2:12: note: unused: no component and no profile names the "
			    "profile 'p'\n");
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(said_once_for_all_checks),
		cmocka_unit_test(credentials_are_for_snmp),
		cmocka_unit_test(a_pair_by_hand),
		cmocka_unit_test(a_profile_within_a_template),
		cmocka_unit_test(the_journal_knows_no_device),
		cmocka_unit_test(nothing_is_left),
		cmocka_unit_test(a_thousand_entries_of_a_thousand_devices),
		cmocka_unit_test(a_profile_that_nobody_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
