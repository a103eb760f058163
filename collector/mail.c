#include "collector/mail.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/timefmt.h"

enum { WORD_BYTES = 42, LINE_BYTES = 54 }; /* 56 and 72 characters of base64 */

static void put_base64(struct buf *out, const char *bytes, size_t n)
{
	unsigned char text[80];

	EVP_EncodeBlock(text, (const unsigned char *)bytes, (int)n);
	buf_puts(out, (const char *)text);
}

/* How many of the next bytes make whole characters and no more than `max`. */
static size_t whole_characters(const char *s, size_t max)
{
	size_t n = strlen(s);

	if (n <= max)
		return n;
	n = max;
	while (n > 1 && ((unsigned char)s[n] & 0xC0) == 0x80)
		n--;
	return n;
}

/* A header whose text may hold anything: as encoded words (RFC 2047), one a line. Nothing in it can end the header. */
static void put_header(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%s:", name);
	while (*text != '\0') {
		size_t n = whole_characters(text, WORD_BYTES);

		buf_puts(out, " =?UTF-8?B?");
		put_base64(out, text, n);
		buf_puts(out, "?=\r\n");
		text += n;
	}
}

static void put_date(struct buf *out, struct wall_time t)
{
	static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
					     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	struct civil c = civil_from_wall(t, MEXICO_CITY_OFFSET_S);
	int64_t local_s = t.us / US_PER_S + MEXICO_CITY_OFFSET_S;

	buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d -0600\r\n",
		   days[(local_s / 86400) % 7], c.day, months[c.month - 1], c.year, c.hour,
		   c.minute, c.second);
}

static const char *domain_of(const struct mail *m)
{
	const char *at = strchr(m->from, '@');

	return at != NULL ? at + 1 : "localhost";
}

void mail_message_id(const struct mail *m, struct buf *out)
{
	buf_printf(out, "vigia-call-%llu.%.16s@%s", (unsigned long long)m->call, m->journal,
		   domain_of(m));
}

static void put_part(struct buf *out, const char *type, const char *boundary, const char *text)
{
	size_t left = strlen(text);

	buf_printf(out,
		   "--%s\r\nContent-Type: %s; charset=utf-8\r\n"
		   "Content-Transfer-Encoding: base64\r\n\r\n",
		   boundary, type);
	while (left > 0) {
		size_t n = left < LINE_BYTES ? left : LINE_BYTES;

		put_base64(out, text, n);
		buf_puts(out, "\r\n");
		text += n;
		left -= n;
	}
}

static void put_headers(const struct mail *m, const char *boundary, struct buf *out)
{
	buf_puts(out, "From: =?UTF-8?B?");
	put_base64(out, "Vigía", strlen("Vigía"));
	buf_printf(out, "?= <%s>\r\nTo: <%s>\r\n", m->from, m->to);
	if (m->reply_to[0] != '\0')
		buf_printf(out, "Reply-To: <%s>\r\n", m->reply_to);
	put_header(out, "Subject", m->subject);
	put_date(out, m->at);
	buf_puts(out, "Message-ID: <");
	mail_message_id(m, out);
	buf_printf(out, ">\r\nReferences: <vigia-incident-%llu.%.16s@%s>\r\n",
		   (unsigned long long)m->incident, m->journal, domain_of(m));
	buf_printf(out,
		   "X-Vigia-Call: %llu\r\nAuto-Submitted: auto-generated\r\n"
		   "Content-Language: %s\r\nMIME-Version: 1.0\r\n"
		   "Content-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n",
		   (unsigned long long)m->call, m->language, boundary);
}

void mail_write(const struct mail *m, struct buf *out)
{
	char boundary[64];

	/* Base64 has no "=_": no line of a part can be the boundary. */
	snprintf(boundary, sizeof(boundary), "=_vigia_%llu_%.16s", (unsigned long long)m->call,
		 m->journal);
	put_headers(m, boundary, out);
	put_part(out, "text/plain", boundary, m->text);
	put_part(out, "text/html", boundary, m->html);
	buf_printf(out, "--%s--\r\n", boundary);
}
