/* fuzz_page_value - any answer of a web server: reading a value out of it must neither crash nor touch the result when it
 * finds none. The first byte chooses the way, what stands before the first line end is the pointer or the text. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "checks/page_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int64_t untouched = INT64_C(-7654321);
	char key[PAGE_POINTER_MAX + 1] = "";
	int64_t value = untouched;
	enum page_value_as as;
	struct slice body;
	const uint8_t *end;
	bool found;
	size_t n;

	if (size < 2)
		return 0;
	as = (enum page_value_as)(data[0] % 3);
	end = memchr(data + 1, '\n', size - 1);
	n = end != NULL ? (size_t)(end - data - 1) : 0;
	if (n >= sizeof(key) || memchr(data + 1, '\0', n) != NULL)
		return 0;
	memcpy(key, data + 1, n);
	body = (struct slice){(const char *)data + 1 + n, size - 1 - n};
	switch (data[0] / 3 % 3) {
	case 0:
		found = page_pointer_is_sound(key) && page_value_json(body, key, as, &value);
		break;
	case 1:
		found = page_value_after(body, key, as, &value);
		break;
	default:
		found = page_value_text(body, as, &value);
		break;
	}
	assert(found || value == untouched);
	return 0;
}
