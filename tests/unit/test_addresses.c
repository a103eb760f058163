/* addresses - the next one when one fails, each with its own growing pause, and back to the first when that answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <uv.h>

#include "agent/addresses.h"
#include "tests/support/probe_once.h"

struct world {
	uv_loop_t loop;
	struct agent_config config;
	struct addresses *a;
	unsigned ready;
};

static void on_ready(void *user)
{
	((struct world *)user)->ready++;
}

static void start(struct world *w, const char *first, const char *second)
{
	*w = (struct world){.config = {.collectors = {first, second},
				       .collector_count = second != NULL ? 2 : 1}};
	assert_int_equal(uv_loop_init(&w->loop), 0);
	w->a = addresses_new(&w->loop, &w->config, on_ready, w);
}

static void end(struct world *w)
{
	addresses_free(w->a);
	while (uv_run(&w->loop, UV_RUN_DEFAULT) != 0)
		;
	assert_int_equal(uv_loop_close(&w->loop), 0);
}

static void one_address_is_tried_again_and_again(void **state)
{
	unsigned last = 0;
	struct world w;

	(void)state;
	start(&w, "https://127.0.0.1:1", NULL);
	for (int i = 0; i < 12; i++) {
		unsigned ms = addresses_failed(w.a, false);

		assert_in_range(ms, i == 0 ? 150 : last / 2, 5000 * 5 / 4);
		last = ms;
		assert_string_equal(addresses_url(w.a), "https://127.0.0.1:1");
	}
	assert_in_range(last, 5000 * 3 / 4, 5000 * 5 / 4);
	for (int i = 0; i < 8; i++)
		last = addresses_failed(w.a, true);
	assert_in_range(last, 60000 * 3 / 4, 60000 * 5 / 4);
	addresses_answered(w.a);
	assert_in_range(addresses_failed(w.a, false), 150, 250);
	end(&w);
}

static void the_next_is_tried_at_once(void **state)
{
	struct world w;

	(void)state;
	start(&w, "https://127.0.0.1:1", "https://127.0.0.1:2");
	assert_string_equal(addresses_url(w.a), "https://127.0.0.1:1");
	assert_int_equal(addresses_failed(w.a, false), 0);
	assert_string_equal(addresses_url(w.a), "https://127.0.0.1:2");
	/* Both failed: the one whose pause ends first, after that pause. */
	assert_in_range(addresses_failed(w.a, false), 100, 250);
	/* Whoever answers stays in use. */
	addresses_forgive(w.a);
	addresses_answered(w.a);
	end(&w);
}

static void agents_do_not_come_in_step(void **state)
{
	unsigned seen[8], different = 0;
	struct world w;

	(void)state;
	for (int i = 0; i < 8; i++) {
		start(&w, "https://127.0.0.1:1", NULL);
		for (int k = 0; k < 8; k++)
			seen[i] = addresses_failed(w.a, false);
		different += i > 0 && seen[i] != seen[0];
		end(&w);
	}
	assert_true(different > 0);
}

static void the_first_is_asked_when_its_time_has_come(void **state)
{
	struct address_use use;
	struct world w;

	(void)state;
	start(&w, "https://127.0.0.1:1", "https://127.0.0.1:2");
	assert_false(addresses_ask_first(w.a, &use)); /* it is in use */
	assert_int_equal(addresses_failed(w.a, false), 0);
	addresses_answered(w.a);
	assert_false(addresses_ask_first(w.a, &use)); /* it failed just now */
	w.loop.time += 61000;
	assert_true(addresses_ask_first(w.a, &use));
	assert_string_equal(use.url, "https://127.0.0.1:1");
	assert_false(addresses_ask_first(w.a, &use)); /* once per interval */
	assert_string_equal(addresses_url(w.a), "https://127.0.0.1:2"); /* asking changes nothing */
	addresses_return(w.a);
	assert_string_equal(addresses_url(w.a), "https://127.0.0.1:1");
	end(&w);
}

static void a_name_is_resolved(void **state)
{
	enum address_state s;
	struct address_use use = {0};
	struct world w;
	uint64_t until = uv_hrtime() + UINT64_C(20000000000);

	(void)state;
	start(&w, "https://localhost:7460", NULL);
	while ((s = addresses_use(w.a, &use)) == ADDRESS_WAIT && uv_hrtime() < until)
		loop_turn(&w.loop);
	assert_int_equal(s, ADDRESS_READY);
	assert_string_equal(use.url, "https://localhost:7460");
	assert_true(strcmp(use.connect_to, "localhost:7460:127.0.0.1:7460") == 0 ||
		    strcmp(use.connect_to, "localhost:7460:[::1]:7460") == 0);
	end(&w);
	/* A number needs none. */
	start(&w, "https://127.0.0.1:7460", NULL);
	assert_int_equal(addresses_use(w.a, &use), ADDRESS_READY);
	assert_null(use.connect_to);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_address_is_tried_again_and_again),
		cmocka_unit_test(the_next_is_tried_at_once),
		cmocka_unit_test(agents_do_not_come_in_step),
		cmocka_unit_test(the_first_is_asked_when_its_time_has_come),
		cmocka_unit_test(a_name_is_resolved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
