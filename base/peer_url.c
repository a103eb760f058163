#include "base/peer_url.h"

#include <stdio.h>
#include <string.h>

#include "base/parse.h"

enum err peer_url_parse(const char *text, struct peer_url *ret, struct err_info *info)
{
	const bool plain = strncmp(text, "http://", 7) == 0;
	const bool tls = strncmp(text, "https://", 8) == 0;
	const char *rest = text + (plain ? 7 : tls ? 8 : 0);
	const size_t n = strcspn(rest, "/");
	struct peer_url u = {.tls = tls};

	if ((!plain && !tls) ||
	    parse_host_port((struct slice){rest, n}, u.host, sizeof(u.host), &u.port) != ERR_OK ||
	    (!parse_is_address(u.host) && !parse_is_host_name(u.host)) ||
	    strcmp(rest + n, rest[n] == '/' ? "/" : "") != 0 ||
	    (size_t)snprintf(u.text, sizeof(u.text), "%.*s", (int)(rest - text + (long)n), text) >=
		    sizeof(u.text))
		return err_fail(info, ERR_SYNTAX, "'%s' is not https://ADDRESS-OR-NAME:PORT", text);
	u.is_name = !parse_is_address(u.host);
	if (plain && !parse_is_loopback(u.host))
		return err_fail(info, ERR_UNSUPPORTED,
				"'%s': plain HTTP is for numeric loopback addresses only; write "
				"https://",
				text);
	*ret = u;
	return ERR_OK;
}
