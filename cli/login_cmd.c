/* login, logout, whoami: who acts from this command line is a person with an account of their own (docs/PEOPLE.md). Passwords, codes and
 * invitations are typed at the terminal. */
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

enum { SECRET_SIZE = 160, LOGIN_SIZE = 64 };

/* What is sent to be let in; "" is left out. */
struct credentials {
	char login[LOGIN_SIZE], password[SECRET_SIZE], code[SECRET_SIZE], invitation[SECRET_SIZE];
};

static const char *say(const struct options *o, const char *es, const char *en)
{
	return options_is_english(o) ? en : es;
}

static void put(struct json_emit *j, const char *key, const char *value)
{
	if (value[0] != '\0')
		json_kv_str(j, key, value);
}

static enum err post(struct api *a, const char *path, const struct credentials *c,
		     struct buf *answer, struct err_info *info)
{
	struct buf body CLEANUP(buf_release) = {0};
	struct json_emit j;
	enum err e;

	buf_init(&body, 4096);
	j = json_emit_to(&body);
	json_open_object(&j);
	put(&j, "login", c->login);
	put(&j, "password", c->password);
	put(&j, "code", c->code);
	put(&j, "invitation", c->invitation);
	json_close_object(&j);
	buf_reset(answer);
	e = api_call(a, "POST", path, buf_slice(&body), answer, info);
	explicit_bzero(body.data, body.len);
	return e;
}

static enum err keep(const struct api *a, const char *login, struct slice answer,
		     struct err_info *info)
{
	struct person_file p = {0};
	struct slice token = body_word(answer, "token");
	enum err e;

	snprintf(p.collector, sizeof(p.collector), "%s", a->url);
	if (a->is_tls)
		snprintf(p.identity, sizeof(p.identity), "%s", a->pins.items[0].text);
	snprintf(p.login, sizeof(p.login), "%s", login);
	snprintf(p.token, sizeof(p.token), "%.*s", (int)token.n, token.p);
	e = token.n > 0 ? person_file_write(&p, info)
			: err_fail(info, ERR_CORRUPT, "the answer is not a collector's");
	explicit_bzero(&p, sizeof(p));
	return e;
}

/* A new password, typed twice. */
static enum err ask_new(const struct options *o, char *dst, size_t size, struct err_info *info)
{
	char again[SECRET_SIZE];
	enum err e = ask_secret(say(o, "Contraseña nueva: ", "New password: "), dst, size, info);

	if (e == ERR_OK)
		e = ask_secret(say(o, "Otra vez: ", "Once more: "), again, sizeof(again), info);
	if (e == ERR_OK && strcmp(dst, again) != 0)
		e = err_fail(info, ERR_SYNTAX, "the two are not the same; nothing was changed");
	explicit_bzero(again, sizeof(again));
	return e;
}

/* The password; the code when it is wanted; the invitation of who has none yet. */
static enum err let_in(const struct options *o, struct api *a, struct credentials *c,
		       struct buf *answer, struct err_info *info)
{
	enum err e = ask_secret(say(o, "Contraseña: ", "Password: "), c->password,
				sizeof(c->password), info);

	if (e == ERR_OK)
		e = post(a, "/v1/session", c, answer, info);
	if (e == ERR_DENIED && strcmp(a->word, "code-wanted") == 0) {
		e = ask_secret(say(o, "Código de un solo uso: ", "One-time code: "), c->code,
			       sizeof(c->code), info);
		if (e == ERR_OK)
			e = post(a, "/v1/session", c, answer, info);
	}
	return e;
}

static enum err enter(const struct options *o, struct api *a, struct credentials *c,
		      struct buf *answer, struct err_info *info)
{
	enum err e;

	if (!options_has(o, OPTION_INVITED))
		return let_in(o, a, c, answer, info);
	e = ask_secret(say(o, "Invitación: ", "Invitation: "), c->invitation, sizeof(c->invitation),
		       info);
	if (e == ERR_OK)
		e = ask_new(o, c->password, sizeof(c->password), info);
	return e == ERR_OK ? post(a, "/v1/session/invited", c, answer, info) : e;
}

int login_cmd_login(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct credentials c = {0};
	struct err_info info = {0};
	enum err e = api_open_nobody(o, &a, &info);

	buf_init(&answer, 65536);
	snprintf(c.login, sizeof(c.login), "%s", o->args[0]);
	if (e == ERR_OK)
		e = enter(o, &a, &c, &answer, &info);
	if (e == ERR_OK)
		e = keep(&a, c.login, buf_slice(&answer), &info);
	explicit_bzero(&c, sizeof(c));
	if (e == ERR_OK && body_flag(buf_slice(&answer), "enrol"))
		printf("%s", say(o,
				 "Su función pide un código de un solo uso: póngalo en el tablero "
				 "(Mi cuenta) antes de actuar.\n",
				 "Your role needs a one-time code: set one on the board (My "
				 "account) before you act.\n"));
	if (answer.data != NULL)
		explicit_bzero(answer.data, answer.len);
	if (e != ERR_OK)
		return options_fail(e, &info);
	printf("%s %s %s\n", o->args[0], say(o, "ha entrado en", "has logged in to"), a.url);
	return EXIT_OK;
}

/* The session here goes whatever the collector answers; what it does not hear of ends by itself. */
int login_cmd_logout(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct person_file p;
	struct err_info info = {0}, why = {0};
	enum err e = person_file_read(&p, &info);

	explicit_bzero(p.token, sizeof(p.token));
	if (e == ERR_NOT_FOUND)
		return options_fail_text(
			EXIT_NO, "%s",
			say(o, "nadie ha entrado aquí", "nobody has logged in here"));
	buf_init(&answer, 65536);
	e = api_open(o, &a, &why);
	if (e == ERR_OK && a.is_person)
		e = api_call(&a, "DELETE", "/v1/session", SLICE_LIT(""), &answer, &why);
	if (person_file_remove(&info) != ERR_OK)
		return options_fail(ERR_IO, &info);
	if (e != ERR_OK && strcmp(a.word, "no-session") != 0)
		return options_fail(e, &why);
	printf("%s", say(o, "Sesión terminada\n", "Logged out\n"));
	return EXIT_OK;
}

int login_cmd_whoami(const struct options *o)
{
	struct buf answer CLEANUP(buf_release) = {0}, out CLEANUP(buf_release) = {0};
	struct api a CLEANUP(api_close) = {0};
	struct err_info info = {0};
	enum err e = api_open(o, &a, &info);

	buf_init(&answer, 65536);
	buf_init(&out, 65536);
	if (e == ERR_OK && !a.is_person)
		return options_fail_text(
			EXIT_NO, "%s",
			say(o, "nadie ha entrado aquí; se actúa con la llave del operador",
			    "nobody has logged in here; acts go with the operator's token"));
	if (e == ERR_OK)
		e = api_call(&a, "GET", "/v1/session", SLICE_LIT(""), &answer, &info);
	if (e == ERR_OK && options_has(o, OPTION_JSON))
		buf_printf(&out, "%s\n", buf_cstr(&answer));
	else if (e == ERR_OK)
		e = account_text_session(buf_cstr(&answer), answer.len, options_is_english(o),
					 &out);
	if (e == ERR_OK)
		e = output_print(buf_slice(&out), &info);
	return e == ERR_OK ? EXIT_OK : options_fail(e, &info);
}
