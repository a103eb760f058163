/* The host check: what one costs beside three monitoring plugins (check_load, check_swap, check_disk), which together tell
 * less. Ours runs in one process as in the agent, 20 checks in turn; plugins are a process each, as their schedulers run
 * them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <uv.h>

#include "base/arena.h"
#include "bench/measure.h"
#include "probing/prober.h"

enum { OURS = 1000, THEIRS = 100, CHECKS = 20, ROUNDS = 3 };
#define PLUGINS "/usr/lib/nagios/plugins/"

struct work {
	unsigned ended, bad;
};

static const char *find(void *user, const char *key)
{
	(void)user;
	(void)key;
	return NULL;
}

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct work *w = user;

	(void)at;
	(void)index;
	w->ended++;
	w->bad += outcome_class(v->outcome) == CLASS_BAD;
}

static void probe_all(void)
{
	static char ids[CHECKS][16];
	const struct check_type *type = check_type_find(SLICE_LIT("host"));
	struct prober_check checks[CHECKS];
	struct arena *arena = arena_new();
	struct work w = {0};
	struct prober *prober;
	struct err_info info;
	const void *params;
	uv_loop_t loop;
	struct prober_options o = {
		.loop = &loop, .in_flight_max = CHECKS, .result = on_result, .user = &w};

	uv_loop_init(&loop);
	if (prober_fill_params(type, find, NULL, arena, &params, &info) != ERR_OK ||
	    prober_new(&o, &prober, &info) != ERR_OK)
		_exit(1);
	for (size_t i = 0; i < CHECKS; i++) {
		snprintf(ids[i], sizeof(ids[i]), "x:%zu", i);
		checks[i] = (struct prober_check){.id = ids[i],
						  .type = type,
						  .params = params,
						  .interval_us = 150 * US_PER_MS,
						  .retry_interval_us = 150 * US_PER_MS,
						  .timeout_us = 5 * US_PER_S};
	}
	prober_set_checks(prober, checks, CHECKS);
	while (w.ended < OURS)
		uv_run(&loop, UV_RUN_ONCE);
	_exit(w.bad == 0 ? 0 : 1);
}

static void run_plugin(const char *const *argv)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		(void)!freopen("/dev/null", "w", stdout);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) > 2)
		_exit(1);
}

static void run_plugins(void)
{
	static const char *const load[] = {PLUGINS "check_load", "-w", "99,99,99", "-c",
					   "99,99,99",           NULL};
	static const char *const swap[] = {
		PLUGINS "check_swap", "-w", "1%", "-c", "1%", "-n", "ok", NULL};
	static const char *const disk[] = {
		PLUGINS "check_disk", "-w", "1%", "-c", "1%", "-p", "/", NULL};

	for (int i = 0; i < THEIRS; i++) {
		run_plugin(load);
		run_plugin(swap);
		run_plugin(disk);
	}
	_exit(0);
}

int main(void)
{
	double ours = 1e9, theirs = 1e9;
	int a = 0, b = 0;

	for (int i = 0; i < ROUNDS; i++) {
		double x = measure(probe_all, OURS, &a), y = measure(run_plugins, THEIRS, &b);

		printf("  round %d: vigia %.1f us, three plugins %.0f us of CPU a probe\n", i + 1,
		       x, y);
		ours = x < ours ? x : ours;
		theirs = y < theirs ? y : theirs;
	}
	printf("host, all figures: vigia %.1f us, check_load + check_swap + check_disk %.0f us of "
	       "CPU "
	       "(best of %d), 1/%.0f%s%s\n",
	       ours, theirs, ROUNDS, theirs / ours, a != 0 ? "; OURS FAILED" : "",
	       b != 0 ? "; a plugin FAILED or is not installed" : "");
	return a != 0;
}
