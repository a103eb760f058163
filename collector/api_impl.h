/* api_impl.h - what the parts of the HTTP interface share. Private to api*.c. */
#ifndef VIGIA_COLLECTOR_API_IMPL_H
#define VIGIA_COLLECTOR_API_IMPL_H

#include "access/session.h"
#include "base/http_server.h"
#include "collector/api.h"
#include "collector/history.h"
#include "collector/turn.h"

enum { API_SEGMENTS_MAX = 6, API_ENTRIES_MAX = 10000 };

struct account;
struct api_stream;
struct drill_cards;
struct drill_links;
struct drill_play;
struct drill_stage;
struct dry_run_desk;
struct plan_desk;
struct program;

/* An answer that must not leave before the commit. */
struct api_waiting {
	struct http_request *r;
	struct buf body;
};

/* An answer to an agent that is kept back because more rows wait than the disk takes: the agent sends no further batch
 * meanwhile (what is fresh goes beside, marked live). */
struct api_held {
	struct http_request *r;
	struct buf body;
	uint64_t until_ms; /* of the loop: not longer than this */
};

struct api {
	struct collector *c;
	struct api_held *held;
	size_t held_count, held_cap;
	struct api_waiting *waiting;
	size_t waiting_count, waiting_cap;
	struct api_stream *streams;
	unsigned stream_count;
	struct drill_stage *drill_stage; /* the drill that is being played beside this collector */
	struct drill_links *drill_links; /* what is a drill's own is passed on to it */
	struct drill_cards *drill_cards;
	struct drill_play *drill_play;
	struct plan_desk *plan_desk;
	struct dry_run_desk *dry_runs;
	struct program *program;
};

/* One request and who makes it. */
struct exchange {
	struct api *api;
	struct collector *c;
	struct http_request *r;
	struct principal who;
	unsigned rights; /* RIGHT_ bits (access/permission.h) */
	const struct account *account; /* of a person, else NULL; borrowed until accounts change */
	char session[SESSION_ID_SIZE]; /* a person's; else "" */
	bool pin_proved; /* their PIN was right (api_who.h) */
	struct slice segments[API_SEGMENTS_MAX]; /* behind /v1/ */
	int count;
};
/* The request again, now that the PIN in it was found to be right. */
void api_handle_proved(struct api *a, struct http_request *r) NONNULL_ALL;
/* Has it all of these RIGHT_ bits? */
static inline bool api_has(const struct exchange *x, unsigned rights)
{
	return (x->rights & rights) == rights;
}

void api_answer_json(struct exchange *x, unsigned status, struct buf *body) NONNULL_ALL;
void api_answer_not_journalled(struct http_request *r) NONNULL_ALL;
/* Answers with 200 after the commit of this turn; takes the body over. */
void api_answer_after_commit(struct exchange *x, struct buf *body) NONNULL_ALL;
/* A whole number of the query; `fallback` if it is not there or is none. */
uint64_t api_query_number(struct exchange *x, const char *name, uint64_t fallback,
			  uint64_t max) NONNULL_ALL;

/* An incident by id or by its folio (the newest that bears it). */
bool api_find_incident(struct exchange *x, struct slice text, struct view_incident *ret)
	NONNULL(1, 3);

/* api_agents.c */
void api_agents_results(struct exchange *x) NONNULL_ALL;
void api_agents_checks(struct exchange *x) NONNULL_ALL;
/* api_keys.c */
void api_keys_list(struct exchange *x) NONNULL_ALL;
void api_keys_enrol(struct exchange *x) NONNULL_ALL;
void api_keys_revoke(struct exchange *x) NONNULL_ALL;
/* api_views.c */
void api_views_status(struct exchange *x) NONNULL_ALL;
void api_views_incidents(struct exchange *x) NONNULL_ALL;
void api_views_incident(struct exchange *x) NONNULL_ALL;
void api_views_events(struct exchange *x) NONNULL_ALL;
void api_views_head(struct exchange *x) NONNULL_ALL;
void api_views_metrics(struct exchange *x) NONNULL_ALL;
void api_views_health(struct exchange *x) NONNULL_ALL;
void api_views_series(struct exchange *x) NONNULL_ALL;
void api_views_topology(struct exchange *x) NONNULL_ALL;
void api_views_notifications(struct exchange *x) NONNULL_ALL;
/* api_hold.c */
void api_hold_post(struct exchange *x) NONNULL_ALL;
/* api_acts.c */
void api_acts_post_report(struct exchange *x) NONNULL_ALL; /* POST /v1/incidents */
void api_acts_post_world(struct exchange *x) NONNULL_ALL; /* an act of no incident */
void api_acts_post(struct exchange *x) NONNULL_ALL;
/* The status that answers an act that was refused for `e`. */
unsigned api_acts_status(enum err e);
/* Answers {"incident":N,"seq":N} after the commit. */
void api_acts_answer(struct exchange *x, uint64_t incident, uint64_t seq) NONNULL_ALL;
/* api_silences.c */
void api_silences_needs(struct exchange *x) NONNULL_ALL;
/* api_links.c */
void api_links_get(struct exchange *x) NONNULL_ALL;
void api_links_post(struct exchange *x) NONNULL_ALL;
/* Answers for a link that nobody knows: `user` is the api. */
void api_links_unknown(void *user, struct http_request *r, const char *address) NONNULL_ALL;
/* api_drills.c */
void api_drills_list(struct exchange *x) NONNULL_ALL;
void api_drills_cards(struct exchange *x) NONNULL_ALL;
void api_drills_start(struct exchange *x) NONNULL_ALL;
void api_drills_current(struct exchange *x) NONNULL_ALL;
void api_drills_act(struct exchange *x) NONNULL_ALL;
void api_drills_stop(struct exchange *x) NONNULL_ALL;
/* api_plan.c */
/* The one place that says who sees telephones and addresses of people. */
bool api_plan_shows_contacts(const struct exchange *x) NONNULL_ALL;
void api_plan_names(struct exchange *x) NONNULL_ALL;
void api_plan_get(struct exchange *x) NONNULL_ALL;
void api_plan_dry_run(struct exchange *x) NONNULL_ALL;
/* api_ready.c */
void api_ready_get(struct exchange *x) NONNULL_ALL;
/* api_stream.c */
void api_stream_get(struct exchange *x) NONNULL_ALL;
/* api_session.c */
void api_session_begin(struct exchange *x) NONNULL_ALL;
struct session;
/* Answers with what a session is, after the commit if it is a new one (`token`; else NULL). */
void api_session_answer(struct exchange *x, const char *token, const struct session *s)
	NONNULL(1, 3);
void api_session_get(struct exchange *x) NONNULL_ALL;
void api_session_end(struct exchange *x) NONNULL_ALL;
void api_session_is_first(struct exchange *x) NONNULL_ALL;
void api_session_first(struct exchange *x) NONNULL_ALL;
void api_session_invited(struct exchange *x) NONNULL_ALL;
/* api_own_account.c */
void api_own_account_password(struct exchange *x) NONNULL_ALL;
void api_own_account_pin(struct exchange *x) NONNULL_ALL;
void api_own_account_totp(struct exchange *x) NONNULL_ALL;
/* api_accounts.c */
void api_accounts_list(struct exchange *x) NONNULL_ALL;
void api_accounts_make(struct exchange *x) NONNULL_ALL;
void api_accounts_change(struct exchange *x) NONNULL_ALL;
void api_accounts_sessions(struct exchange *x) NONNULL_ALL;
void api_accounts_end_session(struct exchange *x) NONNULL_ALL;

#endif
