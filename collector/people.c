#include "collector/people.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "base/files.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "collector/api.h"
#include "collector/board_token.h"
#include "collector/turn.h"

#define TIDY_EVERY_US (5 * US_PER_S)

static void first_path(const struct people *p, char dst[4200])
{
	snprintf(dst, 4200, "%s/first-admin.code", p->c->config.data);
}

/* --- the first administrator --------------------------------------------------------------------------- */

/* The code that is in the file, or a new one. */
static enum err offer_first(struct people *p, struct err_info *info)
{
	char path[4200], code[ONE_TIME_CODE_SIZE + 1];
	struct buf text;
	enum err e;

	first_path(p, path);
	buf_init(&text, 64);
	e = files_read(path, &text, info);
	if (e == ERR_OK && one_time_code_digest(buf_cstr(&text), &p->first_code)) {
		buf_release(&text);
		return ERR_OK;
	}
	buf_release(&text);
	one_time_code_draw(code);
	if (!one_time_code_digest(code, &p->first_code))
		return err_fail(info, ERR_CORRUPT, "a code of ours cannot be read");
	code[ONE_TIME_CODE_SIZE - 1] = '\n';
	code[ONE_TIME_CODE_SIZE] = '\0';
	e = files_replace(path, slice_of(code), 0600, info);
	OPENSSL_cleanse(code, sizeof(code));
	if (e == ERR_OK)
		log_event(LOG_NOTICE, "accounts.first-wanted", "file=%s", path);
	else
		p->first_code = (struct sha256){{0}};
	return e;
}

static void withdraw_first(struct people *p)
{
	struct err_info info;
	char path[4200];

	p->first_code = (struct sha256){{0}};
	first_path(p, path);
	if (unlink(path) < 0 && errno == ENOENT)
		return;
	err_ignore(files_sync_folder_of(path, &info));
}

void people_settle_first(struct people *p)
{
	struct err_info info;

	if (p->roster == NULL)
		return;
	if (roster_has_administrator(p->roster))
		withdraw_first(p);
	else if (!people_wants_first(p) && offer_first(p, &info) != ERR_OK)
		log_event(LOG_ERROR, "accounts.not-stored", "text=%s", log_quote(info.text));
}

bool people_wants_first(const struct people *p)
{
	return p->roster != NULL && !digest_is_none(&p->first_code) &&
	       !roster_has_administrator(p->roster);
}

bool people_is_first_code(const struct people *p, const char *typed)
{
	struct sha256 digest;

	return people_wants_first(p) && one_time_code_digest(typed, &digest) &&
	       digest_is(&digest, &p->first_code);
}

/* --- life ---------------------------------------------------------------------------------------------- */

static void open_roster(struct people *p)
{
	struct wall_time now = clock_now(&p->c->clock);
	struct err_info info;
	char path[4200];

	snprintf(path, sizeof(path), "%s/accounts.db", p->c->config.data);
	if (roster_open(path, now, &p->roster, &info) == ERR_OK)
		return;
	p->roster = NULL;
	log_event(LOG_ERROR, "accounts.damaged", "text=%s", log_quote(info.text));
	alarm_raise(&p->c->alarms, ALARM_ACCOUNTS_DAMAGED, now, "%s", info.text);
}

enum err people_open(struct collector *c, struct people **ret, struct err_info *info)
{
	struct people *p = mem_calloc(1, sizeof(*p));
	enum err e = board_token_open(c->config.data, &p->board, info);

	if (e != ERR_OK) {
		free(p);
		return e;
	}
	p->c = c;
	rand_system(&p->limits.seed, sizeof(p->limits.seed));
	p->work = password_work_new(c->loop);
	open_roster(p);
	people_settle_first(p);
	*ret = p;
	return ERR_OK;
}

void people_stop(struct people *p)
{
	password_work_stop(p->work);
}

void people_close(struct people *p)
{
	if (p == NULL)
		return;
	password_work_free(p->work);
	roster_close(p->roster);
	free(p);
}

void people_look(struct people *p)
{
	struct mono_time now = clock_mono();
	struct err_info info;

	if (p->roster == NULL)
		return;
	people_tell(p);
	if (mono_diff_us(now, p->tidied) < TIDY_EVERY_US)
		return;
	p->tidied = now;
	if (roster_tidy(p->roster, clock_now(&p->c->clock), &info) != ERR_OK)
		log_event(LOG_WARNING, "accounts.not-stored", "text=%s", log_quote(info.text));
	people_settle_first(p);
}

/* --- the journal --------------------------------------------------------------------------------------- */

void people_tell(struct people *p)
{
	const struct access_note *n;
	char text[ACCESS_NOTE_SIZE + 32];
	struct err_info info;
	bool any = false;

	while (p->roster != NULL && (n = roster_next_note(p->roster)) != NULL) {
		struct input in = {.kind = INPUT_ACCESS, .now = clock_now(&p->c->clock)};

		if (n->id != 0)
			snprintf(text, sizeof(text), "%s note=%lld", n->text, (long long)n->id);
		else
			snprintf(text, sizeof(text), "%s", n->text);
		in.u.access.text = text;
		in.u.access.at = n->at;
		if (core_input(p->c->core, &in, NULL, &info) != ERR_OK) {
			log_event(LOG_ERROR, "journal.append-failed", "text=%s",
				  log_quote(info.text));
			break;
		}
		roster_note_taken(p->roster);
		any = true;
	}
	if (any)
		collector_end_turn_soon(p->c);
}

void people_committed(struct people *p)
{
	if (p->roster != NULL)
		roster_notes_committed(p->roster);
}
