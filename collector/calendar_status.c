#include "collector/calendar_status.h"

static const char *const kind_words[] = {"real", "drill", "functional-test"};
static const char *const scope_words[] = {"check", "component", "site", "service"};

static void put_time(struct json_emit *j, const char *key, int64_t us)
{
	json_kv_time(j, key, us != 0 ? (struct wall_time){us} : WALL_UNKNOWN);
}

static void put_jornada(struct json_emit *j, const char *key, const struct plan *p, uint32_t index)
{
	const struct plan_jornada *d;

	json_key(j, key);
	if (p == NULL || index == PLAN_NONE) {
		json_null(j);
		return;
	}
	d = &p->jornadas[index];
	json_open_object(j);
	json_kv_str(j, "id", d->id);
	json_kv_str(j, "name", d->name);
	json_kv_str(j, "kind", kind_words[d->kind]);
	json_kv_str(j, "stamp", d->stamp);
	put_time(j, "from", d->from_us);
	put_time(j, "until", d->until_us);
	put_time(j, "first_cut", d->first_cut_us);
	put_time(j, "last_cut", d->last_cut_us);
	put_time(j, "freeze_from", d->freeze_from_us);
	put_time(j, "freeze_until", d->freeze_until_us);
	json_close_object(j);
}

static const char *state_of(const struct view_silence *s)
{
	if (s->is_ended)
		return "ended";
	if (s->in_force)
		return "in-force";
	return s->needs_coordinator || s->needs_signature ? "unsigned" : "planned";
}

static void put_silence(struct json_emit *j, const struct engine *e, const struct view_silence *s)
{
	const struct plan *p = view_plan(e);
	struct view_silence_failed failed;

	json_open_object(j);
	json_kv_i64(j, "id", (int64_t)s->id);
	json_kv_str(j, "what", s->is_window ? "window" : "silence");
	json_kv_str(j, "window", s->window[0] != '\0' ? s->window : NULL);
	json_kv_str(j, "state", state_of(s));
	json_kv_str(j, "scope", scope_words[s->kind]);
	json_kv_str(j, "of", s->scope);
	json_kv_str(j, "owner", s->owner);
	json_kv_str(j, "owner_post",
		    s->owner_index != PLAN_NONE ? p->people[s->owner_index].post : NULL);
	json_kv_str(j, "asked_by", s->asker[0] != '\0' ? s->asker : NULL);
	json_kv_str(j, "signed_by", s->signer[0] != '\0' ? s->signer : NULL);
	json_kv_str(j, "needs",
		    s->needs_coordinator ? "level-2"
		    : s->needs_signature ? "second-person"
					 : NULL);
	json_kv_time(j, "from", s->from);
	json_kv_time(j, "until", s->until);
	json_kv_time(j, "ended", s->ended);
	json_kv_str(j, "reason", s->reason);
	json_key(j, "failed");
	json_open_array(j);
	for (size_t k = 0; view_silence_failed(e, s->id, k, &failed); k++) {
		json_open_object(j);
		json_kv_i64(j, "incident", (int64_t)failed.incident);
		json_kv_str(j, "service", failed.service);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

void calendar_status_put(struct json_emit *j, const struct engine *e, struct wall_time now)
{
	struct view_calendar c;

	view_calendar(e, now, &c);
	json_kv_bool(j, "real", c.real);
	json_kv_str(j, "stamp", c.stamp);
	put_jornada(j, "jornada", view_plan(e), c.running);
	put_jornada(j, "next_jornada", view_plan(e), c.next);
	json_key(j, "silences");
	json_open_array(j);
	for (size_t i = 0; i < view_silence_count(e); i++) {
		struct view_silence s;

		view_silence(e, i, &s);
		put_silence(j, e, &s);
	}
	json_close_array(j);
}

static void put_posts(struct json_emit *j, const char *key, const struct plan *p,
		      const struct plan_post_set *set)
{
	json_key(j, key);
	json_open_array(j);
	for (uint32_t i = 0; i < p->post_count; i++) {
		if (post_set_has(set, i))
			json_str(j, p->posts[i].id);
	}
	json_close_array(j);
}

static void put_order(struct json_emit *j, const struct plan *p, const struct view_order *o)
{
	json_open_object(j);
	json_kv_i64(j, "id", (int64_t)o->id);
	json_kv_str(j, "what", o->what);
	json_kv_time(j, "at", o->at);
	json_kv_time(j, "due", o->due);
	json_kv_str(j, "by", p->people[o->by].id);
	json_kv_str(j, "reason", o->reason);
	json_kv_str(j, "state",
		    o->is_void    ? "void"
		    : !o->stands  ? "superseded"
		    : o->complete ? "complete"
				  : "waiting");
	json_kv_i64(j, "told", post_set_count(&o->posts));
	put_posts(j, "confirmed", p, &o->confirmed);
	put_posts(j, "missing", p, &o->missing);
	json_close_object(j);
}

void calendar_status_put_incident(struct json_emit *j, const struct engine *e,
				  const struct view_incident *i)
{
	json_kv_bool(j, "real", !i->drill);
	json_kv_str(j, "stamp", i->stamp);
	json_kv_str(j, "jornada",
		    i->jornada != PLAN_NONE ? i->plan->jornadas[i->jornada].id : NULL);
	json_key(j, "promoted");
	if (i->promoted != 0)
		json_i64(j, (int64_t)i->promoted);
	else
		json_null(j);
	json_kv_bool(j, "silenced", i->silenced);
	json_kv_i64(j, "owed_resume", i->owed_resume);
	json_key(j, "orders");
	json_open_array(j);
	for (size_t k = 0; k < i->order_count; k++) {
		struct view_order o;

		view_order(e, i->id, k, &o);
		put_order(j, i->plan, &o);
	}
	json_close_array(j);
}

void calendar_status_put_silenced(struct json_emit *j, const struct engine *e, uint64_t silence)
{
	struct view_silence s;

	json_key(j, "silenced");
	if (silence == 0 || !view_find_silence(e, silence, &s)) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_i64(j, "id", (int64_t)silence);
	json_kv_time(j, "until", s.until);
	json_kv_str(j, "reason", s.reason);
	json_close_object(j);
}
