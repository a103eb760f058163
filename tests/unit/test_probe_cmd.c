/* probe_cmd - a Nagios plugin: one line with perfdata and the exit code that belongs to it; what
 * is wrong with the arguments is told before anything is probed.
 * wrap: prober_new prober_set_checks prober_probe_now prober_free
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cli/commands.h"
#include "probing/prober.h"
#include "tests/support/command.h"
#include "tests/support/probe_once.h"

/* The prober: the real one, or one that finds what a test says. */
static struct {
	bool is_real, never_ends;
	unsigned probes;
	struct verdict verdict;
	struct prober_options options;
	struct prober_check check;
} prober;

enum err __real_prober_new(const struct prober_options *o, struct prober **ret,
			   struct err_info *info);
enum err __wrap_prober_new(const struct prober_options *o, struct prober **ret,
			   struct err_info *info);
enum err __wrap_prober_new(const struct prober_options *o, struct prober **ret,
			   struct err_info *info)
{
	static int nothing;

	prober.options = *o;
	*ret = (struct prober *)(void *)&nothing; /* never looked into: its calls are ours */
	return prober.is_real ? __real_prober_new(o, ret, info) : ERR_OK;
}

void __real_prober_set_checks(struct prober *p, const struct prober_check *checks, size_t count);
void __wrap_prober_set_checks(struct prober *p, const struct prober_check *checks, size_t count);
void __wrap_prober_set_checks(struct prober *p, const struct prober_check *checks, size_t count)
{
	assert_int_equal(count, 1);
	prober.check = *checks;
	if (prober.is_real)
		__real_prober_set_checks(p, checks, count);
}

void __real_prober_probe_now(struct prober *p, size_t index);
void __wrap_prober_probe_now(struct prober *p, size_t index);
void __wrap_prober_probe_now(struct prober *p, size_t index)
{
	prober.probes++;
	if (prober.is_real)
		__real_prober_probe_now(p, index);
	else if (!prober.never_ends)
		prober.options.result(prober.options.user, index, (struct wall_time){0},
				      &prober.verdict);
}

void __real_prober_free(struct prober *p);
void __wrap_prober_free(struct prober *p);
void __wrap_prober_free(struct prober *p)
{
	if (prober.is_real)
		__real_prober_free(p);
}

static const struct command command = {.name = "probe", .run = probe_cmd_run};

static int set_up(void **state)
{
	(void)state;
	memset(&prober, 0, sizeof(prober));
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		prober.verdict.values[i] = MICRO_NONE;
	return 0;
}

enum { ARGS_MAX = 6 };

static int probe(const char *lang, const char *const args[ARGS_MAX])
{
	struct options o = {.command = &command, .values[OPTION_LANG] = lang};

	while (o.arg_count < ARGS_MAX && args[o.arg_count] != NULL) {
		o.args[o.arg_count] = args[o.arg_count];
		o.arg_count++;
	}
	return command_run(&o);
}
#define PROBE_ARGS(lang, ...) probe(lang, (const char *const[ARGS_MAX]){__VA_ARGS__})

/* --- for real --------------------------------------------------------------------------------- */

static void a_port_that_listens_is_well(void **state)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	static const char line[] = "TCP OK - respondió como se espera | connect=0";
	char port[32];

	(void)state;
	prober.is_real = true;
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &size), 0);
	snprintf(port, sizeof(port), "port=%u", ntohs(at.sin_port));
	assert_int_equal(PROBE_ARGS(NULL, "tcp", "address=127.0.0.1", port), 0);
	close(fd);
	if (strncmp(command_out, line, strlen(line)) != 0)
		fail_msg("%s", command_out);
	assert_string_equal(command_out + strlen(command_out) - 2, "s\n");
	assert_string_equal(command_errors, "");
	assert_int_equal(prober.probes, 1);
}

static void a_port_where_nobody_listens_is_critical(void **state)
{
	char port[32];

	(void)state;
	prober.is_real = true;
	snprintf(port, sizeof(port), "port=%u", free_port());
	assert_int_equal(PROBE_ARGS("en", "tcp", "address=127.0.0.1", port), 2);
	assert_string_equal(command_out, "TCP CRITICAL - connection refused\n");
}

/* --- what is told ----------------------------------------------------------------------------- */

static void the_line_tells_verdict_reason_and_values(void **state)
{
	static const struct {
		enum outcome outcome;
		int64_t total;
		const char *lang, *warning, *critical, *detail;
		int code;
		const char *line;
	} cases[] = {
		{OUTCOME_OK, 1500000, NULL, "warning=total > 2s", "critical=total > 3s", "", 0,
		 "HTTP OK - respondió como se espera | total=1.5s status=200 size=1234B "
		 "days_left=30\n"},
		{OUTCOME_OK, 2000000, NULL, "warning=total > 2s", "critical=total > 3s", "", 0,
		 "HTTP OK - respondió como se espera | total=2s status=200 size=1234B "
		 "days_left=30\n"},
		{OUTCOME_OK, 2500000, NULL, "warning=total > 2s", "critical=total > 3s", "", 1,
		 "HTTP WARNING - respondió como se espera, pero total = 2.5 | total=2.5s "
		 "status=200 "
		 "size=1234B days_left=30\n"},
		{OUTCOME_OK, 3500000, "en", "warning=total > 2s",
		 "critical=days_left < 7, total > 3s", "", 2,
		 "HTTP CRITICAL - answered as expected, but total = 3.5 | total=3.5s "
		 "status=200 "
		 "size=1234B days_left=30\n"},
		{OUTCOME_STATUS_UNEXPECTED, MICRO_NONE, "es", "warning=total > 2s",
		 "critical=total > 3s", "500 Internal\n\033[2J", 2,
		 "HTTP CRITICAL - código de estado inesperado: 500 Internal??[2J | status=200 "
		 "size=1234B days_left=30\n"},
		{OUTCOME_DESCRIPTORS_EXHAUSTED, 9000000, "en", "warning=total > 2s",
		 "critical=total > 3s", "", 3,
		 "HTTP UNKNOWN - the agent has no descriptors left | total=9s status=200 "
		 "size=1234B "
		 "days_left=30\n"},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set_up(state);
		prober.verdict.outcome = cases[i].outcome;
		prober.verdict.values[4] = cases[i].total;
		prober.verdict.values[5] = 200 * MICRO;
		prober.verdict.values[6] = 1234 * MICRO;
		prober.verdict.values[7] = 30 * MICRO;
		snprintf(prober.verdict.detail, sizeof(prober.verdict.detail), "%s",
			 cases[i].detail);
		assert_int_equal(PROBE_ARGS(cases[i].lang, "http", "url=http://127.0.0.1:9/",
					    cases[i].warning, cases[i].critical),
				 cases[i].code);
		assert_string_equal(command_out, cases[i].line);
		assert_string_equal(command_errors, "");
	}
}

static void what_was_not_measured_is_no_perfdata(void **state)
{
	(void)state;
	prober.verdict.outcome = OUTCOME_ANSWER_NONE;
	assert_int_equal(PROBE_ARGS("en", "icmp", "address=127.0.0.1"), 2);
	assert_string_equal(command_out, "ICMP CRITICAL - no reply to any packet\n");
}

static void the_time_of_a_probe_can_be_given(void **state)
{
	static const struct {
		const char *timeout;
		int64_t us;
	} cases[] = {{NULL, 5000000}, {"timeout=200ms", 200000}, {"timeout=5m", 300000000}};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		set_up(state);
		assert_int_equal(
			PROBE_ARGS(NULL, "tcp", "address=127.0.0.1", "port=9", cases[i].timeout),
			0);
		assert_int_equal(prober.check.timeout_us, cases[i].us);
		assert_string_equal(prober.check.type->schema.type, "tcp");
	}
}

static void a_probe_that_does_not_end_is_unknown(void **state)
{
	(void)state;
	prober.never_ends = true;
	assert_int_equal(PROBE_ARGS(NULL, "tcp", "address=127.0.0.1", "port=9"), 3);
	assert_string_equal(command_errors, "vigia: the probe did not end\n");
	assert_string_equal(command_out, "");
}

/* --- arguments -------------------------------------------------------------------------------- */

static void what_is_wrong_is_told_and_not_probed(void **state)
{
	static const struct {
		const char *args[ARGS_MAX], *said;
	} cases[] = {
		{{"nope"},
		 "there is no check type 'nope' (there are host, http, icmp, snmp, snmp-pair, "
		 "tcp, trap)"},
		{{"TCP"},
		 "there is no check type 'TCP' (there are host, http, icmp, snmp, snmp-pair, tcp, "
		 "trap)"},
		{{"tcp"}, "'address' is missing: numeric address or name"},
		{{"tcp", "adress=1"}, "tcp has no 'adress'; did you mean 'address'?"},
		{{"tcp", "zzzzzzzz=1"}, "tcp has no 'zzzzzzzz'"},
		{{"tcp", "address"}, "'address' is not KEY=VALUE"},
		{{"tcp", "=x"}, "tcp has no ''"},
		{{"tcp", "address=127.0.0.1", "port=9", "port=8"}, "port is given twice"},
		{{"tcp", "address=127.0.0.1", "port=9", "timeout=1s", "timeout=2s"},
		 "timeout is given twice"},
		{{"tcp", "address=127.0.0.1", "port=9", "timeout=301s"},
		 "timeout=301s: write a duration up to 5m (2s, 500ms)"},
		{{"tcp", "address=127.0.0.1", "port=9", "timeout=0s"},
		 "timeout=0s: write a duration up to 5m (2s, 500ms)"},
		{{"tcp", "address=127.0.0.1", "port=9", "timeout=soon"},
		 "timeout=soon: write a duration up to 5m (2s, 500ms)"},
		{{"tcp", "address=127.0.0.1", "oid.cpu=1.3.6.1"}, "tcp has no 'oid.cpu'"},
		{{"snmp", "address=127.0.0.1", "community=lab"},
		 "'values' is missing: what is asked and what it yields, by name: see SNMP.md"},
		{{"snmp", "address=127.0.0.1", "community=lab", "values={}", "oid.cpu=1.3.6.1"},
		 "values=... and oid.NAME=... say the same: give one of them"},
		{{"snmp", "address=127.0.0.1", "community=lab", "oid.cpu=1.3.x"},
		 "values.cpu.oid: '1.3.x' is no object identifier (write numbers: "
		 "1.3.6.1.2.1.1.3.0)"},
		{{"snmp", "address=127.0.0.1", "community=lab", "oid.CPU=1.3.6"},
		 "values.CPU: a name is 1 to 15 of a-z, 0-9 and _, and begins with a letter"},
		{{"snmp", "address=127.0.0.1", "community=lab", "oid.cpu=1.3.6", "warning=cpo > 1"},
		 "a check of type snmp yields no value 'cpo'; did you mean 'cpu'?"},
		{{"tcp", "address=127.0.0.1", "port=9", "critical=x > 1"},
		 "a check of type tcp yields no value 'x'"},
	};
	char want[160];

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(probe(NULL, cases[i].args), 3);
		snprintf(want, sizeof(want), "vigia: %s\n", cases[i].said);
		assert_string_equal(command_errors, want);
		assert_string_equal(command_out, "");
	}
	assert_int_equal(prober.probes, 0);
}

static void help_lists_parameters_and_values(void **state)
{
	static const char *const wanted[] = {"\ntcp: a TCP connection\n", "| `port` | number | ",
					     "\nYields (for warning and critical):\n  connect "};
	struct options o = {.command = &command, .args = {"tcp"}, .arg_count = 1};
	struct buf text CLEANUP(buf_release);

	(void)state;
	buf_init(&text, 65536);
	probe_cmd_write_help(&o, &text);
	for (size_t i = 0; i < COUNT_OF(wanted); i++) {
		if (strstr(buf_cstr(&text), wanted[i]) == NULL)
			fail_msg("no '%s' in %s", wanted[i], buf_cstr(&text));
	}
	buf_reset(&text);
	o.args[0] = "nope";
	probe_cmd_write_help(&o, &text);
	assert_int_equal(text.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_port_that_listens_is_well, set_up),
		cmocka_unit_test_setup(a_port_where_nobody_listens_is_critical, set_up),
		cmocka_unit_test_setup(the_line_tells_verdict_reason_and_values, set_up),
		cmocka_unit_test_setup(what_was_not_measured_is_no_perfdata, set_up),
		cmocka_unit_test_setup(the_time_of_a_probe_can_be_given, set_up),
		cmocka_unit_test_setup(a_probe_that_does_not_end_is_unknown, set_up),
		cmocka_unit_test_setup(what_is_wrong_is_told_and_not_probed, set_up),
		cmocka_unit_test_setup(help_lists_parameters_and_values, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
