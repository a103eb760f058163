/* Accounts and sessions, for whoever administrates them. */
#include <stdio.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "collector/account_json.h"
#include "collector/api_body.h"
#include "collector/api_who.h"
#include "collector/people.h"

static const struct plan *plan_of(const struct exchange *x)
{
	return view_plan(core_engine(x->c->core));
}

void api_accounts_list(struct exchange *x)
{
	const struct roster *r;
	struct json_emit j;
	struct buf body;

	if (!api_who_has_roster(x))
		return;
	r = x->c->people->roster;
	buf_init(&body, 4 << 20);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_key(&j, "accounts");
	json_open_array(&j);
	for (size_t i = 0; i < roster_count(r); i++)
		account_json_write(&j, roster_at(r, i), plan_of(x));
	json_close_array(&j);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

/* {"account":{...}} after the commit, with the one secret that is told once. */
static void answer_account(struct exchange *x, const char *login, const char *key,
			   const char *secret)
{
	struct json_emit j;
	struct buf body;

	buf_init(&body, 16 << 10);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_key(&j, "account");
	account_json_write(&j, roster_find(x->c->people->roster, login), plan_of(x));
	if (secret != NULL)
		json_kv_str(&j, key, secret);
	json_close_object(&j);
	api_answer_after_commit(x, &body);
}

static bool is_person_known(struct exchange *x, const char *person)
{
	const struct plan *plan = plan_of(x);

	if (person[0] == '\0' ||
	    (plan != NULL && plan_find_person(plan, slice_of(person)) != PLAN_NONE))
		return true;
	http_answer_error(x->r, 404, "not-found", "There is no person '%s' in the plan in force",
			  person);
	return false;
}

static bool is_role(struct exchange *x, const char *word, enum role *ret)
{
	if (role_from_word(slice_of(word), ret))
		return true;
	http_answer_error(x->r, 400, "malformed",
			  "'%s' is no role; there are viewer, operator, desk, coordinator, crisis, "
			  "auditor, administrator, service",
			  word);
	return false;
}

/* Stores it with its note and ends its sessions, if so; answered if it cannot. */
static bool put(struct exchange *x, const struct account *next, enum roster_sessions sessions,
		const char *note)
{
	struct people *p = x->c->people;
	struct err_info info;
	enum err e =
		roster_put(p->roster, next, sessions, NULL, clock_now(&x->c->clock), note, &info);

	if (e == ERR_FULL)
		http_answer_error(x->r, 503, "full", "There are %d accounts already",
				  ROSTER_ACCOUNTS_MAX);
	else if (e != ERR_OK)
		api_who_answer_not_stored(x->r, &info);
	if (e != ERR_OK)
		return false;
	people_settle_first(p);
	people_tell(p);
	return true;
}

/* A program's token is a session of a year. */
static bool give_token(struct exchange *x, const char *login, char token[SESSION_TOKEN_SIZE])
{
	struct people *p = x->c->people;
	char from[HTTP_ADDRESS_SIZE], author[API_WHO_SIZE], note[ACCESS_NOTE_SIZE];
	struct err_info info;

	api_who_from(x, from);
	api_who_put_author(x, author);
	snprintf(note, sizeof(note), "token-made %s %s", login, author);
	if (roster_begin_session(p->roster, login, from, clock_now(&x->c->clock), note, token,
				 &info) == ERR_OK) {
		people_tell(p);
		return true;
	}
	http_answer_error(x->r, 503, "full", "Too many sessions are open");
	return false;
}

/* The account is stored; what opens it is told once. */
static void answer_with_secret(struct exchange *x, const struct account *a, const char *invitation)
{
	char token[SESSION_TOKEN_SIZE];

	if (a->role != ROLE_SERVICE) {
		answer_account(x, a->login, "invitation", invitation);
	} else if (give_token(x, a->login, token)) {
		answer_account(x, a->login, "token", token);
		OPENSSL_cleanse(token, sizeof(token));
	}
}

void api_accounts_make(struct exchange *x)
{
	char login[64] = "", role[32] = "", author[API_WHO_SIZE], note[ACCESS_NOTE_SIZE];
	struct account next = {.created = clock_now(&x->c->clock)};
	char invitation[ONE_TIME_CODE_SIZE] = "";

	if (!api_who_has_roster(x))
		return;
	if (core_stats(x->c->core).failing) {
		api_answer_not_journalled(x->r);
		return;
	}
	if (!api_body_read(x->r,
			   (struct api_member[]){{"login", login, sizeof(login), .needed = true},
						 {"role", role, sizeof(role), .needed = true},
						 {"person", next.person, sizeof(next.person),
						  .may_be_null = true}},
			   3) ||
	    !is_role(x, role, &next.role) || !is_person_known(x, next.person))
		return;
	if (!login_is_sound(login)) {
		http_answer_error(x->r, 400, "login",
				  "A login is 2 to 32 of a-z 0-9 . _ -, a letter or digit first");
		return;
	}
	if (roster_find(x->c->people->roster, login) != NULL) {
		http_answer_error(x->r, 409, "duplicate", "There is an account '%s' already",
				  login);
		return;
	}
	snprintf(next.login, sizeof(next.login), "%.32s", login);
	snprintf(next.by, sizeof(next.by), "%s",
		 x->account != NULL ? x->account->login : "operator-token");
	if (next.role == ROLE_SERVICE)
		next.state = ACCOUNT_ACTIVE;
	else
		account_invite(&next, clock_now(&x->c->clock), invitation);
	api_who_put_author(x, author);
	snprintf(note, sizeof(note), "account-made %s %s role=%s person=%s", next.login, author,
		 role, next.person[0] != '\0' ? next.person : "-");
	log_event(LOG_NOTICE, "account.made", "login=%s role=%s", next.login, role);
	if (put(x, &next, ROSTER_SESSIONS_END, note))
		answer_with_secret(x, &next, invitation);
	OPENSSL_cleanse(invitation, sizeof(invitation));
}

/* --- changes ------------------------------------------------------------------------------------------- */

struct wanted {
	char role[32], person[ACCOUNT_PERSON_SIZE], state[16], reset[16];
	bool has_role, has_person, has_state, has_reset;
	enum role new_role;
	enum account_state new_state;
};

static bool read_wanted(struct exchange *x, struct wanted *w)
{
	*w = (struct wanted){0};
	if (!api_body_read(x->r,
			   (struct api_member[]){
				   {"role", w->role, sizeof(w->role), .given = &w->has_role},
				   {"person", w->person, sizeof(w->person), .given = &w->has_person,
				    .may_be_null = true},
				   {"state", w->state, sizeof(w->state), .given = &w->has_state},
				   {"reset", w->reset, sizeof(w->reset), .given = &w->has_reset}},
			   4))
		return false;
	if ((w->has_role && !is_role(x, w->role, &w->new_role)) ||
	    (w->has_person && !is_person_known(x, w->person)))
		return false;
	if (w->has_state && (!account_state_from_word(slice_of(w->state), &w->new_state) ||
			     w->new_state == ACCOUNT_INVITED)) {
		http_answer_error(x->r, 400, "malformed", "state: active or disabled");
		return false;
	}
	if (w->has_reset && strcmp(w->reset, "password") != 0 && strcmp(w->reset, "totp") != 0 &&
	    strcmp(w->reset, "pin") != 0 && strcmp(w->reset, "lock") != 0) {
		http_answer_error(x->r, 400, "malformed", "reset: password, totp, pin or lock");
		return false;
	}
	return true;
}

/* Rules that hold for every change; answered where one is broken. */
static bool is_possible(struct exchange *x, const struct account *a, const struct wanted *w)
{
	bool is_service = a->role == ROLE_SERVICE;

	if (w->has_role && is_service != (w->new_role == ROLE_SERVICE)) {
		http_answer_error(x->r, 409, "service",
				  "A program's account stays one; make another account");
		return false;
	}
	if (w->has_state && w->new_state == ACCOUNT_ACTIVE && !is_service &&
	    a->password[0] == '\0') {
		http_answer_error(x->r, 409, "no-password",
				  "It has no password yet; reset 'password' makes an invitation");
		return false;
	}
	if (w->has_reset && is_service && strcmp(w->reset, "password") != 0) {
		http_answer_error(x->r, 409, "service",
				  "A program's account has a token and nothing else");
		return false;
	}
	return true;
}

/* The last one who could let others in stays; only whoever is on the machine itself (the operator's token) may give them a new password. */
static bool keeps_an_administrator(struct exchange *x, const struct account *a,
				   const struct account *next)
{
	if (!roster_is_last_administrator(x->c->people->roster, a) ||
	    account_is_active_administrator(next))
		return true;
	if (x->who.kind == PRINCIPAL_OPERATOR && next->state == ACCOUNT_INVITED &&
	    next->role == ROLE_ADMINISTRATOR)
		return true;
	http_answer_error(x->r, 409, "last-administrator",
			  "'%s' is the last administrator; make another one first", a->login);
	return false;
}

static size_t put_word(char *dst, size_t n, const char *key, const char *old, const char *new)
{
	if (strcmp(old, new) == 0)
		return n;
	return n + (size_t)snprintf(dst + n, ACCESS_NOTE_SIZE - n, " %s=%s>%s", key,
				    old[0] != '\0' ? old : "-", new[0] != '\0' ? new : "-");
}

static void write_note(struct exchange *x, char note[ACCESS_NOTE_SIZE], const struct account *a,
		       const struct account *next, const struct wanted *w)
{
	char author[API_WHO_SIZE];
	size_t n;

	api_who_put_author(x, author);
	n = (size_t)snprintf(note, ACCESS_NOTE_SIZE, "account-changed %s %s", a->login, author);
	n = put_word(note, n, "role", role_word(a->role), role_word(next->role));
	n = put_word(note, n, "person", a->person, next->person);
	n = put_word(note, n, "state", account_state_word(a->state),
		     account_state_word(next->state));
	if (w->has_reset)
		snprintf(note + n, ACCESS_NOTE_SIZE - n, " reset=%s", w->reset);
}

static void change(struct exchange *x, const struct wanted *w, struct account *next,
		   char invitation[ONE_TIME_CODE_SIZE])
{
	if (w->has_role)
		next->role = w->new_role;
	if (w->has_person)
		snprintf(next->person, sizeof(next->person), "%s", w->person);
	if (w->has_state)
		next->state = w->new_state;
	if (!w->has_reset)
		return;
	if (strcmp(w->reset, "password") == 0 && next->role != ROLE_SERVICE) {
		account_invite(next, clock_now(&x->c->clock), invitation);
	} else if (strcmp(w->reset, "totp") == 0) {
		next->has_totp = false;
		OPENSSL_cleanse(next->totp, sizeof(next->totp));
	} else if (strcmp(w->reset, "pin") == 0) {
		OPENSSL_cleanse(next->pin, sizeof(next->pin));
		lockout_clear(&next->pin_lock);
	} else if (strcmp(w->reset, "lock") == 0) {
		lockout_clear(&next->lock);
		lockout_clear(&next->pin_lock);
	}
}

/* Anything but a new PIN or an end of a pause changes what somebody may do, or how they come in. */
static bool ends_sessions(const struct account *a, const struct account *next,
			  const struct wanted *w)
{
	return a->role != next->role || strcmp(a->person, next->person) != 0 ||
	       a->state != next->state ||
	       (w->has_reset &&
		(strcmp(w->reset, "password") == 0 || strcmp(w->reset, "totp") == 0));
}

void api_accounts_change(struct exchange *x)
{
	char login[64], note[ACCESS_NOTE_SIZE], invitation[ONE_TIME_CODE_SIZE] = "";
	const struct account *a;
	struct account next;
	struct wanted w;

	if (!api_who_has_roster(x))
		return;
	snprintf(login, sizeof(login), "%.*s", (int)(x->segments[1].n < 63 ? x->segments[1].n : 63),
		 x->segments[1].p);
	a = roster_find(x->c->people->roster, login);
	if (a == NULL) {
		http_answer_error(x->r, 404, "not-found", "There is no account '%s'", login);
		return;
	}
	if (!read_wanted(x, &w) || !is_possible(x, a, &w))
		return;
	/* Whoever takes rights away does not wait for a journal that cannot be written. */
	if (core_stats(x->c->core).failing && !(w.has_state && w.new_state == ACCOUNT_DISABLED)) {
		api_answer_not_journalled(x->r);
		return;
	}
	next = *a;
	change(x, &w, &next, invitation);
	if (!keeps_an_administrator(x, a, &next))
		return;
	write_note(x, note, a, &next, &w);
	log_event(LOG_NOTICE, "account.changed", "login=%s", login);
	if (put(x, &next, ends_sessions(a, &next, &w) ? ROSTER_SESSIONS_END : ROSTER_SESSIONS_STAY,
		note)) {
		if (w.has_reset && strcmp(w.reset, "password") == 0)
			answer_with_secret(x, &next, invitation);
		else
			answer_account(x, login, NULL, NULL);
	}
	OPENSSL_cleanse(invitation, sizeof(invitation));
}

/* --- sessions ------------------------------------------------------------------------------------------ */

/* All of them for whoever may see them; else one's own. */
static bool may_see(const struct exchange *x, const struct session *s)
{
	return api_has(x, RIGHT_AUDIT) || api_has(x, RIGHT_ADMINISTRATE) ||
	       (x->account != NULL && strcmp(x->account->login, s->login) == 0);
}

void api_accounts_sessions(struct exchange *x)
{
	struct wall_time now = clock_now(&x->c->clock);
	const struct roster *r;
	struct json_emit j;
	struct buf body;

	if (!api_who_has_roster(x))
		return;
	r = x->c->people->roster;
	buf_init(&body, 4 << 20);
	j = json_emit_to(&body);
	json_open_object(&j);
	json_key(&j, "sessions");
	json_open_array(&j);
	for (size_t i = 0; i < roster_session_count(r); i++) {
		const struct session *s = roster_session_at(r, i);

		if (may_see(x, s) && wall_diff_us(session_expires(s), now) > 0)
			account_json_write_session(&j, s);
	}
	json_close_array(&j);
	json_close_object(&j);
	api_answer_json(x, 200, &body);
	buf_release(&body);
}

void api_accounts_end_session(struct exchange *x)
{
	char id[SESSION_ID_SIZE], author[API_WHO_SIZE], note[ACCESS_NOTE_SIZE];
	const struct session *s;
	struct err_info info;
	struct buf body;

	if (!api_who_has_roster(x))
		return;
	snprintf(id, sizeof(id), "%.*s",
		 (int)(x->segments[1].n < SESSION_ID_SIZE ? x->segments[1].n : 0),
		 x->segments[1].p);
	s = roster_session_by_id(x->c->people->roster, id);
	if (s == NULL || !(api_has(x, RIGHT_ADMINISTRATE) ||
			   (x->account != NULL && strcmp(x->account->login, s->login) == 0))) {
		http_answer_error(x->r, 404, "not-found", "There is no such session of yours");
		return;
	}
	api_who_put_author(x, author);
	snprintf(note, sizeof(note), "session-ended %s %s", s->login, author);
	if (roster_end_session(x->c->people->roster, id, clock_now(&x->c->clock), note, &info) !=
	    ERR_OK) {
		people_tell(x->c->people);
		log_event(LOG_ERROR, "accounts.not-stored", "text=%s", log_quote(info.text));
		http_answer_error(x->r, 503, "not-stored",
				  "The session is over, but the disk has it still; a restart of "
				  "the collector would bring it back");
		return;
	}
	people_tell(x->c->people);
	buf_init(&body, 16);
	buf_puts(&body, "{}");
	api_answer_after_commit(x, &body);
}
