/* profiles_cmd - the list of profiles for people and as JSON, and the text of one to copy. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/findings.h"
#include "cli/commands.h"
#include "plan/profile_shelf.h"
#include "tests/support/command.h"

#define TEXT                                                                                       \
	"# to copy\n"                                                                              \
	"profiles:\n"                                                                              \
	"  - id: asa\n"                                                                            \
	"    name: Cisco ASA\n"                                                                    \
	"    help: pair or single unit\n"                                                          \
	"    options:\n"                                                                           \
	"      limit: {default: 70%, type: number, help: share}\n"                                 \
	"      licence: {type: integer, help: connections}\n"                                      \
	"    checks: [{id: cpu}, {id: memory}]\n"                                                  \
	"    pair: {checks: [{id: pair}]}\n"                                                       \
	"    each:\n"                                                                              \
	"      interfaces: {help: one by one, rows: {name: {by: 1.2, is: true}, alias: {by: "      \
	"1.3, like: true}}, keys: {want: {default: up, help: state}}, checks: [{id: "              \
	"\"if-${each.id}\"}]}\n"                                                                   \
	"    traps: [{oid: 1.2.3}]\n"

const struct profile_file profile_files[] = {
	{"asa", {TEXT, sizeof(TEXT) - 1}},
	{"ups", {"profiles: [{id: ups}]\n", 22}},
	{NULL, {NULL, 0}},
};

static void assert_written(bool json, bool english, const char *expected)
{
	struct findings f;
	struct buf out CLEANUP(buf_release);

	findings_init(&f);
	buf_init(&out, 1 << 16);
	profiles_cmd_write(profile_shelf_new(f.arena, &f), json, english, &out);
	assert_string_equal(buf_cstr(&out), expected);
	assert_int_equal(f.count, 0);
	findings_release(&f);
}

static void it_is_written_for_people(void **state)
{
	(void)state;
	assert_written(false, false,
		       "asa  Cisco ASA\n"
		       "  pair or single unit\n"
		       "  revisa: cpu, memory\n"
		       "  revisa del par: pair\n"
		       "  avisos (traps) que entiende: 1\n"
		       "  opciones (with):\n"
		       "    limit = 70%  share\n"
		       "    licence (obligatorio)  connections\n"
		       "  lista interfaces: name | alias  one by one\n"
		       "    want = up  state\n"
		       "    revisa: if-${each.id}\n"
		       "\n"
		       "ups  ups\n");
	assert_written(false, true,
		       "asa  Cisco ASA\n"
		       "  pair or single unit\n"
		       "  checks: cpu, memory\n"
		       "  checks of the pair: pair\n"
		       "  traps that it knows: 1\n"
		       "  options (with):\n"
		       "    limit = 70%  share\n"
		       "    licence (required)  connections\n"
		       "  list interfaces: name | alias  one by one\n"
		       "    want = up  state\n"
		       "    checks: if-${each.id}\n"
		       "\n"
		       "ups  ups\n");
}

static void it_is_written_as_json(void **state)
{
	(void)state;
	assert_written(
		true, false,
		"[{\"id\":\"asa\",\"name\":\"Cisco ASA\",\"help\":\"pair or single unit\","
		"\"options\":[{\"name\":\"limit\",\"type\":\"number\",\"default\":\"70%\",\"help\":"
		"\"share\"},{\"name\":\"licence\",\"type\":\"integer\",\"default\":null,\"help\":"
		"\"connections\"}],\"checks\":[\"cpu\",\"memory\"],\"pair\":[\"pair\"],\"lists\":[{"
		"\"name\":\"interfaces\",\"help\":\"one by one\",\"rows\":[\"name\",\"alias\"],"
		"\"keys\":[{\"name\":\"want\",\"type\":\"text\",\"default\":\"up\",\"help\":"
		"\"state\"}],\"checks\":[\"if-${each.id}\"],\"pair\":[]}],\"traps\":1},"
		"{\"id\":\"ups\",\"name\":\"ups\",\"help\":\"\",\"options\":[],\"checks\":[],"
		"\"pair\":[],\"lists\":[],\"traps\":0}]\n");
}

static int run(int (*command)(const struct options *o), const char *name, const char *arg)
{
	const struct command c = {.name = name, .run = command};
	struct options o = {.command = &c, .arg_count = arg != NULL, .args = {arg}};

	return command_run(&o);
}

static void one_is_printed_as_it_stands(void **state)
{
	(void)state;
	assert_int_equal(run(profiles_cmd_show, "plan profile", "asa"), 0);
	assert_string_equal(command_out, TEXT);
	assert_int_equal(run(profiles_cmd_show, "plan profile", "usp"), 2);
	assert_string_equal(command_out, "");
	assert_non_null(strstr(command_errors, "there is no profile 'usp'"));
	assert_int_equal(run(profiles_cmd_list, "plan profiles", NULL), 0);
	assert_non_null(strstr(command_out, "asa  Cisco ASA\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_written_for_people),
		cmocka_unit_test(it_is_written_as_json),
		cmocka_unit_test(one_is_printed_as_it_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
