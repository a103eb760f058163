#include "collector/api_body.h"

#include "base/http_server.h"
#include "base/json_pull.h"

static const struct api_member *find(const struct api_member *members, size_t count,
				     struct slice key)
{
	for (size_t i = 0; i < count; i++) {
		if (slice_is(key, members[i].key))
			return &members[i];
	}
	return NULL;
}

static void read_member(struct json_pull *in, const struct api_member *m)
{
	if (m->may_be_null && json_peek(in) == JSON_NULL)
		json_skip(in);
	else if (m->flag != NULL)
		json_read_bool(in, m->flag);
	else
		json_read_str(in, m->dst, m->size);
	if (m->given != NULL)
		*m->given = true;
}

bool api_body_read(struct http_request *r, const struct api_member *members, size_t count)
{
	struct slice body = http_body(r), key;
	struct json_pull in = json_pull_from(body.n > 0 ? body : SLICE_LIT("{}"));
	unsigned seen = 0;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		const struct api_member *m = find(members, count, key);

		if (m == NULL) {
			json_complain(&in, "there is no such member here");
		} else if (seen & (1u << (m - members))) {
			json_complain(&in, "a member is given twice");
		} else {
			seen |= 1u << (m - members);
			read_member(&in, m);
		}
	}
	json_end(&in);
	if (in.error != NULL) {
		http_answer_error(r, 400, "malformed", "Byte %zu: %s", in.offset, in.error);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (members[i].needed && !(seen & (1u << i))) {
			http_answer_error(r, 400, "malformed", "'%s' is missing", members[i].key);
			return false;
		}
	}
	return true;
}
