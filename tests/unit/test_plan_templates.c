/* plan_templates - what a template makes is what a person would have written, to the hash; bombs are
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/support/test_plan.h"

enum { CATDS = 33, DEVICES = 6 };
static const char *const devices[DEVICES] = {"enlace-a", "enlace-b", "cortafuegos",
					     "switch",   "ups",      "acceso"};

static void same_plan(const char *yaml, const char *csv, const char *by_hand)
{
	struct plan *a = test_plan_from_files(yaml, csv), *b = test_plan_from_files(by_hand, NULL);

	if (strcmp(a->hash, b->hash) != 0)
		fail_msg("made:\n%s\nby hand:\n%s", a->json.p, b->json.p);
	plan_free(a);
	plan_free(b);
}

#define SITES "sites: [{id: a, kind: k, vars: {n: 1}}, {id: b, kind: k, vars: {n: 2}}, {id: z}]\n"
#define PEOPLE                                                                                     \
	"channels: [{id: f, type: file, path: m.jsonl}]\n"                                         \
	"policies: [{id: q, steps: [{at: confirmed, call: [team], ack_within: 10s}]}]\n"

/* Every section that a template can make, in the order of the sites, behind what stands by hand. */
static void as_if_written_by_hand(void **state)
{
	(void)state;
	same_plan(SITES PEOPLE
		  "templates:\n"
		  "  - id: t\n"
		  "    for_sites: {kind: k}\n"
		  "    services: [{id: \"s-${site.id}\", rto: \"${site.vars.n}h\", needs: "
		  "\"${site.id}/x\", team: \"e-${site.id}\", policy: q}]\n"
		  "    agents: [{id: \"${site.id}\", site: \"${site.id}\"}]\n"
		  "    components:\n"
		  "      - {id: \"${site.id}/x\", depends_on: [\"${site.id}/y\"], checks: [{id: p, "
		  "type: tcp, address: h, port: \"80${site.vars.n}\", from: [\"${site.id}\"]}]}\n"
		  "      - {id: \"${site.id}/y\", name: \"Y de ${site.name}\", depends_on: w}\n"
		  "    people: [{id: \"p-${site.id}\", post: P, contacts: [{channel: f, to: "
		  "\"${site.id}@example.org\", carried_by: [\"${site.id}/y\"]}]}]\n"
		  "    seats: [{id: \"e-${site.id}\", level: 3, titular: \"p-${site.id}\"}]\n"
		  "components: [{id: w}]\n",
		  NULL,
		  "sites: [{id: a, kind: k}, {id: b, kind: k}, {id: z}]\n" PEOPLE
		  "agents: [{id: a, site: a}, {id: b, site: b}]\n"
		  "components:\n"
		  "  - {id: w}\n"
		  "  - {id: a/x, depends_on: [a/y], checks: [{id: p, type: tcp, address: h, port: "
		  "801, from: [a]}]}\n"
		  "  - {id: a/y, name: Y de a, depends_on: w}\n"
		  "  - {id: b/x, depends_on: [b/y], checks: [{id: p, type: tcp, address: h, port: "
		  "802, from: [b]}]}\n"
		  "  - {id: b/y, name: Y de b, depends_on: w}\n"
		  "people: [{id: p-a, post: P, contacts: [{channel: f, to: a@example.org, "
		  "carried_by: [a/y]}]}, {id: p-b, post: P, contacts: [{channel: f, to: "
		  "b@example.org, carried_by: [b/y]}]}]\n"
		  "seats: [{id: e-a, level: 3, titular: p-a}, {id: e-b, level: 3, titular: p-b}]\n"
		  "services: [{id: s-a, rto: 1h, needs: a/x, team: e-a, policy: q}, {id: s-b, rto: "
		  "2h, needs: b/x, team: e-b, policy: q}]\n");
}

static void each_site_is_a_list(void **state)
{
	static const char by_hand[] =
		"sites: [{id: a, kind: k}, {id: b, kind: k}, {id: z}]\n"
		"agents: [{id: n}, {id: a}, {id: b}]\n"
		"components: [{id: c, checks: [{id: p, type: icmp, address: h, quorum: 2, from: "
		"[n, a, b]}]}, {id: a/x}, {id: b/x}]\n"
		"services: [{id: s, rto: 1h, needs: {any: [c, {at_least: 2, of: [a/x, b/x]}]}}]\n";

	(void)state;
	same_plan(SITES "agents: [{id: n}]\n"
			"components:\n"
			"  - {id: c, checks: [{id: p, type: icmp, address: h, quorum: 2, from: [n, "
			"{each_site: {kind: k}, take: \"${site.id}\"}]}]}\n"
			"templates: [{id: t, for_sites: {kind: k}, agents: [{id: \"${site.id}\"}], "
			"components: [{id: \"${site.id}/x\"}]}]\n"
			"services: [{id: s, rto: 1h, needs: {any: [c, {at_least: 2, of: "
			"{each_site: {kind: k}, take: \"${site.id}/x\"}}]}}]\n",
		  NULL, by_hand);
	/* Whole entries as well. */
	same_plan(SITES "agents: [{id: n}, {each_site: {kind: k}, take: {id: \"${site.id}\"}}]\n"
			"components:\n"
			"  - {id: c, checks: [{id: p, type: icmp, address: h, quorum: 2, from: [n, "
			"a, b]}]}\n"
			"  - {each_site: {kind: k}, take: {id: \"${site.id}/x\"}}\n"
			"services: [{id: s, rto: 1h, needs: {any: [c, {at_least: 2, of: [a/x, "
			"b/x]}]}}]\n",
		  NULL, by_hand);
}

/* Within a template the placeholders of `take` stand for the sites of each_site; its selector is the
 * template's own. */
static void each_site_within_a_template(void **state)
{
	(void)state;
	same_plan(SITES "templates: [{id: t, for_sites: {kind: k}, components: [{id: "
			"\"${site.id}/x\", depends_on: {any: [{each_site: {kind: "
			"\"${site.kind}\", except: [\"${site.id}\"]}, take: \"${site.id}/y\"}]}}, "
			"{id: \"${site.id}/y\"}]}]\n",
		  NULL,
		  "sites: [{id: a, kind: k}, {id: b, kind: k}, {id: z}]\n"
		  "components: [{id: a/x, depends_on: {any: [b/y]}}, {id: a/y}, {id: b/x, "
		  "depends_on: {any: [a/y]}}, {id: b/y}]\n");
}

/* 33 CATD with 6 devices each: one template and a table of 34 lines are the plan of 6,000 lines. */
static void a_plan_of_33_catd(void **state)
{
	struct buf made CLEANUP(buf_release), csv CLEANUP(buf_release), hand CLEANUP(buf_release);

	(void)state;
	buf_init(&made, 1 << 20);
	buf_init(&csv, 1 << 20);
	buf_init(&hand, 1 << 20);
	buf_puts(&made, "sites: {from_csv: sites.csv, kind: catd}\n"
			"services: [{id: prep, rto: 10m, needs: {at_least: 30, of: {each_site: "
			"{kind: catd}, take: \"${site.id}/acceso\"}}}]\n"
			"templates:\n"
			"  - id: catd\n"
			"    for_sites: {kind: catd}\n"
			"    agents: [{id: \"${site.id}\", site: \"${site.id}\"}]\n"
			"    components:\n");
	buf_puts(&csv, "id,name,red\n");
	for (int d = 0; d < DEVICES; d++)
		buf_printf(&made,
			   "      - {id: \"${site.id}/%s\", site: \"${site.id}\", address: "
			   "\"${site.vars.red}.%d\", checks: [{id: ping, type: icmp, from: "
			   "[\"${site.id}\"]}]}\n",
			   devices[d], d + 1);
	buf_puts(&hand, "sites:\n");
	for (int i = 1; i <= CATDS; i++) {
		buf_printf(&csv, "catd-%02d,CATD %d,10.%d.0\n", i, i, i);
		buf_printf(&hand, "  - {id: catd-%02d, name: CATD %d, kind: catd}\n", i, i);
	}
	buf_puts(&hand, "agents:\n");
	for (int i = 1; i <= CATDS; i++)
		buf_printf(&hand, "  - {id: catd-%02d, site: catd-%02d}\n", i, i);
	buf_puts(&hand, "components:\n");
	for (int i = 1; i <= CATDS; i++) {
		for (int d = 0; d < DEVICES; d++)
			buf_printf(&hand,
				   "  - {id: catd-%02d/%s, site: catd-%02d, address: 10.%d.0.%d, "
				   "checks: [{id: ping, type: icmp, from: [catd-%02d]}]}\n",
				   i, devices[d], i, i, d + 1, i);
	}
	buf_puts(&hand, "services: [{id: prep, rto: 10m, needs: {at_least: 30, of: [");
	for (int i = 1; i <= CATDS; i++)
		buf_printf(&hand, "%scatd-%02d/acceso", i > 1 ? ", " : "", i);
	buf_puts(&hand, "]}}]\n");
	same_plan(buf_cstr(&made), buf_cstr(&csv), buf_cstr(&hand));
}

static void the_sample_of_33_catd(void **state)
{
	struct plan *p = test_plan_from_file("etc/vigia-catd/plan");
	const struct plan_need *needs;
	uint32_t s = plan_find_service(p, SLICE_LIT("prep-captura"));

	(void)state;
	assert_int_equal(p->agent_count, CATDS + 1);
	assert_int_equal(p->component_count, CATDS * DEVICES + 3);
	assert_int_equal(p->check_count, CATDS * (DEVICES + 1) + 4);
	assert_int_equal(p->service_count, CATDS + 2);
	needs = &p->services[s].needs->children[2];
	assert_int_equal(needs->at_least, 30);
	assert_int_equal(needs->child_count, CATDS);
	assert_string_equal(p->components[needs->children[32].component].id, "catd-33/acceso");
	s = plan_find_component(p, SLICE_LIT("catd-12/enlace-b"));
	assert_string_equal(p->components[s].name,
			    "Enlace B de CATD 12, sede alterna (m\xC3\xB3vil)");
	s = plan_find_component(p, SLICE_LIT("catd-33/enlace-b"));
	assert_string_equal(p->components[s].name, "Enlace B de CATD 33 (satelital)");
	assert_string_equal(p->components[s].address, "203.0.113.33");
	plan_free(p);
}

/* The text of the first block of a kind in a page. */
static const char *block(const char *page, const char *kind, struct arena *a)
{
	const char *from = strstr(page, arena_printf(a, "\n```%s\n", kind)), *to;

	assert_non_null(from);
	from = strchr(from + 1, '\n') + 1;
	to = strstr(from, "\n```\n");
	assert_non_null(to);
	return arena_strndup(a, from, (size_t)(to - from) + 1);
}

/* The page for those who write a plan: its example is one. */
static void the_example_of_the_page(void **state)
{
	struct arena *a = arena_new();
	const char *page = test_plan_read_file("docs/PLAN.md", a);
	struct plan *p = test_plan_from_files(block(page, "yaml", a), block(page, "csv", a));

	(void)state;
	assert_int_equal(p->site_count, 3);
	assert_int_equal(p->agent_count, 3);
	assert_int_equal(p->component_count, 5);
	assert_string_equal(p->components[4].id, "catd-01/ups");
	assert_string_equal(p->components[2].name, "Router of CATD 02, sede alterna");
	plan_free(p);
	arena_free(a);
}

/* --- bombs ----------------------------------------------------------------------------------------- */

/* A table of n sites. */
static void put_sites(struct buf *csv, int n)
{
	buf_init(csv, 4 << 20);
	buf_puts(csv, "id,v\n");
	for (int i = 0; i < n; i++)
		buf_printf(csv, "s%d,%d\n", i, i);
}

static void bomb(const char *yaml, const char *csv, const char *want)
{
	struct arena *a = arena_new();
	char *told = test_plan_complaints_of_files(yaml, csv, a);

	if (strstr(told, want) == NULL)
		fail_msg("'%s' was expected, but:\n%.2000s", want, told);
	arena_free(a);
}

#define FULL                                                                                       \
	"too-large: written out, the plan would hold more than 1000000 values or 32 MiB; it is "   \
	"not carried out any further\n"

static void too_many_values(void **state)
{
	struct buf yaml CLEANUP(buf_release), csv CLEANUP(buf_release);

	(void)state;
	put_sites(&csv, 9000);
	buf_init(&yaml, 1 << 20);
	buf_puts(&yaml, "sites: {from_csv: sites.csv}\n"
			"templates:\n  - id: t\n    for_sites: all\n    components:\n");
	for (int i = 0; i < 2000; i++)
		buf_printf(&yaml, "      - {id: c%d}\n", i);
	bomb(buf_cstr(&yaml), buf_cstr(&csv), FULL);
}

/* Each site's entry lists every site: the square of them. */
static void lists_within_a_template(void **state)
{
	struct buf csv CLEANUP(buf_release);

	(void)state;
	put_sites(&csv, 9000);
	bomb("sites: {from_csv: sites.csv}\n"
	     "templates: [{id: t, for_sites: all, components: [{id: \"${site.id}\", depends_on: "
	     "{any: {each_site: all, take: \"${site.id}\"}}}]}]\n",
	     buf_cstr(&csv), FULL);
}

static void too_much_text(void **state)
{
	struct buf yaml CLEANUP(buf_release), csv CLEANUP(buf_release);

	(void)state;
	put_sites(&csv, 9000);
	buf_init(&yaml, 1 << 20);
	buf_puts(&yaml, "vars: {a: ");
	for (int i = 0; i < 8000; i++)
		buf_puts(&yaml, "x");
	buf_puts(&yaml, "}\nsites: {from_csv: sites.csv}\n"
			"templates: [{id: t, for_sites: all, components: [{id: \"${site.id}\", "
			"name: \"${vars.a}${vars.a}\"}]}]\n");
	bomb(buf_cstr(&yaml), buf_cstr(&csv), FULL);
}

/* What nobody can find near is not searched thousands of times. */
static void thousands_of_unknown_names(void **state)
{
	struct arena *a = arena_new();
	struct buf csv CLEANUP(buf_release);
	char *told;

	(void)state;
	put_sites(&csv, 9000);
	told = test_plan_complaints_of_files(
		"sites: {from_csv: sites.csv}\n"
		"templates: [{id: t, for_sites: all, components: [{id: \"${site.id}\", "
		"depends_on: \"q${site.id}\", address: \"${site.vars.vv}\"}]}]\n",
		buf_cstr(&csv), a);
	assert_non_null(strstr(told, "unknown-variable: the site has no variable 'vv'; did you "
				     "mean 'v'? (template t, sites s0, s1,"));
	assert_non_null(strstr(told, "dangling-id: there is no component 'qs7' (template t, site "
				     "s7)\n"));
	arena_free(a);
}

static void more_members_than_the_engine_ranks(void **state)
{
	struct buf csv CLEANUP(buf_release);

	(void)state;
	put_sites(&csv, 257);
	bomb("sites: {from_csv: sites.csv}\n"
	     "templates: [{id: t, for_sites: all, components: [{id: \"${site.id}\"}]}]\n"
	     "services: [{id: s, rto: 1h, needs: {any: {each_site: all, take: \"${site.id}\"}}}]\n",
	     buf_cstr(&csv),
	     "plan.yaml:3:42: error: too-large: 257 members in one list, 256 at most; make groups "
	     "of them\n");
	bomb("sites: {from_csv: sites.csv}\n"
	     "templates: [{id: t, for_sites: all, agents: [{id: \"${site.id}\"}]}]\n"
	     "components: [{id: c, checks: [{id: p, type: icmp, address: x, from: {each_site: all, "
	     "take: \"${site.id}\"}}]}]\n",
	     buf_cstr(&csv), "error: too-large: from: 257 agents, 256 at most\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_if_written_by_hand),
		cmocka_unit_test(each_site_is_a_list),
		cmocka_unit_test(each_site_within_a_template),
		cmocka_unit_test(a_plan_of_33_catd),
		cmocka_unit_test(the_sample_of_33_catd),
		cmocka_unit_test(the_example_of_the_page),
		cmocka_unit_test(too_many_values),
		cmocka_unit_test(lists_within_a_template),
		cmocka_unit_test(too_much_text),
		cmocka_unit_test(thousands_of_unknown_names),
		cmocka_unit_test(more_members_than_the_engine_ranks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
