/* graph_words - the words of the page, in both languages; a word that nobody wrote is shown as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/graph_words.h"

static void words_are_those_of_the_page(void **state)
{
	struct graph_words *w = graph_words_new();

	(void)state;
	assert_string_equal(graph_word(w, false, "value", "loss"), "pérdida");
	assert_string_equal(graph_word(w, true, "value", "loss"), "loss");
	assert_string_equal(graph_word(w, false, "drawing", "mean"), "prom");
	assert_string_equal(graph_word(w, true, "drawing", "mean"), "mean");
	assert_string_equal(graph_word(w, false, "value", "fase_9"), "fase_9");
	assert_string_equal(graph_word(w, false, "nothing", "x"), "x");
	graph_words_free(w);
	graph_words_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_those_of_the_page)};

	return cmocka_run_group_tests_name("graph_words", tests, NULL, NULL);
}
