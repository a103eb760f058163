#include "dashboard/proxy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_emit.h"
#include "base/mem.h"
#include "base/parse.h"
#include "dashboard/upstream.h"

enum { POINTS_MAX = 2000, POINTS_DEFAULT = 500, SPAN_MAX_S = 751 * 86400 };

struct proxy {
	struct proxy_options options;
	unsigned outstanding;
};

struct passing {
	struct proxy *proxy;
	struct http_request *request;
};

struct proxy *proxy_new(const struct proxy_options *o)
{
	struct proxy *p = mem_calloc(1, sizeof(*p));

	p->options = *o;
	return p;
}

void proxy_free(struct proxy *p)
{
	free(p);
}

/* Ids hold nothing but [a-z0-9._/:-]; two of these are escaped in a query. */
void proxy_put_id(struct buf *out, const char *id)
{
	for (; *id != '\0'; id++) {
		if (*id == '/')
			buf_puts(out, "%2F");
		else if (*id == ':')
			buf_puts(out, "%3A");
		else
			buf_putc(out, *id);
	}
}

static bool number(const char *text, int64_t fallback, int64_t max, int64_t *ret)
{
	*ret = fallback;
	return text == NULL || parse_i64(slice_of(text), 1, max, ret) == ERR_OK;
}

/* "rtt,loss": names of values; "*": all of them. */
static bool is_bands(const char *text)
{
	size_t n = strlen(text);

	return strcmp(text, "*") == 0 ||
	       (n > 0 && n < 128 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_,") == n);
}

bool proxy_series_path(const struct proxy_series *q, struct buf *out)
{
	int64_t start, end, points;

	if (q->check == NULL || !parse_is_id(slice_of(q->check), "/:") ||
	    (q->from != NULL && !parse_is_id(slice_of(q->from), "/")) || q->start == NULL ||
	    q->end == NULL || !number(q->start, 0, INT32_MAX, &start) ||
	    !number(q->end, 0, INT32_MAX, &end) ||
	    !number(q->points, POINTS_DEFAULT, POINTS_MAX, &points) || end <= start ||
	    end - start > SPAN_MAX_S || (q->bands != NULL && !is_bands(q->bands)))
		return false;
	buf_puts(out, "/v1/series?check=");
	proxy_put_id(out, q->check);
	if (q->from != NULL) {
		buf_puts(out, "&from=");
		proxy_put_id(out, q->from);
	}
	buf_printf(out, "&start=%lld&end=%lld&points=%lld", (long long)start, (long long)end,
		   (long long)points);
	if (q->bands != NULL)
		buf_printf(out, "&bands=%s&about=1", q->bands);
	return true;
}

static void answer_error(struct proxy *p, struct http_request *r, unsigned status, const char *word,
			 const char *text)
{
	struct json_emit j;
	struct buf body;

	buf_init(&body, 4096);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "error", word);
	json_kv_str(&j, "text", text);
	json_close_object(&j);
	http_answer(r, status, "application/json", p->options.headers, buf_slice(&body));
	buf_release(&body);
}

static void on_reply(void *user, const struct upstream_reply *reply)
{
	struct passing *x = user;
	bool is_ours = reply->status == 200 || reply->status == 400 || reply->status == 404;

	x->proxy->outstanding--;
	/* Other failures are between the board and the collector (a token, for example). */
	if (is_ours)
		http_answer(x->request, (unsigned)reply->status, "application/json",
			    x->proxy->options.headers, reply->body);
	else
		answer_error(x->proxy, x->request, 502, "collector-lost", reply->error);
	free(x);
}

void proxy_answer(struct proxy *p, struct http_request *r, const char *path)
{
	struct passing *x;

	if (p->outstanding == p->options.outstanding_max) {
		answer_error(p, r, 503, "busy", "too many requests wait for the collector");
		return;
	}
	x = mem_calloc(1, sizeof(*x));
	x->proxy = p;
	x->request = r;
	p->outstanding++;
	upstream_get(p->options.upstream, path, BUF_MAX_HTTP_ANSWER_IN, on_reply, x);
}
