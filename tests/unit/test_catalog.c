/* catalog - translations from the bytes of a .mo file; a damaged one is refused, never followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/catalog.h"

struct entry {
	const char *from, *to;
};

/* What msgfmt writes, without its hash table. */
static void write_mo(struct buf *out, const struct entry *e, uint32_t n)
{
	uint32_t head[7] = {0x950412de, 0, n, 28, 28 + 8 * n, 0, 28 + 16 * n}, at = 28 + 16 * n;

	buf_put(out, head, sizeof(head));
	for (int side = 0; side < 2; side++) {
		for (uint32_t i = 0; i < n; i++) {
			uint32_t row[2] = {(uint32_t)strlen(side == 0 ? e[i].from : e[i].to), at};

			buf_put(out, row, sizeof(row));
			at += row[0] + 1;
		}
	}
	for (int side = 0; side < 2; side++) {
		for (uint32_t i = 0; i < n; i++)
			buf_put(out, side == 0 ? e[i].from : e[i].to,
				strlen(side == 0 ? e[i].from : e[i].to) + 1);
	}
}

static const struct entry three[] = {{"", "header"}, {"Desde", "Since"}, {"Para", "For"}};

static void a_text_is_translated_or_stays(void **state)
{
	struct err_info info;
	struct catalog *c;
	struct buf mo;

	(void)state;
	buf_init(&mo, 4096);
	write_mo(&mo, three, 3);
	c = catalog_from(buf_slice(&mo), &info);
	assert_non_null(c);
	assert_string_equal(tr(c, "Desde"), "Since");
	assert_string_equal(tr(c, "Para"), "For");
	assert_string_equal(tr(c, "Nunca visto"), "Nunca visto");
	assert_string_equal(tr(c, ""), ""); /* not the header */
	assert_string_equal(tr(NULL, "Desde"), "Desde");
	catalog_free(c);
	catalog_free(NULL);
	buf_release(&mo);
}

/* Every byte changed to several values: refused, or every look-up stays within the file (sanitizers watch). */
static void a_damaged_file_is_refused_or_harmless(void **state)
{
	struct err_info info;
	struct buf mo;

	(void)state;
	buf_init(&mo, 4096);
	write_mo(&mo, three, 3);
	for (size_t n = 0; n < mo.len; n++)
		assert_null(catalog_from((struct slice){mo.data, n}, &info));
	for (size_t i = 0; i < mo.len; i++) {
		char kept = mo.data[i];

		for (int v = 0; v < 256; v += 51) {
			struct catalog *c;

			mo.data[i] = (char)v;
			c = catalog_from(buf_slice(&mo), &info);
			assert_true(c == NULL || strlen(tr(c, "Desde")) < mo.len);
			catalog_free(c);
		}
		mo.data[i] = kept;
	}
	assert_non_null(strstr(info.text, "no sound catalogue"));
	buf_release(&mo);
}

/* The one that the build has put beside this very program. */
static void the_english_catalogue_is_found(void **state)
{
	struct err_info info = {0};
	struct catalog *c = catalog_open("en", &info);

	(void)state;
	if (c == NULL)
		fail_msg("%s", info.text);
	assert_string_equal(tr(c, "Confirme de enterado."), "Please acknowledge.");
	catalog_free(c);
	assert_null(catalog_open("xx", &info));
	assert_non_null(strstr(info.text, "/share/locale/xx/LC_MESSAGES/vigia.mo"));
}

static void names_are_filled_in(void **state)
{
	static const struct {
		const char *template, *want;
	} cases[] = {
		{"quedan {left} del RTO", "quedan 4m del RTO"},
		{"{left}{left}", "4m4m"},
		{"of {over}, {left} left", "of 2s, 4m left"},
		{"{lef} {} {left", "{lef} {} {left"},
		{"%s %n {left}", "%s %n 4m"},
		{"", ""},
	};
	const struct catalog_pair pairs[] = {{"left", "4m"}, {"over", "2s"}};
	struct buf out;

	(void)state;
	buf_init(&out, 200);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		buf_reset(&out);
		catalog_fill(&out, cases[i].template, pairs, 2);
		assert_string_equal(buf_cstr(&out), cases[i].want);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_is_translated_or_stays),
		cmocka_unit_test(a_damaged_file_is_refused_or_harmless),
		cmocka_unit_test(the_english_catalogue_is_found),
		cmocka_unit_test(names_are_filled_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
