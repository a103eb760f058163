#include "dashboard/status_text.h"

#include "base/json_emit.h"
#include "base/json_pull.h"

struct slice status_text_open(struct slice status)
{
	while (status.n > 0 && status.p[status.n - 1] != '}')
		status.n--;
	if (status.n > 0)
		status.n--;
	return status;
}

void status_text_put_end(struct slice opened, int64_t stale_us, const char *position,
			 const char *build, struct buf *out)
{
	struct json_emit j = json_emit_to(out);

	while (opened.n > 0 && strchr(" \t\r\n", opened.p[opened.n - 1]) != NULL)
		opened.n--;
	j.comma = opened.n > 0 && opened.p[opened.n - 1] != '{';
	json_kv_micro(&j, "stale_for", stale_us < 0 ? 0 : stale_us);
	json_key(&j, "board");
	json_open_object(&j);
	json_kv_str(&j, "at", position);
	json_kv_str(&j, "build", build);
	json_close_object(&j);
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
