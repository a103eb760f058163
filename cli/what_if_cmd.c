/* what-if: an incident of the past under another plan. What the checks saw and how soon people answered is taken from the journal; the rest the
 * engine decides anew, once under the plan of then (so that the difference is the plan's and not the playing's), once under the new one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/json_emit.h"
#include "base/micro.h"
#include "base/parse.h"
#include "base/timefmt.h"
#include "checks/check.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/past_day.h"
#include "cli/played.h"
#include "journal/export.h"
#include "cli/score_text.h"
#include "journal/scorecard.h"
#include "plan/plan_file.h"
#include "play/world.h"

enum {
	LEAD_S = 120, /* played before the incident, so that all checks have been seen well */
	AFTER_S = 60,
	MISSING_MAX = 64,
	DURATION_SIZE = 32
};

/* The day under one plan. */
struct trial {
	struct play_world *world;
	struct scorecard score;
	const char *missing[MISSING_MAX]; /* checks of the day that this plan does not have */
	size_t missing_count;
};

static void note_missing(struct trial *t, const char *check)
{
	for (size_t i = 0; i < t->missing_count; i++) {
		if (strcmp(t->missing[i], check) == 0)
			return;
	}
	if (t->missing_count < MISSING_MAX)
		t->missing[t->missing_count++] = check;
}

static void apply(struct trial *t, const struct plan *p, const struct sighting *s)
{
	uint32_t agent = plan_find_agent(p, slice_of(s->agent));
	uint32_t check = s->check != NULL ? plan_find_check(p, slice_of(s->check)) : PLAN_NONE;
	uint32_t vantage;

	if (s->check == NULL) {
		if (agent != PLAN_NONE)
			play_cut(t->world, agent, s->cut);
		return;
	}
	vantage = check != PLAN_NONE && agent != PLAN_NONE ? plan_find_vantage(p, check, agent)
							   : PLAN_NONE;
	if (vantage == PLAN_NONE)
		note_missing(t, s->check);
	else
		play_set(t->world, vantage, (struct play_source){s->health, s->outcome});
}

static void score(struct trial *t)
{
	const struct record *r = &t->world->record;

	for (size_t i = 0; i < r->count; i++) {
		struct journal_entry e = {.seq = i + 1,
					  .at = r->entries[i].at,
					  .recorded = r->entries[i].recorded,
					  .kind = slice_of(event_kind_word(r->entries[i].kind)),
					  .body = slice_of(r->entries[i].body),
					  .version = EVENT_VERSION};

		scorecard_add(&t->score, &e);
	}
}

static void try_plan(struct trial *t, const struct past_day *d, const struct plan *p)
{
	struct wall_time start = wall_add_us(d->began, -LEAD_S * US_PER_S);

	*t = (struct trial){.world = play_new(&check_schemas, start)};
	scorecard_init(&t->score);
	play_set_pace(t->world, PLAY_AS_PLANNED);
	play_teach(t->world, d->habits);
	play_apply_plan(t->world, p);
	for (size_t i = 0; i < d->count; i++) {
		play_until(t->world, wall_max(start, d->sightings[i].at));
		apply(t, p, &d->sightings[i]);
	}
	play_until(t->world, wall_add_us(d->last, AFTER_S * US_PER_S));
	score(t);
}

static void end_trial(struct trial *t)
{
	scorecard_release(&t->score);
	if (t->world != NULL)
		play_free(t->world);
}

/* --- what was recorded ------------------------------------------------------------------------------ */

static enum err score_recorded(struct journal *j, uint64_t incident, struct scorecard *ret,
			       struct err_info *info)
{
	struct export_source source = export_from_journal(j);
	struct export_doc doc CLEANUP(export_release);
	enum err e;

	export_init(&doc);
	scorecard_init(ret);
	e = export_gather(&source, incident, &doc, info);
	for (size_t i = 0; e == ERR_OK && i < doc.count; i++) {
		if (doc.entries[i].whole)
			scorecard_add(ret, &doc.entries[i].e);
	}
	return e;
}

/* --- text ------------------------------------------------------------------------------------------- */

struct what_if {
	struct past_day day;
	struct scorecard recorded;
	struct trial then, now;
	bool english;
};

static void put_row(const struct scorecard *s, const char *id, const char *title, bool english,
		    struct buf *out)
{
	const struct score_service *v = NULL;

	for (size_t i = 0; i < s->service_count; i++) {
		if (strcmp(s->services[i].id, id) == 0)
			v = &s->services[i];
	}
	buf_printf(out, "  %-18s", title);
	if (v == NULL) {
		buf_puts(out, english ? "  does not fail\n" : "  no falla\n");
		return;
	}
	score_text_put_moments(out, v);
	buf_puts(out, v->breached ? (english ? "  PAST the RTO\n" : "  FUERA del RTO\n") : "\n");
}

static bool is_in(const struct scorecard *s, const char *id)
{
	for (size_t i = 0; i < s->service_count; i++) {
		if (strcmp(s->services[i].id, id) == 0)
			return true;
	}
	return false;
}

static void put_services(const struct what_if *w, struct buf *out)
{
	const struct scorecard *cards[] = {&w->recorded, &w->then.score, &w->now.score};

	buf_puts(out, w->english
			      ? "SERVICES (since the beginning)    known     called   answered    "
				"decided     outage        RTO\n"
			      : "SERVICIOS (desde el inicio)    conocida    llamada  respuesta   "
				"decisión      falla        RTO\n");
	for (size_t c = 0; c < COUNT_OF(cards); c++) {
		for (size_t i = 0; i < cards[c]->service_count; i++) {
			const char *id = cards[c]->services[i].id;

			if ((c > 0 && is_in(cards[0], id)) || (c > 1 && is_in(cards[1], id)))
				continue;
			output_put_clean(out, id);
			buf_putc(out, '\n');
			put_row(cards[0], id, w->english ? "recorded" : "lo registrado", w->english,
				out);
			put_row(cards[1], id, w->english ? "the plan of then" : "plan de entonces",
				w->english, out);
			put_row(cards[2], id, w->english ? "the new plan" : "plan nuevo",
				w->english, out);
		}
	}
}

static void put_text(const struct what_if *w, struct buf *out)
{
	char began[TIMEFMT_SIZE], median[DURATION_SIZE];

	timefmt_local(began, w->day.began);
	format_duration(median, sizeof(median), w->day.median_us);
	buf_printf(out,
		   w->english ? "WHAT IF  folio %02llu (incident %llu), began %s\n"
			      : "QUÉ HABRÍA PASADO  folio %02llu (incidente %llu), inicio %s\n",
		   (unsigned long long)w->day.folio, (unsigned long long)w->day.incident, began);
	buf_printf(out,
		   w->english ? "  people: %zu answered, %zu did not; whoever was not called then "
				"is taken to answer after %s\n"
			      : "  personas: %zu contestaron, %zu no; de quien entonces no fue "
				"llamado se "
				"supone que contesta a los %s\n",
		   w->day.answered, w->day.silent,
		   w->day.median_us > 0 ? median : (w->english ? "never" : "nunca"));
	buf_puts(out,
		 w->english
			 ? "  checks see what they saw then, at the pace of each plan\n"
			 : "  las revisiones ven lo que vieron entonces, al ritmo de cada plan\n");
	for (size_t i = 0; i < w->now.missing_count; i++) {
		buf_puts(out,
			 w->english ? "  not in the new plan: " : "  no está en el plan nuevo: ");
		output_put_clean(out, w->now.missing[i]);
		buf_putc(out, '\n');
	}
	put_services(w, out);
	buf_puts(out, w->english ? "\nUNDER THE PLAN OF THEN\n" : "\nCON EL PLAN DE ENTONCES\n");
	played_put_since(out, &w->then.world->record, w->day.began, w->english);
	buf_puts(out, w->english ? "\nUNDER THE NEW PLAN\n" : "\nCON EL PLAN NUEVO\n");
	played_put_since(out, &w->now.world->record, w->day.began, w->english);
}

static void put_json(const struct what_if *w, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	buf_printf(out, "{\"incident\":%llu,\"folio\":%llu,\"recorded\":",
		   (unsigned long long)w->day.incident, (unsigned long long)w->day.folio);
	scorecard_write_json(&w->recorded, out);
	buf_puts(out, ",\"then\":");
	scorecard_write_json(&w->then.score, out);
	buf_puts(out, ",\"new\":");
	scorecard_write_json(&w->now.score, out);
	buf_puts(out, ",\"missing\":");
	json_open_array(&j);
	for (size_t i = 0; i < w->now.missing_count; i++)
		json_str(&j, w->now.missing[i]);
	json_close_array(&j);
	buf_puts(out, "}\n");
}

/* --- the command ------------------------------------------------------------------------------------ */

static struct plan *plan_of_then(const struct past_day *d)
{
	struct findings f CLEANUP(findings_release) = {0};
	struct plan *p;

	findings_init(&f);
	p = plan_file_load_json(d->plan, &check_schemas, &f);
	if (p == NULL)
		(void)options_fail_text(EXIT_UNUSABLE,
					"the journal's plan cannot be read by this version: %s",
					f.count > 0 ? f.items[0].text : "");
	return p;
}

static int compare(const struct options *o, struct what_if *w, const struct plan *then,
		   const struct plan *now)
{
	struct buf out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	enum err e;

	buf_init(&out, 256 << 20);
	try_plan(&w->then, &w->day, then);
	try_plan(&w->now, &w->day, now);
	if (options_has(o, OPTION_JSON))
		put_json(w, &out);
	else
		put_text(w, &out);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

static int run(const struct options *o, struct journal *j, uint64_t incident)
{
	struct what_if *w = calloc(1, sizeof(*w));
	struct plan *then = NULL, *now = NULL;
	struct err_info info = {0};
	int code = EXIT_UNUSABLE;
	enum err e;

	if (w == NULL)
		abort();
	w->english = options_is_english(o);
	e = past_day_read(j, incident, &w->day, &info);
	if (e == ERR_OK)
		e = score_recorded(j, w->day.incident, &w->recorded, &info);
	if (e != ERR_OK)
		code = options_fail(e, &info);
	else if ((now = plan_cmd_load(options_get(o, OPTION_PLAN, ""))) != NULL &&
		 (then = plan_of_then(&w->day)) != NULL) {
		/* The worlds own them from now on. */
		code = compare(o, w, then, now);
		then = now = NULL;
	}
	plan_free(then);
	plan_free(now);
	end_trial(&w->then);
	end_trial(&w->now);
	scorecard_release(&w->recorded);
	past_day_release(&w->day);
	free(w);
	return code;
}

int what_if_cmd_run(const struct options *o)
{
	struct journal *j = NULL;
	struct err_info info = {0};
	char path[4200];
	struct stat st;
	int64_t incident;
	int code;

	if (!options_has(o, OPTION_PLAN))
		return options_fail_text(EXIT_UNUSABLE,
					 "what-if needs --plan PATH, the plan to try");
	if (parse_i64(slice_of(o->args[1]), 1, INT64_MAX, &incident) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "'%s' is no incident (a number or a folio)",
					 o->args[1]);
	snprintf(path, sizeof(path), "%s", o->args[0]);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		snprintf(path, sizeof(path), "%s/journal.db", o->args[0]);
	if (journal_open(path, true, &j, &info) != ERR_OK)
		return options_fail(ERR_IO, &info);
	code = run(o, j, (uint64_t)incident);
	journal_close(j);
	return code;
}
