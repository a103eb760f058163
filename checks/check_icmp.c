/* check_icmp.c - a burst of echo requests: loss and the distribution of round-trip times (RFC 792, RFC 4443). A
 * datagram socket where the kernel allows it, else a raw one; without either right the check is blind. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/parse.h"
#include "checks/check.h"
#include "checks/icmp_echo.h"

extern const struct check_type check_icmp;

enum { COUNT_MAX = 50, PACKET_MAX = 2048 };
enum {
	VALUE_RTT,
	VALUE_RTT_MIN,
	VALUE_RTT_AVG,
	VALUE_RTT_MAX,
	VALUE_JITTER,
	VALUE_LOSS,
	VALUE_COUNT
};

struct icmp_params {
	const char *address;
	int64_t count, size, spacing_us;
};
struct icmp_state {
	int fd; /* 0 = none */
	bool v6, raw;
	struct icmp_echo_id id;
	struct sockaddr_storage to;
	socklen_t to_size;
	uint32_t sent, received, failed;
	struct mono_time sent_at[COUNT_MAX], next_send;
	int64_t rtt_us[COUNT_MAX]; /* -1 = no answer */
};

static const struct param icmp_params[] = {
	PARAM_STR(struct icmp_params, address, "address", NULL, PARAM_REQUIRED,
		  "numeric address or name"),
	PARAM_INT(struct icmp_params, count, "count", "5", 1, COUNT_MAX, 0, "packets in a burst"),
	PARAM_INT(struct icmp_params, size, "size", "56", 24, 1400, 0, "bytes of payload"),
	PARAM_DURATION(struct icmp_params, spacing_us, "spacing", "20ms", 1000, 1000000, 0,
		       "time between the packets of a burst"),
	PARAM_END,
};
static const struct value_desc icmp_values[] = {
	{"rtt", "s", "median round-trip time"},
	{"rtt_min", "s", "shortest round-trip time"},
	{"rtt_avg", "s", "mean round-trip time"},
	{"rtt_max", "s", "longest round-trip time"},
	{"jitter", "s", "mean difference of neighbours"},
	{"loss", "1", "share of packets without an answer"},
};

static struct check_step done(struct probe *p, enum outcome o)
{
	p->verdict.outcome = o;
	return (struct check_step){.kind = STEP_DONE};
}

static bool open_socket(struct icmp_state *s)
{
	int family = s->v6 ? AF_INET6 : AF_INET, protocol = s->v6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP;

	s->fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	if (s->fd < 0 && (errno == EACCES || errno == EPERM)) {
		s->raw = true;
		s->fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
	}
	if (s->fd < 0) {
		s->fd = 0;
		return false;
	}
	return true;
}

static void send_one(struct probe *p, struct mono_time now)
{
	const struct icmp_params *params = p->params;
	struct icmp_state *s = p->state;
	unsigned char packet[PACKET_MAX];
	size_t n = icmp_echo_write(packet, (size_t)params->size, s->v6, &s->id, (uint16_t)s->sent);

	s->sent_at[s->sent] = now;
	s->rtt_us[s->sent] = -1;
	if (sendto(s->fd, packet, n, 0, (struct sockaddr *)&s->to, s->to_size) < 0)
		s->failed++;
	s->sent++;
	s->next_send = mono_add_us(now, params->spacing_us);
}

static bool is_from_target(const struct icmp_state *s, const struct sockaddr_storage *from)
{
	if (s->v6)
		return memcmp(&((const struct sockaddr_in6 *)from)->sin6_addr,
			      &((const struct sockaddr_in6 *)&s->to)->sin6_addr,
			      sizeof(struct in6_addr)) == 0;
	return ((const struct sockaddr_in *)from)->sin_addr.s_addr ==
	       ((const struct sockaddr_in *)&s->to)->sin_addr.s_addr;
}

static void receive(struct probe *p, struct mono_time now)
{
	struct icmp_state *s = p->state;
	unsigned char packet[PACKET_MAX];

	/* At most as many as could be ours, so that a flood of others' replies cannot hold the loop. */
	for (int i = 0; i < 4 * COUNT_MAX; i++) {
		struct sockaddr_storage from = {0};
		socklen_t size = sizeof(from);
		ssize_t n =
			recvfrom(s->fd, packet, sizeof(packet), 0, (struct sockaddr *)&from, &size);
		uint16_t seq;

		if (n < 0)
			return;
		if (!is_from_target(s, &from) ||
		    !icmp_echo_read(packet, (size_t)n, s->v6, s->raw && !s->v6, &s->id, &seq))
			continue;
		if (seq >= s->sent || s->rtt_us[seq] >= 0)
			continue;
		s->rtt_us[seq] = mono_diff_us(now, s->sent_at[seq]);
		s->received++;
	}
}

/* --- the verdict ----------------------------------------------------------------------------------- */

static void sort(int64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		int64_t x = v[i];
		size_t j = i;

		for (; j > 0 && v[j - 1] > x; j--)
			v[j] = v[j - 1];
		v[j] = x;
	}
}

static struct check_step finish(struct probe *p)
{
	struct icmp_state *s = p->state;
	int64_t rtts[COUNT_MAX], sum = 0, differences = 0;
	size_t n = 0;

	for (uint32_t i = 0; i < s->sent; i++) {
		if (s->rtt_us[i] < 0)
			continue;
		if (n > 0)
			differences += s->rtt_us[i] > rtts[n - 1] ? s->rtt_us[i] - rtts[n - 1]
								  : rtts[n - 1] - s->rtt_us[i];
		rtts[n++] = s->rtt_us[i];
		sum += s->rtt_us[i];
	}
	p->verdict.values[VALUE_LOSS] = (int64_t)(s->sent - n) * MICRO / (int64_t)s->sent;
	if (n == 0)
		return done(p, s->failed == s->sent ? OUTCOME_CONNECT_UNREACHABLE
						    : OUTCOME_ANSWER_NONE);
	p->verdict.values[VALUE_JITTER] = n > 1 ? differences / (int64_t)(n - 1) : 0;
	p->verdict.values[VALUE_RTT_AVG] = sum / (int64_t)n;
	sort(rtts, n);
	p->verdict.values[VALUE_RTT] = rtts[n / 2];
	p->verdict.values[VALUE_RTT_MIN] = rtts[0];
	p->verdict.values[VALUE_RTT_MAX] = rtts[n - 1];
	return done(p, OUTCOME_OK);
}

static struct check_step go_on(struct probe *p, struct mono_time now)
{
	const struct icmp_params *params = p->params;
	struct icmp_state *s = p->state;
	struct mono_time until = p->deadline;

	if ((int64_t)s->sent < params->count && now.us >= s->next_send.us)
		send_one(p, now);
	if ((int64_t)s->sent == params->count && s->received == s->sent)
		return finish(p);
	if ((int64_t)s->sent < params->count && s->next_send.us < until.us)
		until = s->next_send;
	return (struct check_step){
		.kind = STEP_WAIT_FD, .fd = s->fd, .events = STEP_READABLE, .deadline = until};
}

static struct check_step begin(struct probe *p, const char *address, struct mono_time now)
{
	struct icmp_state *s = p->state;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&s->to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&s->to;

	s->v6 = inet_pton(AF_INET, address, &v4->sin_addr) != 1;
	if (s->v6 && inet_pton(AF_INET6, address, &v6->sin6_addr) != 1)
		return done(p, OUTCOME_NAME_FAILED);
	s->to.ss_family = s->v6 ? AF_INET6 : AF_INET;
	s->to_size = s->v6 ? sizeof(*v6) : sizeof(*v4);
	if (!open_socket(s))
		return done(p, errno == EMFILE || errno == ENFILE ? OUTCOME_DESCRIPTORS_EXHAUSTED
								  : OUTCOME_RIGHT_MISSING);
	icmp_echo_id_make(&s->id, now.us ^ (int64_t)(uintptr_t)p ^ s->fd);
	return go_on(p, now);
}

static struct check_step icmp_start(struct probe *p, struct mono_time now)
{
	const struct icmp_params *params = p->params;

	if (parse_is_address(params->address))
		return begin(p, params->address, now);
	return (struct check_step){
		.kind = STEP_WAIT_NAME, .host = params->address, .deadline = p->deadline};
}

static struct check_step icmp_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	struct icmp_state *s = p->state;

	if (s->fd == 0) {
		if (p->resolved.outcome != OUTCOME_OK)
			return done(p, p->resolved.outcome);
		return begin(p, p->resolved.address[0], now);
	}
	if (ready & STEP_READABLE)
		receive(p, now);
	if (now.us >= p->deadline.us)
		return finish(p);
	return go_on(p, now);
}

static void icmp_stop(struct probe *p)
{
	struct icmp_state *s = p->state;

	if (s->fd > 0)
		close(s->fd);
	s->fd = 0;
}

const struct check_type check_icmp = {
	.schema = {.type = "icmp",
		   .help = "echo requests: loss and round-trip times",
		   .params = icmp_params,
		   .values = icmp_values,
		   .value_count = VALUE_COUNT},
	.params_size = sizeof(struct icmp_params),
	.state_size = sizeof(struct icmp_state),
	.start = icmp_start,
	.resume = icmp_resume,
	.stop = icmp_stop,
};
