#include "journal/body.h"

#include "base/json_pull.h"
#include "base/micro.h"

bool body_raw(struct slice body, const char *key, struct slice *ret)
{
	struct json_pull in = json_pull_from(body);
	struct slice k;

	json_enter_object(&in);
	while (json_next_key(&in, &k)) {
		if (slice_is(k, key)) {
			json_read_raw(&in, ret);
			return in.error == NULL;
		}
		json_skip(&in);
	}
	return false;
}

struct slice body_word(struct slice body, const char *key)
{
	struct slice raw, word = {"", 0};
	struct json_pull in;

	if (!body_raw(body, key, &raw))
		return word;
	in = json_pull_from(raw);
	if (json_peek(&in) == JSON_STRING)
		json_read_slice(&in, &word);
	return in.error == NULL ? word : (struct slice){"", 0};
}

int64_t body_micro(struct slice body, const char *key)
{
	int64_t v = MICRO_NONE;
	struct slice raw;
	struct json_pull in;

	if (!body_raw(body, key, &raw))
		return v;
	in = json_pull_from(raw);
	if (json_peek(&in) == JSON_NUMBER)
		json_read_micro(&in, &v);
	return in.error == NULL ? v : MICRO_NONE;
}

struct wall_time body_time(struct slice body, const char *key)
{
	int64_t v = body_micro(body, key);

	return v == MICRO_NONE ? WALL_UNKNOWN : (struct wall_time){v};
}

uint64_t body_number(struct slice body, const char *key)
{
	int64_t v = 0;
	struct slice raw;
	struct json_pull in;

	if (!body_raw(body, key, &raw))
		return 0;
	in = json_pull_from(raw);
	if (json_peek(&in) == JSON_NUMBER)
		json_read_i64(&in, &v);
	return in.error == NULL && v > 0 ? (uint64_t)v : 0;
}

bool body_flag(struct slice body, const char *key)
{
	struct slice raw;

	return body_raw(body, key, &raw) && slice_is(raw, "true");
}
