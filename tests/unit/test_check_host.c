/* check_host - one machine read twice makes shares and rates; what fails is named, what cannot be read is blind and never
 * green; a system without systemd, a bus that is silent, a disk that hangs.
 *
 * wrap: host_sources
 * wrap: statvfs
 */
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "checks/host_sources.h"
#include "probing/prober.h"
#include "tests/support/probe_once.h"

extern const struct check_type check_host;

static struct host_sources sources;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool disk_hangs;

const struct host_sources *__wrap_host_sources(void);
const struct host_sources *__wrap_host_sources(void)
{
	return &sources;
}

int __wrap_statvfs(const char *path, struct statvfs *v);
int __wrap_statvfs(const char *path, struct statvfs *v)
{
	(void)path;
	pthread_mutex_lock(&lock);
	while (disk_hangs)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	*v = (struct statvfs){.f_frsize = 4096,
			      .f_blocks = 100,
			      .f_bfree = 40,
			      .f_bavail = 40,
			      .f_files = 10,
			      .f_ffree = 9,
			      .f_favail = 9};
	return 0;
}

static void set_hang(bool hangs)
{
	pthread_mutex_lock(&lock);
	disk_hangs = hangs;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

static int set_up(void **state)
{
	static uv_loop_t loop;

	sources = (struct host_sources){"tests/fixtures/host/proc", "/nonexistent/bus"};
	uv_loop_init(&loop);
	*state = &loop;
	return 0;
}

static int tear_down(void **state)
{
	while (uv_run(*state, UV_RUN_DEFAULT) != 0)
		;
	return uv_loop_close(*state);
}

static int64_t value(const struct verdict *v, const char *name)
{
	return probe_value("host", v, name);
}

/* --- the clock in our hands ---------------------------------------------------------------------------- */

struct hand {
	struct probe probe;
	struct arena *arena;
	void *memory;
};

static const char *find(void *user, const char *key)
{
	const char *const *pair = user;

	return strcmp(pair[0], key) == 0 ? pair[1] : strcmp(key, "disks") == 0 ? "" : NULL;
}

static void take_hand(struct hand *h, const char *key, const char *text)
{
	const char *pair[2] = {key, text};
	struct err_info info;

	memset(h, 0, sizeof(*h));
	h->arena = arena_new();
	h->probe.type = &check_host;
	assert_int_equal(
		prober_fill_params(&check_host, find, pair, h->arena, &h->probe.params, &info),
		ERR_OK);
	h->memory = mem_calloc(1, check_host.memory_size);
}

static struct check_step start_at(struct hand *h, int64_t us)
{
	free(h->probe.state);
	h->probe.state = mem_calloc(1, check_host.state_size);
	h->probe.memory = h->memory;
	memset(&h->probe.verdict, 0, sizeof(h->probe.verdict));
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		h->probe.verdict.values[i] = MICRO_NONE;
	h->probe.started.us = us;
	h->probe.deadline.us = us + 4000000;
	return check_host.start(&h->probe, (struct mono_time){us});
}

static void drop_hand(struct hand *h)
{
	check_host.stop(&h->probe);
	free(h->probe.state);
	free(h->memory);
	arena_free(h->arena);
}

static void a_first_probe_takes_two_samples(void **state)
{
	struct hand h;
	struct check_step s;
	const struct verdict *v = &h.probe.verdict;

	(void)state;
	take_hand(&h, "", "");
	s = start_at(&h, 1000000);
	assert_int_equal(s.kind, STEP_WAIT_TIME);
	assert_int_equal(s.deadline.us, 1500000);
	sources.proc = "tests/fixtures/host/later";
	s = check_host.resume(&h.probe, (struct mono_time){1500000}, 0);
	assert_int_equal(s.kind, STEP_DONE);
	assert_int_equal(v->outcome, OUTCOME_OK);
	assert_int_equal(value(v, "cpu"), 450000);
	assert_int_equal(value(v, "cpu_user"), 300000);
	assert_int_equal(value(v, "cpu_system"), 100000);
	assert_int_equal(value(v, "cpu_iowait"), 50000);
	assert_int_equal(value(v, "cpu_steal"), 50000);
	assert_int_equal(value(v, "net_in"),
			 4000000 * MICRO); /* eth1 began anew, eth2 has just come */
	assert_int_equal(value(v, "net_out"), 2000000 * MICRO);
	assert_int_equal(value(v, "net_errors"), 4 * MICRO);
	assert_int_equal(value(v, "net_drops"), 0);
	assert_int_equal(value(v, "swap_in"), 20 * sysconf(_SC_PAGESIZE) * MICRO);
	assert_int_equal(value(v, "swap_out"), 0);
	drop_hand(&h);
}

static void the_next_one_spans_the_time_since_the_last(void **state)
{
	struct hand h;
	struct check_step s;
	const struct verdict *v = &h.probe.verdict;

	(void)state;
	take_hand(&h, "", "");
	start_at(&h, 0);
	check_host.resume(&h.probe, (struct mono_time){500000}, 0);
	/* Nothing has moved on this machine: no share can be told, and that is our trouble, not its good health. */
	assert_int_equal(v->outcome, OUTCOME_LAG_OWN);
	assert_true(value(v, "cpu") == MICRO_NONE);
	check_host.stop(&h.probe);
	sources.proc = "tests/fixtures/host/later";
	s = start_at(&h, 10500000);
	assert_int_equal(s.kind, STEP_DONE);
	assert_int_equal(value(v, "cpu"), 450000);
	assert_int_equal(value(v, "net_in"), 200000 * MICRO);
	assert_int_equal(value(v, "net_errors"), 200000);
	check_host.stop(&h.probe);
	s = start_at(&h, 10500001); /* too soon for a share: two samples again */
	assert_int_equal(s.kind, STEP_WAIT_TIME);
	drop_hand(&h);
}

static void what_is_present(void **state)
{
	struct hand h;
	const struct verdict *v = &h.probe.verdict;

	(void)state;
	take_hand(&h, "", "");
	start_at(&h, 0);
	sources.proc = "tests/fixtures/host/later";
	check_host.resume(&h.probe, (struct mono_time){500000}, 0);
	assert_int_equal(value(v, "load1"), 500000);
	assert_int_equal(value(v, "load5"), 1000000);
	assert_int_equal(value(v, "load15"), 2250000);
	assert_int_equal(value(v, "load_core"), 500000);
	assert_int_equal(value(v, "mem_used"), 750000);
	assert_int_equal(value(v, "mem_free"), 1024000000 * MICRO);
	assert_int_equal(value(v, "swap_used"), 250000);
	assert_int_equal(value(v, "uptime"), 86400500000);
	assert_true(value(v, "disk_used") == MICRO_NONE);
	assert_true(value(v, "services_down") == MICRO_NONE);
	drop_hand(&h);
}

static void a_machine_that_does_not_tell_is_blind(void **state)
{
	struct hand h;
	const struct verdict *v = &h.probe.verdict;

	(void)state;
	sources.proc = "tests/fixtures/host/limited";
	take_hand(&h, "", "");
	start_at(&h, 0);
	check_host.resume(&h.probe, (struct mono_time){500000}, 0);
	assert_int_equal(v->outcome, OUTCOME_SOURCE_MISSING);
	assert_int_equal(outcome_class(v->outcome), CLASS_BLIND);
	assert_string_equal(v->detail, "tests/fixtures/host/limited/vmstat cannot be read");
	assert_true(value(v, "mem_used") == MICRO_NONE);
	assert_int_equal(value(v, "load1"), 500000); /* what can be read is told */
	drop_hand(&h);
	sources.proc = "/nonexistent";
	take_hand(&h, "", "");
	start_at(&h, 0);
	check_host.resume(&h.probe, (struct mono_time){500000}, 0);
	assert_int_equal(v->outcome, OUTCOME_SOURCE_MISSING);
	assert_true(value(v, "cpu") == MICRO_NONE && value(v, "load_core") == MICRO_NONE);
	drop_hand(&h);
}

static void an_interface_that_is_gone(void **state)
{
	struct hand h;
	const struct verdict *v = &h.probe.verdict;

	(void)state;
	take_hand(&h, "interfaces", "eth0, eth7");
	start_at(&h, 0);
	sources.proc = "tests/fixtures/host/later";
	check_host.resume(&h.probe, (struct mono_time){1000000}, 0);
	assert_int_equal(v->outcome, OUTCOME_DEVICE_MISSING);
	assert_string_equal(v->detail, "no interface eth7");
	assert_int_equal(value(v, "net_in"), 2000000 * MICRO); /* of eth0 alone */
	drop_hand(&h);
}

static void parameters(void **state)
{
	static const char *const wrong[][2] = {{"disks", "var"},
					       {"disks", "/a,,/b"},
					       {"services", "a b"},
					       {"services", "../x"},
					       {"read_only", "perhaps"}};
	struct arena *a = arena_new();
	const void *params;
	struct err_info info;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		const char *pair[2] = {wrong[i][0], wrong[i][1]};

		assert_int_not_equal(prober_fill_params(&check_host, find, pair, a, &params, &info),
				     ERR_OK);
		assert_memory_equal(info.text, wrong[i][0], strlen(wrong[i][0]));
	}
	arena_free(a);
}

/* --- on the prober's loop ----------------------------------------------------------------------------------- */

#define MOVING "/proc" /* a machine whose processors tick: ours */

static void disks(void **state)
{
	struct verdict v;

	sources.proc = MOVING;
	v = PROBE(*state, "host", 4000, "disks=/");
	assert_int_equal(v.outcome, OUTCOME_OK);
	assert_int_equal(value(&v, "disk_used"), 600000);
	assert_int_equal(value(&v, "disk_free"), 40 * 4096 * MICRO);
	assert_int_equal(value(&v, "inodes_used"), 100000);
	assert_string_equal(v.detail, "/ 60 %");
	v = PROBE(*state, "host", 4000, "disks=/nonexistent");
	assert_int_equal(v.outcome, OUTCOME_DEVICE_MISSING);
}

struct results {
	struct verdict last;
	unsigned count;
};

static void on_result(void *user, size_t index, struct wall_time at, const struct verdict *v)
{
	struct results *r = user;

	(void)index;
	(void)at;
	r->last = *v;
	r->count++;
}

static const char *nothing(void *user, const char *key)
{
	(void)user;
	(void)key;
	return NULL;
}

static void a_disk_that_hangs_holds_up_nothing(void **state)
{
	struct results results = {.count = 0};
	struct prober_options options = {
		.loop = *state, .in_flight_max = 4, .result = on_result, .user = &results};
	struct prober_check check = {.id = "x/y:z",
				     .type = &check_host,
				     .interval_us = 300 * MICRO,
				     .retry_interval_us = 300 * MICRO,
				     .timeout_us = 400000};
	struct arena *arena = arena_new();
	struct prober *prober;
	struct err_info info;

	sources.proc = MOVING;
	set_hang(true);
	assert_int_equal(
		prober_fill_params(&check_host, nothing, NULL, arena, &check.params, &info),
		ERR_OK);
	assert_int_equal(prober_new(&options, &prober, &info), ERR_OK);
	prober_set_checks(prober, &check, 1);
	for (unsigned i = 1; i <= 2; i++) { /* the second finds the first's job still at work */
		prober_probe_now(prober, 0);
		while (results.count < i)
			loop_turn(*state);
		assert_int_equal(results.last.outcome, OUTCOME_DISK_FAILED);
		assert_string_equal(results.last.detail, "file systems do not answer in time");
		assert_true(value(&results.last, "disk_used") == MICRO_NONE);
		assert_true(value(&results.last, "load1") >= 0); /* all else is measured */
	}
	set_hang(false);
	check.timeout_us = 4000000;
	do { /* until the job that hung is back */
		unsigned before = results.count;

		prober_set_checks(prober, &check, 1);
		prober_probe_now(prober, 0);
		while (results.count == before)
			loop_turn(*state);
	} while (results.last.outcome == OUTCOME_DISK_FAILED);
	assert_int_equal(results.last.outcome, OUTCOME_OK);
	prober_free(prober);
	arena_free(arena);
}

/* What the first probe has read serves the second: it needs no span of its own and ends at once. */
static void the_prober_keeps_the_last_sample(void **state)
{
	struct results results = {.count = 0};
	struct prober_options options = {
		.loop = *state, .in_flight_max = 4, .result = on_result, .user = &results};
	struct prober_check check = {.id = "x/y:z",
				     .type = &check_host,
				     .interval_us = 300 * MICRO,
				     .retry_interval_us = 300 * MICRO,
				     .timeout_us = 4000000};
	struct arena *arena = arena_new();
	const char *pair[2] = {"", ""};
	struct prober *prober;
	struct err_info info;
	uint64_t first;

	sources.proc = MOVING;
	assert_int_equal(prober_fill_params(&check_host, find, pair, arena, &check.params, &info),
			 ERR_OK);
	assert_int_equal(prober_new(&options, &prober, &info), ERR_OK);
	prober_set_checks(prober, &check, 1);
	prober_probe_now(prober, 0);
	assert_int_equal(results.count, 0);
	while (results.count == 0)
		loop_turn(*state);
	first = uv_hrtime();
	while (uv_hrtime() - first < 200000000) /* long enough for a share */
		loop_turn(*state);
	prober_probe_now(prober, 0);
	assert_int_equal(results.count, 2);
	prober_free(prober);
	arena_free(arena);
}

/* --- the bus --------------------------------------------------------------------------------------------------- */

struct bus {
	uv_pipe_t listener, visitor;
	uv_write_t write;
	char folder[64], path[96], answer[4096];
	size_t size;
	bool is_cut, asked;
	char room[4096];
};

static void on_room(uv_handle_t *h, size_t size, uv_buf_t *b)
{
	struct bus *bus = h->data;

	(void)size;
	*b = uv_buf_init(bus->room, sizeof(bus->room));
}

static void on_written(uv_write_t *w, int status)
{
	struct bus *bus = w->data;

	if (status == 0 && bus->is_cut)
		uv_close((uv_handle_t *)&bus->visitor, NULL);
}

static void on_said(uv_stream_t *s, ssize_t n, const uv_buf_t *b)
{
	struct bus *bus = s->data;
	uv_buf_t out = uv_buf_init(bus->answer, (unsigned)bus->size);

	if (n < 0) {
		if (!uv_is_closing((uv_handle_t *)s))
			uv_close((uv_handle_t *)s, NULL);
		return;
	}
	bus->asked = n > 30 && memmem(b->base, (size_t)n, "ListUnitsByNames", 16) != NULL;
	bus->write.data = bus;
	if (bus->size > 0)
		uv_write(&bus->write, s, &out, 1, on_written);
}

static void on_visitor(uv_stream_t *listener, int status)
{
	struct bus *bus = listener->data;

	assert_int_equal(status, 0);
	uv_pipe_init(listener->loop, &bus->visitor, 0);
	bus->visitor.data = bus;
	assert_int_equal(uv_accept(listener, (uv_stream_t *)&bus->visitor), 0);
	uv_read_start((uv_stream_t *)&bus->visitor, on_room, on_said);
}

static void bus_start(struct bus *bus, uv_loop_t *loop, const char *fixture)
{
	char path[128];
	ssize_t n = 0;
	int fd;

	memset(bus, 0, sizeof(*bus));
	snprintf(bus->folder, sizeof(bus->folder), "/tmp/vigia-bus-XXXXXX");
	assert_non_null(mkdtemp(bus->folder));
	snprintf(bus->path, sizeof(bus->path), "%s/bus", bus->folder);
	if (fixture != NULL) {
		snprintf(path, sizeof(path), "tests/fixtures/host/%s", fixture);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = read(fd, bus->answer, sizeof(bus->answer));
		close(fd);
		assert_true(n > 0);
	}
	bus->size = (size_t)n;
	uv_pipe_init(loop, &bus->listener, 0);
	bus->listener.data = bus;
	assert_int_equal(uv_pipe_bind(&bus->listener, bus->path), 0);
	assert_int_equal(uv_listen((uv_stream_t *)&bus->listener, 4, on_visitor), 0);
	sources = (struct host_sources){MOVING, bus->path};
}

static void bus_stop(struct bus *bus)
{
	uv_close((uv_handle_t *)&bus->listener, NULL);
	while (uv_run(bus->listener.loop, UV_RUN_NOWAIT) != 0)
		;
	unlink(bus->path);
	rmdir(bus->folder);
}

struct bus_case {
	const char *fixture;
	bool is_cut;
	size_t only; /* so many bytes of it */
	enum outcome outcome;
	const char *detail;
	int64_t down;
};

static void services(void **state)
{
	static const struct bus_case cases[] = {
		{"bus-active.bin", false, 0, OUTCOME_OK, "/ 60 %", 0},
		{"bus-down.bin", false, 0, OUTCOME_SERVICE_INACTIVE,
		 "cron.service failed (failed), foo@1.service not-found", 2 * MICRO},
		{"bus-no-systemd.bin", false, 0, OUTCOME_SOURCE_MISSING,
		 "services: org.freedesktop.DBus.Error.ServiceUnknown", MICRO_NONE},
		{"bus-down.bin", true, 700, OUTCOME_SOURCE_MISSING,
		 "services: the system's D-Bus hung up", MICRO_NONE},
		{"bus-other.bin", false, 0, OUTCOME_SOURCE_MISSING,
		 "services: the answer is no D-Bus message that we know", MICRO_NONE},
		{NULL, false, 0, OUTCOME_SOURCE_MISSING,
		 "services: systemd does not answer in time", MICRO_NONE},
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct bus_case *c = &cases[i];
		struct bus bus;
		struct verdict v;

		bus_start(&bus, *state, c->fixture);
		bus.is_cut = c->is_cut;
		bus.size = c->only > 0 ? c->only : bus.size;
		v = PROBE(*state, "host", c->fixture != NULL ? 8000 : 1000, "services=nginx, cron",
			  "disks=/");
		assert_true(bus.asked);
		assert_string_equal(v.detail, c->detail);
		assert_int_equal(v.outcome, c->outcome);
		assert_true(value(&v, "services_down") == c->down);
		assert_int_equal(value(&v, "disk_used"),
				 600000); /* the rest is measured all the same */
		bus_stop(&bus);
	}
}

static void without_a_bus_it_is_blind(void **state)
{
	struct verdict v;

	sources.proc = MOVING;
	v = PROBE(*state, "host", 4000, "services=nginx.service");
	assert_int_equal(v.outcome, OUTCOME_SOURCE_MISSING);
	assert_int_equal(outcome_class(v.outcome), CLASS_BLIND);
	assert_string_equal(v.detail,
			    "services: this machine has no systemd, or no D-Bus to ask it");
	v = PROBE(*state, "host", 4000, "services=nginx.service", "disks=/nonexistent");
	assert_int_equal(v.outcome,
			 OUTCOME_DEVICE_MISSING); /* what is bad outweighs what is blind */
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_first_probe_takes_two_samples),
		TEST(the_next_one_spans_the_time_since_the_last),
		TEST(what_is_present),
		TEST(a_machine_that_does_not_tell_is_blind),
		TEST(an_interface_that_is_gone),
		TEST(parameters),
		TEST(disks),
		TEST(a_disk_that_hangs_holds_up_nothing),
		TEST(the_prober_keeps_the_last_sample),
		TEST(services),
		TEST(without_a_bus_it_is_blind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
