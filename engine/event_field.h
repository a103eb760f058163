/* event_field.h - one field of an event in the journal's JSON: what its type is and how it is written and read back. Indices become the
 * ids of the plan in force, so that a journal is read with any later plan. Which kind has which fields: event.c. */
#ifndef VIGIA_ENGINE_EVENT_FIELD_H
#define VIGIA_ENGINE_EVENT_FIELD_H

#include <stddef.h>

#include "base/attr.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "engine/event.h"

enum field_type {
	FIELD_END,
	FIELD_CHECK, /* uint32_t index <-> id */
	FIELD_AGENT,
	FIELD_COMPONENT,
	FIELD_SERVICE,
	FIELD_SEAT,
	FIELD_PERSON,
	FIELD_CHANNEL,
	FIELD_SITE,
	FIELD_TO, /* written for people; the contact index is what is read back */
	FIELD_U32,
	FIELD_U64,
	FIELD_I64,
	FIELD_SECONDS, /* int64_t microseconds */
	FIELD_TIME,
	FIELD_BOOL,
	FIELD_TEXT,
	FIELD_SOURCE,
	FIELD_LINK, /* digest of a link; left out where there is none */
	FIELD_BY_CALL, /* call or entry; left out where there is none */
	FIELD_WHAT, /* the next two are left out where they are empty */
	FIELD_REF,
	FIELD_OUTCOME,
	FIELD_WORD_CHECK, /* int <-> state word */
	FIELD_WORD_COMPONENT,
	FIELD_WORD_SERVICE,
	FIELD_WORD_INCIDENT,
	FIELD_WORD_INCIDENT_KIND,
	FIELD_WORD_CAUSE,
	FIELD_WORD_PAST,
	FIELD_CUTS, /* uint32_t index <-> id */
	FIELD_CUTS_IF, /* the same; left out where there is none */
	FIELD_CUT_SOURCE, /* of the series that stands before it */
	FIELD_CUT_SET, /* uint64_t set of them <-> list of names */
	FIELD_WORD_CUT,
	FIELD_WORD_CALL_KIND,
	FIELD_WORD_ACT,
	FIELD_WORD_PROOF,
	FIELD_BY, /* list of components */
	FIELD_POST, /* left out where there is none, as the next one */
	FIELD_JORNADA,
	FIELD_POSTS, /* list of field posts */
	FIELD_SITES,
	FIELD_STANDS_FOR, /* a person; left out where there is none */
	FIELD_ALSO, /* list of seats; left out where it is empty */
	FIELD_PLAN /* hash and plan */
};

struct event_field {
	const char *key;
	enum field_type type;
	size_t offset;
};

/* Writes the value; plan NULL where no plan is in force: its ids are null. */
void event_field_encode(const struct event *ev, const struct event_field *f,
			const struct plan *plan, struct json_emit *j) NONNULL(1, 2, 4);
/* Reads the value behind the key into `ret`. An id that the plan has not, an unknown word, a list or number past its limit is told by
 * in->error. FIELD_PLAN: the raw JSON goes to ret_plan_json. */
void event_field_decode(struct json_pull *in, const struct event_field *f, const struct plan *plan,
			struct event *ret, struct slice *ret_plan_json) NONNULL(1, 2, 4, 5);

#endif
