/* The plan, as people look at it: names, the plan with its findings, dry-runs, go or no-go. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "access/permission.h"
#include "collector/api_impl.h"
#include "collector/dry_run_desk.h"
#include "collector/plan_desk.h"

enum { ETAG_SIZE = 200, ANSWER_MAX = 256 << 20 };
/* What stands on disk may be as old as this; what is in force never is. */
#define PLAN_AGE_US (60 * US_PER_S)

bool api_plan_shows_contacts(const struct exchange *x)
{
	return (x->rights & RIGHT_CONTACTS) != 0;
}

/* One request that waits for a look. */
struct wanted {
	struct api *api;
	struct http_request *r;
	bool contacts;
};

static struct wanted *wanted_of(struct exchange *x)
{
	struct wanted *w = mem_calloc(1, sizeof(*w));

	*w = (struct wanted){x->api, x->r, api_plan_shows_contacts(x)};
	return w;
}

static void answer_busy(struct http_request *r)
{
	http_answer_with(r, 429, "busy", "Retry-After: 2\r\n",
			 "Too many wait for the plan; ask again in a moment");
}

static void answer_why(struct http_request *r, const char *why)
{
	http_answer_error(r, 503, "no-plan", "The plan cannot be shown: %s", why);
}

/* 304 if the caller has just that. */
static void answer_tagged(struct http_request *r, const char *etag, struct buf *body)
{
	const char *known = http_header(r, "If-None-Match");
	char headers[ETAG_SIZE + 64];

	snprintf(headers, sizeof(headers), "ETag: %s\r\nCache-Control: no-cache\r\n", etag);
	if (known != NULL && strcmp(known, etag) == 0)
		http_answer(r, 304, "application/json", headers, SLICE_LIT(""));
	else if (buf_is_ok(body))
		http_answer(r, 200, "application/json", headers, buf_slice(body));
	else
		http_answer_error(r, 500, "too-large", "The answer is larger than the limit");
}

/* --- names ---------------------------------------------------------------------------------------------- */

static void on_names(void *user, const struct plan_look *look, const char *why)
{
	struct wanted *w = user;
	char etag[ETAG_SIZE];
	struct json_emit j;
	struct buf body;

	if (look == NULL) {
		answer_why(w->r, why);
		free(w);
		return;
	}
	snprintf(etag, sizeof(etag), "\"%s\"", look->hash);
	buf_init(&body, ANSWER_MAX);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "hash", look->hash);
	buf_put(&body, look->names.data, look->names.len);
	json_close_object(&j);
	answer_tagged(w->r, etag, &body);
	buf_release(&body);
	free(w);
}

void api_plan_names(struct exchange *x)
{
	struct wanted *w = wanted_of(x);

	if (!plan_desk_ask(x->api->plan_desk, INT64_MAX, on_names, w)) {
		answer_busy(x->r);
		free(w);
	}
}

/* --- the plan ------------------------------------------------------------------------------------------- */

static void put_head(struct json_emit *j, struct collector *c, const struct plan_look *look)
{
	json_kv_str(j, "hash", look->hash);
	json_kv_time(j, "applied", core_plan_applied(c->core));
	json_key(j, "refused");
	if (c->refusal.refused) {
		json_open_object(j);
		json_kv_time(j, "at", c->refusal.at);
		json_kv_str(j, "text", c->refusal.text);
		json_close_object(j);
	} else {
		json_null(j);
	}
	json_key(j, "on_disk");
	json_open_object(j);
	json_kv_str(j, "state", plan_on_disk_word(look->disk));
	json_kv_str(j, "hash", look->disk_hash[0] != '\0' ? look->disk_hash : NULL);
	json_kv_str(j, "text", look->disk_text[0] != '\0' ? look->disk_text : NULL);
	json_close_object(j);
}

/* What the answer depends on: the plan, the day, who asks, what was refused, what is on disk. */
static void make_etag(char dst[ETAG_SIZE], const struct collector *c, const struct plan_look *look,
		      bool contacts)
{
	snprintf(dst, ETAG_SIZE, "\"%s.%lld.%s.%llu%s.%s%.16s\"", look->hash, (long long)look->day,
		 contacts ? "c" : "n", (unsigned long long)c->refusal.count,
		 c->refusal.refused ? "r" : "", plan_on_disk_word(look->disk), look->disk_hash);
}

static void on_plan(void *user, const struct plan_look *look, const char *why)
{
	struct wanted *w = user;
	const struct buf *members;
	char etag[ETAG_SIZE];
	struct json_emit j;
	struct buf body;

	if (look == NULL) {
		answer_why(w->r, why);
		free(w);
		return;
	}
	members = w->contacts ? &look->open : &look->closed;
	make_etag(etag, w->api->c, look, w->contacts);
	buf_init(&body, ANSWER_MAX);
	j = json_emit_to(&body);
	json_open_object(&j);
	put_head(&j, w->api->c, look);
	buf_put(&body, members->data, members->len);
	json_close_object(&j);
	answer_tagged(w->r, etag, &body);
	buf_release(&body);
	free(w);
}

void api_plan_get(struct exchange *x)
{
	struct wanted *w = wanted_of(x);

	if (!plan_desk_ask(x->api->plan_desk, PLAN_AGE_US, on_plan, w)) {
		answer_busy(x->r);
		free(w);
	}
}

/* --- dry-runs ------------------------------------------------------------------------------------------- */

static void on_played(void *user, enum err e, struct slice json, const char *why)
{
	struct http_request *r = user;

	if (e == ERR_OK)
		http_answer(r, 200, "application/json", NULL, json);
	else if (e == ERR_TIMEOUT)
		http_answer_error(r, 503, "too-long",
				  "It takes longer than %d s; ask for one service, or play it with "
				  "vigia plan dry-run",
				  DRY_RUN_LIMIT_S);
	else if (e == ERR_CLOSED)
		http_answer_error(r, 503, "stopping", "The collector stops");
	else if (e == ERR_WRONG_STATE || e == ERR_NOT_FOUND || e == ERR_TOO_LARGE)
		http_answer_error(r, 409, e == ERR_TOO_LARGE ? "too-large" : "not-playable", "%s",
				  why);
	else
		http_answer_error(r, 500, err_word(e), "%s", why);
}

void api_plan_dry_run(struct exchange *x)
{
	const struct plan *p = view_plan(core_engine(x->c->core));
	struct err_info info = {0};
	struct dry_run_ask ask;
	enum err e;

	if (p == NULL) {
		answer_why(x->r, "no plan is in force yet");
		return;
	}
	if (dry_run_ask_read(http_body(x->r), &ask, &info) != ERR_OK) {
		http_answer_error(x->r, 400, "malformed", "%s", info.text);
		return;
	}
	e = dry_run_ask_check(&ask, p, &info);
	if (e != ERR_OK) {
		http_answer_error(x->r, e == ERR_NOT_FOUND ? 404 : 400,
				  e == ERR_NOT_FOUND ? "not-found" : "malformed", "%s", info.text);
		return;
	}
	if (!dry_run_desk_play(x->api->dry_runs, &ask, api_plan_shows_contacts(x), on_played, x->r))
		http_answer_with(x->r, 429, "busy", "Retry-After: 2\r\n",
				 "Another dry-run is being played; ask again in a moment");
}
