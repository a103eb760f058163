/* fuzz_grafana - whoever has a token may send any body: what is taken is within its limits and can be asked of the collector. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "dashboard/grafana_query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct grafana_query q;
	struct err_info info;
	char *body = malloc(size > 0 ? size : 1); /* of just this size */

	memcpy(body, data, size);
	if (grafana_query_read((struct slice){body, size}, &q, &info) == ERR_OK) {
		assert(q.count <= GRAFANA_TARGETS_MAX);
		assert(q.points >= 1 && q.points <= GRAFANA_POINTS_MAX);
		assert(q.to >= q.from && q.to - q.from <= GRAFANA_SPAN_MAX_S);
		for (size_t i = 0; i < q.count; i++) {
			const struct grafana_target *t = &q.targets[i];

			if (t->kind == GRAFANA_CHECK)
				assert(parse_is_id(slice_of(t->id), "/:") &&
				       parse_is_id(slice_of(t->agent), "/") && t->value[0] != '\0');
		}
	}
	free(body);
	return 0;
}
