/* Fields of a body, one by one: the journal's ids, words and lists <-> indices of the plan in force. */
#include "engine/event_field.h"

#include "base/micro.h"

/* --- ids and words ------------------------------------------------------------------------------- */

static const char *id_of(enum field_type type, const struct plan *p, uint32_t i)
{
	if (i == PLAN_NONE || p == NULL)
		return NULL;
	switch ((int)type) {
	case FIELD_CHECK:
		return p->checks[i].id;
	case FIELD_AGENT:
		return p->agents[i].id;
	case FIELD_COMPONENT:
		return p->components[i].id;
	case FIELD_SERVICE:
		return p->services[i].id;
	case FIELD_SEAT:
		return p->seats[i].id;
	case FIELD_PERSON:
	case FIELD_STANDS_FOR:
		return p->people[i].id;
	case FIELD_CHANNEL:
		return p->channels[i].id;
	case FIELD_SITE:
		return p->sites[i].id;
	case FIELD_POST:
		return p->posts[i].id;
	case FIELD_JORNADA:
		return p->jornadas[i].id;
	case FIELD_CUTS:
	case FIELD_CUTS_IF:
		return p->cuts[i].id;
	default:
		return NULL;
	}
}

static uint32_t index_of(enum field_type type, const struct plan *p, struct slice id)
{
	if (p == NULL)
		return PLAN_NONE;
	switch ((int)type) {
	case FIELD_CHECK:
		return plan_find_check(p, id);
	case FIELD_AGENT:
		return plan_find_agent(p, id);
	case FIELD_COMPONENT:
		return plan_find_component(p, id);
	case FIELD_SERVICE:
		return plan_find_service(p, id);
	case FIELD_SEAT:
		return plan_find_seat(p, id);
	case FIELD_PERSON:
	case FIELD_STANDS_FOR:
		return plan_find_person(p, id);
	case FIELD_CHANNEL:
		return plan_find_channel(p, id);
	case FIELD_SITE:
		return plan_find_site(p, id);
	case FIELD_POST:
		return plan_find_post(p, id);
	case FIELD_JORNADA:
		return plan_find_jornada(p, id);
	case FIELD_CUTS:
	case FIELD_CUTS_IF:
		return plan_find_cuts(p, id);
	default:
		return PLAN_NONE;
	}
}

static bool is_id(enum field_type type)
{
	switch ((int)type) {
	case FIELD_CHECK:
	case FIELD_AGENT:
	case FIELD_COMPONENT:
	case FIELD_SERVICE:
	case FIELD_SEAT:
	case FIELD_PERSON:
	case FIELD_CHANNEL:
	case FIELD_SITE:
	case FIELD_POST:
	case FIELD_JORNADA:
	case FIELD_STANDS_FOR:
	case FIELD_CUTS:
	case FIELD_CUTS_IF:
		return true;
	default:
		return false;
	}
}

/* The i-th word of the machine that a field speaks of; NULL past the last. */
static const char *word_of(enum field_type type, int i)
{
	switch ((int)type) {
	case FIELD_OUTCOME:
		return i < OUTCOME_COUNT ? outcome_word((enum outcome)i) : NULL;
	case FIELD_WORD_CHECK:
		return i < CHECK_STATE_COUNT ? check_state_word((enum check_state)i) : NULL;
	case FIELD_WORD_COMPONENT:
		return i < COMPONENT_STATE_COUNT ? component_state_word((enum component_state)i)
						 : NULL;
	case FIELD_WORD_SERVICE:
		return i < SERVICE_STATE_COUNT ? service_state_word((enum service_state)i) : NULL;
	case FIELD_WORD_INCIDENT:
		return i < INCIDENT_STATE_COUNT ? incident_state_word((enum incident_state)i)
						: NULL;
	case FIELD_WORD_INCIDENT_KIND:
		return i < INCIDENT_KIND_COUNT ? incident_kind_word((enum incident_kind)i) : NULL;
	case FIELD_WORD_CAUSE:
		return i < AGENT_CAUSE_COUNT ? agent_cause_word((enum agent_cause)i) : NULL;
	case FIELD_WORD_PAST:
		return i < PAST_STATE_COUNT ? past_state_word((enum past_state)i) : NULL;
	case FIELD_WORD_CUT:
		return i < CUT_STATE_COUNT ? cut_state_word((enum cut_state)i) : NULL;
	case FIELD_WORD_CALL_KIND:
		return i < CALL_KIND_COUNT ? call_kind_word((enum call_kind)i) : NULL;
	case FIELD_WORD_ACT:
		return i < ACT_COUNT ? act_word((enum act)i) : NULL;
	case FIELD_WORD_PROOF:
		return i < PROOF_COUNT ? proof_word((enum proof)i) : NULL;
	default:
		return NULL;
	}
}

static bool is_word(enum field_type type)
{
	return word_of(type, 0) != NULL;
}

/* --- encode -------------------------------------------------------------------------------------- */

static void encode_by(const struct event *ev, const struct plan *plan, struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; i < ev->by_count; i++)
		json_str(j, plan->components[ev->by[i]].id);
	json_close_array(j);
}

static void encode_posts(const struct plan_post_set *set, const struct plan *plan,
			 struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; plan != NULL && i < plan->post_count; i++) {
		if (post_set_has(set, i))
			json_str(j, plan->posts[i].id);
	}
	json_close_array(j);
}

static void encode_sites(const struct event *ev, const struct plan *plan, struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; i < ev->site_count; i++)
		json_str(j, plan->sites[ev->sites[i]].id);
	json_close_array(j);
}

static void encode_also(const struct event *ev, const struct plan *plan, struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; i < ev->also_count; i++)
		json_str(j, plan->seats[ev->also[i]].id);
	json_close_array(j);
}

static void encode_cut_set(const struct event *ev, uint64_t set, const struct plan *plan,
			   struct json_emit *j)
{
	json_open_array(j);
	for (uint32_t i = 0; ev->cuts != PLAN_NONE && i < plan->cuts[ev->cuts].source_count; i++) {
		if (set >> i & 1)
			json_str(j, plan->cuts[ev->cuts].sources[i].name);
	}
	json_close_array(j);
}

static const char *contact_text(const struct event *ev, const struct plan *plan)
{
	if (plan == NULL || ev->person == PLAN_NONE ||
	    ev->contact >= plan->people[ev->person].contact_count)
		return NULL;
	return plan->people[ev->person].contacts[ev->contact].to;
}

static void encode_index(uint32_t v, struct json_emit *j)
{
	if (v == PLAN_NONE)
		json_null(j);
	else
		json_i64(j, v);
}

static void encode_list(const struct event *ev, enum field_type type, const struct plan *plan,
			struct json_emit *j)
{
	if (type == FIELD_BY)
		encode_by(ev, plan, j);
	else if (type == FIELD_SITES)
		encode_sites(ev, plan, j);
	else
		encode_also(ev, plan, j);
}

void event_field_encode(const struct event *ev, const struct event_field *f,
			const struct plan *plan, struct json_emit *j)
{
	const void *at = (const char *)ev + f->offset;

	if (is_id(f->type)) {
		json_str(j, id_of(f->type, plan, *(const uint32_t *)at));
		return;
	}
	if (is_word(f->type)) {
		json_str(j, word_of(f->type, *(const int *)at));
		return;
	}
	switch ((int)f->type) {
	case FIELD_CUT_SOURCE:
		json_str(j, ev->cut_source != PLAN_NONE
				    ? plan->cuts[ev->cuts].sources[ev->cut_source].name
				    : NULL);
		break;
	case FIELD_CUT_SET:
		encode_cut_set(ev, *(const uint64_t *)at, plan, j);
		break;
	case FIELD_TO:
		json_str(j, contact_text(ev, plan));
		break;
	case FIELD_U32:
		encode_index(*(const uint32_t *)at, j);
		break;
	case FIELD_U64:
	case FIELD_BY_CALL:
	case FIELD_I64:
		json_i64(j, *(const int64_t *)at);
		break;
	case FIELD_SECONDS:
		json_micro(j, *(const int64_t *)at);
		break;
	case FIELD_TIME:
		json_time(j, *(const struct wall_time *)at);
		break;
	case FIELD_BOOL:
		json_bool(j, *(const bool *)at);
		break;
	case FIELD_TEXT:
	case FIELD_SOURCE:
	case FIELD_LINK:
	case FIELD_WHAT:
	case FIELD_REF:
		json_str(j, (const char *)at);
		break;
	case FIELD_BY:
		encode_by(ev, plan, j);
		break;
	case FIELD_POSTS:
		encode_posts(at, plan, j);
		break;
	case FIELD_SITES:
	case FIELD_ALSO:
		encode_list(ev, f->type, plan, j);
		break;
	case FIELD_PLAN:
		json_raw(j, ev->plan->json);
		break;
	default:
		break;
	}
}

/* --- decode -------------------------------------------------------------------------------------- */

static void decode_id(struct json_pull *in, const struct event_field *f, const struct plan *plan,
		      uint32_t *ret)
{
	struct slice id;

	*ret = PLAN_NONE;
	if (json_peek(in) == JSON_NULL) {
		json_skip(in);
		return;
	}
	json_read_slice(in, &id);
	if (in->error != NULL)
		return;
	*ret = index_of(f->type, plan, id);
	if (*ret == PLAN_NONE)
		json_complain(in, "an id is not in the plan in force");
}

static void decode_word(struct json_pull *in, const struct event_field *f, int *ret)
{
	struct slice word;

	json_read_slice(in, &word);
	for (int i = 0; in->error == NULL; i++) {
		const char *w = word_of(f->type, i);

		if (w == NULL)
			json_complain(in, "a word is not known");
		else if (slice_is(word, w)) {
			*ret = i;
			return;
		}
	}
}

static void decode_by(struct json_pull *in, const struct plan *plan, struct event *ret)
{
	static const struct event_field component = {"", FIELD_COMPONENT, 0};

	json_enter_array(in);
	while (json_next_element(in)) {
		if (ret->by_count == EVENT_LIST_MAX)
			json_complain(in, "a list is too long");
		else
			decode_id(in, &component, plan, &ret->by[ret->by_count++]);
	}
}

static void decode_posts(struct json_pull *in, const struct plan *plan, struct plan_post_set *ret)
{
	static const struct event_field post = {"", FIELD_POST, 0};

	json_enter_array(in);
	while (json_next_element(in)) {
		uint32_t i = PLAN_NONE;

		decode_id(in, &post, plan, &i);
		if (i < PLAN_POSTS_MAX)
			post_set_add(ret, i);
	}
}

static void decode_sites(struct json_pull *in, const struct plan *plan, struct event *ret)
{
	json_enter_array(in);
	while (json_next_element(in)) {
		struct slice id;
		uint32_t site;

		json_read_slice(in, &id);
		if (in->error != NULL)
			return;
		site = plan != NULL ? plan_find_site(plan, id) : PLAN_NONE;
		if (site == PLAN_NONE || ret->site_count == EVENT_SITES_MAX)
			json_complain(in, site == PLAN_NONE ? "an id is not in the plan in force"
							    : "a list is too long");
		else
			ret->sites[ret->site_count++] = site;
	}
}

static void decode_also(struct json_pull *in, const struct plan *plan, struct event *ret)
{
	static const struct event_field seat = {"", FIELD_SEAT, 0};

	json_enter_array(in);
	while (json_next_element(in)) {
		if (ret->also_count == EVENT_LIST_MAX)
			json_complain(in, "a list is too long");
		else
			decode_id(in, &seat, plan, &ret->also[ret->also_count++]);
	}
}

static uint32_t decode_cut_source(struct json_pull *in, const struct plan *plan,
				  const struct event *ev)
{
	uint32_t found = PLAN_NONE;
	struct slice name = {"", 0};

	json_read_slice(in, &name);
	if (in->error == NULL && plan != NULL && ev->cuts != PLAN_NONE)
		found = plan_find_cut_source(&plan->cuts[ev->cuts], name);
	if (in->error == NULL && found == PLAN_NONE)
		json_complain(in, "a source is not in the series of cuts");
	return found;
}

static void decode_cut_set(struct json_pull *in, const struct plan *plan, const struct event *ev,
			   uint64_t *ret)
{
	json_enter_array(in);
	while (json_next_element(in)) {
		uint32_t i = decode_cut_source(in, plan, ev);

		if (i < PLAN_CUT_SOURCES_MAX)
			*ret |= UINT64_C(1) << i;
	}
}

static void decode_u32(struct json_pull *in, uint32_t *ret)
{
	int64_t v = 0;

	*ret = PLAN_NONE;
	if (json_peek(in) == JSON_NULL) {
		json_skip(in);
		return;
	}
	json_read_i64(in, &v);
	if (v < 0 || v >= PLAN_NONE)
		json_complain(in, "a number is out of range");
	*ret = (uint32_t)v;
}

static size_t text_size(enum field_type type)
{
	switch ((int)type) {
	case FIELD_LINK:
		return EVENT_LINK_SIZE;
	case FIELD_SOURCE:
		return EVENT_SOURCE_SIZE;
	case FIELD_WHAT:
		return ACT_WHAT_SIZE;
	case FIELD_REF:
		return ACT_REF_SIZE;
	default:
		return EVENT_TEXT_MAX;
	}
}

static void decode_list(struct json_pull *in, enum field_type type, const struct plan *plan,
			struct event *ret)
{
	if (type == FIELD_BY)
		decode_by(in, plan, ret);
	else if (type == FIELD_SITES)
		decode_sites(in, plan, ret);
	else
		decode_also(in, plan, ret);
}

void event_field_decode(struct json_pull *in, const struct event_field *f, const struct plan *plan,
			struct event *ret, struct slice *ret_plan_json)
{
	void *at = (char *)ret + f->offset;

	if (is_id(f->type)) {
		decode_id(in, f, plan, at);
		return;
	}
	if (is_word(f->type)) {
		decode_word(in, f, at);
		return;
	}
	switch ((int)f->type) {
	case FIELD_CUT_SOURCE:
		if (json_peek(in) == JSON_NULL)
			json_skip(in);
		else
			ret->cut_source = decode_cut_source(in, plan, ret);
		break;
	case FIELD_CUT_SET:
		decode_cut_set(in, plan, ret, at);
		break;
	case FIELD_TO:
		json_skip(in);
		break;
	case FIELD_U32:
		decode_u32(in, at);
		break;
	case FIELD_U64:
	case FIELD_BY_CALL:
	case FIELD_I64:
		json_read_i64(in, at);
		break;
	case FIELD_SECONDS:
		json_read_micro(in, at);
		break;
	case FIELD_TIME:
		json_read_time(in, at);
		break;
	case FIELD_BOOL:
		json_read_bool(in, at);
		break;
	case FIELD_TEXT:
	case FIELD_SOURCE:
	case FIELD_LINK:
	case FIELD_WHAT:
	case FIELD_REF:
		json_read_str(in, at, text_size(f->type));
		break;
	case FIELD_BY:
		decode_by(in, plan, ret);
		break;
	case FIELD_POSTS:
		decode_posts(in, plan, at);
		break;
	case FIELD_SITES:
	case FIELD_ALSO:
		decode_list(in, f->type, plan, ret);
		break;
	case FIELD_PLAN:
		json_read_raw(in, ret_plan_json);
		break;
	default:
		break;
	}
}
