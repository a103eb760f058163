/* Document control: code, revision, approval, review, and pages that belong to the document. */
#include "plan/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"

enum { DAY_S = 86400, REVIEW_DAYS_MAX = 366 };

static const char *day(struct audit *a, int64_t unix_s)
{
	struct civil c = civil_from_wall((struct wall_time){unix_s * US_PER_S}, 0);

	return arena_printf(a->f->arena, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* The days of the plan itself and of a document follow the same rules. */
static void audit_days(struct audit *a, struct audit_at at, int64_t approved_s, int64_t review_by_s)
{
	if (review_by_s == 0)
		audit_tell(a, AUDIT_NO_REVIEW, at, "no day is set by which it is reviewed");
	else if (a->today_s >= review_by_s + DAY_S)
		audit_tell(a, AUDIT_REVIEW_PAST, at, "it had to be reviewed by %s",
			   day(a, review_by_s));
	else if (approved_s > 0 && review_by_s - approved_s > (int64_t)REVIEW_DAYS_MAX * DAY_S)
		audit_tell(a, AUDIT_REVIEW_LATE, at, "approved on %s, it is reviewed by %s only",
			   day(a, approved_s), day(a, review_by_s));
}

static void audit_institution(struct audit *a)
{
	const struct plan_institution *x = &a->p->institution;

	if (x->name[0] == '\0' && x->code[0] == '\0')
		return; /* a plan for a trial */
	if (x->code[0] == '\0' || x->revision[0] == '\0')
		audit_tell(a, AUDIT_NO_CODE, AT_PLAN, "it has no %s",
			   x->code[0] == '\0' ? "code" : "revision");
	if (x->approved_s == 0)
		audit_tell(a, AUDIT_NOT_APPROVED, AT_PLAN, "no day of approval is stated");
	audit_days(a, AT_PLAN, x->approved_s, x->review_by_s);
}

static void audit_document(struct audit *a, uint32_t i)
{
	const struct plan_document *d = &a->p->annexes->documents[i];

	if (d->code[0] == '\0' || d->revision[0] == '\0')
		audit_tell(a, AUDIT_NO_CODE, AT(DOCUMENT, i), "'%s' has no %s", d->name,
			   d->code[0] == '\0' ? "code" : "revision");
	if (d->approved_s == 0 || d->agreement[0] == '\0')
		audit_tell(a, AUDIT_NOT_APPROVED, AT(DOCUMENT, i), "'%s' has no %s", d->name,
			   d->approved_s == 0 ? "day of approval"
					      : "number of the agreement that approves it");
	if (d->retention[0] == '\0')
		audit_tell(a, AUDIT_NO_RETENTION, AT(DOCUMENT, i),
			   "how long '%s' is kept is not stated", d->name);
	if (d->header[0] != '\0' && strcmp(d->header, d->name) != 0)
		audit_tell(a, AUDIT_FOREIGN_HEADER, AT(DOCUMENT, i),
			   "pages of '%s' are headed '%s'", d->name, d->header);
	for (size_t k = 1; k < d->date_count; k++) {
		if (d->dates_s[k] == d->dates_s[0])
			continue;
		audit_tell(a, AUDIT_TWO_DATES, AT(DOCUMENT, i),
			   "revision %s of '%s' carries %s and %s", d->revision, d->name,
			   day(a, d->dates_s[0]), day(a, d->dates_s[k]));
		break;
	}
	audit_days(a, AT(DOCUMENT, i), d->approved_s, d->review_by_s);
}

void audit_documents(struct audit *a)
{
	audit_institution(a);
	for (uint32_t i = 0; i < a->p->annexes->document_count; i++)
		audit_document(a, i);
}
