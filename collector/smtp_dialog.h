/* smtp_dialog.h - one mail over a connection that is greeted, encrypted and logged in (RFC 5321 s. 3.3): MAIL, RCPT, DATA,
 * the mail, the dot. Pure: bytes in, bytes out. One command at a time, so that an answer nobody asked for is seen; whether
 * the closing dot has left decides what a lost connection means. */
#ifndef VIGIA_COLLECTOR_SMTP_DIALOG_H
#define VIGIA_COLLECTOR_SMTP_DIALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/slice.h"

enum { SMTP_LINE_MAX = 2048, SMTP_LINES_MAX = 100, SMTP_SAID_SIZE = 161 };
enum smtp_step { SMTP_MAIL, SMTP_RCPT, SMTP_DATA, SMTP_BODY, SMTP_DOT };
enum smtp_end {
	SMTP_GOING,
	SMTP_ACCEPTED, /* 2xx after the dot: the receipt */
	SMTP_REFUSED, /* 4xx or 5xx */
	SMTP_CONFUSED /* not SMTP, too long, or not what was asked */
};

struct smtp_dialog {
	enum smtp_step step;
	enum smtp_end end;
	const char *to; /* borrowed */
	struct slice mail; /* borrowed, CRLF lines */
	struct buf out; /* to be sent */
	bool asked; /* all that was to be sent has left: an answer is due */
	bool dotted; /* the dot may have left: the mail may have been taken */
	unsigned lines; /* of the answer that is coming in */
	size_t length;
	char line[SMTP_LINE_MAX];
	char said[SMTP_SAID_SIZE]; /* the last line that came, cleaned, for people */
};

/* Addresses without anything that ends a line (the plan's checker sees to it). Queues the first command. */
void smtp_dialog_begin(struct smtp_dialog *d, const char *from, const char *to,
		       struct slice mail) NONNULL_ALL;
void smtp_dialog_release(struct smtp_dialog *d) NONNULL_ALL;
/* Everything in `out` has left. Empties it; may queue more (after the mail: the dot, once nothing came in between). */
void smtp_dialog_sent(struct smtp_dialog *d) NONNULL_ALL;
/* Bytes that came. */
void smtp_dialog_take(struct smtp_dialog *d, struct slice bytes) NONNULL(1);
/* A line for people: printable ASCII, at most SMTP_SAID_SIZE - 1. */
void smtp_clean(char dst[SMTP_SAID_SIZE], struct slice line) NONNULL(1);

#endif
