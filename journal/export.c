#include "journal/export.h"

#include <stdlib.h>

#include "base/json_pull.h"
#include "base/mem.h"
#include "journal/body.h"
#include "journal/figures.h"

void export_init(struct export_doc *d)
{
	*d = (struct export_doc){.arena = arena_new()};
}

void export_release(struct export_doc *d)
{
	free(d->entries);
	arena_free(d->arena);
	*d = (struct export_doc){0};
}

struct export_entry *export_add(struct export_doc *d)
{
	struct export_entry *x;

	d->entries = mem_grow(d->entries, d->count, &d->cap, sizeof(*d->entries));
	x = &d->entries[d->count++];
	*x = (struct export_entry){.e = {.kind = {"", 0}, .body = {"", 0}}};
	return x;
}

static enum err read_journal(void *origin, uint64_t after, journal_each_fn *each, void *user,
			     struct err_info *info)
{
	return journal_read(origin, after, each, user, info);
}

struct export_source export_from_journal(struct journal *j)
{
	return (struct export_source){read_journal, j, true};
}

/* --- first reading: what belongs to the incident ------------------------------------------------- */

struct scope {
	const struct export_source *source;
	uint64_t incident;
	struct figures figures; /* services and calls, as they were named */
	struct arena *arena; /* keeps the bodies that the figures borrow from */
	struct wall_time since; /* evidence is not older than this */
	struct journal_head tip, before_plan;
	uint64_t plan, last; /* plan in force, last entry of its own */
	uint64_t newest_plan; /* so far */
	uint64_t *adopted; /* plans that the incident went on under */
	size_t adopted_count, adopted_cap;
	enum err err;
	struct err_info *info;
};

static struct journal_entry keep(struct arena *a, const struct journal_entry *e)
{
	struct journal_entry k = *e;

	k.kind.p = arena_strndup(a, e->kind.p, e->kind.n);
	k.body.p = arena_strndup(a, e->body.p, e->body.n);
	return k;
}

/* One step of the chain: from the digest of `e` to the head after it. */
static bool step(const struct export_source *source, struct journal_head *tip,
		 const struct journal_entry *e, struct sha256 *ret_digest, enum err *err,
		 struct err_info *info)
{
	if (!journal_follows(tip->seq, e)) {
		*err = err_fail(info, ERR_CORRUPT, "entry %llu is missing",
				(unsigned long long)(tip->seq + 1));
		return false;
	}
	*ret_digest = journal_digest(e->seq, e->at, e->recorded, e->kind, e->version, e->body);
	tip->seq = e->seq;
	tip->hash = journal_link(&tip->hash, ret_digest);
	if (source->has_hashes && memcmp(&tip->hash, &e->hash, sizeof(e->hash)) != 0) {
		*err = err_fail(info, ERR_CORRUPT, "entry %llu does not match the chain",
				(unsigned long long)e->seq);
		return false;
	}
	return true;
}

static void note_beginning(struct scope *s, const struct journal_entry *e)
{
	static const char *const keys[] = {"began", "not_before"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		struct wall_time t = body_time(e->body, keys[i]);

		if (wall_is_known(t))
			s->since = wall_min(s->since, t);
	}
}

/* A plan under which the incident ran: its entries speak in the ids of that. */
static bool is_plan(const struct scope *s, uint64_t seq)
{
	for (size_t i = 0; i < s->adopted_count; i++) {
		if (s->adopted[i] == seq)
			return true;
	}
	return seq == s->plan;
}

static bool scope_entry(void *user, const struct journal_entry *e)
{
	struct scope *s = user;
	struct journal_head before = s->tip;
	struct journal_entry own;
	struct sha256 digest;

	if (!step(s->source, &s->tip, e, &digest, &s->err, s->info))
		return false;
	if (slice_is(e->kind, "plan.applied") && e->seq < s->incident) {
		s->plan = e->seq;
		s->before_plan = before;
	}
	if (slice_is(e->kind, "plan.applied"))
		s->newest_plan = e->seq;
	if (e->seq < s->incident || slice_is(e->kind, "act.report") ||
	    !figures_owns(&s->figures, e))
		return true;
	if (slice_is(e->kind, "act.adopt")) {
		s->adopted = mem_grow(s->adopted, s->adopted_count, &s->adopted_cap,
				      sizeof(*s->adopted));
		s->adopted[s->adopted_count++] = s->newest_plan;
	}
	s->last = e->seq;
	note_beginning(s, e);
	own = keep(s->arena, e);
	figures_add(&s->figures, &own);
	return true;
}

/* --- second reading: the range ------------------------------------------------------------------- */

struct gather {
	const struct scope *scope;
	struct export_doc *doc;
	struct journal_head tip;
	uint64_t evidence_last; /* evidence may not be later */
	enum err err;
	struct err_info *info;
};

static bool kind_starts(const struct journal_entry *e, const char *prefix)
{
	return e->kind.n >= strlen(prefix) && memcmp(e->kind.p, prefix, strlen(prefix)) == 0;
}

/* Could be evidence; which of these is, is known only when all service.state were seen. */
static bool is_candidate(const struct gather *g, const struct journal_entry *e)
{
	if (e->at.us < g->scope->since.us || e->seq > g->evidence_last)
		return false;
	return kind_starts(e, "check.") || kind_starts(e, "component.") ||
	       kind_starts(e, "service.");
}

static bool gather_entry(void *user, const struct journal_entry *e)
{
	struct gather *g = user;
	struct export_entry *x;
	struct sha256 digest;

	if (!step(g->scope->source, &g->tip, e, &digest, &g->err, g->info))
		return false;
	if (g->doc->count >= EXPORT_ENTRIES_MAX) {
		g->err = err_fail(g->info, ERR_TOO_LARGE, "the range holds more than %d entries",
				  EXPORT_ENTRIES_MAX);
		return false;
	}
	x = export_add(g->doc);
	/* Whoever reads must see where the record was broken. */
	x->whole = is_plan(g->scope, e->seq) || slice_is(e->kind, JOURNAL_SEGMENT) ||
		   figures_owns(&g->scope->figures, e) || is_candidate(g, e);
	if (x->whole)
		x->e = keep(g->doc->arena, e);
	x->e.seq = e->seq;
	x->e.hash = g->tip.hash;
	x->digest = digest;
	return e->seq < g->scope->last;
}

/* The components that the incident's services named as the reason, and its root. */
struct reasons {
	struct slice *ids;
	size_t count, cap;
};

static void add_reason(struct reasons *r, struct slice id)
{
	for (size_t i = 0; i < r->count; i++) {
		if (slice_eq(r->ids[i], id))
			return;
	}
	if (id.n == 0)
		return;
	r->ids = mem_grow(r->ids, r->count, &r->cap, sizeof(*r->ids));
	r->ids[r->count++] = id;
}

static void add_reasons_of(struct reasons *r, struct slice body)
{
	struct slice list, id;
	struct json_pull in;

	if (!body_raw(body, "by", &list))
		return;
	in = json_pull_from(list);
	json_enter_array(&in);
	while (json_next_element(&in)) {
		json_read_slice(&in, &id);
		if (in.error == NULL)
			add_reason(r, id);
	}
}

static bool is_reason(const struct reasons *r, struct slice id)
{
	for (size_t i = 0; i < r->count; i++) {
		if (slice_eq(r->ids[i], id))
			return true;
	}
	return false;
}

static bool is_evidence(const struct journal_entry *e, const struct figures *f,
			const struct reasons *r)
{
	struct slice id;
	size_t n;

	if (kind_starts(e, "service."))
		return figures_has_service(f, body_word(e->body, "service"));
	if (kind_starts(e, "component."))
		return is_reason(r, body_word(e->body, "component"));
	/* The id of a check is its component's, a colon and its name. */
	id = body_word(e->body, "check");
	for (n = id.n; n > 0 && id.p[n - 1] != ':';)
		n--;
	return n > 0 && is_reason(r, (struct slice){id.p, n - 1});
}

static void drop_what_is_no_evidence(struct export_doc *d, const struct scope *s)
{
	struct reasons r = {0};

	add_reason(&r, s->figures.root);
	for (size_t i = 0; i < d->count; i++) {
		const struct journal_entry *e = &d->entries[i].e;

		if (d->entries[i].whole && slice_is(e->kind, "service.state") &&
		    figures_has_service(&s->figures, body_word(e->body, "service")))
			add_reasons_of(&r, e->body);
	}
	for (size_t i = 0; i < d->count; i++) {
		struct export_entry *x = &d->entries[i];

		if (!x->whole || is_plan(s, x->e.seq) || slice_is(x->e.kind, JOURNAL_SEGMENT) ||
		    figures_owns(&s->figures, &x->e) || is_evidence(&x->e, &s->figures, &r))
			continue;
		x->whole = false;
		x->e = (struct journal_entry){
			.seq = x->e.seq, .kind = {"", 0}, .body = {"", 0}, .hash = x->e.hash};
	}
	free(r.ids);
}

static enum err find_scope(struct scope *s)
{
	enum err e = s->source->read(s->source->origin, 0, scope_entry, s, s->info);

	if (e == ERR_OK)
		e = s->err;
	if (e != ERR_OK)
		return e;
	if (!s->figures.found)
		return err_fail(s->info, ERR_NOT_FOUND, "no incident was opened at entry %llu",
				(unsigned long long)s->incident);
	if (s->figures.overflow)
		return err_fail(s->info, ERR_TOO_LARGE, "the incident has too many calls");
	if (s->plan == 0)
		return err_fail(s->info, ERR_CORRUPT, "no plan was in force at entry %llu",
				(unsigned long long)s->incident);
	return ERR_OK;
}

enum err export_gather(const struct export_source *source, uint64_t incident,
		       struct export_doc *ret, struct err_info *info)
{
	struct scope s = {.source = source,
			  .incident = incident,
			  .arena = arena_new(),
			  .since = WALL_NEVER,
			  .info = info};
	struct gather g = {.scope = &s, .doc = ret, .info = info};
	enum err e;

	figures_init(&s.figures, incident);
	e = find_scope(&s);
	if (e == ERR_OK) {
		ret->incident = incident;
		ret->previous = g.tip = s.before_plan;
		g.evidence_last = s.last;
		e = source->read(source->origin, s.plan - 1, gather_entry, &g, info);
	}
	if (e == ERR_OK)
		e = g.err;
	if (e == ERR_OK && g.tip.seq != s.last)
		e = err_fail(info, ERR_CORRUPT, "the journal ended early, at entry %llu",
			     (unsigned long long)g.tip.seq);
	if (e == ERR_OK) {
		ret->head = g.tip;
		drop_what_is_no_evidence(ret, &s);
	}
	free(s.adopted);
	figures_release(&s.figures);
	arena_free(s.arena);
	return e;
}

/* --- find ---------------------------------------------------------------------------------------- */

struct find {
	uint64_t wanted, by_id, by_folio;
};

static bool find_entry(void *user, const struct journal_entry *e)
{
	struct find *f = user;

	if (!slice_is(e->kind, "incident.opened"))
		return true;
	if (e->seq == f->wanted)
		f->by_id = e->seq;
	if (body_number(e->body, "folio") == f->wanted)
		f->by_folio = e->seq;
	return true;
}

enum err export_find(const struct export_source *source, uint64_t id_or_folio, uint64_t *ret,
		     struct err_info *info)
{
	struct find f = {.wanted = id_or_folio};
	enum err e = source->read(source->origin, 0, find_entry, &f, info);

	if (e != ERR_OK)
		return e;
	if (f.by_id == 0 && f.by_folio == 0)
		return err_fail(info, ERR_NOT_FOUND, "no incident has the number or folio %llu",
				(unsigned long long)id_or_folio);
	*ret = f.by_id != 0 ? f.by_id : f.by_folio;
	return ERR_OK;
}
