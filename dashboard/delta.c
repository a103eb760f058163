#include "dashboard/delta.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json_pull.h"
#include "base/mem.h"
#include "base/micro.h"
#include "base/parse.h"

/* --- what moves how --------------------------------------------------------------------------------- */

enum { FACTS = 1, PULSE = 2, VALUES = 4, RUNNING = 8 };

/* dashboard/web/running.js counts what is RUNNING here: the two go together. */
static const struct {
	const char *parent, *member; /* the parent of what stands in an array is the array's name */
	uint8_t moves;
} rules[] = {
	{"", "now", RUNNING},
	{"clock", "elapsed", RUNNING},
	{"clock", "left", RUNNING},
	{"exposure", "elapsed", RUNNING},
	{"rpo", "age", RUNNING},
	{"watch", "last_commit_age", RUNNING},
	{"watch", "uncommitted_age", PULSE},
	{"watch", "loop_lag", PULSE},
	{"journal", "last_commit", PULSE},
	{"heartbeat", "last_success", PULSE},
	{"channels", "last_success", PULSE},
	{"troubles", "seconds", PULSE},
	{"agents", "last_seen", PULSE},
	{"agents", "clock_offset", PULSE},
	{"agents", "lag", PULSE},
	{"agents", "spooled", PULSE},
	{"agents", "spool", PULSE},
	{"agents", "traps", PULSE},
	{"vantages", "t", VALUES},
	{"vantages", "values", VALUES},
};

static uint8_t moves_of(struct slice parent, struct slice member)
{
	for (size_t i = 0; i < COUNT_OF(rules); i++) {
		if (slice_is(member, rules[i].member) && slice_is(parent, rules[i].parent))
			return rules[i].moves;
	}
	return FACTS;
}

/* --- a state as a tree over its text ---------------------------------------------------------------- */

enum { LINEAR_MAX = 8 }; /* so many members are looked through one by one */

struct node {
	struct node *next, *kids;
	struct node **slots; /* kids by name, where they are many; 2^slot_bits of them */
	const char *key, *raw;
	uint32_t key_n, raw_n, count;
	uint8_t type, moves, holds; /* holds: the moves of all below, RUNNING left out */
	bool keyed : 1; /* an array of objects, each with an id of its own */
	bool rows : 1; /* an array of objects */
	bool odd : 1; /* has a name that a patch could not tell, or is an array of something else */
	uint8_t slot_bits;
};

struct delta_doc {
	unsigned owners;
	char *text;
	struct arena *arena;
	struct node *root;
};

static struct slice key_of(const struct node *n)
{
	return (struct slice){n->key, n->key_n};
}

static struct slice raw_of(const struct node *n)
{
	return (struct slice){n->raw, n->raw_n};
}

static const struct node *find_linear(const struct node *object, struct slice key)
{
	const struct node *k = object->kids;

	while (k != NULL && !slice_eq(key_of(k), key))
		k = k->next;
	return k;
}

/* What an element of an array is known by: the text of its id without quotes; none: {NULL, 0}. A number must be a whole one that
 * JavaScript writes as it stands here. */
static struct slice id_of(const struct node *element)
{
	const struct node *id =
		element->type == JSON_OBJECT ? find_linear(element, SLICE_LIT("id")) : NULL;

	if (id == NULL || memchr(id->raw, '\\', id->raw_n) != NULL)
		return (struct slice){NULL, 0};
	if (id->type == JSON_STRING)
		return (struct slice){id->raw + 1, id->raw_n - 2};
	if (id->type != JSON_NUMBER || id->raw_n > 15 || strspn(id->raw, "0123456789") < id->raw_n)
		return (struct slice){NULL, 0};
	return raw_of(id);
}

static struct slice name_of(const struct node *parent, const struct node *kid)
{
	return parent->type == JSON_OBJECT ? key_of(kid) : id_of(kid);
}

static uint64_t hash(struct slice s)
{
	uint64_t h =
		1469598103934665603u; /* FNV-1a, multiplied once more so that its high bits are good */

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h * 0x9e3779b97f4a7c15u;
}

static struct node **slot_of(const struct node *parent, struct slice name)
{
	uint64_t mask = (1u << parent->slot_bits) - 1;
	uint64_t i = hash(name) >> (64 - parent->slot_bits);

	while (parent->slots[i] != NULL && !slice_eq(name_of(parent, parent->slots[i]), name))
		i = (i + 1) & mask;
	return &parent->slots[i];
}

/* The member, or the element with this id. */
static const struct node *find(const struct node *parent, struct slice name)
{
	const struct node *k = parent->kids;

	if (parent->slots != NULL)
		return *slot_of(parent, name);
	while (k != NULL && !slice_eq(name_of(parent, k), name))
		k = k->next;
	return k;
}

/* False if a name stands twice. */
static bool index_kids(struct arena *arena, struct node *parent)
{
	if (parent->count <= LINEAR_MAX) {
		for (const struct node *k = parent->kids; k != NULL; k = k->next) {
			if (find(parent, name_of(parent, k)) != k)
				return false;
		}
		return true;
	}
	while ((1u << parent->slot_bits) < parent->count * 2)
		parent->slot_bits++;
	parent->slots = arena_calloc(arena, (size_t)1 << parent->slot_bits, sizeof(struct node *));
	for (struct node *k = parent->kids; k != NULL; k = k->next) {
		struct node **slot = slot_of(parent, name_of(parent, k));

		if (*slot != NULL) {
			parent->slots = NULL;
			return false;
		}
		*slot = k;
	}
	return true;
}

static struct node *read_value(struct json_pull *in, struct arena *arena, struct slice name);

static void read_kids(struct json_pull *in, struct arena *arena, struct node *n, struct slice name)
{
	struct node **last = &n->kids;
	struct slice key = {"", 0};
	bool is_object = n->type == JSON_OBJECT;

	if (is_object)
		json_enter_object(in);
	else
		json_enter_array(in);
	while (is_object ? json_next_key(in, &key) : json_next_element(in)) {
		struct node *kid = read_value(in, arena, is_object ? key : name);

		kid->key = key.p;
		kid->key_n = (uint32_t)key.n;
		kid->moves = is_object ? moves_of(name, key) : FACTS;
		n->holds |= kid->holds | (kid->moves & (PULSE | VALUES));
		n->count++;
		*last = kid;
		last = &kid->next;
	}
}

/* Names with which patches say something of their own, and the one that means something else to JavaScript. */
static bool is_reserved(struct slice name)
{
	return (name.n == 1 && strchr("-=@%+#", name.p[0]) != NULL) || slice_is(name, "__proto__");
}

/* What cannot be told by a patch is told whole, with everything in it. */
static void look_for_odd(struct node *n)
{
	n->odd = n->type == JSON_ARRAY && !n->rows;
	for (const struct node *k = n->kids; k != NULL && !n->odd; k = k->next)
		n->odd = (n->type == JSON_OBJECT || n->keyed) && is_reserved(name_of(n, k));
	if (n->odd)
		n->holds = 0;
}

static void know_elements(struct arena *arena, struct node *n)
{
	bool all_known = n->count > 0;

	n->rows = n->count > 0;
	for (const struct node *k = n->kids; k != NULL; k = k->next) {
		n->rows = n->rows && k->type == JSON_OBJECT;
		all_known = all_known && id_of(k).p != NULL;
	}
	n->keyed = all_known && index_kids(arena, n);
}

/* `name` is what rules know the members by. The depth is bounded by the reader. */
static struct node *read_value(struct json_pull *in, struct arena *arena, struct slice name)
{
	struct node *n = arena_calloc(arena, 1, sizeof(*n));

	n->type = (uint8_t)json_peek(in);
	n->raw = in->p;
	if (n->type == JSON_OBJECT || n->type == JSON_ARRAY)
		read_kids(in, arena, n, name);
	else
		json_skip(in);
	n->raw_n = (uint32_t)(in->p - n->raw);
	if (in->error != NULL)
		return n;
	if (n->type == JSON_ARRAY)
		know_elements(arena, n);
	else if (n->type == JSON_OBJECT && !index_kids(arena, n))
		json_complain(in, "a key stands twice");
	look_for_odd(n);
	return n;
}

struct delta_doc *delta_doc_new(struct slice json)
{
	struct delta_doc *d;
	struct json_pull in;

	if (json.n > UINT32_MAX)
		return NULL;
	d = mem_calloc(1, sizeof(*d));
	d->owners = 1;
	d->text = mem_calloc(1, json.n + 1);
	memcpy(d->text, json.p, json.n);
	d->arena = arena_new();
	in = json_pull_from((struct slice){d->text, json.n});
	if (json_peek(&in) != JSON_OBJECT)
		json_complain(&in, "an object was expected");
	d->root = read_value(&in, d->arena, SLICE_LIT(""));
	json_end(&in);
	if (in.error != NULL) {
		delta_doc_release(d);
		return NULL;
	}
	return d;
}

struct delta_doc *delta_doc_keep(struct delta_doc *d)
{
	d->owners++;
	return d;
}

void delta_doc_release(struct delta_doc *d)
{
	if (d == NULL || --d->owners > 0)
		return;
	arena_free(d->arena);
	free(d->text);
	free(d);
}

struct slice delta_doc_text(const struct delta_doc *d)
{
	return raw_of(d->root);
}

int64_t delta_doc_number(const struct delta_doc *d, const char *name)
{
	const struct node *n = find(d->root, slice_of(name));
	int64_t v;

	return n != NULL && n->type == JSON_NUMBER && micro_parse(raw_of(n), &v) == ERR_OK
		       ? v
		       : MICRO_NONE;
}

int64_t delta_doc_head(const struct delta_doc *d)
{
	const struct node *head = find(d->root, SLICE_LIT("head"));
	const struct node *seq =
		head != NULL && head->type == JSON_OBJECT ? find(head, SLICE_LIT("seq")) : NULL;
	int64_t v;

	return seq != NULL && parse_i64(raw_of(seq), 0, INT64_MAX, &v) == ERR_OK ? v : -1;
}

/* --- the difference --------------------------------------------------------------------------------- */

struct writer {
	struct buf *out;
	uint8_t layer;
	bool resets_pulse;
};

static void put(struct buf *out, struct slice s)
{
	buf_put(out, s.p, s.n);
}

/* Opens what is not open yet, and says which member comes: patches without content are never begun. */
static void begin(struct writer *w, bool *open, const char *close_and_open, struct slice name)
{
	buf_puts(w->out, *open ? "," : close_and_open);
	*open = true;
	buf_putc(w->out, '"');
	put(w->out, name);
	buf_puts(w->out, "\":");
}

static void put_emptied(struct buf *out, const struct node *n)
{
	bool is_object = n->type == JSON_OBJECT;

	if ((n->holds & VALUES) == 0) {
		put(out, raw_of(n));
		return;
	}
	buf_putc(out, is_object ? '{' : '[');
	for (const struct node *k = n->kids; k != NULL; k = k->next) {
		if (k != n->kids)
			buf_putc(out, ',');
		if (is_object) {
			buf_putc(out, '"');
			put(out, key_of(k));
			buf_puts(out, "\":");
		}
		if (k->moves == VALUES)
			buf_puts(out, k->type == JSON_OBJECT ? "{}" : "null");
		else
			put_emptied(out, k);
	}
	buf_putc(out, is_object ? '}' : ']');
}

void delta_doc_put_without_values(const struct delta_doc *d, struct buf *out)
{
	put_emptied(out, d->root);
}

static void put_value(struct writer *w, const struct node *n, bool free_of_rules)
{
	if (free_of_rules)
		put(w->out, raw_of(n));
	else
		put_emptied(w->out, n);
	w->resets_pulse |= !free_of_rules && (n->holds & PULSE) != 0;
}

/* A value that takes the place of whatever was there. */
static void put_whole(struct writer *w, const struct node *n, bool free_of_rules)
{
	bool wrap = n->type == JSON_OBJECT; /* it would be taken for a patch */

	if (wrap)
		buf_puts(w->out, "{\"=\":");
	put_value(w, n, free_of_rules);
	if (wrap)
		buf_putc(w->out, '}');
}

/* Can `b` be told by a patch of `a`? The same answer in every layer: what one sends whole the others tell from nothing. */
static bool is_patchable(const struct node *a, const struct node *b)
{
	if (a == NULL || a->type != b->type || a->odd || b->odd)
		return false;
	if (b->type == JSON_OBJECT)
		return true;
	return b->type == JSON_ARRAY && ((a->keyed && b->keyed) || a->count == b->count);
}

static bool diff(struct writer *w, const struct node *a, const struct node *b, bool mine,
		 bool free_of_rules);

/* A member of `b`: which layer tells it, and from what on. */
static bool diff_member(struct writer *w, const struct node *a, const struct node *k, bool mine,
			bool free_of_rules, bool *open)
{
	size_t before = w->out->len;
	bool was_open = *open;
	bool below_is_mine = mine;

	if (!free_of_rules && k->moves != FACTS) {
		if (k->moves == w->layer) {
			below_is_mine = free_of_rules = true;
		} else if (w->layer != FACTS || a != NULL) {
			return false; /* another layer's */
		} else {
			/* A member that was not there comes into being with the facts. */
			begin(w, open, "{", key_of(k));
			if (k->moves == VALUES)
				buf_puts(w->out, k->type == JSON_OBJECT ? "{\"=\":{}}" : "null");
			else
				put_whole(w, k, true);
			w->resets_pulse |= k->moves == PULSE;
			return true;
		}
	}
	begin(w, open, "{", key_of(k));
	if (diff(w, a, k, below_is_mine, free_of_rules))
		return true;
	w->out->len = before;
	*open = was_open;
	return false;
}

/* The names of what `a` has and `b` has not. */
static void put_gone(struct writer *w, const struct node *a, const struct node *b, bool *open)
{
	bool first = true;

	for (const struct node *k = a->kids; k != NULL; k = k->next) {
		if (find(b, name_of(a, k)) != NULL)
			continue;
		if (first)
			begin(w, open, "{", SLICE_LIT("-"));
		buf_puts(w->out, first ? "[\"" : ",\"");
		put(w->out, name_of(a, k));
		buf_putc(w->out, '"');
		first = false;
	}
	if (!first)
		buf_putc(w->out, ']');
}

static bool diff_object(struct writer *w, const struct node *a, const struct node *b, bool mine,
			bool free_of_rules)
{
	const struct node *guess = a != NULL ? a->kids : NULL; /* the order is mostly the same */
	bool open = false;

	for (const struct node *k = b->kids; k != NULL; k = k->next) {
		const struct node *old = guess;

		if (a != NULL && (old == NULL || !slice_eq(key_of(old), key_of(k))))
			old = find(a, key_of(k));
		if (old != NULL)
			guess = old->next;
		diff_member(w, old, k, mine, free_of_rules, &open);
	}
	if (mine && a != NULL)
		put_gone(w, a, b, &open);
	if (open)
		buf_putc(w->out, '}');
	return open;
}

/* True if taking away from `a` what is gone and adding what is new at the end gives the order of `b`. */
static bool keeps_order(const struct node *a, const struct node *b)
{
	const struct node *old = a->kids;
	bool new_began = false;

	for (const struct node *k = b->kids; k != NULL; k = k->next) {
		if (find(a, id_of(k)) == NULL) {
			new_began = true;
			continue;
		}
		while (find(b, id_of(old)) == NULL)
			old = old->next;
		if (new_began || !slice_eq(id_of(old), id_of(k)))
			return false;
		old = old->next;
	}
	return true;
}

static void put_new(struct writer *w, const struct node *a, const struct node *b,
		    bool free_of_rules, bool *open)
{
	bool first = true;

	for (const struct node *k = b->kids; k != NULL; k = k->next) {
		if (find(a, id_of(k)) != NULL)
			continue;
		if (first)
			begin(w, open, "{", SLICE_LIT("+"));
		buf_putc(w->out, first ? '[' : ',');
		put_value(w, k, free_of_rules);
		first = false;
	}
	if (!first)
		buf_putc(w->out, ']');
}

static void put_order(struct writer *w, const struct node *b, bool *open)
{
	begin(w, open, "{", SLICE_LIT("#"));
	for (const struct node *k = b->kids; k != NULL; k = k->next) {
		buf_puts(w->out, k == b->kids ? "[\"" : ",\"");
		put(w->out, id_of(k));
		buf_putc(w->out, '"');
	}
	buf_putc(w->out, ']');
}

/* Elements that are known by their ids. */
static bool diff_elements(struct writer *w, const struct node *a, const struct node *b, bool mine,
			  bool free_of_rules)
{
	const struct node *guess = a != NULL ? a->kids : NULL;
	bool open = false, any = false;

	for (const struct node *k = b->kids; k != NULL; k = k->next) {
		const struct node *old = guess;
		size_t before = w->out->len;
		bool was_any = any;

		if (a != NULL && (old == NULL || !slice_eq(id_of(old), id_of(k))))
			old = find(a, id_of(k));
		if (old != NULL)
			guess = old->next;
		if (mine && old == NULL)
			continue; /* put_new */
		begin(w, &any, "{\"@\":{", id_of(k));
		if (!diff(w, old, k, mine, free_of_rules)) {
			w->out->len = before;
			any = was_any;
		}
	}
	if (any) {
		buf_putc(w->out, '}');
		open = true;
	}
	if (mine && a != NULL) {
		put_gone(w, a, b, &open);
		put_new(w, a, b, free_of_rules, &open);
		if (!keeps_order(a, b))
			put_order(w, b, &open);
	}
	if (open)
		buf_putc(w->out, '}');
	return open;
}

/* Elements that are known by their places: as many as before. */
static bool diff_rows(struct writer *w, const struct node *a, const struct node *b, bool mine,
		      bool free_of_rules)
{
	const struct node *old = a != NULL ? a->kids : NULL;
	uint32_t place = 0;
	bool any = false;

	for (const struct node *k = b->kids; k != NULL; k = k->next, place++) {
		size_t before = w->out->len;
		bool was_any = any;
		char number[16];

		snprintf(number, sizeof(number), "%u", place);
		begin(w, &any, "{\"%\":{", slice_of(number));
		if (!diff(w, old, k, mine, free_of_rules)) {
			w->out->len = before;
			any = was_any;
		}
		if (old != NULL)
			old = old->next;
	}
	if (any)
		buf_puts(w->out, "}}");
	return any;
}

/* `mine`: what differs here is told by this layer; otherwise only what stands deeper may be. */
static bool diff(struct writer *w, const struct node *a, const struct node *b, bool mine,
		 bool free_of_rules)
{
	if (a != NULL && slice_eq(raw_of(a), raw_of(b)))
		return false;
	if (!mine && (b->holds & w->layer) == 0)
		return false;
	if (!is_patchable(a, b)) {
		if (mine) {
			put_whole(w, b, free_of_rules);
			return true;
		}
		a = NULL;
	}
	if (b->type == JSON_OBJECT)
		return diff_object(w, a, b, mine, free_of_rules);
	if (b->keyed && (a == NULL || a->keyed))
		return diff_elements(w, a, b, mine, free_of_rules);
	return diff_rows(w, a, b, mine, free_of_rules);
}

struct delta_result delta_write(const struct delta_doc *from, const struct delta_doc *to,
				enum delta_layer layer, struct buf *out)
{
	static const uint8_t moves[DELTA_LAYERS] = {FACTS, PULSE, VALUES};
	struct writer w = {.out = out, .layer = moves[layer]};
	bool differs = diff(&w, from->root, to->root, layer == DELTA_FACTS, false);

	return (struct delta_result){.differs = differs, .resets_pulse = w.resets_pulse};
}
