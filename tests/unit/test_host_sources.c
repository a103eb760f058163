/* host_sources - the machine itself, where Linux and systemd keep what the host check reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/host_sources.h"

static void is_this_machine(void **state)
{
	(void)state;
	assert_string_equal(host_sources()->proc, "/proc");
	assert_string_equal(host_sources()->bus, "/run/dbus/system_bus_socket");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(is_this_machine)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
