#include "collector/webhook_answer.h"

#include <stdio.h>

#include "base/json_pull.h"

static void clean(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7E)
			*text = '?';
	}
}

static bool read_value(struct json_pull *in, char ret[WEBHOOK_ID_SIZE])
{
	struct slice raw;

	if (json_peek(in) == JSON_STRING) {
		json_read_str(in, ret, WEBHOOK_ID_SIZE);
		return in->error == NULL && ret[0] != '\0';
	}
	if (json_peek(in) != JSON_NUMBER) {
		json_skip(in);
		return false;
	}
	json_read_raw(in, &raw);
	if (in->error == NULL)
		snprintf(ret, WEBHOOK_ID_SIZE, "%.*s", (int)(raw.n < 64 ? raw.n : 64), raw.p);
	return in->error == NULL;
}

bool webhook_answer_id(struct slice body, const char *field, char ret[WEBHOOK_ID_SIZE])
{
	struct json_pull in = json_pull_from(body);
	bool found = false;
	struct slice key;

	ret[0] = '\0';
	if (json_peek(&in) != JSON_OBJECT)
		return false;
	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (!found && slice_is(key, field))
			found = read_value(&in, ret);
		else
			json_skip(&in);
	}
	json_end(&in);
	if (!found ||
	    in.error != NULL) { /* what was read of a text that failed is not even ended */
		ret[0] = '\0';
		return false;
	}
	clean(ret);
	return true;
}
