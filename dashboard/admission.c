#include "dashboard/admission.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <uv.h>

#include "base/buf.h"
#include "base/mem.h"
#include "dashboard/session_text.h"
#include "dashboard/upstream.h"

enum { TICK_MS = 1000, WORD_MAX = 16384, WAITING_MAX = 64, HEADERS_MAX = 4096 };

struct waiting {
	struct waiting *next;
	struct http_request *request;
	bool lasting;
	void (*on)(void *, struct http_request *);
	void *user;
};

/* A stream that goes on as long as its session. */
struct lasting {
	struct lasting *next, *prev;
	struct known *known;
	struct http_request *request;
};

/* A session of which something is known, or is being asked. */
struct known {
	struct known *next, *prev;
	struct admission *admission;
	char token[SESSION_TOKEN_SIZE];
	struct buf word; /* the collector's; empty until it came */
	bool may_view, is_asked, is_over;
	uint64_t heard_ms, used_ms; /* of the loop's clock */
	struct waiting *waiting;
	unsigned waiting_count;
	struct lasting *streams;
};

struct admission {
	struct admission_options options;
	uv_loop_t *loop;
	uv_timer_t tick;
	struct known *sessions;
	struct admission_stats stats;
};

/* --- answers -------------------------------------------------------------------------------------- */

static bool is_secure(const struct admission *a, const struct http_request *r)
{
	return own_page_is_secure(a->options.place, http_header(r, "Host"));
}

void admission_refuse(const struct admission *a, struct http_request *r)
{
	struct buf headers;

	buf_init(&headers, HEADERS_MAX);
	buf_puts(&headers, a->options.headers);
	if (http_header(r, "Cookie") != NULL)
		session_cookie_put_end(&headers, is_secure(a, r));
	http_answer_with(r, 401, "no-session", buf_cstr(&headers),
			 "Nobody is logged in here, or the session is over");
	buf_release(&headers);
}

static void answer_denied(const struct admission *a, struct http_request *r)
{
	http_answer_with(r, 403, "not-yours", a->options.headers,
			 "This session may not look at the board yet");
}

static void answer_unknown(const struct admission *a, struct http_request *r)
{
	http_answer_with(r, 503, "collector-lost", a->options.headers,
			 "Whose session this is cannot be asked: the collector does not answer");
}

/* --- what is known -------------------------------------------------------------------------------- */

static struct known *find(const struct admission *a, const char *token)
{
	for (struct known *k = a->sessions; k != NULL; k = k->next) {
		if (!k->is_over && CRYPTO_memcmp(k->token, token, SESSION_TOKEN_SIZE) == 0)
			return k;
	}
	return NULL;
}

static void drop(struct known *k)
{
	if (k->prev != NULL)
		k->prev->next = k->next;
	else
		k->admission->sessions = k->next;
	if (k->next != NULL)
		k->next->prev = k->prev;
	k->admission->stats.sessions--;
	buf_release(&k->word);
	free(k);
}

/* Gone for good when nothing leads to it any more. */
static void drop_if_over(struct known *k)
{
	if (k->is_over && !k->is_asked && k->waiting == NULL && k->streams == NULL)
		drop(k);
}

/* The one that was used longest ago and that nobody stands on gives way. */
static bool make_room(struct admission *a)
{
	struct known *oldest = NULL;

	if (a->stats.sessions < a->options.sessions_max)
		return true;
	for (struct known *k = a->sessions; k != NULL; k = k->next) {
		if (!k->is_asked && k->waiting == NULL && k->streams == NULL &&
		    (oldest == NULL || k->used_ms < oldest->used_ms))
			oldest = k;
	}
	if (oldest == NULL)
		return false;
	drop(oldest);
	return true;
}

static struct known *add(struct admission *a, const char *token)
{
	struct known *k;

	if (!make_room(a))
		return NULL;
	k = mem_calloc(1, sizeof(*k));
	*k = (struct known){.next = a->sessions, .admission = a, .used_ms = uv_now(a->loop)};
	memcpy(k->token, token, SESSION_TOKEN_SIZE);
	buf_init(&k->word, WORD_MAX);
	if (k->next != NULL)
		k->next->prev = k;
	a->sessions = k;
	a->stats.sessions++;
	return k;
}

static bool is_known(const struct known *k)
{
	return k->word.len > 0;
}

static bool is_fresh(const struct known *k)
{
	return is_known(k) &&
	       uv_now(k->admission->loop) - k->heard_ms < k->admission->options.fresh_ms;
}

static void end_streams(struct known *k)
{
	for (struct lasting *l = k->streams; l != NULL; l = l->next)
		http_end_stream(l->request);
}

/* --- letting in ----------------------------------------------------------------------------------- */

static void on_stream_gone(void *data)
{
	struct lasting *l = data;
	struct known *k = l->known;

	if (l->prev != NULL)
		l->prev->next = l->next;
	else
		k->streams = l->next;
	if (l->next != NULL)
		l->next->prev = l->prev;
	k->admission->stats.lasting--;
	free(l);
	drop_if_over(k);
}

static void on_tick(uv_timer_t *t);

static void keep_stream(struct known *k, struct http_request *r)
{
	struct lasting *l = mem_calloc(1, sizeof(*l));
	struct admission *a = k->admission;

	*l = (struct lasting){.next = k->streams, .known = k, .request = r};
	if (l->next != NULL)
		l->next->prev = l;
	k->streams = l;
	a->stats.lasting++;
	http_set_user(r, l, on_stream_gone);
	if (!uv_is_active((uv_handle_t *)&a->tick))
		uv_timer_start(&a->tick, on_tick, TICK_MS, TICK_MS);
}

static void let_in(struct known *k, const struct waiting *w)
{
	if (http_is_gone(w->request) || !is_known(k)) {
		answer_unknown(k->admission, w->request);
	} else if (!k->may_view) {
		answer_denied(k->admission, w->request);
	} else {
		if (w->lasting)
			keep_stream(k, w->request);
		w->on(w->user, w->request);
	}
}

/* Whoever waits is answered by what is known now. */
static void serve_waiting(struct known *k)
{
	struct waiting *w;

	while ((w = k->waiting) != NULL) {
		k->waiting = w->next;
		k->waiting_count--;
		if (k->is_over)
			admission_refuse(k->admission, w->request);
		else
			let_in(k, w);
		free(w);
	}
}

static void end_session(struct known *k)
{
	k->is_over = true;
	serve_waiting(k);
	end_streams(k);
}

static bool take_word(struct known *k, struct slice session)
{
	struct session_text t;

	if (!session_text_read(session, &t))
		return false;
	buf_reset(&k->word);
	session_text_put_without_token(session, &k->word);
	k->may_view = t.may_view;
	k->heard_ms = uv_now(k->admission->loop);
	return true;
}

static void on_word(void *user, const struct upstream_reply *reply)
{
	struct known *k = user;

	k->is_asked = false;
	if (k->is_over) {
		drop_if_over(k);
		return;
	}
	if (reply->status == 401)
		end_session(k);
	else if (reply->status != 200 || !take_word(k, reply->body))
		k->heard_ms = uv_now(k->admission->loop); /* silence: what was known holds */
	serve_waiting(k);
	k->is_over = k->is_over || !is_known(k);
	drop_if_over(k);
}

static void ask(struct known *k)
{
	if (k->is_asked)
		return;
	k->is_asked = true;
	k->admission->stats.asked++;
	upstream_call(k->admission->options.upstream,
		      &(struct upstream_call){.method = "GET",
					      .path = "/v1/session",
					      .session = k->token,
					      .answer_max = WORD_MAX},
		      on_word, k);
}

/* Streams ask for nothing themselves: their sessions are asked for here. */
static void on_tick(uv_timer_t *t)
{
	struct admission *a = t->data;
	struct known *next;

	if (a->stats.lasting == 0)
		uv_timer_stop(t);
	for (struct known *k = a->sessions; k != NULL; k = next) {
		next = k->next;
		if (k->streams != NULL && !k->is_over && !is_fresh(k))
			ask(k);
	}
}

bool admission_token(const struct admission *a, const struct http_request *r,
		     char ret[SESSION_TOKEN_SIZE])
{
	return session_cookie_read(http_header(r, "Cookie"), is_secure(a, r), ret);
}

bool admission_is_open(const struct admission *a, const struct http_request *r)
{
	return a->options.audience == BOARD_EVERYONE ||
	       (a->options.audience == BOARD_LOOPBACK && http_peer_is_local(r));
}

static void wait_for_word(struct known *k, const struct waiting *what)
{
	struct waiting *w, **end = &k->waiting;

	if (k->waiting_count == WAITING_MAX) {
		answer_unknown(k->admission, what->request);
		return;
	}
	w = mem_calloc(1, sizeof(*w));
	*w = *what;
	while (*end != NULL)
		end = &(*end)->next;
	*end = w;
	k->waiting_count++;
	ask(k);
}

void admission_let(struct admission *a, struct http_request *r, bool lasting,
		   void (*on)(void *user, struct http_request *r), void *user)
{
	struct waiting what = {.request = r, .lasting = lasting, .on = on, .user = user};
	char token[SESSION_TOKEN_SIZE];
	struct known *k;

	if (admission_is_open(a, r)) {
		on(user, r);
		return;
	}
	if (!admission_token(a, r, token)) {
		admission_refuse(a, r);
		return;
	}
	k = find(a, token);
	if (k == NULL)
		k = add(a, token);
	if (k == NULL) {
		answer_unknown(a, r);
		return;
	}
	k->used_ms = uv_now(a->loop);
	if (is_fresh(k))
		let_in(k, &what);
	else
		wait_for_word(k, &what);
}

/* --- what others hear ----------------------------------------------------------------------------- */

void admission_learn(struct admission *a, const char *token, struct slice session)
{
	struct known *k = find(a, token);

	if (k == NULL)
		k = add(a, token);
	if (k != NULL && !take_word(k, session) && !is_known(k) && !k->is_asked)
		drop(k);
}

void admission_forget(struct admission *a, const char *token)
{
	struct known *k = find(a, token);

	if (k == NULL)
		return;
	end_session(k);
	drop_if_over(k);
}

bool admission_recall(const struct admission *a, const char *token, struct slice *ret)
{
	const struct known *k = find(a, token);

	if (k == NULL || !is_known(k))
		return false;
	*ret = buf_slice(&k->word);
	return true;
}

struct admission_stats admission_stats(const struct admission *a)
{
	return a->stats;
}

/* --- beginning and end ---------------------------------------------------------------------------- */

struct admission *admission_new(struct uv_loop_s *loop, const struct admission_options *o)
{
	struct admission *a = mem_calloc(1, sizeof(*a));

	a->options = *o;
	a->loop = loop;
	uv_timer_init(loop, &a->tick);
	a->tick.data = a;
	return a;
}

void admission_stop(struct admission *a)
{
	uv_timer_stop(&a->tick);
}

static void on_closed(uv_handle_t *h)
{
	struct admission *a = h->data;

	while (a->sessions != NULL)
		drop(a->sessions);
	free(a);
}

void admission_free(struct admission *a)
{
	if (a != NULL)
		uv_close((uv_handle_t *)&a->tick, on_closed);
}
