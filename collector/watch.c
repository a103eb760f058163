#include "collector/watch.h"

#include <stdio.h>

#include "base/micro.h"
#include "collector/channel_record.h"
#include "collector/heartbeat.h"
#include "collector/intake.h"
#include "collector/turn.h"

#define LAG_BAD_US US_PER_S
#define OFFSET_BAD_US (2 * US_PER_S)
#define SPOOL_OLD_US (60 * US_PER_S)
enum { OWED_LISTED = 200 };

int64_t watch_uncommitted_us(struct collector *c)
{
	struct core_stats s = core_stats(c->core);

	return s.failing ? wall_diff_us(clock_now(&c->clock), s.failing_since) : 0;
}

static int64_t commit_age_us(struct collector *c)
{
	struct core_stats s = core_stats(c->core);

	return wall_is_known(s.last_commit) ? wall_diff_us(clock_now(&c->clock), s.last_commit) : 0;
}

static int64_t spool_age_us(struct collector *c, uint32_t agent)
{
	struct intake_agent a = intake_agent(c->intake, agent);

	return a.known && wall_is_known(a.spool_oldest)
		       ? wall_diff_us(clock_now(&c->clock), a.spool_oldest)
		       : 0;
}

/* --- what is not well: one object each ---------------------------------------------------------------- */

static void open_trouble(struct json_emit *j, const char *what, const char *who)
{
	json_open_object(j);
	json_kv_str(j, "what", what);
	json_kv_str(j, "who", who);
}

static void put_trouble(struct json_emit *j, const char *what, const char *who)
{
	open_trouble(j, what, who);
	json_close_object(j);
}

static void put_span_trouble(struct json_emit *j, const char *what, const char *who, int64_t us)
{
	open_trouble(j, what, who);
	json_kv_micro(j, "seconds", us);
	json_close_object(j);
}

static void put_agent_troubles(struct json_emit *j, struct collector *c, const struct plan *p,
			       uint32_t i)
{
	struct intake_agent a = intake_agent(c->intake, i);
	const char *id = p->agents[i].id;
	struct view_agent v;

	view_agent(core_engine(c->core), i, &v);
	if (v.silent || v.cause != CAUSE_NONE) {
		open_trouble(j, v.silent ? "agent-silent" : "agent-site", id);
		json_kv_str(j, "cause", agent_cause_word(v.cause));
		json_kv_str(j, "why", v.cause_why);
		json_kv_time(j, "since", v.silent ? v.last_seen : WALL_UNKNOWN);
		json_close_object(j);
	}
	if (v.silent || !a.known)
		return; /* what it last told of itself says nothing of now */
	if (a.offset_us >= OFFSET_BAD_US || a.offset_us <= -OFFSET_BAD_US)
		put_span_trouble(j, "agent-clock", id, a.offset_us);
	if (a.lag_us >= LAG_BAD_US)
		put_span_trouble(j, "agent-late", id, a.lag_us);
	if (spool_age_us(c, i) >= SPOOL_OLD_US)
		put_span_trouble(j, "agent-behind", id, spool_age_us(c, i));
}

static void put_channel_troubles(struct json_emit *j, struct collector *c, const struct plan *p)
{
	for (uint32_t i = 0; i < p->channel_count; i++) {
		struct channel_times t =
			channel_record_of(core_channels(c->core), p->channels[i].id);

		if (wall_is_known(t.failure) && t.failure.us > t.success.us)
			put_trouble(j, "channel-failed", p->channels[i].id);
	}
}

static void put_troubles(struct json_emit *j, struct collector *c, const struct plan *p)
{
	struct heartbeat_status h = heartbeat_status(c->heartbeat);

	json_key(j, "troubles");
	json_open_array(j);
	if (core_stats(c->core).failing)
		put_span_trouble(j, "journal-failing", NULL, watch_uncommitted_us(c));
	if (c->lag_us >= LAG_BAD_US)
		put_span_trouble(j, "loop-late", NULL, c->lag_us);
	if (h.state == HEARTBEAT_FAILING || h.state == HEARTBEAT_WITHHELD) {
		open_trouble(j,
			     h.state == HEARTBEAT_FAILING ? "heartbeat-failing"
							  : "heartbeat-withheld",
			     NULL);
		json_kv_str(j, "why", h.why);
		json_kv_time(j, "since", h.last_success);
		json_close_object(j);
	}
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++)
		put_agent_troubles(j, c, p, i);
	if (p != NULL)
		put_channel_troubles(j, c, p);
	json_close_array(j);
}

/* --- the rest ------------------------------------------------------------------------------------------- */

static void put_heartbeat(struct json_emit *j, struct collector *c)
{
	struct heartbeat_status h = heartbeat_status(c->heartbeat);

	json_key(j, "heartbeat");
	json_open_object(j);
	json_kv_str(j, "state", heartbeat_state_word(h.state));
	json_kv_time(j, "last_success", h.last_success);
	json_kv_str(j, "why", h.why);
	json_close_object(j);
}

static void put_channels(struct json_emit *j, struct collector *c, const struct plan *p)
{
	json_key(j, "channels");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && i < p->channel_count; i++) {
		struct channel_times t =
			channel_record_of(core_channels(c->core), p->channels[i].id);

		json_open_object(j);
		json_kv_str(j, "id", p->channels[i].id);
		json_kv_str(j, "type", p->channels[i].type);
		json_kv_time(j, "last_success", t.success);
		json_kv_time(j, "last_failure", t.failure);
		json_close_object(j);
	}
	json_close_array(j);
}

/* Of a site of several agents, of one, each once. */
static bool is_first_of_site(const struct plan *p, uint32_t agent)
{
	for (uint32_t i = 0; i < agent; i++) {
		if (p->agents[i].site == p->agents[agent].site)
			return false;
	}
	return true;
}

static void put_unwatched(struct json_emit *j, const struct plan *p)
{
	json_key(j, "unwatched_sites");
	json_open_array(j);
	for (uint32_t i = 0; p != NULL && p->agent_count > 1 && i < p->agent_count; i++) {
		if (p->agents[i].site != PLAN_NONE && is_first_of_site(p, i) &&
		    !cause_is_looked_at(p, i))
			json_str(j, p->sites[p->agents[i].site].id);
	}
	json_close_array(j);
}

/* Told "down", and all is up, and not yet told "up". */
static void put_owed(struct json_emit *j, const struct engine *e)
{
	size_t listed = 0;

	json_key(j, "owed");
	json_open_array(j);
	for (size_t i = 0; i < view_incident_count(e); i++) {
		struct view_owed owed[OWED_LISTED];
		struct view_incident v;
		uint32_t n;

		view_incident(e, i, &v);
		n = view_owed_list(e, v.id, owed, OWED_LISTED);
		for (uint32_t k = 0; k < n && listed < OWED_LISTED; k++, listed++) {
			char folio[16];

			snprintf(folio, sizeof(folio), "%02u", v.folio);
			json_open_object(j);
			json_kv_i64(j, "incident", (int64_t)v.id);
			json_kv_str(j, "folio", folio);
			json_kv_str(j, "person", v.plan->people[owed[k].person].id);
			json_kv_str(j, "post", v.plan->people[owed[k].person].post);
			json_kv_bool(j, "due", owed[k].due);
			json_close_object(j);
		}
	}
	json_close_array(j);
}

void watch_write(struct collector *c, struct json_emit *j)
{
	const struct engine *e = core_engine(c->core);
	const struct plan *p = view_plan(e);

	json_open_object(j);
	json_kv_micro(j, "loop_lag", c->lag_us);
	json_kv_micro(j, "last_commit_age", commit_age_us(c));
	json_kv_micro(j, "uncommitted_age", watch_uncommitted_us(c));
	put_heartbeat(j, c);
	put_channels(j, c, p);
	put_owed(j, e);
	put_unwatched(j, p);
	put_troubles(j, c, p);
	json_close_object(j);
}

/* --- metrics --------------------------------------------------------------------------------------------- */

static void family(struct buf *out, const char *name, const char *help)
{
	buf_printf(out, "# HELP vigia_%s %s\n# TYPE vigia_%s gauge\n", name, help, name);
}

static void labelled(struct buf *out, const char *name, const char *label, const char *value,
		     int64_t micro)
{
	buf_printf(out, "vigia_%s{%s=\"%s\"} ", name, label, value);
	micro_put(out, micro);
	buf_putc(out, '\n');
}

static void put_time_metric(struct buf *out, const char *name, const char *label, const char *value,
			    struct wall_time t)
{
	if (wall_is_known(t))
		labelled(out, name, label, value, t.us);
}

static void put_heartbeat_metrics(struct buf *out, struct collector *c)
{
	struct heartbeat_status h = heartbeat_status(c->heartbeat);

	family(out, "heartbeat_state", "1 for the state of the outgoing sign of life.");
	labelled(out, "heartbeat_state", "state", heartbeat_state_word(h.state), MICRO);
	buf_printf(out,
		   "# HELP vigia_heartbeats Signs of life by what became of them.\n# TYPE "
		   "vigia_heartbeats counter\nvigia_heartbeats_total{result=\"ok\"} %llu\n"
		   "vigia_heartbeats_total{result=\"failed\"} %llu\n"
		   "vigia_heartbeats_total{result=\"withheld\"} %llu\n",
		   (unsigned long long)h.sent, (unsigned long long)h.failed,
		   (unsigned long long)h.withheld);
	if (!wall_is_known(h.last_success))
		return;
	family(out, "heartbeat_last_success_timestamp_seconds", "The last one that was answered.");
	buf_puts(out, "vigia_heartbeat_last_success_timestamp_seconds ");
	micro_put(out, h.last_success.us);
	buf_putc(out, '\n');
}

static void put_agent_metrics(struct buf *out, struct collector *c, const struct plan *p)
{
	family(out, "agent_spool_age_seconds", "Age of the oldest result that waits at an agent.");
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++)
		labelled(out, "agent_spool_age_seconds", "agent", p->agents[i].id,
			 spool_age_us(c, i));
	family(out, "agent_spool_bytes", "What an agent's spool takes on its disk.");
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++) {
		int64_t bytes = intake_agent(c->intake, i).spool_bytes;

		if (bytes >= 0 && bytes < INT64_MAX / MICRO)
			labelled(out, "agent_spool_bytes", "agent", p->agents[i].id, bytes * MICRO);
	}
	family(out, "agent_cause", "1 for what two-sided probing tells of an agent.");
	for (uint32_t i = 0; p != NULL && i < p->agent_count; i++) {
		struct view_agent v;

		view_agent(core_engine(c->core), i, &v);
		buf_printf(out, "vigia_agent_cause{agent=\"%s\",cause=\"%s\"} 1\n", p->agents[i].id,
			   agent_cause_word(v.cause));
	}
}

void watch_write_metrics(struct collector *c, struct buf *out)
{
	const struct plan *p = view_plan(core_engine(c->core));

	family(out, "uncommitted_age_seconds", "How long the oldest uncommitted fact waits.");
	buf_puts(out, "vigia_uncommitted_age_seconds ");
	micro_put(out, watch_uncommitted_us(c));
	buf_putc(out, '\n');
	put_heartbeat_metrics(out, c);
	put_agent_metrics(out, c, p);
	family(out, "channel_last_success_timestamp_seconds",
	       "When a channel last took a message.");
	for (uint32_t i = 0; p != NULL && i < p->channel_count; i++)
		put_time_metric(
			out, "channel_last_success_timestamp_seconds", "channel", p->channels[i].id,
			channel_record_of(core_channels(c->core), p->channels[i].id).success);
	family(out, "channel_last_failure_timestamp_seconds", "When a channel last failed.");
	for (uint32_t i = 0; p != NULL && i < p->channel_count; i++)
		put_time_metric(
			out, "channel_last_failure_timestamp_seconds", "channel", p->channels[i].id,
			channel_record_of(core_channels(c->core), p->channels[i].id).failure);
}
