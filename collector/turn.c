#include "collector/turn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/files.h"
#include "collector/answer_record.h"
#include "collector/channel_record.h"
#include "collector/history.h"
#include "journal/witness.h"
#include "plan/plan_file.h"

enum { SETTLE_ROUNDS_MAX = 64, SLOT_SIZE = 4096, CALL_WAITS_MAX_S = 30, CALL_LEAVES_S = 10 };

struct core {
	struct core_options options;
	struct engine *engine;
	struct journal *journal;
	struct witness *witness; /* of the last commit */
	struct segment_report segment;
	struct history *history;
	struct channel_record *channels;
	struct answer_record *answers;
	struct wall_time plan_applied;
	struct event_list decided, asking; /* asking: committed soon, they want an effect */
	struct effect_list effects;
	struct buf body;
	char *slot; /* mapped: the input that is being decided (DESIGN 6, crash slot) */
	char skipped[SLOT_SIZE];
	struct core_stats stats;
	struct wall_time last_recorded;
	struct wall_time hold_until; /* calls that had waited have just been handed out */
};

/* --- crash slot ----------------------------------------------------------------------------------- */

static enum err slot_open(struct core *c, struct err_info *info)
{
	char path[4096];
	void *p;
	int fd;

	snprintf(path, sizeof(path), "%s/crash.slot", c->options.folder);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_fail_errno(info, ERR_IO, "open %s", path);
	/* Allocated: a store into a page that the full disk has no room for would kill us. */
	if ((errno = posix_fallocate(fd, 0, SLOT_SIZE)) != 0) {
		enum err e = err_fail_errno(info, errno == ENOSPC ? ERR_NO_SPACE : ERR_IO,
					    "allocate %s", path);

		close(fd);
		return e;
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

/* Enough to know the same input again after a crash, and to tell people which it was. */
static void describe(const struct core *c, const struct input *in, char text[static 512])
{
	const struct plan *p = view_plan(c->engine);

	if (in->kind == INPUT_SAMPLE)
		snprintf(text, 512, "sample check=%s agent=%s t=%lld outcome=%s",
			 p->checks[p->vantages[in->u.sample.vantage].check].id,
			 p->agents[p->vantages[in->u.sample.vantage].agent].id,
			 (long long)in->u.sample.t.us, outcome_word(in->u.sample.outcome));
	else if (in->kind == INPUT_ACT)
		snprintf(text, 512, "act incident=%llu act=%s person=%u",
			 (unsigned long long)in->u.act.incident, act_word(in->u.act.act),
			 in->u.act.person);
	else if (in->kind == INPUT_DELIVERY)
		snprintf(text, 512, "delivery call=%llu what=%d",
			 (unsigned long long)in->u.delivery.call, (int)in->u.delivery.what);
	else if (in->kind == INPUT_HEARD)
		snprintf(text, 512, "heard check=%s agent=%s at=%lld name=%.63s",
			 p->checks[p->vantages[in->u.heard.vantage].check].id,
			 p->agents[p->vantages[in->u.heard.vantage].agent].id,
			 (long long)in->u.heard.at.us, in->u.heard.name);
	else
		snprintf(text, 512, "input kind=%d now=%lld", (int)in->kind, (long long)in->now.us);
}

static void slot_arm(struct core *c, const char *text)
{
	size_t n = strlen(text);

	memcpy(c->slot + 1, text + 1, n);
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

/* Before it is applied: what it takes from memory is still there to be looked at. */
static void note(struct core *c, const struct event *ev)
{
	const struct plan *plan = engine_plan_of(c->engine, ev->incident, ev->call);

	history_note(c->history, c->engine, ev);
	channel_record_note(c->channels, ev, plan);
	answer_record_note(c->answers, ev, plan);
	if (ev->kind == EVENT_PLAN_APPLIED)
		c->plan_applied = ev->recorded;
}

static bool fold_one(void *user, const struct journal_entry *entry)
{
	struct fold *f = user;
	struct event ev;
	struct slice json = {"", 0};

	/* The journal's own word, not the engine's. */
	if (slice_is(entry->kind, JOURNAL_SEGMENT)) {
		f->core->last_recorded = entry->recorded;
		return true;
	}
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
	note(f->core, &ev);
	engine_apply(f->core->engine, &ev);
	f->core->last_recorded = entry->recorded;
	return true;
}

/* Has this folder been in use? Then a journal that is gone or empty is not a first start. */
static bool is_used(const char *folder)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/operator.token", folder);
	return access(path, F_OK) == 0;
}

/* A damaged journal must not keep the watch from starting. */
static enum err open_journal(struct core *c, struct err_info *info)
{
	char path[4096], beside[4096];
	struct journal_head head;
	enum err e;

	snprintf(path, sizeof(path), "%s/journal.db", c->options.folder);
	snprintf(beside, sizeof(beside), "%s/journal.head", c->options.folder);
	e = witness_open(beside, &c->witness, info);
	if (e != ERR_OK)
		return e;
	head = witness_get(c->witness);
	e = segment_ensure(path, &head, is_used(c->options.folder), c->options.now, &c->segment,
			   info);
	if (e == ERR_OK)
		e = journal_open(path, false, &c->journal, info);
	if (e == ERR_OK) {
		head = journal_head(c->journal);
		witness_set(c->witness, &head);
	}
	return e;
}

enum err core_open(const struct core_options *o, struct core **ret, struct err_info *info)
{
	struct core *c = mem_calloc(1, sizeof(*c));
	struct fold fold = {c, ERR_OK, info};
	enum err e;

	c->options = *o;
	c->last_recorded = c->hold_until = WALL_UNKNOWN;
	c->stats.last_commit = WALL_UNKNOWN;
	buf_init(&c->body, BUF_MAX_EVENT);
	c->engine = engine_new(&engine_limits_default);
	c->history = history_new();
	c->channels = channel_record_new();
	c->answers = answer_record_new();
	c->plan_applied = WALL_UNKNOWN;
	e = open_journal(c, info);
	if (e == ERR_OK)
		e = slot_open(c, info);
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
	witness_close(c->witness);
	engine_free(c->engine);
	history_free(c->history);
	channel_record_free(c->channels);
	answer_record_free(c->answers);
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

const struct answer_record *core_answers(const struct core *c)
{
	return c->answers;
}

struct wall_time core_plan_applied(const struct core *c)
{
	return c->plan_applied;
}

const struct channel_record *core_channels(const struct core *c)
{
	return c->channels;
}

const struct history *core_history(const struct core *c)
{
	return c->history;
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
	note(c, ev);
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
	char text[512];
	bool any;

	if (ret_seq != NULL)
		*ret_seq = 0;
	describe(c, in, text);
	if (strcmp(text, c->skipped) == 0) { /* the program died of it the last time */
		c->stats.skipped_inputs++;
		return ERR_OK;
	}
	slot_arm(c, text);
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

static void hand_out_effects(struct core *c, struct wall_time now)
{
	if (c->asking.count > 0 && c->stats.failing)
		c->hold_until = wall_add_us(now, CALL_LEAVES_S * US_PER_S);
	c->effects.count = 0;
	for (size_t i = 0; i < c->asking.count; i++)
		engine_effects(c->engine, &c->asking.items[i], &c->effects);
	event_list_reset(&c->asking);
	c->options.committed(c->options.user, &c->effects, journal_head(c->journal).seq);
}

static enum err commit_failed(struct core *c, struct wall_time now, enum err e)
{
	if (!c->stats.failing)
		c->stats.failing_since = now;
	c->stats.failing = true;
	c->stats.commit_failures++;
	/* A call must not wait for a disk for ever: it leaves, and the message says how it stands. */
	if (wall_diff_us(now, c->stats.failing_since) >= CALL_WAITS_MAX_S * US_PER_S &&
	    c->asking.count > 0)
		hand_out_effects(c, now);
	return e;
}

/* Nothing waits; but does the disk take anything? */
static enum err touch(struct core *c, struct wall_time now, struct err_info *info)
{
	enum err e = journal_touch(c->journal, info);

	if (e != ERR_OK)
		return commit_failed(c, now, e);
	c->stats.failing = false;
	c->stats.last_commit = now;
	return ERR_OK;
}

enum err core_canary(struct core *c, struct wall_time now, struct wall_time before,
		     struct err_info *info)
{
	if (journal_is_dirty(c->journal))
		return core_commit(c, now, info);
	return c->stats.last_commit.us > before.us ? ERR_OK : touch(c, now, info);
}

enum err core_commit(struct core *c, struct wall_time now, struct err_info *info)
{
	struct journal_head head;
	enum err e;

	if (!journal_is_dirty(c->journal))
		return c->stats.failing ? touch(c, now, info) : ERR_OK;
	e = journal_commit(c->journal, info);
	if (e != ERR_OK)
		return commit_failed(c, now, e);
	head = journal_head(c->journal);
	witness_set(c->witness, &head);
	c->stats.commits++;
	c->stats.unjournalled = 0;
	c->stats.last_commit = now;
	/* The listener must see that it is over; the hold above that it was. */
	if (c->stats.failing && c->asking.count > 0)
		c->hold_until = wall_add_us(now, CALL_LEAVES_S * US_PER_S);
	c->stats.failing = false;
	hand_out_effects(c, now);
	return ERR_OK;
}

bool core_holds_time(const struct core *c, struct wall_time now)
{
	return (c->stats.failing && c->asking.count > 0) ||
	       (wall_is_known(c->hold_until) && now.us < c->hold_until.us);
}

struct core_stats core_stats(const struct core *c)
{
	return c->stats;
}

void core_pending(struct core *c, struct effect_list *ret)
{
	engine_pending(c->engine, ret);
}

const struct segment_report *core_segment(const struct core *c)
{
	return &c->segment;
}

const char *core_skipped_input(const struct core *c)
{
	return c->skipped;
}
