/* export - what an export holds: the whole range, the incident in full, others as digests, figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "journal/export.h"
#include "journal/export_text.h"
#include "tests/support/incident_journal.h"

static char dir[64], path[128];
static struct journal *journal;

static int set_up(void **state)
{
	struct err_info info;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vigia-export-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/j.db", dir);
	incident_journal_write(path);
	return journal_open(path, false, &journal, &info) == ERR_OK ? 0 : -1;
}

static int tear_down(void **state)
{
	char lock[160];

	(void)state;
	journal_close(journal);
	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(lock);
	unlink(path);
	return rmdir(dir);
}

static void gather(struct export_doc *d)
{
	struct export_source source = export_from_journal(journal);
	struct err_info info = {0};

	export_init(d);
	if (export_gather(&source, INCIDENT_JOURNAL_OPENED, d, &info) != ERR_OK)
		fail_msg("%s", info.text);
}

static void the_range_is_whole_and_only_the_incident_is_told(void **state)
{
	static const uint64_t of_others[] = {4, 5, 16}; /* an agent, the checks of db and mail */
	struct export_doc d CLEANUP(export_release);
	size_t i, digests = 0;

	(void)state;
	gather(&d);
	assert_int_equal(d.previous.seq, INCIDENT_JOURNAL_PLAN - 1);
	assert_int_equal(d.head.seq, INCIDENT_JOURNAL_LAST);
	assert_int_equal(d.count, INCIDENT_JOURNAL_LAST - INCIDENT_JOURNAL_PLAN + 1);
	for (i = 0; i < d.count; i++) {
		assert_int_equal(d.entries[i].e.seq, INCIDENT_JOURNAL_PLAN + i);
		if (d.entries[i].whole)
			continue;
		assert_true(digests < COUNT_OF(of_others));
		assert_int_equal(d.entries[i].e.seq, of_others[digests++]);
		assert_int_equal(d.entries[i].e.body.n, 0);
	}
	assert_int_equal(digests, COUNT_OF(of_others));
}

static void the_figures_are_those_of_the_story(void **state)
{
	struct export_doc d CLEANUP(export_release);
	struct figures f CLEANUP(figures_release);
	struct buf out CLEANUP(buf_release);

	(void)state;
	gather(&d);
	export_text_figures(&d, &f);
	buf_init(&out, 100000);
	figures_write(&f, &out);
	assert_string_equal(
		buf_cstr(&out),
		"{\"kind\":\"down\",\"root\":\"dc/web\",\"state\":\"closed\",\"episodes\":1,"
		"\"began\":1760000010.25,\"not_before\":1760000009.25,\"confirmed\":1760000013.25,"
		"\"first_page\":1760000014.25,\"first_ack\":1760000021.25,\"first_ack_by\":\"ana\","
		"\"restored\":1760000080.5,\"resumed\":1760000090.25,\"closed\":1760000095.25,"
		"\"outage\":70.25,\"rto\":60,\"breached\":true,"
		"\"services\":[{\"service\":\"copaco\",\"began\":1760000010.25,"
		"\"not_before\":1760000009.25,\"restored\":1760000080.5,\"outage\":70.25,\"rto\":"
		"60,"
		"\"breached\":true,\"estimated\":false,\"times\":1}],"
		"\"calls\":{\"total\":3,\"pending\":0,\"sent\":0,\"received\":1,\"unknown\":0,"
		"\"unanswered\":0,\"failed\":1,\"stopped\":1},"
		"\"told_down\":[\"ana\"],\"told_up\":[\"ana\"]}");
}

static void a_spreadsheet_row_reads_as_people_read_it(void **state)
{
	struct export_doc d CLEANUP(export_release);
	struct buf out CLEANUP(buf_release);

	(void)state;
	gather(&d);
	buf_init(&out, EXPORT_BYTES_MAX);
	export_text_write(&d, EXPORT_CSV, &out);
	assert_non_null(strstr(buf_cstr(&out), "\n# REAL,incident,10,folio,7\n"));
	assert_non_null(strstr(buf_cstr(&out),
			       "\n12,1760000013250000,2025-10-09T08:53:33.250000Z,2025-10-09 "
			       "02:53:33,1760000013300001,2025-10-09T08:53:33.300001Z,2025-10-09 "
			       "02:53:33,incident.state,1,"));
	assert_non_null(strstr(buf_cstr(&out), "\n4,,,,,,,,,"));
	assert_non_null(strstr(buf_cstr(&out),
			       ",\"{\"\"incident\"\":10,\"\"from\"\":\"\"suspect\"\",\"\"to\"\":"
			       "\"\"confirmed\"\"}\"\n"));
}

static void an_incident_is_found_by_number_or_folio(void **state)
{
	struct export_source source = export_from_journal(journal);
	struct export_doc d CLEANUP(export_release);
	struct err_info info;
	uint64_t id = 0;

	(void)state;
	assert_int_equal(export_find(&source, 10, &id, &info), ERR_OK);
	assert_int_equal(id, 10);
	id = 0;
	assert_int_equal(export_find(&source, 7, &id, &info), ERR_OK);
	assert_int_equal(id, 10);
	assert_int_equal(export_find(&source, 8, &id, &info), ERR_NOT_FOUND);
	export_init(&d);
	assert_int_equal(export_gather(&source, 11, &d, &info), ERR_NOT_FOUND);
}

/* What it adopted is told in full, so that its later entries can be read; other plans are none of the reader's business. */
static void a_plan_that_it_adopted_is_told(void **state)
{
	struct export_doc d CLEANUP(export_release);
	size_t plans = 0;

	(void)state;
	incident_journal_adopt(journal);
	gather(&d);
	assert_int_equal(d.entries[d.count - 1].e.seq, 38);
	for (size_t i = 0; i < d.count; i++) {
		const struct export_entry *x = &d.entries[i];

		assert_true(x->e.seq != 35 || !x->whole);
		assert_true(x->e.seq != 36 || x->whole);
		plans += x->whole && slice_is(x->e.kind, "plan.applied");
	}
	assert_int_equal(plans, 2);
}

/* A source that lies about one entry, as a journal with a broken chain would. */
struct liar {
	journal_each_fn *each;
	void *user;
	uint64_t skip;
	bool alter;
};
static struct liar liar;
static bool lie(void *user, const struct journal_entry *e)
{
	struct journal_entry other = *e;

	(void)user;
	if (e->seq == liar.skip && !liar.alter)
		return true;
	if (e->seq == liar.skip)
		other.at.us++;
	return liar.each(liar.user, &other);
}
static enum err read_lies(void *origin, uint64_t after, journal_each_fn *each, void *user,
			  struct err_info *info)
{
	liar.each = each;
	liar.user = user;
	return journal_read(origin, after, lie, NULL, info);
}

static void a_broken_chain_is_not_exported(void **state)
{
	struct export_source source = {read_lies, journal, true};
	struct err_info info;

	(void)state;
	for (int alter = 0; alter < 2; alter++) {
		for (liar.skip = 1; liar.skip <= INCIDENT_JOURNAL_LAST; liar.skip++) {
			struct export_doc d CLEANUP(export_release);
			char said[32];

			liar.alter = alter;
			export_init(&d);
			assert_int_equal(export_gather(&source, INCIDENT_JOURNAL_OPENED, &d, &info),
					 ERR_CORRUPT);
			snprintf(said, sizeof(said), "entry %d ", (int)liar.skip);
			assert_non_null(strstr(info.text, said));
		}
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(the_range_is_whole_and_only_the_incident_is_told),
		T(the_figures_are_those_of_the_story),
		T(a_spreadsheet_row_reads_as_people_read_it),
		T(an_incident_is_found_by_number_or_folio),
		T(a_plan_that_it_adopted_is_told),
		T(a_broken_chain_is_not_exported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
