#include "dashboard/link_facts.h"

#include "base/json_pull.h"
#include "base/micro.h"

static void read_text(struct json_pull *in, char *dst, size_t size)
{
	if (json_peek(in) == JSON_NULL)
		json_skip(in);
	else
		json_read_str(in, dst, size);
}

static void read_left(struct json_pull *in, int64_t *ret)
{
	*ret = MICRO_NONE;
	if (json_peek(in) == JSON_NULL)
		json_skip(in);
	else
		json_read_micro(in, ret);
}

static void read_service(struct json_pull *in, struct link_service *ret)
{
	struct slice key;

	*ret = (struct link_service){.since = WALL_UNKNOWN, .restored = WALL_UNKNOWN};
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "name"))
			read_text(in, ret->name, sizeof(ret->name));
		else if (slice_is(key, "state"))
			read_text(in, ret->state, sizeof(ret->state));
		else if (slice_is(key, "since"))
			json_read_time(in, &ret->since);
		else if (slice_is(key, "restored"))
			json_read_time(in, &ret->restored);
		else if (slice_is(key, "left"))
			read_left(in, &ret->left_us);
		else if (slice_is(key, "by_word"))
			json_read_bool(in, &ret->by_word);
		else if (slice_is(key, "estimated"))
			json_read_bool(in, &ret->estimated);
		else
			json_skip(in);
	}
}

static void read_services(struct json_pull *in, struct link_facts *ret)
{
	ret->has_services = true;
	json_enter_array(in);
	while (json_next_element(in)) {
		if (ret->service_count < LINK_SERVICES_SHOWN)
			read_service(in, &ret->services[ret->service_count]);
		else
			json_skip(in);
		ret->service_count++;
	}
}

static void read_call(struct json_pull *in, struct link_facts *ret)
{
	struct slice key;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "post"))
			read_text(in, ret->post, sizeof(ret->post));
		else if (slice_is(key, "at"))
			json_read_time(in, &ret->called);
		else
			json_skip(in);
	}
}

static void read_used(struct json_pull *in, struct link_facts *ret)
{
	struct slice key;

	if (json_peek(in) == JSON_NULL) {
		json_skip(in);
		return;
	}
	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "act"))
			read_text(in, ret->used, sizeof(ret->used));
		else if (slice_is(key, "at"))
			json_read_time(in, &ret->used_at);
		else if (slice_is(key, "seq"))
			json_read_i64(in, &ret->used_seq);
		else
			json_skip(in);
	}
}

static void read_possible(struct json_pull *in, struct link_facts *ret)
{
	struct slice word;

	json_enter_array(in);
	while (json_next_element(in)) {
		json_read_slice(in, &word);
		if (in->error != NULL)
			return;
		ret->can_ack |= slice_is(word, "ack");
		ret->can_attend |= slice_is(word, "attend");
		ret->can_pass |= slice_is(word, "pass");
	}
}

static void read_member(struct json_pull *in, struct slice key, struct link_facts *ret)
{
	if (slice_is(key, "now"))
		json_read_time(in, &ret->now);
	else if (slice_is(key, "until"))
		json_read_time(in, &ret->until);
	else if (slice_is(key, "real"))
		json_read_bool(in, &ret->real);
	else if (slice_is(key, "institution"))
		read_text(in, ret->institution, sizeof(ret->institution));
	else if (slice_is(key, "locale"))
		read_text(in, ret->locale, sizeof(ret->locale));
	else if (slice_is(key, "folio"))
		read_text(in, ret->folio, sizeof(ret->folio));
	else if (slice_is(key, "kind"))
		read_text(in, ret->kind, sizeof(ret->kind));
	else if (slice_is(key, "state"))
		read_text(in, ret->state, sizeof(ret->state));
	else if (slice_is(key, "services"))
		read_services(in, ret);
	else if (slice_is(key, "call"))
		read_call(in, ret);
	else if (slice_is(key, "used"))
		read_used(in, ret);
	else if (slice_is(key, "possible"))
		read_possible(in, ret);
	else if (slice_is(key, "why"))
		read_text(in, ret->why, sizeof(ret->why));
	else
		json_skip(in);
}

bool link_facts_read(struct slice json, struct link_facts *ret)
{
	struct json_pull in = json_pull_from(json);
	struct slice key;

	*ret = (struct link_facts){.now = WALL_UNKNOWN,
				   .until = WALL_UNKNOWN,
				   .called = WALL_UNKNOWN,
				   .used_at = WALL_UNKNOWN,
				   .real = true};
	json_enter_object(&in);
	while (json_next_key(&in, &key))
		read_member(&in, key, ret);
	json_end(&in);
	return in.error == NULL && wall_is_known(ret->now) && ret->folio[0] != '\0' &&
	       ret->has_services;
}

int64_t link_facts_wait(struct slice json)
{
	struct json_pull in = json_pull_from(json);
	int64_t seconds = 1;
	struct slice key;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "retry_after"))
			json_read_i64(&in, &seconds);
		else
			json_skip(&in);
	}
	return in.error == NULL && seconds >= 1 ? seconds : 1;
}

void link_facts_error(struct slice json, char ret[LINK_WORD_SIZE])
{
	struct json_pull in = json_pull_from(json);
	struct slice key;

	ret[0] = '\0';
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "error"))
			json_read_str(&in, ret, LINK_WORD_SIZE);
		else
			json_skip(&in);
	}
	if (in.error != NULL)
		ret[0] = '\0';
}
