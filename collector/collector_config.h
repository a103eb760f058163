/* collector_config.h - collector.yaml (DESIGN 7). */
#ifndef VIGIA_COLLECTOR_COLLECTOR_CONFIG_H
#define VIGIA_COLLECTOR_COLLECTOR_CONFIG_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/param.h"
#include "base/tls_config.h"
#include "base/yaml_doc.h"

/* The outgoing sign of life; url NULL: none is sent. */
struct heartbeat_config {
	const char *url, *ca_file;
	int64_t every_us, timeout_us;
	bool post; /* else GET */
	bool tls;
	char host[256];
	uint16_t port;
};
extern const struct param heartbeat_params[];

/* A drill that this process plays (conductor.h); scenario NULL: the real day. */
struct drill_config {
	const char *scenario, *real_data; /* the real collector's data folder */
	bool to_file; /* all messages into FOLDER/messages.jsonl, none to people */
	char folder[4096];
};

struct collector_config {
	struct arena *arena;
	const char *listen, *data, *plan, *public_url;
	const char *file; /* this very configuration, absolute */
	const char *secrets; /* NULL if there is none */
	const char
		*drills; /* folder of scenarios that may be played from the board; NULL: none may */
	struct tls_config tls;
	int64_t link_valid_us;
	int64_t flush_us, fine_rows, middle_rows, coarse_rows, day_rows, ballast, reserve;
	char host[256];
	uint16_t port;
	bool trust_clock; /* option --trust-clock: the system's clock is right, however far it went */
	struct heartbeat_config heartbeat;
	struct drill_config drill;
};
extern const struct param collector_config_params[];

/* Findings say what is wrong; false then. Release in either case. */
bool collector_config_read(const char *path, struct collector_config *ret,
			   struct findings *f) NONNULL_ALL;
/* Makes a drill's configuration of the real one: a folder of its own, a free port of this machine, no TLS, no heartbeat. `folder` NULL:
 * DATA/drills/ and the time. */
void collector_config_for_drill(struct collector_config *c, const char *scenario,
				const char *folder, bool to_file, struct wall_time now)
	NONNULL(1, 2);
void collector_config_release(struct collector_config *c) NONNULL_ALL;

#endif
