#include "collector/may_json.h"

#include "engine/refusal.h"

static void kv_id(struct json_emit *j, const char *key, const struct plan *p, uint32_t person)
{
	json_kv_str(j, key, person != PLAN_NONE ? p->people[person].id : NULL);
}

/* null: nothing stands against it. What has no word of its own is told by the sentence alone. */
static void put_why(struct json_emit *j, const char *sentence)
{
	json_kv_str(j, "why", sentence != NULL ? refusal_rule(slice_of(sentence)) : NULL);
	json_kv_str(j, "text", sentence);
}

static void put_people(struct json_emit *j, const struct plan *p, const struct may_act *a)
{
	json_key(j, "people");
	json_open_array(j);
	for (size_t k = 0; k < a->person_count; k++) {
		const struct may_person *q = &a->people[k];

		json_open_object(j);
		kv_id(j, "person", p, q->person);
		json_kv_str(j, "post", p->people[q->person].post);
		put_why(j, q->why);
		json_close_object(j);
	}
	json_close_array(j);
}

static void kv_number(struct json_emit *j, const char *key, int64_t n)
{
	json_key(j, key);
	if (n != 0)
		json_i64(j, n);
	else
		json_null(j);
}

static void put_act(struct json_emit *j, const struct plan *p, const struct may_act *a, bool asked)
{
	json_open_object(j);
	json_kv_str(j, "act", act_row(a->act)->name);
	json_kv_str(j, "what", a->what);
	kv_number(j, "n", a->n);
	kv_number(j, "entry", (int64_t)a->entry);
	json_kv_str(j, "service", a->service != PLAN_NONE ? p->services[a->service].id : NULL);
	json_key(j, "allowed");
	if (asked)
		json_bool(j, a->err == ERR_OK);
	else
		json_null(j);
	put_why(j, asked ? a->why : NULL);
	json_kv_bool(j, "anybody", a->anybody);
	put_people(j, p, a);
	json_close_object(j);
}

void may_json_put(struct json_emit *j, const struct may *m, uint32_t person, uint32_t hand)
{
	json_key(j, "may");
	json_open_object(j);
	kv_id(j, "as", m->plan, person);
	kv_id(j, "recorded_by", m->plan, hand);
	json_key(j, "acts");
	json_open_array(j);
	for (size_t k = 0; k < m->act_count; k++)
		put_act(j, m->plan, &m->acts[k], person != PLAN_NONE);
	json_close_array(j);
	json_close_object(j);
}
