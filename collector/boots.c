#include "collector/boots.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "base/files.h"

enum {
	WINDOW_START = 1 << 12,
	CURSORS_FILE_MAX = 16 << 20,
	BOOTS_PER_AGENT_MAX = 64,
	NAME_SIZE = 64,
	HOLE_BATCHES = 4
};
#define HOLE_GIVEN_UP_US (20 * US_PER_S)

/* Numbers base+1 .. base+size as bits of a ring that grows with what is outstanding. */
struct window {
	uint64_t base; /* everything up to here is in */
	uint64_t *bits;
	uint64_t size; /* a power of two; 0 = nothing above base */
};

struct boot {
	char agent[NAME_SIZE], boot[NAME_SIZE];
	struct window received, safe;
	uint64_t told; /* cursor on disk */
	uint64_t used; /* order of the last use */
	bool dropped; /* one of many old starts: no line in the file */
	uint64_t hole_base; /* what was received when the hole was met */
	unsigned hole_batches; /* that lay above it since; 0 = no hole */
	struct wall_time hole_since;
};

struct boots {
	char path[4096];
	struct boot *items;
	uint32_t count;
	size_t cap;
	uint64_t clock;
	bool changed;
};

static uint64_t *word_of(const struct window *w, uint64_t seq)
{
	return &w->bits[(seq & (w->size - 1)) / 64];
}

static bool window_has(const struct window *w, uint64_t seq)
{
	return seq <= w->base ||
	       (seq - w->base <= w->size && (*word_of(w, seq) >> (seq % 64) & 1) != 0);
}

static void window_grow(struct window *w, uint64_t seq)
{
	struct window bigger = {w->base, NULL, w->size > 0 ? w->size : WINDOW_START};

	while (seq - w->base > bigger.size)
		bigger.size *= 2;
	bigger.bits = mem_calloc(bigger.size / 64, sizeof(*bigger.bits));
	for (uint64_t s = w->base + 1; s <= w->base + w->size; s++) {
		if (window_has(w, s))
			*word_of(&bigger, s) |= UINT64_C(1) << (s % 64);
	}
	free(w->bits);
	*w = bigger;
}

/* Slides over what has become complete. */
static void window_slide(struct window *w)
{
	while (w->size > 0 && (*word_of(w, w->base + 1) >> ((w->base + 1) % 64) & 1) != 0) {
		w->base++;
		*word_of(w, w->base) &= ~(UINT64_C(1) << (w->base % 64));
	}
}

static void window_add(struct window *w, uint64_t seq)
{
	if (seq <= w->base)
		return;
	if (seq == w->base + 1) {
		w->base = seq;
		if (w->size > 0) {
			*word_of(w, seq) &= ~(UINT64_C(1) << (seq % 64));
			window_slide(w);
		}
		return;
	}
	assert(seq - w->base <= BOOTS_WINDOW_MAX);
	if (seq - w->base > w->size)
		window_grow(w, seq);
	*word_of(w, seq) |= UINT64_C(1) << (seq % 64);
}

/* Everything up to `to` is in. */
static void window_advance(struct window *w, uint64_t to)
{
	if (to <= w->base)
		return;
	if (w->size > 0 && to - w->base >= w->size) {
		memset(w->bits, 0, w->size / 8);
	} else if (w->size > 0) {
		for (uint64_t s = w->base + 1; s <= to; s++)
			*word_of(w, s) &= ~(UINT64_C(1) << (s % 64));
	}
	w->base = to;
	window_slide(w);
}

/* Of many starts of one agent the oldest needs no line any more. */
static void drop_oldest(struct boots *b, const char *agent)
{
	struct boot *oldest = NULL;
	unsigned kept = 0;

	for (uint32_t i = 0; i < b->count; i++) {
		struct boot *x = &b->items[i];

		if (x->dropped || strcmp(x->agent, agent) != 0)
			continue;
		kept++;
		if (oldest == NULL || x->used < oldest->used)
			oldest = x;
	}
	if (kept > BOOTS_PER_AGENT_MAX)
		oldest->dropped = true;
}

static uint32_t add_boot(struct boots *b, const char *agent, struct slice boot, uint64_t base)
{
	struct boot *x;

	b->items = mem_grow(b->items, b->count, &b->cap, sizeof(*b->items));
	x = &b->items[b->count++];
	*x = (struct boot){0};
	snprintf(x->agent, sizeof(x->agent), "%s", agent);
	snprintf(x->boot, sizeof(x->boot), "%.*s", (int)boot.n, boot.p);
	x->received.base = x->safe.base = x->told = base;
	x->used = ++b->clock;
	drop_oldest(b, agent);
	return b->count - 1;
}

static void parse_one(struct json_pull *in, struct boots *b)
{
	char agent[NAME_SIZE] = "", boot[NAME_SIZE] = "";
	int64_t cursor = 0;
	struct slice key;

	json_enter_object(in);
	while (json_next_key(in, &key)) {
		if (slice_is(key, "agent"))
			json_read_str(in, agent, sizeof(agent));
		else if (slice_is(key, "boot"))
			json_read_str(in, boot, sizeof(boot));
		else if (slice_is(key, "cursor"))
			json_read_i64(in, &cursor);
		else
			json_skip(in);
	}
	if (in->error == NULL && cursor < 0)
		json_complain(in, "a cursor is negative");
	if (in->error == NULL)
		add_boot(b, agent, slice_of(boot), (uint64_t)cursor);
}

enum err boots_open(const char *folder, struct boots **ret, struct err_info *info)
{
	struct boots *b = mem_calloc(1, sizeof(*b));
	struct buf text;
	enum err e;

	snprintf(b->path, sizeof(b->path), "%s/cursors.json", folder);
	buf_init(&text, CURSORS_FILE_MAX);
	e = files_read(b->path, &text, info);
	if (e == ERR_OK) {
		struct json_pull in = json_pull_from(buf_slice(&text));

		json_enter_array(&in);
		while (json_next_element(&in))
			parse_one(&in, b);
		json_end(&in);
		if (in.error != NULL)
			e = err_fail(info, ERR_CORRUPT, "%s: %s", b->path, in.error);
	} else if (e == ERR_NOT_FOUND) {
		e = ERR_OK;
	}
	buf_release(&text);
	if (e != ERR_OK) {
		boots_close(b);
		return e;
	}
	*ret = b;
	return ERR_OK;
}

void boots_close(struct boots *b)
{
	if (b == NULL)
		return;
	for (uint32_t i = 0; i < b->count; i++) {
		free(b->items[i].received.bits);
		free(b->items[i].safe.bits);
	}
	free(b->items);
	free(b);
}

uint32_t boots_slot(struct boots *b, const char *agent, struct slice boot)
{
	for (uint32_t i = b->count; i-- > 0;) {
		struct boot *x = &b->items[i];

		if (!slice_is(boot, x->boot) || strcmp(x->agent, agent) != 0)
			continue;
		x->used = ++b->clock;
		x->dropped = false;
		return i;
	}
	return add_boot(b, agent, boot, 0);
}

static uint64_t lowest_above(const struct window *w)
{
	uint64_t s = w->base + 1;

	while (!window_has(w, s) && s < w->base + w->size)
		s++;
	return s;
}

bool boots_note_batch(struct boots *b, uint32_t slot, uint64_t first, struct wall_time now)
{
	struct boot *x = &b->items[slot];
	uint64_t low;

	if (first <= x->received.base + 1) {
		x->hole_batches = 0;
		return false;
	}
	if (x->hole_batches == 0 || x->hole_base != x->received.base) {
		x->hole_base = x->received.base;
		x->hole_batches = 1;
		x->hole_since = now;
		return false;
	}
	if (++x->hole_batches < HOLE_BATCHES || wall_diff_us(now, x->hole_since) < HOLE_GIVEN_UP_US)
		return false;
	x->hole_batches = 0;
	if (x->received.size == 0) /* all of it was too far above */
		return false;
	low = lowest_above(&x->received);
	window_advance(&x->received, low - 1);
	window_advance(&x->safe, low - 1);
	b->changed = true;
	return true;
}

enum boot_seen boots_receive(struct boots *b, uint32_t slot, uint64_t seq)
{
	struct boot *x = &b->items[slot];

	if (window_has(&x->received, seq))
		return BOOT_DUPLICATE;
	if (seq - x->safe.base > BOOTS_WINDOW_MAX)
		return BOOT_TOO_FAR;
	window_add(&x->received, seq);
	return BOOT_NEW;
}

uint64_t boots_skip(struct boots *b, uint32_t slot, uint64_t from, uint64_t to)
{
	struct boot *x = &b->items[slot];
	uint64_t missing = 0;

	if (from <= x->received.base + 1 && from <= x->safe.base + 1) {
		/* Nothing before it is awaited: any length will do. */
		uint64_t end = x->received.base + x->received.size;

		for (uint64_t s = x->received.base + 1; s <= to && s <= end; s++)
			missing += !window_has(&x->received, s);
		if (to > end)
			missing += to - (end > from - 1 ? end : from - 1);
		window_advance(&x->received, to);
		window_advance(&x->safe, to);
		b->changed = true;
		return missing;
	}
	for (uint64_t s = from; s <= to && s <= x->safe.base + BOOTS_WINDOW_MAX; s++) {
		if (boots_receive(b, slot, s) != BOOT_NEW)
			continue;
		missing++;
		boots_make_safe(b, slot, s);
	}
	return missing;
}

void boots_make_safe(struct boots *b, uint32_t slot, uint64_t seq)
{
	window_add(&b->items[slot].safe, seq);
	b->changed = true;
}

uint64_t boots_received(const struct boots *b, uint32_t slot)
{
	return b->items[slot].received.base;
}

uint64_t boots_cursor(const struct boots *b, uint32_t slot)
{
	return b->items[slot].told;
}

void boots_forget(struct boots *b)
{
	for (uint32_t i = 0; i < b->count; i++) {
		struct boot *x = &b->items[i];
		size_t words = x->safe.size / 64;

		free(x->received.bits);
		x->received = x->safe;
		x->received.bits = mem_calloc(words, sizeof(*x->received.bits));
		if (words > 0)
			memcpy(x->received.bits, x->safe.bits, words * sizeof(*x->received.bits));
		x->hole_batches = 0;
	}
}

enum err boots_save(struct boots *b, struct err_info *info)
{
	struct json_emit j;
	struct buf text;
	enum err e;

	if (!b->changed)
		return ERR_OK;
	buf_init(&text, CURSORS_FILE_MAX);
	j = json_emit_to(&text);
	json_open_array(&j);
	for (uint32_t i = 0; i < b->count; i++) {
		if (b->items[i].dropped)
			continue;
		json_open_object(&j);
		json_kv_str(&j, "agent", b->items[i].agent);
		json_kv_str(&j, "boot", b->items[i].boot);
		json_kv_i64(&j, "cursor", (int64_t)b->items[i].safe.base);
		json_close_object(&j);
	}
	json_close_array(&j);
	buf_putc(&text, '\n');
	e = files_replace(b->path, buf_slice(&text), 0600, info);
	buf_release(&text);
	if (e != ERR_OK)
		return e;
	for (uint32_t i = 0; i < b->count; i++)
		b->items[i].told = b->items[i].safe.base;
	b->changed = false;
	return ERR_OK;
}
