/* Go or no-go: GET /v1/ready. */
#include <stdlib.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/micro.h"
#include "collector/api_impl.h"
#include "collector/plan_desk.h"
#include "collector/program.h"
#include "collector/ready_gather.h"

enum { HOURS_DEFAULT = 72, HOURS_MAX = 8760, ANSWER_MAX = 4 << 20 };
#define LOOK_AGE_US (15 * US_PER_S)
#define HOUR_US (3600 * US_PER_S)

struct wanted {
	struct api *api;
	struct http_request *r;
	uint64_t hours;
};

static void put_micro(struct json_emit *j, const char *key, int64_t micro)
{
	json_key(j, key);
	if (micro == MICRO_NONE)
		json_null(j);
	else
		json_micro(j, micro);
}

static void put_details(struct json_emit *j, const struct ready_count *c)
{
	json_key(j, "detail");
	json_open_array(j);
	for (size_t i = 0; c != NULL && i < c->listed; i++) {
		const struct ready_detail *d = &c->details[i];

		json_open_object(j);
		json_kv_str(j, "what", d->what);
		json_kv_str(j, "why", d->why);
		json_kv_time(j, "at", d->at);
		put_micro(j, "value", d->micro);
		json_close_object(j);
	}
	json_close_array(j);
}

static void put_item(struct json_emit *j, const struct ready_item *i)
{
	json_open_object(j);
	json_kv_str(j, "id", ready_id_word(i->id));
	json_kv_str(j, "group", ready_group_word(i->id));
	json_kv_str(j, "state", ready_state_word(i->state));
	json_kv_bool(j, "blocks", i->blocks);
	json_kv_time(j, "since", i->since);
	put_micro(j, "value", i->micro);
	put_micro(j, "of", i->of_micro);
	json_kv_str(j, "unit", i->unit);
	json_kv_str(j, "why", i->why);
	json_kv_str(j, "text", i->text);
	put_details(j, i->details);
	json_kv_i64(j, "unlisted",
		    i->details != NULL
			    ? (int64_t)(i->details->bad + i->details->unknown - i->details->listed)
			    : 0);
	json_close_object(j);
}

static void put_head(struct json_emit *j, struct collector *c, const struct plan_look *look,
		     const struct ready_figures *f, const struct wanted *w)
{
	json_kv_time(j, "now", f->now);
	json_kv_i64(j, "hours", (int64_t)w->hours);
	json_kv_str(j, "version", VIGIA_VERSION);
	json_kv_str(j, "program", f->program_hash);
	json_kv_str(j, "identity", c->identity.text);
	json_key(j, "head");
	json_open_object(j);
	json_kv_i64(j, "seq", (int64_t)journal_head(core_journal(c->core)).seq);
	json_close_object(j);
	json_key(j, "plan");
	json_open_object(j);
	json_kv_str(j, "hash", look->hash);
	json_kv_time(j, "applied", f->plan_applied);
	json_kv_str(j, "on_disk", plan_on_disk_word(look->disk));
	json_close_object(j);
}

static void answer(struct wanted *w, const struct plan_look *look)
{
	struct collector *c = w->api->c;
	struct ready_figures *f = mem_calloc(1, sizeof(*f));
	struct ready_texts *texts = mem_calloc(1, sizeof(*texts));
	struct exchange x = {.api = w->api, .c = c, .r = w->r};
	struct ready_item items[READY_COUNT];
	enum ready_verdict verdict;
	struct json_emit j;
	struct buf body;

	ready_gather(c, look, program_hash(w->api->program), (int64_t)w->hours * HOUR_US, texts, f);
	verdict = ready_judge(f, items);
	buf_init(&body, ANSWER_MAX);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "verdict", ready_verdict_word(verdict));
	put_head(&j, c, look, f, w);
	json_key(&j, "items");
	json_open_array(&j);
	for (size_t i = 0; i < READY_COUNT; i++)
		put_item(&j, &items[i]);
	json_close_array(&j);
	json_close_object(&j);
	api_answer_json(&x, 200, &body);
	buf_release(&body);
	free(texts);
	free(f);
}

static void on_look(void *user, const struct plan_look *look, const char *why)
{
	struct wanted *w = user;

	if (look != NULL)
		answer(w, look);
	else
		http_answer_error(w->r, 503, "no-plan", "Nothing can be said: %s", why);
	free(w);
}

void api_ready_get(struct exchange *x)
{
	struct wanted *w = mem_calloc(1, sizeof(*w));

	*w = (struct wanted){x->api, x->r, api_query_number(x, "hours", HOURS_DEFAULT, HOURS_MAX)};
	if (plan_desk_ask(x->api->plan_desk, LOOK_AGE_US, on_look, w))
		return;
	http_answer_with(x->r, 429, "busy", "Retry-After: 2\r\n",
			 "Too many wait for this; ask again in a moment");
	free(w);
}
