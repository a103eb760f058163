/* command.h - a command of the CLI as a test runs it: what it said on either stream, and a collector that answers what the test
 * wants (a test that uses it has `wrap: api_open api_call` in its first comment). */
#ifndef VIGIA_TESTS_SUPPORT_COMMAND_H
#define VIGIA_TESTS_SUPPORT_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "cli/options.h"

enum { COMMAND_OUT_MAX = 1 << 20, COMMAND_ERRORS_MAX = 1024, API_ANSWERS = 8 };

extern char command_out[COMMAND_OUT_MAX], command_errors[COMMAND_ERRORS_MAX];
/* Runs o->command with both streams caught; returns its exit code. */
int command_run(const struct options *o);

/* What the collector answers next, in order. */
struct api_answer {
	enum err err; /* ERR_OK: text is an answer, else why there is none */
	const char *text;
	const char *word; /* of an error; NULL: none */
};
extern struct api_answer api_answers[API_ANSWERS];
extern size_t api_answered;
extern char api_asked[4096]; /* "GET /path body\n" for each request */
extern enum err api_open_fails;
extern bool api_is_person; /* whoever runs it has logged in */
/* What is typed when it is asked for (NULL: it is left), and the prompts, each with a bar behind it; for a test that has `ask_secret` in its
 * wrap line too. */
extern const char *secrets_typed[API_ANSWERS];
extern size_t secrets_given;
extern char secrets_asked[1024];
/* No answers, nothing asked. */
void api_reset(void);

#endif
