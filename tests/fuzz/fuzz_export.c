/* fuzz_export - exports come from outside. Whatever passes verify must be written again as the same
 * bytes, and a parser that crashes, hangs or overreads is found. */
#include <stdint.h>
#include <stdlib.h>

#include "journal/export_read.h"
#include "journal/export_text.h"
#include "journal/verify.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A document that reads well is written and read again: the same text comes out. */
static void there_and_back(struct slice text, enum export_form form)
{
	struct buf once CLEANUP(buf_release), twice CLEANUP(buf_release);
	struct export_doc d CLEANUP(export_release), again CLEANUP(export_release);
	struct err_info info;

	buf_init(&once, EXPORT_BYTES_MAX);
	buf_init(&twice, EXPORT_BYTES_MAX);
	export_init(&d);
	export_init(&again);
	if (export_read(text, form, &d, &info) != ERR_OK)
		return;
	export_text_write(&d, form, &once);
	if (export_read(buf_slice(&once), form, &again, &info) != ERR_OK)
		return; /* seq 0 and the like: written, but not a document */
	export_text_write(&again, form, &twice);
	if (!slice_eq(buf_slice(&once), buf_slice(&twice)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = {(const char *)data, size};
	struct verify_result r;
	struct err_info info;

	there_and_back(text, EXPORT_JSON);
	there_and_back(text, EXPORT_CSV);
	(void)(verify_export(text, NULL, &r, &info) == ERR_OK);
	return 0;
}
