/* How a fault is told: where it stands, what it is about, and whether it is accepted by name. */
#include "plan/audit.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/parse.h"
#include "base/timefmt.h"

enum { SUBJECT_MAX = 192 };

/* "service:copaco", "seat:a+b", "procedure:drp/4", "plan". */
static void name_subject(const struct plan *p, struct audit_at at, char dst[SUBJECT_MAX])
{
	const char *word = plan_thing_words[at.kind], *id = plan_thing_id(p, at.kind, at.index);

	if (at.kind == THING_PLAN)
		snprintf(dst, SUBJECT_MAX, "%s", word);
	else if (at.with == PLAN_NONE)
		snprintf(dst, SUBJECT_MAX, "%s:%s", word, id);
	else if (at.kind == THING_PROCEDURE)
		snprintf(dst, SUBJECT_MAX, "%s:%s/%u", word, id,
			 p->procedures[at.index].activities[at.with].n);
	else
		snprintf(dst, SUBJECT_MAX, "%s:%s+%s", word, id,
			 plan_thing_id(p, at.kind, at.with));
}

static uint32_t find_acceptance(const struct plan *p, const char *code, const char *subject)
{
	for (uint32_t i = 0; i < p->annexes->accepted_count; i++) {
		if (strcmp(p->annexes->accepted[i].finding, code) == 0 &&
		    strcmp(p->annexes->accepted[i].at, subject) == 0)
			return i;
	}
	return PLAN_NONE;
}

static void date_text(char dst[16], int64_t unix_s)
{
	struct civil c = civil_from_wall((struct wall_time){unix_s * US_PER_S}, 0);

	snprintf(dst, 16, "%04d-%02d-%02d", c.year, c.month, c.day);
}

/* Why and until when a fault is accepted; NULL if it is not, or not any more. */
static const char *accepted_text(struct audit *a, const char *code, const char *subject)
{
	uint32_t i = find_acceptance(a->p, code, subject);
	const struct plan_acceptance *x;
	char on[16], until[16];

	if (i == PLAN_NONE)
		return NULL;
	x = &a->p->annexes->accepted[i];
	a->is_used[i] = true;
	if (a->today_s > 0 && a->today_s >= x->until_s + 86400)
		return NULL;
	date_text(on, x->on_s);
	date_text(until, x->until_s);
	return arena_printf(a->f->arena, "%s (%s, %s, until %s)", x->reason, a->p->people[x->by].id,
			    on, until);
}

void audit_tell(struct audit *a, enum audit_code code, struct audit_at at, const char *fmt, ...)
{
	const struct audit_kind *k = &audit_kinds[code];
	struct yaml_node node = at.kind == THING_PROCEDURE && at.with != PLAN_NONE
					? plan_mark_activity(a->p, at.index, at.with)
					: plan_mark(a->p, at.kind, at.index);
	struct finding_about about = {.todo = k->todo};
	char subject[SUBJECT_MAX], text[900];
	va_list ap;

	name_subject(a->p, at, subject);
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	about.subject = subject;
	about.accepted = accepted_text(a, k->code, subject);
	findings_add_about(a->f, k->severity, &node, k->code, &about, "%s", text);
}

const char *audit_duration(struct audit *a, int64_t us)
{
	char text[64];

	format_duration_exact(text, sizeof(text), us);
	return arena_strdup(a->f->arena, text);
}

void audit_digits(char *dst, size_t size, const char *number)
{
	size_t n = 0;

	for (const char *c = number; *c != '\0' && n + 1 < size; c++) {
		if (isdigit((unsigned char)*c))
			dst[n++] = *c;
	}
	dst[n] = '\0';
	/* The code of the country stands before the very digits that are dialled. */
	if (number[strspn(number, " ")] == '+' && strncmp(dst, "52", 2) == 0)
		memmove(dst, dst + 2, n - 1);
}

/* Since 2019 every number of the country is dialled with 10 digits, without a prefix. */
const char *audit_phone_fault(const char *number)
{
	static const char *const prefixes[] = {"044", "045", "01"};
	char digits[32];

	audit_digits(digits, sizeof(digits), number);
	for (size_t i = 0; i < COUNT_OF(prefixes); i++) {
		if (strncmp(digits, prefixes[i], strlen(prefixes[i])) == 0)
			return "begins with a prefix that is not dialled any more";
	}
	if (strlen(digits) != 10)
		return strlen(digits) < 10 ? "has less than 10 digits" : "has more than 10 digits";
	return NULL;
}
