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

/* Which activity of a checklist: "  n.º 3". */
static void put_activity(struct buf *out, const json_t *n, bool english)
{
	if (json_is_integer(n))
		buf_printf(out, "%s%lld", english ? "  no. " : "  n.º ",
			   (long long)json_integer_value(n));
}

void timeline_put_body(struct buf *out, const struct json_t *body, bool english)
{
	static const char *const keys[] = {"service",  "component", "check",  "agent",  "outcome",
					   "from",     "to",        "pct",    "act",    "person",
					   "other",    "seat",      "result", "full",   "level",
					   "channel",  "why",       "detail", "outage", "impact",
					   "what",     "irregular", "how",    "ref",    "note",
					   "severity", "name",      "text",   "source"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const json_t *v = json_object_get(body, keys[i]);

		if (json_is_string(v) && json_string_value(v)[0] != '\0') {
			buf_puts(out, "  ");
			put_word(out, json_string_value(v), english);
			if (i == 0)
				put_activity(out, json_object_get(body, "n"), english);
		} else if (json_is_number(v) && strcmp(keys[i], "outage") == 0) {
			buf_puts(out, "  ");
			put_seconds(out, json_number_value(v));
		} else if (json_is_integer(v) && strcmp(keys[i], "level") == 0 &&
			   json_object_get(body, "channel") == NULL) {
			buf_printf(out, "%s %lld", english ? "  level" : "  nivel",
				   (long long)json_integer_value(v));
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
