#include "collector/boots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json_emit.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "collector/files.h"

enum { WINDOW = 1 << 17, CURSORS_FILE_MAX = 16 << 20, BOOTS_PER_AGENT_MAX = 64, NAME_SIZE = 64 };

/* Numbers base+1 .. base+WINDOW as bits of a ring. */
struct window {
	uint64_t base; /* everything up to here is in */
	uint64_t *bits;
};

struct boot {
	char agent[NAME_SIZE], boot[NAME_SIZE];
	struct window received, safe;
	uint64_t told; /* cursor on disk */
	uint64_t used; /* order of the last use */
	bool guessed; /* met in the middle: what is below its base is taken as it comes */
};

struct boots {
	char path[4096];
	struct boot *items;
	uint32_t count;
	size_t cap;
	uint64_t clock;
	bool changed;
};

static bool window_has(const struct window *w, uint64_t seq)
{
	return w->bits != NULL && (w->bits[seq % WINDOW / 64] >> (seq % 64) & 1) != 0;
}

/* Adds a number and slides over what has become complete. */
static void window_add(struct window *w, uint64_t seq)
{
	if (seq <= w->base || seq > w->base + WINDOW)
		return;
	if (seq == w->base + 1 && (w->bits == NULL || !window_has(w, seq + 1))) {
		w->base = seq;
		return;
	}
	if (w->bits == NULL)
		w->bits = mem_calloc(WINDOW / 64, sizeof(*w->bits));
	w->bits[seq % WINDOW / 64] |= UINT64_C(1) << (seq % 64);
	while (window_has(w, w->base + 1)) {
		w->base++;
		w->bits[w->base % WINDOW / 64] &= ~(UINT64_C(1) << (w->base % 64));
	}
}

static uint32_t add_boot(struct boots *b, const char *agent, struct slice boot, uint64_t base)
{
	struct boot *x;

	b->items = mem_grow(b->items, b->count, &b->cap, sizeof(*b->items));
	x = &b->items[b->count];
	*x = (struct boot){0};
	snprintf(x->agent, sizeof(x->agent), "%s", agent);
	snprintf(x->boot, sizeof(x->boot), "%.*s", (int)boot.n, boot.p);
	x->received.base = x->safe.base = x->told = base;
	return b->count++;
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

uint32_t boots_slot(struct boots *b, const char *agent, struct slice boot, uint64_t first)
{
	uint32_t slot;

	for (uint32_t i = b->count; i-- > 0;) {
		if (strcmp(b->items[i].agent, agent) == 0 && slice_is(boot, b->items[i].boot)) {
			b->items[i].used = ++b->clock;
			return i;
		}
	}
	slot = add_boot(b, agent, boot, first > 0 ? first - 1 : 0);
	b->items[slot].guessed = first > 1;
	b->items[slot].used = ++b->clock;
	return slot;
}

enum boot_seen boots_receive(struct boots *b, uint32_t slot, uint64_t seq)
{
	struct boot *x = &b->items[slot];

	if (seq <= x->received.base)
		return x->guessed ? BOOT_NEW : BOOT_DUPLICATE;
	if (seq > x->received.base + WINDOW)
		return BOOT_TOO_FAR;
	if (window_has(&x->received, seq))
		return BOOT_DUPLICATE;
	window_add(&x->received, seq);
	return BOOT_NEW;
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

/* Starts of an agent that are long over need no line any more: the newest of each agent are kept. */
static bool is_kept(const struct boots *b, const struct boot *x)
{
	unsigned newer = 0;

	for (uint32_t i = 0; i < b->count; i++)
		newer += strcmp(b->items[i].agent, x->agent) == 0 &&
			 (b->items[i].used > x->used ||
			  (b->items[i].used == x->used && &b->items[i] > x));
	return newer < BOOTS_PER_AGENT_MAX;
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
		if (!is_kept(b, &b->items[i]))
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
