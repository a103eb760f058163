/* fuzz_snmp_envelope - packets come from anywhere: nothing is read beyond them, and what the library then reads of them
 * does no harm either (versions 1 and 2c; who answers version 3 must be known). */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "probing/snmp_codec.h"
#include "probing/snmp_envelope.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct snmp_codec *codec;
	/* A copy of just this size, so that one byte too far is seen. */
	char *p = malloc(size > 0 ? size : 1);
	struct snmp_envelope e;
	struct snmp_answer a;

	if (codec == NULL)
		codec = snmp_codec_new();
	if (size > 0)
		memcpy(p, data, size);
	if (snmp_envelope_read(p, size, &e)) {
		assert(e.engine_size <= SNMP_ENGINE_MAX);
		assert(e.version == 3 || e.engine_size == 0);
		assert(e.pdu == SNMP_PDU_REPORT || e.report == SNMP_REPORT_OTHER);
		if (e.version != 3 &&
		    snmp_codec_read(codec, e.version == 0 ? SNMP_VERSION_1 : SNMP_VERSION_2C, NULL,
				    (struct slice){p, size}, &a) == SNMP_READ_ANSWER) {
			for (size_t i = 0; i < a.count; i++)
				assert(a.rows[i].oid.count <= SNMP_OID_PARTS_MAX);
		}
	}
	free(p);
	return 0;
}
