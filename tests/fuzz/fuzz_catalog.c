/* fuzz_catalog - a .mo file of any content: refused, or every look-up stays within it. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const texts[] = {"Desde", "", "a", "zzz"};
	struct err_info info;
	struct catalog *c = catalog_from((struct slice){(const char *)data, size}, &info);

	for (size_t i = 0; c != NULL && i < COUNT_OF(texts); i++)
		assert(strlen(tr(c, texts[i])) <= size);
	catalog_free(c);
	return 0;
}
