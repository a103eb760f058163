/* fuzz_smtp - what a mail server says, in pieces of any size: a receipt only after the dot, one end, and nothing is sent
 * out of turn. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "collector/smtp_dialog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smtp_dialog d;
	size_t at = 0;

	smtp_dialog_begin(&d, "a@example.org", "b@example.org",
			  SLICE_LIT("Subject: x\r\n\r\n.y\r\n"));
	while (at < size && d.end == SMTP_GOING) {
		size_t n = 1 + data[at] % 64;
		bool send = (data[at++] & 64) != 0;

		if (n > size - at)
			n = size - at;
		if (send) {
			enum smtp_step before = d.step;

			assert(d.out.len == 0 || d.out.data[d.out.len - 1] == '\n');
			smtp_dialog_sent(&d);
			assert(d.step == before || (before == SMTP_BODY && d.step == SMTP_DOT));
		}
		smtp_dialog_take(&d, (struct slice){(const char *)data + at, n});
		at += n;
		assert(d.end != SMTP_ACCEPTED || d.dotted);
		assert(!d.dotted || d.step == SMTP_DOT);
		assert(strlen(d.said) < SMTP_SAID_SIZE);
		for (const char *p = d.said; *p != '\0'; p++)
			assert(*p >= 0x20 && *p < 0x7F);
	}
	smtp_dialog_release(&d);
	return 0;
}
