#include "collector/collector_config.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/instant.h"
#include "base/parse.h"

enum { PUBLIC_URL_MAX = 300 };

const struct param collector_config_params[] = {
	PARAM_HOSTPORT(struct collector_config, listen, "listen", "127.0.0.1:7460", 0,
		       "numeric address and port for agents, API and /metrics"),
	PARAM_PATH(struct collector_config, data, "data", NULL, PARAM_REQUIRED,
		   "folder of journal, series and tokens"),
	PARAM_PATH(struct collector_config, plan, "plan", NULL, PARAM_REQUIRED,
		   "the plan: a file or a folder of *.yaml"),
	PARAM_PATH(struct collector_config, secrets, "secrets", NULL, 0,
		   "file with `NAME: value` lines for `${secret:NAME}` in the plan; mode 0600"),
	PARAM_PATH(struct collector_config, drills, "drills", NULL, 0,
		   "folder of scenarios (NAME.scn) that may be played from the board; none: drills "
		   "begin on this machine only"),
	PARAM_STR(struct collector_config, public_url, "public_url", NULL, 0,
		  "the dashboard's address as people open it: messages then carry a link to "
		  "acknowledge by; none: no links"),
	PARAM_DURATION(struct collector_config, link_valid_us, "link_valid", "24h", US_PER_S,
		       24 * 3600 * US_PER_S, 0, "how long after its call a link may be used"),
	PARAM_DURATION(struct collector_config, flush_us, "flush", "10s", US_PER_S, 30 * US_PER_S,
		       0, "how often series are written and synced"),
	PARAM_INT(struct collector_config, fine_rows, "fine_rows", "8640", 60, 10000000, 0,
		  "rows of a new series with one value per interval (8,640 of 10 s are a day)"),
	PARAM_INT(struct collector_config, middle_rows, "middle_rows", "2016", 12, 1000000, 0,
		  "rows of a new series of 5 minutes: least, mean, most (2,016 are a week)"),
	PARAM_INT(struct collector_config, coarse_rows, "coarse_rows", "1460", 24, 1000000, 0,
		  "rows of a new series of an hour: least, mean, most (1,460 are two months)"),
	PARAM_INT(struct collector_config, day_rows, "day_rows", "750", 24, 100000, 0,
		  "rows of a new series of a day: least, mean, most (750 are two years)"),
	PARAM_SIZE(struct collector_config, ballast, "ballast", "16MiB", 0, INT64_C(1) << 40, 0,
		   "space kept in reserve for the journal; given back when the disk is full"),
	PARAM_SIZE(struct collector_config, reserve, "disk_reserve", "64MiB", 0, INT64_C(1) << 40,
		   0, "drawing stops when the data folder's disk has less than this left"),
	PARAM_END,
};

/* A link is as good as an answer of the person: over the network it goes encrypted. */
static void judge_public_url(const struct collector_config *c, const struct yaml_node *at,
			     struct findings *f)
{
	const char *rest = strstr(c->public_url, "://");
	bool is_https = strncmp(c->public_url, "https://", 8) == 0;
	struct slice a = {rest != NULL ? rest + 3 : "", 0};
	char host[256];
	uint16_t port;

	a.n = strcspn(a.p, "/");
	if (strlen(c->public_url) > PUBLIC_URL_MAX ||
	    (!is_https && strncmp(c->public_url, "http://", 7) != 0) || a.n == 0 ||
	    (strcmp(a.p + a.n, "") != 0 && strcmp(a.p + a.n, "/") != 0) ||
	    c->public_url[strcspn(c->public_url, " \t\r\n\"<>?#@\\")] != '\0')
		findings_add(f, FINDING_ERROR, at, "syntax",
			     "public_url: '%.200s' is not of the form https://noc.example.org",
			     c->public_url);
	else if (!is_https && (parse_host_port(a, host, sizeof(host), &port) != ERR_OK ||
			       !parse_is_loopback(host)))
		findings_add(f, FINDING_ERROR, at, "not-loopback",
			     "public_url: '%s' would carry links unencrypted; write https:// "
			     "(http:// is for 127.0.0.1:PORT only)",
			     c->public_url);
}

const struct param heartbeat_params[] = {
	PARAM_STR(struct heartbeat_config, url, "url", NULL, PARAM_REQUIRED,
		  "https://...; http:// to a loopback address only"),
	PARAM_DURATION(struct heartbeat_config, every_us, "every", "60s", 100 * US_PER_MS,
		       3600 * US_PER_S, 0, "how often"),
	PARAM_DURATION(struct heartbeat_config, timeout_us, "timeout", "10s", 100 * US_PER_MS,
		       60 * US_PER_S, 0, "a beat that is not answered by then has failed"),
	PARAM_BOOL(struct heartbeat_config, post, "post", "false", 0,
		   "POST a small JSON (version, hour, journal head) instead of a GET"),
	PARAM_PATH(struct heartbeat_config, ca_file, "ca_file",
		   "/etc/ssl/certs/ca-certificates.crt", 0, "the certificates to trust"),
	PARAM_END,
};

/* Scheme, host and port, no user and no blank: the path may be anything (services put a secret there). */
static bool split_url(struct heartbeat_config *h)
{
	const char *scheme = strncmp(h->url, "https://", 8) == 0 ? "https://" : "http://";
	const char *rest = h->url + strlen(scheme);
	char authority[300];
	size_t n;

	h->tls = strcmp(scheme, "https://") == 0;
	if (strncmp(h->url, scheme, strlen(scheme)) != 0)
		return false;
	n = strcspn(rest, "/?#");
	if (n == 0 || n >= sizeof(authority) - 8 || memchr(rest, '@', n) != NULL ||
	    strchr(h->url, ' ') != NULL)
		return false;
	snprintf(authority, sizeof(authority), "%.*s", (int)n, rest);
	if (rest[0] == '[' ? authority[n - 1] == ']' : memchr(rest, ':', n) == NULL)
		snprintf(authority + n, sizeof(authority) - n, ":%d", h->tls ? 443 : 80);
	return parse_host_port(slice_of(authority), h->host, sizeof(h->host), &h->port) == ERR_OK;
}

static void read_heartbeat(struct yaml_node *node, struct collector_config *c, struct findings *f)
{
	struct heartbeat_config *h = &c->heartbeat;

	if (node->kind != YAML_MAP) {
		findings_add(f, FINDING_ERROR, node, "not-a-map",
			     "heartbeat: write {url: https://..., every: 60s}");
		return;
	}
	if (!yaml_fill(node, heartbeat_params, NULL, h, c->arena, f))
		return;
	if (!split_url(h))
		findings_add(f, FINDING_ERROR, yaml_map_get(node, "url"), "bad-url",
			     "heartbeat: the url is not https://HOST[:PORT]/...");
	else if (!h->tls && !parse_is_loopback(h->host))
		findings_add(f, FINDING_ERROR, yaml_map_get(node, "url"), "not-loopback",
			     "heartbeat: plain HTTP is sent to a loopback address only; write "
			     "https://");
	else if (h->timeout_us > h->every_us)
		findings_add(f, FINDING_ERROR, node, "timeout-too-long",
			     "heartbeat: timeout is longer than every: a beat must end before the "
			     "next");
}

bool collector_config_read(const char *path, struct collector_config *ret, struct findings *f)
{
	static const char *const others[] = {"heartbeat", "tls", NULL};
	struct yaml_node *root;
	char whole[PATH_MAX];

	*ret = (struct collector_config){.arena = arena_new()};
	ret->file = arena_strdup(ret->arena, realpath(path, whole) != NULL ? whole : path);
	root = yaml_doc_read(path, ret->arena, f);
	if (root == NULL || !yaml_fill(root, collector_config_params, others, ret, ret->arena, f))
		return false;
	if (yaml_map_get(root, "heartbeat") != NULL)
		read_heartbeat(yaml_map_get(root, "heartbeat"), ret, f);
	if (ret->public_url != NULL)
		judge_public_url(ret, yaml_map_get(root, "public_url"), f);
	if (parse_host_port(slice_of(ret->listen), ret->host, sizeof(ret->host), &ret->port) !=
		    ERR_OK ||
	    !parse_is_address(ret->host))
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "listen"), "syntax",
			     "listen: '%s' is no numeric address with a port", ret->listen);
	else
		(void)tls_config_read(root, TLS_OWN, ret->host, ret->arena, &ret->tls, f);
	return f->errors == 0;
}

void collector_config_release(struct collector_config *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}

void collector_config_for_drill(struct collector_config *c, const char *scenario,
				const char *folder, bool to_file, struct wall_time now)
{
	struct civil t = civil_from_wall(now, MEXICO_CITY_OFFSET_S);
	struct drill_config *d = &c->drill;

	d->scenario = scenario;
	d->real_data = c->data;
	d->to_file = to_file;
	if (folder != NULL)
		snprintf(d->folder, sizeof(d->folder), "%s", folder);
	else
		snprintf(d->folder, sizeof(d->folder), "%s/drills/%04d%02d%02d-%02d%02d%02d",
			 c->data, t.year, t.month, t.day, t.hour, t.minute, t.second);
	c->data = d->folder;
	c->listen = "127.0.0.1:0";
	snprintf(c->host, sizeof(c->host), "127.0.0.1");
	c->port = 0;
	c->tls = (struct tls_config){.mode = TLS_NONE};
	c->heartbeat.url = NULL;
	c->ballast = 0;
}
