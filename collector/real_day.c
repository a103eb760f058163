#include "collector/real_day.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "journal/body.h"
#include "journal/journal.h"

struct open_incident {
	uint64_t id, folio;
};

struct real_day {
	struct journal *journal;
	uint64_t read; /* entries up to here were looked at */
	struct open_incident *open;
	size_t count, cap;
};

enum err real_day_open(const char *data, struct real_day **ret, struct err_info *info)
{
	struct real_day *d = mem_calloc(1, sizeof(*d));
	char path[4200];
	enum err e;

	snprintf(path, sizeof(path), "%s/journal.db", data);
	e = journal_open(path, true, &d->journal, info);
	if (e != ERR_OK) {
		free(d);
		*ret = NULL;
		return e;
	}
	*ret = d;
	return ERR_OK;
}

static void forget(struct real_day *d, uint64_t id)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->count; i++) {
		if (d->open[i].id != id)
			d->open[kept++] = d->open[i];
	}
	d->count = kept;
}

static void note(struct real_day *d, uint64_t id, uint64_t folio)
{
	forget(d, id);
	d->open = mem_grow(d->open, d->count, &d->cap, sizeof(*d->open));
	d->open[d->count++] = (struct open_incident){id, folio};
}

static bool each(void *user, const struct journal_entry *e)
{
	struct real_day *d = user;
	struct slice to;

	d->read = e->seq;
	if (slice_is(e->kind, "incident.opened")) {
		if (!slice_is(body_word(e->body, "incident_kind"), "past") &&
		    !body_flag(e->body, "drill"))
			note(d, e->seq, body_number(e->body, "folio"));
		return true;
	}
	if (!slice_is(e->kind, "incident.state"))
		return true;
	to = body_word(e->body, "to");
	if (slice_is(to, "closed") || slice_is(to, "false-alarm"))
		forget(d, body_number(e->body, "incident"));
	else if (slice_is(body_word(e->body, "from"), "closed"))
		note(d, body_number(e->body, "incident"), 0); /* it failed again */
	return true;
}

bool real_day_has_incident(struct real_day *d, struct err_info *info)
{
	enum err e = journal_read(d->journal, d->read, each, d, info);

	if (e != ERR_OK)
		return true; /* what cannot be seen may be an incident */
	if (d->count == 0)
		return false;
	if (d->open[0].folio != 0)
		err_ignore(err_fail(info, ERR_BUSY, "a real incident is open (folio %02llu)",
				    (unsigned long long)d->open[0].folio));
	else
		err_ignore(err_fail(info, ERR_BUSY, "a real incident is open (number %llu)",
				    (unsigned long long)d->open[0].id));
	return true;
}

void real_day_close(struct real_day *d)
{
	if (d == NULL)
		return;
	journal_close(d->journal);
	free(d->open);
	free(d);
}
