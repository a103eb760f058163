#include "collector/account_json.h"

#include "access/permission.h"

static void put_moment(struct json_emit *j, const char *key, struct wall_time t)
{
	json_kv_time(j, key, t.us != 0 ? t : WALL_UNKNOWN);
}

static const char *post_of(const struct plan *plan, const char *person)
{
	uint32_t i = plan != NULL && person[0] != '\0' ? plan_find_person(plan, slice_of(person))
						       : PLAN_NONE;

	return i != PLAN_NONE ? plan->people[i].post : NULL;
}

void account_json_write(struct json_emit *j, const struct account *a, const struct plan *plan)
{
	json_open_object(j);
	json_kv_str(j, "login", a->login);
	json_kv_str(j, "role", role_word(a->role));
	json_kv_str(j, "person", a->person[0] != '\0' ? a->person : NULL);
	json_kv_str(j, "post", post_of(plan, a->person));
	json_kv_str(j, "state", account_state_word(a->state));
	json_kv_bool(j, "totp", a->has_totp);
	json_kv_bool(j, "pin", a->pin[0] != '\0');
	put_moment(j, "created", a->created);
	json_kv_str(j, "by", a->by);
	put_moment(j, "last_login", a->last_login);
	put_moment(j, "locked_until", a->lock.until);
	put_moment(j, "pin_locked_until", a->pin_lock.until);
	json_close_object(j);
}

void account_json_write_session_fields(struct json_emit *j, const struct account *a,
				       const struct session *s, const struct plan *plan)
{
	unsigned rights = account_rights(a);

	json_key(j, "account");
	account_json_write(j, a, plan);
	json_key(j, "rights");
	json_open_array(j);
	for (unsigned i = 0; i < RIGHT_COUNT; i++) {
		if (rights & (1u << i))
			json_str(j, right_word((enum right_number)i));
	}
	json_close_array(j);
	json_kv_time(j, "expires", session_expires(s));
	json_kv_i64(j, "idle", role_row(a->role)->idle_s);
	json_kv_bool(j, "enrol", account_must_enrol(a));
}

void account_json_write_session(struct json_emit *j, const struct session *s)
{
	json_open_object(j);
	json_kv_str(j, "id", s->id);
	json_kv_str(j, "login", s->login);
	json_kv_str(j, "from", s->from);
	json_kv_time(j, "began", s->began);
	json_kv_time(j, "used", s->used);
	json_kv_time(j, "expires", session_expires(s));
	json_close_object(j);
}
