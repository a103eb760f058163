/* A channel of type smtp. libcurl connects, encrypts, verifies and logs in (CURLOPT_CONNECT_ONLY); the mail itself is our own
 * dialogue (smtp_dialog.h), because libcurl waits for the answer after the mail in a loop of its own, which would hold up
 * every other channel for as long as one server hangs, and does not tell whether the closing dot had left. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <uv.h>

#include "base/http_client.h"
#include "base/mem.h"
#include "base/url.h"
#include "collector/channel.h"
#include "collector/dial.h"
#include "collector/mail.h"
#include "collector/message.h"
#include "base/secrets.h"
#include "collector/smtp_dialog.h"
#include "plan/plan_channel.h"

enum { MAIL_MAX = 256 << 10, READ_SIZE = 4096 };

struct channel_send {
	channel_done_fn *done;
	void *user;
	struct uv_loop_s *loop;
	struct http_client *http;
	struct arena *arena;
	struct smtp_settings settings;
	const char *to;
	struct buf mail, password;
	struct dial *dial;
	CURL *easy;
	struct curl_slist *connect_to;
	struct http_transfer *transfer;
	uv_poll_t *poll; /* after the log-in */
	struct smtp_dialog dialog;
	size_t left_from; /* of dialog.out: what has not left */
	bool talking, starting, over;
	char said[SMTP_SAID_SIZE]; /* the server's last line before the dialogue */
};

static void on_poll_closed(uv_handle_t *h)
{
	free(h);
}

static void release(struct channel_send *s)
{
	dial_cancel(s->dial);
	if (s->poll != NULL) {
		uv_poll_stop(s->poll);
		uv_close((uv_handle_t *)s->poll, on_poll_closed);
	}
	if (s->transfer != NULL)
		http_transfer_cancel(s->transfer);
	curl_easy_cleanup(s->easy);
	curl_slist_free_all(s->connect_to);
	if (s->talking)
		smtp_dialog_release(&s->dialog);
	secrets_wipe(&s->password);
	buf_release(&s->mail);
	arena_free(s->arena);
	free(s);
}

/* The one way out. A send that is still starting is released by smtp_start. */
static void finish(struct channel_send *s, enum delivery what, const char *detail)
{
	s->over = true;
	s->done(s->user, what, detail);
	if (!s->starting)
		release(s);
}

static void fail(struct channel_send *s, const char *why)
{
	char text[SMTP_SAID_SIZE + 200];

	snprintf(text, sizeof(text), "%s%s%s", why, s->said[0] != '\0' ? "; the server said: " : "",
		 s->said);
	finish(s, DELIVERY_FAILED, text);
}

/* --- the dialogue ----------------------------------------------------------------------------------- */

static enum delivery known(const struct channel_send *s)
{
	if (!s->talking)
		return DELIVERY_FAILED;
	if (s->dialog.end == SMTP_ACCEPTED)
		return DELIVERY_RECEIPT;
	if (s->dialog.end == SMTP_REFUSED)
		return DELIVERY_FAILED;
	return s->dialog.dotted ? DELIVERY_UNKNOWN : DELIVERY_FAILED;
}

static void finish_dialog(struct channel_send *s, const char *why)
{
	static const char goodbye[] = "QUIT\r\n";
	char text[SMTP_SAID_SIZE + 100];
	size_t n;

	if (s->dialog.end == SMTP_ACCEPTED) { /* politeness; nothing hangs on it */
		(void)curl_easy_send(s->easy, goodbye, sizeof(goodbye) - 1, &n);
		snprintf(text, sizeof(text), "%s", s->dialog.said);
	} else {
		snprintf(text, sizeof(text), "%s%s%s", why,
			 why[0] != '\0' && s->dialog.said[0] != '\0' ? "; the server said: " : "",
			 s->dialog.said);
	}
	finish(s, known(s), text);
}

enum flow { FLOW_ON, FLOW_WAIT, FLOW_LOST };

static enum flow read_some(struct channel_send *s)
{
	char bytes[READ_SIZE];
	size_t n = 0;
	CURLcode code = curl_easy_recv(s->easy, bytes, sizeof(bytes), &n);

	if (code == CURLE_AGAIN)
		return FLOW_WAIT;
	if (code != CURLE_OK || n == 0)
		return FLOW_LOST;
	smtp_dialog_take(&s->dialog, (struct slice){bytes, n});
	return FLOW_ON;
}

static enum flow write_some(struct channel_send *s)
{
	struct smtp_dialog *d = &s->dialog;
	size_t n = 0;
	CURLcode code;

	code = curl_easy_send(s->easy, d->out.data + s->left_from, d->out.len - s->left_from, &n);
	if (code == CURLE_AGAIN)
		return FLOW_WAIT;
	if (code != CURLE_OK)
		return FLOW_LOST;
	s->left_from += n;
	if (s->left_from == d->out.len) {
		s->left_from = 0;
		/* Before the dot: an answer that came too early must be seen, not taken for the receipt. */
		if (d->step == SMTP_BODY && read_some(s) == FLOW_LOST)
			return FLOW_LOST;
		smtp_dialog_sent(d);
	}
	return FLOW_ON;
}

/* As far as it goes without waiting. */
static enum flow talk(struct channel_send *s)
{
	enum flow in = FLOW_ON, out = FLOW_ON;

	while (s->dialog.end == SMTP_GOING && (in == FLOW_ON || out == FLOW_ON)) {
		in = read_some(s);
		if (in == FLOW_LOST || s->dialog.end != SMTP_GOING)
			return in;
		out = s->dialog.out.len > s->left_from ? write_some(s) : FLOW_WAIT;
		if (out == FLOW_LOST)
			return out;
	}
	return FLOW_WAIT;
}

static void on_ready(uv_poll_t *p, int status, int events);

static void go_on(struct channel_send *s)
{
	enum flow flow = talk(s);

	if (s->dialog.end == SMTP_CONFUSED)
		finish_dialog(s, "it does not speak SMTP in turn");
	else if (s->dialog.end != SMTP_GOING)
		finish_dialog(s, "");
	else if (flow == FLOW_LOST)
		finish_dialog(s, s->dialog.dotted
					 ? "the connection was lost after the mail was sent"
					 : "the connection was lost");
	else
		uv_poll_start(s->poll,
			      UV_READABLE | (s->dialog.out.len > s->left_from ? UV_WRITABLE : 0),
			      on_ready);
}

static void on_ready(uv_poll_t *p, int status, int events)
{
	(void)status; /* a broken connection is seen by the next read */
	(void)events;
	go_on(p->data);
}

/* --- connection and log-in, by libcurl --------------------------------------------------------------- */

static size_t on_line(char *data, size_t size, size_t n, void *user)
{
	struct channel_send *s = user;

	smtp_clean(s->said, (struct slice){data, size * n});
	return size * n;
}

static void on_connected(void *user, int code)
{
	struct channel_send *s = user;
	curl_socket_t fd = CURL_SOCKET_BAD;

	if (code != CURLE_OK) {
		fail(s, curl_easy_strerror((CURLcode)code));
		return;
	}
	curl_easy_getinfo(s->easy, CURLINFO_ACTIVESOCKET, &fd);
	s->poll = mem_calloc(1, sizeof(*s->poll));
	if (fd == CURL_SOCKET_BAD || uv_poll_init_socket(s->loop, s->poll, fd) != 0) {
		free(s->poll);
		s->poll = NULL;
		fail(s, "the connection cannot be watched");
		return;
	}
	s->poll->data = s;
	s->talking = true;
	smtp_dialog_begin(&s->dialog, s->settings.from, s->to, buf_slice(&s->mail));
	go_on(s);
}

static void set_log_in(struct channel_send *s)
{
	if (s->settings.user[0] == '\0')
		return;
	curl_easy_setopt(s->easy, CURLOPT_USERNAME, s->settings.user);
	curl_easy_setopt(s->easy, CURLOPT_PASSWORD, buf_cstr(&s->password));
	/* Not GSSAPI or NTLM: they would ask other servers, and wait. */
	curl_easy_setopt(s->easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
}

static void on_dialled(void *user, const char *connect_to, const char *why)
{
	struct channel_send *s = user;

	s->dial = NULL;
	if (connect_to == NULL) {
		fail(s, why);
		return;
	}
	s->easy = dial_handle(connect_to, "smtp,smtps", s->settings.ca_file, &s->connect_to);
	curl_easy_setopt(s->easy, CURLOPT_URL, s->settings.url);
	curl_easy_setopt(s->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_line);
	curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, s);
	if (s->settings.starttls == SMTP_STARTTLS_REQUIRED)
		curl_easy_setopt(s->easy, CURLOPT_USE_SSL, (long)CURLUSESSL_ALL);
	set_log_in(s);
	s->transfer = http_client_connect(s->http, s->easy, on_connected, s);
}

/* --- begin and end ----------------------------------------------------------------------------------- */

static void write_mail(struct channel_send *s, const struct channel_env *env,
		       const struct message *m)
{
	const struct facts *f = m->facts;
	struct buf subject, text, html;
	struct mail mail = {.from = s->settings.from,
			    .to = s->to,
			    .reply_to = s->settings.reply_to,
			    .language = f->language,
			    .at = f->now,
			    .call = f->effect->id,
			    .incident = f->effect->incident,
			    .journal = env->journal};

	buf_init(&subject, 4096);
	buf_init(&text, MAIL_MAX / 4);
	buf_init(&html, MAIL_MAX / 4);
	message_subject(f, m->words, &subject);
	message_text(f, m->words, &text);
	message_html(f, m->words, &html);
	mail.subject = buf_cstr(&subject);
	mail.text = buf_cstr(&text);
	mail.html = buf_cstr(&html);
	mail_write(&mail, &s->mail);
	buf_release(&subject);
	buf_release(&text);
	buf_release(&html);
}

static struct channel_send *smtp_start(const struct channel_env *env,
				       const struct plan_channel *channel, const struct message *m,
				       channel_done_fn *done, void *user)
{
	const struct effect *e = m->facts->effect;
	struct channel_send *s = mem_calloc(1, sizeof(*s));
	struct url_parts url = {.port = 0};
	struct err_info info = {0};

	s->done = done;
	s->user = user;
	s->loop = env->loop;
	s->http = env->http;
	s->arena = arena_new();
	s->starting = true;
	buf_init(&s->password, 8192);
	buf_init(&s->mail, MAIL_MAX);
	plan_channel_settings(channel, plan_channel_smtp_params, &s->settings, s->arena);
	s->to = arena_strdup(s->arena, m->facts->plan->people[e->person].contacts[e->contact].to);
	write_mail(s, env, m);
	if (url_split(s->settings.url, &url, &info) != ERR_OK ||
	    secrets_expand(env->secrets, s->settings.password, &s->password, &info) != ERR_OK)
		fail(s, info.text);
	else if (!buf_is_ok(&s->mail))
		fail(s, "the mail is too large");
	else
		s->dial = dial_start(env->resolver, url.host, url.port, on_dialled, s);
	s->starting = false;
	if (!s->over)
		return s;
	release(s);
	return NULL;
}

static enum delivery smtp_cancel(struct channel_send *s)
{
	enum delivery what = known(s);

	release(s);
	return what;
}

const struct channel_type channel_smtp = {
	.type = "smtp", .uses_network = true, .start = smtp_start, .cancel = smtp_cancel};
