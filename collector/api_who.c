#include "collector/api_who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/parse.h"
#include "collector/people.h"

enum { ALL_RIGHTS = RIGHT_ENROL - 1 };

static const char *token_of(const struct http_request *r)
{
	const char *header = http_header(r, "Authorization");

	return header != NULL && strncmp(header, "Bearer ", 7) == 0 ? header + 7 : NULL;
}

static bool is_session_token(const char *token)
{
	return token != NULL && strncmp(token, "vs_", 3) == 0;
}

static bool is_board(const struct people *p, const char *token)
{
	struct sha256 digest;

	if (p == NULL || token == NULL || strlen(token) > 256)
		return false;
	digest = sha256_of(slice_of(token), SLICE_LIT(""));
	return digest_is(&digest, &p->board);
}

static void set_person(struct exchange *x, const struct session *s)
{
	const struct account *a = roster_find(x->c->people->roster, s->login);

	if (a == NULL || a->state != ACCOUNT_ACTIVE)
		return;
	x->who.kind = PRINCIPAL_PERSON;
	x->account = a;
	x->rights = account_rights(a);
	snprintf(x->session, sizeof(x->session), "%s", s->id);
}

void api_who_identify(struct exchange *x)
{
	const char *token = token_of(x->r);
	struct people *p = x->c->people;
	const struct session *s;

	x->rights = 0;
	x->account = NULL;
	x->session[0] = '\0';
	if (is_session_token(token)) {
		x->who = (struct principal){PRINCIPAL_NONE, NULL};
		s = p != NULL && p->roster != NULL
			    ? roster_session(p->roster, token, clock_now(&x->c->clock))
			    : NULL;
		if (s != NULL)
			set_person(x, s);
		return;
	}
	x->who = tokens_identify(x->c->tokens, token);
	if (x->who.kind == PRINCIPAL_NONE && is_board(p, token))
		x->who.kind = PRINCIPAL_BOARD;
	if (x->who.kind == PRINCIPAL_OPERATOR)
		x->rights = ALL_RIGHTS;
	else if (x->who.kind == PRINCIPAL_BOARD)
		x->rights = RIGHT_VIEW;
}

static unsigned refuse_session(struct people *p, struct http_request *r)
{
	if (p == NULL || p->roster == NULL) {
		http_answer_with(r, 503, "accounts-damaged", "Connection: close\r\n",
				 "The accounts cannot be read; the collector's log says why");
		return 503;
	}
	http_answer_with(r, 401, "no-session", "Connection: close\r\n",
			 "This session is over; log in again");
	return 401;
}

/* A screen asks all the time whether its session still stands, whoever may sit before it: only for a wall, which has no rest, is that a
 * use of it. */
static bool is_use(const struct session *s, const struct http_request *r)
{
	return role_row(s->role)->idle_s == 0 || strcmp(http_method(r), "GET") != 0 ||
	       strcmp(http_path(r), "/v1/session") != 0;
}

static const struct session *come_in(struct people *p, const struct http_request *r,
				     const char *token, struct wall_time now)
{
	const struct session *s =
		p != NULL && p->roster != NULL ? roster_session(p->roster, token, now) : NULL;

	return s != NULL && is_use(s, r) ? roster_use(p->roster, token, now) : s;
}

unsigned api_who_admit(struct api *a, struct http_request *r)
{
	const char *token = token_of(r);
	struct wall_time now = clock_now(&a->c->clock);
	struct people *p = a->c->people;
	struct principal who;

	if (is_session_token(token)) {
		return come_in(p, r, token, now) != NULL ? 0 : refuse_session(p, r);
	}
	who = tokens_use(a->c->tokens, token, now);
	if (who.kind == PRINCIPAL_REVOKED) {
		log_event(LOG_WARNING, "agent.revoked-called", "agent=%s", who.agent);
		http_answer_with(r, 401, "revoked", "Connection: close\r\n",
				 "The key of this agent was revoked");
		return 401;
	}
	return who.kind == PRINCIPAL_NONE && !is_board(p, token) ? 401 : 0;
}

void api_who_refuse(struct exchange *x, unsigned rights)
{
	char list[128] = "";
	size_t n = 0;

	if (x->who.kind == PRINCIPAL_PERSON && (x->rights & RIGHT_ENROL) != 0) {
		http_answer_error(x->r, 403, "enrol",
				  "Set a one-time code first: this account needs one");
		return;
	}
	for (unsigned i = 0; i < RIGHT_COUNT && n < sizeof(list); i++) {
		if (rights & (1u << i))
			n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s",
					      n > 0 ? " or " : "",
					      right_word((enum right_number)i));
	}
	if (n == 0 || x->who.kind == PRINCIPAL_AGENT)
		http_answer_error(x->r, 403, "not-yours", "This needs an operator's token");
	else
		http_answer_error(x->r, 403, "not-yours",
				  "This needs the right %s, which %s does not have", list,
				  x->account != NULL               ? x->account->login
				  : x->who.kind == PRINCIPAL_BOARD ? "the board"
								   : "this token");
}

void api_who_put_author(const struct exchange *x, char dst[API_WHO_SIZE])
{
	if (x->account != NULL)
		snprintf(dst, API_WHO_SIZE, "%s by=%s", x->pin_proved ? "pin" : "session",
			 x->account->login);
	else
		snprintf(dst, API_WHO_SIZE, "operator-token");
}

void api_who_from(const struct exchange *x, char dst[HTTP_ADDRESS_SIZE])
{
	const char *said = http_query(x->r, "from");

	if ((x->who.kind == PRINCIPAL_BOARD || x->who.kind == PRINCIPAL_OPERATOR) && said != NULL &&
	    strlen(said) < HTTP_ADDRESS_SIZE && parse_is_address(said))
		snprintf(dst, HTTP_ADDRESS_SIZE, "%s", said);
	else
		http_remote(x->r, dst);
}

bool api_who_has_roster(struct exchange *x)
{
	if (x->c->people != NULL && x->c->people->roster != NULL)
		return true;
	http_answer_error(x->r, 503, "accounts-damaged",
			  "The accounts cannot be read; the collector's log says why");
	return false;
}

void api_who_answer_wait(struct http_request *r, const char *word, int64_t wait_us,
			 const char *sentence)
{
	char header[64];

	snprintf(header, sizeof(header), "Retry-After: %lld\r\n",
		 (long long)((wait_us + US_PER_S - 1) / US_PER_S));
	http_answer_with(r, 429, word, header, sentence);
}

void api_who_answer_busy(struct http_request *r)
{
	http_answer_with(r, 503, "busy", "Retry-After: 1\r\n",
			 "Too many passwords are being looked at; try again in a moment");
}

void api_who_answer_not_stored(struct http_request *r, const struct err_info *info)
{
	log_event(LOG_ERROR, "accounts.not-stored", "text=%s", log_quote(info->text));
	http_answer_error(r, 503, "not-stored",
			  "The collector could not store it; nothing has changed. Try again");
}

/* --- PIN ----------------------------------------------------------------------------------------------- */

struct pin_try {
	struct api *api;
	struct http_request *r;
	char login[LOGIN_SIZE], stored[SCRYPT_TEXT_SIZE];
};

static void answer_pin_wrong(struct http_request *r, const struct account *a, struct wall_time now)
{
	int64_t left;

	if (lockout_is_on(&a->pin_lock, now, &left))
		api_who_answer_wait(r, "pin-locked", left,
				    "The PIN was wrong five times; wait, or ask for a new one");
	else
		http_answer_error(r, 403, "pin-wrong", "This is not your PIN");
}

static void note_pin(struct people *p, const struct account *a, bool right, const char *text)
{
	struct wall_time now = clock_now(&p->c->clock);
	struct account next = *a;
	char note[ACCESS_NOTE_SIZE];

	if (right) {
		if (a->pin_lock.wrong == 0 && a->pin_lock.pauses == 0 && text[0] == '\0')
			return;
		lockout_clear(&next.pin_lock);
		if (text[0] != '\0')
			snprintf(next.pin, sizeof(next.pin), "%s", text);
		roster_put_soft(p->roster, &next, now, NULL);
		return;
	}
	p->stats.pin_wrong++;
	if (!lockout_wrong(&next.pin_lock, &lockout_pin, now)) {
		roster_put_soft(p->roster, &next, now, NULL);
		return;
	}
	p->stats.lockouts++;
	log_event(LOG_WARNING, "account.pin-locked", "login=%s", a->login);
	snprintf(note, sizeof(note), "pin-locked %s session", a->login);
	roster_put_soft(p->roster, &next, now, note);
	people_tell(p);
}

static void on_pin(void *user, const struct password_result *result)
{
	struct pin_try *t = user;
	struct people *p = t->api->c->people;
	struct wall_time now = clock_now(&t->api->c->clock);
	const struct account *a = roster_find(p->roster, t->login);
	bool locked;

	if (result->abandoned || a == NULL || strcmp(a->pin, t->stored) != 0) {
		api_who_answer_busy(t->r);
	} else {
		/* Others that were under way may have ended the attempts meanwhile: then a right one is not looked at. */
		locked = lockout_is_on(&a->pin_lock, now, NULL);
		if (!locked)
			note_pin(p, a, result->right, result->text);
		if (locked || !result->right)
			answer_pin_wrong(t->r, roster_find(p->roster, t->login), now);
		else
			api_handle_proved(t->api, t->r);
	}
	OPENSSL_cleanse(t, sizeof(*t));
	free(t);
}

void api_who_prove_pin(struct exchange *x, const char *pin)
{
	struct wall_time now = clock_now(&x->c->clock);
	const struct account *a = x->account;
	struct pin_try *t;

	if (a->pin[0] == '\0') {
		http_answer_error(x->r, 409, "no-pin",
				  "This needs your PIN and you have none; set one first");
	} else if (pin[0] == '\0') {
		http_answer_error(x->r, 403, "pin-wanted", "This needs your PIN");
	} else if (lockout_is_on(&a->pin_lock, now, NULL)) {
		answer_pin_wrong(x->r, a, now);
	} else {
		t = mem_calloc(1, sizeof(*t));
		*t = (struct pin_try){.api = x->api, .r = x->r};
		snprintf(t->login, sizeof(t->login), "%s", a->login);
		snprintf(t->stored, sizeof(t->stored), "%s", a->pin);
		if (password_work_add(x->c->people->work,
				      &(struct password_order){
					      .stored = a->pin, .secret = pin, .inside = true},
				      on_pin, t))
			return;
		free(t);
		api_who_answer_busy(x->r);
	}
}
