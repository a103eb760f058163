#include "collector/effects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/http_client.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/resolver.h"
#include "collector/api.h"
#include "collector/channel.h"
#include "collector/links.h"
#include "collector/message.h"
#include "collector/turn.h"
#include "plan/plan_channel.h"

enum { MESSAGE_MAX = 64 << 10, CHANNEL_ID_SIZE = 64 };

static const struct channel_type *const types[] = {&channel_file, &channel_smtp, &channel_webhook,
						   &channel_manual};

/* One message on its way. */
struct job {
	struct effects *f;
	struct job *next, *prev;
	struct effect effect;
	char channel[CHANNEL_ID_SIZE];
	const struct channel_type *type;
	struct channel_send *send; /* NULL until it is known that it goes on */
	int64_t limit_us;
	uv_timer_t limit;
	bool starting, timed;
};

struct effects {
	struct collector *c;
	struct effect *queue;
	size_t count, cap;
	struct job *jobs; /* under way */
	struct effect_list pending; /* of the last run */
	struct channel_env env;
	struct catalog *english;
	char journal[SHA256_HEX_SIZE];
	bool running, stopped;
	void (*idle)(void *user);
	void *idle_user;
	struct effects_stats stats;
};

struct effects *effects_new(struct collector *c)
{
	struct effects *f = mem_calloc(1, sizeof(*f));
	struct err_info info;

	f->c = c;
	f->english = catalog_open("en", &info);
	if (f->english == NULL)
		log_event(LOG_WARNING, "catalog.missing", "language=en text=%s",
			  log_quote(info.text));
	return f;
}

/* --- the ends of a job ------------------------------------------------------------------------------- */

static void on_limit_closed(uv_handle_t *h)
{
	free(h->data);
}

static void drop_job(struct job *j)
{
	if (j->prev != NULL)
		j->prev->next = j->next;
	else
		j->f->jobs = j->next;
	if (j->next != NULL)
		j->next->prev = j->prev;
	j->f->stats.in_flight--;
	if (j->timed)
		uv_close((uv_handle_t *)&j->limit, on_limit_closed);
	else
		free(j);
}

static void report(struct effects *f, uint64_t call, enum delivery what, const char *detail)
{
	struct input in = {.kind = INPUT_DELIVERY, .now = clock_now(&f->c->clock)};
	char link[SHA256_HEX_SIZE] = "";
	struct err_info info;

	if (f->c->links != NULL)
		links_digest(f->c->links, core_engine(f->c->core), call, link);
	in.u.delivery.link = link;
	in.u.delivery.call = call;
	in.u.delivery.what = what;
	in.u.delivery.detail = detail;
	if (core_input(f->c->core, &in, NULL, &info) != ERR_OK)
		log_event(LOG_ERROR, "journal.append-failed", "text=%s", log_quote(info.text));
}

static void report_result(struct effects *f, uint64_t call, enum delivery what, const char *detail)
{
	switch (what) {
	case DELIVERY_SENT:
	case DELIVERY_RECEIPT:
		f->stats.sent++;
		report(f, call, DELIVERY_SENT, "");
		if (what == DELIVERY_RECEIPT)
			report(f, call, DELIVERY_RECEIPT, detail);
		return;
	case DELIVERY_FAILED:
		f->stats.failed++;
		log_event(LOG_WARNING, "call.failed", "call=%llu text=%s", (unsigned long long)call,
			  log_quote(detail));
		break;
	case DELIVERY_UNKNOWN:
		f->stats.unknown++;
		log_event(LOG_WARNING, "call.unknown", "call=%llu text=%s",
			  (unsigned long long)call, log_quote(detail));
		break;
	}
	report(f, call, what, detail);
}

/* A send that ended while the loop turned. */
static void end_job(struct job *j, enum delivery what, const char *detail)
{
	struct effects *f = j->f;
	uint64_t call = j->effect.id;

	drop_job(j);
	report_result(f, call, what, detail);
	collector_end_turn_soon(f->c);
	if (f->stopped && f->jobs == NULL)
		f->idle(f->idle_user);
}

static void on_done(void *user, enum delivery what, const char *detail)
{
	struct job *j = user;
	struct effects *f = j->f;
	uint64_t call = j->effect.id;

	if (!j->starting) {
		end_job(j, what, detail);
		return;
	}
	drop_job(j);
	report_result(f, call, what, detail);
}

static void on_limit(uv_timer_t *t)
{
	struct job *j = t->data;
	char limit[48], text[120];

	format_duration_exact(limit, sizeof(limit), j->limit_us);
	snprintf(text, sizeof(text), "no answer within %s", limit);
	end_job(j, j->type->cancel(j->send), text);
}

/* --- the beginning of a job -------------------------------------------------------------------------- */

static bool read_identity(void *user, const struct journal_entry *first)
{
	sha256_hex(((struct effects *)user)->journal, &first->hash);
	return false;
}

/* What only channels of the network need, when the first one is used. */
static enum err open_env(struct effects *f, bool uses_network, struct err_info *info)
{
	enum err e = ERR_OK;

	f->env.loop = f->c->loop;
	f->env.secrets = f->c->secrets;
	f->env.journal = f->journal;
	if (!uses_network)
		return ERR_OK;
	if (f->journal[0] == '\0')
		e = journal_read(core_journal(f->c->core), 0, read_identity, f, info);
	if (e == ERR_OK && f->env.http == NULL)
		e = http_client_new(f->c->loop, &f->env.http, info);
	if (e == ERR_OK && f->env.resolver == NULL)
		e = resolver_new(f->c->loop, &f->env.resolver, info);
	return e;
}

static const struct channel_type *type_of(const struct plan_channel *channel)
{
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		if (strcmp(types[i]->type, channel->type) == 0)
			return types[i];
	}
	return NULL;
}

static void arm_limit(struct job *j, const struct plan_channel *channel)
{
	j->limit_us = plan_channel_limits(channel).timeout_us;
	uv_timer_init(j->f->c->loop, &j->limit);
	j->limit.data = j;
	j->timed = true;
	uv_update_time(j->f->c->loop);
	uv_timer_start(&j->limit, on_limit, (uint64_t)(j->limit_us / US_PER_MS), 0);
}

static void launch(struct effects *f, const struct effect *effect,
		   const struct plan_channel *channel, const struct channel_type *type,
		   const struct message *m)
{
	struct job *j = mem_calloc(1, sizeof(*j));
	struct channel_send *send;

	j->f = f;
	j->effect = *effect;
	j->type = type;
	j->starting = true;
	snprintf(j->channel, sizeof(j->channel), "%s", channel->id);
	j->next = f->jobs;
	if (j->next != NULL)
		j->next->prev = j;
	f->jobs = j;
	f->stats.in_flight++;
	send = type->start(&f->env, channel, m, on_done, j);
	if (send == NULL)
		return; /* done, and gone */
	j->send = send;
	j->starting = false;
	arm_limit(j, channel);
}

/* A drill that calls nobody: whatever the channel, its messages go into one file. */
static void launch_to_file(struct effects *f, const struct effect *effect,
			   const struct plan_channel *channel, const struct message *m)
{
	struct plan_kv path = {.key = "path"};
	struct plan_channel file = {
		.id = channel->id, .type = "file", .params = &path, .param_count = 1};
	char text[4200];

	snprintf(text, sizeof(text), "%s/messages.jsonl", f->c->config.drill.folder);
	path.value = text;
	launch(f, effect, &file, &channel_file, m);
}

static void send_one(struct effects *f, const struct effect *effect)
{
	struct arena *arena = arena_new();
	char link[LINKS_URL_SIZE] = "";
	struct buf json;
	struct facts facts;
	struct facts_input in = {.engine = core_engine(f->c->core),
				 .effect = effect,
				 .now = clock_now(&f->c->clock),
				 .journalled = !core_stats(f->c->core).failing,
				 .english = f->english};
	struct message m = {.facts = &facts};
	const struct channel_type *type;
	struct err_info info = {0};

	buf_init(&json, MESSAGE_MAX);
	if (f->c->links != NULL)
		links_url(f->c->links, in.engine, effect->id, link);
	in.link = link;
	if (!facts_build(&in, arena, &facts)) {
		report_result(f, effect->id, DELIVERY_FAILED, "the incident is gone");
	} else {
		const struct plan_channel *channel = &facts.plan->channels[effect->channel];

		type = type_of(channel);
		m.words = facts_catalog(&in, facts.plan);
		message_json(&facts, m.words, &json);
		m.json = buf_slice(&json);
		if (f->c->config.drill.to_file)
			launch_to_file(f, effect, channel, &m);
		else if (type == NULL)
			report_result(f, effect->id, DELIVERY_FAILED, "no channel of this type");
		else if (open_env(f, type->uses_network, &info) != ERR_OK)
			report_result(f, effect->id, DELIVERY_FAILED, info.text);
		else
			launch(f, effect, channel, type, &m);
	}
	buf_release(&json);
	arena_free(arena);
}

/* --- the queue --------------------------------------------------------------------------------------- */

static void enqueue(struct effects *f, const struct effect *e)
{
	f->queue = mem_grow(f->queue, f->count, &f->cap, sizeof(*f->queue));
	f->queue[f->count++] = *e;
}

void effects_queue(struct effects *f, const struct effect_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		enqueue(f, &list->items[i]);
}

static bool is_full(const struct effects *f, const struct effect *e)
{
	const struct plan_channel *channel;
	struct view_incident i;
	int64_t n = 0;

	if (!view_find_incident(core_engine(f->c->core), e->incident, &i))
		return false; /* send_one says so */
	channel = &i.plan->channels[e->channel];
	for (const struct job *j = f->jobs; j != NULL; j = j->next)
		n += strcmp(j->channel, channel->id) == 0;
	return n >= plan_channel_limits(channel).at_once;
}

/* A call that waited for its channel until it was failed, stopped or answered is not made any more. */
static bool is_wanted(const struct effects *f, const struct effect *e)
{
	struct view_incident i;
	struct view_call c;

	return !view_find_call(core_engine(f->c->core), e->id, &i, &c) ||
	       c.state == CALL_STATE_PENDING || c.state == CALL_STATE_UNKNOWN;
}

/* People and channels of its plan as it is now: while it waited, another may have come into force, or been adopted. */
static void take_call(const struct effects *f, struct effect *e)
{
	struct view_incident i;
	struct view_call c;

	if (!view_find_call(core_engine(f->c->core), e->id, &i, &c))
		return;
	e->seat = c.seat;
	e->person = c.person;
	e->contact = c.contact;
	e->channel = c.channel;
	e->service = c.service;
	e->stands_for = c.stands_for;
}

/* Begins what may begin, in order. True if anything did. */
static bool run_queue(struct effects *f)
{
	size_t kept = 0, n = f->count;

	for (size_t i = 0; i < n; i++) {
		struct effect e = f->queue[i];

		take_call(f, &e);
		if (!is_wanted(f, &e)) {
			f->stats.dropped++;
		} else if (is_full(f, &e)) {
			f->queue[kept++] = e;
		} else {
			f->stats.marked += e.maybe_duplicate;
			send_one(f, &e);
		}
	}
	f->count = kept;
	return kept < n;
}

static void commit(struct effects *f)
{
	struct err_info info;

	/* A failure is logged and tried again by the owner of the turn. */
	err_ignore(core_commit(f->c->core, clock_now(&f->c->clock), &info));
}

void effects_run(struct effects *f)
{
	if (f->running || f->stopped)
		return;
	f->running = true;
	while (f->count > 0 && run_queue(f))
		commit(f); /* may queue more: the next channel, the next person */
	f->running = false;
}

void effects_note_pending(struct effects *f)
{
	core_pending(f->c->core, &f->pending);
}

void effects_resume(struct effects *f)
{
	for (size_t i = 0; i < f->pending.count; i++) {
		const struct effect *e = &f->pending.items[i];
		struct view_incident incident;
		struct view_call c;

		if (view_find_call(core_engine(f->c->core), e->id, &incident, &c) &&
		    c.state == CALL_STATE_UNKNOWN)
			enqueue(f, e);
		else
			report(f, e->id, DELIVERY_UNKNOWN,
			       "the collector stopped before its outcome was known");
	}
	f->pending.count = 0;
	commit(f);
	effects_run(f);
}

void effects_stop(struct effects *f, void (*idle)(void *user), void *user)
{
	f->stopped = true;
	f->idle = idle;
	f->idle_user = user;
	if (f->jobs == NULL)
		idle(user);
}

void effects_free(struct effects *f)
{
	if (f == NULL)
		return;
	while (f->jobs != NULL) {
		struct job *j = f->jobs;

		j->type->cancel(j->send);
		drop_job(j);
	}
	if (f->env.resolver != NULL)
		resolver_free(f->env.resolver);
	http_client_free(f->env.http);
	catalog_free(f->english);
	free(f->queue);
	free(f->pending.items);
	free(f);
}

bool effects_facts(struct effects *f, uint64_t call, struct arena *arena, struct facts *ret,
		   const struct catalog **ret_words)
{
	const struct engine *e = core_engine(f->c->core);
	struct view_incident i;
	struct view_call c;
	struct effect *effect = arena_calloc(arena, 1, sizeof(*effect));
	struct facts_input in = {.engine = e,
				 .effect = effect,
				 .now = clock_now(&f->c->clock),
				 .journalled = true,
				 .english = f->english,
				 .link = ""};

	if (!view_find_call(e, call, &i, &c))
		return false;
	*effect = (struct effect){.id = call,
				  .incident = i.id,
				  .folio = i.folio,
				  .kind = c.kind,
				  .seat = c.seat,
				  .person = c.person,
				  .contact = c.contact,
				  .channel = c.channel,
				  .service = c.service,
				  .stands_for = c.stands_for,
				  .drill = i.drill,
				  .at = c.at};
	*ret_words = facts_catalog(&in, i.plan);
	return facts_build(&in, arena, ret);
}

struct effects_stats effects_stats(const struct effects *f)
{
	struct effects_stats s = f->stats;

	s.waiting = f->count;
	return s;
}
