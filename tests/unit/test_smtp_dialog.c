/* smtp_dialog - one mail in turn; what came too early, twice or as nonsense is no receipt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/smtp_dialog.h"

static const char mail[] = "Subject: x\r\n\r\n.dot\r\n";

/* Plays a script: after each batch of ours, the answer. Returns what was sent. */
static enum smtp_end play(struct smtp_dialog *d, struct buf *sent, const char *const *answers)
{
	smtp_dialog_begin(d, "a@example.org", "b@example.org",
			  SLICE_LIT("Subject: x\r\n\r\n.dot\r\n"));
	for (size_t i = 0; d->end == SMTP_GOING; i++) {
		while (d->out.len > 0) {
			buf_put(sent, d->out.data, d->out.len);
			smtp_dialog_sent(d);
		}
		if (answers[i] == NULL)
			break;
		smtp_dialog_take(d, slice_of(answers[i]));
	}
	return d->end;
}

static void a_mail_is_taken(void **state)
{
	static const char *const answers[] = {"250 ok\r\n", "250-one\r\n250 two\r\n", "354 go\r\n",
					      "250 2.0.0 queued as \x01\xc3\xb1\r\n", NULL};
	struct smtp_dialog d;
	struct buf sent;

	(void)state;
	buf_init(&sent, 4096);
	assert_int_equal(play(&d, &sent, answers), SMTP_ACCEPTED);
	assert_true(d.dotted);
	assert_string_equal(d.said, "250 2.0.0 queued as ???");
	assert_string_equal(buf_cstr(&sent),
			    "MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n"
			    "Subject: x\r\n\r\n..dot\r\n.\r\n");
	assert_int_equal(strlen(mail) + 1, strlen("Subject: x\r\n\r\n..dot\r\n"));
	smtp_dialog_release(&d);
	buf_release(&sent);
}

static void what_each_answer_means(void **state)
{
	static const struct {
		const char *answers[6];
		enum smtp_end end;
		bool dotted;
		const char *why;
	} cases[] = {
		{{"451 later\r\n"}, SMTP_REFUSED, false, "a 4xx is a refusal"},
		{{"250 a\r\n", "550 b\r\n"}, SMTP_REFUSED, false, "nobody there"},
		{{"250 a\r\n", "250 b\r\n", "250 c\r\n"}, SMTP_CONFUSED, false, "DATA needs a 354"},
		{{"250 a\r\n", "250 b\r\n", "354 c\r\n", "552 d\r\n"},
		 SMTP_REFUSED,
		 true,
		 "after the mail"},
		{{"250 a\r\n", "250 b\r\n", "354 c\r\n", "354 d\r\n"},
		 SMTP_CONFUSED,
		 true,
		 "no answer to a mail"},
		{{"250 a\r\n250 b\r\n"}, SMTP_CONFUSED, false, "twice"},
		{{"354 a\r\n"}, SMTP_CONFUSED, false, "not asked for"},
		{{"hello\r\n"}, SMTP_CONFUSED, false, "no number"},
		{{"25\r\n"}, SMTP_CONFUSED, false, "too short"},
		{{"\r\n"}, SMTP_CONFUSED, false, "empty"},
		{{"2500 x\r\n"}, SMTP_CONFUSED, false, "four digits"},
		{{"150 x\r\n"}, SMTP_CONFUSED, false, "no 1xx in SMTP"},
		{{"650 x\r\n"}, SMTP_CONFUSED, false, "no 6xx"},
		{{"250 a\r\n", "250", NULL}, SMTP_GOING, false, "not ended yet"},
		{{"250 a\n", "250 b\n", "354\n", "250\n"},
		 SMTP_ACCEPTED,
		 true,
		 "bare line ends are read"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct smtp_dialog d;
		struct buf sent;

		buf_init(&sent, 4096);
		if (play(&d, &sent, cases[i].answers) != cases[i].end ||
		    d.dotted != cases[i].dotted)
			fail_msg("%s: end %d dotted %d", cases[i].why, d.end, d.dotted);
		smtp_dialog_release(&d);
		buf_release(&sent);
	}
}

/* Together with 354 comes the receipt of a mail that was not sent yet. */
static void a_receipt_before_the_mail_is_none(void **state)
{
	static const char *const answers[] = {"250 a\r\n", "250 b\r\n", "354 go\r\n250 taken\r\n",
					      NULL};
	struct smtp_dialog d;
	struct buf sent;

	(void)state;
	buf_init(&sent, 4096);
	assert_int_equal(play(&d, &sent, answers), SMTP_CONFUSED);
	assert_false(d.dotted);
	smtp_dialog_release(&d);
	buf_release(&sent);
}

static void limits(void **state)
{
	struct smtp_dialog d;
	char line[SMTP_LINE_MAX + 2];

	(void)state;
	memset(line, 'x', sizeof(line));
	memcpy(line, "250 ", 4);
	smtp_dialog_begin(&d, "a@example.org", "b@example.org", SLICE_LIT("x\r\n"));
	smtp_dialog_sent(&d);
	smtp_dialog_take(&d, (struct slice){line, sizeof(line)});
	assert_int_equal(d.end, SMTP_CONFUSED);
	smtp_dialog_release(&d);
	smtp_dialog_begin(&d, "a@example.org", "b@example.org", SLICE_LIT("x\r\n"));
	smtp_dialog_sent(&d);
	for (int i = 0; i < SMTP_LINES_MAX; i++)
		smtp_dialog_take(&d, SLICE_LIT("250-x\r\n"));
	assert_int_equal(d.end, SMTP_GOING);
	smtp_dialog_take(&d, SLICE_LIT("250-x\r\n"));
	assert_int_equal(d.end, SMTP_CONFUSED);
	smtp_dialog_release(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_is_taken),
		cmocka_unit_test(what_each_answer_means),
		cmocka_unit_test(a_receipt_before_the_mail_is_none),
		cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
