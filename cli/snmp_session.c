#include "cli/snmp_session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/mem.h"
#include "base/param.h"
#include "base/parse.h"
#include "base/resolver.h"
#include "base/secret_params.h"
#include "base/secrets.h"
#include "probing/snmp_io.h"

static const struct param rows[] = {SNMP_PARAMS(struct snmp_session, params), PARAM_END};

enum { HOST_SIZE = 256 };

/* --- arguments ------------------------------------------------------------------------------------------ */

size_t snmp_session_first_key(const struct options *o)
{
	size_t i = 1;

	while (i < o->arg_count && strchr(o->args[i], '=') == NULL)
		i++;
	return i;
}

struct arguments {
	const struct options *o;
	size_t from;
};

static const char *text_of(void *user, const char *key)
{
	const struct arguments *a = user;
	size_t n = strlen(key);

	for (size_t i = a->from; i < a->o->arg_count; i++) {
		if (strncmp(a->o->args[i], key, n) == 0 && a->o->args[i][n] == '=')
			return a->o->args[i] + n + 1;
	}
	return NULL;
}

static enum err check_keys(const struct arguments *a, struct err_info *info)
{
	for (size_t i = a->from; i < a->o->arg_count; i++) {
		const char *text = a->o->args[i];
		struct slice key = {text, strcspn(text, "=")};
		const char *near;

		if (text[key.n] == '\0')
			return err_fail(info, ERR_SYNTAX, "'%s' is not KEY=VALUE", text);
		for (size_t k = a->from; k < i; k++) {
			if (strncmp(a->o->args[k], text, key.n + 1) == 0)
				return err_fail(info, ERR_DUPLICATE, "%.*s is given twice",
						(int)key.n, key.p);
		}
		if (param_find(rows, key) != NULL)
			continue;
		near = param_nearest(rows, NULL, key);
		return err_fail(info, ERR_UNKNOWN_KEY, "there is no '%.*s'%s%s%s", (int)key.n,
				key.p, near != NULL ? "; did you mean '" : "",
				near != NULL ? near : "", near != NULL ? "'?" : "");
	}
	return ERR_OK;
}

static enum err fill(struct snmp_session *s, struct secret_params *from, struct err_info *info)
{
	param_set_defaults(rows, s, s->arena);
	for (const struct param *row = rows; row->key != NULL; row++) {
		const char *text = secret_params_get(from, row->key);
		struct err_info why;
		enum err e;

		if (from->err != ERR_OK)
			return err_fail(info, from->err, "%s", from->info.text);
		if (text == NULL)
			continue;
		e = param_set(row, s, slice_of(text), s->arena, &why);
		if (e != ERR_OK)
			return err_fail(info, e, "%s: %.400s", row->key, why.text);
	}
	return snmp_params_validate(&s->params, info);
}

/* A pass phrase on the command line is seen by everybody on the machine. */
static enum err refuse_plain_secrets(struct arguments *a, struct err_info *info)
{
	static const char *const keys[] = {"auth_secret", "priv_secret"};

	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const char *text = text_of(a, keys[i]);

		if (text != NULL && strncmp(text, "${secret:", 9) != 0)
			return err_fail(
				info, ERR_DENIED,
				"%s: no pass phrase on a command line, where everybody sees it; "
				"write '%s=${secret:NAME}' and --secrets FILE",
				keys[i], keys[i]);
	}
	return ERR_OK;
}

static enum err read_arguments(struct snmp_session *s, struct arguments *a, struct err_info *info)
{
	struct secrets *secrets;
	struct findings f;
	enum err e = check_keys(a, info);

	if (e == ERR_OK)
		e = refuse_plain_secrets(a, info);
	if (e != ERR_OK)
		return e;
	findings_init(&f);
	secrets = secrets_open(options_get(a->o, OPTION_SECRETS, NULL), &f);
	if (secrets == NULL) {
		e = err_fail(info, ERR_SYNTAX, "%s:%u: %s: %s", f.items[0].file, f.items[0].line,
			     f.items[0].code, f.items[0].text);
	} else {
		struct secret_params from = {.get = text_of,
					     .user = a,
					     .rows = rows,
					     .secrets = secrets,
					     .arena = s->arena};

		e = fill(s, &from, info);
	}
	secrets_free(secrets);
	findings_release(&f);
	return e;
}

/* --- the address ---------------------------------------------------------------------------------------- */

static void on_found(void *user, enum resolver_result result,
		     const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count)
{
	struct snmp_session *s = user;

	if (result == RESOLVER_OK && count > 0)
		snprintf(s->address, sizeof(s->address), "%s", addresses[0]);
	s->over = true;
	uv_stop(s->loop);
}

static enum err find_address(struct snmp_session *s, const char *host, struct err_info *info)
{
	struct resolver *r = NULL;
	enum err e;

	if (parse_is_address(host) && strlen(host) < sizeof(s->address)) {
		memcpy(s->address, host, strlen(host) + 1);
		return ERR_OK;
	}
	e = resolver_new(s->loop, &r, info);
	if (e != ERR_OK)
		return e;
	s->over = false;
	resolver_find(r, host, on_found, s);
	if (!s->over)
		uv_run(s->loop, UV_RUN_DEFAULT);
	resolver_free(r);
	uv_run(s->loop, UV_RUN_DEFAULT);
	if (s->address[0] == '\0')
		return err_fail(info, ERR_NOT_FOUND, "'%s' is no address and no name that is known",
				host);
	return ERR_OK;
}

/* "HOST", "HOST:PORT", "[::1]:161", "::1" */
static enum err split_host(struct snmp_session *s, const char *text, char host[HOST_SIZE],
			   struct err_info *info)
{
	uint16_t port;

	if (parse_is_address(text) || strchr(text, ':') == NULL) {
		if (snprintf(host, HOST_SIZE, "%s", text) >= HOST_SIZE)
			return err_fail(info, ERR_TOO_LARGE, "'%.40s...' is no host", text);
		return ERR_OK;
	}
	if (parse_host_port(slice_of(text), host, HOST_SIZE, &port) != ERR_OK)
		return err_fail(info, ERR_SYNTAX, "'%s' is no HOST[:PORT]", text);
	s->params.port = port;
	return ERR_OK;
}

/* --- life ----------------------------------------------------------------------------------------------- */

enum err snmp_session_open(struct snmp_session *s, const struct options *o, size_t from,
			   struct err_info *info)
{
	struct arguments a = {o, from};
	char host[HOST_SIZE];
	enum err e;

	*s = (struct snmp_session){.arena = arena_new(), .loop = mem_calloc(1, sizeof(uv_loop_t))};
	if (uv_loop_init(s->loop) != 0) {
		arena_free(s->arena);
		free(s->loop);
		return err_fail(info, ERR_IO, "the event loop does not start");
	}
	if ((e = read_arguments(s, &a, info)) == ERR_OK &&
	    (e = split_host(s, o->args[0], host, info)) == ERR_OK &&
	    (e = find_address(s, host, info)) == ERR_OK) {
		s->target = snmp_params_target(&s->params, s->address);
		s->io = snmp_io_new(s->loop);
		return ERR_OK;
	}
	uv_loop_close(s->loop);
	free(s->loop);
	arena_wipe(s->arena);
	return e;
}

static void on_answered(void *user)
{
	struct snmp_session *s = user;

	s->over = true;
	uv_stop(s->loop);
}

enum err snmp_session_ask(struct snmp_session *s, struct snmp_ask *ask, int64_t within_us,
			  bool english, struct err_info *info)
{
	ask->target = &s->target;
	s->over = false;
	snmp_io_run(s->io, ask, (int64_t)(uv_hrtime() / 1000) + within_us, on_answered, s);
	while (!s->over)
		uv_run(s->loop, UV_RUN_DEFAULT);
	if (ask->outcome == OUTCOME_OK)
		return ERR_OK;
	return err_fail(info, ask->outcome == OUTCOME_ANSWER_TIMEOUT ? ERR_TIMEOUT : ERR_IO,
			"%s: %s%s%s", s->address,
			english ? outcome_text_en(ask->outcome) : outcome_text_es(ask->outcome),
			ask->detail[0] != '\0' ? ": " : "", ask->detail);
}

void snmp_session_close(struct snmp_session *s)
{
	snmp_io_free(s->io);
	uv_run(s->loop, UV_RUN_DEFAULT);
	uv_loop_close(s->loop);
	free(s->loop);
	arena_wipe(s->arena);
}
