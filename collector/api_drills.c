/* Drills: what may be played, beginning and ending one, looking at the one that is being played, how the earlier ones went. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/log.h"
#include "access/account.h"
#include "access/permission.h"
#include "collector/api_body.h"
#include "collector/api_impl.h"
#include "collector/api_who.h"
#include "collector/conductor.h"
#include "collector/current_drill.h"
#include "collector/drill_cards.h"
#include "collector/drill_play.h"
#include "collector/drill_shelf.h"
#include "collector/drill_stage.h"

enum { WORD_SIZE = 24, TARGET_SIZE = 1024, PATH_SIZE = 4200 };

/* The name of a drill that lies where ours lie; "" for one that was begun elsewhere. */
static const char *name_of(const struct collector *c, const char *folder)
{
	char drills[PATH_SIZE], whole[PATH_SIZE];
	size_t n;

	snprintf(drills, sizeof(drills), "%s/drills/", c->config.data);
	n = realpath(drills, whole) != NULL ? strlen(whole) : 0;
	return n > 0 && strncmp(folder, whole, n) == 0 && folder[n] == '/' ? folder + n + 1 : "";
}

static void put_current(const struct collector *c, struct json_emit *j)
{
	struct current_drill d;

	if (!current_drill_find(c->config.data, &d)) {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_str(j, "id", name_of(c, d.folder));
	json_kv_time(j, "since", d.since);
	json_close_object(j);
}

static void put_last(const struct drill_play_last *last, struct json_emit *j)
{
	if (last->name[0] == '\0') {
		json_null(j);
		return;
	}
	json_open_object(j);
	json_kv_str(j, "id", last->name);
	json_kv_bool(j, "running", last->running);
	json_kv_bool(j, "failed", last->failed);
	json_kv_str(j, "why", last->why);
	json_close_object(j);
}

void api_drills_list(struct exchange *x)
{
	struct drill_play_last last = drill_play_last(x->api->drill_play);
	struct json_emit j;
	struct buf body;

	buf_init(&body, BUF_MAX_HTTP_ANSWER_IN);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_bool(&j, "startable", x->c->config.drills != NULL && x->c->conductor == NULL);
	json_key(&j, "scenarios");
	drill_shelf_write(x->c->config.drills, &j);
	json_key(&j, "current");
	put_current(x->c, &j);
	json_key(&j, "last");
	put_last(&last, &j);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

/* --- how they went ---------------------------------------------------------------------------------- */

static void on_cards(void *user, struct slice json)
{
	struct http_request *r = user;

	if (json.n == 0)
		http_answer_error(r, 503, "stopping", "The collector is stopping");
	else
		http_answer(r, 200, "application/json", NULL, json);
}

void api_drills_cards(struct exchange *x)
{
	if (!drill_cards_read(x->api->drill_cards, on_cards, x->r))
		http_answer_error(x->r, 503, "busy", "Too many ask for it now; try again");
}

/* --- beginning one ---------------------------------------------------------------------------------- */

struct start_body {
	char scenario[DRILL_NAME_SIZE], to[WORD_SIZE], pin[WORD_SIZE];
};

static bool read_start(struct exchange *x, struct start_body *ret)
{
	const struct api_member members[] = {
		{.key = "scenario",
		 .dst = ret->scenario,
		 .size = sizeof(ret->scenario),
		 .needed = true},
		{.key = "to", .dst = ret->to, .size = sizeof(ret->to), .needed = true},
		{.key = "pin", .dst = ret->pin, .size = sizeof(ret->pin)},
	};

	*ret = (struct start_body){0};
	if (!api_body_read(x->r, members, COUNT_OF(members)))
		return false;
	if (strcmp(ret->to, "people") == 0 || strcmp(ret->to, "file") == 0)
		return true;
	http_answer_error(x->r, 400, "malformed",
			  "'to' is 'people' (they are called, SIMULACRO) or 'file'");
	return false;
}

/* Who began or ended it stands in the real journal; what happened in it, in the drill's own. */
static void record(struct exchange *x, const char *what, const char *name)
{
	struct input in = {.kind = INPUT_ACCESS, .now = clock_now(&x->c->clock)};
	char author[API_WHO_SIZE], text[API_WHO_SIZE + 128];
	struct err_info info;

	api_who_put_author(x, author);
	snprintf(text, sizeof(text), "%.16s %.64s %s", what, name, author);
	in.u.access.text = text;
	if (core_input(x->c->core, &in, NULL, &info) != ERR_OK)
		log_event(LOG_ERROR, "journal.append-failed", "text=%s", log_quote(info.text));
}

static void answer_begun(struct exchange *x, const char *name)
{
	struct json_emit j;
	struct buf body;

	buf_init(&body, 512);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "id", name);
	json_close_object(&j);
	api_answer_after_commit(x, &body);
}

void api_drills_start(struct exchange *x)
{
	char path[PATH_SIZE], name[DRILL_NAME_SIZE];
	struct err_info info = {0};
	struct start_body b;
	enum err e;

	if (x->c->conductor != NULL) {
		http_answer_error(x->r, 409, "drill", "This is a drill already");
		return;
	}
	if (!read_start(x, &b))
		return;
	if (x->account != NULL && !x->pin_proved) {
		api_who_prove_pin(x, b.pin);
		return;
	}
	e = drill_shelf_find(x->c->config.drills, slice_of(b.scenario), path, sizeof(path), &info);
	if (e == ERR_OK)
		e = drill_play_begin(x->api->drill_play, path, strcmp(b.to, "file") == 0,
				     clock_now(&x->c->clock), name, &info);
	if (e == ERR_OK)
		record(x, "drill-begun", name);
	if (e == ERR_OK)
		answer_begun(x, name);
	else
		http_answer_error(x->r,
				  e == ERR_NOT_FOUND ? 404
				  : e == ERR_BUSY    ? 409
						     : 503,
				  e == ERR_NOT_FOUND ? "not-found"
				  : e == ERR_BUSY    ? "busy"
						     : "not-started",
				  "%s", info.text);
}

/* --- the one that is being played ------------------------------------------------------------------- */

static void on_reply(void *user, const struct http_reply *reply)
{
	struct http_request *r = user;

	if (reply == NULL)
		http_answer_error(r, 503, "stopping", "The collector is stopping");
	else if (reply->err != ERR_OK || reply->status == 401)
		http_answer_error(r, 503, "drill-silent",
				  "The drill does not answer now; try again");
	else
		http_answer(r, (unsigned)reply->status, "application/json", NULL, reply->body);
}

static void pass(struct exchange *x, const char *target, struct slice body, bool reads)
{
	struct drill_request q = {.method = http_method(x->r),
				  .target = target,
				  .body = body,
				  .reads = reads,
				  .done = on_reply,
				  .user = x->r};

	switch (drill_stage_ask(x->api->drill_stage, &q)) {
	case DRILL_ASKED:
		break;
	case DRILL_NONE:
		http_answer_error(x->r, 404, "no-drill", "No drill is being played now");
		break;
	case DRILL_BUSY:
		http_answer_error(x->r, 503, "busy", "Too many ask the drill now; try again");
		break;
	}
}

/* Behind /v1/drills/current/ stands what stands behind /v1/ of the drill's own collector. */
static bool read_target(struct exchange *x, char dst[TARGET_SIZE])
{
	static const char here[] = "/v1/drills/current/";
	const char *path = http_path(x->r);

	if (strncmp(path, here, sizeof(here) - 1) == 0 && strlen(path) < TARGET_SIZE) {
		snprintf(dst, TARGET_SIZE, "/v1/%s", path + sizeof(here) - 1);
		return true;
	}
	http_answer_error(x->r, 404, "not-found", "There is no such path");
	return false;
}

void api_drills_current(struct exchange *x)
{
	char target[TARGET_SIZE];

	if (read_target(x, target))
		pass(x, target, SLICE_LIT(""), !api_has(x, RIGHT_CONTACTS));
}

/* What somebody does who has logged in here, as the drill's operator would write it: in their name, whatever they sent for one. The PIN
 * stays here. False: answered. */
static bool put_own(struct exchange *x, struct buf *out, char pin[WORD_SIZE])
{
	struct json_pull in = json_pull_from(http_body(x->r));
	struct json_emit j = json_emit_to(out);
	struct slice key, value;
	char name[WORD_SIZE];

	json_enter_object(&in);
	json_open_object(&j);
	json_kv_str(&j, "as", x->account->person);
	while (json_next_key(&in, &key)) {
		if (slice_is(key, "pin")) {
			json_read_str(&in, pin, WORD_SIZE);
			continue;
		}
		if (key.n >= sizeof(name) || slice_is(key, "as") || slice_is(key, "proof") ||
		    slice_is(key, "recorded_by")) {
			json_complain(&in, "in a drill one acts for oneself");
			break;
		}
		snprintf(name, sizeof(name), "%.*s", (int)key.n, key.p);
		json_read_raw(&in, &value);
		json_key(&j, name);
		json_raw(&j, value);
	}
	json_end(&in);
	json_close_object(&j);
	if (in.error == NULL)
		return true;
	http_answer_error(x->r, 400, "malformed", "Byte %zu: %s", in.offset, in.error);
	return false;
}

/* The gate of an act in a drill is that of the real day: the right, and the PIN. */
static bool may_act(struct exchange *x, const char *pin)
{
	const struct act_permission *p = act_permission(x->segments[4]);

	if (p == NULL || !api_has(x, p->right)) {
		api_who_refuse(x, p != NULL ? p->right : 0);
		return false;
	}
	if (x->account->person[0] == '\0') {
		http_answer_error(x->r, 409, "no-person",
				  "This account belongs to no person of the plan");
		return false;
	}
	if (p->pin && !x->pin_proved) {
		api_who_prove_pin(x, pin);
		return false;
	}
	return true;
}

void api_drills_act(struct exchange *x)
{
	char target[TARGET_SIZE], pin[WORD_SIZE] = "";
	struct buf body;

	if (!read_target(x, target))
		return;
	if (x->account == NULL) {
		pass(x, target, http_body(x->r), false);
		return;
	}
	buf_init(&body, BUF_MAX_HTTP_BODY_IN);
	if (put_own(x, &body, pin) && may_act(x, pin))
		pass(x, target, buf_slice(&body), false);
	explicit_bzero(pin, sizeof(pin));
	buf_release(&body);
}

/* Whoever was called hears that it is over, whoever began it and wherever. */
void api_drills_stop(struct exchange *x)
{
	struct current_drill d;

	if (x->c->conductor == NULL) {
		if (current_drill_find(x->c->config.data, &d))
			record(x, "drill-ended", name_of(x->c, d.folder));
		pass(x, "/v1/drills/stop", SLICE_LIT("{}"), false);
		return;
	}
	conductor_end(x->c->conductor, CONDUCTOR_STOPPED, "stopped by who conducts it");
	http_answer(x->r, 200, "application/json", NULL, SLICE_LIT("{}"));
}
