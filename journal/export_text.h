/* export_text.h - the two texts of an export. Nothing in them is free: every byte follows from the
 * entries (which are bound by the chain), the incident's number and the hash before the range. So
 * verify can write the document again and compare it whole. */
#ifndef VIGIA_JOURNAL_EXPORT_TEXT_H
#define VIGIA_JOURNAL_EXPORT_TEXT_H

#include "base/attr.h"
#include "base/buf.h"
#include "journal/export.h"
#include "journal/figures.h"

enum export_form { EXPORT_JSON, EXPORT_CSV };
enum { EXPORT_BYTES_MAX = 256 << 20 };

#define EXPORT_TEXT_FORMAT "vigia-export-1"
#define EXPORT_TEXT_TITLES                                                                         \
	"seq,at_us,at_utc,at_mexico,recorded_us,recorded_utc,recorded_mexico,kind,version,"        \
	"digest,hash,body"

/* The one canonical text of a document; figures are computed, not copied. */
void export_text_write(const struct export_doc *d, enum export_form form,
		       struct buf *out) NONNULL_ALL;
/* The figures of its entries; the caller releases them. */
void export_text_figures(const struct export_doc *d, struct figures *ret) NONNULL_ALL;

#endif
