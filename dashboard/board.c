#include "dashboard/board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <uv.h>

#include "base/http_server.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "base/rate_limit.h"
#include "base/tls_home.h"
#include "base/tls_server.h"
#include "dashboard/admission.h"
#include "dashboard/board_metrics.h"
#include "dashboard/feed.h"
#include "dashboard/grafana.h"
#include "dashboard/graph_desk.h"
#include "dashboard/gzip.h"
#include "dashboard/link_desk.h"
#include "dashboard/own_page.h"
#include "dashboard/passage.h"
#include "dashboard/proxy.h"
#include "dashboard/session_desk.h"
#include "dashboard/upstream.h"
#include "dashboard/web_file.h"

#define SECURITY_HEADERS                                                                           \
	"Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "       \
	"connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "                \
	"frame-ancestors 'none'\r\n"                                                               \
	"X-Content-Type-Options: nosniff\r\n"                                                      \
	"X-Frame-Options: DENY\r\n"                                                                \
	"Referrer-Policy: no-referrer\r\n"                                                         \
	"Cross-Origin-Opener-Policy: same-origin\r\n"                                              \
	"Cross-Origin-Resource-Policy: same-origin\r\n"
/* Asked for again each time, answered with 304. */
#define CHART_HEADERS SECURITY_HEADERS "Cache-Control: private, no-cache\r\n"
#define LIVE_HEADERS SECURITY_HEADERS "Cache-Control: no-store\r\n"

enum {
	BODY_MAX = PASSAGE_BODY_MAX, /* the largest; less for a form or a log-in */
	CONNECTIONS_MAX = 768,
	REQUEST_DEADLINE_MS = 10000,
	UPSTREAM_TIMEOUT_MS = 3000,
	TICK_MS = 250,
	GAP_MS = 100,
	FRESH_MS = 1000,
	PULSE_MS = 5000,
	/* 200 watch; when all their lines break at once they are here twice until the old ones are known to be dead. */
	VIEWERS_MAX = 400,
	OUTSTANDING_MAX = 32,
	LINKS_OUTSTANDING_MAX = 128,
	SESSIONS_OUTSTANDING_MAX = 64,
	SESSION_FRESH_MS =
		3000, /* with the second between two looks, and the answer's time: below five */
	SESSIONS_MAX = 1024,
	FOREIGN_LOGGED_BURST = 10,
	FOREIGN_LOGGED_EVERY_S = 6,
	GRAPHS_OUTSTANDING_MAX = 64,
	GRAFANA_OUTSTANDING_MAX = 16,
	DRAIN_MS = 2000,
	SEGMENTS_MAX = 4
};

static const char health_path[] = "/healthz";

struct board {
	const struct dashboard_config *config;
	struct http_server *server;
	struct tls_server *tls; /* NULL: plain HTTP on loopback */
	struct upstream *upstream;
	struct own_place place;
	struct admission *admission;
	struct session_desk *sessions;
	struct passage *passage;
	struct feed *feed;
	struct proxy *proxy;
	struct link_desk *links;
	struct rate_bucket foreign_logged;
	bool stopping;
	struct graph_desk *graphs;
	struct grafana *grafana;
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
	enum web_coding coding = web_file_coding(f, http_header(r, "Accept-Encoding"));
	const struct web_form *form = &f->forms[coding];

	/* Asked for again each time, answered with 304: a new version is there at the next look. */
	snprintf(headers, sizeof(headers),
		 SECURITY_HEADERS "Cache-Control: no-cache\r\nETag: %s\r\n"
				  "Vary: Accept-Encoding\r\n%s%s%s",
		 form->etag, coding != WEB_PLAIN ? "Content-Encoding: " : "",
		 coding != WEB_PLAIN ? web_coding_word(coding) : "",
		 coding != WEB_PLAIN ? "\r\n" : "");
	if (web_etag_is_known(form->etag, http_header(r, "If-None-Match")))
		http_answer(r, 304, f->content_type, headers, SLICE_LIT(""));
	else
		http_answer(r, 200, f->content_type, headers,
			    (struct slice){(const char *)form->bytes, form->length});
}

static void answer_series(void *user, struct http_request *r)
{
	struct board *b = user;
	struct proxy_series q = {.check = http_query(r, "check"),
				 .from = http_query(r, "from"),
				 .start = http_query(r, "start"),
				 .end = http_query(r, "end"),
				 .points = http_query(r, "points"),
				 .bands = http_query(r, "bands")};
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

static void answer_status(void *user, struct http_request *r)
{
	feed_answer(((struct board *)user)->feed, r);
}

static void answer_stream(void *user, struct http_request *r)
{
	feed_answer_stream(((struct board *)user)->feed, r);
}

static void answer_svg(void *user, struct http_request *r)
{
	graph_desk_answer(((struct board *)user)->graphs, r, GRAPH_SVG);
}

static void answer_png(void *user, struct http_request *r)
{
	graph_desk_answer(((struct board *)user)->graphs, r, GRAPH_PNG);
}

static void answer_table(void *user, struct http_request *r)
{
	graph_desk_answer(((struct board *)user)->graphs, r, GRAPH_CSV);
}

static void answer_topology(void *user, struct http_request *r)
{
	proxy_answer(((struct board *)user)->proxy, r, "/v1/topology");
}

/* What the board says itself, to whoever may look. */
static const struct {
	const char *name; /* behind /api/ */
	bool is_stream;
	void (*answer)(void *board, struct http_request *r);
} said[] = {
	{"status", false, answer_status},    {"stream", true, answer_stream},
	{"series", false, answer_series},    {"topology", false, answer_topology},
	{"graph.svg", false, answer_svg},    {"graph.png", false, answer_png},
	{"series.csv", false, answer_table},
};

static void answer_api(struct board *b, struct http_request *r)
{
	struct slice segments[SEGMENTS_MAX];
	char store[256];
	int n = http_path_split(http_path(r), store, sizeof(store), segments, SEGMENTS_MAX);

	for (size_t i = 0; n == 2 && i < COUNT_OF(said); i++) {
		if (slice_is(segments[1], said[i].name)) {
			admission_let(b->admission, r, said[i].is_stream, said[i].answer, b);
			return;
		}
	}
	answer_not_found(r);
}

static void answer_health(struct http_request *r)
{
	http_answer(r, 200, "text/plain; charset=utf-8", LIVE_HEADERS, SLICE_LIT("ok\n"));
}

static void answer_metrics(struct board *b, struct http_request *r)
{
	struct graph_desk_stats graphs = graph_desk_stats(b->graphs);
	struct buf body;

	buf_init(&body, 1 << 20);
	board_metrics_put(&body, &graphs);
	http_answer(r, 200, BOARD_METRICS_TYPE, LIVE_HEADERS, buf_slice(&body));
	buf_release(&body);
}

/* --- who may ask for what, before the body ----------------------------------------------------------- */

static size_t body_max_of(const char *path)
{
	return link_desk_is_path(path)      ? LINK_DESK_BODY_MAX
	       : session_desk_is_path(path) ? SESSION_DESK_BODY_MAX
					    : PASSAGE_BODY_MAX;
}

static void answer_too_large(struct http_request *r)
{
	answer_error(r, 413,
		     "{\"error\":\"too-large\",\"text\":\"The body is too large for this\"}");
}

static void handle(void *user, struct http_request *r)
{
	struct board *b = user;
	const char *path = http_path(r);
	/* What stands behind /p/ is a page's address: the page itself reads it. */
	const struct web_file *f =
		web_file_find(strncmp(path, "/p/", 3) == 0 ? WEB_PAGE_ELSEWHERE : path);

	if (b->stopping) /* its body was on its way when the others were answered */
		answer_error(r, 503, "{\"error\":\"stopping\",\"text\":\"The board stops\"}");
	else if (http_body(r).n > body_max_of(path))
		answer_too_large(r);
	else if (link_desk_is_path(path))
		link_desk_answer(b->links, r);
	else if (session_desk_is_path(path))
		session_desk_answer(b->sessions, r);
	else if (passage_is_path(path))
		passage_answer(b->passage, r);
	else if (grafana_is_path(path))
		grafana_answer(b->grafana, r);
	else if (f != NULL)
		answer_file(r, f);
	else if (strncmp(path, "/api/", 5) == 0)
		answer_api(b, r);
	else if (strcmp(path, health_path) == 0)
		answer_health(r);
	else if (strcmp(path, "/metrics") == 0 && http_peer_is_local(r) &&
		 http_header(r, "X-Forwarded-For") == NULL) /* nor for who comes through a proxy */
		answer_metrics(b, r);
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

/* A page changes something by /api/session and /api/v1/; a link's page takes the answer of a person; all else only shows. */
static bool is_change(const struct http_request *r)
{
	const char *path = http_path(r), *method = http_method(r);

	return (strcmp(method, "POST") == 0 || strcmp(method, "DELETE") == 0) &&
	       (session_desk_is_path(path) || passage_is_path(path));
}

static bool is_method_allowed(const struct http_request *r)
{
	const char *method = http_method(r);

	return strcmp(method, "GET") == 0 || is_change(r) ||
	       /* It brings a token of its own and no cookie counts: no page elsewhere can make one. */
	       (grafana_is_path(http_path(r)) && strcmp(method, "POST") == 0) ||
	       (link_desk_is_path(http_path(r)) &&
		(strcmp(method, "HEAD") == 0 || strcmp(method, "POST") == 0));
}

static void log_foreign(struct board *b, const struct http_request *r, const char *why)
{
	static const struct rate_limit limit = {FOREIGN_LOGGED_EVERY_S * US_PER_S,
						FOREIGN_LOGGED_BURST};
	struct mono_time now = {(int64_t)(uv_hrtime() / 1000)};
	char from[HTTP_ADDRESS_SIZE];
	int64_t wait;

	if (!rate_bucket_take(&b->foreign_logged, limit, now, &wait))
		return;
	http_remote(r, from);
	log_event(LOG_WARNING, "request.foreign", "from=%s text=%s", from, log_quote(why));
}

/* A page elsewhere can make a browser send a change with our cookie; it cannot know what goes with one. */
static bool is_from_here(struct board *b, struct http_request *r)
{
	struct own_claim claim = {.host = http_header(r, "Host"),
				  .origin = http_header(r, "Origin"),
				  .fetch_site = http_header(r, "Sec-Fetch-Site"),
				  .content_type = http_header(r, "Content-Type"),
				  .proof = http_header(r, "X-Vigia-Request")};
	char proof[OWN_PROOF_SIZE];
	const char *trouble;

	session_desk_proof(b->sessions, r, proof);
	/* A body of no stated type is none of ours either. */
	if (claim.content_type == NULL && strcmp(http_method(r), "POST") == 0)
		claim.content_type = "";
	trouble = own_page_trouble(&b->place, &claim, proof);
	if (trouble == NULL)
		return true;
	log_foreign(b, r, trouble);
	http_answer_with(r, 403, "not-from-here", LIVE_HEADERS, trouble);
	return false;
}

static bool is_too_large(const struct http_request *r)
{
	const char *length = http_header(r, "Content-Length");

	return length != NULL && strtoull(length, NULL, 10) > body_max_of(http_path(r));
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
	if (!is_method_allowed(r)) {
		answer_error(r, 405,
			     "{\"error\":\"read-only\",\"text\":\"This is only shown; acts go "
			     "to /api/v1/\"}");
		return 405;
	}
	if (is_too_large(r)) {
		answer_too_large(r);
		return 413;
	}
	return is_change(r) && !is_from_here(b, r) ? 403 : 0;
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

static void open_desks(struct board *b, struct uv_loop_s *loop)
{
	b->admission =
		admission_new(loop, &(struct admission_options){.upstream = b->upstream,
								.audience = b->config->board,
								.place = &b->place,
								.headers = LIVE_HEADERS,
								.fresh_ms = SESSION_FRESH_MS,
								.sessions_max = SESSIONS_MAX});
	b->sessions = session_desk_new(
		&(struct session_desk_options){.loop = loop,
					       .upstream = b->upstream,
					       .admission = b->admission,
					       .place = &b->place,
					       .headers = LIVE_HEADERS,
					       .outstanding_max = SESSIONS_OUTSTANDING_MAX});
	b->passage = passage_new(&(struct passage_options){.upstream = b->upstream,
							   .admission = b->admission,
							   .place = &b->place,
							   .headers = LIVE_HEADERS,
							   .outstanding_max = OUTSTANDING_MAX});
	b->feed = feed_new(loop, &(struct feed_options){.upstream = b->upstream,
							.tick_ms = TICK_MS,
							.gap_ms = GAP_MS,
							.fresh_ms = FRESH_MS,
							.pulse_ms = PULSE_MS,
							.viewers_max = VIEWERS_MAX,
							.build = web_build,
							.headers = LIVE_HEADERS});
	b->proxy = proxy_new(&(struct proxy_options){.upstream = b->upstream,
						     .outstanding_max = OUTSTANDING_MAX,
						     .headers = LIVE_HEADERS});
	b->links = link_desk_new(b->upstream, LINKS_OUTSTANDING_MAX);
	b->graphs = graph_desk_new(
		loop, &(struct graph_desk_options){.upstream = b->upstream,
						   .folder = b->config->series,
						   .headers = CHART_HEADERS,
						   .workers = (unsigned)b->config->render_workers,
						   .outstanding_max = GRAPHS_OUTSTANDING_MAX});
	b->grafana =
		grafana_new(&(struct grafana_options){.upstream = b->upstream,
						      .headers = LIVE_HEADERS,
						      .outstanding_max = GRAFANA_OUTSTANDING_MAX});
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
					     .user = b,
					     .headers = SECURITY_HEADERS};
	enum err e = upstream_new(loop, &upstream, &b->upstream, info);

	b->config = config;
	b->place = (struct own_place){.is_tls = config->tls.mode != TLS_NONE,
				      .public_url = config->public_url};
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
	open_desks(b, loop);
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

	admission_free(b->admission);
	session_desk_free(b->sessions);
	passage_free(b->passage);
	feed_free(b->feed);
	proxy_free(b->proxy);
	link_desk_free(b->links);
	graph_desk_free(b->graphs);
	grafana_free(b->grafana);
	tls_server_free(b->tls);
	free(b);
	done(done_user);
}

void board_stop(struct board *b, void (*done)(void *user), void *user)
{
	b->done = done;
	b->done_user = user;
	/* First who waits for the collector is answered, so that nothing is left to drain but bytes. */
	b->stopping = true;
	admission_stop(b->admission);
	feed_stop(b->feed);
	graph_desk_stop(b->graphs);
	upstream_free(b->upstream);
	http_server_stop(b->server, DRAIN_MS, on_stopped, b);
}
