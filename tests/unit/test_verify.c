/* verify - an honest export is true; every changed, missing or added byte is named; what was cut off
 * or built anew is found by a head that somebody else kept. */
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
#include "journal/verify.h"
#include "tests/support/incident_journal.h"

static char dir[64], path[128];
static struct buf texts[2];

static int set_up(void **state)
{
	struct journal *j = NULL;
	struct err_info info;
	struct export_doc d;
	struct export_source source;

	(void)state;
	snprintf(dir, sizeof(dir), "/tmp/vigia-verify-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/j.db", dir);
	incident_journal_write(path);
	if (journal_open(path, true, &j, &info) != ERR_OK)
		return -1;
	source = export_from_journal(j);
	export_init(&d);
	if (export_gather(&source, INCIDENT_JOURNAL_OPENED, &d, &info) != ERR_OK)
		return -1;
	for (int form = EXPORT_JSON; form <= EXPORT_CSV; form++) {
		buf_init(&texts[form], EXPORT_BYTES_MAX);
		export_text_write(&d, (enum export_form)form, &texts[form]);
	}
	export_release(&d);
	journal_close(j);
	return 0;
}

static int tear_down(void **state)
{
	static const char *const tails[] = {"", ".lock", "-wal", "-shm"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(tails); i++) {
		char name[160];

		snprintf(name, sizeof(name), "%s%s", path, tails[i]);
		unlink(name);
	}
	buf_release(&texts[0]);
	buf_release(&texts[1]);
	return rmdir(dir);
}

static enum err verify(struct slice text, const char *head, struct err_info *info)
{
	struct verify_result r;
	struct journal_head h;

	info->text[0] = '\0';
	if (head == NULL)
		return verify_export(text, NULL, &r, info);
	assert_int_equal(verify_parse_head(slice_of(head), &h, info), ERR_OK);
	return verify_export(text, &h, &r, info);
}

static void an_honest_export_is_true(void **state)
{
	struct err_info info;

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct verify_result r;

		if (verify(buf_slice(&texts[form]), NULL, &info) != ERR_OK)
			fail_msg("%s", info.text);
		assert_int_equal(verify_export(buf_slice(&texts[form]), NULL, &r, &info), ERR_OK);
		assert_int_equal(r.incident, INCIDENT_JOURNAL_OPENED);
		assert_int_equal(r.entries, r.whole + 3);
		assert_int_equal(r.head.seq, INCIDENT_JOURNAL_LAST);
	}
}

static void every_changed_byte_is_named(void **state)
{
	static const unsigned char changes[] = {0x01, 0x20};
	struct err_info info;

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct buf *t = &texts[form];

		for (size_t i = 0; i < t->len * COUNT_OF(changes); i++) {
			char *at = &t->data[i / COUNT_OF(changes)], was = *at;

			*at = (char)((unsigned char)was ^ changes[i % COUNT_OF(changes)]);
			if (verify(buf_slice(t), NULL, &info) == ERR_OK)
				fail_msg("byte %zu '%c' -> '%c' passed", i / COUNT_OF(changes), was,
					 *at);
			assert_true(strncmp(info.text, "entry ", 6) == 0 ||
				    strncmp(info.text, "line ", 5) == 0 ||
				    strncmp(info.text, "the head ", 9) == 0 ||
				    strncmp(info.text, "the opening ", 12) == 0);
			*at = was;
		}
	}
}

static void every_missing_or_doubled_byte_is_named(void **state)
{
	struct err_info info;

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct buf *t = &texts[form];
		char *other = malloc(t->len + 1);

		for (size_t i = 0; i < t->len; i++) {
			struct slice cut = {other, t->len - 1}, doubled = {other, t->len + 1};

			memcpy(other, t->data, i);
			memcpy(other + i, t->data + i + 1, t->len - i - 1);
			/* Of two equal neighbours either may be the missing one: still refused. */
			assert_int_not_equal(verify(cut, NULL, &info), ERR_OK);
			memcpy(other, t->data, i + 1);
			memcpy(other + i + 1, t->data + i, t->len - i);
			assert_int_not_equal(verify(doubled, NULL, &info), ERR_OK);
			assert_int_not_equal(verify((struct slice){t->data, i}, NULL, &info),
					     ERR_OK);
		}
		free(other);
	}
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		const char *find, *put, *said;
	} forgeries[] = {
		{"en camino", "en camina", "entry 20: its content does not match its digest"},
		{"\"outage\":70.25,\"rto\"", "\"outage\":50.25,\"rto\"", "line 2, byte "},
		{"\"nature\":\"REAL\"", "\"nature\":\"real\"", "line 1, byte "},
		{"{\"seq\":4,\"digest\":\"", "{\"seq\":4,\"digest\":\"0000", "line 5: "},
		{"\"told_up\":[\"ana\"]", "\"told_up\":[\"eva\"]", "line 2, byte "},
		{"\"recorded\":1760000011.300001", "\"recorded\":1760000011.300002",
		 "entry 6: its content"},
		{"\"seq\":16,", "\"seq\":17,", "entry 17: it follows entry 15"},
	};
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(forgeries); i++) {
		struct buf other CLEANUP(buf_release);
		const char *at = strstr(texts[EXPORT_JSON].data, forgeries[i].find);

		assert_non_null(at);
		buf_init(&other, EXPORT_BYTES_MAX);
		buf_put(&other, texts[EXPORT_JSON].data, (size_t)(at - texts[EXPORT_JSON].data));
		buf_puts(&other, forgeries[i].put);
		buf_puts(&other, at + strlen(forgeries[i].find));
		assert_int_not_equal(verify(buf_slice(&other), NULL, &info), ERR_OK);
		if (strncmp(info.text, forgeries[i].said, strlen(forgeries[i].said)) != 0)
			fail_msg("%s: %s", forgeries[i].put, info.text);
	}
}

/* An export with its later entries, but without the plan whose ids they speak in. */
static void a_plan_that_it_adopted_may_not_be_left_out(void **state)
{
	struct journal *j = NULL;
	struct err_info info = {0};
	struct export_doc d CLEANUP(export_release);
	struct export_source source;

	(void)state;
	export_init(&d);
	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	incident_journal_adopt(j);
	source = export_from_journal(j);
	assert_int_equal(export_gather(&source, INCIDENT_JOURNAL_OPENED, &d, &info), ERR_OK);
	for (int left_out = 0; left_out < 2; left_out++) {
		struct buf text CLEANUP(buf_release);

		buf_init(&text, EXPORT_BYTES_MAX);
		for (size_t i = 0; i < d.count && left_out; i++)
			d.entries[i].whole = d.entries[i].whole && d.entries[i].e.seq != 36;
		export_text_write(&d, EXPORT_JSON, &text);
		assert_int_equal(verify(buf_slice(&text), NULL, &info),
				 left_out ? ERR_CORRUPT : ERR_OK);
	}
	assert_string_equal(info.text,
			    "entry 37: the plan that it adopts is not among the entries");
	journal_close(j);
}

/* The head after `seq` of the real journal, as a witness kept it. */
static void kept_head(uint64_t seq, char *dst, size_t size)
{
	struct journal *j = NULL;
	struct err_info info;
	char hex[SHA256_HEX_SIZE];
	struct export_doc d CLEANUP(export_release);
	struct export_source source;

	export_init(&d);
	assert_int_equal(journal_open(path, true, &j, &info), ERR_OK);
	source = export_from_journal(j);
	assert_int_equal(export_gather(&source, INCIDENT_JOURNAL_OPENED, &d, &info), ERR_OK);
	sha256_hex(hex, seq > d.head.seq ? &(struct sha256){{1}}
					 : &d.entries[seq - INCIDENT_JOURNAL_PLAN].e.hash);
	journal_close(j);
	snprintf(dst, size, "%llu:%s", (unsigned long long)seq, hex);
}

static void a_kept_head_must_lie_on_the_chain(void **state)
{
	struct err_info info;
	char head[128];

	(void)state;
	for (int form = 0; form < 2; form++) {
		struct slice text = buf_slice(&texts[form]);

		kept_head(INCIDENT_JOURNAL_LAST, head, sizeof(head));
		assert_int_equal(verify(text, head, &info), ERR_OK);
		kept_head(5, head, sizeof(head)); /* an entry of others: JSON has no hash of it */
		assert_int_equal(verify(text, head, &info), ERR_OK);
		head[10] = head[10] == '0' ? '1' : '0';
		assert_int_equal(verify(text, head, &info), ERR_CORRUPT);
		kept_head(99, head, sizeof(head));
		assert_int_equal(verify(text, head, &info), ERR_NOT_FOUND);
	}
}

static void heads_are_read_strictly(void **state)
{
	static const char *const wrong[] = {"", "7", "7:", ":00", "0:", "x:00", "7:zz"};
	struct journal_head h;
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(verify_parse_head(slice_of(wrong[i]), &h, &info), ERR_SYNTAX);
}

static void a_journal_cut_short_or_rebuilt_is_found_by_the_head(void **state)
{
	struct verify_result r;
	struct journal_head kept;
	struct journal *j = NULL;
	struct err_info info;
	uint64_t seq;

	(void)state;
	assert_int_equal(verify_file(path, NULL, &r, &info), ERR_OK);
	assert_int_equal(r.head.seq, INCIDENT_JOURNAL_END);
	kept = r.head;
	assert_int_equal(verify_file(path, &kept, &r, &info), ERR_OK);
	/* A sound chain that is shorter, then one of the same length with another end. */
	unlink(path);
	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	for (int i = 1; i <= INCIDENT_JOURNAL_END; i++) {
		assert_int_equal(journal_append(j, (struct wall_time){1}, (struct wall_time){1},
						"act.note", 1, SLICE_LIT("{}"), &seq, &info),
				 ERR_OK);
		assert_int_equal(journal_commit(j, &info), ERR_OK);
		assert_int_equal(verify_journal(j, NULL, &r, &info), ERR_OK);
		assert_int_equal(verify_journal(j, &kept, &r, &info), ERR_CORRUPT);
		assert_non_null(
			strstr(info.text, i < INCIDENT_JOURNAL_END ? "truncated" : "rebuilt"));
	}
	journal_close(j);
}

static void other_files_are_no_export(void **state)
{
	static const char *const wrong[] = {
		"",
		"{}",
		"[]",
		"#",
		"#\n",
		"hello",
		"{\"format\":\"vigia-export-1\"}",
		"# vigia-export-1\n",
		"{\"format\":\"vigia-export-2\",\"entries\":[]}",
	};
	struct err_info info;
	struct verify_result r;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_int_not_equal(verify(slice_of(wrong[i]), NULL, &info), ERR_OK);
	assert_int_equal(verify_file("/nonexistent/x", NULL, &r, &info), ERR_IO);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(an_honest_export_is_true),
		T(every_changed_byte_is_named),
		T(every_missing_or_doubled_byte_is_named),
		T(what_is_wrong_is_said),
		T(a_kept_head_must_lie_on_the_chain),
		T(a_journal_cut_short_or_rebuilt_is_found_by_the_head),
		T(a_plan_that_it_adopted_may_not_be_left_out),
		cmocka_unit_test(heads_are_read_strictly),
		T(other_files_are_no_export),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
