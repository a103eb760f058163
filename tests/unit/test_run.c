/* run - the lives of agent and collector, each in a child of its own: what a start needs, what the signals do, and that both
 * end cleanly when they are told to. */
#include <ftw.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "agent/run.h"
#include "collector/run.h"
#include "tests/support/probe_once.h"

enum { LOG_MAX = 1 << 16, PATIENCE_MS = 20000 };
static char folder[64];

struct life {
	pid_t pid;
	int fd; /* its log */
	char log[LOG_MAX];
	size_t length;
};

static const char *path_of(const char *name)
{
	static char path[4][256];
	static int turn;

	turn = (turn + 1) % 4;
	snprintf(path[turn], sizeof(path[0]), "%s/%s", folder, name);
	return path[turn];
}

static void write_file(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path_of(name), mode), 0);
}

static int set_up(void **state)
{
	char text[256];

	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/vigia-run-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return 1;
	write_file("plan.yaml", "institution: {name: I}\nagents: [{id: dc}]\n", 0600);
	snprintf(text, sizeof(text), "listen: 127.0.0.1:%u\ndata: data\nplan: plan.yaml\n",
		 free_port());
	write_file("c.yaml", text, 0600);
	snprintf(text, sizeof(text),
		 "agent: dc\nkey_file: key\ndata: agent\ncollector: ['http://127.0.0.1:%u']\n",
		 free_port());
	write_file("a.yaml", text, 0600);
	write_file("key", "a-key\n", 0600);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	return nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int live_as_agent(void)
{
	struct agent_config c;
	struct findings f;
	int status;

	findings_init(&f);
	status =
		agent_config_read(path_of("a.yaml"), &c, &f) ? agent_run(path_of("a.yaml"), &c) : 9;
	findings_release(&f);
	return status;
}

static int live_as_collector(void)
{
	struct collector_config c;
	struct findings f;
	int status;

	findings_init(&f);
	status = collector_config_read(path_of("c.yaml"), &c, &f) ? collector_run(&c) : 9;
	collector_config_release(&c);
	findings_release(&f);
	return status;
}

static void begin(struct life *l, int (*live)(void))
{
	int ends[2];

	memset(l, 0, sizeof(*l));
	assert_int_equal(pipe(ends), 0);
	l->pid = fork();
	if (l->pid == 0) {
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		_exit(live());
	}
	close(ends[1]);
	l->fd = ends[0];
}

/* Until the log holds the word; false if the life ends before. */
static bool await(struct life *l, const char *word)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};

	while (strstr(l->log, word) == NULL) {
		ssize_t n;

		if (poll(&p, 1, PATIENCE_MS) <= 0)
			fail_msg("'%s' did not come; the log: %s", word, l->log);
		n = read(l->fd, l->log + l->length, LOG_MAX - 1 - l->length);
		if (n <= 0)
			return false;
		l->length += (size_t)n;
	}
	return true;
}

static int end(struct life *l)
{
	int status = 0;

	(void)await(l, "\001"); /* all of the log, to its end */
	assert_int_equal(waitpid(l->pid, &status, 0), l->pid);
	close(l->fd);
	if (!WIFEXITED(status))
		fail_msg("ended by signal %d: %s", WTERMSIG(status), l->log);
	return WEXITSTATUS(status);
}

static void an_agent_lives_and_ends(void **state)
{
	struct life l;

	(void)state;
	mkdir(path_of("agent"), 0700);
	write_file("agent/checks.json",
		   "{\"plan\":\"p1\",\"agent\":\"dc\",\"checks\":[{\"id\":\"a:t\",\"type\":\"tcp\","
		   "\"interval\":60,\"retry_interval\":60,\"timeout\":1,"
		   "\"params\":{\"address\":\"127.0.0.1\",\"port\":\"1\"}}]}",
		   0600);
	begin(&l, live_as_agent);
	assert_true(await(&l, " agent.started agent=dc boot="));
	assert_true(await(&l, " checks.applied from=cache count=1 plan=p1"));
	kill(l.pid, SIGHUP);
	assert_true(await(&l, " reload.done "));
	kill(l.pid, SIGTERM);
	assert_int_equal(end(&l), 0);
	assert_non_null(strstr(l.log, " agent.stopped "));
	assert_null(strstr(l.log, "a-key")); /* no secret in a log */
}

static void what_an_agent_needs(void **state)
{
	static const struct {
		const char *key;
		mode_t mode;
		const char *told;
	} cases[] = {
		{NULL, 0, "made by: vigia enrol dc"},
		{"a-key\n", 0644, "may be read by others"},
		{"\n", 0600, "is empty"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct life l;

		unlink(path_of("key"));
		if (cases[i].key != NULL)
			write_file("key", cases[i].key, cases[i].mode);
		begin(&l, live_as_agent);
		assert_int_equal(end(&l), 1);
		assert_non_null(strstr(l.log, " agent.not-started "));
		if (strstr(l.log, cases[i].told) == NULL)
			fail_msg("%s", l.log);
	}
}

static void a_collector_lives_and_ends(void **state)
{
	struct life l;

	(void)state;
	begin(&l, live_as_collector);
	assert_true(await(&l, " collector.started listen=127.0.0.1:"));
	kill(l.pid, SIGHUP);
	assert_true(await(&l, " plan.unchanged "));
	write_file("plan.yaml", "institution: {name: I}\nagents: [{id: dc, x: 1}]\n", 0600);
	kill(l.pid, SIGHUP);
	assert_true(await(&l, " reload.refused "));
	kill(l.pid, SIGTERM);
	assert_int_equal(end(&l), 0);
	assert_non_null(strstr(l.log, " collector.stopped "));
	begin(&l, live_as_collector); /* the plan on disk is broken: the last one runs on */
	assert_true(await(&l, " collector.started "));
	assert_non_null(strstr(l.log, " reload.refused "));
	kill(l.pid, SIGINT);
	assert_int_equal(end(&l), 0);
}

static void one_collector_a_data_folder(void **state)
{
	struct life first, second;

	(void)state;
	begin(&first, live_as_collector);
	assert_true(await(&first, " collector.started "));
	begin(&second, live_as_collector);
	assert_int_equal(end(&second), 1);
	assert_non_null(strstr(second.log, " collector.not-started "));
	kill(first.pid, SIGTERM);
	assert_int_equal(end(&first), 0);
}

static void a_data_folder_that_cannot_be(void **state)
{
	struct life l;

	(void)state;
	write_file("data", "in the way", 0600);
	write_file("agent", "in the way", 0600);
	begin(&l, live_as_collector);
	assert_int_equal(end(&l), 1);
	assert_non_null(strstr(l.log, "/data"));
	begin(&l, live_as_agent);
	assert_int_equal(end(&l), 1);
	assert_non_null(strstr(l.log, "/agent"));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(an_agent_lives_and_ends),      T(what_an_agent_needs),
		T(a_collector_lives_and_ends),   T(one_collector_a_data_folder),
		T(a_data_folder_that_cannot_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
