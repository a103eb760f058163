/* audit_kinds - every code of the careful reader has a plan that shows it and a near miss that does not, and says
 * all that its page needs. The plans are edits of one sound plan: tests/fixtures/audit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "plan/audit.h"
#include "plan/plan_file.h"
#include "tests/support/test_plan.h"
#include "tests/support/test_schemas.h"

#define TODAY_S INT64_C(1780272000) /* 2026-06-01 */
enum { EDITS_MAX = 16, TEXT_MAX = 1 << 14 };

/* One side of a case: what is edited, and what is told. */
struct edit {
	struct buf from, to;
	bool has_to; /* a '+' was there, maybe an empty one */
};
struct side {
	struct edit edits[EDITS_MAX];
	size_t count;
	struct buf told;
};
struct audit_case {
	const char *code; /* NULL: none yet */
	struct side fault, near;
	bool in_near;
};

static void side_init(struct side *s)
{
	s->count = 0;
	for (size_t i = 0; i < EDITS_MAX; i++) {
		buf_init(&s->edits[i].from, TEXT_MAX);
		buf_init(&s->edits[i].to, TEXT_MAX);
		s->edits[i].has_to = false;
	}
	buf_init(&s->told, TEXT_MAX);
}

static void side_release(struct side *s)
{
	for (size_t i = 0; i < EDITS_MAX; i++) {
		buf_release(&s->edits[i].from);
		buf_release(&s->edits[i].to);
	}
	buf_release(&s->told);
}

static void add_line(struct buf *b, const char *line)
{
	buf_printf(b, "%s%s", b->len > 0 ? "\n" : "", line);
}

static void take_line(struct audit_case *c, const char *line)
{
	struct side *s = c->in_near ? &c->near : &c->fault;
	const char *rest = line[0] != '\0' && line[1] == ' ' ? line + 2 : "";

	if (line[0] == '~') {
		c->in_near = true;
	} else if (line[0] == '-') {
		if (s->count == 0 || s->edits[s->count - 1].has_to)
			s->count++;
		assert_true(s->count <= EDITS_MAX);
		add_line(&s->edits[s->count - 1].from, rest);
	} else if (line[0] == '+') {
		assert_true(s->count > 0);
		buf_printf(&s->edits[s->count - 1].to, "%s%s",
			   s->edits[s->count - 1].has_to ? "\n" : "", rest);
		s->edits[s->count - 1].has_to = true;
	} else if (line[0] == '!') {
		buf_printf(&s->told, "%s\n", rest);
	} else if (line[0] != '\0' && line[0] != '#') {
		fail_msg("cases.txt: what is '%s'?", line);
	}
}

/* The base with its edits; each is made once, where it first stands. */
static char *edited(const struct side *s, const char *base, struct arena *a)
{
	char *text = arena_strdup(a, base);

	for (size_t i = 0; i < s->count; i++) {
		const char *from = buf_cstr(&s->edits[i].from), *at = strstr(text, from);

		if (at == NULL)
			fail_msg("'%s' is not in base.yaml", from);
		text = arena_printf(a, "%.*s%s%s", (int)(at - text), text,
				    buf_cstr(&s->edits[i].to), at + strlen(from));
	}
	return text;
}

/* What is told of one code, "L:C: severity: SUBJECT: text" each. */
static void tell(const char *text, const char *code, struct buf *out)
{
	struct findings f;
	struct plan *p = test_plan_from_text(text);

	findings_init(&f);
	plan_check_findings(p, TODAY_S, &f);
	for (size_t i = 0; i < f.count; i++) {
		const struct finding *x = &f.items[i];

		if (code == NULL || strcmp(x->code, code) == 0)
			buf_printf(out, "%u:%u: %s: %s: %s\n", x->line, x->column,
				   finding_severity_word(x->severity), x->subject, x->text);
	}
	plan_free(p);
	findings_release(&f);
}

static int check_side(const struct audit_case *c, const struct side *s, const char *base)
{
	struct arena *a = arena_new();
	struct buf got CLEANUP(buf_release);
	int bad;

	buf_init(&got, TEXT_MAX);
	tell(edited(s, base, a), c->code, &got);
	bad = strcmp(buf_cstr(&got), buf_cstr(&s->told)) != 0;
	if (bad)
		print_error("%s%s\n  expected:\n%s  got:\n%s", c->code,
			    s == &c->near ? " (near miss)" : "", buf_cstr(&s->told),
			    buf_cstr(&got));
	arena_free(a);
	return bad;
}

static int check_case(struct audit_case *c, const char *base, bool *is_covered)
{
	int bad = 0;

	if (c->code != NULL) {
		enum audit_code code = audit_find(slice_of(c->code));

		if (code == AUDIT_CODES)
			fail_msg("there is no code '%s'", c->code);
		if (c->fault.told.len == 0 || c->near.told.len != 0 || c->near.count == 0)
			fail_msg("%s: a case has a '!' in its fault and a near miss without",
				 c->code);
		is_covered[code] = true;
		bad = check_side(c, &c->fault, base) + check_side(c, &c->near, base);
	}
	side_release(&c->fault);
	side_release(&c->near);
	return bad;
}

static void every_code_has_a_fault_and_a_near_miss(void **state)
{
	struct arena *a = arena_new();
	char *base = test_plan_read_file("tests/fixtures/audit/base.yaml", a);
	char *line = test_plan_read_file("tests/fixtures/audit/cases.txt", a), *next;
	bool is_covered[AUDIT_CODES] = {false};
	struct audit_case c = {0};
	int bad = 0;

	(void)state;
	side_init(&c.fault);
	side_init(&c.near);
	for (; line != NULL; line = next) {
		next = strchr(line, '\n');
		if (next != NULL)
			*next++ = '\0';
		if (line[0] != '@') {
			take_line(&c, line);
			continue;
		}
		bad += check_case(&c, base, is_covered);
		c = (struct audit_case){.code = line + 2};
		side_init(&c.fault);
		side_init(&c.near);
	}
	bad += check_case(&c, base, is_covered);
	for (int i = 0; i < AUDIT_CODES; i++) {
		if (!is_covered[i]) {
			print_error("%s has no case\n", audit_kinds[i].code);
			bad++;
		}
	}
	assert_int_equal(bad, 0);
	arena_free(a);
}

static void the_sound_plan_has_no_findings(void **state)
{
	struct arena *a = arena_new();
	struct buf got CLEANUP(buf_release);

	(void)state;
	buf_init(&got, TEXT_MAX);
	tell(test_plan_read_file("tests/fixtures/audit/base.yaml", a), NULL, &got);
	assert_string_equal(buf_cstr(&got), "");
	arena_free(a);
}

static void every_code_says_all_that_its_page_needs(void **state)
{
	(void)state;
	for (int i = 0; i < AUDIT_CODES; i++) {
		const struct audit_kind *k = &audit_kinds[i];

		assert_true(k->code != NULL && k->source != NULL && k->source[0] != '\0');
		assert_true(strlen(k->why) > 10 && k->why[strlen(k->why) - 1] == '.');
		assert_true(strlen(k->todo) > 5 && k->todo[strlen(k->todo) - 1] != '.');
		assert_int_equal(audit_find(slice_of(k->code)), i); /* no code twice */
	}
	assert_int_equal(audit_find(slice_of("no-such")), AUDIT_CODES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_code_has_a_fault_and_a_near_miss),
		cmocka_unit_test(the_sound_plan_has_no_findings),
		cmocka_unit_test(every_code_says_all_that_its_page_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
