/* plan_look - names, findings and the plan for people; whether the files still say the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define json_null json_null_of_jansson
#include <jansson.h>
#undef json_null

#include "base/files.h"
#include "collector/plan_look.h"
#include "tests/support/test_plan.h"

static const char text[] =
	"institution: {name: Prueba, code: C, revision: '01', locale: es-MX}\n"
	"sites: [{id: dc, name: Centro, kind: central}]\n"
	"agents: [{id: a, site: dc}]\n"
	"components: [{id: web, name: Sitio, site: dc, checks: [{id: p, type: tcp, address: "
	"127.0.0.1, port: 9, from: [a], interval: 5s}]}]\n"
	"services: [{id: portal, name: Portal, area: X, criticality: high, rto: 5m, needs: web, "
	"policy: uno, procedure: drp}]\n"
	"people: [{id: ana, post: Mesa, contacts: [{channel: f, to: ana@example.org}]}, {id: beto, "
	"post: Otra, contacts: [{channel: f, to: ana@example.org}]}]\n"
	"seats: [{id: mesa, level: 0, titular: ana}]\n"
	"channels: [{id: f, type: file, path: /tmp/no-such}]\n"
	"policies: [{id: uno, steps: [{at: confirmed, call: ['seat:mesa'], ack_within: 20s}]}]\n"
	"procedures: [{id: drp, name: DRP, activities: [{n: 1, do: x, by: ana}]}]\n"
	"reports: {types: [{id: lluvia, name: Lluvia, class: operational, procedure: drp}]}\n"
	"accepted: [{id: x1, finding: no-suplente, at: 'seat:mesa', reason: Así es, by: ana, on: "
	"2026-05-01, until: 2026-09-01}]\n";

static char path[64];
static struct plan *plan;
static struct plan_look look;

static void put(const char *what)
{
	struct err_info info;

	assert_int_equal(files_replace(path, slice_of(what), 0600, &info), ERR_OK);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/vigia-look-XXXXXX");
	assert_true(mkstemp(path) >= 0);
	put(text);
	plan = test_plan_from_text(text);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	plan_free(plan);
	(void)remove(path);
	return 0;
}

static void make(const char *from, int64_t today_s)
{
	struct err_info info;

	assert_int_equal(plan_look_make(&(struct plan_look_ask){.path = from,
								.json = plan->json,
								.hash = plan->hash,
								.today_s = today_s},
					&look, &info),
			 ERR_OK);
}

/* Members of an object, as an object. */
static json_t *object_of(const struct buf *members)
{
	json_error_t error;
	json_t *root;
	char *whole;

	assert_true(members->len > 0 && members->data[0] == ',');
	assert_true(asprintf(&whole, "{%.*s}", (int)members->len - 1, members->data + 1) > 0);
	root = json_loads(whole, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s in %s", error.text, whole);
	free(whole);
	return root;
}

static const json_t *item(const json_t *root, const char *list, size_t i)
{
	return json_array_get(json_object_get(root, list), i);
}

static const char *str(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s != NULL ? s : "(null)";
}

static void the_names(void **state)
{
	json_t *root;

	(void)state;
	make(path, 0);
	root = object_of(&look.names);
	assert_string_equal(str(root, "institution"), "Prueba");
	assert_string_equal(str(item(root, "sites", 0), "kind"), "central");
	assert_string_equal(str(item(root, "services", 0), "criticality"), "high");
	assert_string_equal(str(item(root, "services", 0), "procedure"), "drp");
	assert_string_equal(str(item(root, "components", 0), "site"), "dc");
	assert_string_equal(json_string_value(item(root, "checks", 0)), "web:p");
	assert_string_equal(str(item(root, "report_types", 0), "class"), "operational");
	assert_string_equal(str(item(root, "report_types", 0), "service"), "(null)");
	assert_string_equal(str(item(root, "report_types", 0), "procedure"), "drp");
	assert_string_equal(str(item(root, "seats", 0), "name"), "mesa");
	assert_string_equal(str(item(root, "people", 0), "post"), "Mesa");
	assert_int_equal(
		json_integer_value(json_object_get(item(root, "procedures", 0), "activities")), 1);
	assert_string_equal(str(item(root, "channels", 0), "type"), "file");
	assert_int_equal(json_array_size(json_object_get(root, "jornadas")), 0);
	assert_true(json_is_array(json_object_get(root, "windows")));
	assert_null(strstr(buf_cstr(&look.names), "ana@"));
	json_decref(root);
	plan_look_release(&look);
}

static const json_t *finding(const json_t *root, const char *code, const char *where)
{
	const json_t *list = json_object_get(root, "findings"), *f;
	size_t i;

	json_array_foreach(list, i, f)
	{
		if (strcmp(str(f, "code"), code) == 0 && strcmp(str(f, "where"), where) == 0)
			return f;
	}
	fail_msg("no %s at %s in %s", code, where, buf_cstr(&look.open));
	return NULL;
}

static void findings_and_what_is_accepted(void **state)
{
	json_t *root;
	const json_t *f;

	(void)state;
	make(path, 1780000000); /* 2026-05-28 */
	root = object_of(&look.open);
	assert_true(look.warnings > 0);
	assert_int_equal(look.accepted, 1);
	assert_int_equal(
		json_integer_value(json_object_get(json_object_get(root, "totals"), "accepted")),
		1);
	f = json_object_get(finding(root, "no-suplente", "seat:mesa"), "accepted");
	assert_string_equal(str(f, "by"), "ana");
	assert_string_equal(str(f, "reason"), "Así es");
	assert_string_equal(str(f, "on"), "2026-05-01");
	assert_string_equal(str(f, "until"), "2026-09-01");
	f = finding(root, "no-review", "plan");
	assert_true(json_is_null(json_object_get(f, "accepted")));
	json_decref(root);
	plan_look_release(&look);
	/* After its day it counts again. */
	make(path, 1790000000);
	assert_int_equal(look.accepted, 0);
	plan_look_release(&look);
}

static void for_whom(void **state)
{
	json_t *root;

	(void)state;
	make(path, 0);
	assert_non_null(strstr(buf_cstr(&look.open), "ana@example.org"));
	assert_null(strstr(buf_cstr(&look.closed), "ana@example.org"));
	root = object_of(&look.open);
	assert_true(strlen(str(finding(root, "shared-contact", "person:ana+beto"), "text")) > 10);
	json_decref(root);
	root = object_of(&look.closed);
	assert_true(json_is_null(
		json_object_get(finding(root, "shared-contact", "person:ana+beto"), "text")));
	assert_true(json_is_false(json_object_get(root, "contacts")));
	assert_string_equal(str(item(json_object_get(root, "plan"), "services", 0), "id"),
			    "portal");
	json_decref(root);
	plan_look_release(&look);
}

static void what_is_on_disk(void **state)
{
	struct err_info info;

	(void)state;
	make(path, 0);
	assert_int_equal(look.disk, PLAN_DISK_SAME);
	assert_string_equal(look.disk_hash, plan->hash);
	plan_look_release(&look);
	put("agents: [{id: a}]\n");
	make(path, 0);
	assert_int_equal(look.disk, PLAN_DISK_DIFFERS);
	assert_string_not_equal(look.disk_hash, plan->hash);
	assert_non_null(strstr(buf_cstr(&look.names), "Portal")); /* what is in force is shown */
	assert_true(look.warnings > 0);
	plan_look_release(&look);
	put("agents: [{id: a}]\nnonsense: 1\n");
	make(path, 0);
	assert_int_equal(look.disk, PLAN_DISK_REFUSED);
	assert_string_equal(look.disk_hash, "");
	assert_non_null(strstr(look.disk_text, ":2:1: unknown-key:"));
	plan_look_release(&look);
	make(NULL, 0); /* nobody knows any files */
	assert_int_equal(look.disk, PLAN_DISK_REFUSED);
	plan_look_release(&look);
	put("x");
	assert_int_equal(
		plan_look_make(
			&(struct plan_look_ask){.path = path, .json = SLICE_LIT("{"), .hash = "h"},
			&look, &info),
		ERR_CORRUPT);
	plan_look_release(&look);
	assert_string_equal(plan_on_disk_word(PLAN_DISK_DIFFERS), "differs");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(findings_and_what_is_accepted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(for_whom, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_on_disk, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
