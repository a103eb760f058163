/* check_snmp_pair - both units are asked at the same moment, and one truth is told of what they say, of silence and of refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "checks/check.h"
#include "checks/snmp_ask.h"
#include "probing/prober.h"

#define ROW "1.3.6.1.4.1.9.9.147.1.2.1.1.1."
#define ASA_VALUES                                                                                 \
	"{\"unit_1\":{\"oid\":\"" ROW "3.6\",\"optional\":\"true\"},"                              \
	"\"unit_2\":{\"oid\":\"" ROW "3.7\",\"optional\":\"true\"},"                               \
	"\"link\":{\"oid\":\"" ROW "3.4\",\"optional\":\"true\"},"                                 \
	"\"own\":{\"oid\":\"" ROW "3\",\"row\":{\"by\":\"" ROW                                     \
	"2\",\"like\":\"*(this device)*\"},"                                                       \
	"\"optional\":\"true\"},"                                                                  \
	"\"off\":{\"oid\":\"" ROW "3\",\"row\":{\"by\":\"" ROW "4\",\"is\":\"not Configured\"},"   \
	"\"optional\":\"true\"}}"
#define F5_VALUES "{\"own\":{\"oid\":\"1.3.6.1.4.1.3375.2.1.14.3.1.0\"}}"

/* --- a device of a few rows ------------------------------------------------------------------------------- */

struct device_row {
	const char *oid;
	int64_t number;
	const char *text; /* NULL: it is the number */
};
struct device {
	enum outcome outcome; /* OK: it answers */
	struct device_row rows[12]; /* in order */
};

#define ASA(outcome_, self, link, one, two, link_text)                                             \
	{                                                                                          \
		outcome_,                                                                          \
		{                                                                                  \
			{ROW "2.4", 0, "Failover LAN Interface"},                                  \
				{ROW "2.6", 0,                                                     \
				 (self) == 1 ? "Primary unit (this device)" : "Primary unit"},     \
				{ROW "2.7", 0,                                                     \
				 (self) == 2 ? "Secondary unit (this device)" : "Secondary unit"}, \
				{ROW "3.4", link, NULL}, {ROW "3.6", one, NULL},                   \
				{ROW "3.7", two, NULL},                                            \
			{                                                                          \
				ROW "4.4", 0, link_text                                            \
			}                                                                          \
		}                                                                                  \
	}
#define UP "folink GigabitEthernet0/7"
static const struct device silent = {OUTCOME_ANSWER_TIMEOUT, {{NULL, 0, NULL}}},
			   refusing = {OUTCOME_SNMP_AUTH, {{NULL, 0, NULL}}},
			   without_rows = {OUTCOME_OK, {{"1.3.6.1.2.1.1.3.0", 100, NULL}}};

static struct snmp_oid oid_of(struct arena *memory, const char *text)
{
	struct snmp_oid oid;

	assert_true(snmp_oid_parse(slice_of(text), memory, &oid));
	return oid;
}

static void put_row(struct snmp_ask *ask, struct snmp_item *item, const struct device_row *row,
		    struct snmp_oid oid)
{
	struct snmp_row *r = &item->rows[item->row_count++];

	(void)ask;
	*r = (struct snmp_row){.oid = oid, .value = {.kind = SNMP_ABSENT}};
	if (row != NULL && row->text != NULL) {
		r->value.kind = SNMP_OCTETS;
		r->value.tag = 4;
		r->value.octets = slice_of(row->text);
	} else if (row != NULL) {
		r->value.kind = SNMP_SIGNED;
		r->value.tag = 2;
		r->value.i = row->number;
	}
}

static void answer_item(struct snmp_ask *ask, struct snmp_item *item, const struct device *d)
{
	const struct device_row *hit = NULL;

	item->rows = arena_calloc(ask->memory, COUNT_OF(d->rows), sizeof(*item->rows));
	item->end = SNMP_END_WHOLE;
	for (size_t i = 0; i < COUNT_OF(d->rows) && d->rows[i].oid != NULL; i++) {
		struct snmp_oid oid = oid_of(ask->memory, d->rows[i].oid);

		if (item->kind == SNMP_WALK && snmp_oid_is_below(oid, item->oid))
			put_row(ask, item, &d->rows[i], oid);
		if (item->kind == SNMP_GET && snmp_oid_compare(oid, item->oid) == 0)
			hit = &d->rows[i];
	}
	if (item->kind == SNMP_GET)
		put_row(ask, item, hit, item->oid);
}

static void answer(struct snmp_ask *ask, const struct device *d)
{
	ask->outcome = d->outcome;
	ask->requests = 1;
	for (size_t i = 0; i < ask->item_count; i++) {
		if (d->outcome == OUTCOME_OK)
			answer_item(ask, &ask->items[i], d);
		else
			ask->items[i].end = SNMP_END_SILENT;
	}
}

/* --- a probe ------------------------------------------------------------------------------------------------ */

struct stage {
	struct arena *arena;
	struct prober_check check;
	void *memory;
	unsigned together; /* rounds in which both were asked */
	struct mono_time first_deadline;
	struct verdict verdict;
};

static const char *find(void *user, const char *key)
{
	const char *const *pairs = user;

	for (; *pairs != NULL; pairs += 2) {
		if (strcmp(pairs[0], key) == 0)
			return pairs[1];
	}
	return NULL;
}

static void open_stage(struct stage *s, const char *const *pairs)
{
	struct err_info info = {0};

	*s = (struct stage){.arena = arena_new()};
	s->check.type = check_type_find(SLICE_LIT("snmp-pair"));
	assert_non_null(s->check.type);
	if (prober_fill_params(s->check.type, find, (void *)(uintptr_t)pairs, s->arena,
			       &s->check.params, &info) != ERR_OK ||
	    schema_of_check(&s->check.type->schema, find, (void *)(uintptr_t)pairs, s->arena,
			    &s->check.schema, &info) != ERR_OK)
		fail_msg("%s", info.text);
	s->memory = mem_calloc(1, s->check.type->memory_size);
}

static void close_stage(struct stage *s)
{
	s->check.type->forget(s->memory);
	free(s->memory);
	arena_free(s->arena);
}

static const struct device *device_of(const struct snmp_ask *ask, const struct device *a,
				      const struct device *b)
{
	return strcmp(ask->target->address, "192.0.2.1") == 0 ? a : b;
}

static void run(struct stage *s, const struct device *a, const struct device *b)
{
	const struct check_type *t = s->check.type;
	struct probe p = {.type = t,
			  .schema = prober_schema(&s->check),
			  .params = s->check.params,
			  .memory = s->memory,
			  .started = {1000000},
			  .deadline = {5000000}};
	struct check_step step;
	unsigned rounds = 0;

	p.state = mem_calloc(1, t->state_size);
	for (size_t i = 0; i < SCHEMA_VALUES_MAX; i++)
		p.verdict.values[i] = MICRO_NONE;
	s->together = 0;
	for (step = t->start(&p, p.started); step.kind != STEP_DONE;
	     step = t->resume(&p, mono_add_us(p.started, 1000 * rounds), 0)) {
		if (step.kind == STEP_WAIT_NAME) {
			p.resolved.outcome = strcmp(step.host, "b.example.org") == 0
						     ? OUTCOME_OK
						     : OUTCOME_NAME_TIMEOUT;
			snprintf(p.resolved.address[0], ADDRESS_TEXT_SIZE, "192.0.2.2");
			continue;
		}
		assert_int_equal(step.kind, STEP_WAIT_SNMP);
		if (rounds++ == 0)
			s->first_deadline = step.deadline;
		assert_true(rounds < 10);
		s->together += step.snmp_count == 2;
		for (size_t i = 0; i < step.snmp_count; i++)
			answer(step.snmp[i], device_of(step.snmp[i], a, b));
	}
	s->verdict = p.verdict;
	t->stop(&p);
	free(p.state);
}

static double value(const struct stage *s, const char *name)
{
	int i = schema_value_index(s->check.schema, slice_of(name));

	assert_true(i >= 0);
	return s->verdict.values[i] == MICRO_NONE ? -1 : (double)s->verdict.values[i] / MICRO;
}

/* "answering=2 active=1 ...": the values that are wanted; -1 is none. */
static void expect(const struct stage *s, const char *wanted)
{
	char copy[300], *rest = copy, *word;

	snprintf(copy, sizeof(copy), "%s", wanted);
	assert_int_equal(s->verdict.outcome, OUTCOME_OK);
	while ((word = strsep(&rest, " ")) != NULL) {
		char *equals = strchr(word, '=');

		*equals = '\0';
		if (value(s, word) != strtod(equals + 1, NULL))
			fail_msg("%s: %s is %g (%s)", wanted, word, value(s, word),
				 s->verdict.detail);
	}
}

#define ASA_PARAMS                                                                                 \
	"members", "{\"a\":\"192.0.2.1\",\"b\":\"192.0.2.2\"}", "values", ASA_VALUES, "community", \
		"public", "is_active", "9", "is_standby", "10", "is_unknown", "1", "is_up", "2"
static const char *const asa[] = {ASA_PARAMS, NULL};
static const char *const asa_moving[] = {ASA_PARAMS, "addresses", "role", NULL};
static const char *const f5[] = {"members",    "{\"a\":\"192.0.2.1\",\"b\":\"192.0.2.2\"}",
				 "values",     F5_VALUES,
				 "community",  "public",
				 "is_active",  "4",
				 "is_standby", "3",
				 "is_unknown", "0",
				 NULL};

/* The pair's whole life at one check, whose memory goes on: the row that says "(this device)" wanders with the roles. */
static void a_pair_of_firewalls(void **state)
{
	static const struct {
		struct device a, b;
		const char *wanted, *detail;
	} cases[] = {
		{ASA(OUTCOME_OK, 1, 2, 9, 10, UP), ASA(OUTCOME_OK, 2, 2, 9, 10, UP),
		 "answering=2 active=1 standby=1 active_unit=1 redundant=1 link=1 agree=1 "
		 "failover=1 "
		 "unit_1=1 unit_2=2",
		 "first active, second standby"},
		/* a failover: the active address is the secondary's now */
		{ASA(OUTCOME_OK, 2, 2, 10, 9, UP), ASA(OUTCOME_OK, 1, 2, 10, 9, UP),
		 "answering=2 active=1 standby=1 active_unit=2 redundant=1 agree=1",
		 "first standby, second active"},
		{ASA(OUTCOME_OK, 2, 3, 4, 9, UP), ASA(OUTCOME_ANSWER_TIMEOUT, 1, 2, 9, 10, UP),
		 "answering=1 active=1 standby=0 active_unit=2 redundant=0 link=0 agree=-1 "
		 "unit_1=3",
		 "first out, second active, link down; b: answer-timeout"},
		{ASA(OUTCOME_OK, 2, 3, 4, 9, UP), ASA(OUTCOME_OK, 1, 3, 9, 4, UP),
		 "answering=2 active=2 active_unit=3 redundant=0 agree=0",
		 "first active, second active, link down, they contradict one another"},
		/* asked a moment apart in a role change: told as it is, and confirmed or not */
		{ASA(OUTCOME_OK, 1, 2, 10, 9, UP), ASA(OUTCOME_OK, 2, 2, 9, 10, UP),
		 "active=0 standby=2 active_unit=0 redundant=0 agree=0", NULL},
		{ASA(OUTCOME_OK, 1, 3, 3, 3, "not Configured"),
		 ASA(OUTCOME_OK, 2, 3, 3, 3, "not Configured"),
		 "answering=2 active=-1 standby=-1 active_unit=-1 redundant=0 link=-1 failover=0",
		 "failover is off"},
		{ASA(OUTCOME_OK, 1, 3, 9, 4, UP), ASA(OUTCOME_OK, 1, 3, 9, 4, UP),
		 "answering=1 active=1 redundant=0 agree=-1", NULL},
	};
	struct stage s;

	(void)state;
	for (int moving = 0; moving < 2; moving++) {
		open_stage(&s, moving ? asa_moving : asa);
		for (size_t i = 0; i < COUNT_OF(cases); i++) {
			run(&s, &cases[i].a, &cases[i].b);
			expect(&s, cases[i].wanted);
			if (cases[i].detail != NULL)
				assert_string_equal(s.verdict.detail, cases[i].detail);
			assert_true(s.together >= 1);
		}
		close_stage(&s);
	}
}

/* Some releases have no texts, and during a role change rows are missing: nothing is "down" by that. */
static void texts_and_rows_are_missing(void **state)
{
	static const struct device bare = {OUTCOME_OK,
					   {{ROW "3.4", 2, NULL},
					    {ROW "3.6", 9, NULL},
					    {ROW "3.7", 10, NULL}}},
				   one_row = {OUTCOME_OK, {{ROW "3.6", 9, NULL}}};
	struct stage s;

	(void)state;
	open_stage(&s, asa);
	run(&s, &bare, &bare);
	expect(&s, "answering=2 active=1 standby=1 active_unit=1 redundant=1 agree=1");
	run(&s, &one_row, &bare);
	expect(&s, "answering=2 active=1 standby=1 redundant=1 agree=1");
	run(&s, &one_row, &silent);
	expect(&s, "answering=1 active=1 standby=-1 redundant=-1 link=-1 unit_2=0");
	run(&s, &without_rows, &without_rows);
	assert_int_equal(s.verdict.outcome, OUTCOME_VALUE_MISSING);
	close_stage(&s);
}

static void units_that_tell_of_themselves(void **state)
{
#define F5(state_)                                                                                 \
	{                                                                                          \
		OUTCOME_OK,                                                                        \
		{                                                                                  \
			{                                                                          \
				"1.3.6.1.4.1.3375.2.1.14.3.1.0", state_, NULL                      \
			}                                                                          \
		}                                                                                  \
	}
	static const struct device active = F5(4), standby = F5(3), offline = F5(1),
				   unknown = F5(0);
	struct stage s;

	(void)state;
	open_stage(&s, f5);
	run(&s, &active, &standby);
	expect(&s, "answering=2 active=1 standby=1 active_unit=1 redundant=1 link=-1 agree=-1");
	run(&s, &standby, &active);
	expect(&s, "active=1 active_unit=2 redundant=1");
	run(&s, &active, &active);
	expect(&s, "active=2 active_unit=3 redundant=0");
	run(&s, &standby, &standby);
	expect(&s, "active=0 standby=2 active_unit=0 redundant=0");
	run(&s, &standby, &offline);
	expect(&s, "active=0 standby=1 redundant=0 unit_2=3");
	run(&s, &active, &silent);
	expect(&s, "answering=1 active=1 standby=-1 redundant=-1 unit_2=0");
	run(&s, &silent, &standby);
	expect(&s, "answering=1 active=-1 standby=1 active_unit=-1 redundant=-1");
	run(&s, &unknown, &standby);
	expect(&s, "answering=2 active=-1 standby=1 redundant=-1");
	close_stage(&s);
}

/* Neither tells anything: silence of both is bad; if our own keys are at fault it says nothing of the pair. */
static void nobody_answers(void **state)
{
	static const struct device f5_active = {OUTCOME_OK,
						{{"1.3.6.1.4.1.3375.2.1.14.3.1.0", 4, NULL}}};
	struct stage s;

	(void)state;
	open_stage(&s, f5);
	run(&s, &silent, &silent);
	assert_int_equal(s.verdict.outcome, OUTCOME_ANSWER_TIMEOUT);
	assert_string_equal(s.verdict.detail, "a: answer-timeout; b: answer-timeout");
	run(&s, &silent, &refusing);
	assert_int_equal(s.verdict.outcome, OUTCOME_SNMP_AUTH);
	run(&s, &refusing, &silent);
	assert_int_equal(s.verdict.outcome, OUTCOME_SNMP_AUTH);
	run(&s, &refusing, &f5_active);
	expect(&s, "answering=1 active=1 active_unit=2");
	assert_string_equal(s.verdict.detail, "first unknown, second active; a: snmp-auth");
	close_stage(&s);
}

/* Names are looked up before anybody is asked; one that is not found is a unit that is not heard. */
static void units_by_name(void **state)
{
	static const char *const named[] = {
		"members",    "{\"x\":\"lost.example.org\",\"y\":\"b.example.org\"}",
		"values",     F5_VALUES,
		"community",  "public",
		"is_active",  "4",
		"is_standby", "3",
		NULL};
	static const struct device active = {OUTCOME_OK,
					     {{"1.3.6.1.4.1.3375.2.1.14.3.1.0", 4, NULL}}};
	struct stage s;

	(void)state;
	open_stage(&s, named);
	run(&s, &silent, &active);
	expect(&s, "answering=1 active=1 active_unit=2");
	assert_string_equal(s.verdict.detail, "first unknown, second active; x: name-timeout");
	assert_int_equal(s.first_deadline.us, 5000000); /* one is asked: it has all the time */
	close_stage(&s);
}

/* A round in which both are asked leaves time for another: the survivor's rows may have to be looked for. */
static void a_silent_unit_leaves_time_for_the_other(void **state)
{
	static const struct device a = ASA(OUTCOME_OK, 1, 2, 9, 10, UP);
	struct stage s;

	(void)state;
	open_stage(&s, asa);
	run(&s, &a, &silent);
	expect(&s, "answering=1 active=1 standby=1");
	assert_int_equal(s.first_deadline.us, 4000000);
	close_stage(&s);
}

static void a_single_unit(void **state)
{
	static const char *const single[] = {"members",    "{\"a\":\"192.0.2.1\"}",
					     "values",     ASA_VALUES,
					     "community",  "public",
					     "is_active",  "9",
					     "is_standby", "10",
					     "is_up",      "2",
					     NULL};
	static const struct device off = ASA(OUTCOME_OK, 1, 3, 3, 3, "not Configured");
	struct stage s;

	(void)state;
	open_stage(&s, single);
	run(&s, &off, &silent);
	expect(&s, "answering=1 active=-1 redundant=-1 link=-1 failover=0");
	assert_int_equal(s.together, 0);
	close_stage(&s);
}

/* A probe that ends in the middle leaves nothing behind. */
static void a_probe_is_stopped(void **state)
{
	struct stage s;
	struct probe p;

	(void)state;
	open_stage(&s, asa);
	p = (struct probe){.type = s.check.type,
			   .schema = s.check.schema,
			   .params = s.check.params,
			   .memory = s.memory,
			   .deadline = {5000000}};
	p.state = mem_calloc(1, s.check.type->state_size);
	assert_int_equal(s.check.type->start(&p, p.started).kind, STEP_WAIT_SNMP);
	s.check.type->stop(&p);
	free(p.state);
	close_stage(&s);
}

/* The plan is read without the agent: what a check asks is looked at there, with its place. */
static void faults_are_found_with_the_plan(void **state)
{
	static const char *const wrong[] = {"members",    "{\"a\":\"192.0.2.1\"}",
					    "values",     F5_VALUES,
					    "is_active",  "on",
					    "is_standby", "3",
					    NULL};
	const struct check_type *t = check_type_find(SLICE_LIT("snmp-pair"));
	struct arena *arena = arena_new();
	const struct check_schema *schema;
	struct err_info info = {0};

	(void)state;
	assert_int_not_equal(
		schema_of_check(&t->schema, find, (void *)(uintptr_t)wrong, arena, &schema, &info),
		ERR_OK);
	assert_string_equal(info.text,
			    "is_active: 'on' is not a whole number, as the device says it");
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pair_of_firewalls),
		cmocka_unit_test(texts_and_rows_are_missing),
		cmocka_unit_test(units_that_tell_of_themselves),
		cmocka_unit_test(nobody_answers),
		cmocka_unit_test(units_by_name),
		cmocka_unit_test(a_silent_unit_leaves_time_for_the_other),
		cmocka_unit_test(a_single_unit),
		cmocka_unit_test(a_probe_is_stopped),
		cmocka_unit_test(faults_are_found_with_the_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
