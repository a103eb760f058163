/* What a person does, recorded under a name: every act of engine/acts.h is a command, whose KEY=VALUE go to the collector as they
 * were written, so that there is one reader of them. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "cli/api.h"
#include "cli/ask_secret.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "engine/acts.h"
#include "journal/body.h"

enum { KEY_SIZE = 32, PIN_SIZE = 32 };

/* KEY=VALUE, a key being a small word: anything else is an incident. */
static bool is_pair(const char *arg)
{
	size_t n = strspn(arg, "abcdefghijklmnopqrstuvwxyz_");

	return n > 0 && n < KEY_SIZE && arg[n] == '=';
}

static enum act_place place_of(const struct options *o)
{
	enum act act;

	return act_from_name(slice_of(o->command->name), &act) ? act_row(act)->place
							       : ACT_PLACE_INCIDENT;
}

void act_cmd_write_args(const struct command *c, struct buf *out)
{
	unsigned taken;
	enum act act;

	if (!act_from_name(slice_of(c->name), &act))
		return;
	taken = act_row(act)->taken & ~ACT_HAS(NOTE);
	if (taken != 0)
		buf_puts(out,
			 "Keys (times are of Mexico City; 5m: five minutes ago, or from now):\n");
	for (unsigned a = 0; a < ACT_ARG_COUNT; a++) {
		if (taken & (1u << a))
			buf_printf(out, "  %s=%s  %s%s\n", act_arg_name((enum act_arg)a),
				   act_arg_placeholder((enum act_arg)a),
				   act_arg_help((enum act_arg)a),
				   act_row(act)->needed & (1u << a) ? " (needed)" : "");
	}
}

static enum err which_incident(const struct options *o, struct api *a, char *dst, size_t size,
			       struct err_info *info)
{
	struct buf answer CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&answer, API_ANSWER_MAX);
	if (o->arg_count > 0 && !is_pair(o->args[0])) {
		snprintf(dst, size, "%s", o->args[0]);
		return ERR_OK;
	}
	e = api_call(a, "GET", "/v1/incidents", (struct slice){"", 0}, &answer, info);
	return e != ERR_OK ? e
			   : status_cmd_only_open(buf_cstr(&answer), answer.len, dst, size, info);
}

/* Everything behind the incident is KEY=VALUE. */
static enum err write_given(const struct options *o, struct json_emit *j, struct err_info *info)
{
	for (size_t k = 0; k < o->arg_count; k++) {
		const char *equals = strchr(o->args[k], '=');
		char key[KEY_SIZE];

		if (k == 0 && place_of(o) == ACT_PLACE_INCIDENT && !is_pair(o->args[k]))
			continue;
		if (!is_pair(o->args[k]))
			return err_fail(info, ERR_SYNTAX,
					"'%s' is not KEY=VALUE; see vigia %s --help", o->args[k],
					o->command->name);
		snprintf(key, sizeof(key), "%.*s", (int)(equals - o->args[k]), o->args[k]);
		json_kv_str(j, key, equals + 1);
	}
	return ERR_OK;
}

/* Whoever has logged in acts as themselves, and says so only of others; with an operator's token one says who it is. */
static enum err write_body(const struct options *o, bool is_person, const char *pin,
			   struct buf *body, struct err_info *info)
{
	struct json_emit j = json_emit_to(body);
	enum err e;

	json_open_object(&j);
	if (!is_person || options_has(o, OPTION_AS))
		json_kv_str(&j, "as", options_get(o, OPTION_AS, ""));
	if (options_has(o, OPTION_RECORDED_BY))
		json_kv_str(&j, "recorded_by", options_get(o, OPTION_RECORDED_BY, ""));
	if (options_has(o, OPTION_NOTE))
		json_kv_str(&j, "note", options_get(o, OPTION_NOTE, ""));
	if (!is_person || options_has(o, OPTION_PROOF))
		json_kv_str(&j, "proof", options_get(o, OPTION_PROOF, "operator-token"));
	if (pin[0] != '\0')
		json_kv_str(&j, "pin", pin);
	e = write_given(o, &j, info);
	json_close_object(&j);
	if (e == ERR_OK && !buf_is_ok(body))
		return err_fail(info, ERR_TOO_LARGE, "the note is too long");
	return e;
}

static void write_path(const struct options *o, const char *incident, struct buf *path)
{
	if (place_of(o) == ACT_PLACE_INCIDENT) {
		buf_puts(path, "/v1/incidents/");
		api_put_segment(path, incident);
		buf_printf(path, "/%s", o->command->name);
	} else {
		buf_printf(path, "/v1/acts/%s", o->command->name);
	}
}

static enum err send(const struct options *o, struct api *a, const char *path, const char *pin,
		     struct buf *answer, struct err_info *info)
{
	struct buf body CLEANUP(buf_release) = {0};
	enum err e;

	buf_init(&body, 65536);
	e = write_body(o, a->is_person, pin, &body, info);
	if (e == ERR_OK)
		e = api_call(a, "POST", path, buf_slice(&body), answer, info);
	if (body.data != NULL)
		explicit_bzero(body.data, body.len);
	return e;
}

/* Again as long as the PIN that was typed is wrong; the collector ends that soon enough. */
static enum err send_with_pin(const struct options *o, struct api *a, const char *path,
			      struct buf *answer, struct err_info *info)
{
	bool english = options_is_english(o);
	char pin[PIN_SIZE];
	enum err e;

	do {
		if (strcmp(a->word, "pin-wrong") == 0)
			fprintf(stderr, "vigia: %s\n", info->text);
		e = ask_secret(english ? "Your PIN: " : "Su PIN: ", pin, sizeof(pin), info);
		buf_reset(answer);
		if (e == ERR_OK)
			e = send(o, a, path, pin, answer, info);
		explicit_bzero(pin, sizeof(pin));
	} while (e == ERR_DENIED && strcmp(a->word, "pin-wrong") == 0);
	return e;
}

static enum err act(const struct options *o, struct buf *answer, struct err_info *info)
{
	struct buf path CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	char incident[128] = "";
	enum err e = api_open(o, &a, info);

	if (e == ERR_OK && !a.is_person && !options_has(o, OPTION_AS))
		return err_fail(info, ERR_SYNTAX,
				"%s needs --as PERSON (an id of the plan's people), or log in: "
				"vigia login",
				o->command->name);
	buf_init(&path, 1024);
	if (e == ERR_OK && place_of(o) == ACT_PLACE_INCIDENT)
		e = which_incident(o, &a, incident, sizeof(incident), info);
	if (e != ERR_OK)
		return e;
	write_path(o, incident, &path);
	e = send(o, &a, buf_cstr(&path), "", answer, info);
	return e == ERR_DENIED && strcmp(a.word, "pin-wanted") == 0
		       ? send_with_pin(o, &a, buf_cstr(&path), answer, info)
		       : e;
}

static void write_answer(const struct options *o, struct slice answer, struct buf *out)
{
	bool english = options_is_english(o);
	unsigned long long incident = body_number(answer, "incident");

	struct slice folio = body_word(answer, "folio");

	if (incident != 0)
		buf_printf(out, english ? "incident %llu: " : "incidente %llu: ", incident);
	if (incident != 0 && folio.n > 0)
		buf_printf(out, "folio %.*s, ", (int)(folio.n < 16 ? folio.n : 16), folio.p);
	buf_printf(out, english ? "%s recorded (entry %llu)\n" : "%s asentado (entrada %llu)\n",
		   o->command->name, (unsigned long long)body_number(answer, "seq"));
}

int act_cmd_run(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	enum err e;

	buf_init(&answer, 65536);
	buf_init(&out, 65536);
	e = act(o, &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	if (options_has(o, OPTION_JSON))
		buf_printf(&out, "%s\n", buf_cstr(&answer));
	else
		write_answer(o, buf_slice(&answer), &out);
	e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
