#include "collector/ready_gather.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"
#include "collector/answer_record.h"
#include "collector/channel_record.h"
#include "collector/current_drill.h"
#include "collector/heartbeat.h"
#include "collector/intake.h"
#include "collector/program.h"
#include "collector/trust.h"
#include "collector/turn.h"

#define OFFSET_BAD_US (2 * US_PER_S)
#define AHEAD_US (24 * 3600 * US_PER_S)
#define NEAR_US (7 * AHEAD_US)
enum { CHANGES_MAX = 200, OWED_LISTED = 200, DEBTS_LISTED = 200 };

struct gather {
	struct collector *c;
	const struct engine *e;
	const struct plan *p;
	struct wall_time now;
	int64_t within_us;
	struct ready_texts *texts;
	struct ready_figures *f;
};

static struct ready_detail detail(const char *what, const char *why, struct wall_time at)
{
	return (struct ready_detail){what, why, at, MICRO_NONE};
}

/* --- people --------------------------------------------------------------------------------------------- */

/* Somebody who can be called answers for the seat at that moment; else why not. */
static const char *why_empty(const struct gather *g, uint32_t seat, struct wall_time t)
{
	struct view_duty duty[VIEW_DUTY_MAX];
	size_t n = view_duty(g->e, seat, t, duty);
	const char *why = "vacant";

	for (size_t i = 0; i < n; i++) {
		const struct plan_person *person = &g->p->people[duty[i].person];

		if (person->is_vacant)
			continue;
		if (duty[i].away)
			why = "away";
		else if (person->contact_count == 0)
			why = "no-contact";
		else
			return NULL;
	}
	return why;
}

static void gather_seats(struct gather *g)
{
	for (uint32_t s = 0; s < g->p->seat_count; s++) {
		const char *why = why_empty(g, s, g->now);

		ready_count_add(&g->f->seats, why != NULL ? READY_BAD : READY_FINE,
				detail(g->p->seats[s].id, why != NULL ? why : "", WALL_UNKNOWN));
	}
}

/* From now to the end of the jornada that runs or comes within a week; a day without one. */
static void find_ahead(const struct gather *g, struct wall_time *from, struct wall_time *until)
{
	struct view_calendar v;
	uint32_t day;

	view_calendar(g->e, g->now, &v);
	day = v.running != PLAN_NONE ? v.running : v.next;
	*from = g->now;
	*until = wall_add_us(g->now, AHEAD_US);
	if (day == PLAN_NONE)
		return;
	if (v.running == PLAN_NONE && g->p->jornadas[day].from_us > g->now.us + NEAR_US)
		return;
	*until = (struct wall_time){g->p->jornadas[day].until_us};
	if (g->p->jornadas[day].from_us > g->now.us)
		*from = (struct wall_time){g->p->jornadas[day].from_us};
}

static void gather_seats_ahead(struct gather *g)
{
	struct wall_time from, until;

	find_ahead(g, &from, &until);
	g->f->ahead_until = until;
	for (uint32_t s = 0; s < g->p->seat_count; s++) {
		struct wall_time t = from;
		const char *why = why_empty(g, s, t);

		for (int i = 0; why == NULL && i < CHANGES_MAX; i++) {
			struct wall_time next = view_duty_until(g->e, s, t);

			if (next.us <= t.us || next.us >= until.us)
				break;
			t = next;
			why = why_empty(g, s, t);
		}
		ready_count_add(&g->f->seats_ahead, why != NULL ? READY_BAD : READY_FINE,
				detail(g->p->seats[s].id, why != NULL ? why : "", t));
	}
}

static void gather_person(struct gather *g, uint32_t person)
{
	const char *id = g->p->people[person].id;
	struct answer_times t = answer_record_of(core_answers(g->c->core), id);
	bool answered = wall_is_known(t.answered);

	if (wall_is_known(t.missed) && (!answered || t.missed.us > t.answered.us))
		ready_count_add(&g->f->people, READY_BAD, detail(id, "no-answer", t.missed));
	else if (!answered)
		ready_count_add(
			&g->f->people, READY_NOT_KNOWN,
			detail(id, wall_is_known(t.called) ? "not-yet" : "never-called", t.called));
	else if (wall_diff_us(g->now, t.answered) > g->within_us)
		ready_count_add(&g->f->people, READY_NOT_KNOWN,
				detail(id, "too-long-ago", t.answered));
	else
		ready_count_add(&g->f->people, READY_FINE, detail(id, "", t.answered));
}

/* Everybody who answers for a seat now, once. */
static void gather_people(struct gather *g)
{
	bool *seen = mem_calloc(g->p->person_count + 1, sizeof(*seen));

	for (uint32_t s = 0; s < g->p->seat_count; s++) {
		struct view_duty duty[VIEW_DUTY_MAX];
		size_t n = view_duty(g->e, s, g->now, duty);

		for (size_t i = 0; i < n; i++) {
			if (!seen[duty[i].person] && !duty[i].away)
				gather_person(g, duty[i].person);
			seen[duty[i].person] = true;
		}
	}
	free(seen);
}

static bool is_used(const struct plan *p, uint32_t channel)
{
	for (uint32_t i = 0; i < p->person_count; i++) {
		for (size_t k = 0; k < p->people[i].contact_count; k++) {
			if (p->people[i].contacts[k].channel == channel)
				return true;
		}
	}
	return false;
}

static void gather_channels(struct gather *g)
{
	for (uint32_t i = 0; i < g->p->channel_count; i++) {
		const char *id = g->p->channels[i].id;
		struct channel_times t = channel_record_of(core_channels(g->c->core), id);

		if (!is_used(g->p, i))
			continue;
		if (wall_is_known(t.failure) && t.failure.us > t.success.us)
			ready_count_add(&g->f->channels, READY_BAD,
					detail(id, "failed", t.failure));
		else if (!wall_is_known(t.success))
			ready_count_add(&g->f->channels, READY_NOT_KNOWN,
					detail(id, "never-used", WALL_UNKNOWN));
		else if (wall_diff_us(g->now, t.success) > g->within_us)
			ready_count_add(&g->f->channels, READY_NOT_KNOWN,
					detail(id, "too-long-ago", t.success));
		else
			ready_count_add(&g->f->channels, READY_FINE, detail(id, "", t.success));
	}
}

/* --- what is watched ------------------------------------------------------------------------------------ */

static void gather_backup(struct gather *g, uint32_t service)
{
	const char *id = g->p->services[service].id;
	struct view_rpo v;

	if (!view_rpo(g->e, service, &v)) {
		if (g->p->services[service].rpo == RPO_DURATION)
			ready_count_add(&g->f->backups, READY_NOT_KNOWN,
					detail(id, "not-measured", WALL_UNKNOWN));
		return;
	}
	if (v.state == RPO_STATE_MET && !v.estimated)
		ready_count_add(&g->f->backups, READY_FINE, detail(id, "", v.copy));
	else
		ready_count_add(
			&g->f->backups, v.state == RPO_STATE_EXCEEDED ? READY_BAD : READY_NOT_KNOWN,
			detail(id, v.estimated ? "estimated" : rpo_state_word(v.state), v.copy));
}

static void gather_services(struct gather *g)
{
	for (uint32_t i = 0; i < g->p->service_count; i++) {
		const char *id = g->p->services[i].id;
		struct view_service v;

		view_service(g->e, i, g->now, &v);
		ready_count_add(&g->f->services,
				v.state == SERVICE_DOWN ? READY_BAD
				: v.state == SERVICE_OK ? READY_FINE
							: READY_NOT_KNOWN,
				detail(id, service_state_word(v.state), v.since));
		ready_count_add(&g->f->spare,
				v.exposure.exposed || v.degraded ? READY_BAD
				: v.state == SERVICE_OK          ? READY_FINE
								 : READY_NOT_KNOWN,
				detail(id,
				       v.exposure.exposed ? "exposed"
				       : v.degraded       ? "degraded"
							  : service_state_word(v.state),
				       v.exposure.exposed ? v.exposure.since : v.since));
		gather_backup(g, i);
	}
}

static void gather_checks(struct gather *g)
{
	for (uint32_t i = 0; i < g->p->check_count; i++) {
		const char *id = g->p->checks[i].id;
		struct view_check v;
		bool blind;

		view_check(g->e, i, &v);
		blind = v.state != CHECK_OK && v.state != CHECK_WARNING &&
			v.state != CHECK_CRITICAL;
		ready_count_add(&g->f->checks_seen, blind ? READY_BAD : READY_FINE,
				detail(id, v.why, v.since));
		if (!blind)
			ready_count_add(&g->f->checks_well,
					v.state == CHECK_CRITICAL ? READY_BAD : READY_FINE,
					detail(id, v.why, v.since));
	}
}

static void gather_agent(struct gather *g, uint32_t i)
{
	struct intake_agent a = intake_agent(g->c->intake, i);
	const char *id = g->p->agents[i].id;
	struct ready_detail clock = detail(id, "offset", WALL_UNKNOWN);
	struct view_agent v;
	bool heard;

	view_agent(g->e, i, &v);
	heard = v.seen && !v.silent;
	ready_count_add(&g->f->agents, heard ? READY_FINE : READY_BAD,
			detail(id, v.seen ? "silent" : "never-seen", v.last_seen));
	if (!heard || !a.known) {
		/* What it last told of itself says nothing of now. */
		ready_count_add(&g->f->agent_clocks, READY_NOT_KNOWN,
				detail(id, "not-heard", WALL_UNKNOWN));
		ready_count_add(&g->f->agent_versions, READY_NOT_KNOWN,
				detail(id, "not-heard", WALL_UNKNOWN));
		return;
	}
	clock.micro = a.offset_us;
	ready_count_add(&g->f->agent_clocks,
			a.offset_us >= OFFSET_BAD_US || a.offset_us <= -OFFSET_BAD_US ? READY_BAD
										      : READY_FINE,
			clock);
	ready_count_add(&g->f->agent_versions,
			strcmp(a.version, VIGIA_VERSION) != 0 ? READY_BAD : READY_FINE,
			detail(id, "other-version", WALL_UNKNOWN));
}

static bool is_first_of_site(const struct plan *p, uint32_t agent)
{
	for (uint32_t i = 0; i < agent; i++) {
		if (p->agents[i].site == p->agents[agent].site)
			return false;
	}
	return true;
}

static void gather_agents(struct gather *g)
{
	for (uint32_t i = 0; i < g->p->agent_count; i++) {
		gather_agent(g, i);
		if (g->p->agent_count > 1 && g->p->agents[i].site != PLAN_NONE &&
		    is_first_of_site(g->p, i))
			ready_count_add(&g->f->sites,
					cause_is_looked_at(g->p, i) ? READY_FINE : READY_BAD,
					detail(g->p->sites[g->p->agents[i].site].id, "nobody-looks",
					       WALL_UNKNOWN));
	}
}

/* --- what goes on ----------------------------------------------------------------------------------------- */

static const char *folio_text(struct gather *g, uint32_t folio)
{
	char *text;

	if (g->texts->count == READY_DETAILS_MAX)
		return "";
	text = g->texts->folios[g->texts->count++];
	snprintf(text, READY_FOLIO_SIZE, "%02u", folio);
	return text;
}

static void gather_owed(struct gather *g, const struct view_incident *i)
{
	struct view_owed owed[OWED_LISTED];
	uint32_t n = view_owed_list(g->e, i->id, owed, OWED_LISTED);

	for (uint32_t k = 0; k < n; k++) {
		if (owed[k].due)
			ready_count_add(
				&g->f->owed, READY_BAD,
				detail(i->plan->people[owed[k].person].id, "owed-up", i->restored));
	}
}

static void gather_incidents(struct gather *g)
{
	struct view_debt debts[DEBTS_LISTED];
	uint32_t n = view_debts(g->e, g->now, debts, DEBTS_LISTED);

	for (size_t k = 0; k < view_incident_count(g->e); k++) {
		struct view_incident i;

		view_incident(g->e, k, &i);
		gather_owed(g, &i);
		if (i.open && !i.drill)
			ready_count_add(&g->f->incidents, READY_BAD,
					detail(folio_text(g, i.folio), incident_state_word(i.state),
					       i.began));
	}
	for (uint32_t k = 0; k < n; k++) {
		if (debts[k].overdue)
			ready_count_add(
				&g->f->owed, READY_BAD,
				detail(debts[k].person != PLAN_NONE
					       ? debts[k].plan->people[debts[k].person].id
					       : "",
				       debts[k].entry == 0 ? "report-overdue" : "action-overdue",
				       debts[k].due));
	}
}

static void gather_silences(struct gather *g)
{
	for (size_t k = 0; k < view_silence_count(g->e); k++) {
		struct view_silence v;
		bool freezes;

		view_silence(g->e, k, &v);
		if (v.is_ended)
			continue;
		freezes = plan_freeze_over(g->p, v.from.us, v.until.us) != PLAN_NONE;
		if (v.in_force || freezes)
			ready_count_add(&g->f->silences, READY_BAD,
					detail(v.scope,
					       freezes       ? "over-freeze"
					       : v.is_window ? "window"
							     : "silence",
					       v.until));
	}
}

/* --- the machine ------------------------------------------------------------------------------------------ */

/* `vigia backup` leaves the time of the last whole one. */
static struct wall_time backup_at(const struct collector *c)
{
	struct wall_time at = WALL_UNKNOWN;
	struct err_info info;
	char path[4200];
	struct buf text;
	int64_t s;

	snprintf(path, sizeof(path), "%s/last-backup", c->config.data);
	buf_init(&text, 64);
	if (files_read(path, &text, &info) == ERR_OK &&
	    parse_i64((struct slice){text.data, strcspn(buf_cstr(&text), "\n")}, 1,
		      INT64_MAX / US_PER_S, &s) == ERR_OK)
		at = (struct wall_time){s * US_PER_S};
	buf_release(&text);
	return at;
}

static void gather_heartbeat(struct gather *g)
{
	struct heartbeat_status h = heartbeat_status(g->c->heartbeat);

	g->f->heartbeat = h.state == HEARTBEAT_OFF       ? READY_BEAT_OFF
			  : h.state == HEARTBEAT_WAITING ? READY_BEAT_WAITING
			  : h.state == HEARTBEAT_OK      ? READY_BEAT_OK
							 : READY_BEAT_BAD;
	g->f->heartbeat_at = h.state == HEARTBEAT_OFF ? WALL_UNKNOWN : h.last_success;
}

static void gather_series(struct gather *g)
{
	struct ready_figures *f = g->f;
	struct series_stats s = {0};

	if (g->c->series != NULL)
		s = series_stats(g->c->series);
	f->series_failing = alarm_is_on(&g->c->alarms, ALARM_SERIES_FAILING) || s.failing_now > 0;
	f->series_damaged = alarm_is_on(&g->c->alarms, ALARM_SERIES_DAMAGED);
	f->series_paused = g->c->hold_until.us != 0;
	f->series_age_us = s.pending_rows > 0 ? s.last_sync_age_us : MICRO_NONE;
}

static void gather_machine(struct gather *g, const char *program)
{
	struct ready_figures *f = g->f;
	struct core_stats s = core_stats(g->c->core);
	struct current_drill drill;

	f->clock_off_us = clock_off_us(&g->c->clock);
	f->clock_alarm = alarm_is_on(&g->c->alarms, ALARM_CLOCK_OFF);
	f->program_hash = program;
	f->program = program_is_replaced() ? READY_PROGRAM_REPLACED
		     : program[0] == '\0'  ? READY_PROGRAM_NOT_KNOWN
					   : READY_PROGRAM_SAME;
	f->tls = g->c->trust != NULL && trust_server(g->c->trust) != NULL;
	f->certificate_us = f->tls ? trust_left_us(g->c->trust) : MICRO_NONE;
	f->journal_failing = s.failing;
	f->journal_damaged = alarm_is_on(&g->c->alarms, ALARM_JOURNAL_DAMAGED);
	f->last_commit = s.last_commit;
	f->disk_full = g->c->disk.full;
	f->disk_free = g->c->disk.free;
	f->disk_wanted = 2 * g->c->disk.reserve;
	f->backup_at = backup_at(g->c);
	f->drill = current_drill_find(g->c->config.data, &drill);
	gather_series(g);
	gather_heartbeat(g);
}

static void gather_plan(struct gather *g, const struct plan_look *look)
{
	struct ready_figures *f = g->f;

	f->plan_errors = look->errors;
	f->plan_accepted = look->accepted;
	f->plan_hash = look->hash;
	f->plan_applied = core_plan_applied(g->c->core);
	f->disk_plan = look->disk == PLAN_DISK_SAME      ? READY_PLAN_SAME
		       : look->disk == PLAN_DISK_DIFFERS ? READY_PLAN_DIFFERS
							 : READY_PLAN_REFUSED;
	f->disk_plan_text = look->disk_text;
}

void ready_gather(struct collector *c, const struct plan_look *look, const char *program,
		  int64_t within_us, struct ready_texts *texts, struct ready_figures *ret)
{
	const struct engine *e = core_engine(c->core);
	struct gather g = {.c = c,
			   .e = e,
			   .p = view_plan(e),
			   .now = clock_now(&c->clock),
			   .within_us = within_us,
			   .texts = texts,
			   .f = ret};

	*ret = (struct ready_figures){.now = g.now};
	texts->count = 0;
	gather_seats(&g);
	gather_seats_ahead(&g);
	gather_people(&g);
	gather_channels(&g);
	gather_services(&g);
	gather_checks(&g);
	gather_agents(&g);
	gather_incidents(&g);
	gather_silences(&g);
	gather_plan(&g, look);
	gather_machine(&g, program);
}
