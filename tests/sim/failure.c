/* A failure: what is printed of it, the whole story of it, and the few injections without which it does not come. */
#include "tests/sim/sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

static const struct sim *failing; /* for the report */
static bool quiet; /* a play of the shrinking ... */
static char wanted[WHAT_MAX]; /* ... which is to fail like this */

static void shrink(const struct sim *s, const char *what);

/* Which code this is: a failure of an unknown commit cannot be played again. */
static void show_commit(FILE *to)
{
	char line[80] = "unknown";
	FILE *git = popen(
		"git rev-parse HEAD 2>/dev/null && git diff --quiet HEAD -- || echo changed", "r");

	fprintf(to, "commit:");
	while (git != NULL && fgets(line, sizeof(line), git) != NULL)
		fprintf(to, " %.*s", (int)strcspn(line, "\n"), line);
	if (git != NULL)
		pclose(git);
	fputc('\n', to);
}

static void show_entries(const struct engine_world *w, size_t from, FILE *to)
{
	for (size_t i = from; i < w->count; i++)
		fprintf(to, "%6zu %8.1f %s %.400s\n", i + 1,
			(double)world_ms(w->events[i].ev.recorded) / 1000,
			event_kind_word(w->events[i].ev.kind), w->events[i].body);
}

/* What really was, wherever it changed, since the present plan: `-` means that the agent was not heard. */
static void show_truth(const struct sim *s, FILE *to)
{
	static const char words[] = {[HEALTH_OK] = 'o',
				     [HEALTH_WARNING] = 'w',
				     [HEALTH_CRITICAL] = 'C',
				     [HEALTH_BLIND] = 'b'};
	const struct plan *p = view_plan(s->world->engine);

	for (uint32_t v = 0; v < p->vantage_count; v++) {
		uint32_t agent = p->vantages[v].agent;

		fprintf(to, "%s from %s:", p->checks[p->vantages[v].check].id, p->agents[agent].id);
		for (int64_t t = s->plan_second; t < s->second; t++) {
			const struct truth *was = &s->truth[t];

			if (t > s->plan_second && was[0].health[v] == was[-1].health[v] &&
			    was[0].cut[agent] == was[-1].cut[agent])
				continue;
			fprintf(to, " %lld%c%s", (long long)t + 1, words[was->health[v]],
				was->cut[agent] ? "-" : "");
		}
		fputc('\n', to);
	}
}

/* The whole story beside the end of it that is shown. */
static void write_story(const struct sim *s)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "build/sim-%llu.txt", (unsigned long long)s->seed);
	f = fopen(path, "w");
	if (f == NULL) {
		fprintf(stderr, "sim: %s cannot be written\n", path);
		return;
	}
	show_entries(s->world, 0, f);
	show_truth(s, f);
	fclose(f);
	fprintf(stderr, "all entries, and what really was: %s\n", path);
}

static void report(const struct sim *s, const char *what)
{
	const struct engine_world *w = s->world;

	fprintf(stderr, "sim: seed %llu, second %lld: %s\n", (unsigned long long)s->seed,
		(long long)s->second, what);
	show_entries(w, w->count > SHOWN ? w->count - SHOWN : 0, stderr);
	write_story(s);
	show_commit(stderr);
	fprintf(stderr, "again: build/debug/tool/tests/sim/sim %llu %lld\n",
		(unsigned long long)s->seed, (long long)s->seconds);
}

static void end_badly(const struct sim *s, const char *what)
{
	failing = NULL;
	if (quiet)
		_exit(strcmp(what, wanted) == 0 ? 0 : 1);
	report(s, what);
	if (s->only == NULL)
		shrink(s, what);
}

void sim_broken(const struct sim *s, const char *what)
{
	end_badly(s, what);
	exit(1);
}

void sim_broken_at(const struct sim *s, const char *service, int64_t second, const char *what)
{
	if (!quiet)
		fprintf(stderr, "sim: %s at second %lld:\n", service, (long long)second + 1);
	sim_broken(s, what);
}

void sim_at_exit(void)
{
	if (failing != NULL)
		end_badly(failing, "a helper failed");
}

/* The same failure comes with these injections alone. In a process of its own: it ends there. */
static bool fails_with(const struct sim *s, const struct injection_list *list)
{
	struct played sum = {0};
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		quiet = true;
		atexit(sim_at_exit); /* we may be in one already */
		if (freopen("/dev/null", "w", stderr) == NULL ||
		    freopen("/dev/null", "w", stdout) == NULL)
			_exit(1);
		sim_play(s->seed, s->seconds, s->second, list, &sum);
		_exit(1);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

/* Without the `n` from `from` on. */
static struct injection_list without(const struct injection_list *list, size_t from, size_t n)
{
	struct injection_list rest = {mem_calloc(list->count + 1, sizeof(*rest.items)), 0, 0};

	for (size_t k = 0; k < list->count; k++) {
		if (k < from || k >= from + n)
			rest.items[rest.count++] = list->items[k];
	}
	return rest;
}

/* Leaves out halves, quarters ..., single ones, as long as it fails the same way. */
static void shrink_list(const struct sim *s, struct injection_list *list)
{
	unsigned tries = 0;

	for (size_t part = (list->count + 1) / 2; part > 0 && list->count > 0;) {
		bool less = false;

		for (size_t from = 0; from < list->count && tries < TRIES_MAX; tries++) {
			struct injection_list rest = without(list, from, part);

			if (fails_with(s, &rest)) {
				free(list->items);
				*list = rest;
				less = true;
			} else {
				free(rest.items);
				from += part;
			}
		}
		if (part == 1 && !less)
			break;
		part = part == 1 ? 1 : part / 2;
		if (tries >= TRIES_MAX)
			break;
	}
}

static void write_list(const struct sim *s, const struct injection_list *list, const char *what,
		       const char *path)
{
	FILE *f = fopen(path, "w");

	if (f == NULL) {
		fprintf(stderr, "sim: %s cannot be written\n", path);
		return;
	}
	fprintf(f, "# %s, at second %lld\n# ", what, (long long)s->second);
	show_commit(f);
	fprintf(f, "# again: build/debug/tool/tests/sim/sim --replay %s\n", path);
	fprintf(f, "seed %llu\nseconds %lld\n", (unsigned long long)s->seed, (long long)s->seconds);
	for (size_t k = 0; k < list->count; k++)
		fprintf(f, "%lld %s\n", (long long)list->items[k].second,
			injection_word(list->items[k].kind));
	fclose(f);
	fprintf(stderr, "shrunk: %zu of %zu injections, in %s\n", list->count, s->done.count, path);
}

static void shrink(const struct sim *s, const char *what)
{
	struct injection_list list = without(&s->done, 0, 0);
	char path[64];

	snprintf(wanted, sizeof(wanted), "%s", what);
	snprintf(path, sizeof(path), "build/sim-%llu.scn", (unsigned long long)s->seed);
	if (fails_with(s, &list))
		shrink_list(s, &list);
	else
		fprintf(stderr, "sim: it does not fail again with the same injections\n");
	write_list(s, &list, what, path);
	free(list.items);
}

void sim_watch(const struct sim *s)
{
	failing = s;
}
