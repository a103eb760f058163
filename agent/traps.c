#include "agent/traps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/files.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "checks/check_trap.h"

enum {
	PATH_SIZE = 4200,
	STATE_MAX = 4 << 20,
	FLUSH_EVERY_MS = 200, /* under a storm; the first one leaves at once */
	VALUES_EVERY_MS = 1000, /* a result that tells of numbers only */
	HASTEN_EVERY_MS = 2000, /* a component's checks */
	HASTEN_A_TURN = 50,
	HASTEN_AGAIN_MS = 250, /* a probe was under way that began before the notification */
	ENGINE_TEXT_SIZE = 24
};
/* Of all checks together. */
static const struct rate_limit told_limit = {60 * US_PER_S / 300, 300};
/* A drop is logged once per kind, source and hour. */
static const struct rate_limit logged_limit = {3600 * US_PER_S, 1};

/* An address, and a check that waits for what comes from there. */
struct route {
	char address[TRAP_SOURCE_SIZE];
	uint32_t listener;
	bool nat; /* it must name an address of its own */
};
/* A check of type trap. */
struct listener {
	const char *id;
	size_t check; /* index of the generation */
	const struct trap_params *params;
	struct trap_book *book;
	uint32_t component;
	bool dirty; /* its result is to leave at once */
	uint64_t told_ms; /* when one left last for that reason; 0 = never */
};
struct component {
	struct slice id;
	uint64_t last_ms; /* when its checks were hastened last; 0 = never */
	bool pending;
};

struct traps {
	struct traps_options o;
	uv_loop_t *loop;
	uv_timer_t flush_timer, hasten_timer;
	unsigned open_timers;
	struct trap_io *io;
	struct trap_codec *codec;
	char engine[ENGINE_TEXT_SIZE];
	uint32_t boots;
	const struct generation *g;
	struct listener *listeners;
	size_t listener_count;
	struct route *routes;
	size_t route_count, route_cap;
	uint32_t *listener_of; /* per check; UINT32_MAX: it is none */
	uint32_t *component_of; /* per check */
	bool *hastened; /* per check */
	struct component *components;
	size_t component_count;
	struct trap_allowance told;
	struct rate_table logged;
	uint64_t flushed_ms;
	bool unwritable; /* told once */
};

static struct trap_now now_of(void)
{
	uv_timeval64_t t;

	uv_gettimeofday(&t);
	return (struct trap_now){{t.tv_sec * US_PER_S + t.tv_usec},
				 {(int64_t)(uv_hrtime() / 1000)}};
}

/* --- on disk ----------------------------------------------------------------------------------------------- */

static void path_of(const struct traps *t, const char *name, char dst[PATH_SIZE])
{
	snprintf(dst, PATH_SIZE, "%s/%s", t->o.folder, name);
}

/* {"dc/array:traps": [alarms], ...} */
static bool write_alarms(struct traps *t)
{
	char path[PATH_SIZE];
	struct err_info info;
	struct json_emit j;
	struct buf text;
	bool ok;

	buf_init(&text, STATE_MAX);
	j = json_emit_to(&text);
	json_open_object(&j);
	for (size_t i = 0; i < t->listener_count; i++) {
		if (trap_book_open(t->listeners[i].book) == 0)
			continue;
		json_key(&j, t->listeners[i].id);
		trap_book_write(t->listeners[i].book, &j);
	}
	json_close_object(&j);
	path_of(t, "traps.json", path);
	ok = buf_is_ok(&text) && files_replace(path, buf_slice(&text), 0600, &info) == ERR_OK;
	if (!ok && !t->unwritable)
		log_event(LOG_ERROR, "traps.unwritable", "path=%s text=%s", path,
			  log_quote(buf_is_ok(&text) ? info.text : "too many alarms"));
	t->unwritable = !ok;
	buf_release(&text);
	return ok;
}

/* True: what is on disk is what is in memory. */
static bool keep_alarms(struct traps *t)
{
	bool changed = t->unwritable;

	for (size_t i = 0; i < t->listener_count; i++)
		changed |= trap_book_take_changed(t->listeners[i].book);
	return !changed || write_alarms(t);
}

static void read_alarms(struct traps *t)
{
	char path[PATH_SIZE];
	struct err_info info;
	struct json_pull in;
	struct slice key;
	struct buf text;
	enum err e;

	buf_init(&text, STATE_MAX);
	path_of(t, "traps.json", path);
	e = files_read(path, &text, &info);
	in = json_pull_from(buf_slice(&text));
	if (e == ERR_OK)
		json_enter_object(&in);
	while (e == ERR_OK && json_next_key(&in, &key)) {
		size_t i = 0;

		while (i < t->listener_count && !slice_is(key, t->listeners[i].id))
			i++;
		if (i < t->listener_count && trap_book_open(t->listeners[i].book) == 0)
			trap_book_read(t->listeners[i].book, &in);
		else
			json_skip(&in);
	}
	if ((e != ERR_OK && e != ERR_NOT_FOUND) || (e == ERR_OK && in.error != NULL))
		log_event(LOG_ERROR, "traps.unreadable", "path=%s text=%s", path,
			  log_quote(e != ERR_OK ? info.text : in.error));
	buf_release(&text);
}

/* Our engine id stays, its boots rise with each start (RFC 3414 2.2): on disk before anything is heard. */
static enum err count_boot(struct traps *t, struct err_info *info)
{
	char path[PATH_SIZE], text[96];
	int64_t boots = 0;
	struct json_pull in;
	struct slice key;
	struct buf old;
	enum err e;

	buf_init(&old, 4096);
	path_of(t, "engine.json", path);
	e = files_read(path, &old, info);
	in = json_pull_from(buf_slice(&old));
	if (e == ERR_OK)
		json_enter_object(&in);
	while (e == ERR_OK && json_next_key(&in, &key)) {
		if (slice_is(key, "engine"))
			json_read_str(&in, t->engine, sizeof(t->engine));
		else if (slice_is(key, "boots"))
			json_read_i64(&in, &boots);
		else
			json_skip(&in);
	}
	buf_release(&old);
	if (e != ERR_OK || in.error != NULL || t->engine[0] == '\0' || boots < 0 ||
	    boots >= INT32_MAX - 1) {
		/* None yet, or damaged: another engine, which senders of informs discover. */
		snprintf(t->engine, sizeof(t->engine), "vigia-");
		rand_hex(t->engine + 6, 8);
		boots = 0;
	}
	t->boots = (uint32_t)boots + 1;
	snprintf(text, sizeof(text), "{\"engine\":\"%s\",\"boots\":%u}", t->engine, t->boots);
	return files_replace(path, slice_of(text), 0600, info);
}

/* --- hastened polls ---------------------------------------------------------------------------------------- */

static void run_hastened(struct traps *t);

static void on_hasten(uv_timer_t *h)
{
	run_hastened(h->data);
}

static void hasten_in(struct traps *t, uint64_t ms)
{
	if (!uv_is_active((uv_handle_t *)&t->hasten_timer) ||
	    uv_timer_get_due_in(&t->hasten_timer) > ms)
		uv_timer_start(&t->hasten_timer, on_hasten, ms, 0);
}

/* True: all of its checks that were hastened have begun. */
static bool hasten_component(struct traps *t, uint32_t component, size_t *ret_begun)
{
	bool all = true;

	for (size_t i = 0; i < t->g->count && *ret_begun < HASTEN_A_TURN; i++) {
		if (!t->hastened[i] || t->component_of[i] != component)
			continue;
		t->hastened[i] = !t->o.probe(t->o.user, i);
		all = all && !t->hastened[i];
		(*ret_begun)++;
	}
	return all && *ret_begun < HASTEN_A_TURN;
}

static void run_hastened(struct traps *t)
{
	uint64_t now = uv_now(t->loop);
	size_t begun = 0;

	for (size_t i = 0; i < t->component_count; i++) {
		struct component *c = &t->components[i];
		uint64_t due = c->last_ms != 0 ? c->last_ms + HASTEN_EVERY_MS : 0;

		if (!c->pending)
			continue;
		if (due > now || begun == HASTEN_A_TURN) {
			hasten_in(t, due > now ? due - now : 1);
			continue;
		}
		if (hasten_component(t, (uint32_t)i, &begun)) {
			c->pending = false;
			c->last_ms = now;
		} else {
			hasten_in(t, begun == HASTEN_A_TURN ? 1 : HASTEN_AGAIN_MS);
		}
	}
}

static bool is_hastened(const struct trap_rule *rule, const char *check_id)
{
	const char *name = strrchr(check_id, ':');

	if (rule->hastens == TRAP_HASTENS_ALL)
		return true;
	for (size_t i = 0; rule->hastens == TRAP_HASTENS_NAMED && i < rule->hastened_count; i++) {
		if (name != NULL && strcmp(name + 1, rule->hastened[i]) == 0)
			return true;
	}
	return false;
}

static void hasten(struct traps *t, const struct listener *l, const struct trap_rule *rule)
{
	for (size_t i = 0; rule->hastens != TRAP_HASTENS_NONE && i < t->g->count; i++) {
		if (t->component_of[i] != l->component || t->listener_of[i] != UINT32_MAX ||
		    !is_hastened(rule, t->g->checks[i].id))
			continue;
		t->hastened[i] = true;
		t->components[l->component].pending = true;
	}
}

/* --- what was heard ---------------------------------------------------------------------------------------- */

/* Each note leaves with a result of its own; one more is made where only the values have changed. */
static void tell(struct traps *t, struct listener *l)
{
	int n = 0;

	l->dirty = false;
	l->told_ms = uv_now(t->loop);
	do {
		if (!t->o.probe(t->o.user, l->check))
			return;
	} while (trap_book_has_notes(l->book) && ++n < TRAP_NOTES_MAX);
}

/* A storm whose notes are beyond the budget still changes the numbers all the time. */
static uint64_t told_in_ms(const struct traps *t, const struct listener *l)
{
	uint64_t now = uv_now(t->loop), next = l->told_ms + VALUES_EVERY_MS;

	return trap_book_has_notes(l->book) || l->told_ms == 0 || next <= now ? 0 : next - now;
}

static void on_flush(uv_timer_t *h);

static void flush(struct traps *t)
{
	uint64_t again_ms = 0;

	t->flushed_ms = uv_now(t->loop);
	if (keep_alarms(t))
		trap_io_answer(t->io);
	for (size_t i = 0; i < t->listener_count; i++) {
		struct listener *l = &t->listeners[i];
		uint64_t in_ms = l->dirty ? told_in_ms(t, l) : 0;

		if (l->dirty && in_ms == 0)
			tell(t, l);
		else if (in_ms > again_ms)
			again_ms = in_ms;
	}
	if (again_ms > 0 && !uv_is_active((uv_handle_t *)&t->flush_timer))
		uv_timer_start(&t->flush_timer, on_flush, again_ms, 0);
	run_hastened(t);
}

static void on_flush(uv_timer_t *h)
{
	flush(h->data);
}

static void flush_soon(struct traps *t)
{
	uint64_t next = t->flushed_ms + FLUSH_EVERY_MS, now;

	uv_update_time(t->loop);
	now = uv_now(t->loop);
	if (!uv_is_active((uv_handle_t *)&t->flush_timer))
		uv_timer_start(&t->flush_timer, on_flush,
			       t->flushed_ms != 0 && next > now ? next - now : 0, 0);
}

/* The first route of an address, by bisection. */
static size_t first_route(const struct traps *t, const char *address)
{
	size_t lo = 0, hi = t->route_count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(t->routes[mid].address, address) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static bool on_known(void *user, const char *source)
{
	const struct traps *t = user;
	size_t i = first_route(t, source);

	return i < t->route_count && strcmp(t->routes[i].address, source) == 0;
}

/* Is this one of the check's own addresses? */
static bool is_own(const struct traps *t, uint32_t listener, const char *address)
{
	for (size_t i = first_route(t, address);
	     i < t->route_count && strcmp(t->routes[i].address, address) == 0; i++) {
		if (t->routes[i].listener == listener && !t->routes[i].nat)
			return true;
	}
	return false;
}

static void hear(struct traps *t, struct listener *l, const struct notification *n)
{
	const struct trap_rule *rule = trap_rules_find(l->params->rules, n);
	int64_t before = (int64_t)trap_book_open(l->book);

	trap_book_hear(l->book, rule, n, l->params->others == 1, now_of());
	if (trap_book_has_notes(l->book) || (int64_t)trap_book_open(l->book) != before)
		l->dirty = true;
	if (rule != NULL)
		hasten(t, l, rule);
}

static bool on_heard(void *user, const struct notification *n)
{
	struct traps *t = user;
	bool taken = false;

	for (size_t i = first_route(t, n->source);
	     i < t->route_count && strcmp(t->routes[i].address, n->source) == 0; i++) {
		const struct route *r = &t->routes[i];
		struct listener *l = &t->listeners[r->listener];

		if ((r->nat && !is_own(t, r->listener, n->said)) ||
		    !trap_conditions_hold(l->params->when, n))
			continue;
		hear(t, l, n);
		taken = true;
	}
	return taken;
}

static void on_dropped(void *user, enum trap_drop why, const char *source)
{
	struct traps *t = user;
	struct mono_time now = now_of().mono;
	char key[TRAP_SOURCE_SIZE + 24];
	int64_t wait;

	snprintf(key, sizeof(key), "%s %s", trap_drop_word(why), source);
	if (rate_table_take(&t->logged, logged_limit, rate_limit_key(1, slice_of(key)), now, &wait))
		log_event(LOG_WARNING, "trap.dropped", "why=%s source=%s", trap_drop_word(why),
			  source);
}

static void on_drained(void *user)
{
	flush_soon(user);
}

struct trap_book *traps_book(struct traps *t, size_t index)
{
	if (t == NULL || t->g == NULL || t->listener_of[index] == UINT32_MAX)
		return NULL;
	return t->listeners[t->listener_of[index]].book;
}

static void copy_note(const struct trap_note *n, struct wire_note *ret)
{
	*ret = (struct wire_note){.at = n->at, .count = n->count};
	snprintf(ret->what, sizeof(ret->what), "%s", trap_note_word(n->kind));
	snprintf(ret->severity, sizeof(ret->severity), "%s", trap_severity_word(n->severity));
	snprintf(ret->name, sizeof(ret->name), "%s", n->name);
	snprintf(ret->text, sizeof(ret->text), "%s", n->text);
	snprintf(ret->source, sizeof(ret->source), "%s", n->source);
}

bool traps_take_note(struct traps *t, size_t index, struct wire_note *ret)
{
	struct trap_book *book = traps_book(t, index);
	struct trap_note n;

	if (book == NULL)
		return false;
	(void)keep_alarms(t); /* a disk that takes nothing keeps nobody from being told */
	if (!trap_book_next_note(book, &n))
		return false;
	copy_note(&n, ret);
	return true;
}

size_t traps_count(const struct traps *t, struct wire_trap_count ret[WIRE_TRAPS_MAX])
{
	struct trap_io_stats s;
	size_t n = 0;

	if (t == NULL)
		return 0;
	s = trap_io_stats(t->io);
	ret[n++] = (struct wire_trap_count){"taken", s.taken};
	for (int i = 0; i < TRAP_DROP_COUNT; i++)
		ret[n++] =
			(struct wire_trap_count){trap_drop_word((enum trap_drop)i), s.dropped[i]};
	return n;
}

/* --- checks ------------------------------------------------------------------------------------------------ */

static void add_route(struct traps *t, struct slice address, uint32_t listener, bool nat)
{
	struct route *r;

	if (address.n == 0 || address.n >= TRAP_SOURCE_SIZE)
		return;
	t->routes = mem_grow(t->routes, t->route_count, &t->route_cap, sizeof(*t->routes));
	r = &t->routes[t->route_count++];
	*r = (struct route){.listener = listener, .nat = nat};
	memcpy(r->address, address.p, address.n);
}

static void add_routes(struct traps *t, const char *list, uint32_t listener, bool nat)
{
	struct slice rest = slice_of(list != NULL ? list : ""), item;

	while (param_next_item(&rest, &item))
		add_route(t, item, listener, nat);
}

static int by_address(const void *a, const void *b)
{
	const struct route *x = a, *y = b;
	int c = strcmp(x->address, y->address);

	return c != 0 ? c : (x->listener > y->listener) - (x->listener < y->listener);
}

/* An address that stands twice in one check hears once; its own comes before a translated one. */
static void drop_repeats(struct traps *t)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->route_count; i++) {
		struct route *last = kept > 0 ? &t->routes[kept - 1] : NULL;

		if (last != NULL && by_address(last, &t->routes[i]) == 0)
			last->nat = last->nat && t->routes[i].nat;
		else
			t->routes[kept++] = t->routes[i];
	}
	t->route_count = kept;
}

static uint32_t find_component(struct traps *t, const char *check_id)
{
	const char *colon = strrchr(check_id, ':');
	struct slice id = {check_id, colon != NULL ? (size_t)(colon - check_id) : strlen(check_id)};

	/* Checks of one component stand together in the list. */
	for (size_t i = t->component_count; i-- > 0;) {
		if (slice_eq(t->components[i].id, id))
			return (uint32_t)i;
	}
	t->components[t->component_count] = (struct component){.id = id};
	return (uint32_t)t->component_count++;
}

static struct trap_book *take_book(struct listener *old, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++) {
		if (old[i].book != NULL && strcmp(old[i].id, id) == 0) {
			struct trap_book *b = old[i].book;

			old[i].book = NULL;
			return b;
		}
	}
	return NULL;
}

static void add_listener(struct traps *t, size_t index, struct listener *old, size_t old_count)
{
	const struct prober_check *c = &t->g->checks[index];
	const struct trap_params *p = c->params;
	uint32_t number = (uint32_t)t->listener_count++;
	struct listener *l = &t->listeners[number];

	*l = (struct listener){.id = c->id,
			       .check = index,
			       .params = p,
			       .component = t->component_of[index],
			       .book = take_book(old, old_count, c->id)};
	if (l->book == NULL)
		l->book = trap_book_new(&t->told);
	trap_book_set_budget(l->book, (unsigned)p->budget);
	t->listener_of[index] = number;
	add_routes(t, p->address, number, false);
	add_routes(t, p->sources, number, false);
	add_routes(t, p->nat, number, true);
}

static void forget_checks(struct traps *t)
{
	free(t->routes);
	free(t->listener_of);
	free(t->component_of);
	free(t->hastened);
	free(t->components);
	t->routes = NULL;
	t->route_count = t->route_cap = t->component_count = 0;
}

void traps_set_checks(struct traps *t, const struct generation *g)
{
	struct listener *old;
	size_t old_count;
	bool first, dropped = false;

	if (t == NULL)
		return;
	first = t->g == NULL;
	old = t->listeners;
	old_count = t->listener_count;
	forget_checks(t);
	t->g = g;
	t->listeners = mem_calloc(g->count, sizeof(*t->listeners));
	t->listener_count = 0;
	t->listener_of = mem_calloc(g->count, sizeof(*t->listener_of));
	t->component_of = mem_calloc(g->count, sizeof(*t->component_of));
	t->hastened = mem_calloc(g->count, sizeof(*t->hastened));
	t->components = mem_calloc(g->count, sizeof(*t->components));
	for (size_t i = 0; i < g->count; i++) {
		t->component_of[i] = find_component(t, g->checks[i].id);
		t->listener_of[i] = UINT32_MAX;
		if (g->checks[i].type == &check_trap)
			add_listener(t, i, old, old_count);
	}
	for (size_t i = 0; i < old_count; i++) {
		dropped = dropped || (old[i].book != NULL && trap_book_open(old[i].book) > 0);
		trap_book_free(old[i].book);
	}
	free(old);
	if (t->route_count > 1)
		qsort(t->routes, t->route_count, sizeof(*t->routes), by_address);
	drop_repeats(t);
	if (first)
		read_alarms(t);
	else if (dropped)
		(void)write_alarms(t); /* an alarm goes with its check, for good */
}

/* --- life -------------------------------------------------------------------------------------------------- */

enum err traps_open(const struct traps_options *o, struct traps **ret, struct err_info *info)
{
	struct traps *t;
	enum err e;

	*ret = NULL;
	if (o->config->listen_count == 0)
		return ERR_OK;
	t = mem_calloc(1, sizeof(*t));
	t->o = *o;
	t->told.limit = told_limit;
	e = trap_io_open(o->config->listen, o->config->listen_count, &t->io, info);
	if (e == ERR_OK)
		e = count_boot(t, info);
	if (e == ERR_OK) {
		*ret = t;
		return ERR_OK;
	}
	trap_io_free(t->io);
	free(t);
	return e;
}

/* A text with its secrets; in `held`, which is wiped. */
static const char *expanded(const char *text, const struct secrets *secrets, struct buf *held,
			    enum err *e, struct err_info *info)
{
	size_t at = held->len;

	if (text == NULL || *e != ERR_OK)
		return NULL;
	*e = secrets_expand(secrets, text, held, info);
	buf_putc(held, '\0');
	return *e == ERR_OK && buf_is_ok(held) ? held->data + at : NULL;
}

/* The users and communities of a configuration with their secrets, for as long as it takes to make the codec. */
static enum err make_codec(struct traps *t, const struct trap_config *c,
			   const struct secrets *secrets, struct trap_codec **ret,
			   struct err_info *info)
{
	const char *communities[TRAP_COMMUNITIES_MAX];
	struct trap_user users[TRAP_USERS_MAX];
	struct trap_codec_options o = {.communities = communities,
				       .community_count = c->community_count,
				       .users = users,
				       .user_count = c->user_count,
				       .engine = t->engine,
				       .boots = t->boots};
	/* A buffer for each: none moves another. */
	struct buf held[TRAP_COMMUNITIES_MAX + 2 * TRAP_USERS_MAX];
	enum err e = ERR_OK;
	size_t n = 0;

	for (size_t i = 0; i < COUNT_OF(held); i++)
		buf_init(&held[i], 4096);
	for (size_t i = 0; i < c->community_count; i++)
		communities[i] = expanded(c->communities[i], secrets, &held[n++], &e, info);
	for (size_t i = 0; i < c->user_count; i++) {
		users[i] = c->users[i];
		users[i].auth_secret =
			expanded(c->users[i].auth_secret, secrets, &held[n++], &e, info);
		users[i].priv_secret =
			expanded(c->users[i].priv_secret, secrets, &held[n++], &e, info);
	}
	if (e == ERR_OK)
		e = trap_codec_new(&o, ret, info);
	for (size_t i = 0; i < COUNT_OF(held); i++)
		secrets_wipe(&held[i]);
	return e;
}

enum err traps_start(struct traps *t, struct uv_loop_s *loop, const struct secrets *secrets,
		     struct err_info *info)
{
	const struct trap_io_events events = {on_known, on_heard, on_dropped, on_drained, t};
	enum err e;

	if (t == NULL)
		return ERR_OK;
	e = make_codec(t, t->o.config, secrets, &t->codec, info);
	if (e != ERR_OK)
		return e;
	t->loop = loop;
	uv_timer_init(loop, &t->flush_timer);
	uv_timer_init(loop, &t->hasten_timer);
	t->flush_timer.data = t->hasten_timer.data = t;
	t->open_timers = 2;
	trap_io_start(t->io, loop, t->codec, &events);
	return ERR_OK;
}

enum err traps_reload(struct traps *t, const struct trap_config *config,
		      const struct secrets *secrets, struct err_info *info)
{
	struct trap_codec *fresh = NULL;
	enum err e;

	if (t == NULL)
		return ERR_OK;
	e = make_codec(t, config, secrets, &fresh, info);
	if (e != ERR_OK)
		return e;
	trap_io_set_codec(t->io, fresh);
	trap_codec_free(t->codec);
	t->codec = fresh;
	t->o.config = config;
	return ERR_OK;
}

uint16_t traps_port(const struct traps *t)
{
	return t != NULL ? trap_io_port(t->io, 0) : 0;
}

static void release(struct traps *t)
{
	for (size_t i = 0; i < t->listener_count; i++)
		trap_book_free(t->listeners[i].book);
	free(t->listeners);
	forget_checks(t);
	trap_codec_free(t->codec);
	free(t);
}

static void on_closed(uv_handle_t *h)
{
	struct traps *t = h->data;

	if (--t->open_timers == 0)
		release(t);
}

void traps_free(struct traps *t)
{
	if (t == NULL)
		return;
	trap_io_free(t->io);
	if (t->open_timers == 0) {
		release(t);
		return;
	}
	uv_close((uv_handle_t *)&t->flush_timer, on_closed);
	uv_close((uv_handle_t *)&t->hasten_timer, on_closed);
}
