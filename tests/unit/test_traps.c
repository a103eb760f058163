/* traps - what an agent makes of notifications: whose they are, what is on disk before anybody is told, the polls that are
 * hastened, a restart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include <cmocka.h>

#include "agent/traps.h"
#include "base/files.h"
#include "base/micro.h"
#include "tests/support/probe_once.h"
#include "tests/support/trap_packets.h"

#define COMMON "\"interval\":60,\"retry_interval\":60,\"timeout\":2"
#define RULES                                                                                      \
	"[{\\\"oid\\\":\\\"1.3.6.1.6.3.1.1.5.3\\\",\\\"name\\\":\\\"linkDown\\\","                 \
	"\\\"severity\\\":\\\"major\\\","                                                          \
	"\\\"raises\\\":\\\"link {1}\\\",\\\"hastens\\\":[\\\"port\\\"]},"                         \
	"{\\\"oid\\\":\\\"1.3.6.1.4.1.318.5\\\",\\\"name\\\":\\\"onBattery\\\"}]"
#define TRAP(id, more)                                                                             \
	"{\"id\":\"" id "\",\"type\":\"trap\"," COMMON ",\"params\":{\"notifications\":\"" RULES   \
	"\"," more "}}"
#define TCP(id)                                                                                    \
	"{\"id\":\"" id "\",\"type\":\"tcp\"," COMMON                                              \
	",\"params\":{\"address\":\"127.0.0.1\",\"port\":\"1\"}}"
#define LIST(plan, checks) "{\"plan\":\"" plan "\",\"agent\":\"dc\",\"checks\":[" checks "]}"
#define HERE "\"address\":\"127.0.0.1\""
#define PLAN_A                                                                                     \
	LIST("a", TRAP("sw:traps", HERE) "," TCP("sw:port") "," TCP("sw:other") "," TCP("fw:"      \
											"port"))

struct site {
	uv_loop_t loop;
	char folder[40], listen[40];
	struct trap_config config;
	struct secrets *secrets;
	struct traps *traps;
	struct generation g;
	unsigned probed[8];
	struct wire_note notes[8];
	size_t note_count;
	bool busy; /* probes are under way */
	int fd;
};

static bool on_probe(void *user, size_t index)
{
	struct site *s = user;

	s->probed[index]++;
	if (traps_book(s->traps, index) != NULL && s->note_count < COUNT_OF(s->notes)) {
		int64_t values[TRAP_VALUE_COUNT];

		trap_book_values(traps_book(s->traps, index), values);
		s->note_count += traps_take_note(s->traps, index, &s->notes[s->note_count]);
		return true;
	}
	return !s->busy;
}

static void build(struct site *s, const char *list)
{
	struct err_info info;

	if (generation_build(slice_of(list), s->secrets, &s->g, &info) != ERR_OK)
		fail_msg("%s", info.text);
}

static void start(struct site *s, const char *list)
{
	struct traps_options o = {
		.config = &s->config, .folder = s->folder, .probe = on_probe, .user = s};
	struct sockaddr_in a = {.sin_family = AF_INET};
	struct err_info info;

	if (traps_open(&o, &s->traps, &info) != ERR_OK ||
	    traps_start(s->traps, &s->loop, s->secrets, &info) != ERR_OK)
		fail_msg("%s", info.text);
	build(s, list);
	traps_set_checks(s->traps, &s->g);
	inet_pton(AF_INET, "127.0.0.1", &a.sin_addr);
	a.sin_port = htons(traps_port(s->traps));
	s->fd = socket(AF_INET, SOCK_DGRAM, 0);
	assert_int_equal(connect(s->fd, (struct sockaddr *)&a, sizeof(a)), 0);
}

static void stop(struct site *s)
{
	traps_free(s->traps);
	uv_run(&s->loop, UV_RUN_DEFAULT);
	generation_release(&s->g);
	close(s->fd);
}

static void open_site(struct site *s)
{
	struct findings f;

	*s = (struct site){.folder = "/tmp/vigia-traps-XXXXXX"};
	assert_non_null(mkdtemp(s->folder));
	snprintf(s->listen, sizeof(s->listen), "127.0.0.1:%u", free_port());
	s->config.listen[s->config.listen_count++] = s->listen;
	s->config.communities[s->config.community_count++] = "traplab";
	findings_init(&f);
	s->secrets = secrets_open(NULL, &f);
	findings_release(&f);
	uv_loop_init(&s->loop);
}

static void close_site(struct site *s)
{
	static const char *const names[] = {"traps.json", "engine.json"};
	char path[96];

	uv_loop_close(&s->loop);
	secrets_free(s->secrets);
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", s->folder, names[i]);
		unlink(path);
	}
	rmdir(s->folder);
}

static uint64_t counted(struct site *s, const char *name)
{
	struct wire_trap_count c[WIRE_TRAPS_MAX];
	size_t n = traps_count(s->traps, c);

	for (size_t i = 0; i < n; i++) {
		if (strcmp(c[i].name, name) == 0)
			return c[i].count;
	}
	fail_msg("nothing is counted as %s", name);
	return 0;
}

static void say(struct site *s, const char *hex)
{
	struct slice p = packet_of(hex);

	assert_int_equal(send(s->fd, p.p, p.n, 0), p.n);
}

static bool is_on_disk(struct site *s, const char *text)
{
	char path[96];
	struct err_info info;
	struct buf b;
	bool found;

	snprintf(path, sizeof(path), "%s/traps.json", s->folder);
	buf_init(&b, 1 << 20);
	found = files_read(path, &b, &info) == ERR_OK && strstr(buf_cstr(&b), text) != NULL;
	buf_release(&b);
	return found;
}

static void an_alarm_is_told_and_hastens(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	start(&s, PLAN_A);
	assert_null(traps_book(s.traps, 1));
	say(&s, packet_v2_trap);
	while (s.note_count == 0)
		loop_turn(&s.loop);
	assert_string_equal(s.notes[0].what, "raised");
	assert_string_equal(s.notes[0].name, "linkDown");
	assert_string_equal(s.notes[0].severity, "major");
	assert_string_equal(s.notes[0].source, "127.0.0.1");
	assert_true(is_on_disk(&s, "\"key\":\"link 7\""));
	while (s.probed[1] == 0)
		loop_turn(&s.loop);
	assert_int_equal(s.probed[2], 0); /* not named */
	assert_int_equal(s.probed[3], 0); /* of another component */
	assert_int_equal(counted(&s, "taken"), 1);
	stop(&s);
	close_site(&s);
}

static void what_is_under_way_is_hastened_again(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	start(&s, PLAN_A);
	s.busy = true;
	say(&s, packet_v2_trap);
	while (s.probed[1] < 2)
		loop_turn(&s.loop);
	s.busy = false;
	while (s.probed[1] < 3)
		loop_turn(&s.loop);
	stop(&s);
	close_site(&s);
}

static void an_inform_is_answered_after_the_disk(void **state)
{
	char answer[256], away[64];
	struct site s;

	(void)state;
	open_site(&s);
	start(&s, PLAN_A);
	say(&s, packet_v2_inform);
	while (recv(s.fd, answer, sizeof(answer), MSG_DONTWAIT) < 0)
		loop_turn(&s.loop);
	assert_true(is_on_disk(&s, "\"key\":\"link 7\""));
	/* where the disk takes nothing it is told and not answered: the sender keeps it */
	snprintf(away, sizeof(away), "%s-away", s.folder);
	assert_int_equal(rename(s.folder, away), 0);
	say(&s, packet_v2_inform);
	say(&s, packet_v1_trap);
	while (s.note_count < 2)
		loop_turn(&s.loop);
	assert_string_equal(s.notes[1].name, "onBattery");
	assert_int_equal(recv(s.fd, answer, sizeof(answer), MSG_DONTWAIT), -1);
	assert_int_equal(rename(away, s.folder), 0);
	say(&s, packet_v2_trap);
	while (recv(s.fd, answer, sizeof(answer), MSG_DONTWAIT) < 0)
		loop_turn(&s.loop);
	stop(&s);
	close_site(&s);
}

static void a_restart_knows_what_is_open(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	start(&s, PLAN_A);
	say(&s, packet_v2_trap);
	while (s.note_count == 0)
		loop_turn(&s.loop);
	stop(&s);
	start(&s, PLAN_A);
	assert_int_equal(trap_book_open(traps_book(s.traps, 0)), 1);
	assert_false(trap_book_has_notes(traps_book(s.traps, 0)));
	stop(&s);
	/* a plan without the check lets it go, for good */
	start(&s, PLAN_A);
	generation_release(&s.g);
	build(&s, LIST("b", TCP("sw:port")));
	traps_set_checks(s.traps, &s.g);
	assert_false(is_on_disk(&s, "link 7"));
	stop(&s);
	start(&s, PLAN_A);
	assert_int_equal(trap_book_open(traps_book(s.traps, 0)), 0);
	stop(&s);
	close_site(&s);
}

static void another_plan_keeps_the_alarm(void **state)
{
	struct generation old;
	struct site s;

	(void)state;
	open_site(&s);
	start(&s, PLAN_A);
	say(&s, packet_v2_trap);
	while (s.note_count == 0)
		loop_turn(&s.loop);
	old = s.g;
	build(&s, LIST("b", TCP("aa:port") "," TRAP("sw:traps", HERE)));
	traps_set_checks(s.traps, &s.g);
	generation_release(&old);
	assert_null(traps_book(s.traps, 0));
	assert_int_equal(trap_book_open(traps_book(s.traps, 1)), 1);
	stop(&s);
	close_site(&s);
}

static void a_translated_sender_must_name_itself(void **state)
{
	struct site s;

	(void)state;
	open_site(&s);
	start(&s, LIST("a",
		       TRAP("sw:traps", "\"sources\":\"192.0.2.7\",\"nat\":\"127.0.0.1\"") "," TRAP(
			       "fw:traps", "\"sources\":\"192.0.2.8\",\"nat\":\"127.0.0.1\"")));
	say(&s, packet_v1_trap); /* says 192.0.2.7 */
	while (s.note_count == 0)
		loop_turn(&s.loop);
	assert_string_equal(s.notes[0].name, "onBattery");
	assert_int_equal(s.probed[1], 0);
	say(&s, packet_v2_trap); /* says nothing */
	while (counted(&s, "unmatched") == 0)
		loop_turn(&s.loop);
	assert_int_equal(s.note_count, 1);
	stop(&s);
	close_site(&s);
}

static void our_engine_stays_and_its_boots_rise(void **state)
{
	char before[64] = "", path[96];
	struct err_info info;
	struct site s;
	struct buf b;

	(void)state;
	open_site(&s);
	for (int i = 1; i <= 2; i++) {
		char *at;

		start(&s, PLAN_A);
		stop(&s);
		snprintf(path, sizeof(path), "%s/engine.json", s.folder);
		buf_init(&b, 4096);
		assert_int_equal(files_read(path, &b, &info), ERR_OK);
		at = strstr(buf_cstr(&b), "\"boots\":");
		assert_non_null(at);
		assert_int_equal(atoi(at + 8), i);
		*at = '\0';
		if (i > 1)
			assert_string_equal(before, buf_cstr(&b));
		snprintf(before, sizeof(before), "%s", buf_cstr(&b));
		buf_release(&b);
	}
	/* damaged: another engine */
	assert_int_equal(files_replace(path, SLICE_LIT("{\"engine\":1"), 0600, &info), ERR_OK);
	start(&s, PLAN_A);
	stop(&s);
	close_site(&s);
}

static void what_is_missing_is_told(void **state)
{
	struct wire_trap_count counts[WIRE_TRAPS_MAX];
	struct traps *none = NULL;
	struct trap_config empty = {0};
	struct traps_options o = {.config = &empty, .folder = "/tmp"};
	struct err_info info;
	struct site s;

	(void)state;
	assert_int_equal(traps_open(&o, &none, &info), ERR_OK);
	assert_null(none);
	assert_null(traps_book(none, 0));
	assert_int_equal(traps_count(none, counts), 0);
	open_site(&s);
	start(&s, PLAN_A);
	s.config.communities[0] = "${secret:gone}";
	assert_int_equal(traps_reload(s.traps, &s.config, s.secrets, &info), ERR_NOT_FOUND);
	assert_non_null(strstr(info.text, "gone"));
	say(&s, packet_v2_trap); /* the old one is in force */
	while (s.note_count == 0)
		loop_turn(&s.loop);
	s.config.communities[0] = "other";
	assert_int_equal(traps_reload(s.traps, &s.config, s.secrets, &info), ERR_OK);
	say(&s, packet_v2_trap);
	while (counted(&s, "community") == 0)
		loop_turn(&s.loop);
	stop(&s);
	close_site(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alarm_is_told_and_hastens),
		cmocka_unit_test(what_is_under_way_is_hastened_again),
		cmocka_unit_test(an_inform_is_answered_after_the_disk),
		cmocka_unit_test(a_restart_knows_what_is_open),
		cmocka_unit_test(another_plan_keeps_the_alarm),
		cmocka_unit_test(a_translated_sender_must_name_itself),
		cmocka_unit_test(our_engine_stays_and_its_boots_rise),
		cmocka_unit_test(what_is_missing_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
