/* What the final report needs, as entries: activities, areas, suppliers, purchases, problems, improvement actions (communication plan,
 * activity 16). Nothing is overwritten: an entry corrects an earlier one, and both stay in the journal. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/duty.h"
#include "engine/engine_state.h"

static const char *const what_words[] = {"activity", "area",        "supplier", "purchase",
					 "problem",  "improvement", "withdrawn"};
_Static_assert(COUNT_OF(what_words) == ENTRY_WHAT_COUNT, "a word each");

const char *entry_what_word(enum entry_what w)
{
	return what_words[w];
}

static enum entry_what what_of(const char *word)
{
	int w = 0;

	while (w < ENTRY_WHAT_COUNT && strcmp(what_words[w], word) != 0)
		w++;
	return (enum entry_what)w;
}

static struct book_entry *entry_of(const struct entry_book *r, uint64_t seq)
{
	for (size_t k = 0; seq != 0 && k < r->count; k++) {
		if (r->items[k].seq == seq)
			return &r->items[k];
	}
	return NULL;
}

static struct refusal refuse_correction(const struct incident *i, const struct act_args *a,
					enum entry_what what)
{
	const struct book_entry *old = entry_of(&i->record, a->entry);

	if (old == NULL)
		return REFUSED(NOT_FOUND, "the incident has no such entry to correct");
	if (old->superseded)
		return REFUSED(DUPLICATE, "that entry is corrected already; correct the newer one");
	if (what != ENTRY_WITHDRAWN && old->what != what)
		return REFUSED(SYNTAX, "a correction is of the same kind; withdraw the other");
	if (old->done)
		return REFUSED(WRONG_STATE, "the action is done; what was done is not corrected");
	return ALLOWED;
}

static struct refusal refuse_entry(const struct turn *t, const struct incident *i,
				   const struct input *in)
{
	const struct act_args *a = &in->u.act.args;
	enum entry_what what = what_of(a->what);

	if (what == ENTRY_WHAT_COUNT)
		return REFUSED(SYNTAX, "what= is activity, area, supplier, purchase, problem, "
				       "improvement or withdrawn");
	if (in->u.act.note[0] == '\0')
		return REFUSED(SYNTAX, "the entry says nothing (note)");
	if (what == ENTRY_WITHDRAWN && !act_given(a, ACT_HAS(ENTRY)))
		return REFUSED(SYNTAX, "which entry is withdrawn? (entry=SEQ)");
	if (what == ENTRY_PURCHASE && (!act_given(a, ACT_HAS(N)) || a->n == 0))
		return REFUSED(SYNTAX, "how much is asked for? (n=AMOUNT)");
	if (what == ENTRY_PURCHASE && act_given(a, ACT_HAS(OTHER)) &&
	    !duty_holds_level(t->e, i, a->other, 1, t->now))
		return REFUSED(DENIED,
			       "level 1 authorises the request of a purchase (other=PERSON)");
	if (what == ENTRY_IMPROVEMENT && !act_given(a, ACT_HAS(OTHER) | ACT_HAS(UNTIL)))
		return REFUSED(SYNTAX,
			       "an action needs who does it and by when (other=PERSON until=TIME)");
	if (act_given(a, ACT_HAS(UNTIL)) && a->until.us <= in->now.us)
		return REFUSED(SYNTAX, "that date is over (until)");
	if (i->record.count >= ENTRIES_MAX)
		return REFUSED(WRONG_STATE,
			       "the incident has all the entries that it can hold; a note "
			       "still goes");
	if (act_given(a, ACT_HAS(ENTRY)))
		return refuse_correction(i, a, what);
	return ALLOWED;
}

static struct refusal refuse_action(const struct incident *i, const struct input *in)
{
	const struct act_args *a = &in->u.act.args;
	const struct book_entry *r = entry_of(&i->record, a->entry);
	bool verifies = strcmp(a->what, "verified") == 0;

	if (!verifies && strcmp(a->what, "done") != 0)
		return REFUSED(SYNTAX, "what=done or what=verified");
	if (r == NULL || r->what != ENTRY_IMPROVEMENT || r->superseded)
		return REFUSED(NOT_FOUND, "there is no such improvement action (entry=SEQ)");
	if (verifies ? r->verified : r->done)
		return REFUSED(DUPLICATE, "that is on record already");
	if (verifies && !r->done)
		return REFUSED(WRONG_STATE, "it is not done yet");
	if (verifies && r->done_by == in->u.act.person)
		return REFUSED(DENIED, "nobody verifies what they did");
	return ALLOWED;
}

static struct refusal refuse_final(const struct turn *t, const struct incident *i,
				   const struct input *in)
{
	if (!duty_holds_level(t->e, i, in->u.act.person, 2, t->now))
		return REFUSED(DENIED, "the coordinator (level 2) hands in the final report");
	if (incident_has_running_clock(i))
		return REFUSED(WRONG_STATE, "the incident is not over");
	return ALLOWED;
}

bool entries_refuse(const struct turn *t, const struct incident *i, const struct input *in,
		    struct refusal *ret)
{
	switch ((int)in->u.act.act) {
	case ACT_ENTRY:
		*ret = refuse_entry(t, i, in);
		return true;
	case ACT_ACTION:
		*ret = refuse_action(i, in);
		return true;
	case ACT_FINAL_REPORT:
		*ret = refuse_final(t, i, in);
		return true;
	default:
		return false;
	}
}

/* --- apply ------------------------------------------------------------------------------------------- */

static void apply_entry(struct entry_book *r, const struct event *ev)
{
	enum entry_what what = what_of(ev->what);
	struct book_entry *old = entry_of(r, ev->entry);

	if (old != NULL)
		old->superseded = true;
	if (what >= ENTRY_WITHDRAWN)
		return;
	r->items = mem_grow(r->items, r->count, &r->cap, sizeof(*r->items));
	r->items[r->count++] = (struct book_entry){.seq = ev->seq,
						   .what = what,
						   .owner = ev->other,
						   .due = ev->until,
						   .done_by = PLAN_NONE};
}

static void apply_action(struct entry_book *r, const struct event *ev)
{
	struct book_entry *x = entry_of(r, ev->entry);

	if (x == NULL)
		return;
	if (strcmp(ev->what, "verified") == 0) {
		x->verified = true;
		return;
	}
	x->done = true;
	x->done_by = ev->person;
}

static void apply_due(struct entry_book *r, const struct event *ev)
{
	struct book_entry *x = entry_of(r, ev->entry);

	if (x != NULL)
		x->told = ev->seq;
	else
		r->report_told = ev->seq;
}

void entries_apply(struct engine *e, const struct event *ev)
{
	struct incident *i = incident_find(e, ev->incident);
	struct entry_book *r = i != NULL ? &i->record : NULL;

	if (r == NULL)
		return;
	switch ((int)ev->kind) {
	case EVENT_ACT_ENTRY:
		apply_entry(r, ev);
		break;
	case EVENT_ACT_ACTION:
		apply_action(r, ev);
		break;
	case EVENT_ACT_FINAL_REPORT:
		r->handed_in = true;
		break;
	case EVENT_ACT_CLOSE:
		r->is_owed = i->state != INCIDENT_FALSE_ALARM;
		break;
	case EVENT_DEADLINE_SET:
		r->report_due = ev->until;
		break;
	case EVENT_DEADLINE_DUE:
		apply_due(r, ev);
		break;
	case EVENT_DEADLINE_DROPPED:
		r->dropped = true;
		break;
	default:
		break;
	}
}

void entries_free(struct entry_book *r)
{
	free(r->items);
}
