/* fuzz_result - batches of results come from agents: whatever is taken is whole, within its bounds and told only after the
 * form of the whole text was sound. The collector's answer, which the agent reads, likewise. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "wire/result.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct slice text;
	unsigned begun, results, gaps, states;
};

static void is_within(const struct seen *s, struct slice x)
{
	assert(x.n == 0 || (x.p >= s->text.p && x.p + x.n <= s->text.p + s->text.n));
}

static void is_clean(const struct wire_note *n)
{
	const char *texts[] = {n->what, n->severity, n->name, n->text, n->source};

	assert(n->count >= 1 && wall_is_known(n->at));
	assert(strlen(n->text) < NOTE_TEXT_SIZE && strlen(n->source) < NOTE_SOURCE_SIZE);
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		for (const char *p = texts[i]; *p != '\0'; p++)
			assert((unsigned char)*p >= 0x20 && *p != 0x7f);
	}
}

static bool on_begin(void *user, const struct wire_batch *b)
{
	struct seen *s = user;

	assert(s->begun++ == 0 && s->results == 0 && s->gaps == 0);
	is_within(s, b->agent);
	is_within(s, b->boot);
	assert(b->boot.n <= RESULT_BOOT_MAX);
	return true;
}

static bool on_result(void *user, const struct wire_result *r)
{
	struct seen *s = user;

	assert(s->begun == 1 && r->seq >= 1 && r->check.n <= RESULT_ID_MAX);
	assert(r->value_count <= SCHEMA_VALUES_MAX && s->results < RESULT_BATCH_MAX);
	is_within(s, r->check);
	for (size_t i = 0; i < r->value_count; i++)
		is_within(s, r->values[i].name);
	if (r->has_note)
		is_clean(&r->note);
	s->results++;
	return true;
}

static bool on_gap(void *user, const struct wire_gap *g)
{
	struct seen *s = user;

	assert(s->begun == 1 && g->from >= 1 && g->from <= g->to && s->gaps < RESULT_GAPS_MAX);
	assert(g->reason.n <= s->text.n + 16); /* one that was left out has a word of ours */
	s->gaps++;
	return true;
}

static void on_state(void *user, const struct wire_batch *b)
{
	struct seen *s = user;

	assert(b->spool_bytes >= -1);
	assert(s->begun == 1 && s->states++ == 0);
	is_within(s, b->version);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = {.text = {(const char *)data, size}};
	struct result_sink sink = {&s, on_begin, on_result, on_gap, on_state};
	struct wire_answer answer;
	struct err_info info;
	enum err e = result_decode(s.text, &sink, &info);

	assert(e != ERR_OK || s.begun == 1);
	assert(e == ERR_OK || strlen(info.text) > 0);
	e = answer_decode(s.text, &answer, &info);
	assert(e != ERR_OK || memchr(answer.start, '\0', sizeof(answer.start)) != NULL);
	assert(e != ERR_OK || memchr(answer.plan, '\0', sizeof(answer.plan)) != NULL);
	return 0;
}
