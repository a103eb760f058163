/* link_facts.h - what the collector says of a link (docs/API.md, GET /v1/links/TOKEN), read into one struct. Pure. */
#ifndef VIGIA_DASHBOARD_LINK_FACTS_H
#define VIGIA_DASHBOARD_LINK_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/instant.h"
#include "base/slice.h"

enum { LINK_NAME_SIZE = 512, LINK_WORD_SIZE = 24, LINK_SERVICES_SHOWN = 5 };

struct link_service {
	char name[LINK_NAME_SIZE], state[LINK_WORD_SIZE];
	struct wall_time since, restored; /* restored unknown while it fails */
	int64_t left_us; /* of the RTO; negative once it is over; MICRO_NONE: no clock runs */
	bool estimated, by_word; /* by_word: a person says so, nothing has measured it */
};

struct link_facts {
	struct wall_time now, until;
	bool real;
	char institution[LINK_NAME_SIZE], locale[LINK_WORD_SIZE], folio[LINK_WORD_SIZE],
		kind[LINK_WORD_SIZE], state[LINK_WORD_SIZE];
	struct link_service services[LINK_SERVICES_SHOWN];
	unsigned service_count; /* all of them */
	bool has_services; /* the list was there; a report may name no process */
	char post[LINK_NAME_SIZE];
	struct wall_time called;
	bool can_ack, can_attend, can_pass;
	char why[LINK_WORD_SIZE]; /* "" or why nothing is possible: used, closed */
	char used[LINK_WORD_SIZE]; /* "" or the act that it served for */
	struct wall_time used_at;
	int64_t used_seq;
};

/* False if it is not that. Keys that are not known are passed over. */
bool link_facts_read(struct slice json, struct link_facts *ret) NONNULL(2);

/* The seconds of {"retry_after":N}, at least 1. */
int64_t link_facts_wait(struct slice json);
/* The word of {"error":"..."}; "" if there is none. */
void link_facts_error(struct slice json, char ret[LINK_WORD_SIZE]) NONNULL(2);

#endif
