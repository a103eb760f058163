/* drill: plays a scenario for the people of the plan, and tells how it went. The drill itself is a collector of its own process
 * (vigia-collector --drill), so that nothing of it can touch the real one. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/micro.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/score_text.h"
#include "journal/scorecard.h"

enum { PATH_SIZE = 4200, DURATION_SIZE = 32 };

/* --- the cards ------------------------------------------------------------------------------------- */

struct card {
	const char *folder;
	struct scorecard score;
};
struct cards {
	struct card items[OPTIONS_ARGS_MAX];
	size_t count;
	bool english;
};

static enum err read_card(const char *folder, struct scorecard *ret, struct err_info *info)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/journal.db", folder);
	return scorecard_read(ret, path, info);
}

static int by_beginning(const void *a, const void *b)
{
	const struct card *x = a, *y = b;

	return (x->score.began.us > y->score.began.us) - (x->score.began.us < y->score.began.us);
}

static const char *say(const struct cards *c, const char *es, const char *en)
{
	return c->english ? en : es;
}

static const char *verdict(const struct cards *c, const struct score_service *v)
{
	if (v->breached)
		return say(c, "FUERA del RTO", "PAST the RTO");
	if (v->outage_us == MICRO_NONE)
		return say(c, "sin restablecer", "not restored");
	return say(c, "dentro del RTO", "within the RTO");
}

static const struct score_service *find_service(const struct scorecard *s, const char *id)
{
	for (size_t i = 0; i < s->service_count; i++) {
		if (strcmp(s->services[i].id, id) == 0)
			return &s->services[i];
	}
	return NULL;
}

static const struct score_person *find_person(const struct scorecard *s, const char *id)
{
	for (size_t i = 0; i < s->person_count; i++) {
		if (strcmp(s->people[i].id, id) == 0)
			return &s->people[i];
	}
	return NULL;
}

static void put_drill(const struct cards *c, size_t n, struct buf *out)
{
	const struct scorecard *s = &c->items[n].score;
	char began[TIMEFMT_SIZE], lasted[DURATION_SIZE];

	timefmt_local(began, s->began);
	format_duration(lasted, sizeof(lasted), wall_diff_us(s->ended, s->began));
	buf_printf(out, "%zu  %s  %s  ", n + 1, began, lasted);
	output_put_clean(out, c->items[n].folder);
	buf_puts(out, "\n   ");
	output_put_clean(out, s->promise[0] != '\0' ? s->promise
						    : say(c, "(día real: sin escenario)",
							  "(real day: no scenario)"));
	if (strcmp(s->how, "pre-empted") == 0)
		buf_puts(out, say(c, "\n   INTERRUMPIDO por un incidente real",
				  "\n   BROKEN OFF by a real incident"));
	else if (strcmp(s->how, "stopped") == 0)
		buf_puts(out, say(c, "\n   detenido antes de tiempo", "\n   stopped early"));
	if (s->overflow)
		buf_puts(out, say(c, "\n   demasiadas entradas: la cuenta está incompleta",
				  "\n   too many entries: the count is not whole"));
	buf_putc(out, '\n');
}

/* One service in all drills, in the order of time: how it got better or worse. */
static void put_service(const struct cards *c, const char *id, struct buf *out)
{
	output_put_clean(out, id);
	buf_putc(out, '\n');
	for (size_t n = 0; n < c->count; n++) {
		const struct score_service *v = find_service(&c->items[n].score, id);

		if (v == NULL)
			continue;
		buf_printf(out, "  %zu ", n + 1);
		score_text_put_moments(out, v);
		buf_printf(out, "  %3u", v->steps_exhausted + v->steps_passed);
		buf_printf(out, "  %s\n", verdict(c, v));
	}
}

static void put_person(const struct cards *c, const char *id, struct buf *out)
{
	output_put_clean(out, id);
	buf_putc(out, '\n');
	for (size_t n = 0; n < c->count; n++) {
		const struct score_person *p = find_person(&c->items[n].score, id);

		if (p == NULL)
			continue;
		buf_printf(out, "  %zu   %9u  %9u  %9u  %9u  %9u", n + 1, p->calls,
			   p->answered + p->decisions, p->passed_on, p->unanswered, p->failed);
		score_text_put_time(out, p->fastest_us);
		score_text_put_time(out, p->slowest_us);
		buf_putc(out, '\n');
	}
}

/* Was this id in an earlier card already? */
static bool is_first(const struct cards *c, size_t n, const char *id, bool is_person)
{
	for (size_t k = 0; k < n; k++) {
		if (is_person ? find_person(&c->items[k].score, id) != NULL
			      : find_service(&c->items[k].score, id) != NULL)
			return false;
	}
	return true;
}

static void put_sum(const struct cards *c, struct buf *out)
{
	size_t in_time = 0, all = 0;

	for (size_t n = 0; n < c->count; n++) {
		const struct scorecard *s = &c->items[n].score;

		for (size_t i = 0; i < s->service_count; i++, all++)
			in_time +=
				!s->services[i].breached && s->services[i].outage_us != MICRO_NONE;
	}
	buf_printf(out,
		   c->english ? "\n%zu of %zu outages ended within their RTO\n"
			      : "\n%zu de %zu fallas terminaron dentro de su RTO\n",
		   in_time, all);
}

static void put_text(const struct cards *c, struct buf *out)
{
	buf_puts(out, say(c, "SIMULACROS (número, inicio, duración, carpeta)\n",
			  "DRILLS (number, beginning, duration, folder)\n"));
	for (size_t n = 0; n < c->count; n++)
		put_drill(c, n, out);
	buf_puts(out, say(c,
			  "\nSERVICIOS (desde el inicio de la contingencia)\n"
			  "      conocida    llamada  respuesta   decisión      falla        RTO  "
			  "pasos sin respuesta\n",
			  "\nSERVICES (since the beginning of the contingency)\n"
			  "         known     called   answered    decided     outage        RTO  "
			  "steps unanswered\n"));
	for (size_t n = 0; n < c->count; n++) {
		for (size_t i = 0; i < c->items[n].score.service_count; i++) {
			const char *id = c->items[n].score.services[i].id;

			if (is_first(c, n, id, false))
				put_service(c, id, out);
		}
	}
	buf_puts(out, say(c,
			  "\nPERSONAS\n"
			  "      llamadas   contestó  no puedo  sin resp.   fallidas  más rápida  "
			  "más lenta\n",
			  "\nPEOPLE\n"
			  "         calls   answered  passed on  unanswered   failed    fastest    "
			  "slowest\n"));
	for (size_t n = 0; n < c->count; n++) {
		for (size_t i = 0; i < c->items[n].score.person_count; i++) {
			const char *id = c->items[n].score.people[i].id;

			if (is_first(c, n, id, true))
				put_person(c, id, out);
		}
	}
	put_sum(c, out);
}

static void put_json(const struct cards *c, struct buf *out)
{
	buf_putc(out, '[');
	for (size_t n = 0; n < c->count; n++) {
		if (n > 0)
			buf_putc(out, ',');
		scorecard_write_json(&c->items[n].score, out);
	}
	buf_puts(out, "]\n");
}

static int print_cards(const struct options *o, const char *const *folders, size_t count)
{
	struct cards *c = calloc(1, sizeof(*c));
	struct buf out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	enum err e = ERR_OK;

	if (c == NULL)
		abort();
	buf_init(&out, 64 << 20);
	c->english = options_is_english(o);
	for (size_t i = 0; e == ERR_OK && i < count; i++) {
		c->items[i].folder = folders[i];
		scorecard_init(&c->items[i].score);
		c->count++;
		e = read_card(folders[i], &c->items[i].score, &info);
	}
	if (e == ERR_OK) {
		qsort(c->items, c->count, sizeof(c->items[0]), by_beginning);
		if (options_has(o, OPTION_JSON))
			put_json(c, &out);
		else
			put_text(c, &out);
		e = output_print(buf_slice(&out), &info);
	}
	for (size_t i = 0; i < c->count; i++)
		scorecard_release(&c->items[i].score);
	free(c);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

int drill_cmd_score(const struct options *o)
{
	return print_cards(o, o->args, o->arg_count);
}

/* --- playing one ------------------------------------------------------------------------------------ */

/* The collector beside this program, or the one of the PATH. */
static void find_collector(char *dst, size_t size)
{
	char self[PATH_SIZE];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	snprintf(dst, size, "vigia-collector");
	if (n <= 0)
		return;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (slash == NULL)
		return;
	snprintf(slash + 1, sizeof(self) - (size_t)(slash + 1 - self), "vigia-collector");
	if (access(self, X_OK) == 0)
		snprintf(dst, size, "%s", self);
}

static volatile sig_atomic_t conductor_pid;

static void pass_on(int number)
{
	if (conductor_pid > 0)
		kill((pid_t)conductor_pid, number);
}

static enum err run_collector(const char *const *argv, int *ret_status, struct err_info *info)
{
	extern char **environ;
	char *const *words;
	struct sigaction act = {.sa_handler = pass_on};
	pid_t pid;
	int err;

	sigaction(SIGTERM, &act, NULL);
	signal(SIGINT, SIG_IGN); /* a terminal sends it to both; the drill ends in order */
	/* POSIX gives the vector without const for old programs' sake; it is not written. */
	memcpy(&words, &argv, sizeof(words));
	err = posix_spawnp(&pid, argv[0], NULL, NULL, words, environ);
	if (err != 0) {
		errno = err;
		return err_fail_errno(info, ERR_IO, "%s cannot be started", argv[0]);
	}
	conductor_pid = pid;
	while (waitpid(pid, ret_status, 0) < 0) {
		if (errno != EINTR)
			return err_fail_errno(info, ERR_IO, "waiting for %s", argv[0]);
	}
	conductor_pid = 0;
	return ERR_OK;
}

int drill_cmd_start(const struct options *o)
{
	char program[PATH_SIZE], journal[PATH_SIZE];
	const char *folder = options_get(o, OPTION_OUTPUT, NULL);
	const char *argv[] = {program,   "-c",       options_get(o, OPTION_CONFIG, NULL),
			      "--drill", o->args[0], "--drill-folder",
			      folder,    NULL,       NULL};
	struct err_info info = {0};
	int status = 0;
	enum err e;

	if (folder == NULL || argv[2] == NULL)
		return options_fail_text(
			EXIT_UNUSABLE,
			"drill start needs -c FILE (collector.yaml) and -o FOLDER (new)");
	snprintf(journal, sizeof(journal), "%s/journal.db", folder);
	if (access(journal, F_OK) == 0)
		return options_fail_text(EXIT_NO, "%s holds a drill already; give a new folder",
					 folder);
	if (options_has(o, OPTION_TO_FILE))
		argv[7] = "--drill-to-file";
	find_collector(program, sizeof(program));
	e = run_collector(argv, &status, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (access(journal, F_OK) != 0)
		return EXIT_UNUSABLE; /* the collector has said why */
	if (print_cards(o, &folder, 1) != EXIT_OK)
		return EXIT_NO;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? EXIT_OK : EXIT_NO;
}
