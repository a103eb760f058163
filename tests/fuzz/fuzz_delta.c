/* fuzz_delta - two states, one after the other with a zero octet between them: whatever both hold, the differences make one of the other. */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard/delta.h"
#include "tests/support/delta_apply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void apply(json_t **held, const struct delta_doc *from, const struct delta_doc *to,
		  enum delta_layer layer)
{
	struct buf out;
	json_t *patch, *next;

	buf_init(&out, 1 << 24);
	if (delta_write(from, to, layer, &out).differs) {
		patch = json_loads(buf_cstr(&out), JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
		assert(patch != NULL);
		next = delta_apply(*held, patch);
		assert(next != NULL);
		json_decref(*held);
		json_decref(patch);
		*held = next;
	}
	buf_release(&out);
}

static json_t *tree_of(struct slice text)
{
	return json_loadb(text.p, text.n, JSON_ALLOW_NUL, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *zero = memchr(data, 0, size);
	size_t n = zero != NULL ? (size_t)(zero - data) : size;
	struct delta_doc *from = delta_doc_new((struct slice){(const char *)data, n});
	struct delta_doc *to =
		zero != NULL ? delta_doc_new((struct slice){(const char *)zero + 1, size - n - 1})
			     : NULL;
	json_t *held, *truth;

	if (from != NULL && to != NULL) {
		held = tree_of(delta_doc_text(from));
		truth = tree_of(delta_doc_text(to));
		/* Numbers beyond a double are sound to us and not to jansson. */
		if (held != NULL && truth != NULL) {
			for (enum delta_layer layer = DELTA_FACTS; layer <= DELTA_VALUES; layer++)
				apply(&held, from, to, layer);
			delta_strip(held, "", true);
			delta_strip(truth, "", true);
			assert(json_equal(held, truth));
		}
		json_decref(held);
		json_decref(truth);
	}
	delta_doc_release(from);
	delta_doc_release(to);
	return 0;
}
