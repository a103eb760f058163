/* metrics - OpenMetrics text: every family declared once and before its samples, and all counters there.
 * wrap: series_stats http_server_stats
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "collector/effects.h"
#include "collector/intake.h"
#include "collector/metrics.h"
#include "tests/support/collector_world.h"

struct series_stats __wrap_series_stats(const struct series *s);
struct series_stats __wrap_series_stats(const struct series *s)
{
	(void)s;
	return (struct series_stats){.rows = 71, .pending_rows = 3, .restored_headers = 2};
}

struct http_server_stats __wrap_http_server_stats(const struct http_server *s);
struct http_server_stats __wrap_http_server_stats(const struct http_server *s)
{
	(void)s;
	return (struct http_server_stats){.requests = 17, .refused_size = 4, .streams = 5};
}

static int set_up(void **state)
{
	static int nothing;
	struct collector_world *w = calloc(1, sizeof(*w));

	collector_world_open(w);
	w->c.series = (struct series *)(void *)&nothing;
	w->c.http = (struct http_server *)(void *)&nothing;
	w->c.intake = intake_new(&w->c);
	w->c.effects = effects_new(&w->c);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct collector_world *w = *state;

	effects_free(w->c.effects);
	intake_free(w->c.intake);
	collector_world_close(w);
	free(w);
	return 0;
}

static void has_line(const char *text, const char *line)
{
	size_t n = strlen(line);

	for (const char *p = text; (p = strstr(p, line)) != NULL; p += n) {
		if ((p == text || p[-1] == '\n') && p[n] == '\n')
			return;
	}
	fail_msg("no line '%s' in\n%s", line, text);
}

static void figures_are_there(void **state)
{
	struct collector_world *w = *state;
	struct buf out;

	w->c.refusal.count = 2;
	w->c.refusal.refused = true;
	w->c.lag_us = 2500;
	collector_world_fail(w);
	buf_init(&out, 1 << 20);
	metrics_write(&w->c, &out);
	has_line(buf_cstr(&out), "vigia_results_total 0");
	has_line(buf_cstr(&out), "vigia_results_refused_total{why=\"time-too-old\"} 0");
	has_line(buf_cstr(&out), "vigia_journal_failing 0");
	has_line(buf_cstr(&out), "vigia_unjournalled_events 0");
	has_line(buf_cstr(&out), "vigia_reloads_refused_total 2");
	has_line(buf_cstr(&out), "vigia_plan_refused 1");
	has_line(buf_cstr(&out), "vigia_plans 1");
	has_line(buf_cstr(&out), "vigia_loop_lag_seconds 0.0025");
	has_line(buf_cstr(&out), "vigia_series_rows_total 71");
	has_line(buf_cstr(&out), "vigia_series_pending_rows 3");
	has_line(buf_cstr(&out), "vigia_http_refused_size_total 4");
	has_line(buf_cstr(&out), "vigia_service_state{service=\"publicacion\",state=\"down\"} 1");
	has_line(buf_cstr(&out), "vigia_agent_silent{agent=\"lejos\"} 0");
	has_line(buf_cstr(&out), "vigia_calls{state=\"pending\"} 1");
	has_line(buf_cstr(&out), "vigia_links_wrong_total 0"); /* also where none are sent */
	has_line(buf_cstr(&out), "vigia_uncommitted_age_seconds 0");
	has_line(buf_cstr(&out), "vigia_heartbeat_state{state=\"off\"} 1");
	has_line(buf_cstr(&out), "vigia_agent_cause{agent=\"lejos\",cause=\"none\"} 1");
	has_line(buf_cstr(&out), "vigia_agent_spool_age_seconds{agent=\"dc\"} 0");
	has_line(buf_cstr(&out), "# EOF");
	buf_release(&out);
}

/* A sample stands behind the TYPE line of its family, and a family is declared once. */
static void families_are_declared(void **state)
{
	struct collector_world *w = *state;
	char family[128] = "", type[16] = "", *line, *save = NULL;
	char declared[8192] = "\n", rest[64];
	struct buf out;
	unsigned samples = 0;

	buf_init(&out, 1 << 20);
	metrics_write(&w->c, &out);
	for (line = strtok_r(out.data, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save)) {
		size_t n = strcspn(line, "{ ");

		if (strncmp(line, "# TYPE ", 7) == 0) {
			char mark[160];

			n = strcspn(line + 7, " ");
			snprintf(family, sizeof(family), "%.*s", (int)n, line + 7);
			snprintf(type, sizeof(type), "%s", line + 7 + n + 1);
			snprintf(mark, sizeof(mark), "\n%s\n", family);
			if (strstr(declared, mark) != NULL)
				fail_msg("%s is declared twice", family);
			snprintf(declared + strlen(declared), sizeof(declared) - strlen(declared),
				 "%s\n", family);
		}
		if (line[0] == '#')
			continue;
		samples++;
		assert_true(strncmp(line, family, strlen(family)) == 0);
		/* OpenMetrics: a counter's samples end in _total, a gauge's are the family itself. */
		snprintf(rest, sizeof(rest), "%.*s", (int)(n - strlen(family)),
			 line + strlen(family));
		assert_string_equal(rest, strcmp(type, "counter") == 0 ? "_total" : "");
	}
	assert_true(samples > 40);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(figures_are_there, set_up, tear_down),
		cmocka_unit_test_setup_teardown(families_are_declared, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
