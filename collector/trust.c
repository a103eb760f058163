#include "collector/trust.h"

#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/tls_home.h"
#include "base/tls_server.h"

enum { LOOK_EVERY_MS = 24 * 3600 * 1000, DAY_S = 86400 };

struct trust {
	struct collector *c;
	struct tls_server *server;
	uv_timer_t daily;
	int64_t not_after_s; /* of what is shown */
};

/* The system's clock: certificates are judged by it everywhere. */
static int64_t now_s(void)
{
	uv_timeval64_t t;

	uv_gettimeofday(&t);
	return t.tv_sec;
}

static enum err look(const struct collector *c, struct tls_home *home, struct err_info *info)
{
	const struct tls_config *tls = &c->config.tls;

	return tls->mode == TLS_GIVEN
		       ? tls_home_open_given(c->config.data, tls->cert, tls->key, now_s(), home,
					     info)
		       : tls_home_open(c->config.data, &tls->names, now_s(), home, info);
}

static void tell(struct collector *c, const struct tls_home *home)
{
	int64_t days = (home->not_after_s - now_s()) / DAY_S;

	if (home->is_new)
		log_event(LOG_NOTICE, "identity.made", "identity=%s", home->identity.text);
	if (home->has_changed)
		log_event(LOG_WARNING, "identity.changed",
			  "identity=%s text=\"agents that do not pin it will not send; give each "
			  "both identities first\"",
			  home->identity.text);
	if (home->renewed != NULL)
		log_event(LOG_NOTICE, "certificate.renewed", "why=%s days=%lld",
			  log_quote(home->renewed), (long long)days);
	if (c->config.tls.mode == TLS_GIVEN && days < TLS_HOME_RENEW_DAYS / 2)
		log_event(LOG_WARNING, "certificate.expires", "days=%lld file=%s", (long long)days,
			  c->config.tls.cert);
	c->identity = home->identity;
}

void trust_renew(struct trust *t)
{
	struct tls_home home CLEANUP(tls_home_release) = {0};
	struct err_info info = {0};
	enum err e = look(t->c, &home, &info);

	if (e == ERR_OK && t->server != NULL)
		e = tls_server_replace(t->server, &home.served, &info);
	if (e != ERR_OK) {
		log_event(LOG_ERROR, "certificate.not-renewed", "text=%s", log_quote(info.text));
		return;
	}
	t->not_after_s = home.not_after_s;
	tell(t->c, &home);
}

static void on_daily(uv_timer_t *timer)
{
	trust_renew(timer->data);
}

enum err trust_open(struct collector *c, struct trust **ret, struct err_info *info)
{
	struct tls_home home CLEANUP(tls_home_release) = {0};
	struct trust *t;
	enum err e = look(c, &home, info);

	if (e != ERR_OK)
		return e;
	t = mem_calloc(1, sizeof(*t));
	t->c = c;
	if (c->config.tls.mode != TLS_NONE)
		e = tls_server_new(&home.served, &t->server, info);
	if (e != ERR_OK) {
		free(t);
		return e;
	}
	t->not_after_s = home.not_after_s;
	tell(c, &home);
	uv_timer_init(c->loop, &t->daily);
	t->daily.data = t;
	uv_timer_start(&t->daily, on_daily, LOOK_EVERY_MS, LOOK_EVERY_MS);
	*ret = t;
	return ERR_OK;
}

int64_t trust_left_us(const struct trust *t)
{
	return (t->not_after_s - now_s()) * US_PER_S;
}

const struct tls_server *trust_server(const struct trust *t)
{
	return t->server;
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

void trust_close(struct trust *t)
{
	if (t == NULL)
		return;
	tls_server_free(t->server);
	uv_close((uv_handle_t *)&t->daily, on_closed);
}
