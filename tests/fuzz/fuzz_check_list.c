/* fuzz_check_list - the agent's list of checks comes over the network or from a file: what is taken has every field. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "wire/check_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	struct arena *arena = arena_new();
	struct wire_check_list list;
	struct err_info info;

	if (check_list_decode(text, arena, &list, &info) == ERR_OK) {
		size_t lengths = strlen(list.plan) + strlen(list.agent);

		assert(list.count <= CHECK_LIST_MAX);
		for (size_t i = 0; i < list.count; i++) {
			const struct wire_check *c = &list.checks[i];

			assert(c->interval_us > 0 && c->retry_interval_us > 0 && c->timeout_us > 0);
			lengths += strlen(c->id) + strlen(c->type) + strlen(c->warning) +
				   strlen(c->critical);
			for (size_t k = 0; k < c->param_count; k++)
				lengths += strlen(c->params[k].key) + strlen(c->params[k].value);
		}
		assert(lengths <= 4 * size);
	} else {
		assert(strlen(info.text) > 0);
	}
	arena_free(arena);
	return 0;
}
