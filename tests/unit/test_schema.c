/* schema - types and values are found by name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/schema.h"

static const struct value_desc values[] = {{"rtt", "s", "x"}, {"loss", "1", "x"}};
static const struct check_schema icmp = {.type = "icmp", .values = values, .value_count = 2};
static const struct check_schema *const items[] = {&icmp};
static const struct schema_list list = {items, 1};

static void names_are_found(void **state)
{
	(void)state;
	assert_ptr_equal(schema_find(&list, SLICE_LIT("icmp")), &icmp);
	assert_null(schema_find(&list, SLICE_LIT("icm")));
	assert_int_equal(schema_value_index(&icmp, SLICE_LIT("loss")), 1);
	assert_int_equal(schema_value_index(&icmp, SLICE_LIT("los")), -1);
}

static enum err by_name(const struct check_schema *type, param_getter get, void *user,
			struct arena *arena, const struct check_schema **ret, struct err_info *info)
{
	struct check_schema *s = arena_calloc(arena, 1, sizeof(*s));
	struct value_desc *v = arena_calloc(arena, 1, sizeof(*v));

	if (get(user, "value") == NULL)
		return err_fail(info, ERR_SYNTAX, "value: it is missing");
	*v = (struct value_desc){get(user, "value"), "s", "x"};
	*s = (struct check_schema){.type = type->type, .values = v, .value_count = 1};
	*ret = s;
	return ERR_OK;
}

static const char *get_text(void *user, const char *key)
{
	return strcmp(key, "value") == 0 ? user : NULL;
}

static void a_check_may_have_values_of_its_own(void **state)
{
	static const struct check_schema type = {.type = "made", .derive = by_name};
	struct arena *a = arena_new();
	const struct check_schema *s, *other;
	char one[] = "one", two[] = "two";
	struct err_info info;

	(void)state;
	assert_int_equal(schema_of_check(&type, get_text, NULL, a, &s, &info), ERR_SYNTAX);
	assert_int_equal(schema_of_check(&type, get_text, one, a, &s, &info), ERR_OK);
	assert_int_equal(schema_value_index(s, SLICE_LIT("one")), 0);
	assert_int_equal(schema_of_check(&type, get_text, one, a, &other, &info), ERR_OK);
	assert_true(schema_is_same(s, other));
	assert_int_equal(schema_of_check(&type, get_text, two, a, &other, &info), ERR_OK);
	assert_false(schema_is_same(s, other));
	assert_false(schema_is_same(s, &icmp));
	assert_int_equal(schema_of_check(&icmp, get_text, NULL, a, &other, &info), ERR_OK);
	assert_ptr_equal(other, &icmp);
	arena_free(a);
}

static void a_copy_outlives_what_it_was_made_of(void **state)
{
	static const struct value_word words[] = {{1, 2 * INT64_C(1000000), "down"}};
	struct arena *a = arena_new(), *b = arena_new();
	struct check_schema s = icmp;
	const struct check_schema *copy;
	int64_t n;

	(void)state;
	s.words = words;
	s.word_count = 1;
	copy = schema_copy(b, schema_copy(a, &s));
	arena_free(a);
	assert_true(schema_is_same(copy, &icmp));
	assert_string_equal(schema_word(copy, 1, 2000000), "down");
	assert_null(schema_word(copy, 0, 2000000));
	assert_null(schema_word(copy, 1, 1000000));
	assert_true(schema_number(copy, 1, SLICE_LIT("down"), &n));
	assert_int_equal(n, 2000000);
	assert_false(schema_number(copy, 0, SLICE_LIT("down"), &n));
	arena_free(b);
}

static void a_pool_keeps_each_shape_once(void **state)
{
	struct schema_pool pool = {0};
	struct arena *a = arena_new();
	const struct check_schema *kept = schema_pool_keep(&pool, schema_copy(a, &icmp));

	(void)state;
	arena_free(a);
	assert_ptr_equal(schema_pool_keep(&pool, &icmp), kept);
	assert_int_equal(schema_value_index(kept, SLICE_LIT("loss")), 1);
	schema_pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_found),
					   cmocka_unit_test(a_check_may_have_values_of_its_own),
					   cmocka_unit_test(a_copy_outlives_what_it_was_made_of),
					   cmocka_unit_test(a_pool_keeps_each_shape_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
