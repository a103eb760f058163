#include "collector/turn.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "collector/files.h"
#include "plan/plan_file.h"

enum { SETTLE_ROUNDS_MAX = 64, SLOT_SIZE = 4096, EFFECT_EVENTS_START = 64 };

struct core {
	struct core_options options;
	struct engine *engine;
	struct journal *journal;
	struct event_list decided, asking; /* asking: committed soon, they want an effect */
	struct effect_list effects;
	struct buf body;
	char *slot; /* mapped: the input that is being decided (DESIGN 6, crash slot) */
	char skipped[SLOT_SIZE];
	struct core_stats stats;
	struct wall_time last_recorded;
};

/* --- crash slot ----------------------------------------------------------------------------------- */

static enum err slot_open(struct core *c, struct err_info *info)
{
	char path[4096];
	void *p;
	int fd;

	snprintf(path, sizeof(path), "%s/crash.slot", c->options.folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, SLOT_SIZE) != 0) {
		if (fd >= 0)
			close(fd);
		return err_fail_errno(info, ERR_IO, "open %s", path);
	}
	p = mmap(NULL, SLOT_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return err_fail_errno(info, ERR_IO, "mmap %s", path);
	c->slot = p;
	/* Whole or nothing: the first byte is written last and cleared first. */
	if (c->slot[0] != '\0') {
		memcpy(c->skipped, c->slot, SLOT_SIZE - 1);
		c->slot[0] = '\0';
	}
	return ERR_OK;
}

static void slot_arm(struct core *c, const struct input *in)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "input kind=%d now=%lld", (int)in->kind,
			 (long long)in->now.us);

	if (in->kind == INPUT_SAMPLE)
		n = snprintf(
			text, sizeof(text), "sample check=%s t=%lld outcome=%s",
			view_plan(c->engine)
				->checks[view_plan(c->engine)->vantages[in->u.sample.vantage].check]
				.id,
			(long long)in->u.sample.t.us, outcome_word(in->u.sample.outcome));
	memcpy(c->slot + 1, text + 1, (size_t)n);
	__atomic_store_n(c->slot, text[0], __ATOMIC_RELEASE);
}

static void slot_clear(struct core *c)
{
	__atomic_store_n(c->slot, '\0', __ATOMIC_RELEASE);
}

/* --- open: fold the journal ------------------------------------------------------------------------ */

struct fold {
	struct core *core;
	enum err err;
	struct err_info *info;
};

static struct plan *load_plan(struct core *c, struct slice json, struct err_info *info)
{
	struct findings f;
	struct plan *p;

	findings_init(&f);
	p = plan_file_load_json(json, c->options.schemas, &f);
	if (p == NULL)
		err_ignore(err_fail(info, ERR_CORRUPT, "the journal's plan does not load: %s",
				    f.count > 0 ? f.items[0].text : "unknown"));
	findings_release(&f);
	return p;
}

static bool fold_one(void *user, const struct journal_entry *entry)
{
	struct fold *f = user;
	struct event ev;
	struct slice json = {"", 0};

	f->err = engine_decode(f->core->engine, entry->seq, entry->kind, entry->version, entry->at,
			       entry->recorded, entry->body, &ev, &json, f->info);
	if (f->err != ERR_OK)
		return false;
	if (ev.kind == EVENT_PLAN_APPLIED) {
		ev.plan = load_plan(f->core, json, f->info);
		if (ev.plan == NULL) {
			f->err = ERR_CORRUPT;
			return false;
		}
	}
	engine_apply(f->core->engine, &ev);
	f->core->last_recorded = entry->recorded;
	return true;
}

enum err core_open(const struct core_options *o, struct core **ret, struct err_info *info)
{
	struct core *c = mem_calloc(1, sizeof(*c));
	struct fold fold = {c, ERR_OK, info};
	struct journal_head head;
	char path[4096];
	enum err e;

	c->options = *o;
	c->last_recorded = WALL_UNKNOWN;
	c->stats.last_commit = WALL_UNKNOWN;
	buf_init(&c->body, BUF_MAX_EVENT);
	c->engine = engine_new(&engine_limits_default);
	snprintf(path, sizeof(path), "%s/journal.db", o->folder);
	e = journal_open(path, false, &c->journal, info);
	if (e == ERR_OK)
		e = slot_open(c, info);
	if (e == ERR_OK)
		e = journal_check(c->journal, &head, info);
	if (e == ERR_OK)
		e = journal_read(c->journal, 0, fold_one, &fold, info);
	if (e == ERR_OK)
		e = fold.err;
	if (e != ERR_OK) {
		core_close(c);
		return e;
	}
	*ret = c;
	return ERR_OK;
}

void core_close(struct core *c)
{
	if (c == NULL)
		return;
	journal_close(c->journal);
	engine_free(c->engine);
	event_list_release(&c->decided);
	event_list_release(&c->asking);
	free(c->effects.items);
	buf_release(&c->body);
	if (c->slot != NULL)
		munmap(c->slot, SLOT_SIZE);
	free(c);
}

struct engine *core_engine(struct core *c)
{
	return c->engine;
}

struct journal *core_journal(struct core *c)
{
	return c->journal;
}

struct wall_time core_last_recorded(const struct core *c)
{
	return c->last_recorded;
}

/* --- decide, append, apply ------------------------------------------------------------------------- */

static void remember_effect(struct core *c, const struct event *ev)
{
	if (ev->kind != EVENT_CALL_INTENT && ev->kind != EVENT_CALL_UNKNOWN)
		return;
	c->asking.items = mem_grow(c->asking.items, c->asking.count, &c->asking.cap,
				   sizeof(*c->asking.items));
	c->asking.items[c->asking.count++] = *ev;
}

static enum err append_and_apply(struct core *c, struct event *ev, struct err_info *info)
{
	enum err e;

	buf_reset(&c->body);
	engine_encode(c->engine, ev, &c->body);
	if (!buf_is_ok(&c->body))
		return err_fail(info, ERR_TOO_LARGE,
				"an entry of kind %s is larger than a journal entry may be",
				event_kind_word(ev->kind));
	e = journal_append(c->journal, ev->at, ev->recorded, event_kind_word(ev->kind),
			   EVENT_VERSION, buf_slice(&c->body), &ev->seq, info);
	if (e != ERR_OK)
		return e;
	engine_apply(c->engine, ev);
	remember_effect(c, ev);
	c->stats.events++;
	c->stats.unjournalled++;
	return ERR_OK;
}

static enum err carry_out(struct core *c, uint64_t *ret_seq, struct err_info *info)
{
	engine_reserve(c->engine, c->decided.count);
	for (size_t i = 0; i < c->decided.count; i++) {
		enum err e = append_and_apply(c, &c->decided.items[i], info);

		if (e != ERR_OK)
			return e;
		if (ret_seq != NULL && *ret_seq == 0)
			*ret_seq = c->decided.items[i].seq;
	}
	return ERR_OK;
}

static enum err settle(struct core *c, struct wall_time now, struct err_info *info)
{
	struct input in = {.kind = INPUT_SETTLE, .now = now};

	for (int round = 0; round < SETTLE_ROUNDS_MAX; round++) {
		enum err e;

		event_list_reset(&c->decided);
		e = engine_decide(c->engine, &in, &c->decided, info);
		if (e != ERR_OK || c->decided.count == 0)
			return e;
		e = carry_out(c, NULL, info);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err core_input(struct core *c, const struct input *in, uint64_t *ret_seq,
		    struct err_info *info)
{
	struct err_info refusal = {0};
	enum err decided, e;
	bool any;

	if (ret_seq != NULL)
		*ret_seq = 0;
	slot_arm(c, in);
	c->stats.inputs++;
	event_list_reset(&c->decided);
	decided = engine_decide(c->engine, in, &c->decided, &refusal);
	any = c->decided.count > 0;
	e = carry_out(c, ret_seq, info);
	if (e == ERR_OK && any)
		e = settle(c, in->now, info);
	slot_clear(c);
	if (e == ERR_OK && decided != ERR_OK) {
		*info = refusal;
		return decided;
	}
	return e;
}

enum err core_commit(struct core *c, struct wall_time now, struct err_info *info)
{
	enum err e;

	if (!journal_is_dirty(c->journal))
		return ERR_OK;
	e = journal_commit(c->journal, info);
	c->stats.failing = e != ERR_OK;
	if (e != ERR_OK) {
		c->stats.commit_failures++;
		return e;
	}
	c->stats.commits++;
	c->stats.unjournalled = 0;
	c->stats.last_commit = now;
	c->effects.count = 0;
	for (size_t i = 0; i < c->asking.count; i++)
		engine_effects(c->engine, &c->asking.items[i], &c->effects);
	event_list_reset(&c->asking);
	c->options.committed(c->options.user, &c->effects, journal_head(c->journal).seq);
	return ERR_OK;
}

struct core_stats core_stats(const struct core *c)
{
	return c->stats;
}

void core_pending(struct core *c, struct effect_list *ret)
{
	engine_pending(c->engine, ret);
}

const char *core_skipped_input(const struct core *c)
{
	return c->skipped;
}
