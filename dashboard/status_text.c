#include "dashboard/status_text.h"

#include "base/json_emit.h"
#include "base/json_pull.h"

bool status_text_is_sound(struct slice status)
{
	struct json_pull in = json_pull_from(status);

	if (json_peek(&in) != JSON_OBJECT)
		return false;
	json_skip(&in);
	json_end(&in);
	return in.error == NULL;
}

/* Length of a running member's name with its colon at p, 0 if there is none. A quote inside a JSON
 * string is escaped, so that this can match a key only. */
static size_t running_key(struct slice s)
{
	static const char *const keys[] = {"\"now\":", "\"elapsed\":", "\"left\":"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct slice key = slice_of(keys[i]);

		if (s.n >= key.n && slice_eq((struct slice){s.p, key.n}, key))
			return key.n;
	}
	return 0;
}

void status_text_strip(struct slice status, struct buf *out)
{
	size_t i = 0, kept = 0;

	while (i < status.n) {
		size_t n = status.p[i] == '"'
				   ? running_key((struct slice){status.p + i, status.n - i})
				   : 0;

		if (n == 0) {
			i++;
			continue;
		}
		i += n;
		buf_put(out, status.p + kept, i - kept);
		while (i < status.n && status.p[i] != ',' && status.p[i] != '}')
			i++;
		kept = i;
	}
	buf_put(out, status.p + kept, status.n - kept);
}

void status_text_put(struct slice status, int64_t stale_us, struct buf *out)
{
	struct json_pull in = json_pull_from(status);
	struct json_emit j = json_emit_to(out);
	struct slice key;
	bool empty = true;

	json_enter_object(&in);
	if (json_next_key(&in, &key))
		empty = false;
	while (status.n > 0 && status.p[status.n - 1] != '}')
		status.n--;
	buf_put(out, status.p, status.n - 1);
	j.comma = !empty;
	json_kv_micro(&j, "stale_for", stale_us < 0 ? 0 : stale_us);
	buf_putc(out, '}');
}

int64_t status_text_head(struct slice head)
{
	struct json_pull in = json_pull_from(head);
	struct slice key;
	int64_t seq = -1;

	json_enter_object(&in);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "seq"))
			json_read_i64(&in, &seq);
		else
			json_skip(&in);
	}
	json_end(&in);
	return in.error == NULL && seq >= 0 ? seq : -1;
}
