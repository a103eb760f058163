/* api_impl.h - what the parts of the HTTP interface share. Private to api*.c. */
#ifndef VIGIA_COLLECTOR_API_IMPL_H
#define VIGIA_COLLECTOR_API_IMPL_H

#include "base/http_server.h"
#include "collector/api.h"
#include "collector/history.h"
#include "collector/turn.h"

enum { API_SEGMENTS_MAX = 6, API_ENTRIES_MAX = 10000 };

struct api_stream;
struct drill_links;

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
	struct drill_links *drill_links; /* what is a drill's own is passed on to it */
};

/* One request and who makes it. */
struct exchange {
	struct api *api;
	struct collector *c;
	struct http_request *r;
	struct principal who;
	struct slice segments[API_SEGMENTS_MAX]; /* behind /v1/ */
	int count;
};

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
/* api_links.c */
void api_links_get(struct exchange *x) NONNULL_ALL;
void api_links_post(struct exchange *x) NONNULL_ALL;
/* Answers for a link that nobody knows: `user` is the api. */
void api_links_unknown(void *user, struct http_request *r, const char *address) NONNULL_ALL;
/* api_stream.c */
void api_stream_get(struct exchange *x) NONNULL_ALL;

#endif
