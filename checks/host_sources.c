#include "checks/host_sources.h"

const struct host_sources *host_sources(void)
{
	static const struct host_sources here = {"/proc", "/run/dbus/system_bus_socket"};

	return &here;
}
