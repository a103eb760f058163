/* export_cmd - what leaves is what verify finds true, the same from the journal's file and from
 * the collector; what is not true is called so.
 * wrap: api_open api_call
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json_emit.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "journal/verify.h"
#include "tests/support/command.h"
#include "tests/support/incident_journal.h"

static const struct command export = {.name = "export", .run = export_cmd_export},
			    verify = {.name = "verify", .run = export_cmd_verify};
static char folder[64], journal_path[96], file_path[96];
static struct buf pages[2];

static int set_up(void **state)
{
	(void)state;
	api_reset();
	snprintf(folder, sizeof(folder), "/tmp/vigia-export-XXXXXX");
	assert_non_null(mkdtemp(folder));
	snprintf(journal_path, sizeof(journal_path), "%s/j.db", folder);
	snprintf(file_path, sizeof(file_path), "%s/export", folder);
	incident_journal_write(journal_path);
	buf_init(&pages[0], 16 << 20);
	buf_init(&pages[1], 16 << 20);
	return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int tear_down(void **state)
{
	(void)state;
	buf_release(&pages[0]);
	buf_release(&pages[1]);
	return nftw(folder, remove_one, 4, FTW_DEPTH | FTW_PHYS);
}

static int export_it(const char *incident, const char *format, const char *journal, const char *to)
{
	struct options o = {.command = &export,
			    .values = {[OPTION_FORMAT] = format,
				       [OPTION_JOURNAL] = journal,
				       [OPTION_OUTPUT] = to},
			    .args = {incident},
			    .arg_count = 1};

	return command_run(&o);
}

static int verify_it(const char *path, const char *head, const char *lang)
{
	struct options o = {.command = &verify,
			    .values = {[OPTION_HEAD] = head, [OPTION_LANG] = lang},
			    .args = {path},
			    .arg_count = 1};

	return command_run(&o);
}

static void write_file(const char *text)
{
	FILE *f = fopen(file_path, "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* --- export ----------------------------------------------------------------------------------- */

static void what_is_exported_is_true(void **state)
{
	static const char *const formats[] = {NULL, "json", "csv"};
	struct verify_result r;
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		assert_int_equal(export_it("10", formats[i], journal_path, NULL), EXIT_OK);
		assert_string_equal(command_errors, "");
		assert_int_equal(command_out[0] == '{', i < 2);
		assert_int_equal(verify_export(slice_of(command_out), NULL, &r, &info), ERR_OK);
		assert_int_equal(r.incident, INCIDENT_JOURNAL_OPENED);
		assert_int_equal(r.head.seq, INCIDENT_JOURNAL_LAST);
	}
	assert_int_equal(api_answered, 0); /* the collector is not needed */
}

static void a_folio_names_it_too(void **state)
{
	static char by_id[sizeof(command_out)];

	(void)state;
	assert_int_equal(export_it("10", "json", journal_path, NULL), EXIT_OK);
	memcpy(by_id, command_out, sizeof(command_out));
	assert_int_equal(export_it("07", "json", journal_path, "-"), EXIT_OK);
	assert_string_equal(command_out, by_id);
}

static void a_file_gets_the_same(void **state)
{
	static char said[sizeof(command_out)], text[sizeof(command_out)];
	struct stat st;
	FILE *f;

	(void)state;
	umask(022);
	assert_int_equal(export_it("10", "csv", journal_path, NULL), EXIT_OK);
	memcpy(said, command_out, sizeof(command_out));
	write_file("an older one, which may be longer or not\n");
	assert_int_equal(export_it("10", "csv", journal_path, file_path), EXIT_OK);
	assert_string_equal(command_out, "");
	f = fopen(file_path, "re");
	assert_non_null(f);
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	assert_string_equal(text, said);
	assert_int_equal(stat(file_path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0644);
}

static void what_cannot_be_exported_is_told(void **state)
{
	const struct {
		const char *incident, *format, *journal, *to, *said;
		int code;
	} cases[] = {
		{"10", "pdf", journal_path, NULL, "vigia: --format is json or csv, not 'pdf'\n",
		 EXIT_UNUSABLE},
		{"x", NULL, journal_path, NULL,
		 "vigia: 'x' is not the number or folio of an incident\n", EXIT_UNUSABLE},
		{"0", NULL, journal_path, NULL,
		 "vigia: '0' is not the number or folio of an incident\n", EXIT_UNUSABLE},
		{"-7", NULL, journal_path, NULL,
		 "vigia: '-7' is not the number or folio of an incident\n", EXIT_UNUSABLE},
		{"8", NULL, journal_path, NULL, "vigia: no incident has the number or folio 8\n",
		 EXIT_NO},
		{"10", NULL, "/nonexistent/j.db", NULL, "vigia: /nonexistent/j.db", EXIT_UNUSABLE},
		{"10", NULL, journal_path, "/nonexistent/export",
		 "vigia: /nonexistent/export: ", EXIT_UNUSABLE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int code = export_it(cases[i].incident, cases[i].format, cases[i].journal,
				     cases[i].to);

		if (strstr(command_errors, cases[i].said) != command_errors)
			fail_msg("case %zu: %s", i, command_errors);
		assert_int_equal(code, cases[i].code);
		assert_string_equal(command_out, "");
	}
}

/* --- export from the collector ---------------------------------------------------------------- */

struct paging {
	uint64_t first_page; /* so many entries are on it */
	uint64_t left_out;
};

static bool put_line(void *user, const struct journal_entry *e)
{
	const struct paging *p = user;
	struct buf *page = &pages[e->seq > p->first_page];
	struct json_emit j = json_emit_to(page);

	if (e->seq == p->left_out)
		return true;
	json_open_object(&j);
	json_kv_i64(&j, "seq", (int64_t)e->seq);
	json_kv_time(&j, "at", e->at);
	json_kv_time(&j, "recorded", e->recorded);
	json_key(&j, "kind");
	json_slice(&j, e->kind);
	json_kv_i64(&j, "version", e->version);
	json_key(&j, "body");
	json_raw(&j, e->body);
	json_close_object(&j);
	buf_putc(page, '\n');
	return true;
}

/* What the collector answers to GET /v1/events, with `more` entries behind those of the journal. */
static unsigned page_size = 1000;

static void have_pages(unsigned more, uint64_t left_out)
{
	struct paging p = {page_size, left_out};
	struct wall_time late = {INT64_C(1760001000000000)};
	struct journal *j;
	struct err_info info;
	uint64_t seq;

	assert_int_equal(journal_open(journal_path, false, &j, &info), ERR_OK);
	for (unsigned i = 0; i < more; i++)
		assert_int_equal(journal_append(j, late, late, "collector.stopped", 1,
						SLICE_LIT("{\"start\":\"s1\"}"), &seq, &info),
				 ERR_OK);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	assert_int_equal(journal_read(j, 0, put_line, &p, &info), ERR_OK);
	journal_close(j);
	api_answers[0].text = buf_cstr(&pages[0]);
	api_answers[1].text = buf_cstr(&pages[1]);
	api_answers[2].text = "";
}

static void the_collector_gives_the_same(void **state)
{
	static char from_file[sizeof(command_out)];

	(void)state;
	have_pages(0, 0);
	assert_int_equal(export_it("07", "json", journal_path, NULL), EXIT_OK);
	memcpy(from_file, command_out, sizeof(command_out));
	assert_int_equal(export_it("07", "json", NULL, NULL), EXIT_OK);
	assert_string_equal(command_errors, "");
	assert_string_equal(command_out, from_file);
	assert_string_equal(api_asked, "GET /v1/events?after=0&limit=1000 \n"
				       "GET /v1/events?after=34&limit=1000 \n");
}

/* The collector ends a page where its entries grow large: what is short is not the end. */
static void a_short_page_is_not_the_last(void **state)
{
	static char from_file[sizeof(command_out)];

	(void)state;
	page_size = 12;
	have_pages(0, 0);
	page_size = 1000;
	assert_int_equal(export_it("07", "json", journal_path, NULL), EXIT_OK);
	memcpy(from_file, command_out, sizeof(command_out));
	assert_int_equal(export_it("07", "json", NULL, NULL), EXIT_OK);
	assert_string_equal(command_out, from_file);
	assert_string_equal(api_asked, "GET /v1/events?after=0&limit=1000 \n"
				       "GET /v1/events?after=12&limit=1000 \n"
				       "GET /v1/events?after=34&limit=1000 \n");
}

static void a_long_journal_comes_in_pages(void **state)
{
	(void)state;
	have_pages(1500, 0);
	assert_int_equal(export_it("10", "csv", NULL, NULL), EXIT_OK);
	assert_string_equal(api_asked, "GET /v1/events?after=0&limit=1000 \n"
				       "GET /v1/events?after=1000&limit=1000 \n"
				       "GET /v1/events?after=1534&limit=1000 \n");
}

static void an_entry_that_is_withheld_is_missed(void **state)
{
	(void)state;
	have_pages(0, 15);
	assert_int_equal(export_it("10", "json", NULL, NULL), EXIT_NO);
	assert_string_equal(command_out, "");
	assert_non_null(strstr(command_errors, "15"));
}

static void what_the_collector_may_not_say(void **state)
{
	static const char *const lines[] = {
		"<html>\n",
		"{\"seq\":0,\"at\":1,\"recorded\":1,\"kind\":\"a\",\"version\":1,\"body\":{}}\n",
		"{\"seq\":1,\"at\":1,\"recorded\":1,\"kind\":\"a\",\"version\":-1,\"body\":{}}\n",
		"{\"seq\":1,\"at\":\"x\",\"recorded\":1,\"kind\":\"a\",\"version\":1,\"body\":{}}"
		"\n",
		"{\"seq\":1,\"at\":1,\"recorded\":1,\"kind\":\"a\",\"version\":1,\"body\":{}}}\n",
		"{\"seq\":1,\"at\":1,\"recorded\":1,\"kind\":\"a\",\"version\":1,\"body\":\n",
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(lines); i++) {
		api_answered = 0;
		api_answers[0].text = lines[i];
		assert_int_equal(export_it("10", NULL, NULL, NULL), EXIT_NO);
		assert_non_null(strstr(command_errors,
				       "vigia: the collector sent an entry that cannot be read: "));
		assert_string_equal(command_out, "");
	}
}

static void without_a_collector_it_is_told(void **state)
{
	(void)state;
	api_answers[0].err = ERR_IO;
	api_answers[0].text = "no answer";
	assert_int_equal(export_it("10", NULL, NULL, NULL), EXIT_UNUSABLE);
	assert_string_equal(command_errors, "vigia: no answer\n");
	api_answered = 0;
	api_answers[0].err = ERR_TOO_LARGE;
	assert_int_equal(export_it("10", NULL, NULL, NULL), EXIT_NO);
	assert_string_equal(command_errors,
			    "vigia: the journal is too large for this way: give --journal "
			    "FILE\n");
	api_answered = 0;
	api_open_fails = ERR_DENIED;
	assert_int_equal(export_it("10", NULL, NULL, NULL), EXIT_NO);
	assert_string_equal(command_errors, "vigia: no token\n");
	assert_int_equal(api_answered, 0);
}

/* --- verify ----------------------------------------------------------------------------------- */

/* "SEQ:HASH" of the last line that verify wrote. */
static void take_head(const char *word, char *dst, size_t size)
{
	const char *at = strstr(command_out, word);

	assert_non_null(at);
	snprintf(dst, size, "%s", at + strlen(word));
	dst[strcspn(dst, "\n")] = '\0';
}

static void verify_tells_what_is_true(void **state)
{
	char want[512], head[128], wrong[128];

	(void)state;
	assert_int_equal(export_it("10", "json", journal_path, file_path), EXIT_OK);
	assert_int_equal(verify_it(file_path, NULL, NULL), EXIT_OK);
	take_head("cabeza ", head, sizeof(head));
	assert_memory_equal(head, "32:", 3);
	assert_int_equal(strlen(head), 3 + 64);
	snprintf(want, sizeof(want),
		 "%s: VERDADERO: incidente 10, entradas 3 a 32, 27 de ellas completas\n"
		 "cabeza %s\n",
		 file_path, head);
	assert_string_equal(command_out, want);
	assert_int_equal(verify_it(file_path, head, "en"), EXIT_OK);
	snprintf(want, sizeof(want),
		 "%s: TRUE: incident 10, entries 3 to 32, 27 of them in full\nhead %s\n", file_path,
		 head);
	assert_string_equal(command_out, want);
	/* A head that somebody kept of another chain. */
	snprintf(wrong, sizeof(wrong), "%s", head);
	wrong[10] = wrong[10] == '0' ? '1' : '0';
	assert_int_equal(verify_it(file_path, wrong, NULL), EXIT_NO);
	assert_string_equal(command_out, "");
	snprintf(want, sizeof(want), "vigia: %s: FALSE: ", file_path);
	assert_memory_equal(command_errors, want, strlen(want));
	assert_int_equal(verify_it(file_path, "32", NULL), EXIT_UNUSABLE);
}

static void verify_tells_a_journal(void **state)
{
	char want[512], head[128];

	(void)state;
	assert_int_equal(verify_it(journal_path, NULL, "en"), EXIT_OK);
	take_head("head ", head, sizeof(head));
	snprintf(want, sizeof(want), "%s: TRUE: a journal of 34 entries\nhead %s\n", journal_path,
		 head);
	assert_string_equal(command_out, want);
	assert_memory_equal(head, "34:", 3);
}

static void verify_tells_what_is_false(void **state)
{
	char *at;

	(void)state;
	assert_int_equal(export_it("10", "json", journal_path, NULL), EXIT_OK);
	at = strstr(command_out, "en camino");
	assert_non_null(at);
	at[0] = 'E';
	write_file(command_out);
	assert_int_equal(verify_it(file_path, NULL, NULL), EXIT_NO);
	assert_string_equal(command_out, "");
	assert_non_null(strstr(command_errors, "/export: FALSE: "));
	write_file("{}");
	assert_int_equal(verify_it(file_path, NULL, NULL), EXIT_NO);
	write_file("");
	assert_int_equal(verify_it(file_path, NULL, NULL), EXIT_NO);
	assert_int_equal(verify_it("/nonexistent/export", NULL, NULL), EXIT_UNUSABLE);
	assert_non_null(strstr(command_errors, "vigia: /nonexistent/export"));
}

#define WITH_JOURNAL(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_JOURNAL(what_is_exported_is_true),
		WITH_JOURNAL(a_folio_names_it_too),
		WITH_JOURNAL(a_file_gets_the_same),
		WITH_JOURNAL(what_cannot_be_exported_is_told),
		WITH_JOURNAL(the_collector_gives_the_same),
		WITH_JOURNAL(a_short_page_is_not_the_last),
		WITH_JOURNAL(a_long_journal_comes_in_pages),
		WITH_JOURNAL(an_entry_that_is_withheld_is_missed),
		WITH_JOURNAL(what_the_collector_may_not_say),
		WITH_JOURNAL(without_a_collector_it_is_told),
		WITH_JOURNAL(verify_tells_what_is_true),
		WITH_JOURNAL(verify_tells_a_journal),
		WITH_JOURNAL(verify_tells_what_is_false),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
