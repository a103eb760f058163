/* effects - messages out after the commit, their results back in; after a crash the same call goes again with
 * the same id, marked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/effects.h"
#include "collector/links.h"
#include "base/files.h"
#include "tests/support/collector_world.h"

static int set_up(void **state)
{
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	w->c.effects = effects_new(&w->c);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	effects_free(w->c.effects);
	collector_world_close(w);
	free(w);
	return 0;
}

/* What the program does in its callback; here it is done by hand, so that a crash may lie in between. */
static void hand_over(struct collector_world *w)
{
	effects_queue(w->c.effects, &w->effects);
	w->effects.count = 0;
}

static unsigned lines(const struct collector_world *w, const char *with)
{
	struct err_info info;
	struct buf text;
	unsigned n = 0;

	buf_init(&text, 1 << 20);
	if (files_read(collector_world_path(w, "messages.jsonl"), &text, &info) == ERR_OK) {
		for (const char *p = buf_cstr(&text); (p = strstr(p, with)) != NULL; p++)
			n++;
	}
	buf_release(&text);
	return n;
}

static void ignore(void *user)
{
	(void)user;
}

static void note_idle(void *user)
{
	*(bool *)user = true;
}

static void a_message_leaves_and_its_receipt_comes_back(void **state)
{
	struct collector_world *w = *state;
	struct view_call call;
	struct view_incident i;

	collector_world_fail(w);
	assert_int_equal(lines(w, "\n"), 0);
	hand_over(w);
	effects_run(w->c.effects);
	assert_int_equal(lines(w, "\n"), 1);
	assert_int_equal(lines(w, "\"maybe_duplicate\":false"), 1);
	view_incident(core_engine(w->c.core), 0, &i);
	view_call(core_engine(w->c.core), i.id, 0, &call);
	assert_int_equal(call.state, CALL_STATE_RECEIVED);
	assert_int_equal(collector_world_count(w, "call.sent"), 1);
	assert_int_equal(collector_world_count(w, "call.received"), 1);
	assert_int_equal(effects_stats(w->c.effects).sent, 1);
	assert_false(journal_is_dirty(core_journal(w->c.core)));
}

/* Killed after the commit of the intent: nobody knows whether the message left. */
static void after_a_crash_it_goes_again_marked(void **state)
{
	struct collector_world *w = *state;
	char id[64];

	collector_world_fail(w);
	snprintf(id, sizeof(id), "\"id\":%llu,", (unsigned long long)w->effects.items[0].id);
	hand_over(w);
	effects_run(w->c.effects); /* it did leave ... */
	assert_int_equal(lines(w, id), 1);
	effects_free(w->c.effects);
	/* ... but let the journal know nothing of it: fold only up to the intent. */
	collector_world_close(w);
	collector_world_open(w);
	w->c.effects = effects_new(&w->c);
	collector_world_fail(w);
	snprintf(id, sizeof(id), "\"id\":%llu,", (unsigned long long)w->effects.items[0].id);
	effects_free(w->c.effects);
	collector_world_restart(w);
	w->c.effects = effects_new(&w->c);
	effects_note_pending(w->c.effects);
	effects_resume(w->c.effects);
	assert_int_equal(collector_world_count(w, "call.unknown"), 1);
	hand_over(w); /* what the commit of call.unknown asked for */
	effects_run(w->c.effects);
	assert_int_equal(lines(w, id), 1);
	assert_int_equal(lines(w, "\"maybe_duplicate\":true"), 1);
	assert_int_equal(lines(w, "REAL. (posible duplicado) Folio"), 1);
	assert_int_equal(effects_stats(w->c.effects).marked, 1);
	assert_int_equal(collector_world_count(w, "call.intent"), 1);
}

/* A call that this run itself intends is not one of the last run, even before it has left. */
static void new_calls_are_not_old_ones(void **state)
{
	struct collector_world *w = *state;

	effects_note_pending(w->c.effects);
	collector_world_fail(w);
	effects_resume(w->c.effects);
	assert_int_equal(collector_world_count(w, "call.unknown"), 0);
	hand_over(w);
	effects_run(w->c.effects);
	assert_int_equal(lines(w, "\n"), 1);
	assert_int_equal(lines(w, "\"maybe_duplicate\":true"), 0);
}

static void a_channel_that_fails_says_why(void **state)
{
	struct collector_world *w = *state;

	assert_int_equal(mkdir(collector_world_path(w, "messages.jsonl"), 0700),
			 0); /* no file can be there */
	collector_world_fail(w);
	hand_over(w);
	effects_run(w->c.effects);
	assert_int_equal(collector_world_count(w, "call.failed"), 1);
	assert_int_equal(collector_world_count(w, "call.sent"), 0);
	assert_true(effects_stats(w->c.effects).failed >= 1);
	/* The next in line is called: the suplente. */
	assert_int_equal(collector_world_count(w, "call.intent"), 2);
}

static bool count_digest(void *user, const struct journal_entry *e)
{
	const char *digest = user;
	char body[1024];

	snprintf(body, sizeof(body), "%.*s", (int)e->body.n, e->body.p);
	if (slice_is(e->kind, "call.sent") || slice_is(e->kind, "call.unknown")) {
		assert_non_null(strstr(body, digest));
	} else {
		assert_null(strstr(body, digest));
	}
	return true;
}

/* The same link goes again after a crash; the journal holds its digest with what has left. */
static void a_message_carries_its_link(void **state)
{
	struct collector_world *w = *state;
	char url[LINKS_URL_SIZE], field[LINKS_URL_SIZE + 32], digest[SHA256_HEX_SIZE];
	struct err_info info;

	assert_int_equal(
		links_open(w->dir, "https://noc.example.org", 60 * US_PER_S, &w->c.links, &info),
		ERR_OK);
	collector_world_fail(w);
	assert_true(links_url(w->c.links, core_engine(w->c.core), w->effects.items[0].id, url));
	links_digest(w->c.links, core_engine(w->c.core), w->effects.items[0].id, digest);
	snprintf(field, sizeof(field), "\"link\":\"%s\"", url);
	hand_over(w);
	effects_free(w->c.effects);
	collector_world_restart(w);
	w->c.effects = effects_new(&w->c);
	effects_note_pending(w->c.effects);
	effects_resume(w->c.effects);
	hand_over(w);
	effects_run(w->c.effects);
	assert_int_equal(lines(w, field), 1);
	assert_int_equal(lines(w, "\\nConfirmar: https://noc.example.org/a/"), 1);
	assert_int_equal(collector_world_count(w, "call.sent"), 1);
	assert_int_equal(collector_world_count(w, "call.unknown"), 1);
	assert_int_equal(journal_read(core_journal(w->c.core), 0, count_digest, digest, &info),
			 ERR_OK);
	links_close(w->c.links);
	w->c.links = NULL;
}

/* Stopped with the resend still to come: it goes again under the call.unknown that stands in the journal already. */
static void a_resend_that_did_not_leave_is_not_unknown_twice(void **state)
{
	struct collector_world *w = *state;

	collector_world_fail(w);
	for (int start = 0; start < 3; start++) { /* ends before anything leaves, each time */
		effects_free(w->c.effects);
		collector_world_restart(w);
		w->c.effects = effects_new(&w->c);
		effects_note_pending(w->c.effects);
		effects_stop(w->c.effects, ignore, NULL);
		effects_resume(w->c.effects);
	}
	assert_int_equal(collector_world_count(w, "call.unknown"), 1);
	assert_int_equal(collector_world_count(w, "call.failed"), 0);
	effects_free(w->c.effects);
	collector_world_restart(w);
	w->c.effects = effects_new(&w->c);
	effects_note_pending(w->c.effects);
	effects_resume(w->c.effects);
	assert_int_equal(lines(w, "\n"), 1);
	assert_int_equal(lines(w, "\"maybe_duplicate\":true"), 1);
	assert_int_equal(collector_world_count(w, "call.received"), 1);
}

/* It waited for its channel until somebody answered: nobody is disturbed with it any more. */
static void a_call_that_is_no_longer_wanted_is_not_made(void **state)
{
	struct collector_world *w = *state;
	struct input in = {.kind = INPUT_DELIVERY};

	collector_world_fail(w);
	in.u.delivery.call = w->effects.items[0].id;
	in.u.delivery.what = DELIVERY_FAILED;
	in.u.delivery.detail = "no-receipt";
	hand_over(w);
	collector_world_input(w, &in);
	collector_world_commit(w);
	effects_run(w->c.effects);
	assert_int_equal(lines(w, "\n"), 0);
	assert_int_equal(effects_stats(w->c.effects).dropped, 1);
}

static void a_stop_with_nothing_under_way_is_at_once(void **state)
{
	struct collector_world *w = *state;
	bool idle = false;

	effects_stop(w->c.effects, note_idle, &idle);
	assert_true(idle);
	collector_world_fail(w);
	hand_over(w);
	effects_run(w->c.effects);
	assert_int_equal(lines(w, "\n"), 0); /* begins nothing any more */
	assert_int_equal(effects_stats(w->c.effects).waiting, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_message_leaves_and_its_receipt_comes_back, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(after_a_crash_it_goes_again_marked, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(new_calls_are_not_old_ones, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_message_carries_its_link, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_channel_that_fails_says_why, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_resend_that_did_not_leave_is_not_unknown_twice,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_call_that_is_no_longer_wanted_is_not_made, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_stop_with_nothing_under_way_is_at_once, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
