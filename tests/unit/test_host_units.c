/* host_units - systemd's word on units. The answers are those of a real dbus-daemon with a service that stands in for
 * systemd (tests/fixtures/host), byte for byte; cut anywhere they are incomplete, never misread. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/host_units.h"

static struct slice load(const char *name, char *room, size_t size)
{
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "tests/fixtures/host/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	n = read(fd, room, size);
	close(fd);
	assert_true(n > 0 && (size_t)n < size);
	return (struct slice){room, (size_t)n};
}

static void all_active(void **state)
{
	char room[4096];
	struct host_units u;

	(void)state;
	assert_int_equal(host_units_read(load("bus-active.bin", room, sizeof(room)), &u),
			 HOST_UNITS_DONE);
	assert_int_equal(u.told, 1);
	assert_int_equal(u.down, 0);
	assert_string_equal(u.text, "");
}

static void those_that_are_down_are_named(void **state)
{
	char room[4096];
	struct host_units u;

	(void)state;
	assert_int_equal(host_units_read(load("bus-down.bin", room, sizeof(room)), &u),
			 HOST_UNITS_DONE);
	assert_int_equal(u.told, 3);
	assert_int_equal(u.down, 2);
	assert_string_equal(u.text, "cron.service failed (failed), foo@1.service not-found");
}

static void a_bus_without_systemd(void **state)
{
	char room[4096];
	struct host_units u;

	(void)state;
	assert_int_equal(host_units_read(load("bus-no-systemd.bin", room, sizeof(room)), &u),
			 HOST_UNITS_REFUSED);
	assert_string_equal(u.text, "org.freedesktop.DBus.Error.ServiceUnknown");
}

static void cut_anywhere_it_is_incomplete(void **state)
{
	char room[4096];
	struct slice whole = load("bus-down.bin", room, sizeof(room));
	struct host_units u;

	(void)state;
	for (size_t n = 0; n < whole.n; n++)
		assert_int_equal(host_units_read((struct slice){whole.p, n}, &u), HOST_UNITS_MORE);
}

/* The answer of bus-active.bin begins at its third message; its bytes are turned into what a peer must not say. */
static void what_is_no_message(void **state)
{
	char room[4096];
	struct slice whole = load("bus-active.bin", room, sizeof(room));
	char *answer = memmem(room, whole.n, "a(ssssssouso)", 13);
	struct host_units u;

	(void)state;
	assert_non_null(answer);
	answer[2] = 'u'; /* another signature */
	assert_int_equal(host_units_read(whole, &u), HOST_UNITS_MALFORMED);
	answer[2] = 's';
	answer = memmem(room, whole.n, "nginx.service", 13);
	answer[-4] = 100; /* a string longer than the message */
	assert_int_equal(host_units_read(whole, &u), HOST_UNITS_MALFORMED);
	assert_int_equal(host_units_read(SLICE_LIT("REJECTED EXTERNAL\r\n"), &u),
			 HOST_UNITS_REFUSED);
	assert_string_equal(u.text, "the bus does not let us in");
	assert_int_equal(host_units_read(SLICE_LIT("OK 1\r\nHTTP/1.1 200 OK, and more"), &u),
			 HOST_UNITS_MALFORMED);
	assert_int_equal(
		host_units_read(SLICE_LIT("OK 1\r\nl\2\0\1\377\377\377\177\0\0\0\0\0\0\0\0"), &u),
		HOST_UNITS_MALFORMED); /* a body of 2 GiB */
	memset(room, 'x', sizeof(room));
	assert_int_equal(host_units_read((struct slice){room, sizeof(room)}, &u),
			 HOST_UNITS_MALFORMED); /* a line without end */
}

/* A reply in the other order of bytes, as a bus on such a machine sends it: no units. */
static void the_other_order_of_bytes(void **state)
{
	static const char reply[] = "OK 1\r\nB\2\0\1\0\0\0\10\0\0\0\5\0\0\0\33"
				    "\5\1u\0\0\0\0\2\10\1g\0\15a(ssssssouso)\0\0\0\0\0\0"
				    "\0\0\0\0\0\0\0\0";
	struct host_units u;

	(void)state;
	assert_int_equal(host_units_read((struct slice){reply, sizeof(reply) - 1}, &u),
			 HOST_UNITS_DONE);
	assert_int_equal(u.told, 0);
}

static void the_question(void **state)
{
	struct buf q CLEANUP(buf_release);

	(void)state;
	buf_init(&q, 1 << 16);
	host_units_ask(&q, 1000, "nginx, dbus.socket");
	assert_memory_equal(q.data, "\0AUTH EXTERNAL 31303030\r\nBEGIN\r\nl\1\0\1", 37);
	assert_non_null(memmem(q.data, q.len, "\16\0\0\0nginx.service\0", 18) == NULL
				? memmem(q.data, q.len, "\15\0\0\0nginx.service\0", 18)
				: NULL);
	assert_non_null(memmem(q.data, q.len, "\13\0\0\0dbus.socket\0", 16));
	assert_null(memmem(q.data, q.len, "dbus.socket.service", 19));
}

static void names(void **state)
{
	(void)state;
	assert_true(host_units_is_name(SLICE_LIT("nginx.service")));
	assert_true(host_units_is_name(SLICE_LIT("getty@tty1.service")));
	assert_true(host_units_is_name(SLICE_LIT("dev-disk-by\\x2dlabel.device")));
	assert_false(host_units_is_name(SLICE_LIT("")));
	assert_false(host_units_is_name(SLICE_LIT("a b")));
	assert_false(host_units_is_name(SLICE_LIT("../x")));
	assert_false(host_units_is_name(SLICE_LIT("a\0b")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_active),
		cmocka_unit_test(those_that_are_down_are_named),
		cmocka_unit_test(a_bus_without_systemd),
		cmocka_unit_test(cut_anywhere_it_is_incomplete),
		cmocka_unit_test(what_is_no_message),
		cmocka_unit_test(the_other_order_of_bytes),
		cmocka_unit_test(the_question),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
