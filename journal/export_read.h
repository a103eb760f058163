/* export_read.h - reads an export back, from outside and strictly. Only what cannot be computed is
 * taken: entries, digests, hashes. verify.h judges them. */
#ifndef VIGIA_JOURNAL_EXPORT_READ_H
#define VIGIA_JOURNAL_EXPORT_READ_H

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"
#include "journal/export.h"
#include "journal/export_text.h"

/* False if the text is neither. */
bool export_read_form(struct slice text, enum export_form *ret) NONNULL(2);

/* ERR_SYNTAX with the line and what is wrong there. A document that was altered only in what is
 * computed (figures, folio, times of day) reads well: the comparison with the canonical text finds
 * that. `text` must outlive the document. */
enum err export_read(struct slice text, enum export_form form, struct export_doc *ret,
		     struct err_info *info) NONNULL(3, 4) MUST_CHECK;

#endif
