/* Vital records, tools, suppliers, minimum resources: what the annexes promise against what processes need. */
#include "plan/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/instant.h"
#include "plan/plan_loader.h"

#define DAY_US (86400 * US_PER_S)
enum { ONE_PLACE_MIN = 3 }; /* records in one place without a copy */

static const char *objective(struct audit *a, struct plan_objective o)
{
	return o.kind == OBJECTIVE_DURATION ? audit_duration(a, o.us)
					    : plan_objective_words[o.kind];
}

static bool is_same(struct plan_objective x, struct plan_objective y)
{
	return x.kind == y.kind && (x.kind != OBJECTIVE_DURATION || x.us == y.us);
}

/* --- objectives, of records and tools alike ------------------------------------------------------ */

struct stated {
	struct audit_at at;
	const struct plan_statement *items;
	size_t count;
};

static const char *where(struct audit *a, const struct plan_statement *s)
{
	if (s->in[0] != '\0')
		return arena_printf(a->f->arena, "'%s'", s->in);
	if (s->service != PLAN_NONE)
		return arena_printf(a->f->arena, "service '%s'", a->p->services[s->service].id);
	return "another place";
}

static void audit_twos(struct audit *a, const struct stated *s, bool is_rto)
{
	const struct plan_statement *first = NULL;

	for (size_t i = 0; i < s->count; i++) {
		const struct plan_statement *here = &s->items[i];
		struct plan_objective o = is_rto ? here->rto : here->rpo;

		if (o.kind == OBJECTIVE_NONE)
			continue;
		if (first == NULL) {
			first = here;
			continue;
		}
		if (is_same(o, is_rto ? first->rto : first->rpo))
			continue;
		audit_tell(a, is_rto ? AUDIT_TWO_RTOS : AUDIT_TWO_RPOS, s->at,
			   "its %s is %s in %s and %s in %s", is_rto ? "RTO" : "RPO",
			   objective(a, is_rto ? first->rto : first->rpo), where(a, first),
			   objective(a, o), where(a, here));
		return;
	}
}

/* Ready after the process that works with it: the worst of them is told. */
static void audit_slower(struct audit *a, const struct stated *s)
{
	const struct plan_statement *worst = NULL;

	for (size_t i = 0; i < s->count; i++) {
		const struct plan_statement *x = &s->items[i];

		if (x->service == PLAN_NONE || x->rto.kind != OBJECTIVE_DURATION ||
		    x->rto.us <= a->p->services[x->service].rto_us)
			continue;
		if (worst == NULL || x->rto.us > worst->rto.us)
			worst = x;
	}
	if (worst != NULL)
		audit_tell(a, AUDIT_SLOWER_THAN_PROCESS, s->at,
			   "its RTO is %s, that of service '%s', which works with it, is %s",
			   audit_duration(a, worst->rto.us), a->p->services[worst->service].id,
			   audit_duration(a, a->p->services[worst->service].rto_us));
}

static void audit_stated(struct audit *a, const struct stated *s)
{
	audit_twos(a, s, true);
	audit_twos(a, s, false);
	audit_slower(a, s);
}

/* --- records ------------------------------------------------------------------------------------- */

/* The strictest RPO that is stated and asks for a backup; NULL if none does. */
static const struct plan_statement *strictest(const struct plan_record *r)
{
	const struct plan_statement *best = NULL;
	int64_t best_us = INT64_MAX;

	for (size_t i = 0; i < r->stated_count; i++) {
		struct plan_objective o = r->stated[i].rpo;
		int64_t us =
			o.kind == OBJECTIVE_DURATION    ? o.us
			: o.kind == OBJECTIVE_IMMEDIATE ? 0
			: o.kind == OBJECTIVE_LAST_VERSION || o.kind == OBJECTIVE_CURRENT
				? DAY_US /* a text: what was changed today may be typed again */
				: INT64_MAX;

		if (us < best_us) {
			best_us = us;
			best = &r->stated[i];
		}
	}
	return best;
}

static bool is_met(const struct plan_record *r, struct plan_objective rpo)
{
	bool is_text = rpo.kind == OBJECTIVE_LAST_VERSION || rpo.kind == OBJECTIVE_CURRENT;

	switch (r->backup) {
	case BACKUP_EVERY:
		return rpo.kind != OBJECTIVE_IMMEDIATE &&
		       r->every_us <= (is_text ? DAY_US : rpo.us);
	case BACKUP_LAST_VERSION:
		return true;
	case BACKUP_NOT_STATED:
	case BACKUP_NEVER:
		return true; /* told as such */
	case BACKUP_ONCE_PER_PROCESS:
	case BACKUP_VARIES:
		break;
	}
	return false;
}

static void audit_backup(struct audit *a, uint32_t i)
{
	const struct plan_record *r = &a->p->annexes->records[i];
	const struct plan_statement *s = strictest(r);

	if (r->backup == BACKUP_NEVER)
		audit_tell(a, AUDIT_NOT_BACKED_UP, AT(RECORD, i), "'%s' is not backed up%s%s",
			   r->name, s != NULL ? "; its RPO is " : "",
			   s != NULL ? objective(a, s->rpo) : "");
	else if (r->backup == BACKUP_NOT_STATED)
		audit_tell(a, AUDIT_BACKUP_UNKNOWN, AT(RECORD, i),
			   "how often '%s' is backed up is not stated", r->name);
	else if (s != NULL && !is_met(r, s->rpo))
		audit_tell(a, AUDIT_RPO_UNMET, AT(RECORD, i),
			   "the RPO of '%s' is %s; it is backed up %s%s", r->name,
			   objective(a, s->rpo), r->backup == BACKUP_EVERY ? "each " : "",
			   r->backup == BACKUP_EVERY    ? audit_duration(a, r->every_us)
			   : r->backup == BACKUP_VARIES ? "at times that vary"
							: "once per process");
}

static unsigned count_at(const struct plan_annexes *x, const char *place)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < x->record_count; i++)
		n += x->records[i].copy[0] == '\0' && strcmp(x->records[i].place, place) == 0;
	return n;
}

static bool is_first_at(const struct plan_annexes *x, uint32_t record)
{
	for (uint32_t i = 0; i < record; i++) {
		if (x->records[i].copy[0] == '\0' &&
		    strcmp(x->records[i].place, x->records[record].place) == 0)
			return false;
	}
	return true;
}

static void audit_record(struct audit *a, uint32_t i)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_record *r = &x->records[i];
	struct stated s = {AT(RECORD, i), r->stated, r->stated_count};

	audit_stated(a, &s);
	audit_backup(a, i);
	if (r->copy[0] == '\0')
		audit_tell(a, AUDIT_NO_COPY, AT(RECORD, i), "'%s' lies in %s only", r->name,
			   r->place[0] != '\0' ? r->place : "a place that is not stated");
	if (r->copy[0] == '\0' && r->place[0] != '\0' && is_first_at(x, i) &&
	    count_at(x, r->place) >= ONE_PLACE_MIN)
		audit_tell(a, AUDIT_ONE_PLACE, AT(RECORD, i), "%u records lie in %s only",
			   count_at(x, r->place), r->place);
	if (r->keeper == PLAN_NONE)
		audit_tell(a, AUDIT_NO_KEEPER, AT(RECORD, i), "nobody keeps '%s'", r->name);
}

/* --- tools and suppliers ------------------------------------------------------------------------- */

static uint32_t shortest_service(const struct plan *p)
{
	uint32_t best = PLAN_NONE;

	for (uint32_t i = 0; i < p->service_count; i++) {
		if (best == PLAN_NONE || p->services[i].rto_us < p->services[best].rto_us)
			best = i;
	}
	return best;
}

static void audit_tool(struct audit *a, uint32_t i)
{
	const struct plan_tool *t = &a->p->annexes->tools[i];
	struct stated s = {AT(TOOL, i), t->stated, t->stated_count};
	uint32_t service = shortest_service(a->p);
	int64_t rto = 0;

	audit_stated(a, &s);
	for (size_t k = 0; k < t->stated_count; k++) {
		if (t->stated[k].rto.kind == OBJECTIVE_DURATION && t->stated[k].rto.us > rto)
			rto = t->stated[k].rto.us;
	}
	if (t->carries_alarms && service != PLAN_NONE && rto > a->p->services[service].rto_us)
		audit_tell(a, AUDIT_ALARMS_LATE, AT(TOOL, i),
			   "'%s' carries alarms with an RTO of %s; service '%s' must be back in %s",
			   t->name, audit_duration(a, rto), a->p->services[service].id,
			   audit_duration(a, a->p->services[service].rto_us));
}

static void audit_supplier(struct audit *a, uint32_t i)
{
	const struct plan_supplier *s = &a->p->annexes->suppliers[i];
	const char *lacks[4];
	size_t n = 0;

	if (s->contact[0] == '\0')
		lacks[n++] = "contact";
	if (s->contract[0] == '\0')
		lacks[n++] = "contract";
	if (s->cases[0] == '\0')
		lacks[n++] = "cases";
	if (s->response_us == 0)
		lacks[n++] = "response";
	if (n > 0) {
		struct buf text CLEANUP(buf_release);

		buf_init(&text, 256);
		for (size_t k = 0; k < n; k++)
			buf_printf(&text, "%s%s", k > 0 ? ", " : "", lacks[k]);
		audit_tell(a, AUDIT_SUPPLIER_INCOMPLETE, AT(SUPPLIER, i), "'%s' lacks: %s", s->name,
			   buf_cstr(&text));
	}
	for (size_t k = 0; k < s->service_count; k++) {
		const struct plan_service *v = &a->p->services[s->services[k]];

		if (s->response_us < v->rto_us)
			continue;
		audit_tell(a, AUDIT_SUPPLIER_SLOW, AT(SUPPLIER, i),
			   "'%s' may answer within %s; the RTO of service '%s' is %s", s->name,
			   audit_duration(a, s->response_us), v->id, audit_duration(a, v->rto_us));
		return;
	}
}

/* --- minimum resources --------------------------------------------------------------------------- */

static void audit_twice(struct audit *a, uint32_t row)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_resources *r = &x->resources[row];

	for (uint32_t i = 0; i < row; i++) {
		const struct plan_resources *o = &x->resources[i];

		if (o->service != r->service || r->service == PLAN_NONE)
			continue;
		audit_tell(a, AUDIT_LISTED_TWICE, AT_PAIR(RESOURCES, i, row),
			   "service '%s' stands in '%s' and in '%s', with %s resources",
			   a->p->services[r->service].id, o->in, r->in,
			   memcmp(o->amount, r->amount, sizeof(o->amount)) == 0 &&
					   o->within_us == r->within_us &&
					   o->is_remote == r->is_remote
				   ? "the same"
				   : "other");
		return;
	}
}

/* The sum over all rows, and without the rows of a service that stands there already. False: no row says anything. */
static bool sums(const struct plan_annexes *x, int kind, int64_t *ret_all, int64_t *ret_once)
{
	bool has_rows = false;

	*ret_all = *ret_once = 0;
	for (uint32_t i = 0; i < x->resources_count; i++) {
		bool is_first = true;

		if (x->resources[i].service == PLAN_NONE || x->resources[i].amount[kind] < 0)
			continue;
		has_rows = true;
		for (uint32_t k = 0; k < i; k++)
			is_first = is_first && x->resources[k].service != x->resources[i].service;
		*ret_all += x->resources[i].amount[kind];
		*ret_once += is_first ? x->resources[i].amount[kind] : 0;
	}
	return has_rows;
}

static void audit_total(struct audit *a, uint32_t row)
{
	const struct plan_annexes *x = a->p->annexes;
	const struct plan_resources *r = &x->resources[row];

	for (int kind = 0; r->service == PLAN_NONE && kind < RESOURCE_KINDS; kind++) {
		int64_t all, once;

		if (!sums(x, kind, &all, &once) || r->amount[kind] < 0 ||
		    (r->amount[kind] == once && all == once))
			continue;
		audit_tell(a, AUDIT_TOTAL_DIFFERS, AT(RESOURCES, row),
			   "it states %lld %s; its rows add up to %lld, and to %lld if each "
			   "service counts once",
			   (long long)r->amount[kind], plan_resource_words[kind], (long long)all,
			   (long long)once);
		return;
	}
}

void audit_records(struct audit *a)
{
	const struct plan_annexes *x = a->p->annexes;

	for (uint32_t i = 0; i < x->record_count; i++)
		audit_record(a, i);
	for (uint32_t i = 0; i < x->tool_count; i++)
		audit_tool(a, i);
	for (uint32_t i = 0; i < x->supplier_count; i++)
		audit_supplier(a, i);
	for (uint32_t i = 0; i < x->resources_count; i++) {
		audit_twice(a, i);
		audit_total(a, i);
	}
}
