#include "dashboard/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uv.h>

#include "base/http_server.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/tls_home.h"
#include "base/tls_server.h"
#include "dashboard/feed.h"
#include "dashboard/link_desk.h"
#include "dashboard/link_page.h"
#include "dashboard/proxy.h"
#include "dashboard/upstream.h"
#include "dashboard/web_file.h"

#define SECURITY_HEADERS                                                                           \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "       \
	"connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "                \
	"frame-ancestors 'none'\r\n"                                                               \
	"X-Content-Type-Options: nosniff\r\n"                                                      \
	"X-Frame-Options: DENY\r\n"                                                                \
	"Referrer-Policy: no-referrer\r\n"                                                         \
	"Cross-Origin-Resource-Policy: same-origin\r\n"
#define LIVE_HEADERS SECURITY_HEADERS "Cache-Control: no-store\r\n"

enum {
	BODY_MAX = LINK_DESK_BODY_MAX, /* a form; nothing else takes a body */
	CONNECTIONS_MAX = 512,
	REQUEST_DEADLINE_MS = 10000,
	UPSTREAM_TIMEOUT_MS = 3000,
	TICK_MS = 250,
	FRESH_MS = 1000,
	VIEWERS_MAX = 200,
	OUTSTANDING_MAX = 32,
	LINKS_OUTSTANDING_MAX = 128,
	DRAIN_MS = 2000,
	SEGMENTS_MAX = 4
};

static const char health_path[] = "/healthz";

struct board {
	const struct dashboard_config *config;
	struct http_server *server;
	struct tls_server *tls; /* NULL: plain HTTP on loopback */
	struct upstream *upstream;
	struct feed *feed;
	struct proxy *proxy;
	struct link_desk *links;
	void (*done)(void *);
	void *done_user;
};

static void answer_error(struct http_request *r, unsigned status, const char *json)
{
	http_answer(r, status, "application/json",
		    status == 405 ? LIVE_HEADERS "Allow: GET\r\n" : LIVE_HEADERS, slice_of(json));
}

static void answer_not_found(struct http_request *r)
{
	answer_error(r, 404, "{\"error\":\"not-found\",\"text\":\"There is no such page\"}");
}

static void answer_file(struct http_request *r, const struct web_file *f)
{
	char headers[1024];

	/* Asked for again each time, answered with 304: a new version is there at the next look. */
	snprintf(headers, sizeof(headers),
		 SECURITY_HEADERS "Cache-Control: no-cache\r\nETag: %s\r\n", f->etag);
	if (web_file_is_known(f, http_header(r, "If-None-Match")))
		http_answer(r, 304, f->content_type, headers, SLICE_LIT(""));
	else
		http_answer(r, 200, f->content_type, headers,
			    (struct slice){(const char *)f->bytes, f->length});
}

static void answer_incident(struct board *b, struct http_request *r, struct slice id)
{
	struct buf path;

	buf_init(&path, 1024);
	if (proxy_incident_path(id, &path))
		proxy_answer(b->proxy, r, buf_cstr(&path));
	else
		answer_not_found(r);
	buf_release(&path);
}

static void answer_series(struct board *b, struct http_request *r)
{
	struct proxy_series q = {.check = http_query(r, "check"),
				 .from = http_query(r, "from"),
				 .start = http_query(r, "start"),
				 .end = http_query(r, "end"),
				 .points = http_query(r, "points")};
	struct buf path;

	buf_init(&path, 1024);
	if (proxy_series_path(&q, &path))
		proxy_answer(b->proxy, r, buf_cstr(&path));
	else
		answer_error(
			r, 400,
			"{\"error\":\"malformed\",\"text\":\"check=ID&from=AGENT&start=&end= are "
			"needed, in Unix seconds\"}");
	buf_release(&path);
}

static void answer_api(struct board *b, struct http_request *r)
{
	struct slice segments[SEGMENTS_MAX];
	char store[256];
	int n = http_path_split(http_path(r), store, sizeof(store), segments, SEGMENTS_MAX);

	if (n == 2 && slice_is(segments[1], "status"))
		feed_answer(b->feed, r);
	else if (n == 2 && slice_is(segments[1], "stream"))
		feed_answer_stream(b->feed, r);
	else if (n == 2 && slice_is(segments[1], "series"))
		answer_series(b, r);
	else if (n == 3 && slice_is(segments[1], "incidents"))
		answer_incident(b, r, segments[2]);
	else
		answer_not_found(r);
}

static void answer_health(struct http_request *r)
{
	http_answer(r, 200, "text/plain; charset=utf-8", LIVE_HEADERS, SLICE_LIT("ok\n"));
}

static void handle(void *user, struct http_request *r)
{
	const struct web_file *f = web_file_find(http_path(r));

	if (link_desk_is_path(http_path(r)))
		link_desk_answer(((struct board *)user)->links, r);
	else if (f != NULL)
		answer_file(r, f);
	else if (strncmp(http_path(r), "/api/", 5) == 0)
		answer_api(user, r);
	else if (strcmp(http_path(r), health_path) == 0)
		answer_health(r);
	else
		answer_not_found(r);
}

bool board_is_own_host(const char *host_header, uint16_t port, const char *public_url)
{
	char host[256];
	const char *rest;
	uint16_t given;

	if (host_header == NULL)
		return false;
	if (public_url != NULL && (rest = strstr(public_url, "://")) != NULL) {
		size_t n = strcspn(rest + 3, "/");

		if (strlen(host_header) == n && strncasecmp(rest + 3, host_header, n) == 0)
			return true;
	}
	return parse_host_port(slice_of(host_header), host, sizeof(host), &given) == ERR_OK &&
	       given == port && (strcasecmp(host, "localhost") == 0 || parse_is_loopback(host));
}

/* A link's page takes the answer of a person; all else only shows. */
static bool is_method_allowed(const struct http_request *r)
{
	const char *method = http_method(r);

	return strcmp(method, "GET") == 0 ||
	       (link_desk_is_path(http_path(r)) &&
		(strcmp(method, "HEAD") == 0 || strcmp(method, "POST") == 0));
}

/* The board knows no persons yet. Off this machine it is shown to nobody unless dashboard.yaml says so; what a link of a message
 * needs is served, because the link itself is the right to it. */
static bool is_shown_to_peer(const struct board *b, const struct http_request *r)
{
	const char *path = http_path(r);

	return b->config->board == BOARD_EVERYONE || http_peer_is_local(r) ||
	       link_desk_is_path(path) || strcmp(path, LINK_PAGE_STYLE) == 0 ||
	       strcmp(path, health_path) == 0;
}

static void answer_closed(struct http_request *r)
{
	static const char page[] =
		"<!doctype html>\n<html lang=\"es-MX\"><head><meta charset=\"utf-8\">"
		"<title>Vigía</title></head>\n<body>\n"
		"<p>El tablero se muestra solo en la máquina que lo sirve, porque todavía no "
		"pregunta quién es usted. Ábralo por el proxy de la institución o por un túnel "
		"SSH; "
		"quien lo administra lee <code>board</code> en docs/CONFIGURATION.md.</p>\n"
		"<p lang=\"en\">The board is shown only on the machine that serves it, because it "
		"does not ask yet who you are. Open it through the institution's proxy or an SSH "
		"tunnel; who runs it reads <code>board</code> in docs/CONFIGURATION.md.</p>\n"
		"</body></html>\n";

	if (strncmp(http_path(r), "/api/", 5) == 0)
		answer_error(r, 403,
			     "{\"error\":\"loopback-only\",\"text\":\"The board is shown on its "
			     "own machine only: see the key board of dashboard.yaml\"}");
	else
		http_answer(r, 403, "text/html; charset=utf-8", LIVE_HEADERS, slice_of(page));
}

static unsigned admit(void *user, struct http_request *r)
{
	struct board *b = user;

	if (!board_is_own_host(http_header(r, "Host"), http_server_port(b->server),
			       b->config->public_url)) {
		answer_error(r, 421,
			     "{\"error\":\"wrong-host\",\"text\":\"This board has another "
			     "address: see public_url\"}");
		return 421;
	}
	if (!is_shown_to_peer(b, r)) {
		answer_closed(r);
		return 403;
	}
	if (!is_method_allowed(r)) {
		answer_error(r, 405,
			     "{\"error\":\"read-only\",\"text\":\"The board only shows; acts "
			     "go to the collector\"}");
		return 405;
	}
	return 0;
}

static enum err load_certificate(struct board *b, struct err_info *info)
{
	struct tls_home home CLEANUP(tls_home_release) = {0};
	const struct tls_config *tls = &b->config->tls;
	uv_timeval64_t now;
	enum err e;

	if (tls->mode == TLS_NONE)
		return ERR_OK;
	uv_gettimeofday(&now);
	e = tls_home_read_given(tls->cert, tls->key, now.tv_sec, &home, info);
	if (e != ERR_OK)
		return e;
	return b->tls == NULL ? tls_server_new(&home.served, &b->tls, info)
			      : tls_server_replace(b->tls, &home.served, info);
}

enum err board_renew(struct board *b, struct err_info *info)
{
	return load_certificate(b, info);
}

enum err board_start(struct uv_loop_s *loop, const struct dashboard_config *config,
		     struct board **ret, struct err_info *info)
{
	struct board *b = mem_calloc(1, sizeof(*b));
	struct upstream_options upstream = {.collector = config->collector,
					    .is_tls = config->collector_is_tls,
					    .identity = config->identity,
					    .identity_file = config->identity_file,
					    .token_file = config->token_file,
					    .timeout_ms = UPSTREAM_TIMEOUT_MS};
	struct http_server_options server = {.host = config->host,
					     .port = config->port,
					     .body_max = BODY_MAX,
					     .connections_max = CONNECTIONS_MAX,
					     .per_address_max = CONNECTIONS_MAX,
					     .request_deadline_ms = REQUEST_DEADLINE_MS,
					     .handle = handle,
					     .admit = admit,
					     .user = b};
	enum err e = upstream_new(loop, &upstream, &b->upstream, info);

	b->config = config;
	if (e == ERR_OK)
		e = load_certificate(b, info);
	if (e == ERR_OK) {
		server.tls = b->tls;
		e = http_server_start(loop, &server, &b->server, info);
	}
	if (e != ERR_OK) {
		upstream_free(b->upstream);
		tls_server_free(b->tls);
		free(b);
		return e;
	}
	b->feed = feed_new(loop, &(struct feed_options){.upstream = b->upstream,
							.tick_ms = TICK_MS,
							.fresh_ms = FRESH_MS,
							.viewers_max = VIEWERS_MAX,
							.headers = LIVE_HEADERS});
	b->proxy = proxy_new(&(struct proxy_options){.upstream = b->upstream,
						     .outstanding_max = OUTSTANDING_MAX,
						     .headers = LIVE_HEADERS});
	b->links = link_desk_new(b->upstream, LINKS_OUTSTANDING_MAX);
	*ret = b;
	return ERR_OK;
}

uint16_t board_port(const struct board *b)
{
	return http_server_port(b->server);
}

static void on_stopped(void *user)
{
	struct board *b = user;
	void (*done)(void *) = b->done;
	void *done_user = b->done_user;

	feed_free(b->feed);
	proxy_free(b->proxy);
	link_desk_free(b->links);
	tls_server_free(b->tls);
	free(b);
	done(done_user);
}

void board_stop(struct board *b, void (*done)(void *user), void *user)
{
	b->done = done;
	b->done_user = user;
	/* First who waits for the collector is answered, so that nothing is left to drain but bytes. */
	feed_stop(b->feed);
	upstream_free(b->upstream);
	http_server_stop(b->server, DRAIN_MS, on_stopped, b);
}
