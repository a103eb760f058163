/* url.h - the parts of a URL that a person wrote into a configuration, by libcurl's own parser, so that nobody is
 * misled about which host is meant. */
#ifndef VIGIA_BASE_URL_H
#define VIGIA_BASE_URL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"

struct url_parts {
	char scheme[16], host[256]; /* an IPv6 address without its brackets */
	uint16_t port; /* given, or the scheme's own */
	bool has_path; /* more than "/": path, query or fragment */
};

/* ERR_SYNTAX with one sentence: no URL, a user or password in it, a control character. */
enum err url_split(const char *text, struct url_parts *ret, struct err_info *info)
	NONNULL(1, 2) MUST_CHECK;

#endif
