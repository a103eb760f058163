/* fuzz_yaml - any bytes to the whole plan loader: it must neither crash nor hang, give a plan exactly
 * if it complains about nothing, and what it gives must read back as the same plan. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan_file.h"
#include "tests/support/test_schemas.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const struct plan *p)
{
	struct plan *again;
	struct findings f;

	findings_init(&f);
	again = plan_file_load_json(p->json, &test_schemas_list, &f);
	if (again == NULL)
		fprintf(stderr, "%.*s\n%s\n", (int)p->json.n, p->json.p, f.items[0].text);
	assert(again != NULL);
	assert(slice_eq(p->json, again->json));
	assert(strcmp(p->hash, again->hash) == 0);
	plan_free(again);
	findings_release(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	struct buf out CLEANUP(buf_release);
	struct findings f;
	struct plan *p;

	findings_init(&f);
	buf_init(&out, 4 << 20);
	p = plan_file_load_json(text, &test_schemas_list, &f);
	assert((p == NULL) == (f.errors > 0));
	if (p != NULL) {
		plan_check_findings(p, 0, &f);
		check_round_trip(p);
	}
	findings_print(&f, &out);
	assert(f.count == 0 || out.len > 0);
	plan_free(p);
	findings_release(&f);
	return 0;
}
