/* The journal of a play, written through the journal's own code: what was appended is read back byte for byte, its chain verifies and
 * passes through a head that somebody kept, and of what the power takes only the open transaction is lost. The files are on memory where
 * there is such a place; one at a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/export_text.h"
#include "journal/journal.h"
#include "journal/verify.h"
#include "tests/sim/sim.h"

enum { COMMIT_EACH = 100, PATH_SIZE = 64 };

/* Of this process alone: a shrinking play runs in another. */
static const char *path_of(void)
{
	static char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/vigia-sim-%ld.journal",
		 access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid());
	return path;
}

static void remove_files(void)
{
	static const char *const ends[] = {"", "-wal", "-shm", ".lock"};

	for (size_t k = 0; k < COUNT_OF(ends); k++) {
		char path[PATH_SIZE + 8];

		snprintf(path, sizeof(path), "%s%s", path_of(), ends[k]);
		(void)unlink(path); /* it need not be there */
	}
}

/* What the journal's code says went wrong is printed beside. */
static void must(const struct sim *s, enum err e, const struct err_info *info, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "sim: %s\n", info->text);
	sim_broken(s, what);
}

static struct journal *open_journal(const struct sim *s)
{
	struct err_info info = {0};
	struct journal *j = NULL;

	must(s, journal_open(path_of(), false, &j, &info), &info, "the journal cannot be opened");
	return j;
}

/* The first `kept` entries are committed, the rest of `count` only appended; returns the head after half of them. */
static struct journal_head write_entries(const struct sim *s, struct journal *j, size_t kept,
					 size_t count)
{
	struct journal_head half = {0};
	struct err_info info = {0};

	for (size_t k = 0; k < count; k++) {
		const struct world_event *w = &s->world->events[k];
		uint64_t seq = 0;

		must(s,
		     journal_append(j, w->ev.at, w->ev.recorded, event_kind_word(w->ev.kind),
				    EVENT_VERSION, slice_of(w->body), &seq, &info),
		     &info, "the journal refuses an entry");
		if (seq != k + 1 || w->ev.seq != seq)
			sim_broken(s, "an entry has another number in the journal");
		if (k + 1 == kept || (k < kept && k % COMMIT_EACH == 0))
			must(s, journal_commit(j, &info), &info, "the journal does not commit");
		if (k + 1 <= kept / 2)
			half = journal_tip(j);
	}
	return half;
}

struct reading {
	const struct engine_world *world;
	size_t count;
	bool differs;
};

static bool compare(void *user, const struct journal_entry *e)
{
	struct reading *r = user;
	const struct world_event *w =
		r->count < r->world->count ? &r->world->events[r->count] : NULL;

	r->count++;
	r->differs = w == NULL || e->seq != r->count || e->at.us != w->ev.at.us ||
		     e->recorded.us != w->ev.recorded.us ||
		     !slice_is(e->kind, event_kind_word(w->ev.kind)) || !slice_is(e->body, w->body);
	return !r->differs;
}

static void must_hold(const struct sim *s, struct journal *j, size_t kept,
		      const struct journal_head *half)
{
	struct reading r = {s->world, 0, false};
	struct verify_result result;
	struct err_info info = {0};

	must(s, verify_journal(j, half->seq > 0 ? half : NULL, &result, &info), &info,
	     "the chain does not verify");
	must(s, journal_read(j, 0, compare, &r, &info), &info, "the journal cannot be read");
	if (r.differs)
		sim_broken(s, "an entry comes back from the journal as another");
	if (r.count != kept || result.entries != kept || result.head.seq != kept)
		sim_broken(s, "the journal holds more or fewer entries than were committed");
}

void chain_survives(const struct sim *s, size_t kept)
{
	struct journal *j;
	struct journal_head half;

	remove_files();
	j = open_journal(s);
	half = write_entries(s, j, kept, s->world->count);
	journal_close(j); /* the power: what was not committed is gone */
	j = open_journal(s);
	must_hold(s, j, kept, &half);
	journal_close(j);
	remove_files();
}

/* What a report about an incident would say can be checked by anybody. */
static void export_verifies(const struct sim *s, struct journal *j, uint64_t incident)
{
	struct export_source from = export_from_journal(j);
	CLEANUP(export_release) struct export_doc doc;
	struct verify_result result;
	struct err_info info = {0};
	struct buf text;

	export_init(&doc);
	buf_init(&text, EXPORT_BYTES_MAX);
	must(s, export_gather(&from, incident, &doc, &info), &info,
	     "an incident cannot be exported");
	export_text_write(&doc, EXPORT_JSON, &text);
	must(s,
	     verify_export((struct slice){buf_cstr(&text), strlen(buf_cstr(&text))}, NULL, &result,
			   &info),
	     &info, "the export of an incident does not verify");
	buf_release(&text);
}

void chain_verifies(const struct sim *s)
{
	struct journal *j;
	struct journal_head half;
	uint64_t last = 0;

	for (size_t k = 0; k < s->world->count; k++) {
		if (s->world->events[k].ev.kind == EVENT_INCIDENT_OPENED)
			last = s->world->events[k].ev.seq;
	}
	remove_files();
	j = open_journal(s);
	half = write_entries(s, j, s->world->count, s->world->count);
	must_hold(s, j, s->world->count, &half);
	if (last > 0)
		export_verifies(s, j, last);
	journal_close(j);
	remove_files();
}
