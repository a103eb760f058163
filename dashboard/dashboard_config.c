#include "dashboard/dashboard_config.h"

#include <stdio.h>
#include <string.h>

#include "base/identity.h"
#include "base/parse.h"
#include "base/peer_url.h"

enum { RENDER_WORKERS_LIMIT = 16 };
static const char *const audience_words[] = {"people", "loopback", "everyone", NULL};

const struct param dashboard_config_params[] = {
	PARAM_HOSTPORT(struct dashboard_config, listen, "listen", "127.0.0.1:7461", 0,
		       "numeric address and port of the board"),
	PARAM_STR(struct dashboard_config, collector, "collector", NULL, PARAM_REQUIRED,
		  "the collector's address, https://127.0.0.1:7460"),
	PARAM_PATH(struct dashboard_config, token_file, "token_file", NULL, PARAM_REQUIRED,
		   "file with the board's token (`DATA/board.token`; the operator's works too); it "
		   "stays in this process"),
	PARAM_STR(struct dashboard_config, identity, "identity", NULL, 0,
		  "who must answer there: the collector's identity"),
	PARAM_PATH(struct dashboard_config, identity_file, "identity_file", NULL, 0,
		   "file with that identity; by default the file `identity` beside token_file"),
	PARAM_STR(struct dashboard_config, public_url, "public_url", NULL, 0,
		  "the board's address as people open it, if a proxy stands before it"),
	PARAM_ENUM(struct dashboard_config, board, "board", "people", audience_words, 0,
		   "who may look: `people`: whoever logs in; `loopback`: besides, without a "
		   "log-in, this machine "
		   "(and whoever comes through a proxy on it); `everyone`: whoever reaches the "
		   "address. To act "
		   "one logs in always"),
	PARAM_PATH(struct dashboard_config, series, "series", NULL, 0,
		   "the collector's folder of series (DATA/rrd), to draw charts from; by default "
		   "the folder `rrd` "
		   "beside token_file"),
	PARAM_INT(struct dashboard_config, render_workers, "render_workers", "2", 1,
		  RENDER_WORKERS_LIMIT, 0, "processes that draw charts"),
	PARAM_END,
};

/* Host and port of "scheme://host:port" with nothing behind but a slash; NULL text = not of the form. */
static struct slice authority(const char *url, const char *scheme)
{
	size_t n = strlen(scheme);
	struct slice s;

	if (strncmp(url, scheme, n) != 0)
		return (struct slice){0};
	s = (struct slice){url + n, strcspn(url + n, "/")};
	if (strcmp(s.p + s.n, "") != 0 && strcmp(s.p + s.n, "/") != 0)
		return (struct slice){0};
	return s;
}

static void judge_collector(struct dashboard_config *c, const struct yaml_node *root,
			    struct findings *f)
{
	const struct yaml_node *given = yaml_map_get(root, "identity");
	struct peer_url url;
	struct identity identity;
	struct err_info why;
	char path[4200];
	enum err e = peer_url_parse(c->collector, &url, &why);

	if (e != ERR_OK) {
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "collector"),
			     e == ERR_UNSUPPORTED ? "not-loopback" : "syntax", "collector: %s",
			     why.text);
		return;
	}
	c->collector = arena_strdup(c->arena, url.text);
	c->collector_is_tls = url.tls;
	if (given != NULL && !identity_parse(given->text, &identity))
		findings_add(f, FINDING_ERROR, given, "not-an-identity",
			     "identity: '%s' is none (sha256: and 64 hexadecimal digits)",
			     c->identity);
	else if (given != NULL && c->identity_file != NULL)
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "identity_file"), "needless-key",
			     "identity_file: identity is given already; take one of them out");
	if (c->identity_file == NULL) {
		identity_path_beside(c->token_file, path, sizeof(path));
		c->identity_file = arena_strdup(c->arena, path);
	}
}

static void choose_series(struct dashboard_config *c)
{
	const char *slash = strrchr(c->token_file, '/');
	char path[4200];

	if (c->series != NULL)
		return;
	snprintf(path, sizeof(path), "%.*srrd",
		 slash != NULL ? (int)(slash - c->token_file) + 1 : 0, c->token_file);
	c->series = arena_strdup(c->arena, path);
}

/* Browsers know nothing of our identity: they need a certificate of an authority that they believe. */
static void judge_tls(struct dashboard_config *c, const struct yaml_node *root, struct findings *f)
{
	if (tls_config_read(root, TLS_NONE, c->host, c->arena, &c->tls, f) &&
	    c->tls.mode == TLS_OWN)
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "tls"), "missing-key",
			     "tls: {cert: FILE, key: FILE} was expected: browsers believe a "
			     "certificate of the institution");
}

bool dashboard_config_read(const char *path, struct dashboard_config *ret, struct findings *f)
{
	static const char *const others[] = {"tls", NULL};
	struct yaml_node *root;

	*ret = (struct dashboard_config){.arena = arena_new()};
	root = yaml_doc_read(path, ret->arena, f);
	if (root == NULL || !yaml_fill(root, dashboard_config_params, others, ret, ret->arena, f))
		return false;
	if (parse_host_port(slice_of(ret->listen), ret->host, sizeof(ret->host), &ret->port) !=
		    ERR_OK ||
	    !parse_is_address(ret->host))
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "listen"), "syntax",
			     "listen: '%s' is no numeric address with a port", ret->listen);
	else
		judge_tls(ret, root, f);
	judge_collector(ret, root, f);
	choose_series(ret);
	if (ret->public_url != NULL && authority(ret->public_url, "http://").n == 0 &&
	    authority(ret->public_url, "https://").n == 0)
		findings_add(f, FINDING_ERROR, yaml_map_get(root, "public_url"), "syntax",
			     "public_url: '%s' is not of the form https://noc.example.org",
			     ret->public_url);
	return f->errors == 0;
}

void dashboard_config_release(struct dashboard_config *c)
{
	arena_free(c->arena);
	c->arena = NULL;
}
