#include "collector/smtp_dialog.h"

#include <string.h>

void smtp_clean(char dst[SMTP_SAID_SIZE], struct slice line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.n && n + 1 < SMTP_SAID_SIZE; i++) {
		unsigned char c = (unsigned char)line.p[i];

		if (c == '\r' || c == '\n')
			continue;
		dst[n++] = c < 0x20 || c > 0x7E ? '?' : (char)c;
	}
	dst[n] = '\0';
}

static void command(struct smtp_dialog *d, enum smtp_step step, const char *verb, const char *what)
{
	d->step = step;
	d->asked = false;
	buf_reset(&d->out);
	buf_printf(&d->out, "%s%s%s\r\n", verb, what, what[0] != '\0' ? ">" : "");
}

void smtp_dialog_begin(struct smtp_dialog *d, const char *from, const char *to, struct slice mail)
{
	*d = (struct smtp_dialog){.to = to, .mail = mail};
	buf_init(&d->out, 2 * mail.n + 2048);
	command(d, SMTP_MAIL, "MAIL FROM:<", from);
}

void smtp_dialog_release(struct smtp_dialog *d)
{
	buf_release(&d->out);
}

/* A line that begins with a dot gets another (RFC 5321 s. 4.5.2). */
static void queue_mail(struct smtp_dialog *d)
{
	bool begins = true;

	d->step = SMTP_BODY;
	d->asked = false;
	buf_reset(&d->out);
	for (size_t i = 0; i < d->mail.n; i++) {
		if (begins && d->mail.p[i] == '.')
			buf_putc(&d->out, '.');
		buf_putc(&d->out, d->mail.p[i]);
		begins = d->mail.p[i] == '\n';
	}
	if (!begins)
		buf_puts(&d->out, "\r\n");
}

void smtp_dialog_sent(struct smtp_dialog *d)
{
	buf_reset(&d->out);
	if (d->end != SMTP_GOING)
		return;
	if (d->step == SMTP_BODY) {
		d->step = SMTP_DOT;
		d->dotted = true; /* from here on nobody knows without the answer */
		buf_puts(&d->out, ".\r\n");
	} else {
		d->asked = true;
	}
}

static void next(struct smtp_dialog *d, int code)
{
	if (code >= 400) {
		d->end = SMTP_REFUSED;
		return;
	}
	if (!d->asked || code / 100 != (d->step == SMTP_DATA ? 3 : 2)) {
		d->end = SMTP_CONFUSED;
		return;
	}
	switch (d->step) {
	case SMTP_MAIL:
		command(d, SMTP_RCPT, "RCPT TO:<", d->to);
		break;
	case SMTP_RCPT:
		command(d, SMTP_DATA, "DATA", "");
		break;
	case SMTP_DATA:
		queue_mail(d);
		break;
	case SMTP_BODY:
		d->end = SMTP_CONFUSED;
		break;
	case SMTP_DOT:
		d->end = SMTP_ACCEPTED;
		break;
	}
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void take_line(struct smtp_dialog *d)
{
	const char *l = d->line;

	smtp_clean(d->said, (struct slice){d->line, d->length});
	if (d->length < 3 || l[0] < '2' || l[0] > '5' || !is_digit(l[1]) || !is_digit(l[2]) ||
	    (d->length > 3 && strchr(" -\r", l[3]) == NULL) || ++d->lines > SMTP_LINES_MAX) {
		d->end = SMTP_CONFUSED;
	} else if (d->length == 3 || l[3] != '-') {
		d->lines = 0;
		next(d, (l[0] - '0') * 100 + (l[1] - '0') * 10 + (l[2] - '0'));
	}
	d->length = 0;
}

void smtp_dialog_take(struct smtp_dialog *d, struct slice bytes)
{
	for (size_t i = 0; i < bytes.n && d->end == SMTP_GOING; i++) {
		if (bytes.p[i] == '\n')
			take_line(d);
		else if (d->length < SMTP_LINE_MAX && bytes.p[i] != '\0')
			d->line[d->length++] = bytes.p[i];
		else
			d->end = SMTP_CONFUSED;
	}
}
