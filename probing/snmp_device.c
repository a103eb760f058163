#include "probing/snmp_device.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probing/snmp_envelope.h"
#include "probing/snmp_user.h"

enum { BUCKETS_FIRST = 64, DEVICES_MAX = 20000, OIDS_MOST = 100 };
static const int64_t IDLE_MAX_US = 24ll * 3600 * 1000000;

/* --- addresses ------------------------------------------------------------------------------------------- */

bool snmp_address_parse(const char *text, uint16_t port, union snmp_address *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (inet_pton(AF_INET, text, &ret->v4.sin_addr) == 1) {
		ret->v4.sin_family = AF_INET;
		ret->v4.sin_port = htons(port);
		return true;
	}
	if (inet_pton(AF_INET6, text, &ret->v6.sin6_addr) != 1)
		return false;
	ret->v6.sin6_family = AF_INET6;
	ret->v6.sin6_port = htons(port);
	return true;
}

bool snmp_address_eq(const union snmp_address *a, const union snmp_address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->v4.sin_addr.s_addr == b->v4.sin_addr.s_addr &&
		       a->v4.sin_port == b->v4.sin_port;
	return a->v6.sin6_port == b->v6.sin6_port &&
	       memcmp(&a->v6.sin6_addr, &b->v6.sin6_addr, sizeof(a->v6.sin6_addr)) == 0;
}

void snmp_address_format(const union snmp_address *a, char *dst, size_t size)
{
	char text[INET6_ADDRSTRLEN] = "?";
	bool v6 = a->any.sa_family == AF_INET6;
	uint16_t port = ntohs(v6 ? a->v6.sin6_port : a->v4.sin_port);

	if (v6)
		inet_ntop(AF_INET6, &a->v6.sin6_addr, text, sizeof(text));
	else
		inet_ntop(AF_INET, &a->v4.sin_addr, text, sizeof(text));
	snprintf(dst, size, v6 ? "[%s]:%u" : "%s:%u", text, port);
}

socklen_t snmp_address_size(const union snmp_address *a)
{
	return a->any.sa_family == AF_INET6 ? sizeof(a->v6) : sizeof(a->v4);
}

static uint64_t fnv(uint64_t h, const void *bytes, size_t n)
{
	const uint8_t *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 1099511628211u;
	return h;
}

static const uint64_t FNV_START = 14695981039346656037u;

static uint64_t hash_of(const union snmp_address *a)
{
	if (a->any.sa_family == AF_INET)
		return fnv(fnv(FNV_START, &a->v4.sin_addr, sizeof(a->v4.sin_addr)), &a->v4.sin_port,
			   sizeof(a->v4.sin_port));
	return fnv(fnv(FNV_START, &a->v6.sin6_addr, sizeof(a->v6.sin6_addr)), &a->v6.sin6_port,
		   sizeof(a->v6.sin6_port));
}

/* --- the set --------------------------------------------------------------------------------------------- */

void snmp_devices_init(struct snmp_devices *s)
{
	*s = (struct snmp_devices){.bucket_count = BUCKETS_FIRST};
	s->buckets = mem_calloc(s->bucket_count, sizeof(*s->buckets));
}

static void forget_users(struct snmp_device *d)
{
	for (size_t i = 0; i < SNMP_USERS_MAX; i++) {
		snmp_user_free(d->users[i].user);
		d->users[i] = (struct snmp_held_user){0};
	}
}

static void free_device(struct snmp_device *d)
{
	forget_users(d);
	free(d->tables);
	free(d);
}

void snmp_devices_release(struct snmp_devices *s)
{
	for (struct snmp_device *d = s->newest, *next; d != NULL; d = next) {
		next = d->older;
		free_device(d);
	}
	free(s->buckets);
	*s = (struct snmp_devices){0};
}

static struct snmp_device **place_of(const struct snmp_devices *s, const union snmp_address *a)
{
	struct snmp_device **p = &s->buckets[hash_of(a) & (s->bucket_count - 1)];

	while (*p != NULL && !snmp_address_eq(&(*p)->address, a))
		p = &(*p)->next_in_bucket;
	return p;
}

struct snmp_device *snmp_devices_find(const struct snmp_devices *s, const union snmp_address *a)
{
	return *place_of(s, a);
}

static void unlink_use(struct snmp_devices *s, struct snmp_device *d)
{
	*(d->newer != NULL ? &d->newer->older : &s->newest) = d->older;
	*(d->older != NULL ? &d->older->newer : &s->oldest) = d->newer;
}

static void link_newest(struct snmp_devices *s, struct snmp_device *d)
{
	d->newer = NULL;
	d->older = s->newest;
	*(s->newest != NULL ? &s->newest->newer : &s->oldest) = d;
	s->newest = d;
}

static void grow(struct snmp_devices *s)
{
	free(s->buckets);
	s->bucket_count *= 2;
	s->buckets = mem_calloc(s->bucket_count, sizeof(*s->buckets));
	for (struct snmp_device *d = s->newest; d != NULL; d = d->older) {
		size_t i = hash_of(&d->address) & (s->bucket_count - 1);

		d->next_in_bucket = s->buckets[i];
		s->buckets[i] = d;
	}
}

static void drop_idle(struct snmp_devices *s, int64_t now_us)
{
	struct snmp_device *d = s->oldest;

	if (d == NULL || d->runs > 0 || d->waiting ||
	    (now_us - d->used_us < IDLE_MAX_US && s->count < DEVICES_MAX))
		return;
	*place_of(s, &d->address) = d->next_in_bucket;
	unlink_use(s, d);
	s->count--;
	free_device(d);
}

struct snmp_device *snmp_devices_use(struct snmp_devices *s, const union snmp_address *a,
				     int64_t now_us)
{
	struct snmp_device **place = place_of(s, a), *d = *place;

	if (d != NULL) {
		unlink_use(s, d);
	} else {
		d = *place = mem_calloc(1, sizeof(*d));
		d->address = *a;
		snmp_size_init(&d->oids, OIDS_MOST, OIDS_MOST);
		s->count++;
	}
	link_newest(s, d);
	d->used_us = now_us;
	d->runs++; /* keeps itself */
	drop_idle(s, now_us);
	d->runs--;
	if (s->count > s->bucket_count * 2)
		grow(s);
	return d;
}

/* --- tables ---------------------------------------------------------------------------------------------- */

static uint64_t table_key(struct snmp_oid column)
{
	size_t n = column.count > 0 ? column.count - 1 : 0;

	return n == 0 ? 0 : fnv(FNV_START, column.parts, n * sizeof(*column.parts));
}

struct snmp_size *snmp_device_table(struct snmp_device *d, struct snmp_oid column, unsigned start,
				    unsigned most)
{
	uint64_t key = table_key(column);
	struct snmp_table *t;

	for (size_t i = 0; i < d->table_count; i++) {
		t = &d->tables[i];
		if (t->key != key)
			continue;
		t->size.most = (uint16_t)most;
		return &t->size;
	}
	if (d->table_count < SNMP_TABLES_MAX) {
		d->tables = mem_grow(d->tables, d->table_count, &d->table_cap, sizeof(*d->tables));
		t = &d->tables[d->table_count++];
	} else {
		t = &d->tables[d->table_next++ % SNMP_TABLES_MAX];
	}
	t->key = key;
	snmp_size_init(&t->size, start, most);
	return &t->size;
}

/* --- engine and users ------------------------------------------------------------------------------------ */

uint32_t snmp_engine_time(const struct snmp_engine *e, int64_t now_us)
{
	int64_t t = (int64_t)e->time + (now_us - e->at_us) / 1000000;

	return t > INT32_MAX ? INT32_MAX : (uint32_t)t;
}

static bool is_same_engine(const struct snmp_engine *a, const struct snmp_envelope *e)
{
	return a->id_size == e->engine_size && memcmp(a->id, e->engine, e->engine_size) == 0;
}

static void set_clock(struct snmp_engine *a, const struct snmp_envelope *e, int64_t now_us)
{
	a->boots = e->boots;
	a->time = e->time;
	a->at_us = now_us;
}

bool snmp_device_set_engine(struct snmp_device *d, const struct snmp_envelope *e, int64_t now_us)
{
	struct snmp_engine *a = &d->engine;
	bool known = a->id_size > 0, same = is_same_engine(a, e);
	bool other = known && (!same || e->boots < a->boots);

	assert(e->engine_size <= SNMP_ENGINE_ID_MAX);
	if (same && e->boots == 0 && e->time == 0)
		return false; /* some tell who they are without their clock */
	if (!same) {
		forget_users(d);
		memcpy(a->id, e->engine, e->engine_size);
		a->id_size = e->engine_size;
	}
	set_clock(a, e, now_us);
	d->engines_seen += other;
	return other;
}

void snmp_device_hear(struct snmp_device *d, const struct snmp_envelope *e, int64_t now_us)
{
	struct snmp_engine *a = &d->engine;

	if (is_same_engine(a, e) &&
	    (e->boots > a->boots || (e->boots == a->boots && e->time >= a->time)))
		set_clock(a, e, now_us);
}

struct snmp_held_user *snmp_device_user(struct snmp_device *d, struct snmp_keys *keys,
					const struct snmp_target *t, const struct sha256 *print,
					const char **ret_why)
{
	struct snmp_held_user *oldest = &d->users[0];

	for (size_t i = 0; i < SNMP_USERS_MAX; i++) {
		struct snmp_held_user *h = &d->users[i];

		if (h->user != NULL && memcmp(&h->print, print, sizeof(*print)) == 0) {
			h->used = ++d->user_clock;
			return h;
		}
		if (h->used < oldest->used)
			oldest = h;
	}
	snmp_user_free(oldest->user);
	*oldest = (struct snmp_held_user){.print = *print};
	oldest->user = snmp_user_new(keys, t, d->engine.id, d->engine.id_size, ret_why);
	if (oldest->user == NULL)
		return NULL;
	oldest->used = ++d->user_clock;
	return oldest;
}

bool snmp_device_has_accepted(const struct snmp_device *d, const struct sha256 *print)
{
	for (size_t i = 0; i < SNMP_USERS_MAX; i++) {
		if (d->users[i].user != NULL &&
		    memcmp(&d->users[i].print, print, sizeof(*print)) == 0)
			return d->users[i].answered;
	}
	return false;
}
