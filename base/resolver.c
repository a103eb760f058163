#include "base/resolver.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <ares.h>
#include <uv.h>

#include "base/mem.h"

enum { TRY_MS = 500, TRIES = 2, TICK_MS = 50, SOCKETS_MAX = 32 };

struct watch {
	uv_poll_t poll;
	struct resolver *owner;
	ares_socket_t fd;
};

struct resolver {
	uv_loop_t *loop;
	uv_timer_t timer;
	ares_channel channel; /* made at the first question: it takes 75 KB */
	bool has_channel;
	struct watch *watches[SOCKETS_MAX];
	unsigned outstanding;
};

struct look_up {
	struct resolver *owner;
	void (*done)(void *, enum resolver_result, const char (*)[RESOLVER_ADDRESS_SIZE], size_t);
	void *user;
	bool v6; /* the second question */
	char name[]; /* for it */
};

static void on_ready(uv_poll_t *p, int status, int events)
{
	struct watch *w = p->data;
	bool read = status < 0 || (events & UV_READABLE),
	     write = status < 0 || (events & UV_WRITABLE);

	ares_process_fd(w->owner->channel, read ? w->fd : ARES_SOCKET_BAD,
			write ? w->fd : ARES_SOCKET_BAD);
}

static void on_closed(uv_handle_t *h)
{
	free(h->data);
}

static struct watch **place_of(struct resolver *r, ares_socket_t fd)
{
	for (int i = 0; i < SOCKETS_MAX; i++) {
		if (r->watches[i] != NULL && r->watches[i]->fd == fd)
			return &r->watches[i];
	}
	for (int i = 0; i < SOCKETS_MAX; i++) {
		if (r->watches[i] == NULL)
			return &r->watches[i];
	}
	return NULL; /* c-ares then times out by its tick */
}

/* c-ares tells which of its sockets it waits for. */
static void on_state(void *user, ares_socket_t fd, int readable, int writable)
{
	struct resolver *r = user;
	struct watch **place = place_of(r, fd), *w;

	if (place == NULL)
		return;
	w = *place;
	if (!readable && !writable) {
		if (w != NULL) {
			*place = NULL;
			uv_poll_stop(&w->poll);
			uv_close((uv_handle_t *)&w->poll, on_closed);
		}
		return;
	}
	if (w == NULL) {
		w = mem_calloc(1, sizeof(*w));
		w->owner = r;
		w->fd = fd;
		if (uv_poll_init(r->loop, &w->poll, fd) != 0) {
			free(w);
			return;
		}
		w->poll.data = w;
		*place = w;
	}
	uv_poll_start(&w->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
		      on_ready);
}

/* Its timeouts are looked at only while something is asked. */
static void on_tick(uv_timer_t *t)
{
	struct resolver *r = t->data;

	ares_process_fd(r->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	if (r->outstanding == 0)
		uv_timer_stop(t);
}

static bool open_channel(struct resolver *r)
{
	struct ares_options o = {.flags = ARES_FLAG_STAYOPEN | ARES_FLAG_NOSEARCH,
				 .timeout = TRY_MS,
				 .tries = TRIES,
				 .sock_state_cb = on_state,
				 .sock_state_cb_data = r};

	if (!r->has_channel)
		r->has_channel =
			ares_init_options(&r->channel, &o,
					  ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
						  ARES_OPT_SOCK_STATE_CB) == ARES_SUCCESS;
	return r->has_channel;
}

enum err resolver_new(struct uv_loop_s *loop, struct resolver **ret, struct err_info *info)
{
	struct resolver *r = mem_calloc(1, sizeof(*r));

	r->loop = loop;
	if (ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS) {
		free(r);
		return err_fail(info, ERR_IO, "the resolver could not be started");
	}
	uv_timer_init(loop, &r->timer);
	r->timer.data = r;
	*ret = r;
	return ERR_OK;
}

void resolver_free(struct resolver *r)
{
	if (r == NULL)
		return;
	if (r->has_channel)
		ares_destroy(r->channel); /* ends what is asked, closes its sockets (on_state) */
	uv_close((uv_handle_t *)&r->timer, on_closed);
}

static enum resolver_result result_of(int status)
{
	switch (status) {
	case ARES_SUCCESS:
		return RESOLVER_OK;
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
		return RESOLVER_UNKNOWN;
	case ARES_ETIMEOUT:
		return RESOLVER_TIMEOUT;
	default:
		return RESOLVER_FAILED;
	}
}

static void ask(struct look_up *l);

static void on_found(void *user, int status, int timeouts, struct ares_addrinfo *found)
{
	struct look_up *l = user;
	char addresses[RESOLVER_ADDRESSES_MAX][RESOLVER_ADDRESS_SIZE];
	enum resolver_result result = result_of(status);
	size_t n = 0;

	(void)timeouts;
	for (struct ares_addrinfo_node *a = found != NULL ? found->nodes : NULL;
	     a != NULL && n < RESOLVER_ADDRESSES_MAX; a = a->ai_next) {
		const void *bytes =
			a->ai_family == AF_INET
				? (const void *)&((struct sockaddr_in *)(void *)a->ai_addr)
					  ->sin_addr
				: (const void *)&((struct sockaddr_in6 *)(void *)a->ai_addr)
					  ->sin6_addr;

		if (inet_ntop(a->ai_family, bytes, addresses[n], RESOLVER_ADDRESS_SIZE) != NULL)
			n++;
	}
	if (found != NULL)
		ares_freeaddrinfo(found);
	if (result == RESOLVER_OK && n == 0)
		result = RESOLVER_UNKNOWN;
	if (result == RESOLVER_UNKNOWN && !l->v6) {
		l->v6 = true;
		ask(l);
		return;
	}
	l->owner->outstanding--;
	l->done(l->user, result, (const char(*)[RESOLVER_ADDRESS_SIZE])addresses, n);
	free(l);
}

/* One family after the other: a server that never answers for IPv6 must not delay what has IPv4. */
static void ask(struct look_up *l)
{
	struct ares_addrinfo_hints hints = {.ai_family = l->v6 ? AF_INET6 : AF_INET,
					    .ai_socktype = SOCK_STREAM};

	ares_getaddrinfo(l->owner->channel, l->name, NULL, &hints, on_found, l);
}

void resolver_find(struct resolver *r, const char *name,
		   void (*done)(void *user, enum resolver_result result,
				const char (*addresses)[RESOLVER_ADDRESS_SIZE], size_t count),
		   void *user)
{
	size_t size = strlen(name) + 1;
	struct look_up *l;

	if (!open_channel(r)) {
		done(user, RESOLVER_FAILED, NULL, 0);
		return;
	}
	l = mem_calloc(1, sizeof(*l) + size);

	l->owner = r;
	l->done = done;
	l->user = user;
	memcpy(l->name, name, size);
	r->outstanding++;
	uv_timer_start(&r->timer, on_tick, TICK_MS, TICK_MS);
	ask(l);
}

enum err resolver_use(struct resolver *r, const char *servers)
{
	return open_channel(r) && ares_set_servers_ports_csv(r->channel, servers) == ARES_SUCCESS
		       ? ERR_OK
		       : ERR_SYNTAX;
}
