/* trap_book - alarms raised and cleared, what is told once, what is too much, what a restart keeps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/micro.h"
#include "checks/trap_book.h"
#include "tests/support/heard.h"

static const char rules_json[] =
	"[{\"oid\":\"1.3.6.1.5.3\",\"name\":\"linkDown\",\"severity\":\"major\","
	"\"raises\":\"link {1}\",\"lasts\":\"1h\",\"text\":\"puerto {1} seg {2}\"},"
	"{\"oid\":\"1.3.6.1.5.4\",\"name\":\"linkUp\",\"clears\":\"link {1}\"},"
	"{\"oid\":\"1.3.6.1.5.6\",\"name\":\"fan\",\"severity\":\"minor\",\"raises\":\"fan {1}\"},"
	"{\"oid\":\"1.3.6.1.5.7\",\"name\":\"worse\",\"severity\":\"critical\",\"raises\":\"link "
	"{1}\"},"
	"{\"oid\":\"1.3.6.1.5.5\",\"name\":\"auth\",\"severity\":\"warning\",\"same\":\"auth\"}]";

struct room {
	struct arena *a;
	const struct trap_rules *rules;
	struct trap_book *book;
	struct trap_now now;
};

static void open_room(struct room *r)
{
	struct err_info info;

	*r = (struct room){.a = arena_new()};
	assert_int_equal(trap_rules_compile(rules_json, r->a, &r->rules, &info), ERR_OK);
	r->book = trap_book_new(NULL);
	r->now.wall.us = INT64_C(1760000000) * US_PER_S;
	r->now.mono.us = 5 * US_PER_S;
}

static void close_room(struct room *r)
{
	trap_book_free(r->book);
	arena_free(r->a);
}

static void pass(struct room *r, int64_t s)
{
	r->now.wall = wall_add_us(r->now.wall, s * US_PER_S);
	r->now.mono = mono_add_us(r->now.mono, s * US_PER_S);
}

static void hear(struct room *r, const char *oid, const char *value)
{
	struct notification n = HEARD(
		r->a, oid, arena_printf(r->a, "1.3.6.1.9.1=%s", value),
		arena_printf(r->a, "1.3.6.1.9.2=%lld", (long long)(r->now.mono.us / US_PER_S)));

	trap_book_hear(r->book, trap_rules_find(r->rules, &n), &n, false, r->now);
}

static void expect_values(struct room *r, int64_t open, enum trap_severity worst, int64_t heard)
{
	int64_t v[TRAP_VALUE_COUNT];

	trap_book_values(r->book, v);
	assert_int_equal(v[TRAP_VALUE_OPEN], open * MICRO);
	assert_int_equal(v[TRAP_VALUE_WORST], worst * MICRO);
	assert_int_equal(v[TRAP_VALUE_HEARD], heard * MICRO);
}

static struct trap_note expect_note(struct room *r, enum trap_note_kind kind, const char *name)
{
	struct trap_note n;

	assert_true(trap_book_next_note(r->book, &n));
	assert_string_equal(trap_note_word(n.kind), trap_note_word(kind));
	assert_string_equal(n.name, name);
	return n;
}

static void an_alarm_is_open_until_it_is_cleared(void **state)
{
	struct room r;
	struct trap_note n;

	(void)state;
	open_room(&r);
	expect_values(&r, 0, TRAP_NONE, 0);
	hear(&r, "1.3.6.1.5.3", "7");
	hear(&r, "1.3.6.1.5.6", "1");
	assert_true(trap_book_take_changed(r.book));
	assert_false(trap_book_take_changed(r.book));
	expect_values(&r, 2, TRAP_MAJOR, 2);
	expect_values(&r, 2, TRAP_MAJOR, 0);
	n = expect_note(&r, TRAP_NOTE_RAISED, "linkDown");
	assert_string_equal(n.text, "puerto 7 seg 5");
	assert_string_equal(n.source, "192.0.2.1");
	assert_int_equal(n.severity, TRAP_MAJOR);
	expect_note(&r, TRAP_NOTE_RAISED, "fan");
	hear(&r, "1.3.6.1.5.4", "8"); /* another's end */
	assert_false(trap_book_take_changed(r.book));
	expect_note(&r, TRAP_NOTE_HEARD, "linkUp");
	expect_values(&r, 2, TRAP_MAJOR, 1);
	hear(&r, "1.3.6.1.5.4", "7");
	assert_true(trap_book_take_changed(r.book));
	expect_note(&r, TRAP_NOTE_CLEARED, "linkUp");
	expect_values(&r, 1, TRAP_MINOR, 1);
	assert_false(trap_book_has_notes(r.book));
	close_room(&r);
}

static void a_repeat_counts_and_is_told_once_in_its_window(void **state)
{
	struct room r;

	(void)state;
	open_room(&r);
	for (int i = 0; i < 5; i++) { /* each minute, with numbers that differ */
		hear(&r, "1.3.6.1.5.3", "7");
		pass(&r, 60);
	}
	expect_values(&r, 1, TRAP_MAJOR, 5);
	assert_int_equal(expect_note(&r, TRAP_NOTE_RAISED, "linkDown").count, 1);
	assert_false(trap_book_has_notes(r.book));
	hear(&r, "1.3.6.1.5.3", "7");
	assert_int_equal(expect_note(&r, TRAP_NOTE_RAISED, "linkDown").count, 5);
	hear(&r, "1.3.6.1.5.7", "7"); /* the same alarm grows worse: that is news */
	expect_note(&r, TRAP_NOTE_RAISED, "worse");
	expect_values(&r, 1, TRAP_CRITICAL, 2);
	/* what raises nothing */
	hear(&r, "1.3.6.1.5.5", "a");
	hear(&r, "1.3.6.1.5.5", "b");
	expect_note(&r, TRAP_NOTE_HEARD, "auth");
	assert_false(trap_book_has_notes(r.book));
	pass(&r, 301);
	hear(&r, "1.3.6.1.5.5", "c");
	assert_int_equal(expect_note(&r, TRAP_NOTE_HEARD, "auth").count, 2);
	close_room(&r);
}

static void what_nobody_clears_ends_in_its_time_and_that_is_told(void **state)
{
	struct room r;
	struct trap_note n;

	(void)state;
	open_room(&r);
	assert_int_equal(trap_book_deadline(r.book).us, WALL_NEVER.us);
	hear(&r, "1.3.6.1.5.3", "7");
	expect_note(&r, TRAP_NOTE_RAISED, "linkDown");
	assert_int_equal(trap_book_deadline(r.book).us, r.now.wall.us + 3600 * US_PER_S);
	pass(&r, 3599);
	trap_book_settle(r.book, r.now);
	expect_values(&r, 1, TRAP_MAJOR, 1);
	trap_book_take_changed(r.book);
	pass(&r, 1);
	trap_book_settle(r.book, r.now);
	assert_true(trap_book_take_changed(r.book));
	expect_values(&r, 0, TRAP_NONE, 0);
	n = expect_note(&r, TRAP_NOTE_LAPSED, "linkDown");
	assert_string_equal(n.text, "link 7");
	close_room(&r);
}

static void what_is_too_much_is_counted_and_told_once(void **state)
{
	struct room r;
	struct trap_note n;
	int told = 0;

	(void)state;
	open_room(&r);
	trap_book_set_budget(r.book, 6);
	for (int i = 0; i < 100; i++) {
		char port[16];

		snprintf(port, sizeof(port), "%d", i);
		hear(&r, "1.3.6.1.5.3", port);
	}
	while (trap_book_next_note(r.book, &n))
		told += n.kind == TRAP_NOTE_RAISED;
	assert_int_equal(told, 6);
	expect_values(&r, TRAP_ALARMS_MAX, TRAP_MAJOR, 100);
	trap_book_settle(r.book, r.now);
	assert_false(trap_book_has_notes(r.book)); /* no allowance yet */
	pass(&r, 11);
	trap_book_settle(r.book, r.now);
	n = expect_note(&r, TRAP_NOTE_MORE, "");
	assert_int_equal(n.count, 94);
	trap_book_settle(r.book, r.now);
	assert_false(trap_book_has_notes(r.book));
	close_room(&r);
}

static void all_checks_share_an_allowance(void **state)
{
	struct trap_allowance all = {.limit = {US_PER_S, 2}};
	struct trap_now now = {{US_PER_S}, {US_PER_S}};
	struct arena *a = arena_new();
	struct notification n = HEARD(a, "1.3.6.1.7");
	struct trap_book *books[3];
	int told = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		books[i] = trap_book_new(&all);
		trap_book_hear(books[i], NULL, &n, true, now);
		told += trap_book_has_notes(books[i]);
	}
	assert_int_equal(told, 2);
	for (int i = 0; i < 3; i++)
		trap_book_free(books[i]);
	arena_free(a);
}

static void where_all_is_taken_the_least_severe_gives_way(void **state)
{
	struct room r;
	char port[8];

	(void)state;
	open_room(&r);
	trap_book_set_budget(r.book, 600);
	for (int i = 0; i < TRAP_ALARMS_MAX; i++) {
		snprintf(port, sizeof(port), "%d", i);
		hear(&r, i == 0 ? "1.3.6.1.5.6" : "1.3.6.1.5.3", port);
	}
	hear(&r, "1.3.6.1.5.7", "x"); /* takes the fan's place */
	expect_values(&r, TRAP_ALARMS_MAX, TRAP_CRITICAL, TRAP_ALARMS_MAX + 1);
	hear(&r, "1.3.6.1.5.6", "2"); /* and a fan finds none */
	hear(&r, "1.3.6.1.5.4", "x");
	expect_values(&r, TRAP_ALARMS_MAX - 1, TRAP_MAJOR, 2);
	hear(&r, "1.3.6.1.5.4", "1"); /* the oldest of the others is still there */
	expect_values(&r, TRAP_ALARMS_MAX - 2, TRAP_MAJOR, 1);
	close_room(&r);
}

static void a_restart_keeps_what_is_open(void **state)
{
	struct room r;
	struct trap_book *again = trap_book_new(NULL);
	struct json_pull in;
	struct json_emit j;
	struct buf b;
	int64_t v[TRAP_VALUE_COUNT];

	(void)state;
	open_room(&r);
	hear(&r, "1.3.6.1.5.3", "7");
	hear(&r, "1.3.6.1.5.6", "1");
	buf_init(&b, 1 << 16);
	j = json_emit_to(&b);
	trap_book_write(r.book, &j);
	in = json_pull_from(buf_slice(&b));
	trap_book_read(again, &in);
	json_end(&in);
	assert_null(in.error);
	trap_book_values(again, v);
	assert_int_equal(v[TRAP_VALUE_OPEN], 2 * MICRO);
	assert_int_equal(v[TRAP_VALUE_WORST], TRAP_MAJOR * MICRO);
	assert_false(trap_book_has_notes(again)); /* it was told before */
	trap_book_free(r.book);
	r.book = again;
	pass(&r, 10);
	hear(&r, "1.3.6.1.5.3", "7"); /* a repeat still is one */
	assert_false(trap_book_has_notes(r.book));
	hear(&r, "1.3.6.1.5.4", "7");
	expect_note(&r, TRAP_NOTE_CLEARED, "linkUp");
	assert_int_equal(trap_book_open(r.book), 1);
	buf_release(&b);
	close_room(&r);
}

static void what_is_malformed_on_disk_is_refused(void **state)
{
	static const char *const wrong[] = {
		"{}",
		"[1]",
		"[{}]",
		"[{\"key\":\"a\",\"severity\":\"major\",\"raised\":1}]",
		"[{\"key\":\"a\",\"severity\":\"none\",\"raised\":1,\"ends\":2}]",
		"[{\"key\":\"a\",\"severity\":\"grave\",\"raised\":1,\"ends\":2}]"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		struct trap_book *b = trap_book_new(NULL);
		struct json_pull in = json_pull_from(slice_of(wrong[i]));

		trap_book_read(b, &in);
		assert_non_null(in.error);
		trap_book_free(b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_is_open_until_it_is_cleared),
		cmocka_unit_test(a_repeat_counts_and_is_told_once_in_its_window),
		cmocka_unit_test(what_nobody_clears_ends_in_its_time_and_that_is_told),
		cmocka_unit_test(what_is_too_much_is_counted_and_told_once),
		cmocka_unit_test(all_checks_share_an_allowance),
		cmocka_unit_test(where_all_is_taken_the_least_severe_gives_way),
		cmocka_unit_test(a_restart_keeps_what_is_open),
		cmocka_unit_test(what_is_malformed_on_disk_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
