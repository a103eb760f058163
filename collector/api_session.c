/* The door: logging in, the first administrator, invitations; and what a session is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/mem.h"
#include "collector/account_json.h"
#include "collector/api_body.h"
#include "collector/api_who.h"
#include "collector/people.h"

enum knock_kind { KNOCK_LOGIN, KNOCK_FIRST, KNOCK_INVITED };

/* Somebody at the door while their password is looked at. */
struct knock {
	struct api *api;
	struct http_request *r;
	enum knock_kind kind;
	char login[LOGIN_SIZE + 31]; /* as given: not every one can be an account's */
	char from[HTTP_ADDRESS_SIZE];
	char password[PASSWORD_SIZE], code[32],
		secret[64]; /* secret: invitation, or the first code */
	char stored[SCRYPT_TEXT_SIZE];
};

static void knock_end(struct knock *k)
{
	OPENSSL_cleanse(k, sizeof(*k));
	free(k);
}

static struct collector *collector_of(const struct knock *k)
{
	return k->api->c;
}

static struct roster *roster_of(const struct knock *k)
{
	return k->api->c->people->roster;
}

static const struct account *account_of(const struct knock *k)
{
	return roster_find(roster_of(k), k->login);
}

static struct wall_time now_of(const struct knock *k)
{
	return clock_now(&collector_of(k)->clock);
}

/* --- wrong --------------------------------------------------------------------------------------------- */

static bool is_locked(const struct knock *k, int64_t *ret_left_us)
{
	struct people *p = collector_of(k)->people;
	const struct account *a = account_of(k);

	return lockout_is_on(a != NULL ? &a->lock
				       : login_limits_stranger(&p->limits, k->login, now_of(k)),
			     now_of(k), ret_left_us);
}

static void answer_locked(const struct knock *k, int64_t left)
{
	collector_of(k)->people->stats.limited++;
	api_who_answer_wait(k->r, "locked", left, "Too many wrong attempts; wait and try again");
}

/* One answer for everything that does not fit, whether or not there is such an account. */
static void refuse(const struct knock *k)
{
	struct people *p = collector_of(k)->people;
	const struct account *a = account_of(k);
	char note[ACCESS_NOTE_SIZE];
	struct account next;
	bool locks;

	p->stats.wrong++;
	if (a == NULL) {
		lockout_wrong(login_limits_stranger(&p->limits, k->login, now_of(k)),
			      &lockout_login, now_of(k));
	} else {
		next = *a;
		locks = lockout_wrong(&next.lock, &lockout_login, now_of(k));
		snprintf(note, sizeof(note), "locked %s none from=%s", a->login, k->from);
		if (locks) {
			p->stats.lockouts++;
			log_event(LOG_WARNING, "account.locked", "login=%s from=%s", a->login,
				  k->from);
		}
		/* The journal is told a moment later, so that nobody sees by the time it takes whose login it was. */
		roster_put_soft(p->roster, &next, now_of(k), locks ? note : NULL);
	}
	http_answer_error(k->r, 401, "wrong", "Login, password or code do not fit");
}

/* --- in ------------------------------------------------------------------------------------------------ */

void api_session_answer(struct exchange *x, const char *token, const struct session *s)
{
	const struct account *a = roster_find(x->c->people->roster, s->login);
	struct json_emit j;
	struct buf body;

	buf_init(&body, 16 << 10);
	j = json_emit_to(&body);
	json_open_object(&j);
	if (token != NULL)
		json_kv_str(&j, "token", token);
	account_json_write_session_fields(&j, a, s, view_plan(core_engine(x->c->core)));
	json_close_object(&j);
	/* While the journal cannot be written people are let in to look: its entry waits with the others. */
	if (core_stats(x->c->core).failing || token == NULL) {
		api_answer_json(x, 200, &body);
		buf_release(&body);
	} else {
		api_answer_after_commit(x, &body);
	}
}

/* The account is theirs and everything fits. `proof` as the journal names it. */
static void let_in(const struct knock *k, const char *proof)
{
	struct exchange x = {.api = k->api, .c = collector_of(k), .r = k->r};
	struct people *p = x.c->people;
	char token[SESSION_TOKEN_SIZE], note[ACCESS_NOTE_SIZE];
	struct err_info info;
	int64_t wait;

	login_limits_give_back(&p->limits, k->from, clock_mono());
	if (!login_limits_begin(&p->limits, k->login, clock_mono(), &wait)) {
		answer_locked(k, wait);
		return;
	}
	snprintf(note, sizeof(note), "logged-in %s %s from=%s", k->login, proof, k->from);
	if (roster_begin_session(p->roster, k->login, k->from, now_of(k), note, token, &info) !=
	    ERR_OK) {
		http_answer_with(k->r, 503, "full", "Retry-After: 60\r\n",
				 "Too many sessions are open; somebody has to log out first");
		return;
	}
	p->stats.logins++;
	people_tell(p);
	api_session_answer(&x, token, roster_session(p->roster, token, now_of(k)));
	OPENSSL_cleanse(token, sizeof(token));
}

/* The one-time code, where the account has one; answered if it is missing or wrong. What is accepted is never accepted again. */
static bool takes_code(const struct knock *k, struct account *next)
{
	if (!account_asks_code(next))
		return true;
	if (k->code[0] == '\0') {
		login_limits_give_back(&collector_of(k)->people->limits, k->from, clock_mono());
		http_answer_error(k->r, 401, "code-wanted",
				  "This account has a one-time code; give it as well");
		return false;
	}
	if (totp_accepts(next->totp, slice_of(k->code), now_of(k), &next->totp_step))
		return true;
	refuse(k);
	return false;
}

/* --- log in -------------------------------------------------------------------------------------------- */

static void finish_login(const struct knock *k, const struct password_result *result)
{
	const struct account *a = account_of(k);
	struct account next;

	if (!result->right || a == NULL || !account_is_open(a) ||
	    strcmp(a->password, k->stored) != 0) {
		if (a != NULL && account_is_invited_with(a, k->password, now_of(k)))
			http_answer_error(k->r, 409, "invited",
					  "This is an invitation: set a password with it");
		else
			refuse(k);
		return;
	}
	next = *a;
	if (!takes_code(k, &next))
		return;
	lockout_clear(&next.lock);
	if (result->text[0] != '\0') /* as we would write it today */
		snprintf(next.password, sizeof(next.password), "%s", result->text);
	roster_put_soft(roster_of(k), &next, now_of(k), NULL);
	let_in(k, account_asks_code(&next) ? "password-code" : "password");
}

/* --- the first administrator, invitations -------------------------------------------------------------- */

static void store_and_let_in(const struct knock *k, struct account *next, const char *text,
			     const char *note, const char *proof)
{
	struct people *p = collector_of(k)->people;
	struct err_info info;
	enum err e;

	snprintf(next->password, sizeof(next->password), "%s", text);
	next->state = ACCOUNT_ACTIVE;
	next->invitation = (struct sha256){{0}};
	next->invitation_until = (struct wall_time){0};
	lockout_clear(&next->lock);
	e = roster_put(p->roster, next, ROSTER_SESSIONS_END, NULL, now_of(k), note, &info);
	if (e != ERR_OK) {
		api_who_answer_not_stored(k->r, &info);
		return;
	}
	people_settle_first(p);
	let_in(k, proof);
}

static void finish_first(const struct knock *k, const struct password_result *result)
{
	struct account next = {.role = ROLE_ADMINISTRATOR, .created = now_of(k)};
	char note[ACCESS_NOTE_SIZE];

	if (!people_is_first_code(collector_of(k)->people, k->secret) || account_of(k) != NULL) {
		http_answer_error(k->r, 409, "duplicate", "Somebody was faster");
		return;
	}
	snprintf(next.login, sizeof(next.login), "%.32s", k->login);
	snprintf(next.by, sizeof(next.by), "%.32s", k->login);
	snprintf(note, sizeof(note), "account-made %s first-code role=administrator from=%s",
		 next.login, k->from);
	log_event(LOG_NOTICE, "account.made", "login=%s role=administrator", next.login);
	store_and_let_in(k, &next, result->text, note, "first-code");
}

static void finish_invited(const struct knock *k, const struct password_result *result)
{
	const struct account *a = account_of(k);
	char note[ACCESS_NOTE_SIZE];
	struct account next;

	if (a == NULL || !account_is_invited_with(a, k->secret, now_of(k))) {
		refuse(k);
		return;
	}
	next = *a;
	if (!takes_code(k, &next))
		return;
	snprintf(note, sizeof(note), "password-set %s invitation from=%s", next.login, k->from);
	store_and_let_in(k, &next, result->text, note, "invitation");
}

/* --- what they have in common -------------------------------------------------------------------------- */

static void on_password(void *user, const struct password_result *result)
{
	struct knock *k = user;
	int64_t left;

	if (result->abandoned) {
		login_limits_give_back(&collector_of(k)->people->limits, k->from, clock_mono());
		api_who_answer_busy(k->r);
	} else if (k->kind != KNOCK_FIRST && is_locked(k, &left)) {
		/* Others that were under way have ended the attempts: a right one is not looked at any more. */
		answer_locked(k, left);
	} else if (k->kind == KNOCK_LOGIN) {
		finish_login(k, result);
	} else if (k->kind == KNOCK_FIRST) {
		finish_first(k, result);
	} else {
		finish_invited(k, result);
	}
	knock_end(k);
}

static struct knock *knock_new(struct exchange *x, enum knock_kind kind)
{
	struct knock *k = mem_calloc(1, sizeof(*k));

	*k = (struct knock){.api = x->api, .r = x->r, .kind = kind};
	api_who_from(x, k->from);
	return k;
}

/* Room for one more attempt, of this address and of this login; answered if there is none. */
static bool may_try(const struct knock *k)
{
	int64_t wait;

	if (login_limits_take(&collector_of(k)->people->limits, k->from, clock_mono(), &wait) &&
	    !is_locked(k, &wait))
		return true;
	answer_locked(k, wait);
	return false;
}

/* The password goes to be worked on; takes `k` over. */
static void start(struct knock *k, const struct password_order *order)
{
	if (password_work_add(collector_of(k)->people->work, order, on_password, k))
		return;
	login_limits_give_back(&collector_of(k)->people->limits, k->from, clock_mono());
	api_who_answer_busy(k->r);
	knock_end(k);
}

void api_session_begin(struct exchange *x)
{
	const struct account *a;
	struct knock *k;

	if (!api_who_has_roster(x))
		return;
	k = knock_new(x, KNOCK_LOGIN);
	if (!api_body_read(x->r,
			   (struct api_member[]){
				   {"login", k->login, sizeof(k->login), .needed = true},
				   {"password", k->password, sizeof(k->password), .needed = true},
				   {"code", k->code, sizeof(k->code), .may_be_null = true}},
			   3) ||
	    !may_try(k)) {
		knock_end(k);
		return;
	}
	a = account_of(k);
	if (a != NULL && account_is_open(a))
		snprintf(k->stored, sizeof(k->stored), "%s", a->password);
	start(k, &(struct password_order){.stored = k->stored, .secret = k->password});
}

/* Who has no business to choose a login is not told whether it is taken: the code is looked at first. */
void api_session_first(struct exchange *x)
{
	struct people *p = x->c->people;
	const char *trouble;
	struct knock *k;

	if (!api_who_has_roster(x))
		return;
	if (!people_wants_first(p)) {
		http_answer_error(x->r, 404, "not-found", "There is an administrator already");
		return;
	}
	k = knock_new(x, KNOCK_FIRST);
	if (!api_body_read(x->r,
			   (struct api_member[]){
				   {"code", k->secret, sizeof(k->secret), .needed = true},
				   {"login", k->login, sizeof(k->login), .needed = true},
				   {"password", k->password, sizeof(k->password), .needed = true}},
			   3) ||
	    !may_try(k)) {
		knock_end(k);
		return;
	}
	trouble = password_trouble(k->password, k->login);
	if (!people_is_first_code(p, k->secret))
		refuse(k);
	else if (!login_is_sound(k->login))
		http_answer_error(x->r, 400, "login",
				  "A login is 2 to 32 of a-z 0-9 . _ -, a letter or digit first");
	else if (trouble != NULL)
		http_answer_error(x->r, 400, "weak", "%s", trouble);
	else if (account_of(k) != NULL)
		http_answer_error(x->r, 409, "duplicate", "There is an account '%s' already",
				  k->login);
	else {
		start(k, &(struct password_order){.fresh = k->password});
		return;
	}
	knock_end(k);
}

void api_session_invited(struct exchange *x)
{
	const struct account *a;
	const char *trouble;
	struct knock *k;

	if (!api_who_has_roster(x))
		return;
	k = knock_new(x, KNOCK_INVITED);
	if (!api_body_read(x->r,
			   (struct api_member[]){
				   {"login", k->login, sizeof(k->login), .needed = true},
				   {"invitation", k->secret, sizeof(k->secret), .needed = true},
				   {"password", k->password, sizeof(k->password), .needed = true},
				   {"code", k->code, sizeof(k->code), .may_be_null = true}},
			   4) ||
	    !may_try(k)) {
		knock_end(k);
		return;
	}
	a = account_of(k);
	trouble = password_trouble(k->password, k->login);
	if (a == NULL || !account_is_invited_with(a, k->secret, now_of(k)))
		refuse(k);
	else if (trouble != NULL)
		http_answer_error(x->r, 400, "weak", "%s", trouble);
	else {
		start(k, &(struct password_order){.fresh = k->password});
		return;
	}
	knock_end(k);
}

/* --- a session ----------------------------------------------------------------------------------------- */

void api_session_is_first(struct exchange *x)
{
	struct json_emit j;
	struct buf body;

	if (!api_who_has_roster(x))
		return;
	buf_init(&body, 64);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_kv_bool(&j, "first", people_wants_first(x->c->people));
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

void api_session_get(struct exchange *x)
{
	api_session_answer(x, NULL, roster_session_by_id(x->c->people->roster, x->session));
}

void api_session_end(struct exchange *x)
{
	struct people *p = x->c->people;
	char note[ACCESS_NOTE_SIZE];
	struct err_info info;
	struct buf body;
	enum err e;

	snprintf(note, sizeof(note), "logged-out %s session", x->account->login);
	e = roster_end_session(p->roster, x->session, clock_now(&x->c->clock), note, &info);
	people_tell(p);
	if (e != ERR_OK) {
		log_event(LOG_ERROR, "accounts.not-stored", "text=%s", log_quote(info.text));
		http_answer_error(x->r, 503, "not-stored",
				  "The session is over, but the disk has it still; a restart of "
				  "the collector would bring it back");
		return;
	}
	buf_init(&body, 16);
	buf_puts(&body, "{}");
	api_answer_json(x, 200, &body);
	buf_release(&body);
}
