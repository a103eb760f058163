/* HTTP checks: what one costs beside check_http of the monitoring plugins, to the same small server on the loopback, a new
 * connection for each. Ours runs in one process as in the agent, 20 under way at a time; check_http is one process each, as
 * its schedulers run it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <uv.h>

#include "base/arena.h"
#include "bench/measure.h"
#include "probing/prober.h"

enum { OURS = 20000, THEIRS = 200, AT_ONCE = 20, ROUNDS = 3 };
#define PLUGIN "/usr/lib/nagios/plugins/check_http"

static char url[64], port_text[8];

/* --- the server: a child that answers every connection once --------------------------------------------------- */

static void serve(int listener)
{
	static const char answer[] =
		"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
	char in[4096];

	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		if (read(fd, in, sizeof(in)) > 0)
			(void)!write(fd, answer, sizeof(answer) - 1);
		close(fd);
	}
}

static pid_t start_server(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof(to);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) != 0 || listen(fd, 1024) != 0 ||
	    getsockname(fd, (struct sockaddr *)&to, &size) != 0)
		abort();
	snprintf(port_text, sizeof(port_text), "%u", ntohs(to.sin_port));
	snprintf(url, sizeof(url), "http://127.0.0.1:%s/", port_text);
	pid = fork();
	if (pid == 0)
		serve(fd);
	close(fd);
	return pid;
}

/* --- ours ----------------------------------------------------------------------------------------------------- */

struct work {
	struct prober *prober;
	unsigned begun, ended, bad;
	int64_t total_us;
};

static const char *find(void *user, const char *key)
{
	return strcmp(key, "url") == 0 ? user : NULL;
}

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct work *w = user;

	(void)at;
	w->ended++;
	w->bad += v->outcome != OUTCOME_OK;
	if (w->begun < OURS) {
		w->begun++;
		prober_probe_now(w->prober, index);
	}
}

static void probe_all(void)
{
	const struct check_type *type = check_type_find(SLICE_LIT("http"));
	struct prober_check checks[AT_ONCE];
	struct arena *arena = arena_new();
	struct work w = {.begun = AT_ONCE};
	struct err_info info;
	const void *params;
	uv_loop_t loop;
	struct prober_options o = {
		.loop = &loop, .in_flight_max = AT_ONCE, .result = on_result, .user = &w};

	uv_loop_init(&loop);
	if (prober_fill_params(type, find, url, arena, &params, &info) != ERR_OK ||
	    prober_new(&o, &w.prober, &info) != ERR_OK)
		_exit(1);
	for (size_t i = 0; i < AT_ONCE; i++)
		checks[i] = (struct prober_check){.id = "x",
						  .type = type,
						  .params = params,
						  .interval_us = 3600 * US_PER_S,
						  .retry_interval_us = 3600 * US_PER_S,
						  .timeout_us = 5 * US_PER_S};
	prober_set_checks(w.prober, checks, AT_ONCE);
	for (size_t i = 0; i < AT_ONCE; i++)
		prober_probe_now(w.prober, i);
	while (w.ended < OURS)
		uv_run(&loop, UV_RUN_ONCE);
	_exit(w.bad == 0 ? 0 : 1);
}

/* --- theirs --------------------------------------------------------------------------------------------------- */

static void run_plugins(void)
{
	for (int i = 0; i < THEIRS; i++) {
		pid_t pid = fork();
		int status = 0;

		if (pid == 0) {
			(void)!freopen("/dev/null", "w", stdout);
			execl(PLUGIN, "check_http", "-I", "127.0.0.1", "-p", port_text, "-u", "/",
			      (char *)NULL);
			_exit(127);
		}
		waitpid(pid, &status, 0);
		if (status != 0)
			_exit(1);
	}
	_exit(0);
}

int main(void)
{
	double ours = 1e9, theirs = 1e9;
	pid_t server = start_server();
	int a = 0, b = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double x = measure(probe_all, OURS, &a), y = measure(run_plugins, THEIRS, &b);

		printf("  round %d: vigia %.1f us, check_http %.0f us of CPU a probe\n", i + 1, x,
		       y);
		ours = x < ours ? x : ours;
		theirs = y < theirs ? y : theirs;
	}
	printf("http, new connection each: vigia %.1f us, check_http %.0f us of CPU a probe (best "
	       "of %d), "
	       "1/%.0f%s%s\n",
	       ours, theirs, ROUNDS, theirs / ours, a != 0 ? "; OURS FAILED" : "",
	       b != 0 ? "; check_http FAILED or is not installed" : "");
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	return a != 0;
}
