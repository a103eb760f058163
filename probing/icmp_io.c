#include "probing/icmp_io.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <uv.h>

#include "base/heap.h"
#include "base/mem.h"
#include "base/rand.h"
#include "checks/icmp_echo.h"

enum {
	PACKET_MAX = 2048,
	BATCH = 16, /* datagrams a system call */
	BATCHES_MAX = 16, /* per turn of the loop: a flood of others' replies must not hold it */
	RECEIVE_BUFFER = 1 << 20, /* wished for; net.core.rmem_max may say less */
	SENDS_IN_A_ROW = 64 /* then answers are read: the default buffer holds some 270 of them */
};

struct family {
	int fd; /* -1 = none */
	int error; /* errno of the last attempt */
	bool v6, raw, polled;
	unsigned running, awaiting; /* bursts; those with all requests sent */
	unsigned unread; /* requests sent since answers were last read */
	uv_poll_t poll;
};

struct icmp_run {
	struct icmp_io *io;
	struct echo_burst *burst;
	struct icmp_echo_id id;
	struct sockaddr_storage to;
	socklen_t to_size;
	struct family *family;
	bool over; /* nothing can come any more: ends at its next turn */
	bool awaiting, cancelled;
	struct heap_node due; /* the next request */
	int64_t sent_at[ECHO_COUNT_MAX]; /* CLOCK_REALTIME, ns: the clock of the kernel's stamps */
	void (*done)(void *user);
	void *user;
};

struct icmp_io {
	uv_loop_t *loop;
	uv_timer_t timer;
	struct family families[2]; /* IPv4, IPv6 */
	struct heap due; /* monotonic microseconds */
	struct icmp_run **slots;
	uint32_t slot_count;
	size_t slot_cap;
	struct rand rand;
	unsigned handles;
	bool closing;
};

static int64_t now_real_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t now_mono_us(void)
{
	return (int64_t)(uv_hrtime() / 1000);
}

/* --- sockets --------------------------------------------------------------------------------------------- */

/* A raw socket sees everything: only replies are wanted. */
static void filter_raw(const struct family *f)
{
	if (f->v6) {
		struct icmp6_filter filter;

		ICMP6_FILTER_SETBLOCKALL(&filter);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &filter);
		setsockopt(f->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter, sizeof(filter));
	} else {
		struct icmp_filter filter = {.data = ~(1u << ICMP_ECHOREPLY)};

		setsockopt(f->fd, SOL_RAW, ICMP_FILTER, &filter, sizeof(filter));
	}
}

static bool open_family(struct icmp_io *io, struct family *f)
{
	int family = f->v6 ? AF_INET6 : AF_INET, protocol = f->v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	int on = 1, size = RECEIVE_BUFFER;

	f->raw = false;
	f->fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	if (f->fd < 0 && (errno == EACCES || errno == EPERM || errno == EPROTONOSUPPORT)) {
		f->raw = true;
		f->fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	}
	if (f->fd < 0) {
		f->error = errno;
		return false;
	}
	if (f->raw)
		filter_raw(f);
	setsockopt(f->fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
	if (setsockopt(f->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		setsockopt(f->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (uv_poll_init(io->loop, &f->poll, f->fd) != 0) {
		close(f->fd);
		f->fd = -1;
		f->error = EMFILE;
		return false;
	}
	f->poll.data = io;
	f->polled = true;
	io->handles++;
	uv_unref((uv_handle_t *)&f->poll); /* a burst keeps the loop alive by its timers */
	return true;
}

static enum outcome outcome_of(int error)
{
	return error == EMFILE || error == ENFILE ? OUTCOME_DESCRIPTORS_EXHAUSTED
						  : OUTCOME_RIGHT_MISSING;
}

/* --- slots ----------------------------------------------------------------------------------------------- */

static void take_slot(struct icmp_io *io, struct icmp_run *r)
{
	uint32_t slot = 0;

	while (slot < io->slot_count && io->slots[slot] != NULL)
		slot++;
	if (slot == io->slot_count) {
		io->slots = mem_grow(io->slots, io->slot_count, &io->slot_cap,
				     sizeof(struct icmp_run *));
		io->slot_count++;
	}
	io->slots[slot] = r;
	r->id = (struct icmp_echo_id){.slot = slot, .key = rand_u64(&io->rand)};
}

static void on_readable(uv_poll_t *h, int status, int events);

/* The kernel stamps what arrives, so nobody need wake for an answer while more requests are to be sent. */
static void set_awaiting(struct icmp_run *r, bool awaiting)
{
	struct family *f = r->family;

	if (r->awaiting == awaiting)
		return;
	r->awaiting = awaiting;
	f->awaiting += awaiting ? 1u : -1u;
	if (awaiting && f->awaiting == 1)
		uv_poll_start(&f->poll, UV_READABLE, on_readable);
	else if (!awaiting && f->awaiting == 0)
		uv_poll_stop(&f->poll);
}

static void release(struct icmp_run *r)
{
	if (r->family != NULL) {
		set_awaiting(r, false);
		r->family->running--;
	}
	heap_remove(&r->io->due, &r->due);
	r->io->slots[r->id.slot] = NULL;
	free(r);
}

static void end(struct icmp_run *r)
{
	void (*done)(void *) = r->done;
	void *user = r->user;

	release(r);
	done(user);
}

/* --- sending --------------------------------------------------------------------------------------------- */

static void on_due(uv_timer_t *t);

static void arm(struct icmp_io *io)
{
	const struct heap_node *n = heap_top(&io->due);
	int64_t us;

	if (n == NULL) {
		uv_timer_stop(&io->timer);
		return;
	}
	us = n->key - now_mono_us();
	uv_update_time(io->loop);
	uv_timer_start(&io->timer, on_due, us > 0 ? (uint64_t)((us + 999) / 1000) : 0, 0);
}

static void drain(struct family *f);

static void send_one(struct icmp_run *r, int64_t now)
{
	struct echo_burst *b = r->burst;
	unsigned char packet[PACKET_MAX];
	size_t n = icmp_echo_write(packet, b->size, r->family->v6, &r->id, (uint16_t)b->sent);

	r->sent_at[b->sent] = now_real_ns();
	b->rtt_us[b->sent] = -1;
	if (sendto(r->family->fd, packet, n, 0, (struct sockaddr *)&r->to, r->to_size) < 0)
		b->failed++;
	b->sent++;
	r->over = b->failed + b->received == b->count;
	if (b->sent < b->count || r->over)
		heap_put(&r->io->due, &r->due, r->over ? now : now + b->spacing_us);
	else
		heap_remove(&r->io->due, &r->due);
	if (b->sent == b->count && !r->over)
		set_awaiting(r, true);
	if (++r->family->unread >= SENDS_IN_A_ROW)
		drain(r->family);
}

static void on_due(uv_timer_t *t)
{
	struct icmp_io *io = t->data;
	int64_t now = now_mono_us();

	for (struct heap_node *n = heap_top(&io->due); n != NULL && n->key <= now;
	     n = heap_top(&io->due)) {
		struct icmp_run *r = CONTAINER_OF(n, struct icmp_run, due);

		if (r->over) {
			end(r);
			continue;
		}
		send_one(r, now);
	}
	if (!io->closing)
		arm(io);
}

/* --- receiving ------------------------------------------------------------------------------------------- */

static bool is_from_target(const struct icmp_run *r, const struct sockaddr_storage *from)
{
	if (r->family->v6)
		return memcmp(&((const struct sockaddr_in6 *)from)->sin6_addr,
			      &((const struct sockaddr_in6 *)&r->to)->sin6_addr,
			      sizeof(struct in6_addr)) == 0;
	return ((const struct sockaddr_in *)from)->sin_addr.s_addr ==
	       ((const struct sockaddr_in *)&r->to)->sin_addr.s_addr;
}

static int64_t stamp_of(struct msghdr *m)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c != NULL; c = CMSG_NXTHDR(m, c)) {
		struct timespec t;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&t, CMSG_DATA(c), sizeof(t));
		return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
	}
	return now_real_ns();
}

static void take_reply(struct icmp_io *io, const struct family *f, const unsigned char *packet,
		       size_t n, const struct sockaddr_storage *from, int64_t stamp)
{
	struct icmp_echo_id id;
	struct icmp_run *r;
	struct echo_burst *b;
	uint16_t seq;
	int64_t rtt;

	if (!icmp_echo_read(packet, n, f->v6, f->raw && !f->v6, &id, &seq) ||
	    id.slot >= io->slot_count)
		return;
	r = io->slots[id.slot];
	if (r == NULL || r->family != f || r->id.key != id.key || !is_from_target(r, from))
		return;
	b = r->burst;
	if (seq >= b->sent || b->rtt_us[seq] >= 0)
		return;
	/* The clock may have been set in between; a reply never comes before its request. */
	rtt = (stamp - r->sent_at[seq]) / 1000;
	b->rtt_us[seq] = rtt < 0 ? 0 : rtt;
	b->received++;
	if (b->received + b->failed == b->count && !r->cancelled)
		end(r);
}

struct batch {
	struct mmsghdr messages[BATCH];
	struct iovec vectors[BATCH];
	struct sockaddr_storage from[BATCH];
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct timespec))];
	} control[BATCH];
	unsigned char packets[BATCH][PACKET_MAX];
};

static int receive(const struct family *f, struct batch *b)
{
	for (size_t i = 0; i < BATCH; i++) {
		b->vectors[i] = (struct iovec){b->packets[i], PACKET_MAX};
		b->messages[i].msg_hdr = (struct msghdr){.msg_name = &b->from[i],
							 .msg_namelen = sizeof(b->from[i]),
							 .msg_iov = &b->vectors[i],
							 .msg_iovlen = 1,
							 .msg_control = &b->control[i],
							 .msg_controllen = sizeof(b->control[i])};
	}
	return recvmmsg(f->fd, b->messages, BATCH, MSG_DONTWAIT, NULL);
}

static void drain(struct family *f)
{
	struct icmp_io *io = f->poll.data;
	struct batch b;

	if (f->fd < 0)
		return;
	f->unread = 0;
	for (int turns = 0; turns < BATCHES_MAX; turns++) {
		int n = receive(f, &b);

		for (int i = 0; i < n; i++)
			take_reply(io, f, b.packets[i], b.messages[i].msg_len, &b.from[i],
				   stamp_of(&b.messages[i].msg_hdr));
		if (n < BATCH)
			break;
	}
}

static void on_readable(uv_poll_t *h, int status, int events)
{
	(void)events;
	if (status == 0)
		drain(CONTAINER_OF(h, struct family, poll));
}

/* --- life ------------------------------------------------------------------------------------------------ */

struct icmp_io *icmp_io_new(struct uv_loop_s *loop)
{
	struct icmp_io *io = mem_calloc(1, sizeof(*io));
	uint64_t seed;

	io->loop = loop;
	rand_system(&seed, sizeof(seed));
	rand_seed(&io->rand, seed);
	heap_init(&io->due);
	uv_timer_init(loop, &io->timer);
	io->timer.data = io;
	io->handles = 1;
	for (int i = 0; i < 2; i++) {
		io->families[i] = (struct family){.fd = -1, .v6 = i == 1};
		open_family(io, &io->families[i]);
	}
	return io;
}

bool icmp_io_has(const struct icmp_io *io, bool v6)
{
	return io->families[v6].fd >= 0;
}

/* False if the address is none. */
static bool set_target(struct icmp_run *r, const char *address, bool *ret_v6)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&r->to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&r->to;

	*ret_v6 = inet_pton(AF_INET, address, &v4->sin_addr) != 1;
	if (*ret_v6 && inet_pton(AF_INET6, address, &v6->sin6_addr) != 1)
		return false;
	r->to.ss_family = *ret_v6 ? AF_INET6 : AF_INET;
	r->to_size = *ret_v6 ? sizeof(*v6) : sizeof(*v4);
	return true;
}

struct icmp_run *icmp_io_run(struct icmp_io *io, struct echo_burst *burst, void (*done)(void *user),
			     void *user)
{
	struct icmp_run *r = mem_calloc(1, sizeof(*r));
	struct family *f;
	bool v6;

	assert(burst->count > 0 && burst->count <= ECHO_COUNT_MAX);
	assert(burst->size >= ICMP_ECHO_COOKIE && burst->size <= PACKET_MAX - ICMP_ECHO_HEADER);
	*r = (struct icmp_run){.io = io, .burst = burst, .done = done, .user = user};
	burst->outcome = OUTCOME_OK;
	burst->sent = burst->received = burst->failed = 0;
	take_slot(io, r);
	if (!set_target(r, burst->address, &v6)) {
		burst->outcome = OUTCOME_NAME_FAILED;
	} else {
		f = &io->families[v6];
		if (f->fd < 0 && !open_family(io, f)) {
			burst->outcome = outcome_of(f->error);
		} else {
			r->family = f;
			if (f->running++ == 0 && f->raw)
				drain(f); /* what others were answered meanwhile */
		}
	}
	r->over = burst->outcome != OUTCOME_OK; /* told from the loop, as every end */
	heap_put(&io->due, &r->due, now_mono_us());
	arm(io);
	return r;
}

void icmp_io_cancel(struct icmp_run *r)
{
	struct icmp_io *io = r->io;

	r->cancelled = true; /* what has come is counted, and ends nothing */
	if (r->family != NULL)
		drain(r->family);
	release(r);
	if (!io->closing)
		arm(io);
}

static void on_closed(uv_handle_t *h)
{
	struct icmp_io *io = h->data;

	if (--io->handles > 0)
		return;
	free(io->slots);
	free(io);
}

void icmp_io_free(struct icmp_io *io)
{
	if (io == NULL)
		return;
	io->closing = true;
	for (uint32_t i = 0; i < io->slot_count; i++) {
		if (io->slots[i] != NULL)
			release(io->slots[i]);
	}
	heap_release(&io->due);
	for (int i = 0; i < 2; i++) {
		struct family *f = &io->families[i];

		if (f->polled) {
			uv_poll_stop(&f->poll);
			uv_close((uv_handle_t *)&f->poll, on_closed);
		}
		if (f->fd >= 0)
			close(f->fd);
	}
	uv_close((uv_handle_t *)&io->timer, on_closed);
}
