#include "agent/trap_config.h"

#include <string.h>

#include "base/hex.h"
#include "base/parse.h"
#include "checks/snmp_params.h"

enum { ENGINE_MIN = 5 }; /* RFC 3411 5, SnmpEngineID */

struct user_row {
	const char *user, *auth_secret, *priv_secret;
	int auth, priv;
};
const struct param trap_user_params[] = {
	PARAM_STR(struct user_row, user, "user", NULL, PARAM_REQUIRED, "name of the user"),
	PARAM_ENUM(struct user_row, auth, "auth", "none", snmp_auth_words, 0, "authentication"),
	PARAM_STR(struct user_row, auth_secret, "auth_secret", NULL, 0,
		  "its pass phrase: ${secret:NAME}"),
	PARAM_ENUM(struct user_row, priv, "priv", "none", snmp_priv_words, 0,
		   "privacy; -c is the key extension that Cisco uses"),
	PARAM_STR(struct user_row, priv_secret, "priv_secret", NULL, 0,
		  "its pass phrase: ${secret:NAME}"),
	PARAM_END,
};

/* The items of a list, or the one value that stands in its place; NULL after a complaint. */
static const struct yaml_node *items_of(const struct yaml_node *n, const char *key, size_t max,
					struct findings *f)
{
	size_t count = 0;

	if (n->kind == YAML_SCALAR)
		return n;
	for (const struct yaml_node *i = n->first; n->kind == YAML_LIST && i != NULL; i = i->next)
		count++;
	if (count > 0 && count <= max)
		return n->first;
	findings_add(f, FINDING_ERROR, n, "not-a-list", "%s: a list of 1 to %zu was expected", key,
		     max);
	return NULL;
}

static bool is_scalar(const struct yaml_node *i, const char *key, struct findings *f)
{
	if (i->kind == YAML_SCALAR)
		return true;
	findings_add(f, FINDING_ERROR, i, "not-a-value", "%s: a single value was expected", key);
	return false;
}

static const struct yaml_node *next_of(const struct yaml_node *list, const struct yaml_node *i)
{
	return i == list ? NULL : i->next;
}

static void read_listen(const struct yaml_node *n, struct trap_config *ret, struct findings *f)
{
	char host[256];
	uint16_t port;

	for (const struct yaml_node *i = items_of(n, "listen", TRAP_LISTEN_MAX, f); i != NULL;
	     i = next_of(n, i)) {
		if (!is_scalar(i, "listen", f))
			continue;
		if (parse_host_port(i->text, host, sizeof(host), &port) != ERR_OK ||
		    !parse_is_address(host))
			findings_add(f, FINDING_ERROR, i, "syntax",
				     "listen: '%s' is no numeric ADDRESS:PORT (write: 0.0.0.0:162)",
				     i->text.p);
		else
			ret->listen[ret->listen_count++] = i->text.p;
	}
}

static void read_communities(const struct yaml_node *n, struct trap_config *ret, struct findings *f)
{
	for (const struct yaml_node *i = items_of(n, "communities", TRAP_COMMUNITIES_MAX, f);
	     i != NULL; i = next_of(n, i)) {
		if (is_scalar(i, "communities", f))
			ret->communities[ret->community_count++] = i->text.p;
	}
}

static bool parse_engine(struct slice s, struct trap_engine *ret)
{
	if (s.n > 2 && s.p[0] == '0' && (s.p[1] == 'x' || s.p[1] == 'X'))
		s = (struct slice){s.p + 2, s.n - 2};
	ret->size = s.n / 2;
	return s.n % 2 == 0 && ret->size >= ENGINE_MIN && ret->size <= SNMP_ENGINE_MAX &&
	       hex_decode(ret->bytes, ret->size, s) == ERR_OK;
}

static void read_engines(const struct yaml_node *n, struct trap_user *u, struct arena *arena,
			 struct findings *f)
{
	struct trap_engine *engines = arena_calloc(arena, TRAP_ENGINES_MAX, sizeof(*engines));

	u->engines = engines;
	for (const struct yaml_node *i = items_of(n, "engine_id", TRAP_ENGINES_MAX, f); i != NULL;
	     i = next_of(n, i)) {
		if (!is_scalar(i, "engine_id", f))
			continue;
		if (parse_engine(i->text, &engines[u->engine_count]))
			u->engine_count++;
		else
			findings_add(f, FINDING_ERROR, i, "syntax",
				     "engine_id: '%s' is not 5 to %d octets in hexadecimal (the "
				     "device shows it: show snmp engineID)",
				     i->text.p, SNMP_ENGINE_MAX);
	}
}

static void judge_user(const struct yaml_node *n, const struct user_row *row, struct findings *f)
{
	const char *wrong = NULL;

	if (strlen(row->user) > SNMP_USER_MAX)
		wrong = "user: more than 32 characters";
	else if ((row->auth == SNMP_AUTH_NONE) != (row->auth_secret == NULL))
		wrong = "auth and auth_secret belong together";
	else if ((row->priv == SNMP_PRIV_NONE) != (row->priv_secret == NULL))
		wrong = "priv and priv_secret belong together";
	else if (row->priv != SNMP_PRIV_NONE && row->auth == SNMP_AUTH_NONE)
		wrong = "privacy needs authentication (auth)";
	if (wrong != NULL)
		findings_add(f, FINDING_ERROR, n, "conflict", "%s", wrong);
}

static void read_user(const struct yaml_node *n, struct trap_config *ret, struct arena *arena,
		      struct findings *f)
{
	static const char *const others[] = {"engine_id", NULL};
	struct trap_user *u = &ret->users[ret->user_count];
	const struct yaml_node *engines;
	struct user_row row = {0};

	if (n->kind != YAML_MAP) {
		findings_add(f, FINDING_ERROR, n, "not-a-map",
			     "users: a map of keys and values was expected");
		return;
	}
	if (!yaml_fill(n, trap_user_params, others, &row, arena, f))
		return;
	judge_user(n, &row, f);
	for (size_t i = 0; i < ret->user_count; i++) {
		if (strcmp(ret->users[i].name, row.user) == 0)
			findings_add(f, FINDING_ERROR, n, "duplicate-id",
				     "users: '%s' stands here twice; list its engines in one entry",
				     row.user);
	}
	*u = (struct trap_user){.name = row.user,
				.auth_secret = row.auth_secret,
				.priv_secret = row.priv_secret,
				.auth = (enum snmp_auth)row.auth,
				.priv = (enum snmp_priv)row.priv};
	ret->user_count++;
	engines = yaml_map_get(n, "engine_id");
	if (engines != NULL)
		read_engines(engines, u, arena, f);
}

static void read_users(const struct yaml_node *n, struct trap_config *ret, struct arena *arena,
		       struct findings *f)
{
	if (n->kind != YAML_LIST) {
		findings_add(f, FINDING_ERROR, n, "not-a-list", "users: a list was expected");
		return;
	}
	for (const struct yaml_node *i = items_of(n, "users", TRAP_USERS_MAX, f); i != NULL;
	     i = i->next)
		read_user(i, ret, arena, f);
}

void trap_config_read(const struct yaml_node *node, struct trap_config *ret, struct arena *arena,
		      struct findings *f)
{
	static const struct param none[] = {PARAM_END};
	static const char *const keys[] = {"listen", "communities", "users", NULL};
	const struct yaml_node *listen, *communities, *users;

	*ret = (struct trap_config){0};
	if (node->kind != YAML_MAP) {
		findings_add(f, FINDING_ERROR, node, "not-a-map",
			     "traps: a map with listen, communities, users was expected");
		return;
	}
	yaml_fill(node, none, keys, ret, arena, f);
	listen = yaml_map_get(node, "listen");
	communities = yaml_map_get(node, "communities");
	users = yaml_map_get(node, "users");
	if (listen == NULL)
		findings_add(f, FINDING_ERROR, node, "missing-key",
			     "'listen' is missing: where traps arrive (0.0.0.0:162)");
	else
		read_listen(listen, ret, f);
	if (communities != NULL)
		read_communities(communities, ret, f);
	if (users != NULL)
		read_users(users, ret, arena, f);
	if (communities == NULL && users == NULL)
		findings_add(f, FINDING_ERROR, node, "missing-key",
			     "neither 'communities' nor 'users': nobody would be believed");
}

bool trap_config_same_listen(const struct trap_config *a, const struct trap_config *b)
{
	bool same = a->listen_count == b->listen_count;

	for (size_t i = 0; same && i < a->listen_count; i++)
		same = strcmp(a->listen[i], b->listen[i]) == 0;
	return same;
}
