/* check_tcp.c - a TCP connection can be made, and the service greets as expected (RFC 9293). */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/parse.h"
#include "checks/check.h"

extern const struct check_type check_tcp;

enum { BANNER_MAX = 256 };
enum { VALUE_CONNECT, VALUE_COUNT };

struct tcp_params {
	const char *address, *expect;
	int64_t port;
};
struct tcp_state {
	int fd; /* 0 = none yet; descriptors 0..2 are taken */
	bool connected;
	size_t got;
	char banner[BANNER_MAX];
};

static const struct param tcp_params[] = {
	PARAM_STR(struct tcp_params, address, "address", NULL, PARAM_REQUIRED,
		  "numeric address or name"),
	PARAM_INT(struct tcp_params, port, "port", NULL, 1, 65535, PARAM_REQUIRED, "TCP port"),
	PARAM_STR(struct tcp_params, expect, "expect", "", 0,
		  "text with which the service's greeting begins"),
	PARAM_END,
};
static const struct value_desc tcp_values[] = {
	{"connect", "s", "time until the connection was made"}};

static struct check_step done(struct probe *p, enum outcome o)
{
	p->verdict.outcome = o;
	return (struct check_step){.kind = STEP_DONE};
}

static struct check_step wait_for(struct probe *p, unsigned events)
{
	return (struct check_step){.kind = STEP_WAIT_FD,
				   .fd = ((struct tcp_state *)p->state)->fd,
				   .events = events,
				   .deadline = p->deadline};
}

static enum outcome outcome_of(int error)
{
	switch (error) {
	case ECONNREFUSED:
		return OUTCOME_CONNECT_REFUSED;
	case ECONNRESET:
	case EPIPE:
		return OUTCOME_CONNECT_RESET;
	case ETIMEDOUT:
		return OUTCOME_CONNECT_TIMEOUT;
	case EMFILE:
	case ENFILE:
		return OUTCOME_DESCRIPTORS_EXHAUSTED;
	default:
		return OUTCOME_CONNECT_UNREACHABLE;
	}
}

static struct check_step connect_to(struct probe *p, const char *address)
{
	const struct tcp_params *params = p->params;
	struct tcp_state *s = p->state;
	struct sockaddr_storage to = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&to;
	bool is_v4 = inet_pton(AF_INET, address, &v4->sin_addr) == 1;

	if (!is_v4 && inet_pton(AF_INET6, address, &v6->sin6_addr) != 1)
		return done(p, OUTCOME_NAME_FAILED);
	to.ss_family = is_v4 ? AF_INET : AF_INET6;
	*(is_v4 ? &v4->sin_port : &v6->sin6_port) = htons((uint16_t)params->port);
	s->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (s->fd < 0) {
		s->fd = 0;
		return done(p, outcome_of(errno));
	}
	if (connect(s->fd, (struct sockaddr *)&to, is_v4 ? sizeof(*v4) : sizeof(*v6)) != 0 &&
	    errno != EINPROGRESS)
		return done(p, outcome_of(errno));
	return wait_for(p, STEP_WRITABLE);
}

static struct check_step tcp_start(struct probe *p, struct mono_time now)
{
	const struct tcp_params *params = p->params;

	(void)now;
	if (parse_is_address(params->address))
		return connect_to(p, params->address);
	return (struct check_step){
		.kind = STEP_WAIT_NAME, .host = params->address, .deadline = p->deadline};
}

static struct check_step read_banner(struct probe *p, unsigned ready)
{
	const struct tcp_params *params = p->params;
	struct tcp_state *s = p->state;
	size_t want = strlen(params->expect);
	ssize_t n;

	if (ready == 0)
		return done(p, OUTCOME_ANSWER_TIMEOUT);
	if (want > BANNER_MAX)
		want = BANNER_MAX;
	n = read(s->fd, s->banner + s->got, BANNER_MAX - s->got);
	if (n < 0 && errno == EAGAIN)
		return wait_for(p, STEP_READABLE);
	if (n < 0)
		return done(p, OUTCOME_CONNECT_RESET);
	if (n == 0)
		return done(p, OUTCOME_ANSWER_CUT);
	s->got += (size_t)n;
	if (memcmp(s->banner, params->expect, s->got < want ? s->got : want) != 0)
		return done(p, OUTCOME_BODY_MISMATCH);
	return s->got < want ? wait_for(p, STEP_READABLE) : done(p, OUTCOME_OK);
}

static struct check_step tcp_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	const struct tcp_params *params = p->params;
	struct tcp_state *s = p->state;
	int error = 0;
	socklen_t size = sizeof(error);

	if (s->fd == 0) {
		if (p->resolved.outcome != OUTCOME_OK)
			return done(p, p->resolved.outcome);
		return connect_to(p, p->resolved.address[0]);
	}
	if (s->connected)
		return read_banner(p, ready);
	if (ready == 0)
		return done(p, OUTCOME_CONNECT_TIMEOUT);
	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
		return done(p, outcome_of(error));
	s->connected = true;
	p->verdict.values[VALUE_CONNECT] = mono_diff_us(now, p->started);
	return params->expect[0] != '\0' ? wait_for(p, STEP_READABLE) : done(p, OUTCOME_OK);
}

static void tcp_stop(struct probe *p)
{
	struct tcp_state *s = p->state;

	if (s->fd > 0)
		close(s->fd);
	s->fd = 0;
}

const struct check_type check_tcp = {
	.schema = {.type = "tcp",
		   .help = "a TCP connection",
		   .params = tcp_params,
		   .values = tcp_values,
		   .value_count = VALUE_COUNT},
	.params_size = sizeof(struct tcp_params),
	.state_size = sizeof(struct tcp_state),
	.start = tcp_start,
	.resume = tcp_resume,
	.stop = tcp_stop,
};
