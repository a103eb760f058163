/* link_facts - the collector's answer as one struct; what is not of the form is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard/link_facts.h"

static const char sound[] =
	"{\"now\":1780000048,\"real\":false,\"institution\":\"Prueba\",\"locale\":\"es-MX\","
	"\"incident\":12,\"folio\":\"07\","
	"\"kind\":\"down\",\"state\":\"confirmed\",\"services\":[{\"id\":\"a\",\"name\":"
	"\"Publicación\",\"state\":\"down\","
	"\"since\":1780000000,\"restored\":null,\"left\":252.5,\"estimated\":true,\"by_word\":true}"
	"],\"call\":{"
	"\"id\":15,\"kind\":\"down\","
	"\"at\":1780000010,\"seat\":null,\"person\":\"mesa\",\"post\":\"Mesa de "
	"ayuda\"},\"used\":null,"
	"\"possible\":[\"ack\",\"pass\"],\"why\":null,\"until\":1780086400,\"later\":{\"a\":[1]}}";

static void every_fact(void **state)
{
	struct link_facts f;

	(void)state;
	assert_true(link_facts_read(slice_of(sound), &f));
	assert_int_equal(f.now.us, 1780000048 * US_PER_S);
	assert_int_equal(f.until.us, 1780086400 * US_PER_S);
	assert_false(f.real);
	assert_string_equal(f.institution, "Prueba");
	assert_string_equal(f.locale, "es-MX");
	assert_string_equal(f.folio, "07");
	assert_int_equal(f.service_count, 1);
	assert_string_equal(f.services[0].name, "Publicación");
	assert_int_equal(f.services[0].since.us, 1780000000 * US_PER_S);
	assert_false(wall_is_known(f.services[0].restored));
	assert_int_equal(f.services[0].left_us, 252500000);
	assert_true(f.services[0].estimated);
	assert_true(f.services[0].by_word);
	assert_string_equal(f.post, "Mesa de ayuda");
	assert_int_equal(f.called.us, 1780000010 * US_PER_S);
	assert_true(f.can_ack);
	assert_false(f.can_attend);
	assert_true(f.can_pass);
	assert_string_equal(f.used, "");
	assert_string_equal(f.why, "");
}

static void what_it_served_for(void **state)
{
	struct link_facts f;

	(void)state;
	assert_true(
		link_facts_read(slice_of("{\"now\":1,\"folio\":\"07\",\"services\":[{},{},{},{},{},"
					 "{},{}],\"used\":{\"act\":\"attend\","
					 "\"at\":2,\"seq\":31},\"possible\":[],\"why\":\"used\"}"),
				&f));
	assert_int_equal(f.service_count, 7);
	assert_true(f.real); /* unless it is said that it is a drill */
	assert_string_equal(f.used, "attend");
	assert_int_equal(f.used_at.us, 2 * US_PER_S);
	assert_int_equal(f.used_seq, 31);
	assert_string_equal(f.why, "used");
	assert_false(f.can_ack || f.can_attend || f.can_pass);
}

static void a_report_may_name_no_process(void **state)
{
	struct link_facts f;

	(void)state;
	assert_true(link_facts_read(slice_of("{\"now\":1,\"folio\":\"07\",\"services\":[]}"), &f));
	assert_int_equal(f.service_count, 0);
}

static void what_is_no_answer_of_ours(void **state)
{
	static const char *const cases[] = {
		"",
		"{}",
		"[]",
		"{\"now\":1,\"folio\":\"07\"}",
		"{\"now\":1,\"services\":[{}]}",
		"{\"folio\":\"07\",\"services\":[{}]}",
		"{\"now\":1,\"folio\":7,\"services\":[{}]}",
		"{\"now\":1,\"folio\":\"07\",\"services\":[{}]} x",
		"{\"now\":1,\"folio\":\"more than there is room for\",\"services\":[{}]}",
	};
	struct link_facts f;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		if (link_facts_read(slice_of(cases[i]), &f))
			fail_msg("%s", cases[i]);
	}
	for (size_t n = 0; n < sizeof(sound) - 1; n++) /* an answer that was cut */
		assert_false(link_facts_read((struct slice){sound, n}, &f));
}

static void errors(void **state)
{
	char word[LINK_WORD_SIZE];

	(void)state;
	link_facts_error(slice_of("{\"error\":\"not-journalled\",\"text\":\"x\"}"), word);
	assert_string_equal(word, "not-journalled");
	link_facts_error(slice_of("{\"error\":7}"), word);
	assert_string_equal(word, "");
	link_facts_error(slice_of(""), word);
	assert_string_equal(word, "");
	assert_int_equal(link_facts_wait(slice_of("{\"error\":\"too-many\",\"retry_after\":6}")),
			 6);
	assert_int_equal(link_facts_wait(slice_of("{\"retry_after\":-6}")), 1);
	assert_int_equal(link_facts_wait(slice_of("x")), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fact),
		cmocka_unit_test(what_it_served_for),
		cmocka_unit_test(a_report_may_name_no_process),
		cmocka_unit_test(what_is_no_answer_of_ours),
		cmocka_unit_test(errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
