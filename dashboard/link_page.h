/* link_page.h - the page behind a message's link: what fails, since when, how much of the RTO is left, and the
 * buttons, or what was recorded. Plain HTML without scripts, below 10 KB. Spanish first. Pure. */
#ifndef VIGIA_DASHBOARD_LINK_PAGE_H
#define VIGIA_DASHBOARD_LINK_PAGE_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "dashboard/link_facts.h"

enum { LINK_PAGE_MAX = 10000 };
/* The one file that the page asks for besides itself. */
#define LINK_PAGE_STYLE "/answer.css"

/* What keeps the page from saying more. */
enum link_trouble {
	LINK_TROUBLE_UNKNOWN, /* no such link, or expired */
	LINK_TROUBLE_TOO_MANY, /* wrong links from here */
	LINK_TROUBLE_FORM, /* the form is not ours */
	LINK_TROUBLE_LOST, /* the collector does not answer */
	LINK_TROUBLE_LOST_ANSWER, /* ... to an act that may have arrived */
	LINK_TROUBLE_NOT_JOURNALLED, /* it cannot write */
	LINK_TROUBLE_COUNT
};

/* True if the page is to be in English: by the plan's locale (NULL or "" = not known), or because the browser
 * prefers it to Spanish (Accept-Language, RFC 9110 s. 12.5.4; may be NULL). */
bool link_page_is_english(const char *locale, const char *accept_language);

/* Appends the page. `token` is in its form's address. */
void link_page_put(struct buf *out, const struct link_facts *f, const char *token,
		   bool english) NONNULL_ALL;
void link_page_put_trouble(struct buf *out, enum link_trouble t, bool english) NONNULL_ALL;

#endif
