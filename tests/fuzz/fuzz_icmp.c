/* fuzz_icmp - packets come from anywhere: nothing is read beyond them, and only what we sent is known again. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "checks/icmp_echo.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct icmp_echo_id id, sent;
	unsigned char packet[ICMP_ECHO_HEADER + 64];
	uint16_t seq, sent_seq;

	for (int form = 0; form < 4; form++) {
		/* A copy of just this size, so that one byte too far is seen. */
		unsigned char *p = malloc(size > 0 ? size : 1);

		memcpy(p, data, size);
		if (icmp_echo_read(p, size, form & 1, form & 2, &id, &seq))
			assert(size >= ICMP_ECHO_HEADER + ICMP_ECHO_COOKIE);
		free(p);
	}
	if (size < sizeof(sent) + sizeof(sent_seq))
		return 0;
	memcpy(&sent, data, sizeof(sent));
	memcpy(&sent_seq, data + sizeof(sent), sizeof(sent_seq));
	for (int v6 = 0; v6 < 2; v6++) {
		size_t n = icmp_echo_write(packet, 56, v6, &sent, sent_seq);

		assert(!icmp_echo_read(packet, n, v6, false, &id,
				       &seq)); /* a request is no reply */
		packet[0] = v6 ? 129 : 0;
		assert(icmp_echo_read(packet, n, v6, false, &id, &seq));
		assert(id.slot == sent.slot && id.key == sent.key && seq == sent_seq);
	}
	return 0;
}
