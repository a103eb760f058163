#include "collector/dry_run_ask.h"

#include <stdio.h>
#include <string.h>

#include "base/json_pull.h"
#include "base/parse.h"
#include "play/dry_run.h"
#include "play/silent_sets.h"

/* Moments at which shifts and jornadas of a plan can lie: 2000 to 2100. */
#define AT_MIN_US (946684800 * US_PER_S)
#define AT_MAX_US (4102444800 * US_PER_S)
#define ANSWERS_DEFAULT "*=60s"

/* --- the body ------------------------------------------------------------------------------------------ */

/* What is built up while the keys come in any order. */
struct reader {
	struct json_pull in;
	struct dry_run_ask *ask;
	char answers[DRY_RUN_ANSWERS_MAX], silent[DRY_RUN_ANSWERS_MAX];
	bool all;
};

static void complain_if(struct reader *r, bool wrong, const char *sentence)
{
	if (wrong && r->in.error == NULL)
		json_complain(&r->in, sentence);
}

static void read_silent(struct reader *r)
{
	char id[DRY_RUN_ID_MAX];
	size_t used = 0;

	json_enter_array(&r->in);
	while (json_next_element(&r->in)) {
		id[0] = '\0';
		json_read_str(&r->in, id, sizeof(id));
		complain_if(r, !parse_is_id(slice_of(id), ""), "an id of a person is wanted here");
		complain_if(r, used + strlen(id) + 9 > sizeof(r->silent),
			    "there are too many names in 'silent'");
		if (r->in.error != NULL)
			return;
		used += (size_t)snprintf(r->silent + used, sizeof(r->silent) - used, ",%s=silent",
					 id);
	}
}

static void read_number(struct reader *r)
{
	int64_t n = 0;

	json_read_i64(&r->in, &n);
	complain_if(r, n < 1 || n > SILENT_MAX, "'all_silent' is 1, 2 or 3");
	r->ask->all_silent = (int)n;
}

static void read_time(struct reader *r)
{
	json_read_time(&r->in, &r->ask->at);
	complain_if(r, r->ask->at.us < AT_MIN_US || r->ask->at.us > AT_MAX_US,
		    "'at' is a time in Unix seconds, from 2000 to 2100");
}

static void read_field(struct reader *r, struct slice key)
{
	struct dry_run_ask *ask = r->ask;

	if (slice_is(key, "service")) {
		json_read_str(&r->in, ask->service, sizeof(ask->service));
	} else if (slice_is(key, "answers")) {
		json_read_str(&r->in, r->answers, sizeof(r->answers));
		complain_if(r, r->answers[0] == '\0', "'answers' is empty; leave it out");
	} else if (slice_is(key, "silent")) {
		read_silent(r);
	} else if (slice_is(key, "all")) {
		json_read_bool(&r->in, &r->all);
	} else if (slice_is(key, "all_silent")) {
		read_number(r);
	} else if (slice_is(key, "at")) {
		read_time(r);
	} else {
		json_complain(&r->in, "there is no such key; service, answers, silent, all, "
				      "all_silent and at are");
	}
}

/* One text for all of it, as on a command line: later words win. */
static enum err join(struct reader *r, struct err_info *info)
{
	struct dry_run_ask *ask = r->ask;
	int n;

	if (ask->service[0] == '\0' && ask->all_silent == 0)
		return err_fail(info, ERR_SYNTAX,
				"'service' is missing: the id of the one that "
				"fails (or all_silent for all of them)");
	if (ask->all_silent != 0 && (r->all || r->silent[0] != '\0'))
		return err_fail(info, ERR_SYNTAX,
				"'all_silent' tries every set of silent people by itself; leave "
				"'silent' and 'all' out");
	if (r->all && (r->answers[0] != '\0' || r->silent[0] != '\0'))
		return err_fail(info, ERR_SYNTAX,
				"'all' says that nobody answers; leave 'answers' and 'silent' out");
	if (r->all)
		n = snprintf(ask->answers, sizeof(ask->answers), "*=silent");
	else
		n = snprintf(ask->answers, sizeof(ask->answers), "%s%s",
			     r->answers[0] != '\0' ? r->answers : ANSWERS_DEFAULT, r->silent);
	return n < (int)sizeof(ask->answers)
		       ? ERR_OK
		       : err_fail(info, ERR_SYNTAX, "'answers' and 'silent' are too long");
}

enum err dry_run_ask_read(struct slice body, struct dry_run_ask *ret, struct err_info *info)
{
	struct reader r = {.in = json_pull_from(body), .ask = ret};
	struct slice key;

	*ret = (struct dry_run_ask){0};
	if (body.n > DRY_RUN_BODY_MAX)
		return err_fail(info, ERR_SYNTAX, "the body is larger than %d bytes",
				DRY_RUN_BODY_MAX);
	json_enter_object(&r.in);
	while (json_next_key(&r.in, &key))
		read_field(&r, key);
	json_end(&r.in);
	if (r.in.error != NULL)
		return err_fail(info, ERR_SYNTAX, "the body, at octet %zu: %s", r.in.offset,
				r.in.error);
	return join(&r, info);
}

/* --- names ---------------------------------------------------------------------------------------------- */

enum err dry_run_ask_check(const struct dry_run_ask *ask, const struct plan *p,
			   struct err_info *info)
{
	struct habits *habits;
	enum err e;

	if (ask->service[0] != '\0') {
		uint32_t s = PLAN_NONE;

		e = dry_run_find_service(p, ask->service, &s, info);
		if (e != ERR_OK)
			return e;
	}
	habits = habits_new();
	e = dry_run_read_answers(ask->answers, p, habits, info);
	habits_free(habits);
	return e;
}
