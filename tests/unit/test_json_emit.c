/* json_emit - compact JSON in the order of the calls, always well formed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_emit.h"
#include "base/json_pull.h"

static void writes_what_was_asked_for(void **state)
{
	struct buf b;
	struct json_emit j;

	(void)state;
	buf_init(&b, 1000);
	j = json_emit_to(&b);
	json_open_object(&j);
	json_kv_str(&j, "s", "a\"\\\n\x01\xc3\xa9");
	json_kv_i64(&j, "n", INT64_MIN);
	json_kv_micro(&j, "v", 1200);
	json_kv_time(&j, "t", (struct wall_time){INT64_C(1760000000500000)});
	json_kv_time(&j, "u", WALL_UNKNOWN);
	json_kv_bool(&j, "b", false);
	json_key(&j, "l");
	json_open_array(&j);
	json_null(&j);
	json_open_object(&j);
	json_close_object(&j);
	json_raw(&j, SLICE_LIT("[1]"));
	json_close_array(&j);
	json_kv_str(&j, "z", NULL);
	json_close_object(&j);
	assert_string_equal(
		buf_cstr(&b),
		"{\"s\":\"a\\\"\\\\\\n\\u0001\xc3\xa9\",\"n\":-9223372036854775808,\"v\":0.0012,"
		"\"t\":1760000000.5,\"u\":null,\"b\":false,\"l\":[null,{},[1]],\"z\":null}");
	buf_release(&b);
}

static void bad_bytes_become_the_replacement_character(void **state)
{
	char bytes[2] = {0, 0};

	(void)state;
	for (int c = 1; c < 256; c++) {
		struct buf b;
		struct json_emit j;
		struct json_pull in;

		bytes[0] = (char)c;
		buf_init(&b, 100);
		j = json_emit_to(&b);
		json_str(&j, bytes);
		in = json_pull_from(buf_slice(&b));
		json_skip(&in);
		json_end(&in);
		if (in.error != NULL)
			fail_msg("byte %d gives %s", c, buf_cstr(&b));
		buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_what_was_asked_for),
		cmocka_unit_test(bad_bytes_become_the_replacement_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
