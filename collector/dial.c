#include "collector/dial.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/resolver.h"

struct dial {
	dial_done_fn *done; /* NULL: cancelled; the look-up still ends in on_name */
	void *user;
	uint16_t port;
	bool starting, over;
	char host[256];
};

static void on_name(void *user, enum resolver_result result,
		    const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count)
{
	static const char *const why[] = {
		[RESOLVER_OK] = "has no address",
		[RESOLVER_UNKNOWN] = "is not known to the name servers",
		[RESOLVER_TIMEOUT] = "was asked for and no name server answered",
		[RESOLVER_FAILED] = "could not be looked up",
	};
	struct dial *d = user;
	char text[700];

	if (d->done != NULL && result == RESOLVER_OK && count > 0) {
		bool v6 = strchr(addresses[0], ':') != NULL;

		snprintf(text, sizeof(text), "%s:%u:%s%s%s:%u", d->host, d->port, v6 ? "[" : "",
			 addresses[0], v6 ? "]" : "", d->port);
		d->done(d->user, text, "");
	} else if (d->done != NULL) {
		snprintf(text, sizeof(text), "the name '%s' %s", d->host, why[result]);
		d->done(d->user, NULL, text);
	}
	d->over = true;
	if (!d->starting)
		free(d);
}

struct dial *dial_start(struct resolver *r, const char *host, uint16_t port, dial_done_fn *done,
			void *user)
{
	struct dial *d;

	if (parse_is_address(host)) {
		done(user, "", "");
		return NULL;
	}
	d = mem_calloc(1, sizeof(*d));
	d->done = done;
	d->user = user;
	d->port = port;
	d->starting = true;
	snprintf(d->host, sizeof(d->host), "%s", host);
	resolver_find(r, d->host, on_name, d);
	d->starting = false;
	if (!d->over)
		return d;
	free(d);
	return NULL;
}

void dial_cancel(struct dial *d)
{
	if (d != NULL)
		d->done = NULL;
}

void *dial_handle(const char *connect_to, const char *protocols, const char *ca_file,
		  struct curl_slist **ret_connect_to)
{
	CURL *easy = curl_easy_init();

	if (easy == NULL)
		abort();
	*ret_connect_to = connect_to[0] != '\0' ? curl_slist_append(NULL, connect_to) : NULL;
	curl_easy_setopt(easy, CURLOPT_CONNECT_TO, *ret_connect_to);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_CAPATH, NULL); /* else every file of it is read */
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (ca_file[0] != '\0')
		curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file);
	return easy;
}
