#include "collector/status_response.h"

static void put_answer(struct json_emit *j, const struct plan *p, const struct brief_person *q,
		       bool is_over)
{
	json_open_object(j);
	json_kv_str(j, "person", p->people[q->person].id);
	json_kv_str(j, "post", p->people[q->person].post);
	json_kv_str(j, "seat", q->seat != PLAN_NONE ? p->seats[q->seat].id : NULL);
	json_kv_str(j, "act", act_word(q->act));
	json_kv_time(j, "at", q->at);
	json_kv_bool(j, "holds", q->answered && !is_over);
	json_close_object(j);
}

static void put_forecast(struct json_emit *j, const struct plan *p, const struct brief_service *s)
{
	json_open_object(j);
	json_kv_str(j, "service", p->services[s->service].id);
	json_kv_i64(j, "checks", s->checks);
	json_kv_i64(j, "failing", s->failing);
	json_kv_i64(j, "recovered", s->recovered);
	json_close_object(j);
}

void status_response_put(struct json_emit *j, const struct view_incident *i, const struct brief *b)
{
	/* What is over is shown as it was: nothing of it may change by time alone (history.h). */
	bool is_over = i->state == INCIDENT_CLOSED || i->state == INCIDENT_FALSE_ALARM;

	json_key(j, "answers");
	json_open_array(j);
	for (size_t k = 0; k < b->person_count; k++) {
		const struct brief_person *q = &b->people[k];

		if (q->answered || q->passed || q->state == CALL_STATE_EXPIRED)
			put_answer(j, b->plan, q, is_over);
	}
	json_close_array(j);
	json_key(j, "forecast");
	json_open_array(j);
	for (size_t k = 0; k < b->service_count && !is_over; k++)
		put_forecast(j, b->plan, &b->services[k]);
	json_close_array(j);
	json_kv_time(j, "repeat_at", i->repeat_at);
}
