/* figures - what a report says follows from the entries alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "journal/figures.h"

struct row {
	uint64_t seq;
	int64_t at;
	const char *kind, *body;
};

static void compute(const struct row *rows, struct figures *f)
{
	figures_init(f, 2);
	for (; rows->kind != NULL; rows++) {
		struct journal_entry e = {.seq = rows->seq,
					  .at = {rows->at * US_PER_S},
					  .kind = slice_of(rows->kind),
					  .body = slice_of(rows->body)};

		figures_add(f, &e);
	}
	figures_finish(f);
}

#define OPENED                                                                                     \
	{                                                                                          \
		2, 10, "incident.opened",                                                          \
			"{\"folio\":3,\"incident_kind\":\"down\",\"service\":\"a\",\"root\":null," \
			"\"began\":10,\"not_before\":9,\"drill\":true}"                            \
	}
#define STARTED(seq, service, began)                                                               \
	{                                                                                          \
		seq, 10, "clock.started",                                                          \
			"{\"incident\":2,\"service\":\"" service "\",\"began\":" began             \
			",\"not_before\":null,\"rto\":60,\"breach_at\":99,\"estimated\":false}"    \
	}
#define RESTORED(seq, service, at)                                                                 \
	{                                                                                          \
		seq, 50, "clock.restored",                                                         \
			"{\"incident\":2,\"service\":\"" service "\",\"restored\":" at             \
			",\"outage\":1}"                                                           \
	}

static void a_corrected_clock_moves_the_beginning(void **state)
{
	static const struct row rows[] = {
		OPENED,
		STARTED(3, "a", "10"),
		{4, 20, "clock.corrected",
		 "{\"incident\":2,\"service\":\"a\",\"from\":10,\"to\":4.5,\"not_before\":3}"},
		RESTORED(5, "a", "65"),
		{0},
	};
	struct figures f CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_true(f.drill);
	assert_int_equal(f.folio, 3);
	assert_int_equal(f.began.us, 4500000);
	assert_int_equal(f.not_before.us, 3000000);
	assert_int_equal(f.outage_us, 60500000); /* not the 1 s that the entry claims */
	assert_true(f.breached); /* 60.5 s against 60 s, though nobody said so */
}

/* Three outages of which the last turned out to be one with the two before it: no second counts twice. */
static void what_flaps_is_one_outage(void **state)
{
	static const struct row rows[] = {
		OPENED,
		STARTED(3, "a", "10"),
		RESTORED(4, "a", "15"),
		STARTED(5, "a", "40"),
		RESTORED(6, "a", "45"),
		STARTED(7, "a", "50"),
		RESTORED(8, "a", "55"),
		STARTED(9, "a", "60"),
		{10, 62, "clock.flapping",
		 "{\"incident\":2,\"service\":\"a\",\"began\":40,\"not_before\":39,\"breach_at\":"
		 "100}"},
		{11, 90, "clock.steady", "{\"incident\":2,\"service\":\"a\",\"state\":\"ok\"}"},
		RESTORED(12, "a", "80"),
		{0},
	};
	struct figures f CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_int_equal(f.outage_us, 45000000); /* 10 to 15, and 40 to 80 */
	assert_int_equal(f.began.us, 10000000);
	assert_false(f.breached);
}

/* That it worked was disputed: its outage goes on from where it began, beside one that had ended before. */
static void what_fails_on_is_one_outage(void **state)
{
	static const struct row rows[] = {
		OPENED,
		STARTED(3, "a", "10"),
		RESTORED(4, "a", "15"),
		STARTED(5, "a", "40"),
		RESTORED(6, "a", "45"),
		STARTED(7, "a", "40"),
		RESTORED(8, "a", "55"),
		{0},
	};
	static const struct row first[] = {OPENED,
					   STARTED(3, "a", "10"),
					   RESTORED(4, "a", "15"),
					   STARTED(5, "a", "10"),
					   RESTORED(6, "a", "30"),
					   {0}};
	struct figures f CLEANUP(figures_release), alone CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_int_equal(f.outage_us, 20000000); /* 10 to 15, and 40 to 55 */
	compute(first, &alone);
	assert_int_equal(alone.outage_us, 20000000); /* 10 to 30 */
}

static void what_stops_is_what_was_said_last(void **state)
{
	static const struct row rows[] = {
		OPENED,
		{3, 11, "incident.impact",
		 "{\"incident\":2,\"sites\":[\"uno\"],\"impact\":\"mesas: 11\"}"},
		{4, 12, "incident.impact",
		 "{\"incident\":2,\"sites\":[\"dos\"],\"impact\":\"mesas: 23\"}"},
		{0},
	};
	struct figures f CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_true(slice_is(f.impact, "mesas: 23"));
}

static void restored_only_when_all_are(void **state)
{
	static const struct row rows[] = {
		OPENED,
		STARTED(3, "a", "10"),
		{4, 12, "incident.joined",
		 "{\"incident\":2,\"service\":\"b\",\"began\":8,\"not_before\":7}"},
		STARTED(5, "b", "8"),
		RESTORED(6, "a", "40"),
		{0},
	};
	struct figures f CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_int_equal(f.began.us, 8000000); /* the earliest */
	assert_false(wall_is_known(f.restored));
	assert_int_equal(f.outage_us, 30000000);
	assert_false(f.breached);
}

static void a_second_episode_adds_up(void **state)
{
	static const struct row rows[] = {
		OPENED,
		STARTED(3, "a", "10"),
		RESTORED(4, "a", "20"),
		{5, 21, "act.resume", "{\"incident\":2,\"person\":\"p\"}"},
		{6, 30, "incident.episode", "{\"incident\":2,\"service\":\"a\",\"n\":2}"},
		STARTED(7, "a", "30"),
		{8, 31, "incident.state",
		 "{\"incident\":2,\"from\":\"resumed\",\"to\":\"confirmed\"}"},
		RESTORED(9, "a", "35.25"),
		{0},
	};
	struct figures f CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_int_equal(f.episodes, 2);
	assert_int_equal(f.began.us, 10000000);
	assert_int_equal(f.restored.us, 35250000);
	assert_int_equal(f.outage_us, 15250000);
	assert_false(wall_is_known(f.resumed)); /* it failed again after that */
}

static void only_its_own_entries_count(void **state)
{
	static const struct row rows[] = {
		OPENED,
		{3, 11, "call.intent",
		 "{\"incident\":2,\"kind\":\"down\",\"person\":\"p\",\"to\":\"x \\\" y\"}"},
		{4, 11, "call.intent", "{\"incident\":1,\"kind\":\"down\",\"person\":\"q\"}"},
		{5, 12, "call.received", "{\"call\":4,\"detail\":\"\"}"},
		{6, 13, "call.unknown", "{\"call\":3,\"detail\":\"\"}"},
		{7, 14, "call.sent", "{\"call\":3,\"detail\":\"\"}"},
		{8, 15, "ack.given", "{\"incident\":1,\"act\":\"enterado\",\"person\":\"q\"}"},
		{9, 16, "act.resume", "{\"incident\":1,\"person\":\"q\"}"},
		{0},
	};
	struct figures f CLEANUP(figures_release);
	struct buf out CLEANUP(buf_release);

	(void)state;
	compute(rows, &f);
	assert_int_equal(f.call_count, 1);
	assert_int_equal(f.calls[0].state, FIGURE_CALL_SENT);
	assert_int_equal(f.first_page.us, 14000000);
	assert_false(wall_is_known(f.first_ack));
	assert_false(wall_is_known(f.resumed));
	buf_init(&out, 100000);
	figures_write(&f, &out);
	assert_non_null(strstr(buf_cstr(&out), "\"told_down\":[\"p\"],\"told_up\":[]"));
	assert_non_null(strstr(buf_cstr(&out), "\"calls\":{\"total\":1,\"pending\":0,\"sent\":1,"));
}

static void what_is_irregular_is_told(void **state)
{
	static const struct row rows[] = {
		OPENED,
		{3, 11, "ratification.pending", "{\"incident\":2,\"person\":\"c\",\"due\":99}"},
		{4, 12, "ratification.overdue", "{\"incident\":2,\"due\":99}"},
		{5, 13, "confirmation.overdue", "{\"incident\":2,\"entry\":3,\"due\":99}"},
		{6, 13, "confirmation.overdue", "{\"incident\":2,\"entry\":4,\"due\":99}"},
		{7, 14, "act.confirm", "{\"incident\":2,\"entry\":3}"},
		{8, 15, "ratification.ended", "{\"incident\":2,\"how\":\"refused\"}"},
		{9, 16, "act.dispute", "{\"incident\":2,\"entry\":4}"},
		{10, 17, "ratification.pending", "{\"incident\":2,\"person\":\"c\",\"due\":99}"},
		{11, 18, "ratification.ended", "{\"incident\":2,\"how\":\"ratified\"}"},
		{0},
	};
	static const struct {
		size_t rows;
		const char *says; /* NULL: nothing */
	} cases[] = {
		{1, NULL},
		{2, "\"irregular\":[\"ratification-pending\"]}"},
		{3, "\"irregular\":[\"ratification-pending\",\"ratification-overdue\"]}"},
		{6, "\"ratification-overdue\",\"act-unconfirmed\"]}"},
		{7, "\"irregular\":[\"ratification-refused\",\"act-unconfirmed\"]}"},
		{8, "\"irregular\":[\"ratification-refused\",\"act-disputed\"]}"},
		{10, "\"irregular\":[\"act-disputed\"]}"},
	};

	(void)state;
	for (size_t c = 0; c < COUNT_OF(cases); c++) {
		struct row some[COUNT_OF(rows)] = {0};
		struct figures f CLEANUP(figures_release);
		struct buf out CLEANUP(buf_release);

		memcpy(some, rows, cases[c].rows * sizeof(rows[0]));
		compute(some, &f);
		buf_init(&out, 100000);
		figures_write(&f, &out);
		if (cases[c].says == NULL)
			assert_null(strstr(buf_cstr(&out), "irregular"));
		else if (strstr(buf_cstr(&out), cases[c].says) == NULL)
			fail_msg("%zu: %s", cases[c].rows, buf_cstr(&out));
	}
}

static void bodies_of_nonsense_do_no_harm(void **state)
{
	static const struct row rows[] = {
		{2, 10, "incident.opened", "{\"folio\":-1,\"service\":7,\"began\":\"x\"}"},
		{3, 10, "clock.restored", "{\"incident\":2,\"service\":\"zz\",\"restored\":5}"},
		{4, 10, "clock.restored", "{\"incident\":2"},
		{5, 10, "call.sent", "[]"},
		{0},
	};
	struct figures f CLEANUP(figures_release);

	(void)state;
	compute(rows, &f);
	assert_true(f.found);
	assert_int_equal(f.service_count, 0);
	assert_false(wall_is_known(f.began));
}

static void an_entry_belongs_to_the_incident_that_it_or_its_call_names(void **state)
{
	static const struct row rows[] = {
		OPENED,
		{3, 11, "call.intent", "{\"incident\":2,\"kind\":\"down\",\"person\":\"a\"}"},
		{0},
	};
	static const struct {
		const char *kind, *body;
		bool owned;
	} cases[] = {
		{"call.sent", "{\"call\":3}", true},
		{"call.sent", "{\"call\":4}", false},
		{"call.queued", "{\"incident\":2,\"person\":\"a\"}", true}, /* of no call yet */
		{"call.queued", "{\"incident\":9,\"person\":\"a\"}", false},
		{"call.result", "{\"incident\":2,\"call\":3}", true},
		{"shift.changed", "{\"incident\":2}", true},
		{"absence.began", "{\"person\":\"a\"}", false},
	};
	struct figures f;

	(void)state;
	compute(rows, &f);
	for (size_t k = 0; k < COUNT_OF(cases); k++) {
		struct journal_entry e = {.seq = 20 + k,
					  .kind = slice_of(cases[k].kind),
					  .body = slice_of(cases[k].body)};

		if (figures_owns(&f, &e) != cases[k].owned)
			fail_msg("%s %s", cases[k].kind, cases[k].body);
	}
	figures_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_entry_belongs_to_the_incident_that_it_or_its_call_names),
		cmocka_unit_test(a_corrected_clock_moves_the_beginning),
		cmocka_unit_test(what_flaps_is_one_outage),
		cmocka_unit_test(what_fails_on_is_one_outage),
		cmocka_unit_test(what_stops_is_what_was_said_last),
		cmocka_unit_test(restored_only_when_all_are),
		cmocka_unit_test(a_second_episode_adds_up),
		cmocka_unit_test(only_its_own_entries_count),
		cmocka_unit_test(what_is_irregular_is_told),
		cmocka_unit_test(bodies_of_nonsense_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
