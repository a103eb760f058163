/* fuzz_dry_run_ask - any bytes as the question of a dry-run: it must neither crash nor hang; what is read is within its limits, and what is
 * not has one line of complaint. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "collector/dry_run_ask.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err_info info = {0};
	struct dry_run_ask ask;

	if (dry_run_ask_read((struct slice){(const char *)data, size}, &ask, &info) != ERR_OK) {
		assert(info.text[0] != '\0' && strchr(info.text, '\n') == NULL);
		return 0;
	}
	assert(memchr(ask.service, '\0', sizeof(ask.service)) != NULL);
	assert(memchr(ask.answers, '\0', sizeof(ask.answers)) != NULL && ask.answers[0] != '\0');
	assert(ask.all_silent >= 0 && ask.all_silent <= 3);
	assert(ask.service[0] != '\0' || ask.all_silent > 0);
	return 0;
}
