#include "tests/support/fake_snmp_agent.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

enum {
	PACKET = 65536,
	RECEIVE_BUFFER = 16 << 20,
	ASKED_MAX = 512,
	TURN = 64,
	ERROR_TOO_BIG = 1,
	ERROR_NO_SUCH_NAME = 2,
	ERROR_GENERAL = 5
};

/* --- encoding: from the end to the front, so that lengths are known when they are written ---------------- */

struct writer {
	uint8_t bytes[PACKET];
	size_t at; /* the first byte used */
};

static void put_bytes(struct writer *w, const void *p, size_t n)
{
	assert(n <= w->at);
	w->at -= n;
	memcpy(w->bytes + w->at, p, n);
}

static void put_byte(struct writer *w, unsigned v)
{
	uint8_t b = (uint8_t)v;

	put_bytes(w, &b, 1);
}

/* Head of all that was written since `end`. */
static void put_head(struct writer *w, uint8_t tag, size_t end)
{
	size_t n = end - w->at;

	if (n < 128) {
		put_byte(w, (unsigned)n);
	} else {
		put_byte(w, n & 0xff);
		put_byte(w, n >> 8 & 0xff);
		put_byte(w, 0x82);
	}
	put_byte(w, tag);
}

static void put_int(struct writer *w, uint8_t tag, int64_t v)
{
	size_t end = w->at;

	/* Two's complement, as few octets as hold it with its sign. */
	do {
		put_byte(w, (unsigned)(v & 0xff));
		v >>= 8;
	} while (!(v == 0 && !(w->bytes[w->at] & 0x80)) && !(v == -1 && (w->bytes[w->at] & 0x80)));
	put_head(w, tag, end);
}

static void put_octets(struct writer *w, uint8_t tag, const void *p, size_t n)
{
	size_t end = w->at;

	put_bytes(w, p, n);
	put_head(w, tag, end);
}

static void put_oid(struct writer *w, const uint32_t *oid, size_t parts)
{
	size_t end = w->at;

	for (size_t i = parts; i-- > 1;) {
		uint64_t v = i == 1 ? (uint64_t)oid[0] * 40 + oid[1] : oid[i];

		put_byte(w, v & 0x7f);
		while ((v >>= 7) > 0)
			put_byte(w, 0x80 | (v & 0x7f));
	}
	put_head(w, 0x06, end);
}

/* --- decoding -------------------------------------------------------------------------------------------- */

struct reader {
	const uint8_t *p, *end;
};

static uint8_t get(struct reader *r, struct reader *inner)
{
	uint8_t tag;
	size_t n;

	assert(r->end - r->p >= 2);
	tag = r->p[0];
	n = r->p[1];
	r->p += 2;
	if (n & 0x80) {
		unsigned octets = n & 0x7f;

		for (n = 0; octets > 0; octets--)
			n = n << 8 | *r->p++;
	}
	assert(n <= (size_t)(r->end - r->p));
	*inner = (struct reader){r->p, r->p + n};
	r->p += n;
	return tag;
}

static int64_t get_int(struct reader *r)
{
	struct reader v;
	int64_t n;

	get(r, &v);
	n = (int8_t)*v.p++;
	while (v.p < v.end)
		n = n * 256 + *v.p++;
	return n;
}

static size_t get_oid(struct reader *r, uint32_t oid[FAKE_OID_MAX])
{
	struct reader v;
	size_t n = 1;

	get(r, &v);
	while (v.p < v.end) {
		uint64_t part = 0;

		do {
			part = part << 7 | (*v.p & 0x7f);
		} while (*v.p++ & 0x80);
		assert(n < FAKE_OID_MAX);
		oid[n++] = (uint32_t)part;
	}
	oid[0] = oid[1] >= 80 ? 2 : oid[1] / 40;
	oid[1] -= oid[0] * 40;
	return n;
}

struct asked {
	int64_t version, id, message; /* message: of version 3 */
	uint8_t pdu;
	int64_t repetitions, non_repeaters;
	uint32_t oids[ASKED_MAX][FAKE_OID_MAX];
	size_t parts[ASKED_MAX], count;
	struct reader engine, user, community;
};

static void read_pdu(struct reader *r, struct asked *q)
{
	struct reader pdu, list, bind, value;

	q->pdu = get(r, &pdu);
	q->id = get_int(&pdu);
	q->non_repeaters = get_int(&pdu);
	q->repetitions = get_int(&pdu);
	get(&pdu, &list);
	for (q->count = 0; list.p < list.end; q->count++) {
		assert(q->count < ASKED_MAX);
		get(&list, &bind);
		q->parts[q->count] = get_oid(&bind, q->oids[q->count]);
		get(&bind, &value);
	}
}

static void read_message(const uint8_t *p, size_t n, struct asked *q)
{
	struct reader r = {p, p + n}, message, inner, params;

	get(&r, &message);
	q->version = get_int(&message);
	if (q->version != 3) {
		get(&message, &q->community);
		read_pdu(&message, q);
		return;
	}
	get(&message, &inner);
	q->message = get_int(&inner);
	get(&message, &inner);
	get(&inner, &params);
	get(&params, &q->engine);
	get_int(&params);
	get_int(&params);
	get(&params, &q->user);
	get(&message, &inner); /* scoped PDU; whoever encrypts talks to a real agent */
	get(&inner, &params);
	get(&inner, &params);
	read_pdu(&inner, q);
}

/* --- rows ------------------------------------------------------------------------------------------------ */

static int compare(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	for (size_t i = 0; i < n && i < m; i++) {
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	}
	return n == m ? 0 : n < m ? -1 : 1;
}

static int compare_rows(const void *a, const void *b)
{
	const struct fake_row *x = a, *y = b;

	return compare(x->oid, x->parts, y->oid, y->parts);
}

static struct fake_row *add(struct fake_agent *a, const char *oid)
{
	struct fake_row *r;
	char *end = NULL;

	a->rows = mem_grow(a->rows, a->row_count, &a->row_cap, sizeof(*a->rows));
	r = &a->rows[a->row_count++];
	memset(r, 0, sizeof(*r));
	for (const char *p = oid;; p = end + 1) {
		assert(r->parts < FAKE_OID_MAX);
		r->oid[r->parts++] = (uint32_t)strtoul(p, &end, 10);
		if (*end == '\0')
			return r;
	}
}

void fake_agent_number(struct fake_agent *a, const char *oid, uint8_t tag, int64_t v)
{
	struct fake_row *r = add(a, oid);

	r->tag = tag;
	r->number = v;
}

void fake_agent_text(struct fake_agent *a, const char *oid, const char *v)
{
	struct fake_row *r = add(a, oid);

	r->tag = 0x04;
	r->text_size = strlen(v);
	assert(r->text_size <= sizeof(r->text));
	memcpy(r->text, v, r->text_size);
}

void fake_agent_ready(struct fake_agent *a)
{
	qsort(a->rows, a->row_count, sizeof(*a->rows), compare_rows);
}

void fake_agent_clear(struct fake_agent *a)
{
	a->row_count = 0;
}

/* The first row that is not before `oid`; *ret_same: it is that one. */
static size_t find(const struct fake_agent *a, const uint32_t *oid, size_t parts, bool *ret_same)
{
	size_t lo = 0, hi = a->row_count;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (compare(a->rows[mid].oid, a->rows[mid].parts, oid, parts) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*ret_same =
		lo < a->row_count && compare(a->rows[lo].oid, a->rows[lo].parts, oid, parts) == 0;
	return lo;
}

/* --- answers --------------------------------------------------------------------------------------------- */

static void put_value(struct writer *w, const struct fake_row *r)
{
	switch (r->tag) {
	case 0x02: /* INTEGER */
	case 0x41: /* Counter32 */
	case 0x42: /* Gauge32 */
	case 0x43: /* TimeTicks */
	case 0x46: /* Counter64 */
		put_int(w, r->tag, r->number);
		break;
	default:
		put_octets(w, r->tag, r->text, r->text_size);
	}
}

struct cell {
	const struct fake_row *row; /* NULL: an exception */
	const uint32_t *oid;
	size_t parts;
	uint8_t exception;
};
struct cells {
	struct cell list[8192];
	size_t count;
	int64_t error, index;
};

static void answer_get(const struct fake_agent *a, const struct asked *q, struct cells *c)
{
	for (size_t i = 0; i < q->count; i++) {
		bool same;
		size_t at = find(a, q->oids[i], q->parts[i], &same);

		c->list[c->count++] = (struct cell){.row = same ? &a->rows[at] : NULL,
						    .oid = q->oids[i],
						    .parts = q->parts[i],
						    .exception = 0x81};
		if (same || q->version != 0 || c->error != 0)
			continue;
		c->error = ERROR_NO_SUCH_NAME;
		c->index = (int64_t)i + 1;
	}
}

static size_t after(const struct fake_agent *a, const struct cell *last, size_t rep)
{
	bool same;
	size_t at = find(a, last->oid, last->parts, &same);

	if (a->manner == FAKE_LOOP)
		return rep % 3;
	if (a->manner == FAKE_BACKWARDS && at >= 6)
		return 4;
	return same ? at + 1 : at;
}

static void answer_next(const struct fake_agent *a, const struct asked *q, struct cells *c)
{
	size_t reps = q->pdu == 0xa5 ? (size_t)q->repetitions : 1;
	unsigned most = a->most > 0 ? a->most : COUNT_OF(c->list);

	for (size_t rep = 0; rep < reps; rep++) {
		for (size_t i = 0; i < q->count && c->count < most; i++) {
			struct cell last = {.oid = q->oids[i], .parts = q->parts[i]};
			size_t at;

			if (rep > 0)
				last = c->list[c->count - q->count];
			at = after(a, &last, rep);
			if (at < a->row_count)
				last = (struct cell){.row = &a->rows[at],
						     .oid = a->rows[at].oid,
						     .parts = a->rows[at].parts};
			else
				last.row = NULL, last.exception = 0x82;
			c->list[c->count++] = last;
			if (last.row != NULL || q->version != 0 || c->error != 0)
				continue;
			c->error = ERROR_NO_SUCH_NAME;
			c->index = (int64_t)i + 1;
		}
	}
}

static void refuse(const struct fake_agent *a, struct cells *c)
{
	struct fake_agent none = {0};
	const struct fake_row *r = add(&none, a->refused);

	for (size_t i = 0; i < c->count && c->error == 0; i++) {
		if (compare(c->list[i].oid, c->list[i].parts, r->oid, r->parts) == 0) {
			c->error = ERROR_GENERAL;
			c->index = (int64_t)i + 1;
		}
	}
	free(none.rows);
}

static void put_cell(struct writer *w, const struct fake_agent *a, const struct cell *cell,
		     bool last, bool error)
{
	size_t end = w->at;
	uint32_t other[] = {1, 3, 6, 1, 4, 1, 99999, 1};

	if (error)
		put_octets(w, 0x05, "", 0);
	else if (cell->row == NULL)
		put_octets(w, cell->exception, "", 0);
	else if (a->manner == FAKE_BARE_VALUE && last)
		put_octets(w, 0x02, "", 0);
	else
		put_value(w, cell->row);
	if (a->manner == FAKE_LONG_VALUE && last)
		w->bytes[w->at + 1] = 0x7f;
	if (a->manner == FAKE_OTHER_OIDS)
		put_oid(w, other, COUNT_OF(other));
	else
		put_oid(w, cell->oid, cell->parts);
	put_head(w, 0x30, end);
}

static void put_pdu(struct writer *w, const struct fake_agent *a, const struct asked *q,
		    const struct cells *c)
{
	size_t end = w->at;
	/* An error repeats what was asked. */
	size_t n = a->manner == FAKE_EMPTY ? 0 : c->error != 0 ? q->count : c->count;

	for (size_t i = n; i-- > 0;) {
		struct cell asked = {.oid = i < q->count ? q->oids[i] : NULL,
				     .parts = i < q->count ? q->parts[i] : 0};

		put_cell(w, a, c->error != 0 ? &asked : &c->list[i], i + 1 == n, c->error != 0);
	}
	put_head(w, 0x30, end);
	put_int(w, 0x02, c->index);
	put_int(w, 0x02, c->error);
	put_int(w, 0x02, q->id);
	put_head(w, 0xa2, end);
}

/* The Report of version 3 for an engine that is not ours. */
static void put_report(struct writer *w, const struct asked *q)
{
	static const uint32_t unknown_engine[] = {1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0};
	size_t end = w->at;

	put_int(w, 0x41, 7);
	put_oid(w, unknown_engine, COUNT_OF(unknown_engine));
	put_head(w, 0x30, end);
	put_head(w, 0x30, end);
	put_int(w, 0x02, 0);
	put_int(w, 0x02, 0);
	put_int(w, 0x02, q->id);
	put_head(w, 0xa8, end);
}

static void put_v3(struct writer *w, const struct fake_agent *a, const struct asked *q, size_t end)
{
	size_t mark;

	put_octets(w, 0x04, "", 0); /* context */
	put_octets(w, 0x04, a->engine, a->engine_size);
	put_head(w, 0x30, end);
	mark = w->at;
	put_octets(w, 0x04, "", 0);
	put_octets(w, 0x04, "", 0);
	put_octets(w, 0x04, q->user.p, (size_t)(q->user.end - q->user.p));
	put_int(w, 0x02, a->time);
	put_int(w, 0x02, a->boots);
	put_octets(w, 0x04, a->engine, a->engine_size);
	put_head(w, 0x30, mark);
	put_head(w, 0x04, mark);
	mark = w->at;
	put_int(w, 0x02, 3);
	put_octets(w, 0x04, "", 1);
	put_int(w, 0x02, 65507);
	put_int(w, 0x02, q->message);
	put_head(w, 0x30, mark);
	put_int(w, 0x02, 3);
	put_head(w, 0x30, end);
}

/* --- the socket ------------------------------------------------------------------------------------------ */

union where {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};
struct answer {
	struct fake_agent *agent;
	uv_timer_t timer;
	union where to;
	socklen_t to_size;
	struct in_addr from; /* the address that was asked */
	size_t n;
	uint8_t *bytes;
};

static void transmit(int fd, const struct answer *s)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control = {0};
	struct iovec v = {s->bytes, s->n};
	struct msghdr m = {.msg_name = (void *)(uintptr_t)&s->to,
			   .msg_namelen = s->to_size,
			   .msg_iov = &v,
			   .msg_iovlen = 1};

	if (s->to.any.sa_family == AF_INET) {
		struct in_pktinfo info = {.ipi_spec_dst = s->from};
		struct cmsghdr *c;

		m.msg_control = &control;
		m.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
	}
	(void)!sendmsg(fd, &m, 0);
}

static void leave(const struct fake_agent *a, const struct answer *s)
{
	transmit(a->manner == FAKE_OTHER_PORT ? a->other_fd : a->fd, s);
	if (a->manner == FAKE_TWICE)
		transmit(a->fd, s);
}

static void on_timer_closed(uv_handle_t *h)
{
	struct answer *s = CONTAINER_OF((uv_timer_t *)h, struct answer, timer);

	free(s->bytes);
	free(s);
}

static void on_delay(uv_timer_t *t)
{
	struct answer *s = CONTAINER_OF(t, struct answer, timer);

	if (s->agent->fd >= 0)
		leave(s->agent, s);
	s->agent->waiting--;
	uv_close((uv_handle_t *)t, on_timer_closed);
}

static void send_answer(struct fake_agent *a, const struct answer *now)
{
	struct answer *later;

	if (a->delay_ms == 0) {
		leave(a, now);
		return;
	}
	later = mem_calloc(1, sizeof(*later));
	*later = *now;
	later->bytes = mem_calloc(1, now->n);
	memcpy(later->bytes, now->bytes, now->n);
	uv_timer_init(a->loop, &later->timer);
	uv_timer_start(&later->timer, on_delay, a->delay_ms, 0);
	if (++a->waiting > a->most_waiting)
		a->most_waiting = a->waiting;
}

static void spoil(const struct fake_agent *a, struct writer *w)
{
	size_t n = PACKET - w->at;

	if (a->manner == FAKE_GARBAGE) {
		for (size_t i = 0; i < n; i++)
			w->bytes[w->at + i] = (uint8_t)(i * 167 + 13 + a->asked);
	} else if (a->manner == FAKE_LONG) {
		w->bytes[w->at + 1] = w->bytes[w->at + 1] >= 0x80 ? 0x84 : 0x7f;
	}
}

static bool is_wanted(struct fake_agent *a, const struct asked *q)
{
	unsigned n =
		(unsigned)(q->pdu == 0xa5 ? (int64_t)q->count * q->repetitions : (int64_t)q->count);
	size_t m = (size_t)(q->community.end - q->community.p);

	a->asked++;
	a->gets += q->pdu == 0xa0;
	a->nexts += q->pdu == 0xa1;
	a->bulks += q->pdu == 0xa5;
	a->last_varbinds = n;
	a->most_varbinds = n > a->most_varbinds ? n : a->most_varbinds;
	if (a->skip > 0) {
		a->skip--;
		return false;
	}
	if (a->manner == FAKE_SILENT || (a->silent_above > 0 && n > a->silent_above))
		return false;
	return q->version == 3 ||
	       (m == strlen(a->community) && memcmp(q->community.p, a->community, m) == 0);
}

static void write_answer(struct fake_agent *a, const struct asked *q, struct writer *w)
{
	static struct cells c;

	c.count = 0;
	c.error = c.index = 0;
	if (a->too_big_above > 0 && a->last_varbinds > a->too_big_above)
		c.error = ERROR_TOO_BIG;
	else if (q->pdu == 0xa0)
		answer_get(a, q, &c);
	else
		answer_next(a, q, &c);
	if (a->refused != NULL)
		refuse(a, &c);
	put_pdu(w, a, q, &c);
}

static bool knows_engine(const struct fake_agent *a, const struct asked *q)
{
	size_t n = (size_t)(q->engine.end - q->engine.p);

	return n == a->engine_size && memcmp(q->engine.p, a->engine, n) == 0;
}

static void answer_one(struct fake_agent *a, const uint8_t *p, size_t n, struct answer *s)
{
	static struct writer w;
	static struct asked q;

	read_message(p, n, &q);
	if (!is_wanted(a, &q))
		return;
	w.at = PACKET;
	if (q.version == 3) {
		bool discovery = q.engine.p == q.engine.end;

		a->discoveries += discovery;
		if (!knows_engine(a, &q) && a->no_reports && !discovery)
			return;
		if (knows_engine(a, &q))
			write_answer(a, &q, &w);
		else
			put_report(&w, &q);
		put_v3(&w, a, &q, PACKET);
	} else {
		write_answer(a, &q, &w);
		put_octets(&w, 0x04, q.community.p, (size_t)(q.community.end - q.community.p));
		put_int(&w, 0x02, q.version);
		put_head(&w, 0x30, PACKET);
	}
	spoil(a, &w);
	s->bytes = w.bytes + w.at;
	s->n = PACKET - w.at;
	if (a->manner == FAKE_TRUNCATED)
		s->n /= 2;
	send_answer(a, s);
}

static void on_readable(uv_poll_t *h, int status, int events)
{
	struct fake_agent *a = h->data;
	uint8_t packet[4096];

	(void)events;
	for (int i = 0; i < TURN && status == 0; i++) {
		union {
			struct cmsghdr align;
			char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
		} control;
		struct answer s = {.agent = a};
		struct iovec v = {packet, sizeof(packet)};
		struct msghdr m = {.msg_name = &s.to,
				   .msg_namelen = sizeof(s.to),
				   .msg_iov = &v,
				   .msg_iovlen = 1,
				   .msg_control = &control,
				   .msg_controllen = sizeof(control)};
		ssize_t n = recvmsg(a->fd, &m, MSG_DONTWAIT);

		if (n < 0)
			return;
		s.to_size = m.msg_namelen;
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
			struct in_pktinfo info;

			if (c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_PKTINFO)
				continue;
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			s.from = info.ipi_addr;
		}
		answer_one(a, packet, (size_t)n, &s);
	}
}

static int open_at(const char *address, uint16_t *ret_port)
{
	union where at = {0};
	socklen_t size = sizeof(at.v4);
	int fd, on = 1, buffer = RECEIVE_BUFFER;

	if (inet_pton(AF_INET, address, &at.v4.sin_addr) == 1) {
		at.v4.sin_family = AF_INET;
	} else {
		assert(inet_pton(AF_INET6, address, &at.v6.sin6_addr) == 1);
		at.v6.sin6_family = AF_INET6;
		size = sizeof(at.v6);
	}
	fd = socket(at.any.sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, &at.any, size) != 0)
		abort();
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)) != 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	getsockname(fd, &at.any, &size);
	*ret_port = ntohs(at.any.sa_family == AF_INET ? at.v4.sin_port : at.v6.sin6_port);
	return fd;
}

void fake_agent_start(struct fake_agent *a, uv_loop_t *loop, const char *address)
{
	uint16_t other;

	*a = (struct fake_agent){.loop = loop, .community = "public", .boots = 5, .time = 1000};
	memcpy(a->engine, "\x80\x00\x1f\x88\x04vigia-fake", 15);
	a->engine_size = 15;
	a->fd = open_at(address, &a->port);
	a->other_fd = open_at(address, &other);
	uv_poll_init(loop, &a->poll, a->fd);
	a->poll.data = a;
	uv_poll_start(&a->poll, UV_READABLE, on_readable);
}

void fake_agent_stop(struct fake_agent *a)
{
	uv_poll_stop(&a->poll);
	uv_close((uv_handle_t *)&a->poll, NULL);
	close(a->fd);
	close(a->other_fd);
	a->fd = -1;
	free(a->rows);
	a->rows = NULL;
	a->row_count = a->row_cap = 0;
}
