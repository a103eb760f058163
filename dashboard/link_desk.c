#include "dashboard/link_desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_emit.h"
#include "base/mem.h"
#include "dashboard/form.h"
#include "dashboard/link_page.h"
#include "dashboard/upstream.h"

#define PAGE_HEADERS                                                                               \
	"Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; "      \
	"base-uri 'none'; frame-ancestors 'none'\r\n"                                              \
	"X-Content-Type-Options: nosniff\r\n"                                                      \
	"X-Frame-Options: DENY\r\n"                                                                \
	"X-Robots-Tag: noindex, nofollow\r\n"                                                      \
	"Referrer-Policy: no-referrer\r\n"                                                         \
	"Cross-Origin-Resource-Policy: same-origin\r\n"                                            \
	"Cache-Control: no-store\r\n"

enum { TOKEN_SIZE = 64, ACT_SIZE = 8, NOTE_SIZE = 480, ANSWER_MAX = 1 << 20 };

struct link_desk {
	struct upstream *upstream;
	unsigned outstanding, outstanding_max;
};

struct asking {
	struct link_desk *desk;
	struct http_request *request;
	bool is_act, is_english; /* is_english: by the browser's wish alone */
	char token[TOKEN_SIZE];
};

struct link_desk *link_desk_new(struct upstream *u, unsigned outstanding_max)
{
	struct link_desk *d = mem_calloc(1, sizeof(*d));

	d->upstream = u;
	d->outstanding_max = outstanding_max;
	return d;
}

void link_desk_free(struct link_desk *d)
{
	free(d);
}

bool link_desk_is_path(const char *path)
{
	return strncmp(path, "/a/", 3) == 0;
}

/* --- answers -------------------------------------------------------------------------------------- */

static void answer_page(struct http_request *r, unsigned status, const char *more, struct buf *page)
{
	char headers[1024];

	snprintf(headers, sizeof(headers), PAGE_HEADERS "%s", more);
	http_answer(r, status, "text/html; charset=utf-8", headers, buf_slice(page));
}

static void answer_trouble(struct http_request *r, unsigned status, enum link_trouble t,
			   bool is_english, const char *more)
{
	struct buf page;

	buf_init(&page, LINK_PAGE_MAX);
	link_page_put_trouble(&page, t, is_english);
	answer_page(r, status, more, &page);
	buf_release(&page);
}

static void answer_limited(struct asking *x, struct slice body)
{
	char header[48];

	snprintf(header, sizeof(header), "Retry-After: %lld\r\n", (long long)link_facts_wait(body));
	answer_trouble(x->request, 429, LINK_TROUBLE_TOO_MANY, x->is_english, header);
}

/* To the page that says what was recorded: a reload of that one sends nothing again. */
static void answer_see_page(struct asking *x)
{
	char header[TOKEN_SIZE + 32];
	struct buf nothing;

	buf_init(&nothing, 1);
	snprintf(header, sizeof(header), "Location: /a/%s\r\n", x->token);
	answer_page(x->request, 303, header, &nothing);
	buf_release(&nothing);
}

static void answer_lost(struct asking *x)
{
	answer_trouble(x->request, 502, x->is_act ? LINK_TROUBLE_LOST_ANSWER : LINK_TROUBLE_LOST,
		       x->is_english, "");
}

static void answer_facts(struct asking *x, struct slice body)
{
	struct link_facts f;
	struct buf page;

	if (!link_facts_read(body, &f)) {
		answer_lost(x);
		return;
	}
	buf_init(&page, LINK_PAGE_MAX);
	link_page_put(&page, &f, x->token, x->is_english || link_page_is_english(f.locale, NULL));
	if (buf_is_ok(&page))
		answer_page(x->request, 200, "", &page);
	else
		answer_lost(x);
	buf_release(&page);
}

static void on_reply(void *user, const struct upstream_reply *reply)
{
	struct asking *x = user;
	char word[LINK_WORD_SIZE];

	x->desk->outstanding--;
	link_facts_error(reply->body, word);
	if (x->is_act && (reply->status == 200 || reply->status == 409))
		answer_see_page(x);
	else if (reply->status == 200)
		answer_facts(x, reply->body);
	else if (reply->status == 404)
		answer_trouble(x->request, 404, LINK_TROUBLE_UNKNOWN, x->is_english, "");
	else if (reply->status == 429)
		answer_limited(x, reply->body);
	else if (reply->status == 503 && strcmp(word, "not-journalled") == 0)
		answer_trouble(x->request, 503, LINK_TROUBLE_NOT_JOURNALLED, x->is_english, "");
	else
		answer_lost(x);
	free(x);
}

/* --- requests ------------------------------------------------------------------------------------- */

/* Only what could be a token travels on: it becomes a part of a path. */
static bool token_of(const char *path, char ret[TOKEN_SIZE])
{
	const char *token = path + strlen("/a/");
	size_t n = strlen(token);

	if (n == 0 || n >= TOKEN_SIZE ||
	    token[strspn(token, "0123456789abcdefghijklmnopqrstuvwxyz-")] != '\0')
		return false;
	memcpy(ret, token, n + 1);
	return true;
}

static bool read_act(struct http_request *r, struct buf *json)
{
	char act[ACT_SIZE], note[NOTE_SIZE], from[HTTP_ADDRESS_SIZE];
	const struct form_field fields[] = {{"act", act, sizeof(act)},
					    {"note", note, sizeof(note)}};
	struct json_emit j = json_emit_to(json);

	if (!form_is_type(http_header(r, "Content-Type")) ||
	    !form_read(http_body(r), fields, COUNT_OF(fields)) ||
	    (strcmp(act, "ack") != 0 && strcmp(act, "attend") != 0 && strcmp(act, "pass") != 0))
		return false;
	http_remote(r, from);
	json_open_object(&j);
	json_kv_str(&j, "act", act);
	json_kv_str(&j, "note", note);
	json_kv_str(&j, "from", from);
	json_close_object(&j);
	return true;
}

/* An address in a query: a colon is the only thing to escape in it. */
static void put_address(struct buf *path, const struct http_request *r)
{
	char from[HTTP_ADDRESS_SIZE];

	http_remote(r, from);
	for (const char *p = from; *p != '\0'; p++) {
		if (*p == ':')
			buf_puts(path, "%3A");
		else
			buf_putc(path, *p);
	}
}

static void ask(struct asking *x, struct slice json)
{
	struct link_desk *d = x->desk;
	struct buf path;

	buf_init(&path, 512);
	buf_printf(&path, "/v1/links/%s", x->token);
	d->outstanding++;
	if (x->is_act) {
		upstream_post(d->upstream, buf_cstr(&path), json, ANSWER_MAX, on_reply, x);
	} else {
		buf_puts(&path, "?from=");
		put_address(&path, x->request);
		upstream_get(d->upstream, buf_cstr(&path), ANSWER_MAX, on_reply, x);
	}
	buf_release(&path);
}

void link_desk_answer(struct link_desk *d, struct http_request *r)
{
	bool is_english = link_page_is_english(NULL, http_header(r, "Accept-Language"));
	bool is_act = strcmp(http_method(r), "POST") == 0;
	struct asking *x;
	char token[TOKEN_SIZE];
	struct buf json;

	buf_init(&json, LINK_DESK_BODY_MAX);
	if (!token_of(http_path(r), token)) {
		answer_trouble(r, 404, LINK_TROUBLE_UNKNOWN, is_english, "");
	} else if (is_act && !read_act(r, &json)) {
		answer_trouble(r, 400, LINK_TROUBLE_FORM, is_english, "");
	} else if (d->outstanding == d->outstanding_max) {
		answer_trouble(r, 503, LINK_TROUBLE_LOST, is_english, "Retry-After: 2\r\n");
	} else {
		x = mem_calloc(1, sizeof(*x));
		*x = (struct asking){
			.desk = d, .request = r, .is_act = is_act, .is_english = is_english};
		memcpy(x->token, token, sizeof(token));
		ask(x, buf_slice(&json));
	}
	buf_release(&json);
}
