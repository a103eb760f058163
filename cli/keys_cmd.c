/* revoke, agents: what becomes of the keys that enrol made. */
#include <stdio.h>

#include <jansson.h>

#include "base/parse.h"
#include "base/timefmt.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"

int keys_cmd_revoke(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, path CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	const char *agent = o->args[0];
	enum err e = api_open(o, &a, &info);

	buf_init(&answer, 65536);
	buf_init(&path, 512);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (!parse_is_id(slice_of(agent), ""))
		return options_fail_text(EXIT_UNUSABLE, "'%s' is not an agent's id", agent);
	buf_puts(&path, "/v1/agents/");
	api_put_segment(&path, agent);
	buf_puts(&path, "/revoke");
	e = api_call(&a, "POST", buf_cstr(&path), (struct slice){"", 0}, &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	printf(options_is_english(o)
		       ? "the key of %s is void; what the agent measures it keeps\n"
		       : "la clave de %s ya no vale; lo que el agente mida lo conserva\n",
	       agent);
	return EXIT_OK;
}

static bool put_moment(const json_t *agent, const char *key, const char *title, struct buf *out)
{
	const json_t *v = json_object_get(agent, key);
	char text[TIMEFMT_SIZE];
	double s = json_number_value(v);

	if (!json_is_number(v) || s <= 0 || s > 253402300799.0)
		return false;
	timefmt_local(text, (struct wall_time){(int64_t)(s * 1e6 + 0.5)});
	buf_printf(out, "  %s %s", title, text);
	return true;
}

static void put_agent(const json_t *agent, bool english, struct buf *out)
{
	const char *id = json_string_value(json_object_get(agent, "agent"));

	output_put_clean(out, id != NULL ? id : "?");
	if (!put_moment(agent, "enrolled", english ? "made" : "hecha", out))
		buf_puts(out, english ? "  made: not known" : "  hecha: no se sabe");
	if (!put_moment(agent, "used", english ? "last used" : "último uso", out))
		buf_puts(out, english ? "  never used" : "  sin uso");
	if (put_moment(agent, "pending", english ? "being rotated since" : "en rotación desde",
		       out))
		buf_puts(out, english ? " (the new key was not used yet)"
				      : " (la clave nueva aún no se ha usado)");
	put_moment(agent, "revoked", english ? "REVOKED" : "REVOCADA", out);
	buf_putc(out, '\n');
}

enum err keys_cmd_write(const char *json, size_t n, bool english, struct buf *out)
{
	json_t *root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
	const json_t *list = json_object_get(root, "agents"), *agent;
	const char *identity = json_string_value(json_object_get(root, "identity"));
	enum err e = json_is_array(list) && identity != NULL ? ERR_OK : ERR_SYNTAX;
	size_t i;

	if (e == ERR_OK) {
		buf_puts(out, english ? "collector " : "colector ");
		output_put_clean(out, identity);
		buf_putc(out, '\n');
		json_array_foreach(list, i, agent)
		{
			put_agent(agent, english, out);
		}
	}
	json_decref(root);
	return e;
}

int keys_cmd_list(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, text CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	enum err e = api_open(o, &a, &info);

	buf_init(&answer, API_ANSWER_MAX);
	buf_init(&text, API_ANSWER_MAX);
	if (e == ERR_OK)
		e = api_call(&a, "GET", "/v1/agents", (struct slice){"", 0}, &answer, &info);
	if (e == ERR_OK && options_has(o, OPTION_JSON)) {
		buf_put(&text, buf_cstr(&answer), answer.len);
		buf_putc(&text, '\n');
	} else if (e == ERR_OK && keys_cmd_write(buf_cstr(&answer), answer.len,
						 options_is_english(o), &text) != ERR_OK) {
		e = err_fail(&info, ERR_SYNTAX, "the answer of %s is not sound", a.url);
	}
	if (e == ERR_OK)
		e = output_print(buf_slice(&text), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
