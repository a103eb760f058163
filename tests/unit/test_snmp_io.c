/* snmp_io - asks to an agent on the same loop that also lies: what was answered is kept, what is wrong is told, and one
 * device's trouble is nobody else's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "base/mem.h"
#include "probing/snmp_io.h"
#include "tests/support/fake_snmp_agent.h"
#include "tests/support/probe_once.h"

/* Of a try that is to meet silence, and of one that is not. */
enum { TRY_US = 150000, PATIENT_US = 10000000, DEADLINE_US = 20000000, COLUMN = 2, ROWS = 137 };

struct world {
	uv_loop_t loop;
	struct snmp_io *io;
	struct fake_agent agent;
	unsigned ended;
};

#define SYSTEM "1.3.6.1.2.1.1"
#define TABLE "1.3.6.1.2.1.2.2.1"

static void fill(struct fake_agent *a)
{
	char oid[128];

	fake_agent_text(a, SYSTEM ".1.0", "a fake agent");
	fake_agent_number(a, SYSTEM ".3.0", 0x43, 123456);
	fake_agent_number(a, SYSTEM ".7.0", 0x02, -72);
	for (int column = 1; column <= 3; column++) {
		for (int i = 1; i <= ROWS; i++) {
			snprintf(oid, sizeof(oid), TABLE ".%d.%d", column, i);
			fake_agent_number(a, oid, 0x41, column * 1000000 + i);
		}
	}
	fake_agent_number(a, "1.3.6.1.2.1.31.1.1.1.6.1", 0x46, INT64_C(1) << 40);
	fake_agent_ready(a);
}

static int set_up(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	uv_loop_init(&w.loop);
	w.io = snmp_io_new(&w.loop);
	fake_agent_start(&w.agent, &w.loop, "127.0.0.1");
	fill(&w.agent);
	*state = &w;
	return 0;
}

static void stop_agent(struct world *w, struct fake_agent *a)
{
	fake_agent_stop(a);
	uv_run(&w->loop, UV_RUN_NOWAIT);
}

static int tear_down(void **state)
{
	struct world *w = *state;

	assert_int_equal(snmp_io_stats(w->io).in_flight, 0);
	snmp_io_free(w->io);
	fake_agent_stop(&w->agent);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(&w->loop);
}

static void on_done(void *user)
{
	((struct world *)user)->ended++;
}

/* An ask with its own memory. */
struct question {
	struct snmp_target target;
	struct snmp_item items[SNMP_ITEMS_MAX];
	struct snmp_ask ask;
	struct snmp_run *run;
};

static struct question *question(struct world *w, enum snmp_version v)
{
	struct question *q = mem_calloc(1, sizeof(*q));

	q->target = (struct snmp_target){.address = "127.0.0.1",
					 .port = w->agent.port,
					 .version = v,
					 .community = "public",
					 .user = v == SNMP_VERSION_3 ? "watch" : NULL,
					 .try_us = PATIENT_US,
					 .retries = 1,
					 .outstanding_max = 1,
					 .repetitions_max = 10};
	q->ask = (struct snmp_ask){.target = &q->target, .items = q->items, .memory = arena_new()};
	return q;
}

static void release(struct question *q)
{
	arena_free(q->ask.memory);
	free(q);
}

static struct snmp_item *want(struct question *q, enum snmp_ask_kind kind, const char *oid)
{
	struct snmp_item *it = &q->items[q->ask.item_count++];

	it->kind = kind;
	it->rows_max = 1000;
	assert_true(snmp_oid_parse(slice_of(oid), q->ask.memory, &it->oid));
	return it;
}

static void start(struct world *w, struct question *q)
{
	q->run = snmp_io_run(w->io, &q->ask, (int64_t)(uv_hrtime() / 1000) + DEADLINE_US, on_done,
			     w);
}

static void on_limit(uv_timer_t *t)
{
	*(bool *)t->data = true;
}

static void await(struct world *w, unsigned ends)
{
	uv_timer_t limit;
	bool over = false;

	uv_timer_init(&w->loop, &limit);
	limit.data = &over;
	uv_timer_start(&limit, on_limit, 60000, 0);
	while (w->ended < ends && !over)
		loop_turn(&w->loop);
	uv_close((uv_handle_t *)&limit, NULL);
	uv_run(&w->loop, UV_RUN_NOWAIT);
	assert_int_equal(w->ended, ends);
}

/* One ask, to its end. */
static void ask(struct world *w, struct question *q)
{
	w->ended = 0;
	start(w, q);
	await(w, 1);
}

/* Turns the loop until the agent has been asked so often. */
static void await_asked(struct world *w, unsigned asked)
{
	while (w->agent.asked < asked)
		loop_turn(&w->loop);
}

static void assert_column(const struct snmp_item *it, int column, size_t rows)
{
	assert_int_equal(it->row_count, rows);
	for (size_t i = 0; i < rows; i++) {
		assert_int_equal(it->rows[i].oid.parts[it->rows[i].oid.count - 1], i + 1);
		assert_int_equal(it->rows[i].value.kind, SNMP_UNSIGNED);
		assert_int_equal(it->rows[i].value.u, (uint64_t)column * 1000000 + i + 1);
	}
}

/* --- what is right --------------------------------------------------------------------------------------- */

static void gets_of(struct world *w, enum snmp_version v)
{
	struct question *q = question(w, v);
	struct snmp_item *text = want(q, SNMP_GET, SYSTEM ".1.0"),
			 *time = want(q, SNMP_GET, SYSTEM ".3.0"),
			 *none = want(q, SNMP_GET, SYSTEM ".99.0"),
			 *negative = want(q, SNMP_GET, SYSTEM ".7.0");

	ask(w, q);
	assert_string_equal(q->ask.detail, "");
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_in_range(q->ask.rtt_us, 0, DEADLINE_US);
	for (size_t i = 0; i < q->ask.item_count; i++) {
		assert_int_equal(q->items[i].end, SNMP_END_WHOLE);
		assert_int_equal(q->items[i].row_count, 1);
	}
	assert_true(slice_is(text->rows[0].value.octets, "a fake agent"));
	assert_int_equal(time->rows[0].value.u, 123456);
	assert_int_equal(time->rows[0].value.tag, 0x43);
	assert_int_equal(none->rows[0].value.kind, SNMP_ABSENT);
	assert_int_equal(negative->rows[0].value.i, -72);
	release(q);
}

static void gets_of_version_1(void **state)
{
	struct world *w = *state;

	gets_of(w, SNMP_VERSION_1);
	/* noSuchName fails the whole request: the others are asked again without it. */
	assert_int_equal(w->agent.asked, 2);
}

static void gets_of_version_2c(void **state)
{
	struct world *w = *state;

	gets_of(w, SNMP_VERSION_2C);
	assert_int_equal(w->agent.asked, 1);
}

static void gets_of_version_3(void **state)
{
	struct world *w = *state;

	gets_of(w, SNMP_VERSION_3);
	assert_int_equal(w->agent.discoveries, 1);
	gets_of(w, SNMP_VERSION_3);
	assert_int_equal(w->agent.discoveries, 1);
	assert_int_equal(snmp_io_stats(w->io).sessions, 1);
}

static void over_ipv6(void **state)
{
	struct world *w = *state;
	struct fake_agent agent;
	struct question *q = question(w, SNMP_VERSION_2C);

	fake_agent_start(&agent, &w->loop, "::1");
	fill(&agent);
	q->target.address = "::1";
	q->target.port = agent.port;
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_int_equal(q->items[0].end, SNMP_END_WHOLE);
	stop_agent(w, &agent);
	release(q);
}

static void walks_a_column(void **state)
{
	static const enum snmp_version versions[] = {SNMP_VERSION_1, SNMP_VERSION_2C,
						     SNMP_VERSION_3};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(versions); i++) {
		struct question *q = question(w, versions[i]);
		struct snmp_item *it = want(q, SNMP_WALK, TABLE ".2");

		ask(w, q);
		assert_int_equal(q->ask.outcome, OUTCOME_OK);
		assert_int_equal(it->end, SNMP_END_WHOLE);
		assert_column(it, COLUMN, ROWS);
		release(q);
	}
	/* Version 1 needs a request for each row, the others one for ten. */
	assert_in_range(w->agent.nexts, ROWS + 1, ROWS + 1);
	assert_in_range(w->agent.bulks, 2, 2 * (ROWS / 10 + 1));
}

/* The cells of a row come in one answer. */
static void columns_are_walked_side_by_side(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.repetitions_max = 30;
	for (int i = 1; i <= 3; i++) {
		char oid[64];

		snprintf(oid, sizeof(oid), TABLE ".%d", i);
		want(q, SNMP_WALK, oid);
	}
	want(q, SNMP_WALK, "1.3.6.1.2.1.31.1.1.1.6");
	ask(w, q);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(q->items[i].end, SNMP_END_WHOLE);
		assert_column(&q->items[i], i + 1, ROWS);
	}
	assert_int_equal(q->items[3].row_count, 1);
	assert_int_equal(q->items[3].rows[0].value.u, UINT64_C(1) << 40);
	assert_int_equal(q->items[3].rows[0].value.tag, 0x46);
	assert_int_equal(w->agent.most_varbinds, 30);
	assert_in_range(w->agent.asked, 1, ROWS / 10 + 3);
	release(q);
}

static void a_walk_keeps_no_more_rows_than_wanted(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);
	struct snmp_item *some = want(q, SNMP_WALK, TABLE ".1"),
			 *all = want(q, SNMP_WALK, TABLE ".2");

	some->rows_max = 25;
	all->rows_max = ROWS;
	ask(w, q);
	assert_int_equal(some->end, SNMP_END_ROWS);
	assert_column(some, 1, 25);
	assert_int_equal(all->end, SNMP_END_WHOLE);
	assert_column(all, 2, ROWS);
	assert_string_equal(q->ask.detail, "");
	release(q);
}

/* Hundreds of OIDs, in as few packets as 1,400 octets allow. */
static void many_gets_are_packed(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);
	char oid[64];

	for (int i = 1; i <= ROWS; i++) {
		snprintf(oid, sizeof(oid), TABLE ".2.%d", i);
		want(q, SNMP_GET, oid);
	}
	ask(w, q);
	for (int i = 0; i < ROWS; i++)
		assert_int_equal(q->items[i].rows[0].value.u, 2000000 + i + 1);
	assert_in_range(w->agent.asked, 2, 4);
	w->agent.asked = 0;
	q->target.oids_max = 20;
	ask(w, q);
	assert_int_equal(w->agent.asked, (ROWS + 19) / 20);
	assert_int_equal(w->agent.last_varbinds, ROWS % 20);
	release(q);
}

/* --- devices that bear little ---------------------------------------------------------------------------- */

static void too_big_is_halved_and_remembered(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);
	char oid[64];

	w->agent.too_big_above = 8;
	for (int i = 1; i <= 40; i++) {
		snprintf(oid, sizeof(oid), TABLE ".2.%d", i);
		want(q, SNMP_GET, oid);
	}
	want(q, SNMP_WALK, TABLE ".1");
	ask(w, q);
	for (int i = 0; i < 40; i++)
		assert_int_equal(q->items[i].rows[0].value.u, 2000000 + i + 1);
	assert_column(&q->items[40], 1, ROWS);
	w->agent.most_varbinds = 0;
	ask(w, q);
	assert_in_range(w->agent.most_varbinds, 1, 8);
	assert_column(&q->items[40], 1, ROWS);
	release(q);
}

/* F5, ASA and others say nothing when they are asked too much. */
static void silence_is_halved_and_remembered(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.try_us = TRY_US;
	w->agent.silent_above = 4;
	for (int i = 0; i < 4; i++)
		want(q, SNMP_GET, SYSTEM ".1.0");
	for (int i = 0; i < 4; i++)
		want(q, SNMP_GET, SYSTEM ".3.0");
	want(q, SNMP_WALK, TABLE ".1");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	for (int i = 0; i < 8; i++)
		assert_int_equal(q->items[i].end, SNMP_END_WHOLE);
	assert_int_equal(q->items[8].end, SNMP_END_WHOLE);
	assert_column(&q->items[8], 1, ROWS);
	w->agent.most_varbinds = 0;
	ask(w, q);
	assert_int_equal(q->ask.resent, 0);
	assert_in_range(w->agent.most_varbinds, 2, 4);
	release(q);
}

/* Repetitions fall to GETNEXT for an agent that bears no GETBULK. */
static void an_agent_without_bulk_is_walked(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.try_us = TRY_US;
	w->agent.silent_above = 1;
	want(q, SNMP_GET, SYSTEM ".1.0");
	want(q, SNMP_WALK, TABLE ".1");
	ask(w, q);
	assert_column(&q->items[1], 1, ROWS);
	w->agent.bulks = 0;
	ask(w, q);
	assert_int_equal(q->ask.resent, 0);
	assert_int_equal(w->agent.bulks, 0);
	release(q);
}

static void an_agent_that_answers_less_is_walked(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	w->agent.most = 4;
	for (int i = 1; i <= 3; i++) {
		char oid[64];

		snprintf(oid, sizeof(oid), TABLE ".%d", i);
		want(q, SNMP_WALK, oid);
	}
	ask(w, q);
	for (int i = 0; i < 3; i++)
		assert_column(&q->items[i], i + 1, ROWS);
	release(q);
}

/* A broken row ends its column; what stands before it, and the others, are kept. */
static void a_row_that_fails_costs_its_column_only(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	w->agent.refused = TABLE ".1.50";
	want(q, SNMP_WALK, TABLE ".1");
	want(q, SNMP_WALK, TABLE ".2");
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_int_equal(q->items[0].end, SNMP_END_REFUSED);
	assert_column(&q->items[0], 1, 49);
	assert_column(&q->items[1], 2, ROWS);
	assert_int_equal(q->items[2].end, SNMP_END_WHOLE);
	release(q);
}

/* --- devices that are wrong ------------------------------------------------------------------------------ */

static void a_silent_device_is_told_after_its_tries(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.try_us = TRY_US;
	w->agent.manner = FAKE_SILENT;
	want(q, SNMP_GET, SYSTEM ".1.0");
	want(q, SNMP_WALK, TABLE ".1");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_int_equal(q->items[0].end, SNMP_END_SILENT);
	assert_int_equal(q->items[1].end, SNMP_END_NONE); /* the first silence is enough */
	assert_int_equal(q->ask.requests, 2);
	assert_int_equal(q->ask.resent, 1);
	assert_int_equal(q->ask.rtt_us, -1);
	assert_non_null(strstr(q->ask.detail, "community"));
	w->agent.manner = FAKE_HONEST;
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	release(q);
}

static void a_wrong_community_is_silence(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.try_us = TRY_US;
	q->target.community = "other";
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	release(q);
}

static void one_lost_packet_is_asked_again(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	want(q, SNMP_GET, SYSTEM ".1.0");
	want(q, SNMP_GET, SYSTEM ".3.0");
	ask(w, q);
	q->target.try_us = TRY_US;
	w->agent.skip = 1;
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_int_equal(q->ask.resent, 1);
	assert_int_equal(q->ask.rtt_us,
			 -1); /* of which try is not the question: it was no first one */
	assert_string_equal(q->ask.detail, "");
	release(q);
}

static void a_closed_port_is_told_at_once(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.port = free_port();
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_CONNECT_REFUSED);
	assert_int_equal(q->ask.requests, 1);
	release(q);
	/* and nobody else is hurt by the error at the shared socket */
	gets_of(w, SNMP_VERSION_2C);
}

static void a_name_is_no_address(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.address = "switch.example.org";
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_NAME_FAILED);
	release(q);
}

static void packets_that_are_none_are_counted(void **state)
{
	static const enum fake_manner manners[] = {FAKE_GARBAGE, FAKE_TRUNCATED, FAKE_LONG,
						   FAKE_LONG_VALUE, FAKE_BARE_VALUE};
	struct world *w = *state;

	for (size_t i = 0; i < COUNT_OF(manners); i++) {
		struct question *q = question(w, i % 2 ? SNMP_VERSION_1 : SNMP_VERSION_2C);
		uint64_t before = snmp_io_stats(w->io).malformed;

		w->agent.manner = manners[i];
		q->target.try_us = TRY_US;
		want(q, SNMP_GET, SYSTEM ".1.0");
		ask(w, q);
		assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_MALFORMED);
		assert_int_equal(q->items[0].end, SNMP_END_SILENT);
		assert_in_range(snmp_io_stats(w->io).malformed, before + 2, before + 2);
		w->agent.manner = FAKE_HONEST;
		ask(w, q);
		assert_int_equal(q->ask.outcome, OUTCOME_OK);
		release(q);
	}
}

static void answers_from_elsewhere_are_not_believed(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	q->target.try_us = TRY_US;
	w->agent.manner = FAKE_OTHER_PORT;
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_non_null(strstr(q->ask.detail, "127.0.0.1:"));
	assert_int_equal(snmp_io_stats(w->io).strangers, 2);
	release(q);
}

static void other_oids_than_asked_are_no_answer(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	w->agent.manner = FAKE_OTHER_OIDS;
	want(q, SNMP_GET, SYSTEM ".1.0");
	want(q, SNMP_GET, SYSTEM ".3.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_MALFORMED);
	assert_int_equal(q->items[0].end, SNMP_END_MALFORMED);
	assert_int_equal(q->items[0].row_count, 0);
	release(q);
}

static void an_empty_answer_ends_a_walk(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);

	w->agent.manner = FAKE_EMPTY;
	want(q, SNMP_WALK, TABLE ".1");
	ask(w, q);
	assert_int_equal(q->items[0].end, SNMP_END_MALFORMED);
	release(q);
}

static void walks_that_never_end_are_ended(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 4; i++) {
		struct question *q = question(w, i % 2 ? SNMP_VERSION_1 : SNMP_VERSION_2C);
		struct snmp_item *it = want(q, SNMP_WALK, i < 2 ? SYSTEM : TABLE ".1");

		w->agent.manner = i < 2 ? FAKE_LOOP : FAKE_BACKWARDS;
		ask(w, q);
		assert_int_equal(q->ask.outcome, OUTCOME_OK);
		assert_int_equal(it->end, SNMP_END_DISORDER);
		assert_in_range(it->row_count, 1, 4);
		release(q);
	}
}

static void doubled_and_late_answers_are_harmless(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_2C);
	unsigned ended;

	q->target.try_us = TRY_US;
	w->agent.manner = FAKE_TWICE;
	want(q, SNMP_WALK, TABLE ".2");
	ask(w, q);
	assert_column(&q->items[0], COLUMN, ROWS);
	assert_in_range(snmp_io_stats(w->io).late, 5, 100);
	/* The answer to the first try comes while the second waits: it is an answer. */
	w->agent.manner = FAKE_HONEST;
	w->agent.delay_ms = TRY_US / 1000 * 3 / 2;
	q->ask.item_count = 0;
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_int_equal(q->ask.resent, 1);
	/* All tries are over when it comes: nobody is hurt. */
	w->agent.delay_ms = TRY_US / 1000 * 4;
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	ended = w->ended;
	while (w->agent.waiting > 0)
		loop_turn(&w->loop);
	loop_turn(&w->loop);
	assert_int_equal(w->ended, ended);
	release(q);
}

/* --- many at once ---------------------------------------------------------------------------------------- */

static void one_device_delays_no_other(void **state)
{
	struct world *w = *state;
	struct fake_agent dead;
	struct question *slow[20], *quick = question(w, SNMP_VERSION_2C);

	fake_agent_start(&dead, &w->loop, "127.0.0.1");
	dead.manner = FAKE_SILENT;
	for (int i = 0; i < 20; i++) {
		slow[i] = question(w, i % 2 ? SNMP_VERSION_3 : SNMP_VERSION_2C);
		slow[i]->target.port = dead.port;
		slow[i]->target.try_us = 600000000;
		want(slow[i], SNMP_GET, SYSTEM ".1.0");
		start(w, slow[i]);
	}
	want(quick, SNMP_WALK, TABLE ".2");
	ask(w, quick);
	assert_column(&quick->items[0], COLUMN, ROWS);
	/* At one time one request stands at the dead device, whoever asks. */
	assert_int_equal(dead.asked, 1);
	assert_int_equal(snmp_io_stats(w->io).in_flight, 1);
	for (int i = 0; i < 20; i++) {
		snmp_io_cancel(slow[i]->run);
		assert_int_not_equal(slow[i]->ask.outcome, OUTCOME_OK);
		release(slow[i]);
	}
	release(quick);
	stop_agent(w, &dead);
}

/* A small GET does not wait for the end of a long walk of another. */
static void asks_of_a_device_take_turns(void **state)
{
	struct world *w = *state;
	struct question *walk = question(w, SNMP_VERSION_1), *get = question(w, SNMP_VERSION_2C);

	want(walk, SNMP_WALK, TABLE ".2");
	want(get, SNMP_GET, SYSTEM ".3.0");
	start(w, walk);
	start(w, get);
	await(w, 1);
	assert_int_equal(get->ask.outcome, OUTCOME_OK);
	assert_in_range(w->agent.asked, 2, 4);
	await(w, 2);
	assert_column(&walk->items[0], COLUMN, ROWS);
	release(walk);
	release(get);
}

static void a_device_bears_what_it_is_said_to_bear(void **state)
{
	struct world *w = *state;
	struct question *all[10];

	w->agent.delay_ms = 5;
	for (int i = 0; i < 10; i++) {
		all[i] = question(w, SNMP_VERSION_2C);
		all[i]->target.outstanding_max = 2;
		want(all[i], SNMP_GET, SYSTEM ".1.0");
		start(w, all[i]);
	}
	await(w, 10);
	assert_int_equal(w->agent.most_waiting, 2);
	for (int i = 0; i < 10; i++)
		release(all[i]);
}

static void more_than_the_ceiling_wait(void **state)
{
	struct world *w = *state;
	struct question *all[30];
	char addresses[30][32];

	stop_agent(w, &w->agent);
	fake_agent_start(&w->agent, &w->loop, "0.0.0.0");
	fill(&w->agent);
	w->agent.delay_ms = 3;
	snmp_io_set_ceiling(w->io, 7);
	for (int i = 0; i < 30; i++) {
		all[i] = question(w, SNMP_VERSION_2C);
		snprintf(addresses[i], sizeof(addresses[i]), "127.1.0.%d", i + 1);
		all[i]->target.address = addresses[i];
		want(all[i], SNMP_GET, SYSTEM ".1.0");
		start(w, all[i]);
	}
	assert_int_equal(snmp_io_stats(w->io).in_flight, 7);
	await(w, 30);
	assert_int_equal(w->agent.most_waiting, 7);
	assert_int_equal(snmp_io_stats(w->io).devices, 30);
	for (int i = 0; i < 30; i++) {
		assert_int_equal(all[i]->ask.outcome, OUTCOME_OK);
		release(all[i]);
	}
}

/* None is lost in the socket's buffer; where the kernel grants no large one (net.core.rmem_max), none in the end. */
static void fifteen_hundred_answers_at_once(void **state)
{
	enum { MANY = 1500 };
	static struct question *all[MANY];
	static char addresses[MANY][32];
	struct world *w = *state;
	bool granted = geteuid() == 0;

	stop_agent(w, &w->agent);
	fake_agent_start(&w->agent, &w->loop, "0.0.0.0");
	fill(&w->agent);
	snmp_io_set_ceiling(w->io, MANY);
	w->agent.delay_ms = 200; /* so that they come together */
	for (int i = 0; i < MANY; i++) {
		all[i] = question(w, SNMP_VERSION_2C);
		snprintf(addresses[i], sizeof(addresses[i]), "127.1.%d.%d", i / 250, i % 250 + 1);
		all[i]->target.address = addresses[i];
		all[i]->target.retries = 3;
		if (!granted)
			all[i]->target.try_us = 1000000;
		want(all[i], SNMP_GET, SYSTEM ".1.0");
		start(w, all[i]);
	}
	await(w, MANY);
	assert_int_equal(snmp_io_stats(w->io).answers, MANY);
	if (granted)
		assert_int_equal(snmp_io_stats(w->io).resent, 0);
	for (int i = 0; i < MANY; i++) {
		assert_int_equal(all[i]->ask.outcome, OUTCOME_OK);
		release(all[i]);
	}
}

/* --- ends ------------------------------------------------------------------------------------------------ */

static void a_cancelled_ask_keeps_what_it_has(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_1);

	want(q, SNMP_WALK, TABLE ".2");
	start(w, q);
	await_asked(w, 10);
	snmp_io_cancel(q->run);
	assert_int_equal(w->ended, 0);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_int_equal(q->items[0].end, SNMP_END_SILENT);
	assert_column(&q->items[0], COLUMN, q->items[0].row_count);
	assert_in_range(q->items[0].row_count, 8, 10);
	assert_int_equal(snmp_io_stats(w->io).in_flight, 0);
	release(q);
	gets_of(w, SNMP_VERSION_2C);
}

static void the_deadline_ends_a_walk(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_1);

	w->agent.delay_ms = 5;
	want(q, SNMP_WALK, TABLE ".2");
	want(q, SNMP_WALK, "1.3.6.1.2.1.31.1.1.1.6");
	w->ended = 0;
	q->run = snmp_io_run(w->io, &q->ask, (int64_t)(uv_hrtime() / 1000) + 100000, on_done, w);
	await(w, 1);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_int_equal(q->items[0].end, SNMP_END_SILENT);
	assert_column(&q->items[0], COLUMN, q->items[0].row_count);
	assert_int_equal(q->items[1].end, SNMP_END_NONE);
	assert_string_not_equal(q->ask.detail, "");
	release(q);
	/* its last answer is still to come */
	w->agent.delay_ms = 0;
	gets_of(w, SNMP_VERSION_2C);
}

static void who_never_gets_a_turn_is_our_fault(void **state)
{
	struct world *w = *state;
	struct question *first = question(w, SNMP_VERSION_2C),
			*second = question(w, SNMP_VERSION_2C);

	snmp_io_set_ceiling(w->io, 1);
	w->agent.manner = FAKE_SILENT;
	first->target.try_us = 60000000;
	want(first, SNMP_GET, SYSTEM ".1.0");
	start(w, first);
	second->target.address = "127.0.0.2";
	want(second, SNMP_GET, SYSTEM ".1.0");
	second->run =
		snmp_io_run(w->io, &second->ask, (int64_t)(uv_hrtime() / 1000) + 20000, on_done, w);
	await(w, 1);
	assert_int_equal(second->ask.outcome, OUTCOME_LAG_OWN);
	assert_int_equal(second->ask.requests, 0);
	snmp_io_cancel(first->run);
	release(first);
	release(second);
}

static void free_in_the_middle(void **state)
{
	struct world *w = *state;
	struct question *a = question(w, SNMP_VERSION_2C), *b = question(w, SNMP_VERSION_3);

	want(a, SNMP_WALK, TABLE ".2");
	want(b, SNMP_WALK, TABLE ".1");
	start(w, a);
	start(w, b);
	await_asked(w, 6);
	snmp_io_free(w->io);
	assert_int_equal(w->ended, 0);
	loop_turn(&w->loop);
	assert_column(&a->items[0], COLUMN, a->items[0].row_count);
	w->io = snmp_io_new(&w->loop);
	release(a);
	release(b);
}

static struct world *freeing;

static void on_done_free(void *user)
{
	(void)user;
	freeing->ended++;
	snmp_io_free(freeing->io);
}

/* Whoever is told that an ask is over may end everything. */
static void free_from_within(void **state)
{
	struct world *w = *state;
	struct question *a = question(w, SNMP_VERSION_2C), *b = question(w, SNMP_VERSION_2C);

	freeing = w;
	want(a, SNMP_GET, SYSTEM ".1.0");
	want(b, SNMP_WALK, TABLE ".2");
	start(w, b);
	a->run = snmp_io_run(w->io, &a->ask, INT64_MAX, on_done_free, NULL);
	await(w, 1);
	assert_int_equal(a->ask.outcome, OUTCOME_OK);
	w->io = snmp_io_new(&w->loop);
	release(a);
	release(b);
}

struct chain {
	struct world *w;
	struct question *q;
	unsigned left;
};

static void on_done_again(void *user)
{
	struct chain *c = user;

	if (c->left-- > 0)
		snmp_io_run(c->w->io, &c->q->ask, INT64_MAX, on_done_again, c);
	else
		c->w->ended++;
}

static void the_next_ask_from_within_the_last(void **state)
{
	struct world *w = *state;
	struct chain c = {.w = w, .q = question(w, SNMP_VERSION_2C), .left = 200};

	want(c.q, SNMP_GET, SYSTEM ".3.0");
	snmp_io_run(w->io, &c.q->ask, INT64_MAX, on_done_again, &c);
	await(w, 1);
	assert_int_equal(w->agent.asked, 201);
	release(c.q);
}

/* --- version 3 ------------------------------------------------------------------------------------------- */

static void another_engine_is_told_and_followed(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_3);

	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_false(q->ask.identity_changed);
	w->agent.engine[8] ^= 0x55;
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_true(q->ask.identity_changed);
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_false(q->ask.identity_changed);
	assert_int_equal(q->ask.requests, 1);
	release(q);
}

/* It is silent to whoever knows its old engine: found out by asking again who it is. */
static void another_engine_that_says_nothing(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_3);

	q->target.try_us = TRY_US;
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	w->agent.no_reports = true;
	w->agent.engine[8] ^= 0x55;
	for (int i = 0; i < 2; i++) {
		ask(w, q);
		assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	}
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_OK);
	assert_true(q->ask.identity_changed);
	release(q);
}

static void a_silent_version_3_device_blocks_nothing(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_3);
	unsigned turns = 0;

	q->target.try_us = TRY_US;
	w->agent.manner = FAKE_SILENT;
	q->target.auth = SNMP_AUTH_SHA256;
	q->target.auth_secret = "a pass phrase";
	want(q, SNMP_GET, SYSTEM ".1.0");
	start(w, q);
	while (w->ended == 0) {
		uv_run(&w->loop, UV_RUN_NOWAIT);
		turns++;
	}
	assert_in_range(turns, 3, UINT32_MAX); /* the loop has turned while it waited */
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_non_null(strstr(q->ask.detail, "discovery"));
	release(q);
}

static void a_pass_phrase_that_is_none_is_told(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_3);

	q->target.auth = SNMP_AUTH_SHA256;
	q->target.auth_secret = "short";
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_SNMP_AUTH);
	assert_non_null(strstr(q->ask.detail, "8 characters"));
	release(q);
}

/* The fake agent authenticates nothing: its answers must not pass for authentic ones. */
static void an_answer_without_authentication_is_forged(void **state)
{
	struct world *w = *state;
	struct question *q = question(w, SNMP_VERSION_3);

	q->target.try_us = TRY_US;
	q->target.auth = SNMP_AUTH_SHA256;
	q->target.auth_secret = "a pass phrase";
	want(q, SNMP_GET, SYSTEM ".1.0");
	ask(w, q);
	assert_int_equal(q->ask.outcome, OUTCOME_ANSWER_MALFORMED);
	assert_int_equal(q->items[0].row_count, 0);
	release(q);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(gets_of_version_1),
		T(gets_of_version_2c),
		T(gets_of_version_3),
		T(over_ipv6),
		T(walks_a_column),
		T(columns_are_walked_side_by_side),
		T(a_walk_keeps_no_more_rows_than_wanted),
		T(many_gets_are_packed),
		T(too_big_is_halved_and_remembered),
		T(silence_is_halved_and_remembered),
		T(an_agent_without_bulk_is_walked),
		T(an_agent_that_answers_less_is_walked),
		T(a_row_that_fails_costs_its_column_only),
		T(a_silent_device_is_told_after_its_tries),
		T(a_wrong_community_is_silence),
		T(one_lost_packet_is_asked_again),
		T(a_closed_port_is_told_at_once),
		T(a_name_is_no_address),
		T(packets_that_are_none_are_counted),
		T(answers_from_elsewhere_are_not_believed),
		T(other_oids_than_asked_are_no_answer),
		T(an_empty_answer_ends_a_walk),
		T(walks_that_never_end_are_ended),
		T(doubled_and_late_answers_are_harmless),
		T(one_device_delays_no_other),
		T(asks_of_a_device_take_turns),
		T(a_device_bears_what_it_is_said_to_bear),
		T(more_than_the_ceiling_wait),
		T(fifteen_hundred_answers_at_once),
		T(a_cancelled_ask_keeps_what_it_has),
		T(the_deadline_ends_a_walk),
		T(who_never_gets_a_turn_is_our_fault),
		T(free_in_the_middle),
		T(free_from_within),
		T(the_next_ask_from_within_the_last),
		T(another_engine_is_told_and_followed),
		T(another_engine_that_says_nothing),
		T(a_silent_version_3_device_blocks_nothing),
		T(a_pass_phrase_that_is_none_is_told),
		T(an_answer_without_authentication_is_forged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
