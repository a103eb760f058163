/* What people change of their own account: password, PIN, one-time code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "collector/api_body.h"
#include "collector/api_who.h"
#include "collector/people.h"

enum change { CHANGE_PASSWORD, CHANGE_PIN, CHANGE_TOTP_OFF, CHANGE_TOTP_AGAIN };

/* A change that waits until the password behind it was looked at. */
struct wish {
	struct api *api;
	struct http_request *r;
	enum change change;
	char session[SESSION_ID_SIZE], stored[SCRYPT_TEXT_SIZE];
};

static void answer_empty(struct exchange *x)
{
	struct buf body;

	buf_init(&body, 16);
	buf_puts(&body, "{}");
	api_answer_after_commit(x, &body);
}

/* The session still stands, and its account's password is still the one that was looked at. */
static const struct account *account_of(const struct wish *w)
{
	struct roster *r = w->api->c->people->roster;
	const struct session *s = roster_session_by_id(r, w->session);
	const struct account *a = s != NULL ? roster_find(r, s->login) : NULL;

	return a != NULL && a->state == ACCOUNT_ACTIVE && strcmp(a->password, w->stored) == 0
		       ? a
		       : NULL;
}

/* Stores and answers. Sessions of the account other than this one end where what opens it has changed. */
static void put(struct exchange *x, const struct account *next, enum roster_sessions sessions,
		const char *session, const char *what)
{
	struct people *p = x->c->people;
	char note[ACCESS_NOTE_SIZE];
	struct err_info info;

	snprintf(note, sizeof(note), "%s %s session", what, next->login);
	if (roster_put(p->roster, next, sessions, session, clock_now(&x->c->clock), note, &info) !=
	    ERR_OK) {
		api_who_answer_not_stored(x->r, &info);
		return;
	}
	people_tell(p);
	answer_empty(x);
}

/* A stolen session is no way to guess the password: what is wrong here counts as at the door. */
static void refuse(const struct wish *w, const struct account *a)
{
	struct people *p = w->api->c->people;
	struct wall_time now = clock_now(&p->c->clock);
	char note[ACCESS_NOTE_SIZE];
	struct account next = *a;
	bool locks = lockout_wrong(&next.lock, &lockout_login, now);

	p->stats.wrong++;
	snprintf(note, sizeof(note), "locked %s session", a->login);
	if (locks) {
		p->stats.lockouts++;
		log_event(LOG_WARNING, "account.locked", "login=%s from=session", a->login);
	}
	roster_put_soft(p->roster, &next, now, locks ? note : NULL);
	http_answer_error(w->r, 403, "wrong", "This is not your password");
}

static void offer_totp(struct exchange *x, const struct account *a, const char *session)
{
	struct people *p = x->c->people;
	char base32[TOTP_BASE32_SIZE], uri[TOTP_URI_SIZE];
	unsigned char secret[TOTP_SECRET_SIZE];
	struct json_emit j;
	struct buf body;

	rand_system(secret, sizeof(secret));
	roster_offer_totp(p->roster, session, secret);
	totp_base32(base32, secret);
	totp_uri(uri, "Vigía", a->login, secret);
	buf_init(&body, 1024);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_str(&j, "secret", base32);
	json_kv_str(&j, "uri", uri);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	OPENSSL_cleanse(body.data, body.len);
	buf_release(&body);
	OPENSSL_cleanse(secret, sizeof(secret));
	OPENSSL_cleanse(base32, sizeof(base32));
	OPENSSL_cleanse(uri, sizeof(uri));
}

static void carry_out(const struct wish *w, const struct account *a, const char *text)
{
	struct exchange x = {.api = w->api, .c = w->api->c, .r = w->r};
	struct account next = *a;

	lockout_clear(&next.lock);
	switch (w->change) {
	case CHANGE_PASSWORD:
		snprintf(next.password, sizeof(next.password), "%s", text);
		put(&x, &next, ROSTER_SESSIONS_END_OTHERS, w->session, "password-set");
		break;
	case CHANGE_PIN:
		snprintf(next.pin, sizeof(next.pin), "%s", text);
		lockout_clear(&next.pin_lock);
		put(&x, &next, ROSTER_SESSIONS_STAY, NULL, "pin-set");
		break;
	case CHANGE_TOTP_OFF:
		next.has_totp = false;
		put(&x, &next, ROSTER_SESSIONS_END_OTHERS, w->session, "code-off");
		break;
	case CHANGE_TOTP_AGAIN:
		offer_totp(&x, a, w->session);
		break;
	}
}

static void on_password(void *user, const struct password_result *result)
{
	struct wish *w = user;
	struct wall_time now = clock_now(&w->api->c->clock);
	const struct account *a = result->abandoned ? NULL : account_of(w);
	int64_t left;

	if (result->abandoned)
		api_who_answer_busy(w->r);
	else if (a == NULL)
		http_answer_error(w->r, 401, "no-session", "This session is over; log in again");
	else if (lockout_is_on(&a->lock, now, &left))
		api_who_answer_wait(w->r, "locked", left,
				    "Too many wrong attempts; wait and try again");
	else if (!result->right)
		refuse(w, a);
	else
		carry_out(w, a, result->text);
	OPENSSL_cleanse(w, sizeof(*w));
	free(w);
}

/* `fresh`: the text of which the scrypt is wanted, or NULL. */
static void look_at(struct exchange *x, enum change change, const char *password, const char *fresh)
{
	const struct account *a = x->account;
	struct wish *w;
	int64_t left;

	if (lockout_is_on(&a->lock, clock_now(&x->c->clock), &left)) {
		api_who_answer_wait(x->r, "locked", left,
				    "Too many wrong attempts; wait and try again");
		return;
	}
	w = mem_calloc(1, sizeof(*w));
	*w = (struct wish){.api = x->api, .r = x->r, .change = change};
	snprintf(w->session, sizeof(w->session), "%s", x->session);
	snprintf(w->stored, sizeof(w->stored), "%s", a->password);
	if (password_work_add(x->c->people->work,
			      &(struct password_order){.stored = w->stored,
						       .secret = password,
						       .fresh = fresh,
						       .inside = true},
			      on_password, w))
		return;
	free(w);
	api_who_answer_busy(x->r);
}

/* A program's account has a token and nothing else; and nothing changes that the journal cannot be told of. */
static bool may_change(struct exchange *x)
{
	if (core_stats(x->c->core).failing) {
		api_answer_not_journalled(x->r);
		return false;
	}
	if (x->account->role != ROLE_SERVICE)
		return true;
	http_answer_error(x->r, 409, "service", "A program's account has a token and nothing else");
	return false;
}

void api_own_account_password(struct exchange *x)
{
	char now[PASSWORD_SIZE] = "", new[PASSWORD_SIZE] = "";
	const char *trouble;

	if (!may_change(x) ||
	    !api_body_read(x->r,
			   (struct api_member[]){{"password", now, sizeof(now), .needed = true},
						 {"new", new, sizeof(new), .needed = true}},
			   2))
		return;
	trouble = password_trouble(new, x->account->login);
	if (trouble == NULL && strcmp(new, now) == 0)
		trouble = "The new password is the old one";
	if (trouble != NULL)
		http_answer_error(x->r, 400, "weak", "%s", trouble);
	else
		look_at(x, CHANGE_PASSWORD, now, new);
	OPENSSL_cleanse(now, sizeof(now));
	OPENSSL_cleanse(new, sizeof(new));
}

void api_own_account_pin(struct exchange *x)
{
	char password[PASSWORD_SIZE] = "", pin[32] = "";
	const char *trouble;

	if (!may_change(x) ||
	    !api_body_read(
		    x->r,
		    (struct api_member[]){{"password", password, sizeof(password), .needed = true},
					  {"pin", pin, sizeof(pin), .needed = true}},
		    2))
		return;
	trouble = pin_trouble(pin);
	if (api_has(x, RIGHT_ENROL))
		api_who_refuse(x, 0);
	else if (trouble != NULL)
		http_answer_error(x->r, 400, "weak", "%s", trouble);
	else
		look_at(x, CHANGE_PIN, password, pin);
	OPENSSL_cleanse(password, sizeof(password));
	OPENSSL_cleanse(pin, sizeof(pin));
}

/* A session that could only set a code can now do all that its role may: under another token, whoever may have seen the old one. */
static void begin_anew(struct exchange *x, const struct account *next)
{
	struct people *p = x->c->people;
	const struct session *old = roster_session_by_id(p->roster, x->session);
	struct wall_time now = clock_now(&x->c->clock);
	char from[SESSION_FROM_SIZE] = "", token[SESSION_TOKEN_SIZE], note[ACCESS_NOTE_SIZE];
	struct err_info info;

	if (old != NULL)
		snprintf(from, sizeof(from), "%s", old->from);
	snprintf(note, sizeof(note), "code-set %s session", next->login);
	if (roster_put(p->roster, next, ROSTER_SESSIONS_END, NULL, now, note, &info) != ERR_OK) {
		api_who_answer_not_stored(x->r, &info);
		return;
	}
	snprintf(note, sizeof(note), "logged-in %s password-code from=%s", next->login, from);
	if (roster_begin_session(p->roster, next->login, from, now, note, token, &info) != ERR_OK) {
		people_tell(p);
		http_answer_with(
			x->r, 503, "full", "Retry-After: 60\r\n",
			"The code is set; too many sessions are open to begin yours anew: log in");
		return;
	}
	people_tell(p);
	api_session_answer(x, token, roster_session(p->roster, token, now));
	OPENSSL_cleanse(token, sizeof(token));
}

static void confirm_totp(struct exchange *x, const char *code)
{
	struct people *p = x->c->people;
	struct account next = *x->account;
	const unsigned char *wanted = roster_offered_totp(p->roster, x->session);
	char session[SESSION_ID_SIZE];
	bool had = next.has_totp;

	if (wanted == NULL) {
		http_answer_error(x->r, 409, "not-asked", "Ask for a secret first (an empty body)");
		return;
	}
	next.totp_step = 0;
	if (!totp_accepts(wanted, slice_of(code), clock_now(&x->c->clock), &next.totp_step)) {
		http_answer_error(x->r, 403, "wrong",
				  "The code does not fit; look at the clock of the telephone");
		return;
	}
	memcpy(next.totp, wanted, TOTP_SECRET_SIZE);
	next.has_totp = true;
	if (api_has(x, RIGHT_ENROL)) {
		begin_anew(x, &next);
		return;
	}
	snprintf(session, sizeof(session), "%s", x->session);
	put(x, &next, had ? ROSTER_SESSIONS_END_OTHERS : ROSTER_SESSIONS_STAY, session, "code-set");
}

void api_own_account_totp(struct exchange *x)
{
	char password[PASSWORD_SIZE] = "", code[32] = "";
	bool off = false, has_password = false, has_code = false;
	const struct account *a = x->account;
	enum role_code wants = role_row(a->role)->code;

	if (!may_change(x) ||
	    !api_body_read(x->r,
			   (struct api_member[]){
				   {"password", password, sizeof(password), .given = &has_password},
				   {"code", code, sizeof(code), .given = &has_code},
				   {"off", .flag = &off}},
			   3))
		return;
	if (wants == ROLE_CODE_NEVER)
		http_answer_error(x->r, 409, "not-needed", "This role has no one-time code");
	else if (has_code)
		confirm_totp(x, code);
	else if (off && wants == ROLE_CODE_NEEDED)
		http_answer_error(x->r, 409, "needed", "This role needs a one-time code");
	else if ((off || a->has_totp) && !has_password)
		http_answer_error(x->r, 400, "malformed",
				  "'password' is missing: a code is set already");
	else if (off)
		look_at(x, CHANGE_TOTP_OFF, password, NULL);
	else if (a->has_totp)
		look_at(x, CHANGE_TOTP_AGAIN, password, NULL);
	else
		offer_totp(x, a, x->session);
	OPENSSL_cleanse(password, sizeof(password));
}
