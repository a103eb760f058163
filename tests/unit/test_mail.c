/* mail - the bytes of a mail; that a mail program reads them as meant is for tests/system/test_channels.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/mail.h"

static struct mail a_mail(void)
{
	return (struct mail){.from = "vigia@example.org",
			     .to = "mesa@example.org",
			     .reply_to = "",
			     .subject = "REAL · Folio 07",
			     .text = "REAL\n",
			     .html = "<p>REAL</p>",
			     .language = "es-MX",
			     .at = {INT64_C(1760000000) * US_PER_S},
			     .call = 31,
			     .incident = 12,
			     .journal = "0123456789abcdef0123456789abcdef"};
}

static void has(const struct buf *b, const char *text)
{
	if (strstr(buf_cstr(b), text) == NULL)
		fail_msg("'%s' is not in %s", text, buf_cstr(b));
}

static void the_headers(void **state)
{
	struct mail m = a_mail();
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	mail_write(&m, &out);
	has(&out, "To: <mesa@example.org>\r\n");
	has(&out, "Date: Thu, 09 Oct 2025 02:53:20 -0600\r\n");
	has(&out, "\r\nMessage-ID: <vigia-call-31.0123456789abcdef@example.org>\r\n");
	has(&out, "\r\nReferences: <vigia-incident-12.0123456789abcdef@example.org>\r\n");
	has(&out, "\r\nX-Vigia-Call: 31\r\nAuto-Submitted: auto-generated\r\n");
	assert_null(strstr(buf_cstr(&out), "Reply-To"));
	m.reply_to = "noc@example.org";
	buf_reset(&out);
	mail_write(&m, &out);
	has(&out, "\r\nReply-To: <noc@example.org>\r\n");
	buf_release(&out);
}

/* Whatever the texts hold: every line is ASCII, short and ended by CRLF, and the headers are the same ones. */
static void nothing_breaks_out(void **state)
{
	static const char *const nasty[] = {
		"x\r\nBcc: otro@example.org\r\n\r\nhola",
		"\r\n.\r\nMAIL FROM:<x@example.org>",
		"--=_vigia_31_0123456789abcdef--",
		"«ñáéíóú» «ñáéíóú» «ñáéíóú» «ñáéíóú» «ñáéíóú» «ñáéíóú» «ñáéíóú» «ñáéíóú» «ñáéíóú»",
		"\xff\xfe\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
		"\x80\x80"
		"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80"
		"\x80\x80"
		"\x80\x80",
		"",
	};
	struct buf out;

	(void)state;
	buf_init(&out, 1 << 16);
	for (size_t i = 0; i < COUNT_OF(nasty); i++) {
		struct mail m = a_mail();
		size_t line = 0, boundaries = 0;

		m.subject = m.text = m.html = nasty[i];
		buf_reset(&out);
		mail_write(&m, &out);
		for (size_t k = 0; k < out.len; k++) {
			unsigned char c = (unsigned char)out.data[k];

			assert_true(c == '\r' || c == '\n' || (c >= 0x20 && c < 0x7F));
			assert_true(c != '\n' || (k > 0 && out.data[k - 1] == '\r'));
			assert_true(c != '\r' || out.data[k + 1] == '\n');
			line = c == '\n' ? 0 : line + 1;
			assert_true(line <= 79);
		}
		for (const char *p = buf_cstr(&out);
		     (p = strstr(p, "\r\n--=_vigia_31_0123456789abcdef")) != NULL; p++)
			boundaries++;
		assert_int_equal(boundaries, 3);
		assert_null(strstr(buf_cstr(&out), "Bcc"));
		assert_null(strstr(buf_cstr(&out), "\r\n."));
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_headers),
		cmocka_unit_test(nothing_breaks_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
