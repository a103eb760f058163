/* delta - what has changed between two states. tests/fixtures/delta.json holds what both ends must agree on; the board's
 * own end is tried on it by tests/browser/delta.test.mjs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/micro.h"
#include "dashboard/delta.h"
#include "tests/support/delta_apply.h"

static struct delta_doc *doc_of(const char *text)
{
	struct delta_doc *d = delta_doc_new(slice_of(text));

	if (d == NULL)
		fail_msg("not sound: %s", text);
	return d;
}

static void expect(const char *why, const struct delta_doc *from, const struct delta_doc *to,
		   enum delta_layer layer, json_t *expected)
{
	char *text = json_is_null(expected) ? NULL : json_dumps(expected, JSON_COMPACT);
	struct buf out;
	struct delta_result r;

	buf_init(&out, 1 << 20);
	r = delta_write(from, to, layer, &out);
	assert_int_equal(r.differs, out.len > 0);
	if (!slice_is(buf_slice(&out), text != NULL ? text : ""))
		fail_msg("%s (layer %d): %s instead of %s", why, (int)layer, buf_cstr(&out), text);
	buf_release(&out);
	free(text);
}

static void every_vector_is_written_as_it_is_told(void **state)
{
	json_t *all = json_load_file("tests/fixtures/delta.json", 0, NULL), *v;
	size_t i;

	(void)state;
	assert_true(json_array_size(all) > 20);
	json_array_foreach(all, i, v)
	{
		const char *why = json_string_value(json_object_get(v, "why"));
		char *from = json_dumps(json_object_get(v, "from"), JSON_COMPACT);
		char *to = json_dumps(json_object_get(v, "to"), JSON_COMPACT);
		struct delta_doc *a = doc_of(from), *b = doc_of(to);

		expect(why, a, b, DELTA_FACTS, json_object_get(v, "facts"));
		expect(why, a, b, DELTA_PULSE, json_object_get(v, "pulse"));
		expect(why, a, b, DELTA_VALUES, json_object_get(v, "values"));
		delta_doc_release(a);
		delta_doc_release(b);
		free(from);
		free(to);
	}
	json_decref(all);
}

/* A viewer: what it holds, and the difference applied to it. */
static void apply(json_t **held, const struct delta_doc *from, const struct delta_doc *to,
		  enum delta_layer layer, bool *resets_pulse)
{
	struct buf out;
	struct delta_result r;
	json_t *patch, *next;

	buf_init(&out, 1 << 24);
	r = delta_write(from, to, layer, &out);
	if (resets_pulse != NULL)
		*resets_pulse = r.resets_pulse;
	if (r.differs) {
		patch = json_loads(buf_cstr(&out), JSON_DECODE_ANY, NULL);
		assert_non_null(patch);
		next = delta_apply(*held, patch);
		if (next == NULL)
			fail_msg("does not fit: %s", buf_cstr(&out));
		json_decref(*held);
		json_decref(patch);
		*held = next;
	}
	buf_release(&out);
}

static void same(json_t *held, const struct delta_doc *truth, bool values, unsigned seed)
{
	json_t *a = json_deep_copy(held);
	json_t *b = json_loadb(delta_doc_text(truth).p, delta_doc_text(truth).n, 0, NULL);

	delta_strip(a, "", values);
	delta_strip(b, "", values);
	if (!json_equal(a, b))
		fail_msg("seed %u, values %d: %s instead of %s", seed, values, json_dumps(a, 0),
			 json_dumps(b, 0));
	json_decref(a);
	json_decref(b);
}

/* Two viewers follow twelve states; the pulse is told only every third time, and when it must be. At each pulse they
 * hold what is true; and at each step but for the pulse. */
static void follow(unsigned seed)
{
	struct rand r;
	struct buf text, next;
	struct delta_doc *last, *pulse;
	json_t *with, *without;

	rand_seed(&r, seed);
	buf_init(&text, 1 << 24);
	buf_init(&next, 1 << 24);
	delta_random(&r, &text);
	last = doc_of(buf_cstr(&text));
	pulse = delta_doc_keep(last);
	with = json_loads(buf_cstr(&text), 0, NULL);
	delta_doc_put_without_values(last, &next);
	without = json_loads(buf_cstr(&next), 0, NULL);
	for (unsigned i = 1; i <= 12; i++) {
		struct delta_doc *now;
		bool resets = false;

		buf_reset(&next);
		delta_random_next(&r, buf_cstr(&text), &next);
		now = doc_of(buf_cstr(&next));
		apply(&with, last, now, DELTA_FACTS, &resets);
		apply(&without, last, now, DELTA_FACTS, NULL);
		apply(&with, last, now, DELTA_VALUES, NULL);
		if (resets || i % 3 == 0) {
			apply(&with, pulse, now, DELTA_PULSE, NULL);
			apply(&without, pulse, now, DELTA_PULSE, NULL);
			delta_doc_release(pulse);
			pulse = delta_doc_keep(now);
			same(with, now, true, seed);
			same(without, now, false, seed);
		}
		delta_doc_release(last);
		last = now;
		buf_reset(&text);
		buf_put(&text, next.data, next.len);
	}
	delta_doc_release(last);
	delta_doc_release(pulse);
	json_decref(with);
	json_decref(without);
	buf_release(&text);
	buf_release(&next);
}

static void whatever_changes_the_difference_tells_it(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3000; seed++)
		follow(seed);
}

static void what_is_no_sound_object_is_refused(void **state)
{
	static const char *const wrong[] = {"",
					    "[]",
					    "{\"a\":1",
					    "{\"a\":1}}",
					    "{\"a\":NaN}",
					    "<html>",
					    "{\"a\":1,\"a\":2}",
					    "{\"a\":{\"b\":[{\"c\":1,\"c\":1}]}}"};
	char many[400] = "{";

	(void)state;
	for (size_t i = 0; i < COUNT_OF(wrong); i++)
		assert_null(delta_doc_new(slice_of(wrong[i])));
	for (unsigned i = 0; i < 20; i++)
		snprintf(many + strlen(many), sizeof(many) - strlen(many), "\"k%u\":%u,", i % 19,
			 i);
	strcpy(many + strlen(many) - 1, "}");
	assert_null(delta_doc_new(slice_of(many))); /* k0 twice, among many */
	delta_doc_release(NULL);
}

static void a_state_is_looked_into(void **state)
{
	struct delta_doc *d = doc_of(" {\"now\":12.5,\"head\":{\"seq\":31},\"x\":[{\"vantages\":[{"
				     "\"t\":1,\"values\":{\"a\":2},\"agent\":\"n\"}]}]} ");
	struct delta_doc *none = doc_of("{\"head\":7,\"now\":\"x\"}");
	struct buf out;

	(void)state;
	assert_int_equal(delta_doc_number(d, "now"), 12500000);
	assert_int_equal(delta_doc_number(d, "head"), MICRO_NONE);
	assert_int_equal(delta_doc_number(none, "now"), MICRO_NONE);
	assert_int_equal(delta_doc_head(d), 31);
	assert_int_equal(delta_doc_head(none), -1);
	buf_init(&out, 4096);
	delta_doc_put_without_values(d, &out);
	assert_string_equal(buf_cstr(&out),
			    "{\"now\":12.5,\"head\":{\"seq\":31},\"x\":[{\"vantages\":[{"
			    "\"t\":null,\"values\":{},\"agent\":\"n\"}]}]}");
	buf_release(&out);
	delta_doc_release(delta_doc_keep(d));
	assert_int_equal(delta_doc_text(d).p[0], 0x7b);
	delta_doc_release(d);
	delta_doc_release(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_vector_is_written_as_it_is_told),
		cmocka_unit_test(whatever_changes_the_difference_tells_it),
		cmocka_unit_test(what_is_no_sound_object_is_refused),
		cmocka_unit_test(a_state_is_looked_into),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
