/* account: the accounts of people (docs/PEOPLE.md), and one's own password, PIN and one-time codes. What is secret is typed at the terminal. */
#include <stdio.h>
#include <string.h>

#include "base/json_emit.h"
#include "cli/account_text.h"
#include "cli/api.h"
#include "cli/ask_secret.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/person_file.h"
#include "journal/body.h"

enum { SECRET_SIZE = 160, BODY_MAX = 4096 };

static const char *say(const struct options *o, const char *es, const char *en)
{
	return options_is_english(o) ? en : es;
}

/* --- one request ------------------------------------------------------------------------------------ */

/* A change of one's own account may begin the session anew (docs/PEOPLE.md): the next command goes on with it. */
static enum err keep_session(struct slice answer, struct err_info *info)
{
	struct slice token = body_word(answer, "token");
	struct person_file p = {0};
	enum err e;

	if (token.n == 0)
		return ERR_OK;
	e = person_file_read(&p, info);
	snprintf(p.token, sizeof(p.token), "%.*s", (int)token.n, token.p);
	if (e == ERR_OK)
		e = person_file_write(&p, info);
	explicit_bzero(&p, sizeof(p));
	return e;
}

/* Sends and prints: the answer as it came (--json), or what `write` makes of it (NULL: `done`). */
static int ask(const struct options *o, struct api *a, const char *method, const char *path,
	       struct buf *body, const char *done,
	       enum err (*write)(const char *json, size_t n, bool english, struct buf *out))
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	bool is_own = strncmp(path, "/v1/account/", strlen("/v1/account/")) == 0;
	struct err_info info = {0};
	enum err e;

	buf_init(&answer, API_ANSWER_MAX);
	buf_init(&out, API_ANSWER_MAX);
	e = api_call(a, method, path, body != NULL ? buf_slice(body) : SLICE_LIT(""), &answer,
		     &info);
	if (body != NULL && body->data != NULL)
		explicit_bzero(body->data, body->len);
	if (e == ERR_OK && is_own)
		e = keep_session(buf_slice(&answer), &info);
	if (e == ERR_OK && options_has(o, OPTION_JSON))
		buf_printf(&out, "%s\n", is_own ? "{}" : buf_cstr(&answer));
	else if (e == ERR_OK && write != NULL)
		e = write(buf_cstr(&answer), answer.len, options_is_english(o), &out);
	else if (e == ERR_OK)
		buf_printf(&out, "%s\n", done);
	if (e == ERR_SYNTAX && info.text[0] == '\0')
		e = err_fail(&info, e, "the answer is not a collector's");
	if (e == ERR_OK)
		e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

static int with_api(const struct options *o, struct api *a)
{
	struct err_info info = {0};
	enum err e = api_open(o, a, &info);

	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}

int account_cmd_list(const struct options *o)
{
	struct api a CLEANUP(api_close) = {0};
	int code = with_api(o, &a);

	return code == EXIT_OK ? ask(o, &a, "GET", "/v1/accounts", NULL, "", account_text_list)
			       : code;
}

/* KEY=VALUE behind the login, as they stand: the collector knows the keys. */
static enum err put_pairs(const struct options *o, struct json_emit *j, struct err_info *info)
{
	for (size_t k = 1; k < o->arg_count; k++) {
		const char *equals = strchr(o->args[k], '=');
		char key[32];

		if (equals == NULL || equals == o->args[k] ||
		    (size_t)(equals - o->args[k]) >= sizeof(key))
			return err_fail(info, ERR_SYNTAX, "'%s' is not KEY=VALUE", o->args[k]);
		snprintf(key, sizeof(key), "%.*s", (int)(equals - o->args[k]), o->args[k]);
		json_kv_str(j, key, equals[1] != '\0' ? equals + 1 : NULL);
	}
	return ERR_OK;
}

static int change(const struct options *o, bool is_new)
{
	struct buf body CLEANUP(buf_release) = {0}, path CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	struct json_emit j;
	int code;

	buf_init(&body, BODY_MAX);
	buf_init(&path, BODY_MAX);
	j = json_emit_to(&body);
	json_open_object(&j);
	if (is_new)
		json_kv_str(&j, "login", o->args[0]);
	if (put_pairs(o, &j, &info) != ERR_OK)
		return options_fail_text(EXIT_UNUSABLE, "%s", info.text);
	json_close_object(&j);
	buf_puts(&path, "/v1/accounts");
	if (!is_new) {
		buf_putc(&path, '/');
		api_put_segment(&path, o->args[0]);
	}
	code = with_api(o, &a);
	return code == EXIT_OK ? ask(o, &a, "POST", buf_cstr(&path), &body, "", account_text_added)
			       : code;
}

int account_cmd_add(const struct options *o)
{
	return change(o, true);
}

int account_cmd_change(const struct options *o)
{
	return change(o, false);
}

/* --- what is typed ---------------------------------------------------------------------------------- */

struct question {
	const char *key; /* of the body */
	const char *prompt;
	bool twice;
};

/* Asks one after the other into a JSON object. */
static enum err ask_all(const struct options *o, const struct question *q, struct json_emit *j,
			struct err_info *info)
{
	char text[SECRET_SIZE], again[SECRET_SIZE];
	enum err e = ERR_OK;

	for (; e == ERR_OK && q->key != NULL; q++) {
		e = ask_secret(q->prompt, text, sizeof(text), info);
		if (e == ERR_OK && q->twice) {
			e = ask_secret(say(o, "Otra vez: ", "Once more: "), again, sizeof(again),
				       info);
			if (e == ERR_OK && strcmp(text, again) != 0)
				e = err_fail(info, ERR_SYNTAX,
					     "the two are not the same; nothing was changed");
		}
		if (e == ERR_OK)
			json_kv_str(j, q->key, text);
	}
	explicit_bzero(text, sizeof(text));
	explicit_bzero(again, sizeof(again));
	return e;
}

static int ask_and_post(const struct options *o, struct api *a, const char *path, const char *login,
			const struct question *q, const char *done)
{
	struct buf body CLEANUP(buf_release) = {0};
	struct err_info info = {0};
	struct json_emit j;
	enum err e;

	buf_init(&body, BODY_MAX);
	j = json_emit_to(&body);
	json_open_object(&j);
	if (login != NULL)
		json_kv_str(&j, "login", login);
	e = ask_all(o, q, &j, &info);
	json_close_object(&j);
	if (e == ERR_OK)
		return ask(o, a, "POST", path, &body, done, NULL);
	if (body.data != NULL)
		explicit_bzero(body.data, body.len);
	return options_fail(e, &info);
}

int account_cmd_first(const struct options *o)
{
	const struct question questions[] = {
		{"code",
		 say(o, "Código de DATA/first-admin.code: ", "Code of DATA/first-admin.code: "),
		 false},
		{"password", say(o, "Contraseña nueva: ", "New password: "), true},
		{NULL, NULL, false}};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	enum err e = api_open_nobody(o, &a, &info);

	if (e != ERR_OK)
		return options_fail(e, &info);
	return ask_and_post(
		o, &a, "/v1/session/first", o->args[0], questions,
		say(o, "La primera cuenta de administración existe; entre con: vigia login",
		    "The first administrator exists; log in with: vigia login"));
}

static int own(const struct options *o, const char *path, const struct question *q,
	       const char *done)
{
	struct api a CLEANUP(api_close) = {0};
	int code = with_api(o, &a);

	if (code != EXIT_OK)
		return code;
	if (!a.is_person)
		return options_fail_text(EXIT_NO, "%s",
					 say(o, "nadie ha entrado aquí: vigia login",
					     "nobody has logged in here: vigia login"));
	return ask_and_post(o, &a, path, NULL, q, done);
}

int account_cmd_password(const struct options *o)
{
	const struct question questions[] = {
		{"password", say(o, "Contraseña actual: ", "Present password: "), false},
		{"new", say(o, "Contraseña nueva: ", "New password: "), true},
		{NULL, NULL, false}};

	return own(o, "/v1/account/password", questions,
		   say(o, "Contraseña cambiada; las demás sesiones terminaron",
		       "Password changed; your other sessions have ended"));
}

int account_cmd_pin(const struct options *o)
{
	const struct question questions[] = {
		{"password", say(o, "Contraseña: ", "Password: "), false},
		{"pin", say(o, "PIN nuevo (6 a 12 dígitos): ", "New PIN (6 to 12 digits): "), true},
		{NULL, NULL, false}};

	return own(o, "/v1/account/pin", questions, say(o, "PIN guardado", "PIN set"));
}

/* The secret is shown once, to be typed into an authenticator; a code of it proves that it arrived. */
int account_cmd_code(const struct options *o)
{
	const struct question questions[] = {
		{"code", say(o, "Código que muestra: ", "The code that it shows: "), false},
		{NULL, NULL, false}};
	struct buf answer CLEANUP(buf_release) = {0}, shown CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	struct slice secret, uri;
	enum err e;
	int code = with_api(o, &a);

	if (code != EXIT_OK)
		return code;
	buf_init(&answer, 65536);
	buf_init(&shown, 65536);
	e = api_call(&a, "POST", "/v1/account/totp", SLICE_LIT("{}"), &answer, &info);
	if (e != ERR_OK)
		return options_fail(e, &info);
	secret = body_word(buf_slice(&answer), "secret");
	uri = body_word(buf_slice(&answer), "uri");
	buf_printf(&shown, "%s%.*s\n%.*s\n", say(o, "Secreto: ", "Secret: "), (int)secret.n,
		   secret.p, (int)uri.n, uri.p);
	e = output_print(buf_slice(&shown), &info);
	explicit_bzero(shown.data, shown.len);
	explicit_bzero(answer.data, answer.len);
	if (e != ERR_OK)
		return options_fail(e, &info);
	return ask_and_post(
		o, &a, "/v1/account/totp", NULL, questions,
		say(o, "Código de un solo uso en vigor", "One-time codes are in force"));
}
