/* plan_annexes - records, tools, suppliers and resources, as the struct. What is wrong: tests/fixtures/wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/instant.h"
#include "tests/support/test_plan.h"

#define HOUR (3600 * US_PER_S)

static void records_and_tools_are_read(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/audit/base.yaml");
	const struct plan_annexes *x = p->annexes;

	(void)state;
	assert_int_equal(x->record_count, 1);
	assert_string_equal(x->records[0].name, "Inventario");
	assert_string_equal(x->records[0].place, "Servidor de archivos");
	assert_string_equal(x->records[0].copy, "Sitio alterno");
	assert_string_equal(p->people[x->records[0].keeper].id, "m");
	assert_int_equal(x->records[0].backup, BACKUP_EVERY);
	assert_int_equal(x->records[0].every_us, 4 * HOUR);
	assert_int_equal(x->records[0].stated_count, 2);
	assert_int_equal(x->records[0].stated[0].service, 0);
	assert_int_equal(x->records[0].stated[1].service, PLAN_NONE);
	assert_int_equal(x->records[0].stated[1].rpo.us, 4 * HOUR);
	assert_true(x->tools[0].carries_alarms);
	assert_string_equal(p->components[x->tools[0].component].id, "pbx");
	assert_int_equal(x->tools[0].stated[0].rpo.kind, OBJECTIVE_FUNCTIONAL);
	plan_free(p);
}

static void suppliers_and_resources_are_read(void **state)
{
	struct plan *p = test_plan_from_file("tests/fixtures/audit/base.yaml");
	const struct plan_annexes *x = p->annexes;

	(void)state;
	assert_string_equal(x->suppliers[0].contract, "C-01");
	assert_string_equal(x->suppliers[0].cases, "portal");
	assert_int_equal(x->suppliers[0].response_us, 300 * US_PER_S);
	assert_int_equal(x->suppliers[0].service_count, 1);
	assert_int_equal(x->resources_count, 2);
	assert_true(x->resources[0].is_remote);
	assert_int_equal(x->resources[0].amount[RESOURCE_LAPTOPS], 2);
	assert_int_equal(x->resources[0].amount[RESOURCE_VPN], -1);
	assert_int_equal(x->resources[1].service, PLAN_NONE);
	plan_free(p);
}

static void a_plan_without_annexes_has_empty_ones(void **state)
{
	struct plan *p = test_plan_from_text("records: [{id: r}]\n");

	(void)state;
	assert_string_equal(p->annexes->records[0].name, "r");
	assert_int_equal(p->annexes->records[0].backup, BACKUP_NOT_STATED);
	assert_int_equal(p->annexes->records[0].keeper, PLAN_NONE);
	assert_int_equal(p->annexes->tool_count, 0);
	plan_free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_and_tools_are_read),
		cmocka_unit_test(suppliers_and_resources_are_read),
		cmocka_unit_test(a_plan_without_annexes_has_empty_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
