/* audit.h - the careful reader of a plan: what a plan that loads says wrong all the same (DESIGN 7, plan check).
 * One table of faults; a file per field tells them. Private to plan/. */
#ifndef VIGIA_PLAN_AUDIT_H
#define VIGIA_PLAN_AUDIT_H

#include "base/attr.h"
#include "base/findings.h"
#include "plan/plan_marks.h"

enum audit_code {
	AUDIT_NO_TEAM,
	AUDIT_CRITICAL_NO_TEAM,
	AUDIT_NO_POLICY,
	AUDIT_NO_PROCEDURE,
	AUDIT_SLOW_DETECTION,
	AUDIT_SLOW_SHARE,
	AUDIT_BLIND_LIMIT_LATE,
	AUDIT_LATE_BLINDNESS,
	AUDIT_LATE_COVER,
	AUDIT_NO_DECISION,
	AUDIT_NO_BREACH_STEP,
	AUDIT_TEAM_NOT_CALLED,
	AUDIT_QUORUM_OF_FEW,
	AUDIT_REPEAT_LATE,
	AUDIT_RINGS_FOR_WEEKS,
	AUDIT_INVENTED_RTO,
	AUDIT_UNWATCHED,
	AUDIT_UNUSED,
	AUDIT_CARRIER_UNWATCHED,
	AUDIT_CARRIER_UNKNOWN,
	AUDIT_ONE_CARRIER,
	AUDIT_UNUSED_CHANNEL,
	AUDIT_SILENT_AFTER_SHORT,
	AUDIT_HOST_ELSEWHERE,
	AUDIT_UNSEEN_SITE,
	AUDIT_ONE_AGENT,
	AUDIT_SINGLE_VANTAGE,
	AUDIT_NEVER_FIRES,
	AUDIT_WARNING_HIDDEN,
	AUDIT_CONDITIONS_ONLY,
	AUDIT_TRAPS_ONLY,
	AUDIT_HALF_A_PAIR,
	AUDIT_COMMUNITY_KNOWN,
	AUDIT_NO_AUTHENTICATION,
	AUDIT_SNMP_IN_THE_OPEN,
	AUDIT_TRIES_TOO_LONG,
	AUDIT_SINGLE_POINT,
	AUDIT_SHARED_ADDRESS,
	AUDIT_SHARED_PATH,
	AUDIT_SHARED_SITE,
	AUDIT_SHARED_VANTAGE,
	AUDIT_NO_SUPLENTE,
	AUDIT_VACANT_SEAT,
	AUDIT_SHIFT_GAP,
	AUDIT_DESK_SHIFT_GAP,
	AUDIT_JORNADA_GAP,
	AUDIT_MUTUAL_SUPLENTES,
	AUDIT_OVERLOADED_SUPLENTE,
	AUDIT_DECIDES_AND_RECOVERS,
	AUDIT_TITULAR_OF_MANY,
	AUDIT_DECLARES_AND_AUTHORISES,
	AUDIT_NO_COORDINATOR,
	AUDIT_UNSEATED,
	AUDIT_ONE_WAY,
	AUDIT_SHARED_CONTACT,
	AUDIT_CONTACT_FORMAT,
	AUDIT_GROUP_EMPTY,
	AUDIT_GROUP_TWO_WAYS,
	AUDIT_TWO_EXTENSIONS,
	AUDIT_TWO_EMAILS,
	AUDIT_FOREIGN_EMAIL,
	AUDIT_SHARED_EXTENSION,
	AUDIT_PHONE_FORMAT,
	AUDIT_LINE_TWO_WAYS,
	AUDIT_ONE_SWITCHBOARD,
	AUDIT_ONE_MAIL_SERVER,
	AUDIT_OFFICE_PHONE_REMOTE,
	AUDIT_NUMBER_MISSING,
	AUDIT_NUMBER_TWICE,
	AUDIT_DANGLING_BRANCH,
	AUDIT_UNREACHED_ACTIVITY,
	AUDIT_ENDLESS_LOOP,
	AUDIT_NO_WAY_TO_RESUME,
	AUDIT_HEADINGS_ORDER,
	AUDIT_FOREIGN_HEADER,
	AUDIT_NO_ACTOR,
	AUDIT_UNKNOWN_ACTOR,
	AUDIT_TWO_DATES,
	AUDIT_NO_CODE,
	AUDIT_NOT_APPROVED,
	AUDIT_NO_RETENTION,
	AUDIT_NO_REVIEW,
	AUDIT_REVIEW_PAST,
	AUDIT_REVIEW_LATE,
	AUDIT_NOT_BACKED_UP,
	AUDIT_RPO_UNMET,
	AUDIT_BACKUP_UNKNOWN,
	AUDIT_NO_COPY,
	AUDIT_ONE_PLACE,
	AUDIT_NO_KEEPER,
	AUDIT_TWO_RTOS,
	AUDIT_TWO_RPOS,
	AUDIT_SLOWER_THAN_PROCESS,
	AUDIT_ALARMS_LATE,
	AUDIT_SUPPLIER_INCOMPLETE,
	AUDIT_SUPPLIER_SLOW,
	AUDIT_LISTED_TWICE,
	AUDIT_TOTAL_DIFFERS,
	AUDIT_ACCEPTANCE_ENDED,
	AUDIT_ACCEPTANCE_UNUSED,
	AUDIT_CODES
};
struct audit_kind {
	const char *code;
	enum finding_severity severity;
	const char *source; /* where the demand comes from */
	const char *why; /* one sentence: what it costs */
	const char *todo; /* half a sentence: what to do */
};
extern const struct audit_kind audit_kinds[AUDIT_CODES];
/* AUDIT_CODES if there is none. */
enum audit_code audit_find(struct slice code);

struct audit {
	const struct plan *p;
	struct findings *f;
	int64_t today_s; /* Unix seconds; 0: nothing is said about days */
	bool *is_used; /* of each acceptance */
};
/* The thing that a finding is about. */
struct audit_at {
	enum plan_thing kind;
	uint32_t index;
	uint32_t
		with; /* the other one of a pair, PLAN_NONE: none; of a procedure, position of an activity */
};
#define AT(kind, index) ((struct audit_at){THING_##kind, index, PLAN_NONE})
#define AT_PAIR(kind, index, with) ((struct audit_at){THING_##kind, index, with})
#define AT_PLAN ((struct audit_at){THING_PLAN, 0, PLAN_NONE})

/* One fault: the text says the facts, the table the rest. */
void audit_tell(struct audit *a, enum audit_code code, struct audit_at at, const char *fmt, ...)
	NONNULL(1, 4) PRINTF_LIKE(4, 5);

void audit_services(struct audit *a) NONNULL_ALL; /* services and their policies */
void audit_watching(struct audit *a) NONNULL_ALL; /* components, checks, agents, channels */
void audit_devices(struct audit *a) NONNULL_ALL; /* what is asked over SNMP */
void audit_redundancy(struct audit *a) NONNULL_ALL; /* diagrams */
void audit_people(struct audit *a) NONNULL_ALL; /* seats, groups, contacts */
void audit_shifts(struct audit *a) NONNULL_ALL; /* hours that nobody holds */
void audit_directory(struct audit *a) NONNULL_ALL; /* telephones, e-mail */
void audit_procedures(struct audit *a) NONNULL_ALL;
void audit_records(struct audit *a) NONNULL_ALL; /* records, tools, suppliers, resources */
void audit_documents(struct audit *a) NONNULL_ALL; /* document control */

/* What several of them ask. */

/* The service stands on the component, or on something that depends on it. */
bool audit_need_uses(const struct plan *p, const struct plan_need *need, uint32_t component);
/* How long until a failure of this check is confirmed, at worst. */
int64_t audit_detection_us(const struct plan_check *c) NONNULL_ALL;
/* "4 h" and the like, in the grammar of the plan. */
const char *audit_duration(struct audit *a, int64_t us) NONNULL_ALL
	__attribute__((returns_nonnull));
/* Why a Mexican telephone number cannot be dialled as written; NULL if it can. */
const char *audit_phone_fault(const char *number) NONNULL_ALL;
/* The digits of a number that are dialled within the country, in `dst`. */
void audit_digits(char *dst, size_t size, const char *number) NONNULL_ALL;

#endif
