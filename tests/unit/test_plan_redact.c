/* plan_redact - what could carry a secret is never in it, telephones and addresses of people only for who may see them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/check.h"
#include "collector/plan_redact.h"

static const char plan[] =
	"{\"institution\":{\"name\":\"Uno\"},\"components\":[{\"id\":\"a\",\"name\":\"A\","
	"\"address\":"
	"\"192.0.2.1\",\"checks\":[{\"id\":\"s\",\"type\":\"snmp\",\"community\":\"clave\","
	"\"user\":"
	"\"quien\",\"auth_secret\":\"${secret:x}\",\"interval\":\"5s\"},{\"id\":\"h\",\"type\":"
	"\"http\",\"url\":"
	"\"https://uno:dos@example.org/"
	"x?a=b@c\",\"body\":\"a@b\"},{\"id\":\"q\",\"type\":\"nobody-knows\",\"x\":1}]}],"
	"\"channels\":[{\"id\":\"w\",\"type\":\"webhook\",\"url\":\"https://"
	"llave.example.org\",\"bearer\":\"b\","
	"\"headers\":{\"X\":\"y\"},\"receipt_within\":\"5s\",\"carried_by\":[\"a\"]}],"
	"\"people\":[{\"id\":\"ana\",\"post\":\"Mesa\",\"contacts\":[{\"channel\":\"w\",\"to\":"
	"\"4620\"}]}],"
	"\"suppliers\":[{\"id\":\"p\",\"name\":\"P\",\"contact\":\"4999\",\"cases\":\"4998\"}],"
	"\"directory\":[{\"id\":\"d\",\"person\":\"ana\",\"phone\":\"4997\",\"extension\":\"4996\","
	"\"email\":"
	"\"ana@example.org\"}]}";

static struct buf out;

static void redact(bool contacts)
{
	struct err_info info;

	buf_release(&out);
	buf_init(&out, 1 << 20);
	assert_int_equal(plan_redact(slice_of(plan), &check_schemas, contacts, &out, &info),
			 ERR_OK);
}

static void has(const char *part)
{
	if (strstr(buf_cstr(&out), part) == NULL)
		fail_msg("'%s' is not in %s", part, buf_cstr(&out));
}

static void has_not(const char *part)
{
	if (strstr(buf_cstr(&out), part) != NULL)
		fail_msg("'%s' is in %s", part, buf_cstr(&out));
}

static void secrets_are_for_nobody(void **state)
{
	static const char *const secrets[] = {"clave", "quien",  "secret",     "uno:dos",
					      "llave", "bearer", "\"headers\""};

	(void)state;
	for (int contacts = 0; contacts < 2; contacts++) {
		redact(contacts != 0);
		for (size_t i = 0; i < COUNT_OF(secrets); i++)
			has_not(secrets[i]);
		has("\"url\":\"https://example.org/x?a=b@c\"");
		has("\"body\":\"a@b\"");
		has("{\"id\":\"w\",\"type\":\"webhook\",\"receipt_within\":\"5s\",\"carried_by\":["
		    "\"a\"]}");
		has("{\"id\":\"s\",\"type\":\"snmp\",\"interval\":\"5s\"}");
		has("{\"id\":\"q\",\"type\":\"nobody-knows\",\"x\":1}");
	}
	buf_release(&out);
}

static void contacts_are_for_few(void **state)
{
	static const char *const contacts[] = {"4620", "4999", "4998", "4997", "4996", "ana@"};

	(void)state;
	redact(true);
	for (size_t i = 0; i < COUNT_OF(contacts); i++)
		has(contacts[i]);
	redact(false);
	for (size_t i = 0; i < COUNT_OF(contacts); i++)
		has_not(contacts[i]);
	has("\"contacts\":[{\"channel\":\"w\"}]"); /* that there is one is no secret */
	has("{\"id\":\"d\",\"person\":\"ana\"}");
	has("{\"institution\":{\"name\":\"Uno\"},\"components\"");
	buf_release(&out);
}

static void findings_that_tell_contacts(void **state)
{
	struct finding f = {.code = "single-point", .subject = "service:a", .text = "it ends"};

	(void)state;
	assert_false(plan_redact_tells_contacts(&f));
	f.text = "reached at ana@example.org";
	assert_true(plan_redact_tells_contacts(&f));
	f.text = "it ends";
	f.subject = "directory:d";
	assert_true(plan_redact_tells_contacts(&f));
	f.subject = "person:ana";
	assert_true(plan_redact_tells_contacts(&f));
	f.subject = NULL;
	assert_false(plan_redact_tells_contacts(&f));
	f.code = "one-switchboard";
	assert_true(plan_redact_tells_contacts(&f));
}

static void what_is_no_plan(void **state)
{
	struct err_info info;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(plan_redact(SLICE_LIT("[1"), &check_schemas, true, &out, &info),
			 ERR_CORRUPT);
	assert_int_equal(plan_redact(SLICE_LIT("[1]"), &check_schemas, true, &out, &info),
			 ERR_CORRUPT);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(secrets_are_for_nobody),
		cmocka_unit_test(contacts_are_for_few),
		cmocka_unit_test(findings_that_tell_contacts),
		cmocka_unit_test(what_is_no_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
