#include "probing/trap_io.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <uv.h>

#include "base/mem.h"
#include "base/parse.h"
#include "base/rand.h"
#include "base/rate_limit.h"

enum {
	PACKETS_A_CALL = 16,
	CALLS_A_TURN = 16, /* of one socket */
	PACKET_MAX = 16 * 1024, /* larger ones are malformed to us */
	RECEIVE_BUFFER = 4 << 20,
	ANSWERS_MAX = 256, /* informs that wait for theirs; more come again */
	ANSWERS_BYTES = 1 << 20,
	SOURCE_SIZE = INET6_ADDRSTRLEN,
	PRIVILEGED_BELOW = 1024
};
/* A device that tells of each of its thousand ports at once is heard; more than this for long is not. */
static const struct rate_limit source_limit = {US_PER_S / 200, 2000};
/* Nobody learns of each packet of a flood. */
static const struct rate_limit told_limit = {US_PER_S, 5};

struct listener {
	int fd;
	uv_poll_t poll;
	struct trap_io *io;
};
struct answer {
	struct sockaddr_storage to;
	socklen_t to_size;
	int fd;
	size_t size;
	char bytes[];
};

struct trap_io {
	struct listener listeners[TRAP_LISTEN_MAX];
	size_t count, open_handles;
	bool started;
	struct trap_codec *codec;
	struct trap_io_events events;
	struct trap_io_stats stats;
	struct rate_table sources;
	struct rate_bucket told;
	uint64_t seed;
	struct answer *answers[ANSWERS_MAX];
	size_t answer_count, answer_bytes;
	struct mmsghdr headers[PACKETS_A_CALL];
	struct iovec vectors[PACKETS_A_CALL];
	struct sockaddr_storage from[PACKETS_A_CALL];
	char packets[PACKETS_A_CALL][PACKET_MAX];
};

/* --- opening ----------------------------------------------------------------------------------------------- */

static enum err parse_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size,
			      struct err_info *info)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_DGRAM};
	struct addrinfo *found = NULL;
	char host[256], service[8];
	uint16_t port;

	if (parse_host_port(slice_of(text), host, sizeof(host), &port) != ERR_OK)
		return err_fail(info, ERR_SYNTAX, "'%s' is no ADDRESS:PORT", text);
	snprintf(service, sizeof(service), "%u", port);
	if (getaddrinfo(host, service, &hints, &found) != 0 || found == NULL)
		return err_fail(info, ERR_SYNTAX, "'%s': the address must be numeric", text);
	memcpy(ret, found->ai_addr, found->ai_addrlen);
	*ret_size = found->ai_addrlen;
	freeaddrinfo(found);
	return ERR_OK;
}

static enum err fail_bind(const char *text, struct err_info *info)
{
	if (errno == EACCES)
		return err_fail(info, ERR_DENIED,
				"traps: %s: no right to this port; a port below %d needs "
				"CAP_NET_BIND_SERVICE",
				text, PRIVILEGED_BELOW);
	return err_fail_errno(info, ERR_IO, "traps: listen on %s", text);
}

static enum err open_one(struct trap_io *io, const char *text, struct err_info *info)
{
	struct listener *l = &io->listeners[io->count];
	struct sockaddr_storage address = {0};
	int yes = 1, buffer = RECEIVE_BUFFER;
	socklen_t size = 0;
	enum err e = parse_address(text, &address, &size, info);

	if (e != ERR_OK)
		return e;
	l->io = io;
	l->fd = socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (l->fd < 0)
		return err_fail_errno(info, ERR_IO, "traps: socket for %s", text);
	io->count++;
	if (address.ss_family == AF_INET6)
		(void)setsockopt(l->fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	/* Beyond the system's limit with the right to; else as much as it gives. */
	if (setsockopt(l->fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) != 0)
		(void)setsockopt(l->fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	if (bind(l->fd, (struct sockaddr *)&address, size) != 0)
		return fail_bind(text, info);
	return ERR_OK;
}

enum err trap_io_open(const char *const *listen, size_t count, struct trap_io **ret,
		      struct err_info *info)
{
	struct trap_io *io = mem_calloc(1, sizeof(*io));
	enum err e = ERR_OK;

	assert(count <= TRAP_LISTEN_MAX);
	rand_system(&io->seed, sizeof(io->seed));
	for (size_t i = 0; e == ERR_OK && i < count; i++)
		e = open_one(io, listen[i], info);
	if (e == ERR_OK)
		*ret = io;
	else
		trap_io_free(io);
	return e;
}

uint16_t trap_io_port(const struct trap_io *io, size_t index)
{
	struct sockaddr_storage a;
	socklen_t size = sizeof(a);

	if (getsockname(io->listeners[index].fd, (struct sockaddr *)&a, &size) != 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

/* --- answers ----------------------------------------------------------------------------------------------- */

static void send_bytes(int fd, const struct sockaddr_storage *to, socklen_t size, struct slice s)
{
	/* What the system does not take now the sender asks for again. */
	(void)sendto(fd, s.p, s.n, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)to, size);
}

static void keep_answer(struct trap_io *io, int fd, const struct msghdr *h, struct slice bytes)
{
	struct answer *a;

	if (io->answer_count == ANSWERS_MAX || io->answer_bytes + bytes.n > ANSWERS_BYTES)
		return;
	a = mem_calloc(1, sizeof(*a) + bytes.n);
	memcpy(&a->to, h->msg_name, h->msg_namelen);
	a->to_size = h->msg_namelen;
	a->fd = fd;
	a->size = bytes.n;
	memcpy(a->bytes, bytes.p, bytes.n);
	io->answers[io->answer_count++] = a;
	io->answer_bytes += bytes.n;
}

static void drop_answers(struct trap_io *io)
{
	for (size_t i = 0; i < io->answer_count; i++)
		free(io->answers[i]);
	io->answer_count = io->answer_bytes = 0;
}

void trap_io_answer(struct trap_io *io)
{
	for (size_t i = 0; i < io->answer_count; i++) {
		const struct answer *a = io->answers[i];

		send_bytes(a->fd, &a->to, a->to_size, (struct slice){a->bytes, a->size});
	}
	drop_answers(io);
}

/* --- packets ----------------------------------------------------------------------------------------------- */

static struct mono_time now_mono(void)
{
	return (struct mono_time){(int64_t)(uv_hrtime() / 1000)};
}

static void source_text(const struct sockaddr_storage *from, char dst[SOURCE_SIZE])
{
	const void *address =
		from->ss_family == AF_INET6
			? (const void *)&((const struct sockaddr_in6 *)from)->sin6_addr
			: (const void *)&((const struct sockaddr_in *)from)->sin_addr;

	if (inet_ntop(from->ss_family, address, dst, SOURCE_SIZE) == NULL)
		snprintf(dst, SOURCE_SIZE, "?");
}

static void drop(struct trap_io *io, enum trap_drop why, const char *source, struct mono_time now)
{
	int64_t wait;

	io->stats.dropped[why]++;
	if ((why != TRAP_DROP_STRANGER && why != TRAP_DROP_FLOOD) ||
	    rate_bucket_take(&io->told, told_limit, now, &wait))
		io->events.dropped(io->events.user, why, source);
}

static void take(struct trap_io *io, int fd, const struct msghdr *h, struct slice packet)
{
	struct mono_time now = now_mono();
	enum trap_drop why = TRAP_DROP_MALFORMED;
	struct notification n;
	struct slice answer = {"", 0};
	char source[SOURCE_SIZE];
	int64_t wait;

	io->stats.packets++;
	source_text(h->msg_name, source);
	if (!io->events.known(io->events.user, source)) {
		drop(io, TRAP_DROP_STRANGER, source, now);
		return;
	}
	if (!rate_table_take(&io->sources, source_limit, rate_limit_key(io->seed, slice_of(source)),
			     now, &wait)) {
		drop(io, TRAP_DROP_FLOOD, source, now);
		return;
	}
	if ((h->msg_flags & MSG_TRUNC) != 0) {
		drop(io, TRAP_DROP_MALFORMED, source, now);
		return;
	}
	switch (trap_codec_read(io->codec, packet, source, now, &n, &answer, &why)) {
	case TRAP_READ_TAKEN:
		io->stats.taken++;
		io->stats.informs += n.inform;
		if (answer.n > 0)
			keep_answer(io, fd, h, answer);
		if (!io->events.heard(io->events.user, &n))
			drop(io, TRAP_DROP_UNMATCHED, source, now);
		break;
	case TRAP_READ_DROPPED:
		drop(io, why, source, now);
		if (answer.n > 0)
			send_bytes(fd, h->msg_name, h->msg_namelen, answer);
		break;
	case TRAP_READ_ASKED:
		if (answer.n > 0)
			send_bytes(fd, h->msg_name, h->msg_namelen, answer);
		break;
	}
}

static int receive(struct trap_io *io, int fd)
{
	for (size_t i = 0; i < PACKETS_A_CALL; i++) {
		io->vectors[i] = (struct iovec){io->packets[i], PACKET_MAX};
		io->headers[i].msg_hdr = (struct msghdr){.msg_name = &io->from[i],
							 .msg_namelen = sizeof(io->from[i]),
							 .msg_iov = &io->vectors[i],
							 .msg_iovlen = 1};
	}
	return recvmmsg(fd, io->headers, PACKETS_A_CALL, MSG_DONTWAIT, NULL);
}

static void on_readable(uv_poll_t *h, int status, int events)
{
	struct listener *l = h->data;
	struct trap_io *io = l->io;

	(void)status;
	(void)events;
	for (int calls = 0; calls < CALLS_A_TURN; calls++) {
		int n = receive(io, l->fd);

		for (int i = 0; i < n; i++)
			take(io, l->fd, &io->headers[i].msg_hdr,
			     (struct slice){io->packets[i], io->headers[i].msg_len});
		if (n < PACKETS_A_CALL)
			break;
	}
	io->events.drained(io->events.user);
}

/* --- life -------------------------------------------------------------------------------------------------- */

void trap_io_start(struct trap_io *io, struct uv_loop_s *loop, struct trap_codec *codec,
		   const struct trap_io_events *events)
{
	io->codec = codec;
	io->events = *events;
	io->started = true;
	for (size_t i = 0; i < io->count; i++) {
		struct listener *l = &io->listeners[i];

		uv_poll_init(loop, &l->poll, l->fd);
		l->poll.data = l;
		io->open_handles++;
		uv_poll_start(&l->poll, UV_READABLE, on_readable);
	}
}

void trap_io_set_codec(struct trap_io *io, struct trap_codec *codec)
{
	drop_answers(io);
	io->codec = codec;
}

struct trap_io_stats trap_io_stats(const struct trap_io *io)
{
	return io->stats;
}

static void on_closed(uv_handle_t *h)
{
	struct listener *l = h->data;
	struct trap_io *io = l->io;

	close(l->fd);
	if (--io->open_handles == 0)
		free(io);
}

void trap_io_free(struct trap_io *io)
{
	if (io == NULL)
		return;
	drop_answers(io);
	for (size_t i = 0; i < io->count; i++) {
		if (io->started)
			uv_close((uv_handle_t *)&io->listeners[i].poll, on_closed);
		else
			close(io->listeners[i].fd);
	}
	if (!io->started || io->count == 0)
		free(io);
}
