/* ack, attend, pass, authorize, declare, decline, false-alarm, resume, note, close: what a person
 * does, recorded under a name. The command's name is the act of the API. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "cli/api.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "journal/body.h"

static enum err which_incident(const struct options *o, struct api *a, char *dst, size_t size,
			       struct err_info *info)
{
	struct buf answer CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&answer, API_ANSWER_MAX);
	if (o->arg_count > 0) {
		snprintf(dst, size, "%s", o->args[0]);
		return ERR_OK;
	}
	e = api_call(a, "GET", "/v1/incidents", (struct slice){"", 0}, &answer, info);
	return e != ERR_OK ? e
			   : status_cmd_only_open(buf_cstr(&answer), answer.len, dst, size, info);
}

static void write_body(const struct options *o, struct buf *body)
{
	struct json_emit j = json_emit_to(body);

	json_open_object(&j);
	json_kv_str(&j, "as", options_get(o, OPTION_AS, ""));
	if (options_has(o, OPTION_RECORDED_BY))
		json_kv_str(&j, "recorded_by", options_get(o, OPTION_RECORDED_BY, ""));
	if (options_has(o, OPTION_NOTE))
		json_kv_str(&j, "note", options_get(o, OPTION_NOTE, ""));
	json_kv_str(&j, "proof", "operator-token");
	json_close_object(&j);
}

static enum err act(const struct options *o, struct buf *answer, struct err_info *info)
{
	struct buf path CLEANUP(buf_release) = {0}, body CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	char incident[128] = "";
	enum err e;

	buf_init(&path, 1024);
	buf_init(&body, 65536);
	e = api_open(o, &a, info);
	if (e == ERR_OK)
		e = which_incident(o, &a, incident, sizeof(incident), info);
	if (e != ERR_OK)
		return e;
	buf_puts(&path, "/v1/incidents/");
	api_put_segment(&path, incident);
	buf_printf(&path, "/%s", o->command->name);
	write_body(o, &body);
	if (!buf_is_ok(&body))
		return err_fail(info, ERR_TOO_LARGE, "the note is too long");
	return api_call(&a, "POST", buf_cstr(&path), buf_slice(&body), answer, info);
}

int act_cmd_run(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	enum err e;

	buf_init(&answer, 65536);
	buf_init(&out, 65536);
	if (!options_has(o, OPTION_AS))
		return options_fail_text(EXIT_UNUSABLE,
					 "%s needs --as PERSON (an id of the plan's people)",
					 o->command->name);
	e = act(o, &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (options_has(o, OPTION_JSON))
		buf_printf(&out, "%s\n", buf_cstr(&answer));
	else
		buf_printf(&out,
			   options_is_english(o) ? "incident %llu: %s recorded (entry %llu)\n"
						 : "incidente %llu: %s asentado (entrada %llu)\n",
			   (unsigned long long)body_number(buf_slice(&answer), "incident"),
			   o->command->name,
			   (unsigned long long)body_number(buf_slice(&answer), "seq"));
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
