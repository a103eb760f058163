/* main - the four programs as a shell sees them: what they answer to their options, with which status, on which stream, and
 * that a wrong file is told with its line before anything starts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARGS_MAX = 8, TEXT_MAX = 8192 };
static char folder[64], out[TEXT_MAX], errors[TEXT_MAX];

static void read_whole(FILE *f, char text[TEXT_MAX])
{
	rewind(f);
	text[fread(text, 1, TEXT_MAX - 1, f)] = '\0';
	fclose(f);
}

/* A program that was built beside this test. */
static int run(const char *program, const char *const *args)
{
	const char *argv[ARGS_MAX + 2] = {program};
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 64);
	FILE *o = tmpfile(), *e = tmpfile();
	int status = 0;
	pid_t pid;

	assert_true(n > 0);
	path[n] = '\0';
	for (int up = 0; up < 2; up++)
		*strrchr(path, '/') = '\0';
	snprintf(path + strlen(path), 64, "/bin/%s", program);
	for (int i = 0; i < ARGS_MAX && args[i] != NULL; i++)
		argv[i + 1] = args[i];
	pid = fork();
	if (pid == 0) {
		if (chdir(folder) != 0)
			_exit(126);
		dup2(fileno(o), 1);
		dup2(fileno(e), 2);
		execv(path, (char **)(uintptr_t)argv);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	read_whole(o, out);
	read_whole(e, errors);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void write_file(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-main-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"c.yaml", "plan.yaml", "a.yaml", "d.yaml"};
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		unlink(path);
	}
	return rmdir(folder); /* nothing was started that would leave data */
}

static const char *const programs[] = {"vigia-agent", "vigia-collector", "vigia-dashboard",
				       "vigia"};
enum { DAEMONS = 3, PROGRAMS = 4 };

static void help_and_version(void **state)
{
	char text[64];

	(void)state;
	for (int i = 0; i < PROGRAMS; i++) {
		assert_int_equal(run(programs[i], ARGS("--help")), 0);
		assert_string_equal(errors, "");
		assert_non_null(strstr(out, programs[i]));
		assert_int_equal(run(programs[i], ARGS("--version")), 0);
		snprintf(text, sizeof(text), "%s " VIGIA_VERSION "\n", programs[i]);
		assert_string_equal(out, text);
	}
}

static void wrong_options(void **state)
{
	(void)state;
	for (int i = 0; i < PROGRAMS; i++) {
		assert_int_equal(run(programs[i], ARGS("--no-such-option")), 2);
		assert_string_equal(out, "");
		assert_true(strlen(errors) > 0);
	}
	for (int i = 0; i < DAEMONS; i++) {
		assert_int_equal(run(programs[i], (const char *const[]){NULL}), 2);
		assert_non_null(strstr(errors, "usage: "));
		assert_int_equal(run(programs[i], ARGS("-c", "a.yaml", "more")), 2);
		assert_int_equal(run(programs[i], ARGS("-c")), 2);
	}
	assert_int_equal(run("vigia", ARGS("statsu")), 2);
	assert_non_null(strstr(errors, "status")); /* the nearest word */
}

static void a_file_that_is_not_there(void **state)
{
	(void)state;
	for (int i = 0; i < DAEMONS; i++) {
		assert_int_equal(run(programs[i], ARGS("-c", "nowhere.yaml", "--check")), 1);
		assert_non_null(strstr(errors, "nowhere.yaml"));
	}
}

static void a_wrong_line(void **state)
{
	static const struct {
		const char *program, *file, *text, *told;
	} cases[] = {
		{"vigia-agent", "a.yaml", "agent: dc\nkey_file: k\ndata: d\ncolector: [x]\n",
		 "a.yaml:4:1: error: unknown-key: "},
		{"vigia-collector", "c.yaml", "data: d\nplan: p\nlisten: 0.0.0.0:1\ntls: none\n",
		 "c.yaml:4:6: error: not-loopback: "},
		{"vigia-dashboard", "d.yaml",
		 "collector: http://127.0.0.1:1\nlisten: 127.0.0.1:x\n", "d.yaml:2:"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_file(cases[i].file, cases[i].text);
		/* with or without --check: nothing is begun with a wrong file */
		assert_int_equal(run(cases[i].program, ARGS("-c", cases[i].file, "--check")), 1);
		if (strstr(errors, cases[i].told) == NULL)
			fail_msg("%s said: %s", cases[i].program, errors);
		assert_int_equal(run(cases[i].program, ARGS("-c", cases[i].file)), 1);
		assert_non_null(strstr(errors, cases[i].told));
	}
}

static void sound_files(void **state)
{
	(void)state;
	write_file("plan.yaml", "institution: {name: I}\nagents: [{id: dc}]\n");
	write_file("c.yaml", "data: d\nplan: plan.yaml\n");
	write_file("a.yaml",
		   "agent: dc\nkey_file: k\ndata: d\ncollector: ['http://127.0.0.1:1']\n");
	write_file("d.yaml", "collector: http://127.0.0.1:1\ntoken_file: t\n");
	assert_int_equal(run("vigia-collector", ARGS("-c", "c.yaml", "--check")), 0);
	assert_int_equal(run("vigia-agent", ARGS("-c", "a.yaml", "--check")), 0);
	assert_int_equal(run("vigia-dashboard", ARGS("-c", "d.yaml", "--check")), 0);
	assert_int_equal(run("vigia-collector", ARGS("--dump-config", "-c", "c.yaml")), 0);
	assert_non_null(strstr(out, "listen: 127.0.0.1:7460\n"));
	assert_int_equal(run("vigia-agent", ARGS("--dump-config", "-c", "a.yaml")), 0);
	assert_non_null(strstr(out, "in_flight_max: 200\n"));
	assert_int_equal(run("vigia-dashboard", ARGS("--dump-config", "-c", "d.yaml")), 0);
	assert_non_null(strstr(out, "listen: 127.0.0.1:7461\n"));
}

static void the_plan_is_checked_with_the_collector(void **state)
{
	(void)state;
	write_file("c.yaml", "data: d\nplan: plan.yaml\n");
	write_file("plan.yaml", "institution: {name: I}\nagents: [{id: dc, silent: 3s}]\n");
	assert_int_equal(run("vigia-collector", ARGS("-c", "c.yaml", "--check")), 1);
	assert_non_null(strstr(errors, "plan.yaml:2:19: error: unknown-key: "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_and_version),
		cmocka_unit_test(wrong_options),
		cmocka_unit_test(a_file_that_is_not_there),
		cmocka_unit_test(a_wrong_line),
		cmocka_unit_test(sound_files),
		cmocka_unit_test(the_plan_is_checked_with_the_collector),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
