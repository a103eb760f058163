#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/timefmt.h"

enum { LOG_LINE_MAX = 4096, LOG_WORDS = 64, LOG_BURST = 20, LOG_WINDOW_S = 60 };

/* How often a word was said in the present window; a small table, the oldest place is reused. */
struct word_count {
	const char *word;
	int64_t window_start_s;
	unsigned said, thinned;
};

static enum log_level level_max = LOG_NOTICE;
static struct word_count words[LOG_WORDS];

void log_set_level(enum log_level max)
{
	level_max = max;
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_ERROR:
		return "error";
	case LOG_WARNING:
		return "warning";
	case LOG_NOTICE:
		return "notice";
	case LOG_DEBUG:
		return "debug";
	}
	return "error";
}

static struct wall_time now_wall(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (struct wall_time){(int64_t)ts.tv_sec * US_PER_S + ts.tv_nsec / 1000};
}

static void write_line(struct wall_time now, enum log_level level, const char *word,
		       const char *rest)
{
	char when[TIMEFMT_SIZE], line[LOG_LINE_MAX];
	int n;

	timefmt_utc(when, now);
	n = snprintf(line, sizeof(line), "%s %s %s%s%s\n", when, level_name(level), word,
		     *rest ? " " : "", rest);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof(line)) {
		n = (int)sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	/* One write: lines of several processes on one pipe do not mix. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return; /* nowhere left to complain */
}

static struct word_count *find_word(const char *word, int64_t now_s)
{
	struct word_count *oldest = &words[0];

	for (size_t i = 0; i < LOG_WORDS; i++) {
		if (words[i].word != NULL && strcmp(words[i].word, word) == 0)
			return &words[i];
		if (words[i].word == NULL || words[i].window_start_s < oldest->window_start_s)
			oldest = &words[i];
	}
	*oldest = (struct word_count){.word = word, .window_start_s = now_s};
	return oldest;
}

/* True when the word has been said often enough in this window. Errors are never thinned. */
static bool is_thinned(struct wall_time now, enum log_level level, const char *word)
{
	int64_t now_s = now.us / US_PER_S;
	struct word_count *w = find_word(word, now_s);

	if (now_s - w->window_start_s >= LOG_WINDOW_S) {
		char rest[128];

		snprintf(rest, sizeof(rest), "word=%s count=%u", word, w->thinned);
		if (w->thinned > 0)
			write_line(now, LOG_NOTICE, "log.thinned", rest);
		*w = (struct word_count){.word = w->word, .window_start_s = now_s};
	}
	if (w->said < LOG_BURST || level == LOG_ERROR) {
		w->said++;
		return false;
	}
	w->thinned++;
	return true;
}

void log_event(enum log_level level, const char *word, const char *fmt, ...)
{
	int saved = errno;
	struct wall_time now;
	char rest[LOG_LINE_MAX];
	va_list ap;

	if (level > level_max)
		return;
	now = now_wall();
	if (!is_thinned(now, level, word)) {
		va_start(ap, fmt);
		vsnprintf(rest, sizeof(rest), fmt, ap);
		va_end(ap);
		for (char *p = rest; *p != '\0'; p++) {
			if (*p == '\n' || *p == '\r')
				*p = ' ';
		}
		write_line(now, level, word, rest);
	}
	errno = saved;
}

const char *log_quote(const char *value)
{
	static char ring[4][512];
	static unsigned next;
	char *dst = ring[next++ % 4];
	size_t n = 0;

	if (*value != '\0' && strpbrk(value, " \t\r\n\"=") == NULL &&
	    strlen(value) < sizeof(ring[0]))
		return value;
	dst[n++] = '"';
	for (const char *p = value; *p != '\0' && n < sizeof(ring[0]) - 3; p++) {
		if (*p == '"' || *p == '\\')
			dst[n++] = '\\';
		dst[n++] = (unsigned char)*p < 0x20 ? ' ' : *p;
	}
	dst[n++] = '"';
	dst[n] = '\0';
	return dst;
}
