/* drawing - what is drawn how: units, bands, phases, limits, the strip of states, and whose it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard/drawing.h"
#include "dashboard/graph_words.h"
#include "dashboard/render_frame.h"
#include "tests/support/series_answer.h"

static struct graph_words *words;
static struct drawing drawing;
static const char *argv[RENDER_ARGS_MAX + 1];

static int set_up(void **state)
{
	(void)state;
	words = graph_words_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	drawing_release(&drawing);
	graph_words_free(words);
	return 0;
}

static bool make(const char *answer, const char *value, bool dark, bool english)
{
	struct graph_args args = {.check = "dc/fw.a:ping",
				  .start = 1760000000,
				  .end = 1760003600,
				  .width = 1000,
				  .height = 400,
				  .dark = dark,
				  .english = english};
	struct graph_facts facts;

	drawing_release(&drawing);
	snprintf(args.value, sizeof(args.value), "%s", value);
	assert_true(graph_facts_read(slice_of(answer), &facts));
	if (!drawing_make(&args, &facts, words, "/s/dc.fw..a:ping/dc.rrd", true, &drawing))
		return false;
	assert_true(buf_is_ok(&drawing.text));
	assert_int_equal(render_frame_args(buf_slice(&drawing.text), drawing.count, argv),
			 drawing.count);
	return true;
}

static bool has(const char *argument)
{
	for (const char **a = argv; *a != NULL; a++) {
		if (strcmp(*a, argument) == 0)
			return true;
	}
	return false;
}

static void a_time_has_its_band_its_loss_and_its_limit(void **state)
{
	(void)state;
	assert_true(make(SERIES_ANSWER_ICMP, "", false, false));
	assert_true(has("graph") && has("-") && has("--imgformat=SVG"));
	assert_true(has("--start=1760000000") && has("--end=1760003600"));
	assert_true(
		has("--title=SIMULACRO 2 · Cortafuegos A: el de siempre · ida y vuelta (mediana)"));
	assert_true(has("--vertical-label=ms") && has("--lower-limit=0"));
	assert_true(has("DEF:v_raw=/s/dc.fw..a\\:ping/dc.rrd:rtt:AVERAGE:step=10:reduce=AVERAGE"));
	assert_true(
		has("DEF:low_raw=/s/dc.fw..a\\:ping/dc.rrd:rtt_min:AVERAGE:step=10:reduce=MIN"));
	assert_true(
		has("DEF:high_raw=/s/dc.fw..a\\:ping/dc.rrd:rtt_max:AVERAGE:step=10:reduce=MAX"));
	assert_true(has("CDEF:v=v_raw,1000,*"));
	assert_true(has("HRULE:50#9a6400::dashes=3,3"));
	assert_true(has("CDEF:loss_most=loss,0.4,GT,loss,1,LE,*"));
	assert_true(has("CDEF:is2=state,2,EQ"));
	assert_true(has("COMMENT:Instituto\\: de ejemplo · UTSI/PL/01 rev. 01 · SIMULACRO 2\\l"));
	assert_true(
		has("COMMENT:2025-10-09 02\\:53\\:20 – 2025-10-09 03\\:53\\:20, hora de la Ciudad "
		    "de México (UTC−6)\\l"));
	/* The limit of loss is not drawn among times. */
	for (const char **a = argv; *a != NULL; a++)
		assert_null(strstr(*a, "HRULE:400"));
}

static void a_share_is_drawn_in_percent(void **state)
{
	(void)state;
	assert_true(make(SERIES_ANSWER_ICMP, "loss", true, true));
	assert_true(has("--vertical-label=%") && has("CDEF:v=v_raw,100,*"));
	assert_true(has("HRULE:40#ff6b5e::dashes=8,3"));
	assert_true(has("GPRINT:f_most:max %.2lf %% "));
	assert_true(has("--color=BACK#0d1317"));
}

static void phases_stand_on_one_another(void **state)
{
	(void)state;
	assert_true(make(SERIES_ANSWER_HTTP, "", false, false));
	assert_true(has("--title=REAL · Difusión · tiempo de la petición por fases"));
	assert_true(has("--vertical-label=s")); /* two seconds at most */
	assert_true(has("CDEF:p3=first_byte,p0,-,p1,-,p2,-,0,MAX"));
	assert_true(has("AREA:q4#c08fd0:descarga  :STACK"));
	assert_true(has("HRULE:2#c1271a::dashes=8,3"));
	/* Rows of five minutes: with archives of extremes. */
	assert_true(has("DEF:state=/s/dc.fw..a\\:ping/dc.rrd:state:MAX:step=300:reduce=MAX"));
	assert_true(make(SERIES_ANSWER_HTTP, "size", false, false));
	assert_true(has("--vertical-label=MiB") && has("CDEF:v=v_raw,9.53674316e-07,*"));
	assert_true(has("DEF:low_raw=/s/dc.fw..a\\:ping/dc.rrd:size:MIN:step=300:reduce=MIN"));
}

static void numbers_with_names_tell_them(void **state)
{
	(void)state;
	assert_true(make(SERIES_ANSWER_OPER, "", false, false));
	assert_true(has("COMMENT:1 = up  ") && has("COMMENT:2 = down  "));
	assert_true(has("COMMENT:Sin datos en este periodo\\l"));
	for (const char **a = argv; *a != NULL; a++) {
		assert_null(strstr(*a, "AREA:")); /* between up and down there is nothing */
		assert_null(strstr(*a, "GPRINT"));
	}
}

static void what_is_not_measured_is_not_drawn(void **state)
{
	(void)state;
	assert_false(make(SERIES_ANSWER_ICMP, "other", false, false));
	assert_false(make(SERIES_ANSWER_ICMP, "phases", false, false));
	assert_false(make(SERIES_ANSWER_HTTP, "days_left", false, false));
}

#define WITH_WORDS(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {WITH_WORDS(a_time_has_its_band_its_loss_and_its_limit),
					   WITH_WORDS(a_share_is_drawn_in_percent),
					   WITH_WORDS(phases_stand_on_one_another),
					   WITH_WORDS(numbers_with_names_tell_them),
					   WITH_WORDS(what_is_not_measured_is_not_drawn)};

	return cmocka_run_group_tests_name("drawing", tests, NULL, NULL);
}
