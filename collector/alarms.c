#include "collector/alarms.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"

static const char *const words[] = {
#define X(sym, word, what) [ALARM_##sym] = word,
	ALARM_TABLE(X)
#undef X
};

const char *alarm_word(enum alarm a)
{
	return words[a];
}

void alarm_raise(struct alarms *a, enum alarm which, struct wall_time now, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(a->items[which].text, ALARM_TEXT_SIZE, fmt, ap);
	va_end(ap);
	if (a->items[which].on)
		return;
	a->items[which].on = true;
	a->items[which].since = now;
	log_event(LOG_ERROR, "alarm.raised", "alarm=%s text=%s", words[which],
		  log_quote(a->items[which].text));
}

void alarm_clear(struct alarms *a, enum alarm which, struct wall_time now)
{
	if (!a->items[which].on)
		return;
	a->items[which].on = false;
	log_event(LOG_NOTICE, "alarm.cleared", "alarm=%s seconds=%lld", words[which],
		  (long long)(wall_diff_us(now, a->items[which].since) / US_PER_S));
}

void alarms_write(const struct alarms *a, struct json_emit *j)
{
	json_key(j, "alarms");
	json_open_array(j);
	for (int i = 0; i < ALARM_COUNT; i++) {
		if (!a->items[i].on)
			continue;
		json_open_object(j);
		json_kv_str(j, "alarm", words[i]);
		json_kv_time(j, "since", a->items[i].since);
		json_kv_str(j, "text", a->items[i].text);
		json_close_object(j);
	}
	json_close_array(j);
}

void alarms_write_metrics(const struct alarms *a, struct buf *out)
{
	buf_puts(out, "# HELP vigia_alarm 1 while something is wrong with the watch itself.\n"
		      "# TYPE vigia_alarm gauge\n");
	for (int i = 0; i < ALARM_COUNT; i++)
		buf_printf(out, "vigia_alarm{alarm=\"%s\"} %d\n", words[i], a->items[i].on);
}
