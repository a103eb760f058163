/* enrol: makes an agent's token and the two files that it starts with. */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "journal/body.h"

static enum err write_files(const char *agent, struct slice token, const char *url,
			    const char **ret_kept, struct err_info *info)
{
	char key[160], yaml[160];
	struct buf text CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&text, 4096);
	snprintf(key, sizeof(key), "%s.key", agent);
	snprintf(yaml, sizeof(yaml), "%s.yaml", agent);
	buf_put(&text, token.p, token.n);
	buf_putc(&text, '\n');
	/* The old token is void already: the new key replaces the old one. */
	if ((e = output_write_file(key, buf_slice(&text), 0600, true, info)) != ERR_OK)
		return e;
	buf_reset(&text);
	buf_printf(&text, "agent: %s\ncollector: [\"%s\"]\nkey_file: %s\ndata: var/%s\n", agent,
		   url, key, agent);
	e = output_write_file(yaml, buf_slice(&text), 0644, false, info);
	*ret_kept = e == ERR_DUPLICATE ? "kept" : "";
	return e == ERR_DUPLICATE ? ERR_OK : e;
}

int enrol_cmd_run(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, path CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	const char *agent = o->args[0], *kept = "";
	struct slice token;
	enum err e;

	buf_init(&answer, 65536);
	buf_init(&path, 512);
	e = api_open(o, &a, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (!parse_is_id(slice_of(agent), ""))
		return options_fail_text(EXIT_UNUSABLE, "'%s' is not an agent's id", agent);
	buf_puts(&path, "/v1/agents/");
	api_put_segment(&path, agent);
	buf_puts(&path, "/enrol");
	e = api_call(&a, "POST", buf_cstr(&path), (struct slice){"", 0}, &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	token = body_word(buf_slice(&answer), "token");
	if (token.n == 0)
		return options_fail_text(EXIT_UNUSABLE, "the answer of %s holds no token", a.url);
	e = write_files(agent, token, a.url, &kept, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	printf(options_is_english(o) ? "%s.key written; %s.yaml %s\n"
				     : "%s.key escrito; %s.yaml %s\n",
	       agent, agent,
	       options_is_english(o) ? (kept[0] ? "was there and is kept" : "written")
				     : (kept[0] ? "ya estaba y se conserva" : "escrito"));
	return EXIT_OK;
}
