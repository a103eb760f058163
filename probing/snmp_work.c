#include "probing/snmp_work.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probing/snmp_device.h"

enum { COLUMNS_MAX = 16, REPETITIONS_FIRST = 10, HEAD_PLAIN = 40, HEAD_V3 = 160, VALUE_GUESS = 8 };

/* RFC 3416 3, error-status */
enum { ERROR_NONE = 0, ERROR_TOO_BIG = 1, ERROR_NO_SUCH_NAME = 2, ERROR_AUTHORIZATION = 16 };

enum state { OPEN, ASKED, ENDED };

struct progress {
	enum state state;
	bool was_asked;
	size_t cap; /* of the rows, which are in memory of their own until the end */
};

struct snmp_work {
	struct snmp_ask *ask;
	size_t open, ended;
	size_t first; /* no item before it is open */
	bool alone; /* the device cannot say which OID it dislikes: one a request */
	struct progress items[];
};

struct snmp_work *snmp_work_new(struct snmp_ask *ask)
{
	struct snmp_work *w = mem_calloc(1, sizeof(*w) + ask->item_count * sizeof(struct progress));

	assert(ask->item_count <= SNMP_ITEMS_MAX);
	w->ask = ask;
	w->open = ask->item_count;
	for (size_t i = 0; i < ask->item_count; i++) {
		ask->items[i].end = SNMP_END_NONE;
		ask->items[i].rows = NULL;
		ask->items[i].row_count = 0;
	}
	return w;
}

void snmp_work_free(struct snmp_work *w, enum snmp_end end)
{
	for (size_t i = 0; i < w->ask->item_count; i++) {
		struct snmp_item *it = &w->ask->items[i];
		struct snmp_row *rows = it->rows;

		if (it->end == SNMP_END_NONE && w->items[i].was_asked)
			it->end = end;
		if (rows == NULL)
			continue;
		it->rows = arena_calloc(w->ask->memory, it->row_count, sizeof(*rows));
		memcpy(it->rows, rows, it->row_count * sizeof(*rows));
		free(rows);
	}
	free(w);
}

bool snmp_work_is_done(const struct snmp_work *w)
{
	return w->ended == w->ask->item_count;
}

bool snmp_work_has_open(const struct snmp_work *w)
{
	return w->open > 0;
}

static void set_state(struct snmp_work *w, size_t i, enum state to)
{
	struct progress *p = &w->items[i];

	if (p->state == to)
		return;
	assert(p->state != ENDED);
	if (p->state == OPEN)
		w->open--;
	if (to == OPEN) {
		w->open++;
		if (i < w->first)
			w->first = i;
	}
	w->ended += to == ENDED;
	p->state = to;
	p->was_asked = p->was_asked || to == ASKED;
}

static void end_item(struct snmp_work *w, size_t i, enum snmp_end end)
{
	if (w->items[i].state == ENDED)
		return;
	w->ask->items[i].end = end;
	set_state(w, i, ENDED);
}

void snmp_work_end(struct snmp_work *w, const struct snmp_batch *b, enum snmp_end end)
{
	for (size_t i = 0; i < b->count; i++)
		end_item(w, b->items[i], end);
}

/* What the batch still waits for is to be asked again. */
static void reopen(struct snmp_work *w, const struct snmp_batch *b)
{
	for (size_t i = 0; i < b->count; i++) {
		if (w->items[b->items[i]].state == ASKED)
			set_state(w, b->items[i], OPEN);
	}
}

/* --- asking ---------------------------------------------------------------------------------------------- */

static size_t encoded_size(struct snmp_oid o)
{
	size_t n = 8 + VALUE_GUESS;

	for (size_t i = 0; i < o.count; i++)
		n += o.parts[i] < 1u << 7    ? 1
		     : o.parts[i] < 1u << 14 ? 2
		     : o.parts[i] < 1u << 21 ? 3
					     : 5;
	return n;
}

/* Where the item goes on. */
static struct snmp_oid position(const struct snmp_item *it)
{
	if (it->row_count > 0)
		return it->rows[it->row_count - 1].oid;
	return it->after.count > 0 ? it->after : it->oid;
}

static bool is_open(const struct snmp_work *w, size_t i, enum snmp_ask_kind kind)
{
	return w->items[i].state == OPEN && w->ask->items[i].kind == kind;
}

static bool next_get(struct snmp_work *w, struct snmp_device *d, struct snmp_batch *b)
{
	const struct snmp_target *t = w->ask->target;
	unsigned most =
		t->oids_max > 0 && t->oids_max < SNMP_BATCH_MAX ? t->oids_max : SNMP_BATCH_MAX;
	unsigned limit = w->alone ? 1 : snmp_size_next(&d->oids, most);
	size_t bytes = t->version == SNMP_VERSION_3 ? HEAD_V3 : HEAD_PLAIN;

	b->operation = SNMP_OP_GET;
	for (size_t i = w->first; i < w->ask->item_count && b->count < limit; i++) {
		if (!is_open(w, i, SNMP_GET))
			continue;
		bytes += encoded_size(w->ask->items[i].oid);
		if (b->count > 0 && bytes > SNMP_PACKET_WISHED)
			break;
		b->items[b->count++] = (uint16_t)i;
	}
	return b->count > 0;
}

static bool is_beside(struct snmp_oid a, struct snmp_oid b)
{
	return a.count == b.count &&
	       memcmp(a.parts, b.parts, (a.count - 1) * sizeof(*a.parts)) == 0;
}

static struct snmp_size *size_of(const struct snmp_work *w, struct snmp_device *d,
				 const struct snmp_batch *b)
{
	uint32_t most = w->ask->target->repetitions_max;

	if (b->operation == SNMP_OP_GET)
		return &d->oids;
	if (most == 0)
		most = REPETITIONS_FIRST;
	return snmp_device_table(d, w->ask->items[b->items[0]].oid, most, most);
}

/* No more rows than may still be kept, and one that tells that there are more. */
static uint16_t cap_repetitions(const struct snmp_work *w, const struct snmp_batch *b,
				unsigned wanted)
{
	size_t most = 1;

	for (size_t i = 0; i < b->count; i++) {
		const struct snmp_item *it = &w->ask->items[b->items[i]];
		size_t left = it->rows_max > it->row_count ? it->rows_max - it->row_count + 1 : 1;

		most = left > most ? left : most;
	}
	return (uint16_t)(wanted < most ? wanted : most);
}

/* Columns and repetitions that give `size` varbinds at most; b->count is how many columns there are. */
static void shape_walk(struct snmp_work *w, struct snmp_batch *b, unsigned size)
{
	if (b->count > size)
		b->count = (uint16_t)size;
	b->repetitions = 1;
	if (w->ask->target->version == SNMP_VERSION_1 || size == 1) {
		b->operation = SNMP_OP_NEXT;
		return;
	}
	b->operation = SNMP_OP_BULK;
	b->repetitions = cap_repetitions(w, b, size / b->count);
}

static bool next_walk(struct snmp_work *w, struct snmp_device *d, struct snmp_batch *b)
{
	const struct snmp_item *items = w->ask->items;
	uint32_t most = w->ask->target->repetitions_max;
	unsigned size;

	b->operation = SNMP_OP_NEXT;
	for (size_t i = w->first; i < w->ask->item_count && b->count < COLUMNS_MAX; i++) {
		if (is_open(w, i, SNMP_WALK) &&
		    (b->count == 0 || is_beside(items[b->items[0]].oid, items[i].oid)))
			b->items[b->count++] = (uint16_t)i;
	}
	if (b->count == 0)
		return false;
	size = snmp_size_next(size_of(w, d, b), most > 0 ? most : REPETITIONS_FIRST);
	shape_walk(w, b, w->alone ? 1 : size);
	return true;
}

bool snmp_work_next(struct snmp_work *w, struct snmp_device *d, struct snmp_batch *ret)
{
	if (w->open == 0)
		return false;
	while (w->items[w->first].state != OPEN)
		w->first++;
	ret->count = ret->repetitions = ret->silent = 0;
	if (!next_get(w, d, ret) && !next_walk(w, d, ret))
		return false;
	for (size_t i = 0; i < ret->count; i++)
		set_state(w, ret->items[i], ASKED);
	return true;
}

void snmp_work_oids(const struct snmp_work *w, const struct snmp_batch *b,
		    struct snmp_oid oids[SNMP_BATCH_MAX])
{
	for (size_t i = 0; i < b->count; i++) {
		const struct snmp_item *it = &w->ask->items[b->items[i]];

		oids[i] = it->kind == SNMP_GET ? it->oid : position(it);
	}
}

static unsigned varbinds(const struct snmp_batch *b)
{
	return b->operation == SNMP_OP_BULK ? (unsigned)b->count * b->repetitions : b->count;
}

bool snmp_work_shrink(struct snmp_work *w, struct snmp_device *d, struct snmp_batch *b, bool last)
{
	unsigned n = varbinds(b);
	uint16_t count = b->count;

	if (n == 1)
		return false;
	if (b->operation == SNMP_OP_GET) {
		/* A lost packet is likelier than a size that the device has borne and bears no more. */
		if (!last || n <= d->oids.good)
			return false;
		b->count = 1;
	} else {
		shape_walk(w, b, last ? 1 : n / 2);
	}
	b->silent = (uint16_t)n;
	for (size_t i = b->count; i < count; i++)
		set_state(w, b->items[i], OPEN);
	return true;
}

void snmp_work_silent(struct snmp_work *w, struct snmp_device *d, const struct snmp_batch *b)
{
	snmp_size_silent(size_of(w, d, b));
	snmp_work_end(w, b, SNMP_END_SILENT);
}

/* --- answers --------------------------------------------------------------------------------------------- */

static struct slice copy_octets(unsigned char *to, const char *from, size_t n)
{
	if (n > 0)
		memcpy(to, from, n);
	return (struct slice){(const char *)to, n};
}

/* OIDs and octets of a row in one piece of memory. */
static struct snmp_row keep(struct arena *memory, const struct snmp_row *r)
{
	struct snmp_row k = *r;
	size_t names = r->oid.count, octets = 0;
	uint32_t *p;

	if (r->value.kind == SNMP_NAME)
		names += r->value.name.count;
	if (r->value.kind == SNMP_OCTETS || r->value.kind == SNMP_ADDRESS) {
		octets = r->value.octets.n;
		if (octets > SNMP_TEXT_MAX)
			octets = SNMP_TEXT_MAX;
	}
	p = arena_calloc(memory, 1, names * sizeof(*p) + octets + 1);
	k.oid.parts = memcpy(p, r->oid.parts, r->oid.count * sizeof(*p));
	if (r->value.kind == SNMP_NAME && r->value.name.count > 0)
		k.value.name.parts = memcpy(p + r->oid.count, r->value.name.parts,
					    r->value.name.count * sizeof(*p));
	if (r->value.kind == SNMP_OCTETS || r->value.kind == SNMP_ADDRESS)
		k.value.octets =
			copy_octets((unsigned char *)(p + names), r->value.octets.p, octets);
	return k;
}

static void add_row(struct snmp_work *w, size_t i, const struct snmp_row *r)
{
	struct snmp_item *it = &w->ask->items[i];

	it->rows = mem_grow(it->rows, it->row_count, &w->items[i].cap, sizeof(*it->rows));
	it->rows[it->row_count++] = keep(w->ask->memory, r);
}

/* Of a GET, one row that is always there: with the OID that was asked. */
static void add_absent(struct snmp_work *w, size_t i)
{
	struct snmp_row r = {.oid = w->ask->items[i].oid};

	add_row(w, i, &r);
}

static bool take_get(struct snmp_work *w, const struct snmp_batch *b, const struct snmp_answer *a)
{
	bool any = false;

	for (size_t i = 0; i < b->count; i++) {
		const struct snmp_row *r = NULL;
		struct snmp_oid oid = w->ask->items[b->items[i]].oid;

		/* In the order of the request, says RFC 3416; looked for, if not. */
		if (i < a->count && snmp_oid_compare(a->rows[i].oid, oid) == 0)
			r = &a->rows[i];
		for (size_t j = 0; j < a->count && r == NULL; j++) {
			if (snmp_oid_compare(a->rows[j].oid, oid) == 0)
				r = &a->rows[j];
		}
		if (r != NULL)
			add_row(w, b->items[i], r);
		any = any || r != NULL;
		end_item(w, b->items[i], r != NULL ? SNMP_END_WHOLE : SNMP_END_MALFORMED);
	}
	return any;
}

static void take_cell(struct snmp_work *w, size_t i, const struct snmp_row *r)
{
	struct snmp_item *it = &w->ask->items[i];

	if (r->value.kind == SNMP_ABSENT || !snmp_oid_is_below(r->oid, it->oid))
		end_item(w, i, SNMP_END_WHOLE);
	else if (snmp_oid_compare(r->oid, position(it)) <= 0)
		end_item(w, i, SNMP_END_DISORDER);
	else if (it->row_count >= it->rows_max || it->row_count >= SNMP_ROWS_MAX)
		end_item(w, i, SNMP_END_ROWS);
	else
		add_row(w, i, r);
}

static bool take_walk(struct snmp_work *w, struct snmp_device *d, const struct snmp_batch *b,
		      const struct snmp_answer *a)
{
	unsigned n = varbinds(b);

	if (a->count == 0 && n > 1) {
		snmp_size_failed(size_of(w, d, b), n); /* some do that instead of tooBig */
		reopen(w, b);
		return true;
	}
	for (size_t j = 0; j < a->count && j < n; j++) {
		if (w->items[b->items[j % b->count]].state == ASKED)
			take_cell(w, b->items[j % b->count], &a->rows[j]);
	}
	if (a->count == 0)
		snmp_work_end(w, b, SNMP_END_MALFORMED);
	reopen(w, b);
	return a->count > 0;
}

/* Which OID the device complains of; -1: it does not say. */
static int blamed(const struct snmp_batch *b, const struct snmp_answer *a)
{
	if (b->count == 1)
		return 0;
	return a->error_index >= 1 && a->error_index <= b->count ? a->error_index - 1 : -1;
}

static void take_error(struct snmp_work *w, struct snmp_device *d, const struct snmp_batch *b,
		       const struct snmp_answer *a)
{
	int i = blamed(b, a);

	if (a->error == ERROR_TOO_BIG && varbinds(b) > 1) {
		snmp_size_failed(size_of(w, d, b), varbinds(b));
	} else if (a->error == ERROR_AUTHORIZATION && a->error_index == 0) {
		snmp_work_end(w, b, SNMP_END_REFUSED);
	} else if (b->operation == SNMP_OP_BULK && varbinds(b) > 1) {
		w->alone = true; /* what stands before the row that it fails at is still wanted */
	} else if (i < 0) {
		w->alone = true;
	} else if (a->error == ERROR_NO_SUCH_NAME) {
		if (w->ask->items[b->items[i]].kind == SNMP_GET)
			add_absent(w, b->items[i]);
		end_item(w, b->items[i], SNMP_END_WHOLE);
	} else {
		end_item(w, b->items[i], SNMP_END_REFUSED);
	}
	reopen(w, b);
}

bool snmp_work_answer(struct snmp_work *w, struct snmp_device *d, const struct snmp_batch *b,
		      const struct snmp_answer *a)
{
	if (b->silent > 0)
		snmp_size_failed(size_of(w, d, b), b->silent);
	if (a->error != ERROR_NONE) {
		take_error(w, d, b, a);
		return true;
	}
	snmp_size_answered(size_of(w, d, b), varbinds(b));
	return b->operation == SNMP_OP_GET ? take_get(w, b, a) : take_walk(w, d, b, a);
}
