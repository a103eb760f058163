/* peer_url.h - where one of our own programs listens: https://ADDRESS-OR-NAME:PORT, or http:// with a numeric loopback
 * address: plain HTTP leaves no machine. */
#ifndef VIGIA_BASE_PEER_URL_H
#define VIGIA_BASE_PEER_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

enum { PEER_URL_SIZE = 300 };

struct peer_url {
	char text[PEER_URL_SIZE]; /* without a slash at the end: paths are appended */
	char host[256];
	uint16_t port;
	bool tls, is_name;
};

/* ERR_SYNTAX: not of the form; ERR_UNSUPPORTED: plain HTTP to elsewhere. `info` names the text. */
enum err peer_url_parse(const char *text, struct peer_url *ret,
			struct err_info *info) NONNULL_ALL MUST_CHECK;

#endif
