/* drill_cards - the drills of the folder, the newest first, each with its card; what cannot be read says so and hides no other; whoever asks while one
 * reading goes on gets the next. */
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
#include <uv.h>

#include "base/buf.h"
#include "collector/drill_cards.h"
#include "journal/journal.h"
#include "tests/support/probe_once.h"

struct place {
	uv_loop_t loop;
	char folder[64];
	struct drill_cards *d;
	struct buf answer;
	unsigned answers;
};

static void path_of(const struct place *p, const char *rest, char dst[200])
{
	snprintf(dst, 200, "%s/drills%s", p->folder, rest);
}

static void add_drill(struct place *p, const char *name, const char *promise)
{
	char path[200], rest[100], body[200];
	struct err_info info;
	struct journal *j;
	uint64_t seq;

	snprintf(rest, sizeof(rest), "/%s", name);
	path_of(p, rest, path);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(rest, sizeof(rest), "/%s/journal.db", name);
	path_of(p, rest, path);
	assert_int_equal(journal_open(path, false, &j, &info), ERR_OK);
	snprintf(body, sizeof(body), "{\"promise\":\"%s\"}", promise);
	assert_int_equal(journal_append(j, (struct wall_time){US_PER_S},
					(struct wall_time){US_PER_S}, "drill.started", 1,
					slice_of(body), &seq, &info),
			 ERR_OK);
	assert_int_equal(journal_commit(j, &info), ERR_OK);
	journal_close(j);
}

static int set_up(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	char path[200];
	FILE *f;

	uv_loop_init(&p->loop);
	buf_init(&p->answer, 1 << 20);
	snprintf(p->folder, sizeof(p->folder), "/tmp/vigia-cards-XXXXXX");
	assert_non_null(mkdtemp(p->folder));
	path_of(p, "", path);
	assert_int_equal(mkdir(path, 0700), 0);
	add_drill(p, "20260101-100000", "el primero");
	add_drill(p, "20260201-100000", "el segundo");
	path_of(p, "/20260301-100000", path);
	assert_int_equal(mkdir(path, 0700), 0);
	path_of(p, "/20260301-100000/journal.db", path);
	f = fopen(path, "we");
	assert_non_null(f);
	fputs("this is no journal, nor any other file of a data base that is known to anybody", f);
	fclose(f);
	p->d = drill_cards_new(&p->loop, p->folder);
	*state = p;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const names[] = {"20260101-100000", "20260201-100000",
					    "20260301-100000"};
	static const char *const files[] = {"/journal.db", "/journal.db-wal", "/journal.db-shm",
					    ""};
	struct place *p = *state;
	char path[200], rest[100];

	drill_cards_free(p->d);
	uv_run(&p->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&p->loop), 0);
	for (size_t i = 0; i < COUNT_OF(names) * COUNT_OF(files); i++) {
		snprintf(rest, sizeof(rest), "/%s%s", names[i / COUNT_OF(files)],
			 files[i % COUNT_OF(files)]);
		path_of(p, rest, path);
		remove(path);
	}
	path_of(p, "", path);
	rmdir(path);
	rmdir(p->folder);
	buf_release(&p->answer);
	free(p);
	return 0;
}

static void on_cards(void *user, struct slice json)
{
	struct place *p = user;

	p->answers++;
	buf_reset(&p->answer);
	buf_put(&p->answer, json.p, json.n);
}

static size_t at(const struct place *p, const char *text)
{
	const char *found = strstr(buf_cstr(&p->answer), text);

	if (found == NULL)
		fail_msg("'%s' is not in %s", text, buf_cstr(&p->answer));
	return (size_t)(found - buf_cstr(&p->answer));
}

static void the_newest_stands_first_and_none_hides_another(void **state)
{
	struct place *p = *state;

	assert_true(drill_cards_read(p->d, on_cards, p));
	while (p->answers == 0)
		loop_turn(&p->loop);
	assert_int_equal(at(p, "{\"drills\":[{\"id\":\"20260301-100000\",\"unreadable\":\""), 0);
	assert_true(at(p, "el segundo") < at(p, "el primero"));
	at(p,
	   "{\"id\":\"20260101-100000\",\"unreadable\":null,\"card\":{\"promise\":\"el primero\"");
	at(p, "\"left_out\":0}");
}

static void who_asks_meanwhile_sees_what_came_meanwhile(void **state)
{
	struct place *p = *state;

	assert_true(drill_cards_read(p->d, on_cards, p));
	for (unsigned i = 0; i < DRILL_CARDS_WAITING; i++)
		assert_true(drill_cards_read(p->d, on_cards, p));
	assert_false(drill_cards_read(p->d, on_cards, p));
	while (p->answers < 1 + DRILL_CARDS_WAITING)
		loop_turn(&p->loop);
	at(p, "el primero");
}

static void at_the_end_everybody_is_told(void **state)
{
	struct place *p = *state;

	assert_true(drill_cards_read(p->d, on_cards, p));
	assert_true(drill_cards_read(p->d, on_cards, p));
	drill_cards_free(p->d);
	p->d = NULL;
	assert_int_equal(p->answers, 2);
	assert_int_equal(p->answer.len, 0);
}

static void without_a_folder_there_are_none(void **state)
{
	struct place *p = *state;
	struct drill_cards *d = drill_cards_new(&p->loop, "/nowhere");

	assert_true(drill_cards_read(d, on_cards, p));
	while (p->answers == 0)
		loop_turn(&p->loop);
	assert_string_equal(buf_cstr(&p->answer), "{\"drills\":[],\"left_out\":0}");
	drill_cards_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_newest_stands_first_and_none_hides_another,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(who_asks_meanwhile_sees_what_came_meanwhile, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(at_the_end_everybody_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_folder_there_are_none, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
