#include "collector/drill_links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/http_server.h"
#include "base/log.h"
#include "base/mem.h"
#include "collector/drill_stage.h"
#include "collector/link_token.h"

enum { ADDRESS_SIZE = 64 };

/* One request on its way to the drill. */
struct passed {
	struct drill_links *links;
	struct http_request *r;
	char address[ADDRESS_SIZE];
	bool is_act;
};

struct drill_links {
	struct drill_stage *stage;
	void (*unknown)(void *user, struct http_request *r, const char *address);
	void *user;
};

struct drill_links *drill_links_new(struct drill_stage *stage,
				    void (*unknown)(void *user, struct http_request *r,
						    const char *address),
				    void *user)
{
	struct drill_links *d = mem_calloc(1, sizeof(*d));

	d->stage = stage;
	d->unknown = unknown;
	d->user = user;
	return d;
}

static void answer(struct passed *p, const struct http_reply *reply)
{
	struct drill_links *d = p->links;
	bool is_lost = reply->err != ERR_OK || reply->status == 401 || reply->status == 403;

	if (is_lost)
		log_event(
			LOG_WARNING, "drill.links-lost", "text=%s",
			log_quote(reply->err != ERR_OK ? reply->error : "its token is not taken"));
	if (reply->err == ERR_TIMEOUT) {
		http_answer_error(p->r, 503, "drill-silent",
				  "The drill does not answer now; try again");
	} else if (is_lost || reply->status == 404 || reply->status == 429) {
		d->unknown(d->user, p->r, p->address);
	} else {
		if (p->is_act && reply->status == 200)
			log_event(LOG_NOTICE, "drill.link-used", "status=%ld", reply->status);
		http_answer(p->r, (unsigned)reply->status, "application/json", NULL, reply->body);
	}
}

static void on_reply(void *user, const struct http_reply *reply)
{
	struct passed *p = user;

	if (reply == NULL)
		http_answer_error(p->r, 503, "stopping", "The collector is stopping");
	else
		answer(p, reply);
	free(p);
}

/* An address as it stands in a query: whatever else somebody sends is no address. */
static bool is_address(const char *text)
{
	return text[strspn(text, "0123456789abcdefABCDEF.:")] == '\0';
}

bool drill_links_pass(struct drill_links *d, struct http_request *r, struct slice token,
		      const char *address)
{
	char target[LINK_TOKEN_SIZE + ADDRESS_SIZE + 32];
	struct passed *p;
	struct link_token form;
	struct drill_request q = {
		.method = http_method(r), .target = target, .body = http_body(r), .done = on_reply};
	enum drill_asked asked;

	if (!link_token_read(token, &form))
		return false;
	p = mem_calloc(1, sizeof(*p));
	*p = (struct passed){.links = d, .r = r, .is_act = strcmp(q.method, "POST") == 0};
	snprintf(p->address, sizeof(p->address), "%s", address);
	snprintf(target, sizeof(target), "/v1/links/%.*s?from=%s", (int)token.n, token.p,
		 is_address(p->address) ? p->address : "");
	q.user = p;
	asked = drill_stage_ask(d->stage, &q);
	if (asked == DRILL_BUSY)
		http_answer_error(r, 503, "drill-silent",
				  "Too many ask for the drill's links now; try again");
	if (asked != DRILL_ASKED)
		free(p);
	return asked != DRILL_NONE;
}

void drill_links_free(struct drill_links *d)
{
	free(d);
}
