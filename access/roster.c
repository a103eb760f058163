#include "access/roster.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rand.h"

/* How late a use of a session may be on disk: after a power cut a session is that much nearer to its end, never further. */
#define USES_KEPT_US (60 * US_PER_S)

struct roster {
	struct account_store *store;
	struct account *accounts;
	size_t count, cap;
	struct session_table sessions;
	struct access_note *notes;
	size_t note_count, note_cap, notes_taken;
	struct wall_time saved;
};

/* --- open and close ------------------------------------------------------------------------------------ */

static struct account *find(const struct roster *r, const char *login)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->accounts[i].login, login) == 0)
			return &r->accounts[i];
	}
	return NULL;
}

static void add_account(struct roster *r, const struct account *a)
{
	r->accounts = mem_grow(r->accounts, r->count, &r->cap, sizeof(*r->accounts));
	r->accounts[r->count++] = *a;
}

static void read_account(void *user, const struct account *a)
{
	add_account(user, a);
}

static void read_session(void *user, const struct session *s)
{
	struct roster *r = user;
	const struct account *a = find(r, s->login);
	struct session own = *s;

	if (a == NULL)
		return;
	own.role = a->role;
	session_add(&r->sessions, &own);
}

static void add_note(struct roster *r, const struct access_note *n)
{
	r->notes = mem_grow(r->notes, r->note_count, &r->note_cap, sizeof(*r->notes));
	r->notes[r->note_count++] = *n;
}

static void read_note(void *user, const struct access_note *n)
{
	add_note(user, n);
}

enum err roster_open(const char *path, struct wall_time now, struct roster **ret,
		     struct err_info *info)
{
	struct roster *r = mem_calloc(1, sizeof(*r));
	struct account_store_reader reader = {
		.account = read_account, .session = read_session, .note = read_note, .user = r};
	enum err e = account_store_open(path, &r->store, info);

	if (e == ERR_OK)
		e = account_store_read(r->store, &reader, info);
	if (e != ERR_OK) {
		account_store_close(r->store);
		r->store = NULL;
		roster_close(r);
		return e;
	}
	r->saved = now;
	*ret = r;
	return ERR_OK;
}

void roster_close(struct roster *r)
{
	struct err_info info;

	if (r == NULL)
		return;
	if (r->store != NULL) {
		r->saved = (struct wall_time){0};
		err_ignore(roster_tidy(r, (struct wall_time){0}, &info)); /* only uses */
	}
	account_store_close(r->store);
	session_table_release(&r->sessions);
	free(r->accounts);
	free(r->notes);
	free(r);
}

/* --- accounts ------------------------------------------------------------------------------------------ */

size_t roster_count(const struct roster *r)
{
	return r->count;
}

const struct account *roster_at(const struct roster *r, size_t i)
{
	return &r->accounts[i];
}

const struct account *roster_find(const struct roster *r, const char *login)
{
	return find(r, login);
}

bool roster_has_administrator(const struct roster *r)
{
	for (size_t i = 0; i < r->count; i++) {
		if (r->accounts[i].role == ROLE_ADMINISTRATOR &&
		    r->accounts[i].state != ACCOUNT_DISABLED)
			return true;
	}
	return false;
}

bool roster_is_last_administrator(const struct roster *r, const struct account *a)
{
	if (!account_is_active_administrator(a))
		return false;
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->accounts[i].login, a->login) != 0 &&
		    account_is_active_administrator(&r->accounts[i]))
			return false;
	}
	return true;
}

/* --- changes ------------------------------------------------------------------------------------------- */

/* Writes the note into the open transaction. */
static struct access_note put_note(struct roster *r, struct wall_time now, const char *text)
{
	struct access_note n = {.at = now};

	if (text == NULL)
		return n;
	snprintf(n.text, sizeof(n.text), "%s", text);
	account_store_put_note(r->store, &n);
	return n;
}

/* Remembers it once the transaction is done; one that the disk does not have is told all the same. */
static void keep_note(struct roster *r, struct access_note *n, bool stored)
{
	if (n->text[0] == '\0' || r->note_count - r->notes_taken >= ROSTER_NOTES_MAX)
		return;
	if (!stored)
		n->id = 0;
	add_note(r, n);
}

static bool ends(const struct session *s, const struct account *a, enum roster_sessions sessions,
		 const char *keep)
{
	return sessions != ROSTER_SESSIONS_STAY && strcmp(s->login, a->login) == 0 &&
	       !(sessions == ROSTER_SESSIONS_END_OTHERS && keep != NULL &&
		 strcmp(s->id, keep) == 0);
}

static void set_account(struct roster *r, const struct account *next)
{
	struct account *a = find(r, next->login);

	if (a != NULL)
		*a = *next;
	else
		add_account(r, next);
	for (size_t i = 0; i < r->sessions.count; i++) {
		if (strcmp(r->sessions.items[i].login, next->login) == 0)
			r->sessions.items[i].role = next->role;
	}
}

enum err roster_put(struct roster *r, const struct account *next, enum roster_sessions sessions,
		    const char *keep, struct wall_time now, const char *note, struct err_info *info)
{
	struct account own = *next;
	struct access_note n;
	enum err e;

	if (find(r, next->login) == NULL && r->count >= ROSTER_ACCOUNTS_MAX)
		return err_fail(info, ERR_FULL, "there are %d accounts already",
				ROSTER_ACCOUNTS_MAX);
	account_store_begin(r->store);
	account_store_put_account(r->store, next);
	for (size_t i = 0; i < r->sessions.count; i++) {
		if (ends(&r->sessions.items[i], next, sessions, keep))
			account_store_drop_session(r->store, r->sessions.items[i].id);
	}
	n = put_note(r, now, note);
	e = account_store_commit(r->store, info);
	if (e != ERR_OK)
		return e;
	keep_note(r, &n, true);
	for (size_t i = r->sessions.count; i-- > 0;) {
		if (ends(&r->sessions.items[i], next, sessions, keep))
			session_drop(&r->sessions, &r->sessions.items[i]);
	}
	own.unsaved = false;
	set_account(r, &own);
	return ERR_OK;
}

void roster_put_soft(struct roster *r, const struct account *next, struct wall_time now,
		     const char *note)
{
	struct access_note n = {.at = now};
	struct account own = *next;

	own.unsaved = true;
	set_account(r, &own);
	snprintf(n.text, sizeof(n.text), "%s", note != NULL ? note : "");
	keep_note(r, &n, false);
}

/* --- sessions ------------------------------------------------------------------------------------------ */

/* Room for one more of this account. */
static void make_room(struct roster *r, const struct account *a)
{
	struct session *oldest;

	while (session_count_of(&r->sessions, a->login, &oldest) >= role_row(a->role)->sessions) {
		account_store_drop_session(r->store, oldest->id);
		session_drop(&r->sessions, oldest);
	}
}

enum err roster_begin_session(struct roster *r, const char *login, const char *from,
			      struct wall_time now, const char *note,
			      char ret_token[SESSION_TOKEN_SIZE], struct err_info *info)
{
	struct account *a = find(r, login);
	struct session s = {.began = now, .used = now}, *in_table;
	struct access_note n;
	bool stored;

	if (a == NULL)
		return err_fail(info, ERR_NOT_FOUND, "there is no account '%s'", login);
	session_token_draw(ret_token);
	s.digest = sha256_of(slice_of(ret_token), SLICE_LIT(""));
	rand_hex(s.id, (SESSION_ID_SIZE - 1) / 2);
	snprintf(s.login, sizeof(s.login), "%s", login);
	snprintf(s.from, sizeof(s.from), "%s", from);
	s.role = a->role;
	a->last_login = now;
	a->unsaved = true;
	account_store_begin(r->store);
	make_room(r, a);
	in_table = session_add(&r->sessions, &s);
	account_store_put_account(r->store, a);
	account_store_put_session(r->store, &s);
	n = in_table != NULL ? put_note(r, now, note) : (struct access_note){0};
	stored = account_store_commit(r->store, info) == ERR_OK;
	if (in_table == NULL)
		return err_fail(info, ERR_FULL, "%d sessions are open", SESSIONS_MAX);
	in_table->unsaved = a->unsaved = !stored;
	keep_note(r, &n, stored);
	return ERR_OK;
}

static struct session *find_by_token(struct roster *r, const char *token, struct wall_time now)
{
	struct sha256 digest;

	if (token == NULL || !session_token_is_ours(token))
		return NULL;
	digest = sha256_of(slice_of(token), SLICE_LIT(""));
	return session_find(&r->sessions, &digest, now);
}

const struct session *roster_session(struct roster *r, const char *token, struct wall_time now)
{
	return find_by_token(r, token, now);
}

const struct session *roster_use(struct roster *r, const char *token, struct wall_time now)
{
	struct session *s = find_by_token(r, token, now);

	if (s != NULL && s->used.us < now.us) {
		s->used = now;
		s->unsaved = true;
	}
	return s;
}

const struct session *roster_session_by_id(struct roster *r, const char *id)
{
	return session_find_id(&r->sessions, id);
}

void roster_offer_totp(struct roster *r, const char *id,
		       const unsigned char secret[TOTP_SECRET_SIZE])
{
	struct session *s = session_find_id(&r->sessions, id);

	if (s == NULL)
		return;
	memcpy(s->wanted, secret, TOTP_SECRET_SIZE);
	s->has_wanted = true;
}

const unsigned char *roster_offered_totp(struct roster *r, const char *id)
{
	const struct session *s = session_find_id(&r->sessions, id);

	return s != NULL && s->has_wanted ? s->wanted : NULL;
}

size_t roster_session_count(const struct roster *r)
{
	return r->sessions.count;
}

const struct session *roster_session_at(const struct roster *r, size_t i)
{
	return &r->sessions.items[i];
}

enum err roster_end_session(struct roster *r, const char *id, struct wall_time now,
			    const char *note, struct err_info *info)
{
	struct session *s = session_find_id(&r->sessions, id);
	struct access_note n;
	enum err e;

	if (s == NULL)
		return err_fail(info, ERR_NOT_FOUND, "there is no session '%s'", id);
	account_store_begin(r->store);
	account_store_drop_session(r->store, s->id);
	n = put_note(r, now, note);
	e = account_store_commit(r->store, info);
	keep_note(r, &n, e == ERR_OK);
	session_drop(&r->sessions, s);
	return e;
}

/* Uses of sessions can wait; all else is stored now. */
static bool wants_storing(const struct roster *r, struct wall_time now, bool *ret_now)
{
	bool unsaved = false;

	*ret_now = false;
	for (size_t i = 0; i < r->count; i++)
		*ret_now = *ret_now || r->accounts[i].unsaved;
	for (size_t i = 0; i < r->sessions.count; i++) {
		unsaved = unsaved || r->sessions.items[i].unsaved;
		*ret_now =
			*ret_now || wall_diff_us(session_expires(&r->sessions.items[i]), now) <= 0;
	}
	return unsaved;
}

enum err roster_tidy(struct roster *r, struct wall_time now, struct err_info *info)
{
	bool at_once, unsaved = wants_storing(r, now, &at_once);
	bool due = r->saved.us == 0 || wall_diff_us(now, r->saved) >= USES_KEPT_US;
	enum err e;

	if (!at_once && !(unsaved && due))
		return ERR_OK;
	account_store_begin(r->store);
	for (size_t i = 0; i < r->sessions.count; i++) {
		const struct session *s = &r->sessions.items[i];

		if (wall_diff_us(session_expires(s), now) <= 0)
			account_store_drop_session(r->store, s->id);
		else if (s->unsaved)
			account_store_put_session(r->store, s);
	}
	for (size_t i = 0; i < r->count; i++) {
		if (r->accounts[i].unsaved)
			account_store_put_account(r->store, &r->accounts[i]);
	}
	e = account_store_commit(r->store, info);
	r->saved = now;
	for (size_t i = 0; i < r->count; i++)
		r->accounts[i].unsaved = r->accounts[i].unsaved && e != ERR_OK;
	for (size_t i = r->sessions.count; i-- > 0;) {
		struct session *s = &r->sessions.items[i];

		if (wall_diff_us(session_expires(s), now) <= 0)
			session_drop(&r->sessions, s); /* over, whatever the disk says */
		else
			s->unsaved = s->unsaved && e != ERR_OK;
	}
	return e;
}

/* --- notes --------------------------------------------------------------------------------------------- */

const struct access_note *roster_next_note(const struct roster *r)
{
	return r->notes_taken < r->note_count ? &r->notes[r->notes_taken] : NULL;
}

void roster_note_taken(struct roster *r)
{
	if (r->notes_taken < r->note_count)
		r->notes_taken++;
}

void roster_notes_committed(struct roster *r)
{
	struct err_info info;
	int64_t last = 0;

	if (r->notes_taken == 0)
		return;
	for (size_t i = 0; i < r->notes_taken; i++)
		last = r->notes[i].id > last ? r->notes[i].id : last;
	if (last > 0) {
		account_store_begin(r->store);
		account_store_drop_notes(r->store, last);
		/* Refused: told again after a start, with the same number. */
		err_ignore(account_store_commit(r->store, &info));
	}
	memmove(r->notes, r->notes + r->notes_taken,
		(r->note_count - r->notes_taken) * sizeof(*r->notes));
	r->note_count -= r->notes_taken;
	r->notes_taken = 0;
}
