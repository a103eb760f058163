#include "agent/addresses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uv.h>

#include "base/mem.h"
#include "base/peer_url.h"
#include "base/rand.h"
#include "base/resolver.h"

enum {
	RETRY_FIRST_MS = 200,
	RETRY_MAX_MS = 5000,
	REFUSED_MAX_MS = 60000,
	RETURN_MS = 60000,
	CONNECT_TO_SIZE = 640
};

struct address {
	struct addresses *all;
	struct peer_url url;
	bool resolving, unknown;
	char connect_to[CONNECT_TO_SIZE]; /* "" = not resolved */
	unsigned backoff_ms;
	uint64_t not_before_ms; /* of the loop's clock */
};

struct addresses {
	struct address items[COLLECTORS_MAX];
	size_t count, current;
	uv_loop_t *loop;
	struct resolver *resolver; /* NULL: no names */
	struct rand rand;
	uint64_t asked_ms; /* when the first was asked, or left */
	void (*ready)(void *);
	void *user;
};

struct addresses *addresses_new(struct uv_loop_s *loop, const struct agent_config *config,
				void (*ready)(void *user), void *user)
{
	struct addresses *a = mem_calloc(1, sizeof(*a));
	struct err_info info;
	uint64_t seed;

	a->loop = loop;
	a->ready = ready;
	a->user = user;
	a->count = config->collector_count;
	rand_system(&seed, sizeof(seed));
	rand_seed(&a->rand, seed);
	for (size_t i = 0; i < a->count; i++) {
		struct address *x = &a->items[i];

		x->all = a;
		/* The configuration holds sound ones only. */
		err_ignore(peer_url_parse(config->collectors[i], &x->url, &info));
		if (x->url.is_name && a->resolver == NULL)
			err_ignore(resolver_new(loop, &a->resolver, &info));
	}
	return a;
}

void addresses_free(struct addresses *a)
{
	if (a == NULL)
		return;
	a->ready = NULL;
	if (a->resolver != NULL)
		resolver_free(a->resolver);
	free(a);
}

const char *addresses_url(const struct addresses *a)
{
	return a->items[a->current].url.text;
}

static void on_resolved(void *user, enum resolver_result result,
			const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count)
{
	struct address *x = user;

	x->resolving = false;
	x->unknown = result != RESOLVER_OK || count == 0;
	if (!x->unknown) {
		const char *to = addresses[0];
		const char *open = strchr(to, ':') != NULL ? "[" : "";

		snprintf(x->connect_to, sizeof(x->connect_to), "%s:%u:%s%s%s:%u", x->url.host,
			 x->url.port, open, to, open[0] != '\0' ? "]" : "", x->url.port);
	}
	if (x->all->ready != NULL)
		x->all->ready(x->all->user);
}

/* A look-up may end at once. */
static enum address_state look_at(struct address *x, struct address_use *ret)
{
	if (x->url.is_name && x->all->resolver == NULL)
		return ADDRESS_UNKNOWN;
	if (x->url.is_name && x->connect_to[0] == '\0' && !x->unknown) {
		if (!x->resolving) {
			void (*ready)(void *) = x->all->ready;

			x->resolving = true;
			x->all->ready = NULL; /* who asks needs no call while asking */
			resolver_find(x->all->resolver, x->url.host, on_resolved, x);
			x->all->ready = ready;
		}
		if (x->resolving)
			return ADDRESS_WAIT;
	}
	if (x->unknown)
		return ADDRESS_UNKNOWN;
	*ret = (struct address_use){x->url.text, x->url.is_name ? x->connect_to : NULL};
	return ADDRESS_READY;
}

enum address_state addresses_use(struct addresses *a, struct address_use *ret)
{
	return look_at(&a->items[a->current], ret);
}

/* 75 to 125 of a hundred. */
static unsigned jittered(struct addresses *a, unsigned ms)
{
	return ms * 3 / 4 + (unsigned)rand_below(&a->rand, ms / 2 + 1);
}

unsigned addresses_failed(struct addresses *a, bool refused)
{
	struct address *x = &a->items[a->current];
	const unsigned max = refused ? REFUSED_MAX_MS : RETRY_MAX_MS;
	uint64_t now, soonest;

	uv_update_time(a->loop);
	now = uv_now(a->loop);
	x->backoff_ms = x->backoff_ms == 0 ? RETRY_FIRST_MS : x->backoff_ms * 2;
	if (x->backoff_ms > max)
		x->backoff_ms = max;
	x->not_before_ms = now + jittered(a, x->backoff_ms);
	x->connect_to[0] = '\0'; /* the name may lead elsewhere by now */
	x->unknown = false;
	if (a->current == 0)
		a->asked_ms = now;
	for (size_t i = 0; i < a->count; i++) {
		if (a->items[i].not_before_ms < a->items[a->current].not_before_ms)
			a->current = i;
	}
	soonest = a->items[a->current].not_before_ms;
	return soonest > now ? (unsigned)(soonest - now) : 0;
}

void addresses_answered(struct addresses *a)
{
	a->items[a->current].backoff_ms = 0;
	a->items[a->current].not_before_ms = 0;
}

void addresses_forgive(struct addresses *a)
{
	for (size_t i = 0; i < a->count; i++) {
		a->items[i].backoff_ms = 0;
		a->items[i].not_before_ms = 0;
	}
}

bool addresses_ask_first(struct addresses *a, struct address_use *ret)
{
	uint64_t now = uv_now(a->loop);

	if (a->current == 0 || now - a->asked_ms < RETURN_MS)
		return false;
	a->asked_ms = now;
	a->items[0].unknown = false;
	return look_at(&a->items[0], ret) == ADDRESS_READY;
}

void addresses_return(struct addresses *a)
{
	a->items[0].backoff_ms = 0;
	a->items[0].not_before_ms = 0;
	a->current = 0;
}
