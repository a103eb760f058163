/* trap_rules - what a check is told about notifications: entries, conditions, texts; and what is wrong with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/instant.h"
#include "checks/trap_rules.h"
#include "tests/support/heard.h"

static const struct trap_rules *compiled(struct arena *a, const char *json)
{
	const struct trap_rules *r = NULL;
	struct err_info info = {0};

	if (trap_rules_compile(json, a, &r, &info) != ERR_OK)
		fail_msg("%s", info.text);
	return r;
}

static const char array_rules[] =
	"[{\"oid\":\"1.3.6.1.4.1.42.2.95.0.6\",\"name\":\"alertMessage\","
	"\"when\":{\"oid\":\"1.3.6.1.4.1.42.2.95.1.3.2\",\"is\":\"0\"},"
	"\"varbinds\":{\"device\":\"1.3.6.1.4.1.42.2.95.1.3.5\",\"event\":\"1.3.6.1.4.1.42.2.95.1."
	"3.8\"},"
	"\"clears\":\"{device} {event}\"},"
	"{\"oid\":\"1.3.6.1.4.1.42.2.95.0.6\",\"name\":\"alertMessage\",\"severity\":\"critical\","
	"\"when\":[{\"oid\":\"1.3.6.1.4.1.42.2.95.1.3.2\",\"is\":[\"3\",\"4\"]},"
	"{\"oid\":\"1.3.6.1.4.1.42.2.95.1.3.1\",\"like\":\"alm*\"}],"
	"\"varbinds\":{\"device\":\"1.3.6.1.4.1.42.2.95.1.3.5\",\"event\":\"1.3.6.1.4.1.42.2.95.1."
	"3.8\"},"
	"\"raises\":\"{device} "
	"{event}\",\"lasts\":\"7d\",\"window\":\"1m\",\"hastens\":[\"ping\"]}]";

static void the_first_entry_that_fits_is_taken(void **state)
{
	struct arena *a = arena_new();
	const struct trap_rules *r = compiled(a, array_rules);
	struct notification clear = HEARD(a, "1.3.6.1.4.1.42.2.95.6",
					  "1.3.6.1.4.1.42.2.95.1.3.2=0"),
			    raise = HEARD(a, "1.3.6.1.4.1.42.2.95.0.6",
					  "1.3.6.1.4.1.42.2.95.1.3.1=almacen",
					  "1.3.6.1.4.1.42.2.95.1.3.2.1=4"),
			    other = HEARD(a, "1.3.6.1.4.1.42.2.95.0.6",
					  "1.3.6.1.4.1.42.2.95.1.3.1=otro",
					  "1.3.6.1.4.1.42.2.95.1.3.2=4"),
			    level = HEARD(a, "1.3.6.1.4.1.42.2.95.0.6",
					  "1.3.6.1.4.1.42.2.95.1.3.1=almacen",
					  "1.3.6.1.4.1.42.2.95.1.3.2=2"),
			    strange = HEARD(a, "1.3.6.1.4.1.42.2.95.0.7",
					    "1.3.6.1.4.1.42.2.95.1.3.2=0");

	(void)state;
	assert_ptr_equal(trap_rules_find(r, &clear), &r->items[0]);
	assert_ptr_equal(trap_rules_find(r, &raise), &r->items[1]);
	assert_null(trap_rules_find(r, &other));
	assert_null(trap_rules_find(r, &level));
	assert_null(trap_rules_find(r, &strange));
	assert_int_equal(r->items[0].severity, TRAP_INFO);
	assert_int_equal(r->items[0].hastens, TRAP_HASTENS_ALL);
	assert_int_equal(r->items[0].lasts_us, INT64_C(86400) * US_PER_S);
	assert_int_equal(r->items[0].window_us, 300 * US_PER_S);
	assert_int_equal(r->items[1].severity, TRAP_CRITICAL);
	assert_int_equal(r->items[1].lasts_us, 7 * INT64_C(86400) * US_PER_S);
	assert_int_equal(r->items[1].window_us, 60 * US_PER_S);
	assert_int_equal(r->items[1].hastens, TRAP_HASTENS_NAMED);
	assert_string_equal(r->items[1].hastened[0], "ping");
	arena_free(a);
}

static const char *text_of(struct arena *a, const char *entry, const struct notification *n,
			   size_t size)
{
	static char text[TRAP_TEXT_SIZE];
	const struct trap_rules *r =
		compiled(a, arena_printf(a, "[{\"oid\":\"1.3.6.1\",\"name\":\"x\",%s}]", entry));

	trap_template_write(r->items[0].text, n, text, size);
	return text;
}

static void a_text_is_filled_in(void **state)
{
	struct arena *a = arena_new();
	struct notification n = HEARD(a, "1.3.6.1", "1.3.6.1.9.1.4.10.0.0.1=9",
				      "1.3.6.1.9.2=n\xc3\xba"
				      "mero",
				      "1.3.6.1.9.3=x");
	char all[TRAP_TEXT_SIZE];

	(void)state;
	assert_string_equal(
		text_of(a,
			"\"varbinds\":{\"state\":{\"oid\":\"1.3.6.1.9.1\",\"words\":{\"9\":"
			"\"activo\"}},\"who\":\"1.3.6.1.9.2\"},\"text\":\"{who}: {state} "
			"({state.index}) {3} {1.3.6.1.9.1}{9}\"",
			&n, sizeof(all)),
		"n\xc3\xba"
		"mero: activo (4.10.0.0.1) x 9?");
	assert_string_equal(text_of(a, "\"text\":\"plain\"", &n, sizeof(all)), "plain");
	/* cut between characters */
	assert_string_equal(text_of(a, "\"text\":\"{2}\"", &n, 3), "n");
	assert_string_equal(text_of(a, "\"text\":\"{2}\"", &n, 4), "n\xc3\xba");
	trap_values_write(&n, all, sizeof(all));
	assert_string_equal(all, "9, n\xc3\xba"
				 "mero, x");
	arena_free(a);
}

static void severities_have_words_and_an_order(void **state)
{
	(void)state;
	for (int s = 0; s < TRAP_SEVERITY_COUNT; s++)
		assert_int_equal(trap_severity_from_word(
					 slice_of(trap_severity_word((enum trap_severity)s))),
				 s);
	assert_int_equal(trap_severity_from_word(SLICE_LIT("grave")), TRAP_SEVERITY_COUNT);
	assert_true(TRAP_CRITICAL > TRAP_MAJOR && TRAP_MAJOR > TRAP_MINOR);
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *json, *text;
	} cases[] = {
		{"{}", "notifications: a list was expected"},
		{"[1]", "notifications.1: a map of keys"},
		{"[{\"name\":\"x\"}]", "notifications.1: 'oid' is missing"},
		{"[{\"oid\":\"1.3.6\"}]", "notifications.1: 'name' is missing"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"\"}]", "notifications.1.name: a name of 1 to 63"},
		{"[{\"oid\":\"1.3.x\",\"name\":\"x\"}]", "notifications.1.oid: '1.3.x' is no OID"},
		{"[{\"oid\":[],\"name\":\"x\"}]", "notifications.1.oid: the list is empty"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"severty\":\"info\"}]",
		 "unknown key 'severty'; did you mean 'severity'?"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"severity\":\"none\"}]",
		 "'none' is none of info"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"text\":\"{y}\"}]",
		 "notifications.1.text: '{y}' is no name"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"text\":\"{1\"}]", "without its other half"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"raises\":\"a\",\"clears\":\"a\"}]",
		 "exclude each other"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"lasts\":\"0\"}]",
		 "notifications.1.lasts: '0' is no duration"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"when\":{\"oid\":\"1.3.6\"}}]",
		 "notifications.1.when: one of 'is' and 'like'"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"when\":{\"is\":\"1\"}}]",
		 "'oid' is missing"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"when\":\"1\"}]", "{oid: .., is: ..}"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\",\"varbinds\":{\"a\":{\"words\":{}}}}]",
		 "'a' has no oid"},
		{"[{\"oid\":\"1.3.6\",\"name\":{}}]", "notifications.1.name: a single value"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\"},{\"oid\":\"1\",\"name\":\"x\"}]",
		 "notifications.2.oid"},
		{"[{\"oid\":\"1.3.6\",\"name\":\"x\"}", "notifications: "},
	};
	struct arena *a = arena_new();

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct trap_rules *r = NULL;
		struct err_info info = {0};

		assert_int_equal(trap_rules_compile(cases[i].json, a, &r, &info), ERR_SYNTAX);
		assert_null(r);
		if (strstr(info.text, cases[i].text) == NULL)
			fail_msg("%s: %s", cases[i].json, info.text);
	}
	arena_free(a);
}

static void lists_are_bounded(void **state)
{
	struct arena *a = arena_new();
	const struct trap_rules *r = NULL;
	const struct trap_conditions *c = NULL;
	struct err_info info = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 1 << 20);
	buf_puts(&b, "[");
	for (int i = 0; i <= TRAP_RULES_MAX; i++)
		buf_puts(&b, i > 0 ? ",{\"oid\":\"1.3.6\",\"name\":\"x\"}"
				   : "{\"oid\":\"1.3.6\",\"name\":\"x\"}");
	buf_puts(&b, "]");
	assert_int_equal(trap_rules_compile(buf_cstr(&b), a, &r, &info), ERR_SYNTAX);
	assert_non_null(strstr(info.text, "more than 200 entries"));
	buf_reset(&b);
	buf_puts(&b, "[");
	for (int i = 0; i <= TRAP_LIST_MAX; i++)
		buf_puts(&b, i > 0 ? ",{\"oid\":\"1.3.6\",\"is\":\"x\"}"
				   : "{\"oid\":\"1.3.6\",\"is\":\"x\"}");
	buf_puts(&b, "]");
	assert_int_equal(trap_conditions_compile(buf_cstr(&b), a, &c, &info), ERR_SYNTAX);
	assert_non_null(strstr(info.text, "when: more than 32 conditions"));
	buf_release(&b);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_entry_that_fits_is_taken),
		cmocka_unit_test(a_text_is_filled_in),
		cmocka_unit_test(severities_have_words_and_an_order),
		cmocka_unit_test(what_is_wrong_is_told_with_its_place),
		cmocka_unit_test(lists_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
