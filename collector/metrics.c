#include "collector/metrics.h"

#include "base/micro.h"
#include "collector/effects.h"
#include "collector/intake.h"
#include "collector/links.h"
#include "collector/people.h"
#include "collector/turn.h"
#include "collector/watch.h"

static void counter(struct buf *out, const char *name, const char *help, uint64_t v)
{
	buf_printf(out, "# HELP vigia_%s %s\n# TYPE vigia_%s counter\nvigia_%s_total %llu\n", name,
		   help, name, name, (unsigned long long)v);
}

static void gauge(struct buf *out, const char *name, const char *help, int64_t micro)
{
	buf_printf(out, "# HELP vigia_%s %s\n# TYPE vigia_%s gauge\nvigia_%s ", name, help, name,
		   name);
	micro_put(out, micro);
	buf_putc(out, '\n');
}

/* Whole numbers up to a disk's size. */
static int64_t micro_of(int64_t whole)
{
	return whole > INT64_MAX / MICRO ? INT64_MAX : whole * MICRO;
}

static void put_intake(struct buf *out, struct collector *c)
{
	struct intake_stats s = intake_stats(c->intake);

	counter(out, "batches", "POSTs of results.", s.batches);
	counter(out, "results", "Results that arrived.", s.results);
	counter(out, "results_duplicate", "Results that had come before.", s.duplicates);
	counter(out, "results_clipped", "Results whose time lay slightly in the future.",
		s.clipped);
	counter(out, "results_too_far", "Results too far above the cursor, left with the agent.",
		s.too_far);
	counter(out, "results_live", "Live copies sent ahead of a backlog.", s.live);
	counter(out, "gaps", "Gaps that agents reported.", s.gaps);
	counter(out, "batches_malformed", "Batches that were no sound JSON.", s.malformed);
	counter(out, "values_unknown", "Values that the check type does not yield.",
		s.unknown_values);
	buf_puts(out, "# HELP vigia_results_refused Results refused, by cause.\n# TYPE "
		      "vigia_results_refused counter\n");
	for (int w = 0; w < REFUSAL_WHY_COUNT; w++)
		buf_printf(out, "vigia_results_refused_total{why=\"%s\"} %llu\n",
			   refusal_word((enum refusal_why)w), (unsigned long long)s.refused[w]);
}

static void put_core(struct buf *out, struct collector *c)
{
	struct core_stats s = core_stats(c->core);
	struct effects_stats f = effects_stats(c->effects);
	int64_t age = wall_is_known(s.last_commit)
			      ? wall_diff_us(clock_now(&c->clock), s.last_commit)
			      : 0;

	counter(out, "events", "Journal entries written.", s.events);
	counter(out, "commits", "Commits of the journal.", s.commits);
	counter(out, "commit_failures", "Commits that failed and were kept.", s.commit_failures);
	gauge(out, "journal_failing", "1 while the journal cannot be committed.",
	      s.failing ? MICRO : 0);
	gauge(out, "unjournalled_events", "Entries that wait for a commit.",
	      (int64_t)s.unjournalled * MICRO);
	gauge(out, "last_commit_age_seconds", "Time since the last commit.", age);
	counter(out, "inputs_skipped", "Inputs passed over because the program died of them.",
		s.skipped_inputs);
	gauge(out, "clock_off_seconds", "How far the system's clock stands off ours after steps.",
	      c->clock.known_step_us);
	counter(out, "messages_sent", "Messages that left with a receipt.", f.sent);
	counter(out, "messages_failed", "Messages that a channel did not take.", f.failed);
	counter(out, "messages_unknown", "Messages of which nobody knows whether they arrived.",
		f.unknown);
	counter(out, "messages_dropped", "Messages no longer wanted when their turn came.",
		f.dropped);
	gauge(out, "messages_in_flight", "Messages on their way.", (int64_t)f.in_flight * MICRO);
	gauge(out, "messages_waiting", "Messages that wait for their channel.",
	      (int64_t)f.waiting * MICRO);
	counter(out, "messages_marked", "Messages marked as possible duplicates.", f.marked);
	gauge(out, "owed_up", "People told down and not yet told up.",
	      (int64_t)view_owed_up(core_engine(c->core)) * MICRO);
	counter(out, "reloads_refused", "Plans refused at reload.", c->refusal.count);
	gauge(out, "plan_refused", "1 while the plan on disk is refused.",
	      c->refusal.refused ? MICRO : 0);
	gauge(out, "plans", "Plans in memory: the one in force and those of incidents.",
	      (int64_t)view_plan_count(core_engine(c->core)) * MICRO);
	gauge(out, "loop_lag_seconds", "Lag of our own loop, the worst of the last seconds.",
	      c->lag_us);
}

static void put_links(struct buf *out, const struct links *l)
{
	struct links_stats s = {0};

	if (l != NULL)
		s = links_stats(l);
	counter(out, "links_used", "Acknowledgements by the link of a message.", s.used);
	counter(out, "links_wrong", "Links that are unknown, malformed or expired.", s.wrong);
	counter(out, "links_limited", "Wrong links past the limit, answered with 429.", s.limited);
}

static void put_people(struct buf *out, const struct people *p)
{
	struct people_stats s = p != NULL ? p->stats : (struct people_stats){0};
	bool readable = p != NULL && p->roster != NULL;

	counter(out, "logins", "People and programs let in.", s.logins);
	counter(out, "logins_wrong", "Log-ins with something wrong.", s.wrong);
	counter(out, "logins_limited", "Log-ins not looked at, past the limits.", s.limited);
	counter(out, "lockouts", "Pauses of accounts and PINs.", s.lockouts);
	counter(out, "pins_wrong", "Wrong PINs.", s.pin_wrong);
	gauge(out, "sessions", "Sessions that are open.",
	      (int64_t)(readable ? roster_session_count(p->roster) : 0) * MICRO);
	gauge(out, "accounts", "Accounts.",
	      (int64_t)(readable ? roster_count(p->roster) : 0) * MICRO);
}

static void agent_gauge(struct buf *out, const char *name, const char *agent, int64_t micro)
{
	buf_printf(out, "vigia_%s{agent=\"%s\"} ", name, agent);
	micro_put(out, micro);
	buf_putc(out, '\n');
}

static void put_traps(struct buf *out, struct collector *c, const struct plan *p, uint32_t n)
{
	buf_puts(out,
		 "# HELP vigia_agent_traps SNMP notifications at an agent since its start, taken "
		 "or why not.\n# TYPE vigia_agent_traps gauge\n");
	for (uint32_t i = 0; i < n; i++) {
		struct intake_agent a = intake_agent(c->intake, i);

		for (uint8_t k = 0; a.known && k < a.trap_count; k++)
			buf_printf(out, "vigia_agent_traps{agent=\"%s\",what=\"%s\"} %lld\n",
				   p->agents[i].id, a.traps[k].name, (long long)a.traps[k].count);
	}
}

static void put_agents(struct buf *out, struct collector *c, const struct plan *p)
{
	uint32_t n = p != NULL ? p->agent_count : 0;

	buf_puts(out,
		 "# HELP vigia_agent_clock_offset_seconds An agent's clock against ours.\n# TYPE "
		 "vigia_agent_clock_offset_seconds gauge\n");
	for (uint32_t i = 0; i < n; i++)
		agent_gauge(out, "agent_clock_offset_seconds", p->agents[i].id,
			    intake_agent(c->intake, i).offset_us);
	buf_puts(out, "# HELP vigia_agent_lag_seconds Loop lag as an agent reports it.\n# TYPE "
		      "vigia_agent_lag_seconds gauge\n");
	for (uint32_t i = 0; i < n; i++)
		agent_gauge(out, "agent_lag_seconds", p->agents[i].id,
			    intake_agent(c->intake, i).lag_us);
	buf_puts(out, "# HELP vigia_agent_spooled Results waiting at an agent.\n# TYPE "
		      "vigia_agent_spooled gauge\n");
	for (uint32_t i = 0; i < n; i++) {
		struct intake_agent a = intake_agent(c->intake, i);

		if (a.known && a.spooled >= 0)
			agent_gauge(out, "agent_spooled", p->agents[i].id, a.spooled * MICRO);
	}
	put_traps(out, c, p, n);
}

/* Calls of the incidents in memory, by state. */
static void put_calls(struct buf *out, const struct engine *e)
{
	uint64_t n[CALL_STATE_COUNT] = {0};

	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_incident v;

		view_incident(e, i, &v);
		for (size_t k = 0; k < v.call_count; k++) {
			struct view_call call;

			view_call(e, v.id, k, &call);
			n[call.state]++;
		}
	}
	buf_puts(out, "# HELP vigia_calls Calls of the incidents in memory, by state.\n# TYPE "
		      "vigia_calls gauge\n");
	for (int s = 0; s < CALL_STATE_COUNT; s++)
		buf_printf(out, "vigia_calls{state=\"%s\"} %llu\n",
			   call_state_word((enum call_state)s), (unsigned long long)n[s]);
}

static void put_cuts(struct buf *out, const struct engine *e, struct wall_time now)
{
	const struct plan *p = view_plan(e);
	uint32_t series = p != NULL ? p->cuts_count : 0,
		 services = p != NULL ? p->service_count : 0;

	buf_puts(out, "# HELP vigia_cut_state 1 for the state that a series of cuts is in.\n# TYPE "
		      "vigia_cut_state gauge\n");
	for (uint32_t i = 0; i < series; i++) {
		struct view_cuts v;

		view_cuts(e, i, now, &v);
		buf_printf(out, "vigia_cut_state{cuts=\"%s\",state=\"%s\"} 1\n", p->cuts[i].id,
			   cut_state_word(v.state));
	}
	buf_puts(out, "# HELP vigia_rpo_age_seconds Age of the newest copy of a service's data.\n# "
		      "TYPE vigia_rpo_age_seconds gauge\n");
	for (uint32_t i = 0; i < services; i++) {
		struct view_rpo v;

		if (!view_rpo(e, i, &v) || !wall_is_known(v.copy))
			continue;
		buf_printf(out, "vigia_rpo_age_seconds{service=\"%s\",estimated=\"%d\"} ",
			   p->services[i].id, v.estimated);
		micro_put(out, wall_diff_us(now, v.copy));
		buf_putc(out, '\n');
	}
}

static void put_states(struct buf *out, struct collector *c)
{
	const struct engine *e = core_engine(c->core);
	const struct plan *p = view_plan(e);
	struct wall_time now = clock_now(&c->clock);

	buf_puts(out, "# HELP vigia_service_state 1 for the state that a service is in.\n# TYPE "
		      "vigia_service_state gauge\n");
	for (uint32_t i = 0; p != NULL && i < p->service_count; i++) {
		struct view_service v;

		view_service(e, i, now, &v);
		buf_printf(out, "vigia_service_state{service=\"%s\",state=\"%s\"} 1\n",
			   p->services[i].id, service_state_word(v.state));
	}
	buf_puts(out,
		 "# HELP vigia_service_exposed 1 while a service is one failure away though its "
		 "plan gives it more.\n# TYPE vigia_service_exposed gauge\n");
	for (uint32_t i = 0; p != NULL && i < p->service_count; i++) {
		struct view_service v;

		view_service(e, i, now, &v);
		buf_printf(out, "vigia_service_exposed{service=\"%s\"} %d\n", p->services[i].id,
			   v.exposure.exposed);
	}
	buf_puts(out, "# HELP vigia_agent_silent 1 while an agent is not heard.\n# TYPE "
		      "vigia_agent_silent gauge\n");
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++) {
		struct view_agent v;

		view_agent(e, i, &v);
		buf_printf(out, "vigia_agent_silent{agent=\"%s\"} %d\n", p->agents[i].id, v.silent);
	}
	put_cuts(out, e, now);
	put_agents(out, c, p);
	put_calls(out, e);
}

static void put_series(struct buf *out, struct collector *c)
{
	struct series_stats s = series_stats(c->series);
	struct http_server_stats h = http_server_stats(c->http);

	counter(out, "series_rows", "Rows written to series.", s.rows);
	counter(out, "series_calls", "Calls of the series library.", s.calls);
	counter(out, "series_syncs", "Syncs of series files.", s.syncs);
	counter(out, "series_dropped_late", "Rows that came too late to be drawn.", s.dropped_late);
	counter(out, "series_merged", "Results that shared a second with a worse one.", s.merged);
	counter(out, "series_failed", "Series files that could not be written.", s.failed_files);
	counter(out, "series_restored_headers", "Series headers restored from their undo slots.",
		s.restored_headers);
	counter(out, "series_shed", "Results not drawn for now, to be sent again.", s.shed);
	counter(out, "series_set_aside", "Damaged series that were put aside.", s.set_aside);
	gauge(out, "series_pending_rows", "Rows that wait in memory.",
	      (int64_t)s.pending_rows * MICRO);
	counter(out, "http_requests", "HTTP requests.", h.requests);
	counter(out, "http_refused_form", "Requests with contradicting headers.", h.refused_form);
	counter(out, "http_refused_size", "Requests larger than the limit.", h.refused_size);
	counter(out, "http_refused_deadline", "Connections cut at their deadline.",
		h.refused_deadline);
	counter(out, "http_refused_admission", "Requests without a valid token.",
		h.refused_admission);
	gauge(out, "http_connections", "Open connections.", (int64_t)h.connections * MICRO);
	gauge(out, "http_streams", "Open streams.", (int64_t)h.streams * MICRO);
}

void metrics_write(struct collector *c, struct buf *out)
{
	put_intake(out, c);
	put_core(out, c);
	put_links(out, c->links);
	put_people(out, c->people);
	put_series(out, c);
	alarms_write_metrics(&c->alarms, out);
	if (c->disk.free >= 0)
		gauge(out, "disk_free_bytes", "What the data folder's disk has left.",
		      micro_of(c->disk.free));
	put_states(out, c);
	watch_write_metrics(c, out);
	buf_puts(out, "# EOF\n");
}
