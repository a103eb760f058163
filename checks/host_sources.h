/* host_sources.h - where the host check finds this machine: one function, so that tests put another machine there. */
#ifndef VIGIA_CHECKS_HOST_SOURCES_H
#define VIGIA_CHECKS_HOST_SOURCES_H

struct host_sources {
	const char *proc; /* the root of procfs */
	const char *bus; /* the socket of the system's D-Bus, on which systemd answers */
};
const struct host_sources *host_sources(void);

#endif
