/* check_icmp.c - a burst of echo requests: loss and the distribution of round-trip times (RFC 792, RFC 4443). The runner
 * owns the sockets and carries the burst out; without the right to them the check is blind. */
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "checks/check.h"

extern const struct check_type check_icmp;

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
	struct echo_burst burst;
	bool begun;
};

static const struct param icmp_params[] = {
	PARAM_STR(struct icmp_params, address, "address", NULL, PARAM_REQUIRED,
		  "numeric address or name"),
	PARAM_INT(struct icmp_params, count, "count", "5", 1, ECHO_COUNT_MAX, 0,
		  "packets in a burst"),
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
	const struct echo_burst *s = &((struct icmp_state *)p->state)->burst;
	int64_t rtts[ECHO_COUNT_MAX], sum = 0, differences = 0;
	size_t n = 0;

	if (s->outcome != OUTCOME_OK)
		return done(p, s->outcome);
	if (s->sent == 0) /* the time was over before the first request left */
		return done(p, OUTCOME_LAG_OWN);
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

static struct check_step begin(struct probe *p, const char *address)
{
	const struct icmp_params *params = p->params;
	struct icmp_state *s = p->state;

	s->begun = true;
	s->burst.count = (uint32_t)params->count;
	s->burst.size = (uint32_t)params->size;
	s->burst.spacing_us = params->spacing_us;
	snprintf(s->burst.address, sizeof(s->burst.address), "%s", address);
	return (struct check_step){
		.kind = STEP_WAIT_ECHO, .echo = &s->burst, .deadline = p->deadline};
}

static struct check_step icmp_start(struct probe *p, struct mono_time now)
{
	const struct icmp_params *params = p->params;

	(void)now;
	if (parse_is_address(params->address))
		return begin(p, params->address);
	return (struct check_step){
		.kind = STEP_WAIT_NAME, .host = params->address, .deadline = p->deadline};
}

static struct check_step icmp_resume(struct probe *p, struct mono_time now, unsigned ready)
{
	const struct icmp_state *s = p->state;

	(void)now;
	(void)ready;
	if (s->begun)
		return finish(p);
	if (p->resolved.outcome != OUTCOME_OK)
		return done(p, p->resolved.outcome);
	return begin(p, p->resolved.address[0]);
}

static void icmp_stop(struct probe *p)
{
	(void)p; /* the runner ends the burst */
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
