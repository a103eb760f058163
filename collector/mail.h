/* mail.h - a message as the bytes of a mail (RFC 5322, MIME): text and HTML side by side, every header encoded, lines of
 * at most 78 bytes ended by CRLF. */
#ifndef VIGIA_COLLECTOR_MAIL_H
#define VIGIA_COLLECTOR_MAIL_H

#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/instant.h"

struct mail {
	const char *from, *to,
		*reply_to; /* addresses that the plan's checker passed; reply_to may be "" */
	const char *subject, *text, *html; /* UTF-8 */
	const char *language;
	struct wall_time at;
	uint64_t call, incident;
	const char *journal; /* which journal: hex */
};

/* The Message-ID is made of call, journal and the sender's domain alone: a repeated sending has the same. Refers to one
 * id per incident, so that mail programs show an incident as one thread. */
void mail_write(const struct mail *m, struct buf *out) NONNULL_ALL;
/* The text between "<" and ">". */
void mail_message_id(const struct mail *m, struct buf *out) NONNULL_ALL;

#endif
