/* html_text.h - text into HTML: the one way in which anything from outside enters a page. */
#ifndef VIGIA_BASE_HTML_TEXT_H
#define VIGIA_BASE_HTML_TEXT_H

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

/* Appends text so that it means itself as an element's content and between double quotes as an attribute's value
 * (HTML Living Standard s. 13.2.5): & < > " ' are escaped, controls and what is no UTF-8 become U+FFFD. */
void html_text_put(struct buf *out, struct slice text) NONNULL(1);

#endif
