/* log - one line an event, on stderr; repeats are thinned, errors never; errno is kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* What the calls of `say` wrote to stderr. */
static char *captured(void (*say)(void), char *dst, size_t size)
{
	int ends[2], saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	say();
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(ends[1]);
	close(saved);
	n = read(ends[0], dst, size - 1);
	close(ends[0]);
	dst[n > 0 ? n : 0] = '\0';
	return dst;
}

static void say_one(void)
{
	errno = EBUSY;
	log_event(LOG_NOTICE, "test.word", "who=%s text=%s", "me", log_quote("two words\n"));
	assert_int_equal(errno, EBUSY);
	log_event(LOG_DEBUG, "test.debug", "x=%d", 1);
}

static void say_many(void)
{
	for (int i = 0; i < 100; i++)
		log_event(LOG_WARNING, "test.repeat", "i=%d", i);
	for (int i = 0; i < 30; i++)
		log_event(LOG_ERROR, "test.error", "i=%d", i);
}

static unsigned lines_with(const char *text, const char *word)
{
	unsigned n = 0;

	for (const char *p = strstr(text, word); p != NULL; p = strstr(p + 1, word))
		n++;
	return n;
}

static void a_line_an_event(void **state)
{
	char text[4096];

	(void)state;
	captured(say_one, text, sizeof(text));
	assert_non_null(strstr(text, " notice test.word who=me text=\"two words \"\n"));
	assert_null(strstr(text, "test.debug"));
}

static void repeats_are_thinned_but_errors_never(void **state)
{
	char text[60000];

	(void)state;
	captured(say_many, text, sizeof(text));
	assert_int_equal(lines_with(text, "test.repeat"), 20);
	assert_int_equal(lines_with(text, "test.error"), 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_an_event),
		cmocka_unit_test(repeats_are_thinned_but_errors_never),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
