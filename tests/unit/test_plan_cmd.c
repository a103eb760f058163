/* plan_cmd - every mistake of a plan in one run, as text and as JSON; the exit code says whether
 * it could be applied. The plan as it is carried out, as YAML and as the journal's JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/commands.h"
#include "tests/support/command.h"

/* What precedes the policies; 'publicacion' has no procedure, which is worth a warning. */
#define TOP                                                                                        \
	"institution: {revision: '01'}\n"                                                          \
	"agents: [{id: dc}, {id: noc}]\n"                                                          \
	"components:\n"                                                                            \
	"  - id: web\n"                                                                            \
	"    checks: [{id: tcp, type: tcp, address: 127.0.0.1, port: 9, from: [dc, noc], "         \
	"interval: 5s}]\n"                                                                         \
	"people:\n"                                                                                \
	"  - {id: mesa, post: Mesa, contacts: [{channel: a, to: mesa@example.org}]}\n"             \
	"  - {id: utsi, post: Titular, contacts: [{channel: a, to: utsi@example.org}]}\n"          \
	"seats: [{id: equipo, level: 3, titular: mesa, suplente: utsi}]\n"                         \
	"channels: [{id: a, type: file, path: /nonexistent/m.jsonl, receipt_within: 5s}]\n"        \
	"policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ['seat:equipo'], "    \
	"ack_within: 20s}]}]\n"
#define SERVICE "services: [{id: p, name: P, rto: 5m, needs: web, team: equipo, policy: critica"
#define SOUND TOP "procedures: [{id: pr}]\n" SERVICE ", procedure: pr}]\n"
#define DOUBTFUL TOP SERVICE "}]\n"
/* Three mistakes, one with a control character in it. */
#define WRONG                                                                                      \
	"institution: {name: Prueba, code: X, revision: '01'}\n"                                   \
	"agents: [{id: dc}]\n"                                                                     \
	"services: [{id: p, name: P, rto: 5q, needs: \"w\\te\"}]\n"                                \
	"components:\n"                                                                            \
	"  - id: web\n"                                                                            \
	"    checks: [{id: tcp, type: tpc, from: [dc], interval: 5s}]\n"

static const struct command plan_check = {.name = "plan check", .run = plan_cmd_check};
static const struct command plan_show_command = {.name = "plan show", .run = plan_cmd_show};
static char folder[64];

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-plan-XXXXXX");
	assert_non_null(mkdtemp(folder));
	return chdir(folder);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	assert_int_equal(chdir("/"), 0);
	return nftw(folder, remove_one, 4, FTW_DEPTH | FTW_PHYS);
}

static void write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int check(const char *path, bool json)
{
	struct options o = {.command = &plan_check,
			    .values[OPTION_JSON] = json ? "" : NULL,
			    .args = {path},
			    .arg_count = 1};

	return command_run(&o);
}

static void out_begins(const char *with)
{
	if (strncmp(command_out, with, strlen(with)) != 0)
		fail_msg("%s", command_out);
}

/* The hash of the plan, from the JSON. */
static void take_hash(char dst[65])
{
	const char *at = strstr(command_out, "\"hash\":\"");

	assert_non_null(at);
	snprintf(dst, 65, "%s", at + 8);
	assert_int_equal(strspn(dst, "0123456789abcdef"), 64);
}

static void a_sound_plan_is_counted(void **state)
{
	char hash[65], want[256];

	(void)state;
	write_file("plan.yaml", SOUND);
	assert_int_equal(check("plan.yaml", true), EXIT_OK);
	take_hash(hash);
	snprintf(want, sizeof(want),
		 "{\"ok\":true,\"hash\":\"%s\",\"counts\":{\"sites\":0,\"agents\":2,"
		 "\"components\":1,\"checks\":1,\"services\":1},\"findings\":[],"
		 "\"totals\":{\"errors\":0,\"warnings\":0,\"notes\":0,\"accepted\":0,\"left_out\":"
		 "0}}\n",
		 hash);
	assert_string_equal(command_out, want);
	assert_int_equal(check("plan.yaml", false), EXIT_OK);
	snprintf(want, sizeof(want),
		 "plan.yaml: 0 sites, 2 agents, 1 components, 1 checks, 1 services; plan %.12s\n",
		 hash);
	assert_string_equal(command_out, want);
	assert_string_equal(command_errors, "");
}

static void a_folder_is_one_plan(void **state)
{
	char in_one[65], in_parts[65];

	(void)state;
	write_file("whole.yaml", DOUBTFUL);
	assert_int_equal(check("whole.yaml", true), EXIT_OK);
	take_hash(in_one);
	assert_int_equal(mkdir("plan", 0700), 0);
	write_file("plan/1.yaml", TOP);
	write_file("plan/2.yaml", SERVICE "}]\n");
	write_file("plan/notes.txt", "not ours: [\n");
	assert_int_equal(check("plan", true), EXIT_OK);
	take_hash(in_parts);
	assert_string_equal(in_one, in_parts);
}

static void a_warning_is_told_and_applied(void **state)
{
	(void)state;
	write_file("plan.yaml", DOUBTFUL);
	assert_int_equal(check("plan.yaml", false), EXIT_OK);
	out_begins("1 warning\nplan.yaml:12:12: warning: no-procedure: service:p: it has no "
		   "procedure; give the service a 'procedure'\nplan.yaml: 0 sites, 2 agents, ");
	assert_non_null(
		strstr(command_out, "\nplan.yaml: 0 errors, 1 warnings, 0 notes, 0 accepted\n"));
	assert_int_equal(check("plan.yaml", true), EXIT_OK);
	out_begins("{\"ok\":true,\"hash\":\"");
	assert_non_null(strstr(
		command_out,
		"\"findings\":[{\"severity\":\"warning\",\"file\":\"plan.yaml\","
		"\"line\":12,\"column\":12,\"code\":\"no-procedure\",\"at\":"
		"\"service:p\",\"text\":\"it has no procedure\",\"todo\":\"give "
		"the service a 'procedure'\",\"accepted\":null}],\"totals\":{"
		"\"errors\":0,\"warnings\":1,\"notes\":0,\"accepted\":0,\"left_out\":0}}\n"));
}

/* A fault of severity error does not keep a plan from loading; it says no. Accepted by name it is told and says yes. */
static void an_error_of_a_plan_that_loads_says_no(void **state)
{
	static const char vacant[] = "groups: [{id: g, name: G}]\n";
	static const char accepted[] = "accepted: [{id: k, finding: group-empty, at: \"group:g\", "
				       "reason: Later, by: utsi, "
				       "on: 2026-01-01, until: 2999-12-31}]\n";
	char text[4096];

	(void)state;
	snprintf(text, sizeof(text), "%s%s", SOUND, vacant);
	write_file("plan.yaml", text);
	assert_int_equal(check("plan.yaml", false), EXIT_NO);
	out_begins("1 error\nplan.yaml:14:10: error: group-empty: group:g: it is named 0 times and "
		   "has no members; list its members\n");
	assert_int_equal(check("plan.yaml", true), EXIT_NO);
	out_begins("{\"ok\":false,\"hash\":\"");
	snprintf(text, sizeof(text), "%s%s%s", SOUND, vacant, accepted);
	write_file("plan.yaml", text);
	assert_int_equal(check("plan.yaml", false), EXIT_OK);
	out_begins("1 accepted\nplan.yaml:14:10: accepted: group-empty: group:g: it is named 0 "
		   "times and has no members; Later (utsi, 2026-01-01, until 2999-12-31)\n");
	assert_int_equal(check("plan.yaml", true), EXIT_OK);
	out_begins("{\"ok\":true,");
	assert_non_null(strstr(command_out, "\"accepted\":\"Later (utsi, 2026-01-01, until "
					    "2999-12-31)\"}],\"totals\":{\"errors\":0,"));
}

static void all_mistakes_come_at_once(void **state)
{
	(void)state;
	write_file("plan.yaml", WRONG);
	assert_int_equal(check("plan.yaml", false), EXIT_NO);
	assert_string_equal(
		command_out,
		"plan.yaml:3:34: error: syntax: rto: '5q' is not a duration (write 5s, 200ms, "
		"1m30s)\n"
		"plan.yaml:3:45: error: dangling-id: there is no component 'w?e'\n"
		"plan.yaml:6:30: error: unknown-type: there is no check type 'tpc'; known are: "
		"host, http, icmp, snmp, snmp-pair, tcp, trap\n"
		"plan.yaml: 3 errors\n");
	assert_string_equal(command_errors, "");
	assert_int_equal(check("plan.yaml", true), EXIT_NO);
	out_begins("{\"ok\":false,\"hash\":null,\"findings\":["
		   "{\"severity\":\"error\",\"file\":\"plan.yaml\",\"line\":3,"
		   "\"column\":34,\"code\":\"syntax\",");
	assert_non_null(strstr(command_out, "\"line\":3,\"column\":45,\"code\":\"dangling-id\""));
}

static void what_is_no_plan_is_an_error(void **state)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"", "plan.yaml:1:1: error: empty: the file says nothing\nplan.yaml: 1 "
		     "errors\n"},
		{"[", NULL},
		{"\xff\xfe", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		write_file("plan.yaml", cases[i].text);
		assert_int_equal(check("plan.yaml", false), EXIT_NO);
		if (cases[i].said != NULL)
			assert_string_equal(command_out, cases[i].said);
		assert_non_null(strstr(command_out, "plan.yaml: 1 errors\n"));
		assert_int_equal(check("plan.yaml", true), EXIT_NO);
		out_begins("{\"ok\":false,\"hash\":null,\"findings\":[{");
	}
	assert_int_equal(mkdir("empty", 0700), 0);
	assert_int_equal(check("empty", false), EXIT_NO);
	assert_string_equal(command_out,
			    "empty:1:1: error: empty: the folder holds no *.yaml file\n"
			    "empty: 1 errors\n");
}

static void what_is_not_there_is_unusable(void **state)
{
	(void)state;
	for (int json = 0; json < 2; json++) {
		assert_int_equal(check("nothing.yaml", json), EXIT_UNUSABLE);
		assert_string_equal(command_errors,
				    "vigia: nothing.yaml: No such file or directory\n");
		assert_string_equal(command_out, "");
	}
}

static int show(const char *path, bool json)
{
	struct options o = {.command = &plan_show_command,
			    .values[OPTION_JSON] = json ? "" : NULL,
			    .args = {path},
			    .arg_count = 1};

	return command_run(&o);
}

#define TEMPLATE                                                                                   \
	"sites: {from_csv: sites.csv, kind: k}\n"                                                  \
	"templates:\n"                                                                             \
	"  - id: lan\n"                                                                            \
	"    for_sites: {kind: k}\n"                                                               \
	"    agents: [{id: \"${site.id}\"}]\n"                                                     \
	"    components: [{id: \"${site.id}/x\", address: \"${site.vars.ip}\"}]\n"

static void a_template_is_shown_as_what_it_made(void **state)
{
	char hash[65], again[65];

	(void)state;
	write_file("sites.csv", "id,ip\na,192.0.2.1\nb,192.0.2.2\n");
	write_file("t.yaml", TEMPLATE);
	assert_int_equal(check("t.yaml", true), EXIT_OK);
	take_hash(hash);
	assert_int_equal(show("t.yaml", false), EXIT_OK);
	assert_string_equal(command_errors, "");
	assert_non_null(strstr(command_out,
			       "components: [{id: a/x, name: a/x, address: 192.0.2.1}, {id: b/x, "
			       "name: b/x, address: 192.0.2.2}]\n"));
	assert_null(strstr(command_out, "templates"));
	/* What is shown is a plan: the same one. */
	write_file("flat.yaml", command_out);
	assert_int_equal(check("flat.yaml", true), EXIT_OK);
	take_hash(again);
	assert_string_equal(again, hash);
	assert_int_equal(show("t.yaml", true), EXIT_OK);
	out_begins("{\"cool_down\":\"15m\",\"flapping\":{\"failures\":3,\"within\":\"10m\","
		   "\"stable\":\"5m\"},"
		   "\"institution\":{");
	assert_int_equal(command_out[strlen(command_out) - 1], '\n');
}

/* A mistake in a template is told once for all its sites, and counted once. */
static void a_mistake_in_a_template_is_one(void **state)
{
	(void)state;
	write_file("sites.csv", "id,ip\na,192.0.2.1\nb,192.0.2.2\n");
	write_file("t.yaml", TEMPLATE "      # nothing\n    seats: [{id: \"e-${site.id}\", level: "
				      "9, titular: p}]\npeople: [{id: p, post: P, contacts: "
				      "[{channel: c, to: x}]}]\nchannels: [{id: c, type: file, "
				      "path: x}]\n");
	assert_int_equal(check("t.yaml", false), EXIT_NO);
	assert_string_equal(command_out, "t.yaml:8:41: error: range: level: '9' is outside of 0..3 "
					 "(template lan, all 2 sites)\nt.yaml: 1 errors\n");
	assert_int_equal(show("t.yaml", false), EXIT_NO);
	assert_string_equal(command_out, "");
	assert_non_null(strstr(command_errors, "level: '9' is outside of 0..3"));
	assert_non_null(strstr(command_errors, "vigia: t.yaml: 1 errors; nothing is shown\n"));
	assert_int_equal(show("none.yaml", false), EXIT_UNUSABLE);
}

#define IN_FOLDER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_sound_plan_is_counted),
		IN_FOLDER(a_folder_is_one_plan),
		IN_FOLDER(a_warning_is_told_and_applied),
		IN_FOLDER(an_error_of_a_plan_that_loads_says_no),
		IN_FOLDER(all_mistakes_come_at_once),
		IN_FOLDER(what_is_no_plan_is_an_error),
		IN_FOLDER(what_is_not_there_is_unusable),
		IN_FOLDER(a_template_is_shown_as_what_it_made),
		IN_FOLDER(a_mistake_in_a_template_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
