/* enrol: makes an agent's key and the two files that it starts with; --rotate: a new key beside the old one. */
#include <stdio.h>
#include <string.h>

#include "base/files.h"
#include "base/parse.h"
#include "base/peer_url.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "journal/body.h"

struct enrolment {
	const char *agent;
	struct slice token, identity; /* of the collector's answer */
	char key_path[160], yaml_path[160];
	bool kept; /* the configuration was there */
};

static void put_addresses(const struct options *o, const char *url, struct buf *out)
{
	buf_puts(out, "collector: [");
	for (size_t i = 0; i < o->address_count; i++)
		buf_printf(out, "%s\"%s\"", i > 0 ? ", " : "", o->addresses[i]);
	if (o->address_count == 0)
		buf_printf(out, "\"%s\"", url);
	buf_puts(out, "]\n");
}

static enum err write_files(const struct options *o, const char *url, struct enrolment *x,
			    struct err_info *info)
{
	struct buf text CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&text, 8192);
	buf_put(&text, x->token.p, x->token.n);
	buf_putc(&text, '\n');
	/* The old key is void, or soon will be: the new one replaces it. */
	if ((e = output_write_file(x->key_path, buf_slice(&text), 0600, true, info)) != ERR_OK)
		return e;
	buf_reset(&text);
	buf_printf(&text, "agent: %s\n", x->agent);
	put_addresses(o, url, &text);
	buf_printf(&text, "identity: %.*s\nkey_file: %s\ndata: var/%s\n", (int)x->identity.n,
		   x->identity.p, x->key_path, x->agent);
	e = output_write_file(x->yaml_path, buf_slice(&text), 0644, false, info);
	x->kept = e == ERR_DUPLICATE;
	return x->kept ? ERR_OK : e;
}

/* A configuration that somebody made, or that knows another collector, is theirs to change. */
static void warn_of_identity(const struct enrolment *x, bool english)
{
	struct buf text CLEANUP(buf_release) = {0};
	struct err_info info;
	char identity[IDENTITY_SIZE];

	buf_init(&text, BUF_MAX_CONFIG_FILE);
	snprintf(identity, sizeof(identity), "%.*s", (int)x->identity.n, x->identity.p);
	if (files_read(x->yaml_path, &text, &info) == ERR_OK &&
	    strstr(buf_cstr(&text), identity) != NULL)
		return;
	fprintf(stderr,
		english ? "vigia: %s does not name this collector; write there: identity: %s\n"
			: "vigia: %s no nombra a este colector; escriba ahí: identity: %s\n",
		x->yaml_path, identity);
}

static void tell(const struct options *o, const struct enrolment *x)
{
	bool english = options_is_english(o);

	printf(english ? "%s.key written; %s.yaml %s\n" : "%s.key escrito; %s.yaml %s\n", x->agent,
	       x->agent,
	       english ? (x->kept ? "was there and is kept" : "written")
		       : (x->kept ? "ya estaba y se conserva" : "escrito"));
	if (options_has(o, OPTION_ROTATE))
		printf(english ? "the old key is good until the agent uses the new one: put %s.key "
				 "in its place and send SIGHUP\n"
			       : "la clave anterior vale hasta que el agente use la nueva: ponga "
				 "%s.key en su lugar y envíe SIGHUP\n",
		       x->agent);
	if (x->kept)
		warn_of_identity(x, english);
}

static enum err check_arguments(const struct options *o, struct err_info *info)
{
	struct peer_url url;
	enum err e = ERR_OK;

	if (!parse_is_id(slice_of(o->args[0]), ""))
		return err_fail(info, ERR_SYNTAX, "'%s' is not an agent's id", o->args[0]);
	for (size_t i = 0; e == ERR_OK && i < o->address_count; i++)
		e = peer_url_parse(o->addresses[i], &url, info);
	return e;
}

static enum err ask(const struct options *o, struct api *a, struct enrolment *x, struct buf *answer,
		    struct err_info *info)
{
	struct buf path CLEANUP(buf_release) = {0};
	struct identity identity;
	enum err e;

	buf_init(&path, 512);
	buf_puts(&path, "/v1/agents/");
	api_put_segment(&path, x->agent);
	buf_puts(&path, options_has(o, OPTION_ROTATE) ? "/enrol?rotate=1" : "/enrol");
	e = api_call(a, "POST", buf_cstr(&path), (struct slice){"", 0}, answer, info);
	if (e != ERR_OK)
		return e;
	x->token = body_word(buf_slice(answer), "token");
	x->identity = body_word(buf_slice(answer), "identity");
	if (x->token.n == 0 || !identity_parse(x->identity, &identity))
		return err_fail(info, ERR_IO, "the answer of %s holds no token and identity",
				a->url);
	return ERR_OK;
}

int enrol_cmd_run(const struct options *o)
{
	struct enrolment x = {.agent = o->args[0]};
	struct buf answer CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	enum err e = api_open(o, &a, &info);

	buf_init(&answer, 65536);
	snprintf(x.key_path, sizeof(x.key_path), "%s.key", x.agent);
	snprintf(x.yaml_path, sizeof(x.yaml_path), "%s.yaml", x.agent);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (check_arguments(o, &info) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "%s", info.text);
	e = ask(o, &a, &x, &answer, &info);
	if (e == ERR_OK)
		e = write_files(o, a.url, &x, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	tell(o, &x);
	return EXIT_OK;
}
