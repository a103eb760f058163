#include "probing/snmp_size.h"

#include <assert.h>

enum { PATIENCE_FIRST = 16, PATIENCE_MOST = 4096, STRIKES = 2 };

void snmp_size_init(struct snmp_size *s, unsigned start, unsigned most)
{
	assert(start >= 1 && start <= most && most <= UINT16_MAX);
	*s = (struct snmp_size){
		.now = (uint16_t)start, .most = (uint16_t)most, .patience = PATIENCE_FIRST};
}

unsigned snmp_size_next(const struct snmp_size *s, unsigned most)
{
	unsigned now = s->doubt ? 1 : s->now;

	return now < most ? now : most;
}

void snmp_size_failed(struct snmp_size *s, unsigned n)
{
	unsigned half = n / 2 > 0 ? n / 2 : 1;

	if (half < s->now)
		s->now = (uint16_t)half;
	if (s->good > s->now)
		s->good = s->now;
	s->streak = 0;
	s->strikes = 0;
	if (s->patience < PATIENCE_MOST)
		s->patience *= 2; /* it has grown too far before */
}

void snmp_size_answered(struct snmp_size *s, unsigned n)
{
	if (s->doubt) {
		s->doubt = false;
		/* Was it dead for a while, or was it the size? A size that had worked gets a second chance. */
		if (n < s->now && (s->now > s->good || ++s->strikes >= STRIKES))
			snmp_size_failed(s, s->now);
	}
	if (n > s->good)
		s->good = (uint16_t)(n < s->most ? n : s->most);
	if (n < s->now)
		return;
	s->strikes = 0;
	if (++s->streak < s->patience)
		return;
	s->streak = 0;
	if (s->now >= s->most) {
		s->patience = s->patience / 2 > PATIENCE_FIRST ? s->patience / 2 : PATIENCE_FIRST;
		return;
	}
	s->now = (uint16_t)(s->now + (s->now / 4 > 0 ? s->now / 4 : 1));
	if (s->now > s->most)
		s->now = s->most;
}

void snmp_size_silent(struct snmp_size *s)
{
	s->doubt = true;
}
