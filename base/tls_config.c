#include "base/tls_config.h"

#include <string.h>
#include <unistd.h>

#include "base/parse.h"

const struct param tls_config_params[] = {
	PARAM_PATH(struct tls_config, cert, "cert", NULL, 0,
		   "certificate in PEM, followed by those above it; with `key`"),
	PARAM_PATH(struct tls_config, key, "key", NULL, 0,
		   "its private key in PEM, without a password, not readable by others"),
	PARAM_END,
};

static void read_names(const struct yaml_node *list, struct cert_names *names, struct findings *f)
{
	if (list->kind != YAML_LIST) {
		findings_add(f, FINDING_ERROR, list, "not-a-list",
			     "names: a list of addresses and host names was expected");
		return;
	}
	for (const struct yaml_node *n = list->first; n != NULL; n = n->next) {
		enum err e = n->kind == YAML_SCALAR ? cert_names_add(names, n->text.p) : ERR_SYNTAX;

		if (e != ERR_OK)
			findings_add(f, FINDING_ERROR, n, "not-a-name",
				     e == ERR_FULL ? "names: more than there is room for (%s)"
						   : "names: '%s' is neither an address nor a host "
						     "name",
				     n->kind == YAML_SCALAR ? n->text.p : "...");
	}
}

static void read_map(const struct yaml_node *map, struct arena *arena, struct tls_config *ret,
		     struct findings *f)
{
	static const char *const others[] = {"names", NULL};
	const struct yaml_node *names;

	if (!yaml_fill(map, tls_config_params, others, ret, arena, f))
		return;
	names = yaml_map_get(map, "names");
	if (names != NULL)
		read_names(names, &ret->names, f);
	if ((ret->cert != NULL) != (ret->key != NULL))
		findings_add(f, FINDING_ERROR, map, "missing-key",
			     "tls: 'cert' and 'key' go together");
	else if (ret->cert != NULL && names != NULL)
		findings_add(f, FINDING_ERROR, names, "needless-key",
			     "names: are those of the certificate; take the key out");
	ret->mode = ret->cert != NULL ? TLS_GIVEN : TLS_OWN;
}

/* What the machine is called, and where it listens; a name that is none is no reason not to start. */
static void add_own_names(const char *listen_host, struct cert_names *names)
{
	static const char *const loopback[] = {"127.0.0.1", "::1", "localhost"};
	char host[CERT_NAME_SIZE] = "";

	for (size_t i = 0; i < COUNT_OF(loopback); i++)
		err_ignore(cert_names_add(names, loopback[i]));
	if (gethostname(host, sizeof(host) - 1) == 0)
		err_ignore(cert_names_add(names, host));
	if (strcmp(listen_host, "0.0.0.0") != 0 && strcmp(listen_host, "::") != 0)
		err_ignore(cert_names_add(names, listen_host));
}

bool tls_config_read(const struct yaml_node *root, enum tls_mode absent, const char *listen_host,
		     struct arena *arena, struct tls_config *ret, struct findings *f)
{
	const struct yaml_node *tls = yaml_map_get(root, "tls");
	size_t errors = f->errors;

	*ret = (struct tls_config){.mode = absent};
	if (tls != NULL && tls->kind == YAML_MAP) {
		read_map(tls, arena, ret, f);
	} else if (tls != NULL) {
		ret->mode = TLS_NONE;
		if (tls->kind != YAML_SCALAR || !slice_is(tls->text, "none"))
			findings_add(f, FINDING_ERROR, tls, "syntax",
				     "tls: write {cert: FILE, key: FILE}, {names: [...]} or none%s",
				     absent == TLS_OWN
					     ? "; without the key the collector makes its "
					       "own certificate"
					     : "");
	}
	if (f->errors == errors && ret->mode == TLS_NONE && !parse_is_loopback(listen_host))
		findings_add(f, FINDING_ERROR, tls != NULL ? tls : yaml_map_get(root, "listen"),
			     "not-loopback",
			     "listen: '%s' is no loopback address; plain HTTP is refused elsewhere "
			     "(%s)",
			     listen_host,
			     absent == TLS_OWN ? "take 'tls: none' out"
					       : "give tls: {cert:, key:}");
	if (f->errors == errors)
		add_own_names(listen_host, &ret->names);
	return f->errors == errors;
}
