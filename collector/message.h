/* message.h - what a person reads, from the facts (facts.h): one line, a mail's text and HTML, and JSON. Every message
 * says REAL or SIMULACRO, the folio, what fails since when, how much of the RTO is left, and what to do. */
#ifndef VIGIA_COLLECTOR_MESSAGE_H
#define VIGIA_COLLECTOR_MESSAGE_H

#include "base/attr.h"
#include "base/buf.h"
#include "collector/facts.h"

/* The whole in one line: "REAL. Folio 01. No funciona «Publicación» desde las 08:03:00; quedan ...". */
void message_line(const struct facts *f, const struct catalog *words, struct buf *out)
	NONNULL(1, 3);
/* The subject of a mail: short, with what matters first. */
void message_subject(const struct facts *f, const struct catalog *words, struct buf *out)
	NONNULL(1, 3);
/* The body of a mail as text: enough by itself. Lines end with "\n". */
void message_text(const struct facts *f, const struct catalog *words, struct buf *out)
	NONNULL(1, 3);
/* The same as one HTML page without anything from elsewhere, for a telephone's screen. */
void message_html(const struct facts *f, const struct catalog *words, struct buf *out)
	NONNULL(1, 3);
/* The message as one JSON object (docs/API.md): the line of a channel of type file, the variables of a webhook. */
void message_json(const struct facts *f, const struct catalog *words, struct buf *out)
	NONNULL(1, 3);

#endif
