#include "base/url.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "base/parse.h"

static bool get_part(CURLU *u, CURLUPart what, unsigned flags, char *dst, size_t size)
{
	char *text = NULL;
	bool ok = curl_url_get(u, what, &text, flags) == CURLUE_OK && strlen(text) < size;

	if (ok)
		snprintf(dst, size, "%s", text);
	curl_free(text);
	return ok;
}

static bool has_part(CURLU *u, CURLUPart what)
{
	char *text = NULL;
	bool has = curl_url_get(u, what, &text, 0) == CURLUE_OK && text[0] != '\0' &&
		   strcmp(text, "/") != 0;

	curl_free(text);
	return has;
}

static bool take_parts(CURLU *u, struct url_parts *ret)
{
	char port[8];
	int64_t number;
	size_t n;

	if (!get_part(u, CURLUPART_SCHEME, 0, ret->scheme, sizeof(ret->scheme)) ||
	    !get_part(u, CURLUPART_HOST, 0, ret->host, sizeof(ret->host)) ||
	    !get_part(u, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof(port)) ||
	    parse_i64(slice_of(port), 1, 65535, &number) != ERR_OK)
		return false;
	ret->port = (uint16_t)number;
	n = strlen(ret->host);
	if (ret->host[0] == '[' && n > 2) {
		memmove(ret->host, ret->host + 1, n - 2);
		ret->host[n - 2] = '\0';
	}
	ret->has_path = has_part(u, CURLUPART_PATH) || has_part(u, CURLUPART_QUERY) ||
			has_part(u, CURLUPART_FRAGMENT);
	return true;
}

enum err url_split(const char *text, struct url_parts *ret, struct err_info *info)
{
	CURLU *u = curl_url();
	enum err e = ERR_SYNTAX;

	*ret = (struct url_parts){.port = 0};
	for (const char *p = text; *p != '\0'; p++) {
		if ((unsigned char)*p <= ' ' || *p == 0x7F) {
			curl_url_cleanup(u);
			return err_fail(info, ERR_SYNTAX, "it holds a blank or control character");
		}
	}
	if (strstr(text, "://") == NULL || u == NULL ||
	    curl_url_set(u, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK ||
	    !take_parts(u, ret))
		err_ignore(err_fail(info, e, "it is not SCHEME://HOST[:PORT][/PATH]"));
	else if (has_part(u, CURLUPART_USER) || has_part(u, CURLUPART_PASSWORD))
		err_ignore(err_fail(info, e, "a user or password stands in it; take it out"));
	else
		e = ERR_OK;
	curl_url_cleanup(u);
	return e;
}
