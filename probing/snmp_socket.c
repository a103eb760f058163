#include "probing/snmp_socket.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "base/mem.h"

enum {
	PACKET_MAX = 65536,
	BATCH = 16, /* datagrams a system call */
	BATCHES_MAX = 16, /* per turn of the loop */
	UNSENT_MAX = 32,
	SMALL = 1536, /* what is larger leaves at once */
	RECEIVE_BUFFER = 8 << 20, /* wished for; net.core.rmem_max may say less */
	ERRORS_MAX = 64
};

struct family {
	int fd; /* -1 = none */
	bool v6;
	uv_poll_t poll;
};
struct unsent {
	union snmp_address to;
	size_t n;
	char bytes[SMALL];
};

struct snmp_sockets {
	uv_loop_t *loop;
	struct snmp_socket_events events;
	struct family families[2];
	char *arrivals; /* BATCH * PACKET_MAX; only what is touched takes memory */
	unsigned unsent_count;
	struct unsent *unsent;
	unsigned handles;
	bool closing;
};

struct snmp_sockets *snmp_sockets_new(struct uv_loop_s *loop,
				      const struct snmp_socket_events *events)
{
	struct snmp_sockets *s = mem_calloc(1, sizeof(*s));

	s->loop = loop;
	s->events = *events;
	for (int i = 0; i < 2; i++)
		s->families[i] = (struct family){.fd = -1, .v6 = i == 1};
	return s;
}

static struct family *family_of(struct snmp_sockets *s, const union snmp_address *a)
{
	return &s->families[a->any.sa_family == AF_INET6];
}

static void on_readable(uv_poll_t *h, int status, int events);

static void set_options(const struct family *f)
{
	int on = 1, size = RECEIVE_BUFFER;

	if (setsockopt(f->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		setsockopt(f->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (f->v6)
		setsockopt(f->fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof(on));
	else
		setsockopt(f->fd, IPPROTO_IP, IP_RECVERR, &on, sizeof(on));
}

int snmp_sockets_open(struct snmp_sockets *s, const union snmp_address *for_whom)
{
	struct family *f = family_of(s, for_whom);
	int rc;

	if (f->fd >= 0)
		return 0;
	if (s->arrivals == NULL) {
		s->arrivals = mmap(NULL, BATCH * PACKET_MAX, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		if (s->arrivals == MAP_FAILED)
			abort();
		s->unsent = mem_calloc(UNSENT_MAX, sizeof(*s->unsent));
	}
	f->fd = socket(f->v6 ? AF_INET6 : AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (f->fd < 0)
		return errno;
	set_options(f);
	rc = uv_poll_init(s->loop, &f->poll, f->fd);
	if (rc != 0) {
		close(f->fd);
		f->fd = -1;
		return -rc;
	}
	f->poll.data = s;
	s->handles++;
	uv_poll_start(&f->poll, UV_READABLE, on_readable);
	uv_unref((uv_handle_t *)&f->poll); /* requests keep the loop alive by their timer */
	return 0;
}

/* --- receiving ------------------------------------------------------------------------------------------- */

/* What ICMP has told of packets of ours. */
static void drain_errors(struct snmp_sockets *s, struct family *f)
{
	for (int i = 0; i < ERRORS_MAX && !s->closing; i++) {
		union {
			struct cmsghdr align;
			char bytes[512];
		} control;
		union snmp_address to = {0};
		struct msghdr m = {.msg_name = &to,
				   .msg_namelen = sizeof(to),
				   .msg_control = &control,
				   .msg_controllen = sizeof(control)};

		if (recvmsg(f->fd, &m, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
			break;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
			struct sock_extended_err e;

			if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR) &&
			    (c->cmsg_level != IPPROTO_IPV6 || c->cmsg_type != IPV6_RECVERR))
				continue;
			memcpy(&e, CMSG_DATA(c), sizeof(e));
			if (!s->closing && e.ee_errno != 0 && e.ee_errno != EMSGSIZE)
				s->events.failed(s->events.user, &to, (int)e.ee_errno);
		}
	}
}

static int receive(struct snmp_sockets *s, const struct family *f, struct mmsghdr *messages,
		   union snmp_address *from)
{
	struct iovec vectors[BATCH];

	for (size_t i = 0; i < BATCH; i++) {
		vectors[i] = (struct iovec){s->arrivals + i * PACKET_MAX, PACKET_MAX};
		messages[i].msg_hdr = (struct msghdr){.msg_name = &from[i],
						      .msg_namelen = sizeof(from[i]),
						      .msg_iov = &vectors[i],
						      .msg_iovlen = 1};
	}
	return recvmmsg(f->fd, messages, BATCH, MSG_DONTWAIT, NULL);
}

static void drain(struct snmp_sockets *s, struct family *f)
{
	struct mmsghdr messages[BATCH];
	union snmp_address from[BATCH];

	for (int turns = 0; turns < BATCHES_MAX && !s->closing; turns++) {
		int n = receive(s, f, messages, from);

		/* An error of a packet of ours comes out at any call, and once. */
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			continue;
		for (int i = 0; i < n && !s->closing; i++)
			s->events.packet(s->events.user,
					 (struct slice){s->arrivals + (size_t)i * PACKET_MAX,
							messages[i].msg_len},
					 &from[i]);
		if (n < BATCH)
			break;
	}
	if (!s->closing)
		s->events.drained(s->events.user);
}

/* libuv stops polling and says UV_EBADF when the kernel has an error to tell. */
static void on_readable(uv_poll_t *h, int status, int events)
{
	struct family *f = CONTAINER_OF(h, struct family, poll);
	struct snmp_sockets *s = h->data;
	int error = 0;
	socklen_t size = sizeof(error);

	(void)events;
	if (status != 0) {
		drain_errors(s, f);
		getsockopt(f->fd, SOL_SOCKET, SO_ERROR, &error, &size);
	}
	if (!s->closing)
		drain(s, f);
	if (status != 0 && !s->closing)
		uv_poll_start(h, UV_READABLE, on_readable);
}

/* --- sending --------------------------------------------------------------------------------------------- */

/* What the kernel says at once is either of this packet, or was waiting since an earlier one: tried again to know. */
static void send_alone(struct snmp_sockets *s, const union snmp_address *to, const char *bytes,
		       size_t n)
{
	const struct family *f = family_of(s, to);

	for (int tries = 0; tries < 2; tries++) {
		if (sendto(f->fd, bytes, n, MSG_DONTWAIT, &to->any, snmp_address_size(to)) >= 0 ||
		    errno == EAGAIN || errno == ENOBUFS) /* then it is lost, as on the way */
			return;
	}
	s->events.failed(s->events.user, to, errno);
}

static int send_many(const struct snmp_sockets *s, const struct family *f,
		     struct unsent *const *which, unsigned count)
{
	struct mmsghdr messages[UNSENT_MAX];
	struct iovec vectors[UNSENT_MAX];

	(void)s;
	for (unsigned i = 0; i < count; i++) {
		struct unsent *u = which[i];

		vectors[i] = (struct iovec){u->bytes, u->n};
		messages[i].msg_hdr = (struct msghdr){.msg_name = &u->to,
						      .msg_namelen = snmp_address_size(&u->to),
						      .msg_iov = &vectors[i],
						      .msg_iovlen = 1};
	}
	return sendmmsg(f->fd, messages, count, MSG_DONTWAIT);
}

static void flush_family(struct snmp_sockets *s, struct family *f, unsigned total)
{
	struct unsent *which[UNSENT_MAX];
	unsigned count = 0, sent = 0;

	for (unsigned i = 0; i < total; i++) {
		if ((s->unsent[i].to.any.sa_family == AF_INET6) == f->v6)
			which[count++] = &s->unsent[i];
	}
	while (sent < count) {
		int n = send_many(s, f, which + sent, count - sent);

		if (n > 0) {
			sent += (unsigned)n;
		} else {
			send_alone(s, &which[sent]->to, which[sent]->bytes, which[sent]->n);
			sent++;
		}
	}
}

void snmp_sockets_flush(struct snmp_sockets *s)
{
	unsigned total = s->unsent_count;

	s->unsent_count = 0;
	for (int i = 0; i < 2 && total > 0; i++)
		flush_family(s, &s->families[i], total);
}

bool snmp_sockets_has_unsent(const struct snmp_sockets *s)
{
	return s->unsent_count > 0;
}

void snmp_sockets_send(struct snmp_sockets *s, const union snmp_address *to, struct slice packet)
{
	struct unsent *u;

	if (packet.n > SMALL) {
		send_alone(s, to, packet.p, packet.n);
		return;
	}
	if (s->unsent_count == UNSENT_MAX)
		snmp_sockets_flush(s);
	u = &s->unsent[s->unsent_count++];
	u->to = *to;
	u->n = packet.n;
	memcpy(u->bytes, packet.p, packet.n);
}

/* --- end ------------------------------------------------------------------------------------------------- */

static void release(struct snmp_sockets *s)
{
	if (s->arrivals != NULL)
		munmap(s->arrivals, BATCH * PACKET_MAX);
	free(s->unsent);
	free(s);
}

static void on_closed(uv_handle_t *h)
{
	struct snmp_sockets *s = h->data;

	if (--s->handles == 0)
		release(s);
}

void snmp_sockets_free(struct snmp_sockets *s)
{
	if (s == NULL)
		return;
	s->closing = true;
	if (s->handles == 0) {
		release(s);
		return;
	}
	for (int i = 0; i < 2; i++) {
		struct family *f = &s->families[i];

		if (f->fd < 0)
			continue;
		uv_poll_stop(&f->poll);
		uv_close((uv_handle_t *)&f->poll, on_closed);
		close(f->fd);
	}
}
