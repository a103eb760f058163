/* dashboard_config.h - dashboard.yaml (DESIGN 7). */
#ifndef VIGIA_DASHBOARD_DASHBOARD_CONFIG_H
#define VIGIA_DASHBOARD_DASHBOARD_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/param.h"
#include "base/tls_config.h"
#include "base/yaml_doc.h"

/* Who may look without logging in; to act one logs in always, and who answers by a link of a message needs no more than the link. */
enum board_audience { BOARD_PEOPLE, BOARD_LOOPBACK, BOARD_EVERYONE };

struct dashboard_config {
	struct arena *arena;
	const char *listen, *collector, *token_file, *public_url;
	const char *identity,
		*identity_file; /* of the collector; identity_file always has a value */
	bool collector_is_tls;
	enum board_audience board;
	const char *
		series; /* folder of the collector's series; always has a value, need not be there */
	int64_t render_workers;
	struct tls_config tls; /* for browsers */
	char host[256]; /* of listen */
	uint16_t port;
};
extern const struct param dashboard_config_params[];

/* Findings say what is wrong; false then. Release in either case. */
bool dashboard_config_read(const char *path, struct dashboard_config *ret,
			   struct findings *f) NONNULL_ALL;
void dashboard_config_release(struct dashboard_config *c) NONNULL_ALL;

#endif
