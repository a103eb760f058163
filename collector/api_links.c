/* Acknowledging by the link of a message. The dashboard asks for whoever opened it; what it is told here is what
 * that person sees: the facts of the incident, and what this link may still do. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/micro.h"
#include "base/json_pull.h"
#include "base/log.h"
#include "collector/api_impl.h"
#include "collector/drill_links.h"
#include "collector/links.h"

enum { NOTE_SIZE = 480, ADDRESS_SIZE = 64 };

/* --- wrong links ---------------------------------------------------------------------------------- */

static void answer_limited(struct http_request *r, int64_t wait_us)
{
	long long seconds = (wait_us + US_PER_S - 1) / US_PER_S;
	char header[64], body[160];

	snprintf(header, sizeof(header), "Retry-After: %lld\r\n", seconds);
	snprintf(body, sizeof(body),
		 "{\"error\":\"too-many\",\"text\":\"Too many wrong links; try again later\","
		 "\"retry_after\":%lld}",
		 seconds);
	http_answer(r, 429, "application/json", header, slice_of(body));
}

/* Unknown, expired, malformed: one answer. */
static void answer_wrong(struct collector *c, struct http_request *r, const char *address)
{
	int64_t wait_us;

	if (c->links == NULL ||
	    links_take_wrong(c->links, slice_of(address), clock_mono(), &wait_us))
		http_answer_error(r, 404, "not-found", "There is no such link, or it has expired");
	else
		answer_limited(r, wait_us);
}

void api_links_unknown(void *user, struct http_request *r, const char *address)
{
	answer_wrong(((struct api *)user)->c, r, address);
}

static bool find(struct exchange *x, const char *address, struct link_found *ret)
{
	const struct engine *e = core_engine(x->c->core);

	if (x->c->links != NULL &&
	    links_find(x->c->links, e, x->segments[1], clock_now(&x->c->clock), ret))
		return true;
	/* Not one of the real day: of a drill that is being played? */
	if (!drill_links_pass(x->api->drill_links, x->r, x->segments[1], address))
		answer_wrong(x->c, x->r, address);
	return false;
}

/* --- GET ------------------------------------------------------------------------------------------ */

/* As the incident knows it where the service has left the plan. */
static void put_service(struct exchange *x, struct json_emit *j, const struct view_incident *i,
			uint32_t service, struct wall_time now)
{
	const struct engine *e = core_engine(x->c->core);
	const struct plan_service *s = &i->plan->services[service];
	uint32_t current = plan_find_service(view_plan(e), slice_of(s->id));
	struct view_clock k = {.began = i->began,
			       .restored = i->restored,
			       .breach_at = wall_add_us(i->began, s->rto_us)};
	struct view_service v = {.state = SERVICE_UNKNOWN};
	/* Somebody says so, and nobody has confirmed it: no clock runs yet. */
	bool is_report = i->kind == INCIDENT_KIND_REPORTED && !wall_is_known(i->confirmed);

	if (current != PLAN_NONE) {
		view_service(e, current, now, &v);
		if (v.incident == i->id && wall_is_known(v.clock.began))
			k = v.clock;
	}
	json_open_object(j);
	json_kv_str(j, "id", s->id);
	json_kv_str(j, "name", s->name);
	json_kv_str(j, "state", service_state_word(v.state));
	json_kv_time(j, "since", k.began);
	json_kv_time(j, "restored", k.restored);
	json_kv_micro(j, "left",
		      is_report ? MICRO_NONE
				: wall_diff_us(k.breach_at,
					       wall_is_known(k.restored) ? k.restored : now));
	json_kv_bool(j, "estimated", k.estimated);
	json_kv_bool(j, "by_word", is_report || k.by_word);
	json_close_object(j);
}

static void put_called(struct json_emit *j, const struct link_found *f)
{
	const struct plan *p = f->incident.plan;

	json_key(j, "call");
	json_open_object(j);
	json_kv_i64(j, "id", (int64_t)f->call.id);
	json_kv_str(j, "kind", call_kind_word(f->call.kind));
	json_kv_time(j, "at", f->call.at);
	json_kv_str(j, "seat", f->call.seat != PLAN_NONE ? p->seats[f->call.seat].name : NULL);
	json_kv_str(j, "person", p->people[f->call.person].id);
	json_kv_str(j, "post", p->people[f->call.person].post);
	json_close_object(j);
}

/* What this link did, or may still do, or why not. */
static void put_use(struct json_emit *j, const struct link_found *f)
{
	static const enum act by_link[] = {ACT_ENTERADO, ACT_ATIENDO, ACT_NO_PUEDO};
	bool is_void = f->call.id < f->incident.promoted; /* it spoke of a drill */
	bool is_possible = !f->call.link_used && f->incident.open && !is_void;
	/* An order is confirmed, nothing else. */
	size_t ways = f->call.kind == CALL_ORDER ? 1 : COUNT_OF(by_link);

	json_key(j, "used");
	if (f->call.link_used) {
		json_open_object(j);
		json_kv_str(j, "act", act_row(f->call.link_act)->name);
		json_kv_time(j, "at", f->call.link_at);
		json_kv_i64(j, "seq", (int64_t)f->call.link_seq);
		json_close_object(j);
	} else {
		json_null(j);
	}
	json_key(j, "possible");
	json_open_array(j);
	for (size_t k = 0; is_possible && k < ways; k++)
		json_str(j, act_row(by_link[k])->name);
	json_close_array(j);
	json_kv_str(j, "why",
		    is_possible         ? NULL
		    : f->call.link_used ? "used"
		    : f->incident.open  ? "drill"
					: "closed");
	json_kv_time(j, "until", f->until);
}

void api_links_get(struct exchange *x)
{
	const char *from = http_query(x->r, "from");
	struct wall_time now = clock_now(&x->c->clock);
	struct link_found f;
	struct json_emit j;
	struct buf body;
	char folio[16];

	if (!find(x, from != NULL ? from : "", &f))
		return;
	buf_init(&body, 1 << 20);
	j = json_emit_to(&body);
	snprintf(folio, sizeof(folio), "%02u", f.incident.folio);
	json_open_object(&j);
	json_kv_time(&j, "now", now);
	json_kv_bool(&j, "real", !f.incident.drill);
	json_kv_str(&j, "stamp", f.incident.stamp);
	json_kv_str(&j, "institution", f.incident.plan->institution.name);
	json_kv_str(&j, "locale", f.incident.plan->institution.locale);
	json_kv_i64(&j, "incident", (int64_t)f.incident.id);
	json_kv_str(&j, "folio", folio);
	json_kv_str(&j, "kind", incident_kind_word(f.incident.kind));
	json_kv_str(&j, "state", incident_state_word(f.incident.state));
	json_key(&j, "services");
	json_open_array(&j);
	for (size_t k = 0; k < f.incident.service_count; k++)
		put_service(x, &j, &f.incident, f.incident.services[k], now);
	json_close_array(&j);
	put_called(&j, &f);
	put_use(&j, &f);
	json_close_object(&j);
	/* What it says of an act is true only once that is in the journal. */
	if (f.call.link_used) {
		api_answer_after_commit(x, &body);
		return;
	}
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

/* --- POST ----------------------------------------------------------------------------------------- */

struct link_body {
	char act[16], note[NOTE_SIZE], from[ADDRESS_SIZE];
};

static bool read_body(struct exchange *x, struct link_body *ret)
{
	struct json_pull in = json_pull_from(http_body(x->r));
	struct slice key;

	*ret = (struct link_body){0};
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "act"))
			json_read_str(&in, ret->act, sizeof(ret->act));
		else if (slice_is(key, "note"))
			json_read_str(&in, ret->note, sizeof(ret->note));
		else if (slice_is(key, "from"))
			json_read_str(&in, ret->from, sizeof(ret->from));
		else
			json_complain(&in, "an unknown key");
	}
	json_end(&in);
	if (in.error != NULL)
		http_answer_error(x->r, 400, "malformed", "Byte %zu: %s", in.offset, in.error);
	return in.error == NULL;
}

static void carry_link(struct exchange *x, const struct link_found *f, enum act act,
		       const char *note)
{
	struct input in = {.kind = INPUT_ACT, .now = clock_now(&x->c->clock)};
	struct err_info info = {0};
	uint64_t seq;
	enum err e;

	in.u.act.incident = f->incident.id;
	in.u.act.act = act;
	in.u.act.person = f->call.person;
	in.u.act.recorded_by = PLAN_NONE;
	in.u.act.proof = PROOF_LINK;
	in.u.act.note = note;
	in.u.act.call = f->call.id;
	in.u.act.link = f->digest;
	e = core_input(x->c->core, &in, &seq, &info);
	if (e != ERR_OK) {
		http_answer_error(x->r, api_acts_status(e), err_word(e), "%s", info.text);
		collector_end_turn_soon(x->c);
		return;
	}
	links_count_used(x->c->links);
	log_event(LOG_NOTICE, "link.used", "call=%llu act=%s person=%s",
		  (unsigned long long)f->call.id, act_word(act),
		  f->incident.plan->people[f->call.person].id);
	api_acts_answer(x, f->incident.id, seq);
}

void api_links_post(struct exchange *x)
{
	struct link_found f;
	struct link_body b;
	enum act act;

	if (!read_body(x, &b) || !find(x, b.from, &f))
		return;
	if (!act_from_name(slice_of(b.act), &act) ||
	    (act != ACT_ENTERADO && act != ACT_ATIENDO && act != ACT_NO_PUEDO)) {
		http_answer_error(x->r, 400, "malformed",
				  "'act' must be ack, attend or pass; decisions are for the desk");
	} else if (core_stats(x->c->core).failing) {
		api_answer_not_journalled(x->r);
	} else if (f.call.link_used || !f.incident.open) {
		/* Not for the journal: a page that is sent again must not fill it. */
		http_answer_error(x->r, 409, f.call.link_used ? "used" : "closed",
				  f.call.link_used ? "This link has served already"
						   : "The incident is over");
	} else {
		carry_link(x, &f, act, b.note);
	}
}
