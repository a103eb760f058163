#include "cli/timeline.h"

#include <jansson.h>

#include "base/parse.h"
#include "cli/output.h"
#include "cli/words.h"

static void put_word(struct buf *out, const char *word, bool english)
{
	output_put_clean(out, words_of(word, english));
}

static void put_seconds(struct buf *out, double s)
{
	char text[32];

	if (s > 1e10 || s < -1e10) {
		buf_puts(out, "-");
		return;
	}
	format_duration(text, sizeof(text), (int64_t)(s * 1e6));
	buf_puts(out, text);
}

void timeline_put_body(struct buf *out, const struct json_t *body, bool english)
{
	static const char *const keys[] = {
		"service", "component", "check",   "agent", "outcome", "from",   "to",     "pct",
		"act",     "person",    "channel", "why",   "detail",  "outage", "impact", "note"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const json_t *v = json_object_get(body, keys[i]);

		if (json_is_string(v) && json_string_value(v)[0] != '\0') {
			buf_puts(out, "  ");
			put_word(out, json_string_value(v), english);
		} else if (json_is_number(v) && strcmp(keys[i], "outage") == 0) {
			buf_puts(out, "  ");
			put_seconds(out, json_number_value(v));
		} else if (json_is_integer(v) && strcmp(keys[i], "pct") == 0) {
			buf_printf(out, "  %lld %%", (long long)json_integer_value(v));
		}
	}
}

void timeline_put_text(struct buf *out, const char *body, bool english)
{
	json_t *o = json_loads(body, 0, NULL);

	timeline_put_body(out, o, english);
	json_decref(o);
}
