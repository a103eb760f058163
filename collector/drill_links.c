#include "collector/drill_links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/files.h"
#include "base/http_client.h"
#include "base/http_server.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/peer_url.h"
#include "collector/collector.h"
#include "collector/current_drill.h"
#include "collector/link_token.h"

enum {
	PATIENCE_MS = 3000,
	UNDER_WAY_MAX = 32, /* wrong links are guessed by many at once, right ones are not */
	ANSWER_MAX = 1 << 20,
	SECRET_MAX = 256,
	ADDRESS_SIZE = 64
};

/* One request on its way to the drill. */
struct passed {
	struct passed *next;
	struct drill_links *links;
	struct http_request *r;
	char address[ADDRESS_SIZE];
	bool is_act;
};

struct drill_links {
	struct collector *c;
	struct http_client *http; /* made when it is needed first */
	struct passed *under_way;
	unsigned count;
	void (*unknown)(void *user, struct http_request *r, const char *address);
	void *user;
};

struct drill_links *drill_links_new(struct collector *c,
				    void (*unknown)(void *user, struct http_request *r,
						    const char *address),
				    void *user)
{
	struct drill_links *d = mem_calloc(1, sizeof(*d));

	d->c = c;
	d->unknown = unknown;
	d->user = user;
	return d;
}

/* --- the drill's collector -------------------------------------------------------------------------- */

struct stage {
	struct peer_url url;
	char token[SECRET_MAX];
};

static bool read_line(const char *folder, const char *name, char *dst, size_t size)
{
	char path[4200];
	struct err_info info;
	struct buf text;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	buf_init(&text, size);
	ok = files_read(path, &text, &info) == ERR_OK && text.len > 0;
	if (ok) {
		snprintf(dst, size, "%s", buf_cstr(&text));
		dst[strcspn(dst, "\r\n")] = '\0';
	} else {
		log_event(LOG_WARNING, "drill.links-lost", "text=%s", log_quote(path));
	}
	buf_release(&text);
	return ok;
}

/* Only on this machine: the drill's token goes nowhere else. */
static bool find_stage(const char *folder, struct stage *ret)
{
	char text[PEER_URL_SIZE];
	struct err_info info;

	return read_line(folder, "listen", text, sizeof(text)) &&
	       read_line(folder, "operator.token", ret->token, sizeof(ret->token)) &&
	       peer_url_parse(text, &ret->url, &info) == ERR_OK && !ret->url.tls;
}

/* --- its answer ------------------------------------------------------------------------------------- */

static void forget(struct passed *p)
{
	struct passed **at = &p->links->under_way;

	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	p->links->count--;
	free(p);
}

static void on_reply(void *user, const struct http_reply *reply)
{
	struct passed *p = user;
	struct drill_links *d = p->links;

	if (reply->err != ERR_OK || reply->status == 401 || reply->status == 403)
		log_event(
			LOG_WARNING, "drill.links-lost", "text=%s",
			log_quote(reply->err != ERR_OK ? reply->error : "its token is not taken"));
	if (reply->err == ERR_TIMEOUT) {
		http_answer_error(p->r, 503, "drill-silent",
				  "The drill does not answer now; try again");
	} else if (reply->err != ERR_OK || reply->status == 401 || reply->status == 403 ||
		   reply->status == 404 || reply->status == 429) {
		d->unknown(d->user, p->r, p->address);
	} else {
		if (p->is_act && reply->status == 200)
			log_event(LOG_NOTICE, "drill.link-used", "status=%ld", reply->status);
		http_answer(p->r, (unsigned)reply->status, "application/json", NULL, reply->body);
	}
	forget(p);
}

/* --- passing on ------------------------------------------------------------------------------------- */

/* An address as it stands in a query: whatever else somebody sends is no address. */
static bool is_address(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF.:")] == '\0';
}

static void send(struct drill_links *d, struct http_request *r, const struct stage *s,
		 struct slice token, const char *address)
{
	struct passed *p = mem_calloc(1, sizeof(*p));
	char url[PEER_URL_SIZE + LINK_TOKEN_SIZE + ADDRESS_SIZE + 32];
	struct http_call call = {.method = http_method(r),
				 .url = url,
				 .bearer = s->token,
				 .timeout_ms = PATIENCE_MS,
				 .answer_max = ANSWER_MAX};

	*p = (struct passed){.next = d->under_way, .links = d, .r = r};
	p->is_act = strcmp(call.method, "POST") == 0;
	snprintf(p->address, sizeof(p->address), "%s", address);
	d->under_way = p;
	d->count++;
	snprintf(url, sizeof(url), "%s/v1/links/%.*s?from=%s", s->url.text, (int)token.n, token.p,
		 is_address(p->address) ? p->address : "");
	if (p->is_act) {
		call.content_type = "application/json";
		call.body = http_body(r);
	}
	http_client_call(d->http, &call, on_reply, p);
}

bool drill_links_pass(struct drill_links *d, struct http_request *r, struct slice token,
		      const char *address)
{
	struct current_drill drill;
	struct link_token form;
	struct stage s = {0};
	struct err_info info;
	bool ok;

	if (!link_token_read(token, &form) || !current_drill_find(d->c->config.data, &drill))
		return false;
	if (d->count >= UNDER_WAY_MAX) {
		http_answer_error(r, 503, "drill-silent",
				  "Too many ask for the drill's links now; try again");
		return true;
	}
	ok = find_stage(drill.folder, &s) &&
	     (d->http != NULL || http_client_new(d->c->loop, &d->http, &info) == ERR_OK);
	if (ok)
		send(d, r, &s, token, address);
	explicit_bzero(&s, sizeof(s));
	return ok;
}

/* --- the end ---------------------------------------------------------------------------------------- */

void drill_links_stop(struct drill_links *d)
{
	if (d == NULL)
		return;
	http_client_free(d->http); /* no reply comes any more */
	d->http = NULL;
	while (d->under_way != NULL) {
		http_answer_error(d->under_way->r, 503, "stopping", "The collector is stopping");
		forget(d->under_way);
	}
}

void drill_links_free(struct drill_links *d)
{
	drill_links_stop(d);
	free(d);
}
