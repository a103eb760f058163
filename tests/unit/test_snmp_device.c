/* snmp_device - what is known of an agent is found again, bounded, and forgotten with its day. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "probing/snmp_device.h"
#include "probing/snmp_envelope.h"
#include "probing/snmp_user.h"

static union snmp_address address(const char *text, uint16_t port)
{
	union snmp_address a;

	assert_true(snmp_address_parse(text, port, &a));
	return a;
}

static void addresses(void **state)
{
	union snmp_address a = address("192.0.2.7", 161), b = address("2001:db8::1", 161), c;
	char text[64];

	(void)state;
	snmp_address_format(&a, text, sizeof(text));
	assert_string_equal(text, "192.0.2.7:161");
	snmp_address_format(&b, text, sizeof(text));
	assert_string_equal(text, "[2001:db8::1]:161");
	assert_false(snmp_address_parse("localhost", 161, &c));
	assert_false(snmp_address_eq(&a, &b));
	c = address("192.0.2.7", 162);
	assert_false(snmp_address_eq(&a, &c));
	c = address("2001:db8::1", 161);
	assert_true(snmp_address_eq(&b, &c));
}

static void each_is_found_again(void **state)
{
	struct snmp_devices s;
	union snmp_address a;
	char text[32];

	(void)state;
	snmp_devices_init(&s);
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.9", i / 200, i % 200);
		a = address(text, 161);
		snmp_devices_use(&s, &a, i)->malformed = (uint32_t)i;
	}
	assert_int_equal(s.count, 3000);
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof(text), "10.%d.%d.9", i / 200, i % 200);
		a = address(text, 161);
		assert_int_equal(snmp_devices_find(&s, &a)->malformed, i);
	}
	a = address("10.0.0.10", 161);
	assert_null(snmp_devices_find(&s, &a));
	snmp_devices_release(&s);
}

static void the_idle_are_forgotten(void **state)
{
	const int64_t day = 24ll * 3600 * 1000000;
	union snmp_address a = address("10.0.0.1", 161), b = address("10.0.0.2", 161),
			   c = address("10.0.0.3", 161);
	struct snmp_devices s;

	(void)state;
	snmp_devices_init(&s);
	snmp_devices_use(&s, &a, 0);
	snmp_devices_use(&s, &b, 0)->runs = 1; /* somebody waits for it */
	snmp_devices_use(&s, &c, day);
	assert_null(snmp_devices_find(&s, &a));
	snmp_devices_use(&s, &c, day * 3);
	assert_non_null(snmp_devices_find(&s, &b));
	assert_int_equal(s.count, 2);
	snmp_devices_release(&s);
}

static void columns_of_a_table_learn_together(void **state)
{
	struct arena *m = arena_new();
	struct snmp_devices s;
	union snmp_address a = address("10.0.0.1", 161);
	struct snmp_oid x, y, z;
	struct snmp_size *size;
	struct snmp_device *d;

	(void)state;
	snmp_devices_init(&s);
	d = snmp_devices_use(&s, &a, 0);
	assert_true(snmp_oid_parse(SLICE_LIT("1.3.6.1.2.1.2.2.1.10"), m, &x));
	assert_true(snmp_oid_parse(SLICE_LIT("1.3.6.1.2.1.2.2.1.16"), m, &y));
	assert_true(snmp_oid_parse(SLICE_LIT("1.3.6.1.2.1.31.1.1.1.6"), m, &z));
	size = snmp_device_table(d, x, 10, 10);
	snmp_size_failed(size, 10);
	assert_int_equal(snmp_size_next(snmp_device_table(d, y, 10, 10), 10), 5);
	assert_int_equal(snmp_size_next(snmp_device_table(d, z, 10, 10), 10), 10);
	/* As many tables as come, and no more memory. */
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t parts[] = {1, 3, i, 1};

		snmp_device_table(d, (struct snmp_oid){parts, 4}, 10, 10);
	}
	assert_int_equal(d->table_count, SNMP_TABLES_MAX);
	snmp_devices_release(&s);
	arena_free(m);
}

static struct snmp_envelope envelope(const char *engine, uint32_t boots, uint32_t time)
{
	struct snmp_envelope e = {.version = 3, .boots = boots, .time = time};

	e.engine_size = (uint8_t)strlen(engine);
	memcpy(e.engine, engine, e.engine_size);
	return e;
}

static void engines(void **state)
{
	struct snmp_devices s;
	union snmp_address a = address("10.0.0.1", 161);
	struct snmp_device *d;
	struct snmp_envelope e = envelope("one", 5, 1000);

	(void)state;
	snmp_devices_init(&s);
	d = snmp_devices_use(&s, &a, 0);
	assert_false(snmp_device_set_engine(d, &e, 0)); /* the first is no other */
	assert_int_equal(snmp_engine_time(&d->engine, 2500000), 1002);
	e = envelope("one", 6, 3);
	assert_false(snmp_device_set_engine(d, &e, 0)); /* it has booted */
	e = envelope("one", 0, 0);
	assert_false(snmp_device_set_engine(d, &e, 0)); /* it does not tell its clock */
	assert_int_equal(d->engine.boots, 6);
	e = envelope("one", 2, 9999);
	assert_true(snmp_device_set_engine(d, &e, 0)); /* back in time */
	e = envelope("two", 2, 9999);
	assert_true(snmp_device_set_engine(d, &e, 0)); /* another */
	assert_int_equal(d->engines_seen, 2);
	/* What is heard moves the clock on, never back. */
	e = envelope("two", 2, 5000);
	snmp_device_hear(d, &e, 0);
	assert_int_equal(d->engine.time, 9999);
	e = envelope("two", 3, 1);
	snmp_device_hear(d, &e, 0);
	assert_int_equal(d->engine.boots, 3);
	assert_int_equal(d->engine.time, 1);
	e = envelope("xxx", 9, 9);
	snmp_device_hear(d, &e, 0);
	assert_int_equal(d->engine.boots, 3);
	snmp_devices_release(&s);
}

static void users_are_few_and_go_with_the_engine(void **state)
{
	struct snmp_devices s;
	struct snmp_keys *k = snmp_keys_new();
	union snmp_address a = address("10.0.0.1", 161);
	struct snmp_envelope e = envelope("one", 5, 1000);
	struct snmp_held_user *h;
	struct sha256 print;
	struct snmp_device *d;
	const char *why;
	char name[16];

	(void)state;
	snmp_devices_init(&s);
	d = snmp_devices_use(&s, &a, 0);
	snmp_device_set_engine(d, &e, 0);
	for (int i = 0; i < 10; i++) {
		struct snmp_target t = {.version = SNMP_VERSION_3, .user = name};

		snprintf(name, sizeof(name), "user%d", i);
		print = snmp_user_print(k, &t);
		h = snmp_device_user(d, k, &t, &print, &why);
		assert_non_null(h);
		assert_ptr_equal(snmp_device_user(d, k, &t, &print, &why), h);
		assert_false(snmp_device_has_accepted(d, &print));
		h->answered = true;
		assert_true(snmp_device_has_accepted(d, &print));
	}
	e = envelope("two", 5, 1000);
	snmp_device_set_engine(d, &e, 0);
	assert_false(snmp_device_has_accepted(d, &print));
	for (int i = 0; i < SNMP_USERS_MAX; i++)
		assert_null(d->users[i].user);
	snmp_devices_release(&s);
	snmp_keys_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(each_is_found_again),
		cmocka_unit_test(the_idle_are_forgotten),
		cmocka_unit_test(columns_of_a_table_learn_together),
		cmocka_unit_test(engines),
		cmocka_unit_test(users_are_few_and_go_with_the_engine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
