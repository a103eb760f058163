#include "collector/effects.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/channel.h"
#include "collector/links.h"
#include "collector/message.h"
#include "collector/turn.h"

static const struct channel_type *const types[] = {&channel_file};

struct effects {
	struct collector *c;
	struct effect *queue;
	size_t first, count, cap;
	struct effect_list pending; /* of the last run */
	bool running;
	struct effects_stats stats;
};

struct effects *effects_new(struct collector *c)
{
	struct effects *f = mem_calloc(1, sizeof(*f));

	f->c = c;
	return f;
}

void effects_free(struct effects *f)
{
	if (f == NULL)
		return;
	free(f->queue);
	free(f->pending.items);
	free(f);
}

void effects_queue(struct effects *f, const struct effect_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		f->queue = mem_grow(f->queue, f->count, &f->cap, sizeof(*f->queue));
		f->queue[f->count++] = list->items[i];
	}
}

static enum err send_one(struct effects *f, const struct effect *effect, struct err_info *info)
{
	const struct engine *e = core_engine(f->c->core);
	struct message m = {.effect = effect, .at = clock_now(&f->c->clock)};
	struct view_incident i;
	const struct plan_channel *channel;
	char link[LINKS_URL_SIZE] = "";
	struct buf json;
	enum err r = ERR_UNSUPPORTED;

	if (!view_find_incident(e, effect->incident, &i))
		return err_fail(info, ERR_NOT_FOUND, "the incident is gone");
	m.plan = i.plan;
	channel = &i.plan->channels[effect->channel];
	buf_init(&json, 16384);
	if (f->c->links != NULL)
		links_url(f->c->links, e, effect->id, link);
	message_write(e, effect, m.at, !core_stats(f->c->core).failing, link, &json);
	m.json = buf_slice(&json);
	for (size_t k = 0; k < COUNT_OF(types); k++) {
		if (strcmp(types[k]->type, channel->type) == 0)
			r = types[k]->send(channel, &m, info);
	}
	if (r == ERR_UNSUPPORTED)
		err_ignore(err_fail(info, r, "no channel of type %s", channel->type));
	buf_release(&json);
	return r;
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

static void commit(struct effects *f)
{
	struct err_info info;

	/* A failure is logged and tried again by the owner of the turn. */
	err_ignore(core_commit(f->c->core, clock_now(&f->c->clock), &info));
}

void effects_run(struct effects *f)
{
	if (f->running)
		return;
	f->running = true;
	while (f->first < f->count) {
		struct effect effect = f->queue[f->first++];
		struct err_info info = {0};

		f->stats.marked += effect.maybe_duplicate;
		if (send_one(f, &effect, &info) == ERR_OK) {
			f->stats.sent++;
			report(f, effect.id, DELIVERY_SENT, "");
			report(f, effect.id, DELIVERY_RECEIPT, "");
		} else {
			f->stats.failed++;
			log_event(LOG_WARNING, "call.failed", "call=%llu text=%s",
				  (unsigned long long)effect.id, log_quote(info.text));
			report(f, effect.id, DELIVERY_FAILED, info.text);
		}
		if (f->first == f->count)
			commit(f); /* may queue more: the next channel, the next person */
	}
	f->first = f->count = 0;
	f->running = false;
}

void effects_note_pending(struct effects *f)
{
	core_pending(f->c->core, &f->pending);
}

void effects_resume(struct effects *f)
{
	for (size_t i = 0; i < f->pending.count; i++)
		report(f, f->pending.items[i].id, DELIVERY_UNKNOWN,
		       "the collector stopped before its outcome was known");
	f->pending.count = 0;
	commit(f);
	effects_run(f);
}

struct effects_stats effects_stats(const struct effects *f)
{
	return f->stats;
}
