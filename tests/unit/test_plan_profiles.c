/* plan_profiles - what a profile makes is what a person would have written, to the hash; what is wrong is told once, where it
 * stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/findings.h"
#include "base/parse.h"
#include "checks/check.h"
#include "plan/plan_file.h"
#include "plan/profile_shelf.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

static const char profiles[] =
	"agents: [{id: dc}, {id: az}]\n"
	"profiles:\n"
	"  - id: fw\n"
	"    name: Cortafuegos\n"
	"    include: [ifs]\n"
	"    match: {object_id: [1.3.6.1.4.1.9.1.1409], descr: \"*ASA*\"}\n"
	"    options:\n"
	"      limit: {default: \"70%\", type: number, help: share}\n"
	"      licence: {type: integer, help: connections of the licence}\n"
	"    checks:\n"
	"      - {id: cpu, type: snmp, interval: 30s, affects: condition, values: {cpu: {oid: "
	"1.3.6.1, rows: max}, old: {oid: 1.3.6.2}}, warning: \"cpu > ${limit}\"}\n"
	"      - {id: conns, type: snmp, values: {n: {oid: 1.3.1}, share: {calc: \"n / "
	"${licence}\"}}, critical: \"share > 90%\"}\n"
	"      - {id: web, type: http, url: \"https://${address}/${member|solo}\"}\n"
	"      - {id: extra, omit: true, type: tcp, port: 22}\n"
	"    pair:\n"
	"      checks: [{id: pair, type: snmp-pair, values: {own: {oid: 1.3.7}}, critical: "
	"\"active != 1\"}]\n"
	"    traps: [{oid: 1.3.6.1.6.3.1.1.5.3, name: linkDown, text: \"cae en ${component}\"}]\n"
	"  - id: ifs\n"
	"    each:\n"
	"      interfaces:\n"
	"        rows: {name: {by: 1.31, is: true}, alias: {by: 1.18, like: true}}\n"
	"        keys: {want: {default: up, help: state}}\n"
	"        checks:\n"
	"          - {id: \"if-${each.id}\", type: snmp, values: {oper: {oid: 1.8, row: "
	"\"${each.row}\", words: {1: up, 2: down}}}, critical: \"oper != ${each.want}\"}\n";

static void same_plan(const char *yaml, const char *by_hand)
{
	struct plan *a = test_plan_from_files(yaml, NULL), *b = test_plan_from_files(by_hand, NULL);

	if (strcmp(a->hash, b->hash) != 0)
		fail_msg("made:\n%s\nby hand:\n%s", a->json.p, b->json.p);
	plan_free(a);
	plan_free(b);
}

/* The profile, then the components. */
static const char *plan_of(struct arena *a, const char *components)
{
	return arena_printf(a, "%scomponents:\n%s", profiles, components);
}

static void as_if_written_by_hand(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	same_plan(
		plan_of(a,
			"  - id: dc/fw\n"
			"    profile: fw\n"
			"    members: {a: 192.0.2.1, b: 192.0.2.2}\n"
			"    from: [dc]\n"
			"    snmp: {version: 3, user: vigia, auth: sha-256}\n"
			"    with: {licence: 5000}\n"
			"    interfaces: [{id: out, name: outside}, {id: isp, alias: \"*ISP*\"}]\n"
			"    traps: dc\n"
			"    trap_sources: [192.0.2.99]\n"
			"    checks:\n"
			"      - {id: cpu, warning: \"cpu > 60%\", values: {old: {oid: 1.3.9}}}\n"
			"      - {id: b.cpu, interval: 60s}\n"
			"      - {id: b.conns, affects: serving}\n"
			"      - {id: \"*.extra\", omit: false}\n"
			"      - {id: \"if-*\", from: [az]}\n"
			"      - {id: web, omit: true}\n"
			"      - {id: ping, type: icmp, address: 192.0.2.9}\n"
			"  - id: dc/uno\n"
			"    address: 192.0.2.7\n"
			"    profile: fw\n"
			"    from: [dc]\n"
			"    with: {licence: 1}\n"),
		"agents: [{id: dc}, {id: az}]\n"
		"components:\n"
		"  - id: dc/fw\n"
		"    checks:\n"
		"      - {id: a.cpu, type: snmp, interval: 30s, affects: condition, values: {cpu: "
		"{oid: 1.3.6.1, rows: max}, old: {oid: 1.3.9}}, warning: \"cpu > 60%\", address: "
		"192.0.2.1, from: [dc], version: 3, user: vigia, auth: sha-256}\n"
		"      - {id: a.conns, affects: condition, type: snmp, values: {n: {oid: 1.3.1}, "
		"share: {calc: \"n / "
		"5000\"}}, critical: \"share > 90%\", address: 192.0.2.1, from: [dc], version: 3, "
		"user: vigia, auth: sha-256}\n"
		"      - {id: a.extra, affects: condition, type: tcp, port: 22, address: "
		"192.0.2.1, from: [dc]}\n"
		"      - {id: a.if-out, affects: condition, type: snmp, values: {oper: {oid: 1.8, "
		"row: {by: 1.31, is: "
		"outside}, words: {1: up, 2: down}}}, critical: \"oper != up\", address: "
		"192.0.2.1, from: [az], version: 3, user: vigia, auth: sha-256}\n"
		"      - {id: a.if-isp, affects: condition, type: snmp, values: {oper: {oid: 1.8, "
		"row: {by: 1.18, "
		"like: \"*ISP*\"}, words: {1: up, 2: down}}}, critical: \"oper != up\", address: "
		"192.0.2.1, from: [az], version: 3, user: vigia, auth: sha-256}\n"
		"      - {id: b.cpu, type: snmp, interval: 60s, affects: condition, values: {cpu: "
		"{oid: 1.3.6.1, rows: max}, old: {oid: 1.3.9}}, warning: \"cpu > 60%\", address: "
		"192.0.2.2, from: [dc], version: 3, user: vigia, auth: sha-256}\n"
		"      - {id: b.conns, type: snmp, values: {n: {oid: 1.3.1}, share: {calc: \"n / "
		"5000\"}}, critical: \"share > 90%\", address: 192.0.2.2, from: [dc], version: 3, "
		"user: vigia, auth: sha-256}\n"
		"      - {id: b.extra, affects: condition, type: tcp, port: 22, address: "
		"192.0.2.2, from: [dc]}\n"
		"      - {id: b.if-out, affects: condition, type: snmp, values: {oper: {oid: 1.8, "
		"row: {by: 1.31, is: "
		"outside}, words: {1: up, 2: down}}}, critical: \"oper != up\", address: "
		"192.0.2.2, from: [az], version: 3, user: vigia, auth: sha-256}\n"
		"      - {id: b.if-isp, affects: condition, type: snmp, values: {oper: {oid: 1.8, "
		"row: {by: 1.18, "
		"like: \"*ISP*\"}, words: {1: up, 2: down}}}, critical: \"oper != up\", address: "
		"192.0.2.2, from: [az], version: 3, user: vigia, auth: sha-256}\n"
		"      - {id: pair, type: snmp-pair, values: {own: {oid: 1.3.7}}, critical: "
		"\"active != 1\", members: {a: 192.0.2.1, b: 192.0.2.2}, from: [dc], version: 3, "
		"user: vigia, auth: sha-256}\n"
		"      - {id: traps, type: trap, interval: 1m, affects: condition, warning: "
		"\"worst >= warning\", critical: \"worst >= major\", from: [dc], sources: "
		"[192.0.2.1, 192.0.2.2, 192.0.2.99], notifications: [{oid: 1.3.6.1.6.3.1.1.5.3, "
		"name: linkDown, text: \"cae en dc/fw\"}]}\n"
		"      - {id: ping, type: icmp, address: 192.0.2.9, from: [dc]}\n"
		"  - id: dc/uno\n"
		"    address: 192.0.2.7\n"
		"    checks:\n"
		"      - {id: cpu, type: snmp, interval: 30s, affects: condition, values: {cpu: "
		"{oid: 1.3.6.1, rows: max}, old: {oid: 1.3.6.2}}, warning: \"cpu > 70%\", from: "
		"[dc]}\n"
		"      - {id: conns, type: snmp, values: {n: {oid: 1.3.1}, share: {calc: \"n / "
		"1\"}}, critical: \"share > 90%\", from: [dc]}\n"
		"      - {id: web, type: http, url: \"https://192.0.2.7/solo\", from: [dc]}\n");
	arena_free(a);
}

/* The journal's plan holds the checks that were made, and nothing of how; it is the same plan again. */
static void the_journal_holds_what_was_made(void **state)
{
	struct arena *a = arena_new();
	struct plan *p = test_plan_from_files(
			    plan_of(a,
				    "  - id: dc/fw\n"
				    "    profile: fw\n"
				    "    members: {a: 192.0.2.1, b: 192.0.2.2}\n"
				    "    from: [dc]\n"
				    "    snmp: {version: 3, user: vigia, auth: sha-256}\n"
				    "    with: {licence: 5000}\n"
				    "    interfaces: [{id: out, name: outside}, {id: isp, alias: "
				    "\"*ISP*\"}]\n"
				    "    traps: dc\n"
				    "    trap_sources: [192.0.2.99]\n"
				    "    checks:\n"
				    "      - {id: cpu, warning: \"cpu > 60%\", values: {old: {oid: "
				    "1.3.9}}}\n"
				    "      - {id: b.cpu, interval: 60s}\n"
				    "      - {id: \"*.extra\", omit: false}\n"
				    "      - {id: \"if-*\", from: [az]}\n"
				    "      - {id: web, omit: true}\n"
				    "      - {id: ping, type: icmp, address: 192.0.2.9}\n"
				    "  - id: dc/uno\n"
				    "    address: 192.0.2.7\n"
				    "    profile: fw\n"
				    "    from: [dc]\n"
				    "    with: {licence: 1}\n"),
			    NULL),
		    *again;
	struct findings f;

	(void)state;
	assert_null(strstr(p->json.p, "profile"));
	assert_null(strstr(p->json.p, "interfaces"));
	findings_init(&f);
	again = plan_file_load_json(p->json, &test_schemas_list, &f);
	assert_non_null(again);
	assert_string_equal(again->hash, p->hash);
	assert_int_equal(again->check_count, 16);
	findings_release(&f);
	plan_free(again);
	plan_free(p);
	arena_free(a);
}
/* Packets come from numbers: a name is no source, and the check's own address may be one. */
static void traps_come_from_numbers(void **state)
{
	static const char top[] = "agents: [{id: a}, {id: b}]\n"
				  "%scomponents: [{id: c, address: fw.example.org, %s]}]\n";
	static const char ours[] =
		"profiles: [{id: p, traps: [{oid: 1.3, text: \"${address}\"}]}]\n";
	static const char made[] =
		"{id: traps, type: trap, interval: 1m, affects: condition, "
		"warning: \"worst >= warning\", critical: \"worst >= major\", "
		"from: [%s], %snotifications: [{oid: 1.3, text: fw.example.org}]}";
	struct arena *a = arena_new();

	(void)state;
	same_plan(arena_printf(a, top, ours,
			       "profile: p, traps: a, checks: [{id: traps, interval: 1m}"),
		  arena_printf(a, top, "",
			       arena_printf(a, "checks: [%s", arena_printf(a, made, "a", ""))));
	same_plan(arena_printf(a, top, ours,
			       "profile: p, traps: [a, b], trap_sources: [192.0.2.7, 192.0.2.8, "
			       "192.0.2.7], checks: [{id: traps, interval: 1m}"),
		  arena_printf(a, top, "",
			       arena_printf(a, "checks: [%s",
					    arena_printf(a, made, "a, b",
							 "sources: [192.0.2.7, 192.0.2.8], "))));
	arena_free(a);
}

/* The text of the n-th block of a kind in a part of the page. */
static const char *block(const char *part, const char *kind, int n, struct arena *a)
{
	const char *from = part, *to;

	for (int i = 0; i < n; i++) {
		from = strstr(from, kind);
		assert_non_null(from);
		from = strchr(from, '\n') + 1;
	}
	to = strstr(from, "\n```\n");
	assert_non_null(to);
	return arena_strndup(a, from, (size_t)(to - from) + 1);
}

/* A check as the page shows it. */
static void put_check(struct buf *out, const struct plan_check *c)
{
	char interval[32];

	format_duration_exact(interval, sizeof(interval), c->interval_us);
	buf_printf(out, "%-24s %s %s", c->id, c->schema->type, interval);
	if (c->warning_text[0] != '\0')
		buf_printf(out, "  warning %s", c->warning_text);
	if (c->critical_text[0] != '\0')
		buf_printf(out, "  critical %s", c->critical_text);
	buf_putc(out, '\n');
}

/* docs/SNMP.md: its profile is one, named as it is named there, and makes what it says. */
static void the_example_of_the_page(void **state)
{
	struct arena *a = arena_new();
	const char *page = strstr(test_plan_read_file("docs/SNMP.md", a),
				  "\n### How to write a profile in ten minutes\n");
	struct buf made CLEANUP(buf_release);
	const char *text;
	struct plan *p;

	(void)state;
	assert_non_null(page);
	text = arena_printf(a, "%s%s", block(page, "\n```yaml\n" + 1, 1, a),
			    block(page, "\n```yaml\n" + 1, 2, a));
	p = test_plan_from_files(text, NULL);
	buf_init(&made, 1 << 16);
	for (uint32_t i = 0; i < p->check_count; i++)
		put_check(&made, &p->checks[i]);
	assert_string_equal(buf_cstr(&made), block(page, "```\ndc/ups:", 1, a));
	plan_free(p);
	arena_free(a);
}

/* An entry of a list, with a text for each key that has to be given. */
static const char *entry_of(const struct profile_list *l, struct arena *a)
{
	const char *text = "{id: e";

	for (size_t i = 0; i < l->keys.count; i++) {
		if (l->keys.items[i].fallback == NULL)
			text = arena_printf(a, "%s, %s: \"%s\"", text, l->keys.items[i].name,
					    l->keys.items[i].type == PROFILE_DURATION ? "1m" : "1");
	}
	return arena_printf(a, "%s%s%s}", text, l->row_count > 0 ? ", " : "",
			    l->row_count > 0 ? arena_printf(a, "%s: x", l->rows[0].key) : "");
}

/* Two components of a profile with everything that it can make. */
static const char *all_of(const struct profile *p, struct arena *a)
{
	const char *rest = "";

	for (size_t i = 0; i < p->options.count; i++)
		assert_non_null(p->options.items[i].fallback); /* a device may just name it */
	for (size_t i = 0; i < p->list_count; i++)
		rest = arena_printf(a, "%s, %s: [%s]", rest, p->lists[i].name,
				    entry_of(&p->lists[i], a));
	if (p->traps.count > 0)
		rest = arena_printf(a, "%s, traps: dc", rest);
	rest = arena_printf(a, "%s, checks: [{id: \"*\", omit: false}]", rest);
	return arena_printf(a,
			    "  - {id: \"one/%s\", profile: %s, address: 192.0.2.1%s}\n"
			    "  - {id: \"two/%s\", profile: %s, members: {a: 192.0.2.1, b: "
			    "192.0.2.2}%s}\n",
			    p->id, p->id, rest, p->id, p->id, rest);
}

/* A fault of a profile of ours, as opposed to one of this plan, which is for nobody. */
static bool is_ours(const struct finding *f)
{
	return f->severity == FINDING_ERROR || strcmp(f->code, "warning-hidden") == 0 ||
	       strcmp(f->code, "never-fires") == 0 || strcmp(f->code, "tries-too-long") == 0;
}

/* Every profile of the project is right in all that it can make, with the check types of the programs; its thresholds have a
 * meaning; and a device alone and a pair can be of every kind. */
static void the_profiles_of_the_project(void **state)
{
	struct arena *a;
	const char *text = "agents: [{id: dc}]\ncomponents:\n";
	struct profile_shelf *shelf;
	struct findings f;
	struct plan *p;
	int bad = 0;

	(void)state;
	if (profile_files[0].id == NULL || schema_find(&check_schemas, SLICE_LIT("snmp")) == NULL ||
	    schema_find(&check_schemas, SLICE_LIT("snmp-pair")) == NULL ||
	    schema_find(&check_schemas, SLICE_LIT("trap")) == NULL)
		skip(); /* built without profiles, or without what they speak of */
	a = arena_new();
	findings_init(&f);
	shelf = profile_shelf_new(a, &f);
	for (size_t i = 0; i < profile_shelf_count(shelf); i++) {
		if (profile_shelf_get(shelf, i) != NULL)
			text = arena_printf(a, "%s%s", text,
					    all_of(profile_shelf_get(shelf, i), a));
	}
	p = plan_file_load_text("plan", slice_of(text), &check_schemas, &f);
	if (p != NULL)
		plan_check_findings(p, 0, &f);
	for (size_t i = 0; i < f.count; i++) {
		if (!is_ours(&f.items[i]))
			continue;
		print_error("%s:%u: %s: %s\n", f.items[i].file, f.items[i].line, f.items[i].code,
			    f.items[i].text);
		bad++;
	}
	assert_int_equal(bad, 0);
	plan_free(p);
	findings_release(&f);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_if_written_by_hand),
		cmocka_unit_test(the_journal_holds_what_was_made),
		cmocka_unit_test(traps_come_from_numbers),
		cmocka_unit_test(the_example_of_the_page),
		cmocka_unit_test(the_profiles_of_the_project),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
