#include "access/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct wall_time session_expires(const struct session *s)
{
	const struct role_row *r = role_row(s->role);
	struct wall_time whole =
		wall_add_us(r->goes_on ? s->used : s->began, r->whole_s * US_PER_S);

	if (r->idle_s == 0)
		return whole;
	return wall_min(whole, wall_add_us(s->used, r->idle_s * US_PER_S));
}

/* The digest is of 256 random bits: how far a comparison got tells nothing that could be used. */
struct session *session_find(struct session_table *t, const struct sha256 *digest,
			     struct wall_time now)
{
	for (size_t i = 0; i < t->count; i++) {
		struct session *s = &t->items[i];

		if (memcmp(s->digest.bytes, digest->bytes, 8) == 0 && digest_is(&s->digest, digest))
			return wall_diff_us(session_expires(s), now) > 0 ? s : NULL;
	}
	return NULL;
}

struct session *session_find_id(struct session_table *t, const char *id)
{
	for (size_t i = 0; i < t->count; i++) {
		if (strcmp(t->items[i].id, id) == 0)
			return &t->items[i];
	}
	return NULL;
}

size_t session_count_of(struct session_table *t, const char *login, struct session **ret_oldest)
{
	size_t n = 0;

	*ret_oldest = NULL;
	for (size_t i = 0; i < t->count; i++) {
		struct session *s = &t->items[i];

		if (strcmp(s->login, login) != 0)
			continue;
		n++;
		if (*ret_oldest == NULL || s->used.us < (*ret_oldest)->used.us)
			*ret_oldest = s;
	}
	return n;
}

struct session *session_add(struct session_table *t, const struct session *s)
{
	if (t->count == SESSIONS_MAX)
		return NULL;
	t->items = mem_grow(t->items, t->count, &t->cap, sizeof(*t->items));
	t->items[t->count] = *s;
	return &t->items[t->count++];
}

void session_drop(struct session_table *t, struct session *s)
{
	*s = t->items[--t->count];
}

void session_table_release(struct session_table *t)
{
	free(t->items);
	*t = (struct session_table){0};
}
